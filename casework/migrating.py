"""Cases move to another version of their pathway, each in its own transaction, and back.

Doing it again goes on where it stopped: a case that has moved is not on an older version any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, select, true

from casework import log
from casework.context import Actor, Onward
from casework.loads import read_loads
from casework.renaming import rename_notices, rename_values
from casework.turn import CASES, TIME, Attempt, Held, Onto, conclude, hold, record, take
from casework.versions import Line, line_of, require_published
from engine import facts as f
from engine import migrating
from engine.commands import Command, Migrate, Revert, Settle
from engine.errors import Refusal
from engine.evolve import replay
from engine.migrating import Verdict, Word
from engine.state import State
from models.cases import LogEntry
from models.columns import table_of
from models.keys import SealError

_ENTRIES = table_of(LogEntry)
_AT_ONCE = 200
_TRIES = 5
_ALL = true()
T = TypeVar("T")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case."""

    code: str
    word: str
    """unaffected | can move | stays | cannot: the first two were moved."""
    reasons: tuple[str, ...] = ()
    deadlines: tuple[migrating.MovedDeadline, ...] = ()

    @property
    def moved(self) -> bool:
        return self.word in (Word.UNAFFECTED, Word.CAN_MOVE)


def cases_before(onward: Onward, name: str, number: int, *, responsible: str = "") -> Iterator[str]:
    """Open cases on versions before that number, in the order in which they were opened."""
    with onward.store.read() as connection:
        line = line_of(onward, connection, name)
    older = [ident for each, ident in line.ids.items() if each < number]
    theirs = CASES.c.responsible == responsible if responsible else true()
    yield from open_cases(onward, older, theirs)


def cases_moved_to(onward: Onward, name: str, number: int) -> Iterator[str]:
    """Open cases on that very version that were moved to it."""
    with onward.store.read() as connection:
        line = line_of(onward, connection, name)
    require_published(line, name, number)
    moved = select(_ENTRIES.c.case_id).where(_ENTRIES.c.kind == "migrate")
    yield from open_cases(onward, [line.ids[number]], only=CASES.c.id.in_(moved))


def open_cases(
    onward: Onward, versions: list[int], only: ColumnElement[bool] = _ALL
) -> Iterator[str]:
    """Codes of the open cases on versions, by their ids; a page at a time."""
    after = 0
    while True:
        query = (
            select(CASES.c.id, CASES.c.code)
            .where(
                CASES.c.status == "open",
                CASES.c.id > after,
                CASES.c.pathway_version_id.in_(versions),
                only,
            )
            .order_by(CASES.c.id)
            .limit(_AT_ONCE)
        )
        with onward.store.read() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from (row.code for row in rows)
        after = rows[-1].id


def require_movable(
    onward: Onward, name: str, number: int, *, chosen: bool, responsible: str
) -> None:
    """Whether cases may be moved to a version now, and so many at once.

    Args:
        chosen: cases are named one by one.
        responsible: only cases for which that agency answers.

    Raises:
        Refusal: `unknown_pathway`; `not_in_effect`; `pinned`; `ask_first`.
    """
    with onward.store.read() as connection:
        pathway = require_published(line_of(onward, connection, name), name, number)
    head, today = pathway.definition, onward.clock.now().date()
    which = f"version {number} of {name}"
    if head.effective > today:
        raise Refusal("not_in_effect", f"{which} is in effect from {head.effective} on")
    rule = head.running_cases.rule
    if rule == "pin" and not chosen:
        raise Refusal(
            "pinned",
            f"{which} says `running_cases: pin`: cases stay where they are; name one with --case",
        )
    if rule == "ask" and not (chosen or responsible):
        raise Refusal(
            "ask_first",
            f"{which} says `running_cases: ask`: name an agency that has said yes with"
            " --responsible, or cases with --case",
        )


def move_cases(
    onward: Onward, codes: Iterable[str], name: str, number: int, by: Actor, *, chosen: bool = False
) -> Iterator[Outcome]:
    """Move cases one after the other; what cannot move stays as it is, with the reason."""
    for code in codes:
        try:
            yield move_case(onward, code, name, number, by, chosen=chosen)
        except (Refusal, SealError) as error:
            yield Outcome(code=code, word=Word.CANNOT, reasons=(str(error),))


def move_case(
    onward: Onward, code: str, name: str, number: int, by: Actor, *, chosen: bool = False
) -> Outcome:
    """Move one case to a published version, in one transaction; what is due happens first.

    Raises:
        Refusal: `unknown_case`, `unknown_pathway`, `other_pathway`, `closed`, `moved_already`.
        Erased: its key was destroyed.
    """

    def turns(connection: Connection) -> tuple[Verdict, list[tuple[Attempt, int]]]:
        line = line_of(onward, connection, name)
        require_published(line, name, number)
        held = _held(onward, connection, code)
        onto = _way(held, line, name, number)
        known = known_to(onward, connection, held, onto)
        verdict = migrating.weigh(
            held.pathway,
            migrating.Onto(onto.pathway, onto.names),
            held.state,
            held.now,
            known,
            by=by.person,
            on_purpose=chosen,
        )
        written: list[tuple[Attempt, int]] = []
        if verdict.decision:
            command = _command(held, Migrate(version=number), by)
            made = Attempt(held=held, command=command, decision=verdict.decision, onto=onto)
            written = _write(onward, connection, made)
        return verdict, written

    verdict, written = _settled_first(onward, code, turns)
    if written:
        conclude(onward, written)
    return Outcome(
        code=code, word=verdict.word, reasons=verdict.reasons, deadlines=verdict.deadlines
    )


