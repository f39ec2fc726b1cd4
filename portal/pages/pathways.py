"""Pathways and their versions, for coordinators: the text, the picture, what a check says, and
moving cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from starlette.responses import Response

from casework import moving, proposed_versions, published, publishing
from casework.case_codes import as_typed
from casework.case_moves import MoveOutcome, by_reason
from casework.impact import CaseImpact
from casework.kept_pathways import YAML, KeptPathway
from casework.moving import Moves
from casework.published import VersionListed
from engine.drawing.overview import pages_of
from engine.drawing.placing import Sheet, unfolded
from engine.drawing.svg import svg
from engine.errors import Refusal
from engine.message import Message
from engine.pathway import Pathway
from portal.asked import Asked
from portal.checking_apart import checkup_of
from portal.routes import Needs, Route
from portal.threads_apart import MANY_CASES
from wording import sentences

_PATH = "/pathways"
_VERSION = _PATH + "/{name}/{number}"
_MOVE = _VERSION + "/{way}"
FORTH, BACK = "forth", "back"
AT_ONCE = 200
"""How many cases a page weighs or moves; each takes a few hundredths of a second."""
_NUMBER = re.compile("[0-9]{1,9}")
"""The version numbers that a store can be asked for."""


def version_address(name: str, number: int) -> str:
    return f"{_PATH}/{name}/{number}"


def listed(asked: Asked) -> Response:
    return asked.page(
        "pathways.html",
        pathways=published.pathways(asked.onward, asked.by),
        waiting=proposed_versions.waiting(asked.onward, asked.by),
        declined=proposed_versions.declined(asked.onward, asked.by),
    )


def version(asked: Asked) -> Response:
    line, found = _line(asked)
    newest = line[0].number
    return asked.page(
        "pathway_version.html",
        each=found,
        is_newest=found.number == newest,
        older=sum(other.open_cases for other in line if other.number < found.number),
    )


def text(asked: Asked) -> Response:
    name, number = which_of(asked)
    shown = published.text(asked.onward, name, number, asked.by)
    return show_text(asked, name, number, shown, version_address(name, number))


def show_text(asked: Asked, name: str, number: int, shown: str, back: str) -> Response:
    """A page with the whole text of a version; `back` is the address of the version's own page."""
    return asked.page(
        "pathway_text.html", name=f"{name}@{number}", file=f"{name}{YAML}", text=shown, back=back
    )


def check(asked: Asked) -> Response:
    found = _line(asked)[1]
    file = f"{found.name}{YAML}"
    shown = published.text(asked.onward, found.name, found.number, asked.by)
    checkup = checkup_of(KeptPathway(file=file, files={file: shown}))
    return asked.page("pathway_check.html", each=found, checkup=checkup, placed=sentences.placed)


def picture(asked: Asked) -> Response:
    found = _line(asked)[1]
    return draw_picture(
        asked, _pathway(asked), f"{found.name}@{found.number}", version_address(*which_of(asked))
    )


def sheet(asked: Asked) -> Response:
    return draw_sheet(asked, _pathway(asked))


def draw_picture(asked: Asked, pathway: Pathway, title: str, back: str) -> Response:
    """A page with all sheets of a pathway's drawing. `title` names the version, and `back` is the
    address of the version's own page.
    """
    return asked.page(
        "pathway_picture.html", sheets=_sheets(asked, pathway), title=title, back=back
    )


def draw_sheet(asked: Asked, pathway: Pathway) -> Response:
    """One sheet of a pathway's drawing, as a file: the one that the address names."""
    wanted = asked.part("sheet")
    found = next((each for each in _sheets(asked, pathway) if each.page.name == wanted), None)
    if found is None:
        raise Refusal("not_found.page", name=wanted)
    return Response(svg(found), media_type="image/svg+xml")


def _sheets(asked: Asked, pathway: Pathway) -> list[Sheet]:
    return [unfolded(page) for page in pages_of(pathway, _spoken(asked))]


def _spoken(asked: Asked) -> Callable[[Message], str]:
    """A function that puts a message into the reader's language, for use within a sentence."""
    return lambda said: sentences.in_words(said, asked.language)


def ask_move(asked: Asked) -> Response:
    """The page that asks which cases to move. Once they are named, it shows what moving them would
    do, or moving them back.
    """
    found, which = _line(asked)[1], _moves(asked, asked.query)
    way = _way(asked)
    is_asked = "codes" in asked.request.query_params
    shown: dict[str, object] = {}
    if is_asked:
        outcomes = moving.foreseen(asked.onward, which, asked.by, is_back=way == BACK)
        shown = _shown(asked, which, outcomes)
    return asked.page(
        "pathway_move.html", each=found, way=way, which=which, is_asked=is_asked, shown=shown
    )


