"""Shows what a new version would mean for each running case. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from functools import cache
from itertools import islice

import msgspec
from msgspec.structs import replace
from sqlalchemy import select

from casework import authority
from casework.authority import Right
from casework.case_moves import THERE, MoveOutcome, known_to, one_by_one, require_open, way
from casework.case_rows import CASES, IS_OPEN, open_cases
from casework.commencements import is_standing
from casework.context import Onward
from casework.held_case import Held, hold
from casework.principal import Principal
from casework.version_lines import VersionLine, line_of, require_published
from casework.wider_moves import require_no_wider
from engine import migrating
from engine.countries import country_of
from engine.errors import Refusal, message_of
from engine.message import Message
from engine.migrating import MovedDeadline, MoveVerdict, MoveWord
from engine.pathway import Pathway
from engine.records import RecordError
from engine.state import State
from models.keys import SealError


class CaseImpact(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of one case."""

    code: str
    version: int
    """Its current version."""
    responsible: str
    word: str
    """unaffected | stays | can move | cannot"""
    reasons: tuple[Message, ...]
    deadlines: tuple[MovedDeadline, ...]
    agencies: dict[str, tuple[str, ...]]
    """The agency responsible for it and those that have something to do in it, each with the sides
    of its country.
    """
    is_weighed: bool = True
    """False if it could not be read or settled; then it cannot move, and the reason says why."""


def impact(
    onward: Onward,
    new: Pathway,
    by: Principal,
    *,
    on_its_day: bool = False,
    most: int | None = None,
) -> Iterator[CaseImpact]:
    """Each open case on an older version, unreadable ones included, in the order in which they were
    opened. Cases that have moved or ended meanwhile, or that would end before they could move, are
    left out.

    Args:
        new: a published version, or a draft of one.
        on_its_day: weigh each case as it would be on the version's first day if nobody did anything
            until then; otherwise as it is once everything due now has happened.
        most: the most cases to look at; by default all.

    Raises:
        Refusal: `unknown_pathway`, if no version of the pathway was published.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        line = line_of(onward, connection, new.name, new)
        moves_alone = is_standing(connection, line.ids[new.version])
    if not any(line.ids.values()):
        raise Refusal("unknown_pathway.no_case", pathway=new.name)
    day = datetime.combine(new.definition.effective, time(), UTC) if on_its_day else None
    is_ahead = on_its_day or new.definition.effective > onward.clock.now().date()
    by_hand = None if is_ahead or moves_alone else _refusals_by_hand(onward, line, new.version, by)
    older = {ident: number for number, ident in line.ids.items() if number < new.version}
    for code in islice(open_cases(onward, CASES.c.pathway_version_id.in_(older)), most):
        try:
            yield _of_case(onward, code, line, new, day, by_hand)
        except Refusal as refusal:
            if refusal.reason not in _MEANWHILE:
                yield from _not_weighed(onward, code, older, refusal.message)
        except (SealError, RecordError) as error:
            yield from _not_weighed(onward, code, older, message_of(error))


_MEANWHILE = THERE | {"closed", "moved_already"}
"""Refusals for a case that has moved or ended meanwhile, or that would end when looked at."""


_Refusals = Callable[[int], tuple[Message, ...]]
"""For each version, why the caller may not move a case from it by hand; empty if they may."""


def _refusals_by_hand(onward: Onward, line: VersionLine, number: int, by: Principal) -> _Refusals:
    @cache  # cached: the same for all cases on a version, and it compares two whole pathways
    def found(at: int) -> tuple[Message, ...]:
        try:
            with onward.store.read() as connection:
                require_no_wider(onward, connection, line, at, number, by)
        except Refusal as refusal:
            return migrating.reasons_of(refusal)
        return ()

    return found


def _of_case(
    onward: Onward,
    code: str,
    line: VersionLine,
    new: Pathway,
    day: datetime | None,
    by_hand: _Refusals | None,
) -> CaseImpact:
    """What would become of one case.

    Args:
        by_hand: tells why the caller may not move the case by hand. None if the version moves cases
            by its own rule, is not in effect yet, or is looked at as on its first day.
    """
    held, state, verdict = _weighed(onward, code, line, new.name, new.version, day=day)
    found = CaseImpact(
        code=code,
        version=held.pathway.version,
        responsible=state.responsible,
        word=verdict.word,
        reasons=verdict.reasons,
        deadlines=verdict.deadlines,
        agencies=_agencies(state),
    )
    refused = by_hand(found.version) if by_hand else ()
    return replace(found, word=MoveWord.CANNOT, reasons=refused, deadlines=()) if refused else found


def preview_cases(
    onward: Onward,
    codes: Iterable[str],
    name: str,
    number: int,
    by: Principal,
    *,
    chosen: bool = False,
) -> Iterator[MoveOutcome]:
    """What `move_cases` would do with each case, or why it would refuse. Looking changes nothing.

    A case that cannot move may still be moved by the rule of another version; this is not foreseen.

    Raises:
        Refusal: `unknown_pathway`.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        line = line_of(onward, connection, name)
    require_published(line, name, number)

    def one(code: str) -> MoveOutcome:
        held, _, verdict = _weighed(onward, code, line, name, number, on_purpose=chosen)
        with onward.store.read() as connection:
            require_no_wider(onward, connection, line, held.pathway.version, number, by)
        return MoveOutcome(
            code=code, word=verdict.word, reasons=verdict.reasons, deadlines=verdict.deadlines
        )

    return one_by_one(codes, one, chosen=chosen)


