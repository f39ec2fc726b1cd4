// Passkeys, where a browser has them: shows the button beside the field for a code, has the browser make or
// show a passkey for what the page asks, and sends the form with the answer.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const named = (each) => ({ ...each, id: bytes(each.id) })

function asked(options) {
  const found = { ...options, challenge: bytes(options.challenge) }
  if (options.user) found.user = named(options.user)
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) found[list] = options[list].map(named)
  }
  return found
}

function answered({ id, rawId, type, response }) {
  const found = { clientDataJSON: text(response.clientDataJSON) }
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) found[part] = text(response[part])
  }
  if (response.getTransports) found.transports = response.getTransports()
  return JSON.stringify({ id, rawId: text(rawId), type, response: found })
}

function add(place) {
  const [button, field, failed] = ["button", "[name=passkey]", "[role=alert]"].map((each) => place.querySelector(each))
  button.addEventListener("click", async () => {
    button.disabled = failed.hidden = true
    try {
      const publicKey = asked(JSON.parse(place.dataset.passkey))
      const isMade = place.dataset.passkeyIs === "made"
      const passkey = await (isMade ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }))
      field.value = answered(passkey)
      field.disabled = false
      field.form.submit()
    } catch {
      button.disabled = failed.hidden = false
    }
  })
  place.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target !== button) {
      event.preventDefault()
      button.click()
    }
  })
  place.hidden = false
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("[data-passkey]").forEach(add)
  document.querySelectorAll("[data-passkey-without]").forEach((each) => each.remove())
}
