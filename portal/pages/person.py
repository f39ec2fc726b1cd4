"""The person's protected values, on a page of their own."""

from __future__ import annotations

from starlette.responses import Response

from casework.case_part import case_part
from casework.queries import protected_values
from portal.asked import Asked
from portal.case_addresses import PERSON
from portal.routes import Needs, Route


def ask(asked: Asked) -> Response:
    """The page that asks whether the reader wants to look, because the look is recorded."""
    part = case_part(asked.onward, asked.part("code"), asked.by, asked.language)
    return asked.page("person_ask.html", part=part)


def show(asked: Asked) -> Response:
    """The page with what the agency may read now. If there is anything, the look is recorded in
    the case.
    """
    part = case_part(asked.onward, asked.part("code"), asked.by, asked.language)
    values = protected_values(asked.onward, asked.part("code"), asked.by).items()
    rows = [(part.spoken.question(name), part.spoken.value(value)) for name, value in values]
    return asked.page("person.html", part=part, rows=rows)


ROUTES = (
    Route(path=PERSON, answer=ask, needs=Needs.RECENT),
    Route(path=PERSON, answer=show, needs=Needs.RECENT, method="POST"),
)
