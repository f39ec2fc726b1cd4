"""Every page of the portal in a browser, as those for whom it is come to it.

Each page of `portal.pages.ROUTES` is in one of the walks below, or in `REDIRECTS` or `FILES` of
`tests/page_walk.py`, as `Walk.left_out` checks.
"""

from __future__ import annotations

from collections.abc import Iterable

from casework import published
from casework.acting import do
from casework.opening import open_case
from casework.passkeys import LONGEST_NAME
from casework.publishing import publish_pathway
from engine.acts.tasks import Complete
from engine.agencies.registry import Agency, WithoutAccount
from portal.pages.figures import TOPICS
from tests.installations import PATHWAY as TRIAL
from tests.noticed import PATHWAY, asked, delivered, link_in, told_in
from tests.page_walk import IN_ENGLISH, Walk
from tests.portals import PASSWORD, Held, secret_in
from tests.principals import OPERATOR, staff
from tests.served_portal import Served
from tests.virtual_authenticators import VirtualAuthenticator

HOME = Agency(
    code="TG-HOME",
    name="Receives in another country",
    country="TG",
    zone="Africa/Lome",
    roles=("receiving_counterpart",),
    without_account=tuple(WithoutAccount),
)
"""Nobody of it has an account."""
AGENCY, DESK = "CI-UCT", staff("CI-UCT", "desk-1")
MANY = 60
"""Cases that are open at once: more than the worklist shows."""
_FIRST_TALK = {
    "full_name": "Text",
    "home_country": "BJ",
    "adult_by_statement": "adult",
    "immediate_danger": "no",
    "asylum": "not_sought",
    "speaks": "fr",
}


def prepare(served: Served) -> None:
    """Cases enough to fill the lists, and a pathway whose notices can be answered."""
    for each in (PATHWAY, TRIAL):
        publish_pathway(served.onward, each, by=OPERATOR)
    for _ in range(MANY):
        open_case(served.onward, "adult_return", "CI", DESK)


def as_a_stranger(walk: Walk, language: str) -> None:
    """What stands before the door."""
    walk.open(f"/sign-in?language={language}")
    walk.press()
    walk.open("/nowhere")
    walk.open("/in/none")
    walk.press()


def as_somebody_new(walk: Walk) -> Held:
    """Whoever was let in sets up an account."""
    walk.open(walk.served.link(AGENCY))
    walk.press()
    walk.press()  # with nothing filled in
    held = Held(AGENCY, "desk-1", secret_in(walk.page.content()))
    walk.page.fill("#password", PASSWORD)
    walk.page.fill("#again", PASSWORD)
    walk.page.fill("#code", held.code(walk.served.time.now()))
    walk.press()
    return held


def with_a_passkey(walk: Walk) -> None:
    """Somebody adds one, gives it a name, signs in with it, and takes it away."""
    VirtualAuthenticator(walk.page)
    walk.open("/passkeys")
    too_long, button = "x" * (LONGEST_NAME + 1), walk.page.locator("[data-passkey] button")
    walk.page.fill("#name", too_long)
    button.click()
    walk.page.locator(".govuk-error-summary").wait_for()
    walk.look()
    walk.page.fill("#name", "office")
    button.click()
    walk.page.locator(".onward-work__item").wait_for()
    walk.look()
    button.click()
    walk.page.locator("[data-passkey] [role=alert]").wait_for()  # the device has one
    walk.look()
    walk.press(".onward-work__state a >> nth=0")
    walk.page.fill("#name", too_long)
    walk.press()
    walk.press("form[action='/sign-out'] button")
    for name, typed in (("agency", AGENCY), ("person", "desk-1"), ("password", PASSWORD)):
        walk.page.fill(f"#{name}", typed)
    walk.press()
    walk.press()  # with no code filled in
    button.click()
    walk.page.locator(".onward-account").wait_for()
    walk.open("/passkeys")
    walk.press(".onward-work__state a >> nth=1")
    walk.press()


