"""Shows what happened in a case, and where the case is in the picture of its pathway. These are
separate pages because both may be long.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.responses import Response

from casework.case_part import case_part
from casework.picture import pages_for
from casework.timeline import timeline
from engine.drawing.placing import Sheet, unfolded
from engine.drawing.svg import svg
from engine.errors import Refusal
from portal.asked import Asked
from portal.case_addresses import PICTURE, TIMELINE, picture_address, timeline_address
from portal.routes import Route
from wording import sentences

AT_ONCE = 40
"""The most turns that a page shows."""
_NUMBER = re.compile("[0-9]{1,9}")


def past(asked: Asked) -> Response:
    """The page with the turns of the case, newest first. If the address names a turn, the page
    begins with the one before it.
    """
    code, before = asked.part("code"), asked.query("before")
    part = case_part(asked.onward, code, asked.by, asked.language)
    every = timeline(asked.onward, code, asked.by, asked.language)
    found = [each for each in every if not _NUMBER.fullmatch(before) or each.number < int(before)]
    address = timeline_address(code)
    has_more = len(found) > AT_ONCE
    found = found[:AT_ONCE]
    return asked.page(
        "timeline.html",
        part=part,
        turns=found,
        newer=address if before else "",
        older=f"{address}?{urlencode({'before': found[-1].number})}" if has_more else "",
    )


def picture(asked: Asked) -> Response:
    """The page with the case's picture, for the responsible agency."""
    code = asked.part("code")
    part = case_part(asked.onward, code, asked.by, asked.language)
    return asked.page(
        "case_picture.html", part=part, sheets=_sheets(asked), address=picture_address(code)
    )


def sheet(asked: Asked) -> Response:
    """One sheet of the picture, as a file."""
    wanted = asked.part("sheet")
    found = next((each for each in _sheets(asked) if each.page.name == wanted), None)
    if found is None:
        raise Refusal("not_found.page", name=wanted)
    return Response(svg(found), media_type="image/svg+xml")


def _sheets(asked: Asked) -> list[Sheet]:
    pages = pages_for(
        asked.onward,
        asked.part("code"),
        asked.by,
        lambda said: sentences.in_words(said, asked.language),
        asked.language,
    )
    return [unfolded(each) for each in pages]


ROUTES = (
    Route(path=TIMELINE, answer=past),
    Route(path=PICTURE, answer=picture),
    Route(path=PICTURE + "/{sheet}.svg", answer=sheet),
)
