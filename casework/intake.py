"""Takes in cases from the rows of a file: several per transaction, each row completely or not at
all, and none twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, ScalarSelect, insert, select

from casework import companions, manifest, marks, operators
from casework.case_rows import CASES
from casework.context import Onward
from casework.deciding import attempt
from casework.held_case import hold
from casework.manifest import Digests, Manifest
from casework.opening import open_within
from casework.principal import Principal
from casework.protected import checked_values
from casework.publishing import version_to_open
from casework.recording import sealed_for, write_turn
from casework.turn import Moved
from engine.acts.filling import answered, protected_in, split_form
from engine.agencies.registry import Agency
from engine.code_lists import CodeList
from engine.commands import Complete
from engine.countries import is_country
from engine.errors import Refusal
from engine.file_columns import Columns, RowFault, columns_of, moment_of
from engine.message import message
from engine.pathway import Pathway
from engine.state import State, Task
from engine.task_kinds import TaskKind
from models.columns import table_of
from models.installation import Installation
from models.intakes import Intake

_INTAKES, _INSTALLATION = table_of(Intake), table_of(Installation)


class IntakeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a file."""

    number: int
    pathway: str
    country: str
    agency: str
    """The agency that opens the case."""
    opened_at: str = ""
    """When the case is opened, in the agency's zone unless the text names one; empty for now."""
    reference: str = ""
    """The agency's own reference for this row, by which it is recognised even if everything else
    changes.
    """
    copy: int = 1
    """Its ordinal among identical rows of its file."""
    cells: Mapping[str, str]
    """The answers by column."""


class RowOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row: it opened a case, was skipped because it had opened one before, or has
    faults.
    """

    number: int
    code: str = ""
    known: bool = False
    faults: tuple[RowFault, ...] = ()


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says, in the terms of its pathway."""

    version: int
    """The id of the row of the pathway's version."""
    pathway: Pathway
    country: str
    by: Principal
    at: datetime | None
    answers: Mapping[str, object]


class _Faulty(Exception):
    """A row that cannot become a case."""

    def __init__(self, *faults: RowFault) -> None:
        self.faults = faults


class _OnlyLooked(Exception):
    """Raised to roll everything back after a trial."""


def take_in(
    onward: Onward,
    rows: Sequence[IntakeRow],
    entered_for: Callable[[str], Principal],
    names: Mapping[str, str],
    *,
    copies: Counter[bytes] | None = None,
    only_look: bool = False,
) -> list[RowOutcome]:
    """Open a case for each row that has no faults and no case yet, all in one transaction. Returns
    what became of each row, in order. No run is woken; the ticker finds the cases.

    A row that answers any field that is not protected completes the first form. Any other row
    leaves that form to be filled in, with the row's protected answers already known.

    Args:
        rows: no two rows of one agency have the same reference, unless it is empty.
        entered_for: gives the principal who opens a case for an agency, from the agency's code.
        names: maps each column to the field, or the column of a standard, that it stands for.
        copies: how often each row has occurred in this file so far; updated by the call.
        only_look: report what would happen, and store nothing.

    Raises:
        CodedError: as in `columns_for`.
    """
    outcomes: list[RowOutcome] = []
    before = Counter[bytes]() if copies is None else copies
    counted: Counter[bytes] = Counter()

    def work(connection: Connection) -> None:
        counted.clear()  # an aborted transaction is run again
        chunk = _Chunk(onward, connection, entered_for, names)
        outcomes[:] = chunk.take(rows, lambda said: before[said] + _counted(counted, said))
        if only_look:
            raise _OnlyLooked

    with suppress(_OnlyLooked):
        onward.store.change(work)
    before.update(counted)
    return outcomes


def _counted(counts: Counter[bytes], said: bytes) -> int:
    counts[said] += 1
    return counts[said]


