"""An agency's staff, for its administrators: who can sign in, with ways to give colleagues access
or suspend them.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from casework import sign_in_links, suspending
from casework.administering import ForColleague, colleague, colleagues
from engine.message import message
from portal.address import sign_in_at
from portal.asked import Asked
from portal.routes import Needs, Route

_PATH = "/staff"
_ACT = _PATH + "/{person}/{way}"


def listed(asked: Asked) -> Response:
    return asked.page("staff.html", staff=colleagues(asked.onward, asked.by.agency, asked.by))


def ask(asked: Asked) -> Response:
    """The page that says what will happen, before anything does."""
    person, way = asked.part("person"), asked.part("way")
    found = colleague(asked.onward, asked.by.agency, person, way, asked.by)
    return asked.page("staff_ask.html", each=found, way=way)


def do(asked: Asked) -> Response:
    """Do the act, if it is still offered."""
    person, way = asked.part("person"), asked.part("way")
    colleague(asked.onward, asked.by.agency, person, way, asked.by)
    return _DONE[ForColleague(way)](asked, person)


def _invite(asked: Asked, person: str) -> Response:
    """Make a sign-in link for somebody. The link is shown once, and stored nowhere."""
    token = sign_in_links.invite(asked.onward, asked.by.agency, person, asked.by, asked.now)
    return asked.page("invited.html", person=person, link=sign_in_at(asked.portal.address, token))


def _suspend(asked: Asked, person: str) -> Response:
    suspending.suspend(asked.onward, asked.by.agency, asked.by, person)
    return asked.to(_PATH, message("page.told.suspended", person=person))


def _lift(asked: Asked, person: str) -> Response:
    suspending.lift(asked.onward, asked.by.agency, asked.by, person)
    return asked.to(_PATH, message("page.told.lifted", person=person))


_DONE: dict[ForColleague, Callable[[Asked, str], Response]] = {
    ForColleague.INVITE: _invite,
    ForColleague.SUSPEND: _suspend,
    ForColleague.LIFT: _lift,
}

ROUTES = (
    Route(path=_PATH, answer=listed),
    Route(path=_ACT, answer=ask, needs=Needs.RECENT),
    Route(path=_ACT, answer=do, needs=Needs.RECENT, method="POST"),
)
