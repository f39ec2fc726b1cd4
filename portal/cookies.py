"""What a browser stores for us: the session, a sign-in that awaits its second factor, the language,
the fact that somebody has signed in here before, where they were when a session expired, and a
message for the next page.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from engine.locales import base_of
from engine.message import Message
from wording.catalogues import LANGUAGES

SESSION, LANGUAGE, _DEVICE, _SAID, _BACK = "session", "language", "device", "said", "back"
_ATTEMPT = "attempt"
_YEAR, _QUARTER = timedelta(days=365), timedelta(days=90)
NOTED = "page.noted."
"""The prefix of the codes of remarks: messages which say that nothing was done."""
_SAYABLE = ("page.told.", "registry.told.", NOTED)
"""Prefixes of the codes of messages that may be shown. Others are ignored, since a cookie may hold
anything.
"""


def session_of(request: Request, is_secure: bool) -> str:
    return _kept(request, SESSION, is_secure)


def sign_in(response: Response, token: str, is_secure: bool) -> None:
    """Store the session's token until the browser closes; the server may end it earlier."""
    _keep(response, SESSION, token, is_secure)


def sign_out(response: Response, is_secure: bool) -> None:
    _forget(response, SESSION, is_secure)
    forget_back(response, is_secure)


def attempt_of(request: Request, is_secure: bool) -> str:
    """The token of somebody who has given their password and has yet to show the second factor."""
    return _kept(request, _ATTEMPT, is_secure)


def go_on(response: Response, attempt: str, is_secure: bool) -> None:
    _keep(response, _ATTEMPT, attempt, is_secure)


def forget_attempt(response: Response, is_secure: bool) -> None:
    _forget(response, _ATTEMPT, is_secure)


def forget_back(response: Response, is_secure: bool) -> None:
    _forget(response, _BACK, is_secure)


def known_device(request: Request, is_secure: bool) -> str:
    """The cookie showing that somebody has signed in on this device before."""
    return _kept(request, _DEVICE, is_secure)


def know_device(response: Response, known: str, is_secure: bool) -> None:
    """Store the cookie of a known device, which lets nobody in."""
    _keep(response, _DEVICE, known, is_secure, lasts=_QUARTER)


def come_back(response: Response, path: str, is_secure: bool) -> None:
    """Store where somebody was when their session ran out."""
    _keep(response, _BACK, path, is_secure)


def back(request: Request, is_secure: bool) -> str:
    return _kept(request, _BACK, is_secure)


def language_of(request: Request, is_secure: bool) -> str:
    """The language that somebody has chosen on this device; empty for none."""
    chosen = _kept(request, LANGUAGE, is_secure)
    return chosen if base_of(chosen) in LANGUAGES else ""


def choose(response: Response, language: str, is_secure: bool) -> None:
    _keep(response, LANGUAGE, language, is_secure, lasts=_YEAR)


def say(response: Response, said: Message, is_secure: bool) -> None:
    """Show a message on the next page. It is stored in the browser, so it must hold no answers, and
    nothing that identifies a person.
    """
    text = base64.urlsafe_b64encode(msgspec.json.encode(said)).decode()
    _keep(response, _SAID, text, is_secure)


def said(request: Request, is_secure: bool) -> Message | None:
    """The message for this page; None if there is none, or if pages may not show it."""
    try:
        text = base64.urlsafe_b64decode(_kept(request, _SAID, is_secure))
        found = msgspec.json.decode(text, type=Message)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    return found if found.code.startswith(_SAYABLE) else None


def forget_said(response: Response, is_secure: bool) -> None:
    _forget(response, _SAID, is_secure)


def _name(name: str, is_secure: bool) -> str:
    """The name of a cookie. Over https, its prefix prevents other hosts of the same domain, and
    pages without https, from setting the cookie.

    Source: RFC 6265bis, the prefix `__Host-`.
    """
    return f"__Host-{name}" if is_secure else name


def _kept(request: Request, name: str, is_secure: bool) -> str:
    return request.cookies.get(_name(name, is_secure), "")


def _forget(response: Response, name: str, is_secure: bool) -> None:
    response.delete_cookie(
        _name(name, is_secure), path="/", secure=is_secure, httponly=True, samesite="lax"
    )


def _keep(
    response: Response, name: str, value: str, is_secure: bool, lasts: timedelta | None = None
) -> None:
    response.set_cookie(
        _name(name, is_secure),
        value,
        max_age=int(lasts.total_seconds()) if lasts else None,
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )
