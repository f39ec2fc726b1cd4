"""Lets somebody set up what they sign in with, on a single page; after that, their recovery codes
are shown once.
"""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import segno
from starlette.responses import Response

from casework import one_time_codes, passwords, setting_up
from engine.errors import Refusal
from portal import cookies
from portal.asked import Asked, status_of
from portal.look import InvalidInput
from portal.routes import Needs, Route
from portal.threads_apart import PASSWORDS

_SCALE = 4
_TOGETHER = 4
"""How many letters and digits each group has when a secret is shown for typing."""


class SecretForApp(NamedTuple):
    """A secret, in the forms that an app accepts."""

    address: str
    """The address that opens an app on the same device with the secret."""
    letters: str
    """The secret as people type it, in groups of letters and digits."""


def ask(asked: Asked) -> Response:
    return _page(asked)


def _page(asked: Asked, status: int = 200, *faults: InvalidInput) -> Response:
    secret = setting_up.secret_of(asked.onward, asked.by)
    return asked.page(
        "set_up.html",
        status,
        faults,
        app=for_app(asked, secret),
        shortest=passwords.SHORTEST,
        passkey=setting_up.to_make(asked.onward, asked.signed, asked.portal.party, asked.now),
    )


def for_app(asked: Asked, secret: bytes) -> SecretForApp:
    """A secret in the forms that the reader's app accepts."""
    letters = one_time_codes.letters_of(secret)
    groups = [letters[at : at + _TOGETHER] for at in range(0, len(letters), _TOGETHER)]
    address = one_time_codes.address_of(secret, asked.by.agency, asked.by.person)
    return SecretForApp(address, " ".join(groups))


def picture(asked: Asked) -> Response:
    return draw_secret(asked, setting_up.secret_of(asked.onward, asked.by))


def draw_secret(asked: Asked, secret: bytes) -> Response:
    """A secret as a QR code: dark on light in every colour scheme."""
    address = one_time_codes.address_of(secret, asked.by.agency, asked.by.person)
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(drawn, "svg", scale=_SCALE, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def set_up(asked: Asked) -> Response:
    """Accept the password, and the app or passkey, and show the recovery codes."""
    password = asked.secret("password")
    if password != asked.secret("again"):
        return _page(asked, 422, InvalidInput(asked.say("page.passwords_differ"), "#again"))
    try:
        done = setting_up.set_up(
            asked.onward, asked.signed, password, asked.shown("code"), asked.device, asked.now
        )
    except Refusal as refusal:
        where = "#password" if refusal.reason == "weak_password" else asked.at_typed("code")
        return _page(asked, status_of(refusal), InvalidInput(asked.told(refusal), where))
    response = asked.page("recovery_codes.html", codes=done.recovery_codes)
    cookies.sign_in(response, done.token, asked.portal.is_secure)
    return response


def begin_again(asked: Asked) -> Response:
    """Begin to set up everything anew: a password, an app or a passkey, and recovery codes."""
    token = setting_up.set_up_again(asked.onward, asked.signed, asked.now)
    response = asked.to("/set-up")
    cookies.sign_in(response, token, asked.portal.is_secure)
    return response


def ask_again(asked: Asked) -> Response:
    """The page that explains what will change, before anything does."""
    return asked.page("set_up_again.html")


ROUTES = (
    Route(path="/set-up", answer=ask, needs=Needs.SETTING_UP),
    Route(path="/set-up/code.svg", answer=picture, needs=Needs.SETTING_UP),
    Route(path="/set-up", answer=set_up, needs=Needs.SETTING_UP, method="POST", apart=PASSWORDS),
    Route(path="/set-up-again", answer=ask_again, needs=Needs.RECENT),
    Route(path="/set-up-again", answer=begin_again, needs=Needs.RECENT, method="POST"),
)
