"""Taking in cases by rows: several in one transaction, each row whole or not at all, none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, insert, select

from casework import companions, marks
from casework.context import Actor, Onward
from casework.opening import open_within
from casework.protected import checked_values
from casework.publishing import version_to_open
from casework.turn import CASES, Moved, attempt, hold, write_turn
from engine.codes import CodeList
from engine.countries import is_country
from engine.errors import Refusal
from engine.intake import Columns, Fault, columns_of, moment_of
from engine.pathway import Pathway
from engine.registry import Agency
from engine.state import State, Task, TaskKind
from engine.verbs import complete_act, split_form
from models.columns import table_of
from models.definitions import Installation
from models.intakes import Intake

_INTAKES, _INSTALLATION = table_of(Intake), table_of(Installation)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a file."""

    number: int
    pathway: str
    country: str
    agency: str
    """Opens the case."""
    opened_at: str = ""
    """A moment, in the agency's zone where it names none; now if it is empty."""
    reference: str = ""
    """Whatever names this row to the agency: with it, the row is known again if all else changes."""
    copy: int = 1
    """The how manyth row of its file that says the very same."""
    cells: Mapping[str, str]
    """The answers by column."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row: a case, nothing because it is one already, or faults."""

    number: int
    code: str = ""
    known: bool = False
    faults: tuple[Fault, ...] = ()


class _Opening(msgspec.Struct, frozen=True, kw_only=True):
    """How a row opens its case."""

    pathway: Pathway
    country: str
    by: Actor
    at: datetime | None


