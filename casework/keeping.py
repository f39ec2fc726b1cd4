"""Works out how long each ended case is kept, from its pathway, the registry, and the agencies that
have known of it or may now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select

from casework import log
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.publishing import version_to_open
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.records import RecordError
from engine.retention import ErasureDue, RetentionPeriod, due, lawful_from, of_pathway, shortest
from engine.state import State
from engine.statuses import CasePhase
from models.agencies import AgencyRow
from models.columns import table_of
from models.installation import Installation
from models.keys import SealError
from models.people import Person

_INSTALLATION, _AGENCIES, _PEOPLE = (table_of(each) for each in (Installation, AgencyRow, Person))
_AT_ONCE = 200


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A case that has ended or was merged into another one, and that still has something to erase."""

    id: int
    code: str
    person_id: int
    pathway: str
    version_id: int
    end: str
    """The end; empty for a case that was merged."""
    ended_at: datetime
    """When it ended or was merged or, if its state can no longer be read, when it was last changed."""
    entries: int
    responsible: str
    parties: tuple[str, ...]
    """The agencies that have known of the case, or may now; for a damaged case whose row lists
    nobody, the responsible one.
    """
    merged_into: str
    has_key: bool
    person_has_key: bool
    is_readable: bool
    """Whether it can be read. False if it is damaged; an erased case counts as readable."""


class When(msgspec.Struct, frozen=True, kw_only=True):
    """When a case is due to be erased."""

    ended_at: datetime
    """When its retention period starts: when the case ended. A duplicate counts as ended when both
    it and the case into which it was merged have ended.
    """
    due: ErasureDue | None
    """None if no retention period applies, or if it was merged into a case that is still open."""
    goes_with: str = ""
    """The code of the open case into which it was merged; empty if there is none."""


def ended_cases(
    onward: Onward, connection: Connection, *only: ColumnElement[bool]
) -> Iterator[Ended]:
    """The ended and merged cases that meet all conditions in `only`, in the order of opening. Cases
    are left out if both their own key and their person's key are destroyed. Reads page by page.
    """
    after = 0
    has_any = or_(CASES.c.wrapped_key.is_not(None), _PEOPLE.c.wrapped_key.is_not(None))
    query = (
        select(CASES, _PEOPLE.c.wrapped_key.label("of_person"))
        .join(_PEOPLE, _PEOPLE.c.id == CASES.c.person_id)
        .where(CASES.c.status != CasePhase.OPEN, has_any, *only)
        .order_by(CASES.c.id)
        .limit(_AT_ONCE)
    )
    while rows := connection.execute(query.where(CASES.c.id > after)).all():
        yield from (_ended(onward, row) for row in rows)
        after = rows[-1].id


def _ended(onward: Onward, row: Any) -> Ended:
    state = _state(onward, row)
    known = state or State(responsible=row.responsible)
    moment = "case.merged" if known.merged_into else "case.ended"
    return Ended(
        id=row.id,
        code=row.code,
        person_id=row.person_id,
        pathway=row.pathway,
        version_id=row.pathway_version_id,
        end=row.end,
        ended_at=known.moments.get(moment, row.recorded_at),
        entries=row.version,
        responsible=row.responsible,
        parties=tuple(row.parties or (row.responsible,)),
        merged_into=known.merged_into,
        has_key=row.wrapped_key is not None,
        person_has_key=row.of_person is not None,
        is_readable=state is not None or row.wrapped_key is None,
    )


def _state(onward: Onward, row: Any) -> State | None:
    if row.wrapped_key is None:
        return None
    try:
        cipher = onward.keys.cipher(row.wrapped_key, log.owner_of(row.code))
        return onward.states.read(cipher, row.code, row.sealed_state)
    except (SealError, RecordError):
        return None


