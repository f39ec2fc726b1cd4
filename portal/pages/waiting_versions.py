"""Versions that wait until somebody else agrees: what they would change, above all in what agencies
may read, and how to answer them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from starlette.responses import Response

from casework import answering_versions, proposed_versions
from casework.answering_versions import WhyDeclined
from casework.proposed_versions import VersionToAnswer
from engine.message import message
from engine.versions.differences import Difference, differences
from portal.asked import Asked
from portal.fields import Field, Option, Widget
from portal.look import InvalidInput
from portal.pages.pathways import draw_picture, draw_sheet, show_text, version_address, which_of
from portal.routes import Needs, Route
from portal.threads_apart import MANY_CASES

_WAITING = "/proposed-versions/{name}/{number}"
_MARK, _WHY = "mark", "why"


def waiting_address(name: str, number: int) -> str:
    return _WAITING.format(name=name, number=number)


def by_section(found: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    """Differences, grouped by section."""
    return [(name, list(each)) for name, each in groupby(found, lambda each: each.section)]


def shown(asked: Asked) -> Response:
    """The page with what a version would change, and what its reader may do about it."""
    return _page(asked, _found(asked))


def _page(
    asked: Asked, found: VersionToAnswer, status: int = 200, *faults: InvalidInput
) -> Response:
    before = found.before.definition if found.before else None
    reasons = Field(
        name=_WHY,
        title=asked.say("pathways.why_declined"),
        widget=Widget.RADIOS,
        options=[Option(each, asked.say(f"pathways.why_declined.{each}")) for each in WhyDeclined],
        fault=faults[0].text if faults else "",
    )
    return asked.page(
        "pathway_waiting.html",
        status,
        faults,
        found=found,
        listed=found.listed,
        head=found.pathway.definition,
        address=waiting_address(*which_of(asked)),
        sections=by_section(differences(before, found.pathway.definition)) if before else [],
        reasons=reasons,
    )


def _found(asked: Asked) -> VersionToAnswer:
    return proposed_versions.to_answer(asked.onward, *which_of(asked), asked.by)


def text(asked: Asked) -> Response:
    name, number = which_of(asked)
    return show_text(asked, name, number, _found(asked).text, waiting_address(name, number))


def picture(asked: Asked) -> Response:
    name, number = which_of(asked)
    pathway = _found(asked).pathway
    return draw_picture(asked, pathway, f"{name}@{number}", waiting_address(name, number))


def sheet(asked: Asked) -> Response:
    return draw_sheet(asked, _found(asked).pathway)


def agree(asked: Asked) -> Response:
    """Publish the version, if it is still what the reader was shown."""
    name, number = which_of(asked)
    answering_versions.agree(asked.onward, name, number, asked.field(_MARK), asked.by)
    told = message("pathways.told.agreed", pathway=name, version=number)
    return asked.to(version_address(name, number), told)


def decline(asked: Asked) -> Response:
    name, number = which_of(asked)
    why = asked.field(_WHY)
    if why not in set(WhyDeclined):
        fault = InvalidInput(asked.say("pathways.no_reason"), f"#{_WHY}")
        return _page(asked, _found(asked), 422, fault)
    answering_versions.decline(asked.onward, name, number, WhyDeclined(why), asked.by)
    told = message("pathways.told.declined", pathway=name, version=number)
    return asked.to("/pathways", told)


def take_back(asked: Asked) -> Response:
    name, number = which_of(asked)
    answering_versions.take_back(asked.onward, name, number, asked.by)
    told = message("pathways.told.taken_back", pathway=name, version=number)
    return asked.to("/pathways", told)


ROUTES = (
    Route(path=_WAITING, answer=shown, needs=Needs.RECENT),
    Route(path=f"{_WAITING}/text", answer=text),
    Route(path=f"{_WAITING}/picture", answer=picture, apart=MANY_CASES),
    Route(path=_WAITING + "/picture/{sheet}.svg", answer=sheet, apart=MANY_CASES),
    Route(
        path=f"{_WAITING}/agree", answer=agree, needs=Needs.RECENT, method="POST", apart=MANY_CASES
    ),
    Route(path=f"{_WAITING}/decline", answer=decline, needs=Needs.RECENT, method="POST"),
    Route(path=f"{_WAITING}/take-back", answer=take_back, needs=Needs.RECENT, method="POST"),
)