def with_a_passkey_alone(walk: Walk) -> None:
    """Somebody sets up anew with a passkey in place of an app, and adds an app after all."""
    walk.open("/set-up-again")
    walk.press()
    walk.page.fill("#password", PASSWORD)
    walk.page.fill("#again", PASSWORD)
    walk.page.locator("[data-passkey] button").click()
    walk.page.locator("main li strong").first.wait_for()
    _open_all(walk, ["/devices", "/app"])
    walk.press()  # with no code filled in
    held = Held(AGENCY, "desk-1", secret_in(walk.page.content()))
    walk.page.fill("#code", held.code(walk.served.time.now()))
    walk.press()


def as_somebody_at_work(walk: Walk) -> None:
    """The lists, a case, a task, and what can be done with them."""
    onward = walk.served.onward
    code = open_case(onward, "adult_return", "CI", DESK).code
    consent = open_case(onward, "adult_return", "CI", DESK).code
    do(onward, consent, Complete(task="first_talk.1"), DESK, answers=_FIRST_TALK)
    sent = asked(onward, DESK, "TG")
    about = "about=first_talk.1"
    _open_all(
        walk,
        ("/", "/?show=mine", "/?stage=adult_return.identification"),
        ("/requests", "/requests/sent", "/proposals", "/devices", "/open"),
        ("/figures", *(f"/figures/{each}" for each in TOPICS), "/figures/lists/undelivered"),
        (f"/cases/{code}", f"/cases/{code}/tasks/first_talk.1", "/cases/7K2F-9QXM"),
        (f"/cases/{code}/timeline", f"/cases/{code}/picture"),
        (f"/cases/{sent}/requests/ask_home.1",),
        (f"/cases/{code}/do/{each}" for each in (f"claim?{about}", f"decline?{about}", "link")),
        (f"/cases/{consent}/read/consent_help.1",),
        (f"/cases/{consent}/do/consent.give?about=consent_help.1",),
        (f"/cases/{code}/print", f"/cases/{consent}/tasks/consent_help.1/print"),
        (f"/cases/{code}/tasks/first_talk.1/{each}" for each in ("print", "card")),
        (f"/cases/{consent}/person",),
    )
    walk.press()
    walk.open(f"/cases/{code}/tasks/first_talk.1")
    walk.press()  # nothing is filled in
    for path in ("/open", f"/cases/{consent}/do/raise?about=withdraws"):
        walk.open(path)
        if (ways := walk.page.locator("main input[type=radio]")).count():
            ways.first.check()
        walk.press()  # what it would do


def _open_all(walk: Walk, *pages: Iterable[str]) -> None:
    for path in (each for some in pages for each in some):
        walk.open(path)


def as_an_administrator(walk: Walk) -> None:
    """The agency's own: the list, each page that asks, the link once."""
    _open_all(walk, ("/staff", "/staff/desk-2/suspend", "/staff/desk-2/invite"))
    walk.press()
    for way in ("suspend", "lift"):
        walk.open(f"/staff/desk-3/{way}")
        walk.press()


def as_a_coordinator(walk: Walk) -> None:
    """The registry: an agency kept out and let in again, one of its staff, a holiday declared and taken back."""
    agency, days = "/registry/agencies/CI-CNLTP", "/registry/calendars"
    _open_all(walk, ("/coordinate", "/registry", agency, days, f"{days}/CI", f"{days}/follow"))
    for whom in (agency, f"{agency}/staff/desk-2"):
        for way in ("suspend", "lift"):
            walk.open(f"{whom}/{way}")
            walk.press()  # nothing is chosen
            walk.page.locator("main input[type=radio]").first.check()
            walk.press()
    for path in ("/registry/agencies/TG-HOME/cases", f"{days}/holiday?place=CI"):
        walk.open(path)
        walk.press()  # in the second nothing is filled in
    for part, text in (("day", "3"), ("month", "3"), ("year", "2026")):
        walk.page.fill(f"#day-{part}", text)
    walk.page.fill("#name", "Text")
    walk.press()  # what it would move
    walk.press()
    walk.open(f"{days}/CI/2026-03-03/take-back")
    walk.press()