def _weighed(
    onward: Onward,
    code: str,
    line: VersionLine,
    name: str,
    number: int,
    *,
    on_purpose: bool = False,
    day: datetime | None = None,
) -> tuple[Held, State, MoveVerdict]:
    """A case, its state once everything due has happened, and what would become of it.

    Args:
        day: when it would move, if not now.

    Raises:
        Refusal: as in `move_case`.
    """
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        require_open(held.state)
        onto = way(held, line, name, number)
        known = known_to(onward, connection, held, onto)
    reference = replace(known, loads=held.loads)
    now = max(held.now, day or held.now)
    state = migrating.settled(held.pathway, held.state, now, reference)
    require_open(state)
    new = migrating.MoveTarget(onto.pathway, onto.names)
    verdict = migrating.weigh(held.pathway, new, state, now, known, on_purpose=on_purpose)
    return held, state, verdict


def _not_weighed(
    onward: Onward, code: str, older: Mapping[int, int], reason: Message
) -> Iterator[CaseImpact]:
    """A case that could not be weighed, described by its unsealed columns. Nothing if it has moved
    or ended meanwhile.

    Args:
        older: the numbers of the versions that cases are weighed on, by the ids of their rows.
    """
    columns = (CASES.c.pathway_version_id, CASES.c.responsible)
    is_there = (CASES.c.code == code, IS_OPEN, CASES.c.pathway_version_id.in_(older))
    with onward.store.read() as connection:
        row = connection.execute(select(*columns).where(*is_there)).one_or_none()
    if row is not None:
        yield CaseImpact(
            code=code,
            version=older[row.pathway_version_id],
            responsible=row.responsible,
            word=MoveWord.CANNOT,
            reasons=(reason,),
            deadlines=(),
            agencies={row.responsible: ()},
            is_weighed=False,
        )


def _agencies(state: State) -> dict[str, tuple[str, ...]]:
    owners = {state.responsible, *(each for task in state.open_tasks() for each in task.agencies)}
    owners |= {each.agency for each in state.open_hand_overs()}
    return {
        agency: tuple(
            side for side, country in state.sides.items() if country == country_of(agency)
        )
        for agency in sorted(owners)
    }


class AgencyLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a new version means for the cases of one agency, on one side."""

    agency: str
    side: str
    """The side; empty if the agency's country is not that of any side."""
    counts: dict[str, int]
    """How many cases, by `CaseImpact.word`."""


def by_agency(found: list[CaseImpact]) -> list[AgencyLine]:
    """How many cases each agency is responsible for or has something to do in, by side."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for case in found:
        for agency, sides in case.agencies.items():
            for side in sides or ("",):
                line = counts.setdefault((side, agency), dict.fromkeys(MoveWord, 0))
                line[case.word] += 1
    return [
        AgencyLine(agency=agency, side=side, counts=line)
        for (side, agency), line in sorted(counts.items())
    ]
