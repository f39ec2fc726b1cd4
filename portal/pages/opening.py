"""Opening a case, after a page that explains what it does."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from casework.foreseeing import foresee_opening
from casework.idempotency import AnsweredBefore, KeptAnswer
from casework.openable import Openable, openable
from casework.opening import open_case, opened_before
from engine.countries import country_of
from engine.errors import Refusal
from engine.message import message
from portal.asked import Asked
from portal.case_addresses import case_address
from portal.fields import Field, Option, Widget
from portal.foreseen import is_confirmed, show_first
from portal.look import InvalidInput
from portal.routes import Route

_PATHWAY = "pathway"
_PAGE = "page"
"""The input that identifies the page with the button, so that a button pressed twice opens only one
case.
"""


def ask(asked: Asked) -> Response:
    """The page that asks for the pathway, and explains what follows."""
    return _page(asked, openable(asked.onward, asked.by, asked.language))


def open_one(asked: Asked) -> Response:
    """Open a case in the agency's country, once the reader has seen what that would do. If the form
    has opened a case already, show that case.
    """
    page = asked.field(_PAGE)
    if page and (before := opened_before(asked.onward, asked.by, page)):
        return _opened_before(asked, before)
    found = openable(asked.onward, asked.by, asked.language)
    wanted = asked.field(_PATHWAY)
    if wanted not in {each.name for each in found}:
        return _page(asked, found, asked.say("page.missing"))
    country = country_of(asked.by.agency)
    seen = foresee_opening(asked.onward, wanted, country, asked.by, asked.language)
    if not is_confirmed(asked, seen):
        return show_first(
            asked,
            seen,
            title=asked.say("page.open_case"),
            does=asked.say("page.open_case"),
            above=asked.by.agency,
            action="/open",
            back="/open",
            also={_PAGE: page or secrets.token_hex()},
        )
    try:
        moved = open_case(asked.onward, wanted, country, asked.by, page=page)
    except AnsweredBefore as before_it:
        return _opened_before(asked, before_it.answer)
    done = message("page.told.opened", case=moved.code, at=asked.moment(moved.view.now))
    return asked.to(case_address(moved.code), done)


def _opened_before(asked: Asked, case: KeptAnswer) -> Response:
    said = message("page.noted.opened_before", case=case.code, at=asked.moment(case.at))
    return asked.to(case_address(case.code), said)


def _page(asked: Asked, found: list[Openable], fault: str = "") -> Response:
    if not found:
        raise Refusal("not_possible_now.opening")
    field = Field(
        name=_PATHWAY,
        title=asked.say("page.pathway"),
        widget=Widget.RADIOS,
        options=[Option(each.name, each.title, each.language) for each in found],
        fault=fault,
        sent={} if fault or len(found) > 1 else {_PATHWAY: [found[0].name]},
    )
    said = asked.say("told.line", name=field.title, value=fault)
    faults = [InvalidInput(said, f"#{field.first_id}")] if fault else []
    return asked.page("open.html", 422 if fault else 200, faults, field=field)


ROUTES = (
    Route(path="/open", answer=ask),
    Route(path="/open", answer=open_one, method="POST"),
)