def as_a_coordinator_who_reads_another_language(walk: Walk) -> None:
    """Those of their pages that are about nothing in particular: what the others say does not depend on the reader."""
    paths = [path for method, path in sorted(IN_ENGLISH) if method == "GET" and "{" not in path]
    _open_all(walk, paths)


def as_whoever_writes_pathways(walk: Walk) -> None:
    """What is published, a new version from its first check to its publication, and cases moved and back."""
    first, version = (
        "/pathways/trial/1",
        len(published.line(walk.served.onward, "trial", OPERATOR)) + 1,
    )
    pages = ("", "/text", "/picture", "/check")
    _open_all(walk, ["/pathways"], (f"{first}{each}" for each in pages))
    large = published.line(walk.served.onward, "adult_return", OPERATOR)[0].number
    _open_all(walk, (f"/pathways/adult_return/{large}{each}" for each in pages))
    walk.open("/pathways/new")
    walk.press()  # nothing is sent
    wrong = TRIAL.replace("version: 1", f"version: {version}").replace("due: ", "du: ")
    walk.page.fill("#text", wrong)
    walk.press()
    walk.open("/pathways/new")
    walk.page.fill("#text", wrong.replace("du: ", "due: "))
    walk.press()
    _open_all(walk, (f"/pathways/draft/{each}" for each in ("impact", "picture", "publish")))
    walk.press()
    code = open_case(walk.served.onward, "trial", "CI", DESK, version=1).code
    walk.open(f"/pathways/trial/{version}/forth?codes={code}")
    walk.press("main form[method=post] button")
    walk.open(f"/pathways/trial/{version}/back?codes={code}")
    walk.press("main form[method=post] button")
    with_somebody_else(walk, version + 1)


def with_somebody_else(walk: Walk, number: int) -> None:
    """Versions that show more: one's own is proposed and taken back; those of others are declined, and agreed to."""
    wider = TRIAL.replace("version: 1", f"version: {number}").replace(
        "to: [manager]", "to: [manager, home]"
    )
    waiting = f"/proposed-versions/trial/{number}"
    walk.open("/pathways/new")
    walk.page.fill("#text", wider)
    walk.press()
    walk.open("/pathways/draft/publish")
    walk.press()
    walk.open("/pathways")
    walk.open(waiting)
    walk.press()
    publish_pathway(walk.served.onward, wider, OPERATOR)
    _open_all(walk, (f"{waiting}{each}" for each in ("/text", "/picture", "")))
    walk.press("form[action$=decline] button")  # nothing is chosen
    walk.page.locator("main input[type=radio]").first.check()
    walk.press("form[action$=decline] button")
    publish_pathway(walk.served.onward, wider, OPERATOR)
    walk.open(waiting)
    walk.press("form[action$=agree] button")


def as_whoever_is_asked_again(walk: Walk) -> None:
    """Some time has passed since somebody showed that it is them; they are, in the end."""
    walk.open("/set-up-again")
    walk.press()  # nothing is filled in
    walk.page.fill("#proof", PASSWORD)
    walk.press()


def by_telephone(walk: Walk) -> None:
    """Whoever is signed in enters what a caller tells."""
    code = asked(walk.served.onward, DESK, "TG")
    (notice,) = delivered(walk.served.onward, code, HOME.code)
    walk.open(f"/telephone?case={code}")
    walk.page.fill("#who", "Text")
    walk.page.fill("#told", "4TQ9-B2MA")
    walk.press()
    walk.page.fill("#told", told_in(notice))
    walk.press()
    walk.press("main form[action$='answer.decline'] button")
    walk.page.locator("input[value=no_capacity]").check()
    walk.press()
    walk.open("/telephone/answer.decline")


def by_notice(walk: Walk, language: str) -> None:
    """Whoever has a link, and no account."""
    code = asked(walk.served.onward, DESK, "TG")
    (notice,) = delivered(walk.served.onward, code, HOME.code)
    link = link_in(notice, walk.served.address)
    walk.open(f"{link}?language={language}")
    walk.open(f"{link}/answer.decline")
    walk.press()  # nothing is chosen
    walk.page.locator("input[value=no_capacity]").check()
    walk.press()
    walk.open(f"{link}a")
