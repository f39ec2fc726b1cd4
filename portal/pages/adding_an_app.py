"""Lets somebody who signs in with only a passkey add an app that shows codes."""

from __future__ import annotations

from starlette.responses import Response

from casework import adding_an_app
from engine.errors import Refusal
from engine.message import message
from portal.asked import Asked, status_of
from portal.look import InvalidInput
from portal.pages.setting_up import draw_secret, for_app
from portal.routes import Needs, Route

_APP = "/app"


def ask(asked: Asked) -> Response:
    return _page(asked)


def _page(asked: Asked, status: int = 200, *faults: InvalidInput) -> Response:
    secret = adding_an_app.secret_to_add(asked.onward, asked.by)
    return asked.page("app_add.html", status, faults, app=for_app(asked, secret))


def picture(asked: Asked) -> Response:
    return draw_secret(asked, adding_an_app.secret_to_add(asked.onward, asked.by))


def add(asked: Asked) -> Response:
    """Add the app, once it has shown the right code."""
    try:
        adding_an_app.add(asked.onward, asked.signed, asked.secret("code"), asked.now)
    except Refusal as refusal:
        if refusal.reason not in ("wrong_code", "clock_off"):
            raise
        return _page(asked, status_of(refusal), InvalidInput(asked.told(refusal), "#code"))
    return asked.to("/devices", message("page.told.app_added"))


ROUTES = (
    Route(path=_APP, answer=ask, needs=Needs.RECENT),
    Route(path=f"{_APP}/code.svg", answer=picture, needs=Needs.RECENT),
    Route(path=_APP, answer=add, needs=Needs.RECENT, method="POST"),
)
