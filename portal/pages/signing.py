"""Signing in and out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from casework import adding_an_app, letting_in, recovery_codes, sessions, sign_in_links
from casework.letting_in import Halfway, LetIn, Tried
from engine.errors import Refusal
from engine.message import Message, message
from portal import coming_back, cookies
from portal.asked import Asked, status_of
from portal.cross_site import is_of_others
from portal.look import InvalidInput
from portal.routes import Needs, Route
from portal.threads_apart import PASSWORDS

ELSEWHERE = "https://www.bbc.com/weather"
"""Where *exit this page* leads: a page that anybody might have been looking at."""

_HALFWAY = "/sign-in/second"


def sign_in(asked: Asked) -> Response:
    return _sign_in(asked)


def _sign_in(asked: Asked, status: int = 200, why: str = "") -> Response:
    """The page with the form for signing in; in a training installation, it says instead that
    people sign in by links.
    """
    form = asked.form if asked.route.method == "POST" else {}
    kept = {name: next(iter(form.get(name, ())), "") for name in ("agency", "person")}
    faults = [InvalidInput(why)] if why else []
    return asked.page("sign_in.html", status, faults, by_link=asked.is_training, kept=kept)


def let_in(asked: Asked) -> Response:
    """Sign in somebody with an account, or send them on to show a second factor."""
    tried = Tried(
        agency=asked.field("agency").upper(),
        person=asked.field("person"),
        password=asked.secret("password"),
        code=asked.field("code"),
    )
    try:
        known = cookies.known_device(asked.request, asked.portal.is_secure)
        done = letting_in.sign_in(asked.onward, tried, asked.device, known, asked.now)
    except Refusal as refusal:
        return _sign_in(asked, status_of(refusal), asked.told(refusal))
    if isinstance(done, Halfway):
        response = asked.to(_HALFWAY)
        cookies.go_on(response, done.token, asked.portal.is_secure)
        return response
    return _let_in(asked, done)


def halfway(asked: Asked) -> Response:
    """The page for the second factor, after the password."""
    return _halfway(asked)


def _halfway(asked: Asked, status: int = 200, *faults: InvalidInput) -> Response:
    attempt = cookies.attempt_of(asked.request, asked.portal.is_secure)
    passkey = letting_in.to_show(asked.onward, attempt, asked.portal.party, asked.now)
    if passkey is None:
        return asked.to("/sign-in")
    return asked.page("second_factor.html", status, faults, passkey=passkey)


def go_on(asked: Asked) -> Response:
    """Accept a passkey or a code, and let somebody in."""
    attempt = cookies.attempt_of(asked.request, asked.portal.is_secure)
    known = cookies.known_device(asked.request, asked.portal.is_secure)
    try:
        shown = asked.shown("code")
        done = letting_in.go_on(asked.onward, attempt, shown, asked.device, known, asked.now)
    except Refusal as refusal:
        if refusal.reason == "late_sign_in":
            return _sign_in(asked, status_of(refusal), asked.told(refusal))
        return _halfway(
            asked, status_of(refusal), InvalidInput(asked.told(refusal), asked.at_typed("code"))
        )
    response = _let_in(asked, done)
    cookies.forget_attempt(response, asked.portal.is_secure)
    return response


def _let_in(asked: Asked, done: LetIn) -> Response:
    response = _in(asked, done.token, "/", message("page.told.signed_in"))
    cookies.know_device(response, done.known, asked.portal.is_secure)
    return response


def _in(asked: Asked, token: str, to: str, said: Message | None = None) -> Response:
    """Begin a session in the browser, and end the browser's earlier one."""
    before = cookies.session_of(asked.request, asked.portal.is_secure)
    response = asked.to(coming_back.where_to(asked, before, token) or to, said)
    if before:
        sessions.sign_out(asked.onward, before, asked.now)
    cookies.forget_back(response, asked.portal.is_secure)
    cookies.sign_in(response, token, asked.portal.is_secure)
    return response


def come_in(asked: Asked) -> Response:
    """The page behind a link. It uses the link only when its button is pressed, because mail scanners
    open every link.
    """
    return asked.page("come_in.html")


def come_in_by_link(asked: Asked) -> Response:
    """Use a link, and begin a session: one for setting up an account or, in a training
    installation, an ordinary one.
    """
    try:
        token = sign_in_links.sign_in(asked.onward, asked.part("token"), asked.device, asked.now)
    except Refusal as refusal:
        return _sign_in(asked, 403, asked.told(refusal))
    if asked.is_training:
        return _in(asked, token, "/", message("page.told.signed_in"))
    return _in(asked, token, "/set-up")


def sign_out(asked: Asked) -> Response:
    return _out(asked, asked.to("/sign-in", message("page.told.signed_out")))


def leave(asked: Asked) -> Response:
    """Leave this page at once, and sign out, because somebody else may have the device next. If a
    page of another site sent the browser here, nobody is signed out.
    """
    response = RedirectResponse(ELSEWHERE, 303)
    if is_of_others(asked.request):
        return response
    cookies.forget_said(response, asked.portal.is_secure)
    return _out(asked, response)


def _out(asked: Asked, response: Response) -> Response:
    if token := cookies.session_of(asked.request, asked.portal.is_secure):
        sessions.sign_out(asked.onward, token, asked.now)
    cookies.sign_out(response, asked.portal.is_secure)
    return response


def devices(asked: Asked) -> Response:
    """The page with the devices on which the reader is signed in, and what they sign in with."""
    found = sessions.devices(asked.onward, asked.by, asked.now)
    left = recovery_codes.left(asked.onward, asked.by)
    has_app = adding_an_app.has_app(asked.onward, asked.by)
    return asked.page(
        "devices.html", devices=found, here=asked.signed.session, left=left, has_app=has_app
    )


def sign_out_everywhere(asked: Asked) -> Response:
    sessions.sign_out_everywhere(asked.onward, asked.by, asked.now)
    response = asked.to("/sign-in", message("page.told.signed_out_everywhere"))
    cookies.sign_out(response, asked.portal.is_secure)
    return response


ROUTES = (
    Route(path="/sign-in", answer=sign_in, needs=Needs.NOBODY),
    Route(path="/sign-in", answer=let_in, needs=Needs.NOBODY, method="POST", apart=PASSWORDS),
    Route(path=_HALFWAY, answer=halfway, needs=Needs.NOBODY),
    Route(path=_HALFWAY, answer=go_on, needs=Needs.NOBODY, method="POST"),
    Route(path="/in/{token}", answer=come_in, needs=Needs.NOBODY, lets_in=True),
    Route(
        path="/in/{token}", answer=come_in_by_link, needs=Needs.NOBODY, method="POST", lets_in=True
    ),
    Route(path="/sign-out", answer=sign_out, needs=Needs.NOBODY, method="POST"),
    Route(path="/leave", answer=leave, needs=Needs.NOBODY),
    Route(path="/devices", answer=devices),
    Route(path="/devices", answer=sign_out_everywhere, method="POST"),
)
