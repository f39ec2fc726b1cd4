"""An authenticator within a browser, which knows its owner by the finger."""

from __future__ import annotations

from playwright.sync_api import Page

_OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


class VirtualAuthenticator:
    """That of a page. Whoever asks it gets an answer at once."""

    def __init__(self, page: Page) -> None:
        self._inside = page.context.new_cdp_session(page)
        self._inside.send("WebAuthn.enable")
        made = self._inside.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})
        self._its = {"authenticatorId": made["authenticatorId"]}

    def finger(self, *, fits: bool) -> None:
        """Whether the next finger is the owner's."""
        self._inside.send("WebAuthn.setUserVerified", self._its | {"isUserVerified": fits})

    def passkeys(self) -> int:
        """How many it has."""
        return len(self._inside.send("WebAuthn.getCredentials", self._its)["credentials"])