class _Chunk:
    """Rows in one transaction."""

    def __init__(
        self,
        onward: Onward,
        connection: Connection,
        entered_for: Callable[[str], Principal],
        names: Mapping[str, str],
    ) -> None:
        self._onward, self._connection = onward, connection
        self._entered_for, self._names = entered_for, names
        # Another process taking in the same file at the same time waits here.
        installation = connection.execute(select(_INSTALLATION).with_for_update()).one()
        self._now = onward.clock.within(installation.clock_at)
        registry = onward.library.reference(connection, installation.reference_version).registry
        self._agencies: Mapping[str, Agency] = registry.by_code
        self._columns: dict[int, Columns] = {}
        self._first_roles: dict[int, str] = {}
        self._known_by: dict[str, str | None] = {}
        """The digests of the new marks of rows that were taken in before under older marks."""

    def take(self, rows: Sequence[IntakeRow], copy_of: Callable[[bytes], int]) -> list[RowOutcome]:
        secret = marks.secret_of(self._onward, self._connection)
        read = [(row, self._read(row)) for row in rows]
        marked = [_marks(secret, row, said, copy_of) for row, said in read]
        known = marks.taken_in(self._connection, chain.from_iterable(marked))
        outcomes = [
            self._outcome(row, said, found, {mark: known[mark] for mark in found if mark in known})
            for (row, said), found in zip(read, marked, strict=True)
        ]
        if self._known_by:
            wrote = Manifest(rows={"intakes": self._known_by})
            operators.note_by_itself(self._onward, self._connection, "mark_again", wrote)
        return outcomes

    def _outcome(
        self, row: IntakeRow, said: _Said | _Faulty, found: list[bytes], known: Mapping[bytes, int]
    ) -> RowOutcome:
        """What becomes of a row. `known` maps those of the row's marks that already have a case to
        the case's id.
        """
        mark = found[0]
        kept = {"mark": mark, "taken_at": self._now}
        if known:
            if mark not in known:  # known by an older mark: from now on by this one too
                self._keep(kept, min(known.values()))
                self._known_by |= self._digests(kept)
            return RowOutcome(number=row.number, known=True)
        if isinstance(said, _Faulty):
            return RowOutcome(number=row.number, faults=said.faults)
        try:
            with self._connection.begin_nested():
                code = self._opened(said, self._digests(kept))
                self._keep(kept, select(CASES.c.id).where(CASES.c.code == code).scalar_subquery())
        except _Faulty as error:
            return RowOutcome(number=row.number, faults=error.faults)
        except Refusal as refusal:
            return RowOutcome(number=row.number, faults=(RowFault("", refusal.message),))
        return RowOutcome(number=row.number, code=code)

    def _keep(self, kept: Mapping[str, object], case: int | ScalarSelect[Any]) -> None:
        self._connection.execute(insert(_INTAKES).values({**kept, "case_id": case}))

    def _digests(self, kept: Mapping[str, object]) -> dict[str, str | None]:
        return manifest.digests(self._onward.proof, "intakes", [kept])

    def _read(self, row: IntakeRow) -> _Said | _Faulty:
        try:
            agency = self._agency(row)
            at = self._moment(row, ZoneInfo(agency.zone))
            version, pathway = self._version(row, at or self._now)
        except _Faulty as error:
            return error
        columns = self._columns_of(version, pathway)
        answers, faults = columns.answers(row.cells, ZoneInfo(agency.zone))
        if faults:
            return _Faulty(*faults)
        return _Said(
            version=version,
            pathway=pathway,
            country=row.country,
            by=self._entered_for(agency.code),
            at=at,
            answers=answers,
        )

    def _opened(self, said: _Said, intake: dict[str, str | None]) -> str:
        wrote: Digests = {"intakes": intake}
        opens, protected = split_form(said.answers, said.pathway)
        if not opens:
            identity = {name: said.answers[name] for name in protected}
            return self._open(said, identity=identity, wrote=wrote).code
        role = self._role_of_the_first_form(said)
        moved = self._open(said, roles={role: said.by.agency}, wrote=wrote)
        self._fill_in(moved, said)
        return moved.code

    def _open(
        self,
        said: _Said,
        *,
        roles: Mapping[str, str] | None = None,
        identity: Mapping[str, object] | None = None,
        wrote: Digests | None = None,
    ) -> Moved:
        return open_within(
            self._onward,
            self._connection,
            said.pathway.name,
            said.country,
            said.by,
            roles=roles,
            identity=identity,
            wrote=wrote or {},
            version=said.pathway.version,
            occurred_at=said.at,
        )

    def _role_of_the_first_form(self, said: _Said) -> str:
        """The role that fills in the first form. When the case is opened, the row's agency gets
        this role, even if the pathway would choose another.
        """
        if said.version not in self._first_roles:
            with suppress(_OnlyLooked), self._connection.begin_nested():
                task = _first_form(said.pathway, self._open(said).state)
                self._first_roles[said.version] = task.role if task else ""
                raise _OnlyLooked
        if not self._first_roles[said.version]:
            raise _Faulty(RowFault("", message("row.no_form")))
        return self._first_roles[said.version]

    def _agency(self, row: IntakeRow) -> Agency:
        """The agency that opens the case. A cell may contain anything, so no fault repeats it."""
        faults = []
        if row.agency not in self._agencies:
            faults.append(RowFault("agency", message("row.no_agency")))
        if not is_country(row.country):
            faults.append(RowFault("country", message("answer.country")))
        if faults:
            raise _Faulty(*faults)
        return self._agencies[row.agency]

    @staticmethod
    def _moment(row: IntakeRow, zone: ZoneInfo) -> datetime | None:
        at = moment_of(row.opened_at, zone) if row.opened_at else None
        if row.opened_at and at is None:
            raise _Faulty(RowFault("opened_at", message("row.no_moment")))
        return at

    def _version(self, row: IntakeRow, opened: datetime) -> tuple[int, Pathway]:
        try:
            return version_to_open(self._onward, self._connection, row.pathway, None, opened)
        except Refusal as refusal:
            is_unknown = refusal.reason == "unknown_pathway"
            said = message("row.no_pathway") if is_unknown else message("row.not_in_effect")
            raise _Faulty(RowFault("pathway", said)) from None

    def _columns_of(self, version: int, pathway: Pathway) -> Columns:
        if version not in self._columns:
            kept = companions.newest(self._connection, "codes", [version])
            lists = {name: msgspec.convert(body, CodeList) for _, name, body in kept}
            columns = columns_of(self._names, pathway.definition, lists.values())
            self._columns[version] = columns
        return self._columns[version]

    def _fill_in(self, moved: Moved, said: _Said) -> None:
        """Complete the first form with everything the row answers."""
        held = hold(self._onward, self._connection, moved.code, lock=False)
        task = _first_form(held.pathway, moved.state)
        if task is None:
            raise _Faulty(RowFault("", message("row.no_form")))
        act = answered(Complete(task=task.id), said.answers, held.pathway)
        values = checked_values(
            held.pathway, said.answers, protected_in(said.answers, held.pathway)
        )
        made = attempt(held, act, said.by, said.at)
        if made.refusal is not None:
            raise made.refusal
        kept = sealed_for(self._onward, self._connection, made, values)
        write_turn(self._onward, self._connection, made, kept)