class _Faulty(Exception):
    """A row that cannot be a case."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults


class _OnlyLooked(Exception):
    """Nothing is to be kept."""


def take_in(
    onward: Onward,
    rows: Sequence[Row],
    person: str,
    names: Mapping[str, str],
    *,
    only_look: bool = False,
) -> list[Outcome]:
    """Open a case for each row that is none yet, all in one transaction; no run is woken: whoever looks
    after the cases finds them.

    A row that answers an open field of the first form fills the form in; one that answers protected
    fields alone leaves it open, and what it says of the person is known in it.

    Args:
        person: the staff code of who takes them in.
        names: column to what it stands for.
        only_look: say what would become of them, and keep nothing.
    """
    outcomes: list[Outcome] = []

    def work(connection: Connection) -> None:
        outcomes[:] = _Chunk(onward, connection, person, names).take(rows)
        if only_look:
            raise _OnlyLooked

    with suppress(_OnlyLooked):
        onward.store.change(work)
    return outcomes


class _Chunk:
    """Rows in one transaction."""

    def __init__(
        self, onward: Onward, connection: Connection, person: str, names: Mapping[str, str]
    ) -> None:
        self._onward, self._connection = onward, connection
        self._person, self._names = person, names
        # Whoever takes in the same file at the same time waits here.
        installation = connection.execute(select(_INSTALLATION).with_for_update()).one()
        self._now = onward.clock.within(installation.clock_at)
        registry = onward.library.reference(connection, installation.reference_version).registry
        self._agencies: Mapping[str, Agency] = registry.by_code
        self._columns: dict[int, Columns] = {}
        self._first_roles: dict[int, str] = {}

    def take(self, rows: Sequence[Row]) -> list[Outcome]:
        secret = marks.secret_of(self._onward, self._connection)
        by_number = {row.number: marks.mark(secret, *_identity(row)) for row in rows}
        known = marks.taken_in(self._connection, by_number.values())
        return [self._outcome(row, by_number[row.number], known) for row in rows]

    def _outcome(self, row: Row, mark: bytes, known: set[bytes]) -> Outcome:
        if mark in known:
            return Outcome(number=row.number, known=True)
        try:
            with self._connection.begin_nested():
                code = self._opened(row)
                case = select(CASES.c.id).where(CASES.c.code == code).scalar_subquery()
                values = {"mark": mark, "case_id": case, "taken_at": self._now}
                self._connection.execute(insert(_INTAKES).values(values))
        except _Faulty as error:
            return Outcome(number=row.number, faults=error.faults)
        except Refusal as refusal:
            return Outcome(number=row.number, faults=(Fault("", str(refusal)),))
        return Outcome(number=row.number, code=code)

    def _opened(self, row: Row) -> str:
        agency = self._agency(row)
        at = self._moment(row, ZoneInfo(agency.zone))
        version, pathway = self._version(row, at or self._now)
        answers, faults = self._columns_of(version, pathway).answers(
            row.cells, ZoneInfo(agency.zone)
        )
        if faults:
            raise _Faulty(*faults)
        by = Actor(agency.code, self._person)
        opens, protected = split_form(answers, pathway)
        opening = _Opening(pathway=pathway, country=row.country, by=by, at=at)
        if not opens:
            identity = {name: answers[name] for name in protected}
            return self._open(opening, identity=identity).code
        role = self._role_of_the_first_form(version, opening)
        moved = self._open(opening, roles={role: agency.code})
        self._fill_in(moved, by, answers, at)
        return moved.code

    def _open(
        self,
        opening: _Opening,
        *,
        roles: Mapping[str, str] | None = None,
        identity: Mapping[str, object] | None = None,
    ) -> Moved:
        return open_within(
            self._onward,
            self._connection,
            opening.pathway.name,
            opening.country,
            opening.by,
            roles=roles,
            identity=identity,
            version=opening.pathway.version,
            occurred_at=opening.at,
        )

    def _role_of_the_first_form(self, version: int, opening: _Opening) -> str:
        """Who fills in a form has the role for it: not the registry's first agency, but this one."""
        if version not in self._first_roles:
            with suppress(_OnlyLooked), self._connection.begin_nested():
                task = _first_form(opening.pathway, self._open(opening).state)
                self._first_roles[version] = task.role if task else ""
                raise _OnlyLooked
        if not self._first_roles[version]:
            raise _Faulty(Fault("", "the pathway begins with no form in which this could stand"))
        return self._first_roles[version]

    def _agency(self, row: Row) -> Agency:
        """The agency that opens the case; what a cell says may be anything, so no fault repeats it."""
        faults = []
        if row.agency not in self._agencies:
            faults.append(Fault("agency", "is no agency of the registry (its code, as GH-DSW)"))
        if not is_country(row.country):
            faults.append(Fault("country", "is not a country (two capital letters, as in GH)"))
        if faults:
            raise _Faulty(*faults)
        return self._agencies[row.agency]

    @staticmethod
    def _moment(row: Row, zone: ZoneInfo) -> datetime | None:
        at = moment_of(row.opened_at, zone) if row.opened_at else None
        if row.opened_at and at is None:
            raise _Faulty(Fault("opened_at", "is not a moment (2026-01-31 10:00)"))
        return at

    def _version(self, row: Row, opened: datetime) -> tuple[int, Pathway]:
        try:
            return version_to_open(self._onward, self._connection, row.pathway, None, opened)
        except Refusal as refusal:
            unknown = refusal.reason == "unknown_pathway"
            said = "is no published pathway" if unknown else "is not in effect at the opening"
            raise _Faulty(Fault("pathway", said)) from None

    def _columns_of(self, version: int, pathway: Pathway) -> Columns:
        if version not in self._columns:
            kept = companions.newest(self._connection, "codes", [version])
            lists = {name: msgspec.convert(body, CodeList) for _, name, body in kept}
            columns = columns_of(self._names, pathway.definition, lists.values())
            self._columns[version] = columns
        return self._columns[version]

    def _fill_in(
        self, moved: Moved, by: Actor, answers: Mapping[str, object], at: datetime | None
    ) -> None:
        """The first form, with all that the row answers."""
        held = hold(self._onward, self._connection, moved.code, lock=False)
        task = _first_form(held.pathway, moved.state)
        if task is None:
            raise _Faulty(Fault("", "the pathway begins with no form in which this could stand"))
        act = complete_act(task.id, answers, held.pathway, None)
        values = checked_values(held.pathway, answers, act.protected)
        made = attempt(held, act, by, at)
        if made.refusal is not None:
            raise made.refusal
        write_turn(self._onward, self._connection, made, values)


def _identity(row: Row) -> tuple[object, ...]:
    """What tells a row from all others: its reference at its agency, else all that stands in it."""
    if row.reference:
        return ("reference", row.agency, row.reference)
    opened = (row.pathway, row.country, row.agency, row.opened_at)
    return ("row", *opened, sorted(row.cells.items()), row.copy)


def _first_form(pathway: Pathway, state: State) -> Task | None:
    """The task with the first form, right after the opening."""
    work = [task for task in state.open_tasks() if task.kind is TaskKind.WORK]
    return next((task for task in work if pathway.form_of(task)), None)


def columns_for(onward: Onward, pathway: str, names: Mapping[str, str]) -> Columns:
    """What the columns of a file mean in the newest version of a pathway.

    Raises:
        Refusal: `unknown_pathway`.
        EngineError: two columns answer the same.
    """
    with onward.store.read() as connection:
        now = onward.clock.within(connection.execute(select(_INSTALLATION)).one().clock_at)
        version, found = version_to_open(onward, connection, pathway, None, now)
        kept = companions.newest(connection, "codes", [version])
        lists = {name: msgspec.convert(body, CodeList) for _, name, body in kept}
    return columns_of(names, found.definition, lists.values())