def move(asked: Asked) -> Response:
    """Move as many of the cases as one page takes, and say what became of each. Doing it again
    changes nothing for those that have moved.
    """
    found, which = _line(asked)[1], _moves(asked, asked.field)
    way = _way(asked)
    do = moving.moved if way == FORTH else moving.moved_back
    made = do(asked.onward, which, asked.by)
    shown = _shown(asked, which, made.outcomes, is_done=True)
    return asked.page(
        "pathway_moved.html",
        each=found,
        way=way,
        which=which,
        changes_rule=made.changes_rule,
        shown=shown,
    )


def _shown(
    asked: Asked, which: Moves, outcomes: Iterator[MoveOutcome], *, is_done: bool = False
) -> dict[str, object]:
    """What became, or would become, of as many cases as one page takes. Stops there, since taking
    another outcome from `outcomes` would move another case.
    """
    found = list(islice(outcomes, AT_ONCE))
    words = ["moved" if is_done and each.moved else key_of(each.word) for each in found]
    became = [asked.say(f"pathways.move.{word}") for word in words]
    last = found[-1].code if len(found) == AT_ONCE else ""
    rest = which._replace(after=last)
    is_back = asked.part("way") == BACK
    has_more = bool(last) and moving.has_cases(asked.onward, rest, asked.by, is_back=is_back)
    return {
        "cases": list(zip((each.code for each in found), became, strict=True)),
        "moved": sum(each.moved for each in found),
        "last": last if has_more else "",
        "reasons": reasons(asked, found),
        "deadlines": deadlines(asked, found),
    }


def key_of(word: str) -> str:
    """What becomes of a case, as the codes of messages write it: `can_move` for `can move`."""
    return word.replace(" ", "_")


def reasons(
    asked: Asked, found: Sequence[CaseImpact | MoveOutcome]
) -> list[tuple[str, str, list[str]]]:
    """For each reason: what becomes of its cases, as `key_of` gives it; the reason in words; and
    the codes of the cases.
    """
    told = by_reason(found, _spoken(asked))
    return [(key_of(word), reason, codes) for (word, reason), codes in told.items()]


def deadlines(asked: Asked, found: Sequence[CaseImpact | MoveOutcome]) -> list[list[str]]:
    """The deadlines that moving the cases changes, each as a row: the case, what the deadline
    is about, the agency, and the moments before and after.
    """
    nothing = asked.say("amount.none")
    return [
        [
            each.code,
            moved.about,
            moved.agency,
            asked.moment(moved.before) if moved.before else nothing,
            asked.moment(moved.after) if moved.after else nothing,
        ]
        for each in found
        for moved in each.deadlines
    ]


def _way(asked: Asked) -> str:
    way = asked.part("way")
    if way not in (FORTH, BACK):
        raise Refusal("not_found.page", name=way)
    return way


def _moves(asked: Asked, sent: Callable[[str], str]) -> Moves:
    """The cases to move that the form or the address names, and the last one that an interrupted
    run has dealt with. Raises Refusal `not_found` if cases are named, and that last case is not one
    of them.
    """
    codes = tuple(dict.fromkeys(map(as_typed, sent("codes").replace(",", " ").split())))
    responsible, after = sent("responsible").strip().upper(), sent("after")
    if after and codes and after not in codes:
        raise Refusal("not_found.page", name=after)
    return Moves(*which_of(asked), codes, "" if codes else responsible, after)


def which_of(asked: Asked) -> tuple[str, int]:
    number = asked.part("number")
    return asked.part("name"), int(number) if _NUMBER.fullmatch(number) else 0


def _line(asked: Asked) -> tuple[list[VersionListed], VersionListed]:
    """All versions of the requested pathway, and the requested one."""
    name, number = which_of(asked)
    line = published.line(asked.onward, name, asked.by)
    found = next((each for each in line if each.number == number), None)
    if found is None:
        raise Refusal("not_found.version", name=name, number=number)
    return line, found


def _pathway(asked: Asked) -> Pathway:
    return publishing.published_version(asked.onward, *which_of(asked), asked.by)


ROUTES = (
    Route(path=_PATH, answer=listed),
    Route(path=_VERSION, answer=version),
    Route(path=f"{_VERSION}/text", answer=text),
    Route(path=f"{_VERSION}/check", answer=check, apart=MANY_CASES),
    Route(path=f"{_VERSION}/picture", answer=picture),
    Route(path=_VERSION + "/picture/{sheet}.svg", answer=sheet),
    Route(path=_MOVE, answer=ask_move, needs=Needs.RECENT, apart=MANY_CASES),
    Route(path=_MOVE, answer=move, needs=Needs.RECENT, method="POST", apart=MANY_CASES),
)