def _write(onward: Onward, connection: Connection, made: Attempt) -> list[tuple[Attempt, int]]:
    row, onto = made.held.row, made.onto
    assert onto is not None
    rename_notices(connection, row.id, onto.names)
    rename_values(onward, connection, row, int(row.version) + 1, onto.names)
    return record(onward, connection, made)


def _settled_first(onward: Onward, code: str, work: Callable[[Connection], T]) -> T:
    """Do it in a transaction in which nothing is due in the case: what is, happens before."""
    for _ in range(_TRIES):
        try:
            return onward.store.change(work)
        except Refusal as refusal:
            if refusal.reason != "due":
                raise
            take(onward, code, Settle(), TIME)
    raise Refusal("due", "something is due in this case again and again: try later")


def _held(onward: Onward, connection: Connection, code: str) -> Held:
    """The case, locked.

    Raises:
        Refusal: `unknown_case`; `closed`, if it is not open; `due`.
    """
    held = hold(onward, connection, code)
    if held.state.status != "open":
        raise Refusal("closed", f"this case is {held.state.status}")
    if held.state.is_due(held.now):
        raise Refusal("due", "something is due in this case")
    return held


def _way(held: Held, line: Line, name: str, number: int) -> Onto:
    if held.pathway.name != name:
        raise Refusal("other_pathway", f"this case runs on {held.pathway.name}, not on {name}")
    if held.pathway.version >= number:
        at = held.pathway.version
        raise Refusal("moved_already", f"this case is on version {at} of {name} already")
    return line.onto(held.pathway.version, number)


def known_to(onward: Onward, connection: Connection, held: Held, onto: Onto) -> migrating.Known:
    """What the decisions of the new version are taken by."""
    registry, calendars = held.reference.registry, held.reference.calendars
    loads = read_loads(onward, connection, onto.pathway, registry, held.row.id)
    return migrating.Known(registry, calendars, loads)


def _command(held: Held, act: Migrate | Revert, by: Actor) -> Command:
    return Command(
        act=act,
        agency=by.agency,
        person=by.person,
        occurred_at=held.now,
        recorded_at=held.now,
    )


def revert_cases(
    onward: Onward, codes: Iterable[str], name: str, number: int, by: Actor
) -> Iterator[Outcome]:
    """Move cases back to the version from which each came; what cannot stays, with the reason."""
    for code in codes:
        try:
            yield revert_case(onward, code, name, number, by)
        except (Refusal, SealError) as error:
            reasons = getattr(error, "reasons", (str(error),))
            yield Outcome(code=code, word=Word.CANNOT, reasons=reasons)


def revert_case(onward: Onward, code: str, name: str, number: int, by: Actor) -> Outcome:
    """Move a case back to the version from which it was moved to `number`.

    Where nothing has happened in it since, it stands again where it stood.

    Raises:
        Refusal: `not_moved`, if it was opened on that version; what `move_case` raises.
        Erased: its key was destroyed.
    """

    def turns(connection: Connection) -> list[tuple[Attempt, int]]:
        line = line_of(onward, connection, name)
        held = _held(onward, connection, code)
        if (held.pathway.name, held.pathway.version) != (name, number):
            at = f"{held.pathway.name} version {held.pathway.version}"
            raise Refusal("not_moved", f"this case is on {at}")
        before, was = _before_the_move(connection, held)
        onto = line.onto(number, before)
        command = _command(held, Revert(version=before), by)
        decision = migrating.revert(
            held.pathway,
            migrating.Onto(onto.pathway, onto.names),
            held.state,
            was,
            command,
            known_to(onward, connection, held, onto),
        )
        made = Attempt(held=held, command=command, decision=decision, onto=onto)
        return _write(onward, connection, made)

    conclude(onward, _settled_first(onward, code, turns))
    return Outcome(code=code, word=Word.CAN_MOVE)


_NOTHING = (f.IdentitySeen, f.NoticeOwed, f.NoticesCancelled)
"""Facts that change nothing in where a case stands."""


def _before_the_move(connection: Connection, held: Held) -> tuple[int, State | None]:
    """The version from which the case came, and, if nothing has happened since, its state then.

    Raises:
        Refusal: `not_moved`.
    """
    query = select(_ENTRIES).where(_ENTRIES.c.case_id == held.row.id)
    entries: list[tuple[f.AnyFact, ...]] = [
        log.opened_entry(held.cipher, held.row.code, row).facts
        for row in connection.execute(query.order_by(_ENTRIES.c.number)).all()
    ]
    for place in range(len(entries) - 1, -1, -1):
        moved = _the_move(entries[place])
        if moved is None:
            continue
        if isinstance(moved, f.CaseReverted):
            break
        since = [fact for facts in entries[place + 1 :] for fact in facts]
        untouched = all(isinstance(fact, _NOTHING) for fact in since)
        before = [fact for facts in entries[:place] for fact in facts]
        return moved.before, replay(before) if untouched else None
    raise Refusal("not_moved", "this case was not moved to the version that it is on")


def _the_move(facts: Iterable[Any]) -> f.CaseMigrated | f.CaseReverted | None:
    moves = [each for each in facts if isinstance(each, (f.CaseMigrated, f.CaseReverted))]
    return moves[-1] if moves else None