def _marks(
    secret: bytes, row: IntakeRow, said: _Said | _Faulty, copy_of: Callable[[bytes], int]
) -> list[bytes]:
    """The marks that identify a row. The row is stored under the first mark.

    They are made from the agency's reference for the row. If there is none, they are made from the
    row's meaning: the pathway, the country, when and by whom the case is opened, and the answers,
    regardless of column names and spelling.
    """
    if row.reference:
        return [marks.mark(secret, "reference", row.agency, row.reference)]
    opened = (row.pathway, row.country, row.agency, row.opened_at)
    # Rows taken in by an older Onward have a mark made from the text in each column.
    stood = marks.mark(secret, "row", *opened, sorted(row.cells.items()), row.copy)
    if isinstance(said, _Faulty):
        return [stood]
    fields = said.pathway.definition.data
    before = {name: fields[name].was or name for name in said.answers}
    copy = copy_of(marks.mark(secret, *_meaning(said, before)))
    names = ({name: name for name in before}, before)
    return [*(marks.mark(secret, *_meaning(said, each), copy) for each in names), stood]


def _meaning(said: _Said, names: Mapping[str, str]) -> tuple[object, ...]:
    """What a row means: how its case is opened, and its answers.

    Args:
        names: maps the name of each field to the name under which its answer is returned.
    """
    at = said.at.astimezone(UTC).isoformat() if said.at else ""
    answers = {
        names[name]: sorted(answer) if isinstance(answer, list) else answer
        for name, answer in said.answers.items()
    }
    opened = (said.pathway.name, said.country, said.by.agency, at)
    return ("meaning", *opened, sorted(answers.items()))


def _first_form(pathway: Pathway, state: State) -> Task | None:
    """The task with the first form, just after opening; None if no open task has a form."""
    work = [task for task in state.open_tasks() if task.kind is TaskKind.WORK]
    return next((task for task in work if pathway.form_of(task)), None)


def columns_for(onward: Onward, pathway: str, names: Mapping[str, str]) -> Columns:
    """Work out what a file's columns mean in the newest version of a pathway that is in effect.

    Args:
        names: as in `take_in`.

    Raises:
        Refusal: `unknown_pathway` or `not_in_effect`.
        CodedError: two columns answer the same field, and it is not text.
    """
    with onward.store.read() as connection:
        now = onward.clock.within(connection.execute(select(_INSTALLATION)).one().clock_at)
        version, found = version_to_open(onward, connection, pathway, None, now)
        kept = companions.newest(connection, "codes", [version])
        lists = {name: msgspec.convert(body, CodeList) for _, name, body in kept}
    return columns_of(names, found.definition, lists.values())
