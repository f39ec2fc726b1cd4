// What a browser adds to pages that work without it: leaving at once, by a press or by Shift three
// times; the summary of faults is read out; a second press of a button is not sent.
import { Button, ErrorSummary, ExitThisPage } from "govuk-frontend"

document.body.classList.add("js-enabled", "govuk-frontend-supported")

for (const [name, Component] of [
  ["govuk-button", Button],
  ["govuk-error-summary", ErrorSummary],
  ["govuk-exit-this-page", ExitThisPage],
]) {
  for (const root of document.querySelectorAll(`[data-module="${name}"]`)) new Component(root)
}
