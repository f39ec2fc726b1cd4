"""Asks again for a password, a code or a passkey before pages with `Needs.RECENT`."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from casework import letting_in
from casework.sessions import SURE
from engine.errors import Refusal
from portal import cookies
from portal.asked import Asked, status_of
from portal.coming_back import is_ours
from portal.look import InvalidInput
from portal.routes import Route
from portal.threads_apart import PASSWORDS


def ask(asked: Asked) -> Response:
    return _page(asked, _back_to(asked, asked.query("to")))


def _page(asked: Asked, to: str, status: int = 200, *faults: InvalidInput) -> Response:
    minutes = SURE // timedelta(minutes=1)
    passkey = letting_in.to_be_sure(asked.onward, asked.signed, asked.portal.party, asked.now)
    return asked.page("again.html", status, faults, to=to, minutes=minutes, passkey=passkey)


def be_sure(asked: Asked) -> Response:
    """Accept a password, a code or a passkey, and go on to the page that was requested."""
    to = _back_to(asked, asked.field("to"))
    try:
        token = letting_in.be_sure(asked.onward, asked.signed, asked.shown("proof"), asked.now)
    except Refusal as refusal:
        fault = InvalidInput(asked.told(refusal), asked.at_typed("proof"))
        return _page(asked, to, status_of(refusal), fault)
    response = asked.to(to)
    cookies.sign_in(response, token, asked.portal.is_secure)
    return response


def _back_to(asked: Asked, path: str) -> str:
    """The page to return to, if it is one of ours; otherwise the first page."""
    return path if is_ours(asked.request, path) else "/"


ROUTES = (
    Route(path="/again", answer=ask),
    Route(path="/again", answer=be_sure, method="POST", apart=PASSWORDS),
)