class Periods:
    """The retention periods in force, as one transaction reads them."""

    def __init__(self, onward: Onward, connection: Connection) -> None:
        row = connection.execute(select(_INSTALLATION)).one()
        self.now = onward.clock.within(row.clock_at)
        self._onward, self._connection = onward, connection
        self._reference = onward.library.reference(connection, row.reference_version)
        agencies = connection.execute(select(_AGENCIES.c.code, _AGENCIES.c.country))
        self._countries = {each.code: each.country for each in agencies}
        self._of_pathways: dict[str, tuple[RetentionPeriod, ...]] = {}
        self._known: dict[str, Ended] = {}

    def know(self, cases: Iterable[Ended]) -> None:
        """Remember cases that were already read, so that they need not be read again."""
        self._known.update((each.code, each) for each in cases)

    def when(self, case: Ended) -> When:
        """When a case is due to be erased.

        A duplicate is part of the case into which it was merged: its period counts from the later
        end of the two, and it is kept as long as either of them is. While that case is open, the
        duplicate is not due.

        Raises:
            CalendarError: the calendar of a country is not known.
        """
        record = [case]
        while (into := record[-1].merged_into) and into not in {each.code for each in record}:
            survivor = self._find(into)
            if survivor is None and self._is_open(into):
                return When(ended_at=case.ended_at, due=None, goes_with=into)
            if survivor is None:  # erased
                break
            record.append(survivor)
        ended_at = max(each.ended_at for each in record)
        found = [self._due(each, ended_at) for each in record]
        latest = max((each for each in found if each), key=lambda each: each.at, default=None)
        return When(ended_at=ended_at, due=None if None in found else latest)

    def shortest(self) -> timedelta | None:
        """The shortest time from the end of a case until it is due, on any pathway in any country;
        None if no case is ever due.
        """
        ended = select(CASES.c.pathway, CASES.c.pathway_version_id).where(
            CASES.c.status != CasePhase.OPEN
        )
        found = [*self._reference.registry.retention]
        for row in self._connection.execute(ended.distinct()).all():
            found += self._of(row.pathway, row.pathway_version_id)
        return shortest(found)

    def _find(self, code: str) -> Ended | None:
        if code not in self._known:
            self.know(ended_cases(self._onward, self._connection, CASES.c.code == code))
        return self._known.get(code)

    def _is_open(self, code: str) -> bool:
        query = select(CASES.c.id).where(CASES.c.code == code, IS_OPEN)
        return self._connection.execute(query).first() is not None

    def _due(self, case: Ended, ended_at: datetime) -> ErasureDue | None:
        place = self._countries.get(case.responsible, "")
        return due(ended_at, self._kept(case), self._reference.calendars, place)

    def lawful_from(self, case: Ended) -> ErasureDue | None:
        """The moment until which laws require a case to be kept; None if none does. Raises
        `CalendarError`.
        """
        return lawful_from(case.ended_at, self._kept(case), self._reference.calendars)

    def _kept(self, case: Ended) -> Sequence[RetentionPeriod]:
        """The retention periods that apply to a case: those of its pathway, and those of the
        countries of its `parties`.
        """
        where = {self._countries.get(each) for each in case.parties}
        limits = self._reference.registry.retention
        own = self._of(case.pathway, case.version_id)
        return (*own, *(each for each in limits if each.country in where))

    def _of(self, pathway: str, version_id: int) -> tuple[RetentionPeriod, ...]:
        """The retention periods of the version of a pathway that is in force today; they also apply
        to cases that ended on an earlier version.
        """
        found = self._of_pathways.get(pathway)
        if found is None:
            in_force = self._in_force(pathway, version_id)
            found = self._of_pathways[pathway] = of_pathway(in_force.definition.retention)
        return found

    def _in_force(self, pathway: str, version_id: int) -> Pathway:
        try:
            return version_to_open(self._onward, self._connection, pathway, None, self.now)[1]
        except Refusal:  # the clock was set back
            return self._onward.library.pathway(self._connection, version_id)
