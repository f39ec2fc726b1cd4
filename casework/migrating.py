"""Cases move to another version of their pathway, each in its own transaction, and back.

Doing it again goes on where it stopped: a case that has moved is not on an older version any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, select, true

from casework import commencements, log
from casework.commencements import Commencement
from casework.context import Actor, Onward
from casework.held import CASES, Held, hold
from casework.loads import read_loads
from casework.renaming import rename_notices, rename_values
from casework.turn import TIME, Attempt, Onto, conclude, record, take
from casework.versions import Line, line_of, require_published
from engine import facts as f
from engine import migrating
from engine.commands import Command, Migrate, Remain, Revert, Settle
from engine.decide import Decision
from engine.errors import EngineError, Refusal
from engine.migrating import Verdict, Word
from engine.state import State
from engine.turns.in_flight import OnItsWay
from models.agencies import AgencyRow
from models.cases import LogEntry
from models.columns import table_of
from models.keys import SealError

_ENTRIES, _AGENCIES = table_of(LogEntry), table_of(AgencyRow)
_AT_ONCE = 200
_TRIES = 5
_ALL = true()
T = TypeVar("T")


ALREADY = "there already"
THERE = frozenset({"there_already", "back_already"})
"""Reasons why nothing is to be done in a case that is where it should be."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case."""

    code: str
    word: str
    """unaffected | can move | stays | cannot | there already: the first two were moved."""
    reasons: tuple[str, ...] = ()
    deadlines: tuple[migrating.MovedDeadline, ...] = ()
    on_their_way: tuple[OnItsWay, ...] = ()

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
        Refusal: `unknown_pathway`; `unknown_agency`; `not_in_effect`; `pinned`; `ask_first`.
    """
    with onward.store.read() as connection:
        pathway = require_published(line_of(onward, connection, name), name, number)
        if responsible:
            _require_agency(connection, responsible)
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


def _require_agency(connection: Connection, code: str) -> None:
    """One that has left the registry may still answer for cases."""
    known = select(_AGENCIES.c.code).where(_AGENCIES.c.code == code)
    of_cases = select(CASES.c.id).where(CASES.c.responsible == code).limit(1)
    if not (connection.scalar(known) or connection.scalar(of_cases)):
        raise Refusal("unknown_agency", f"there is no agency {code}")


def move_cases(
    onward: Onward, codes: Iterable[str], name: str, number: int, by: Actor, *, chosen: bool = False
) -> Iterator[Outcome]:
    """Move cases one after the other; what cannot move stays as it is, with the reason. Where the version
    is in force, that is on record as if a worker had tried it.

    Args:
        chosen: each was named by somebody.
    """

    def one(code: str) -> Outcome:
        outcome = move_case(onward, code, name, number, by, chosen=chosen)
        followed = follow_rules(onward, code) if outcome.word == Word.CANNOT else None
        return followed if followed and followed.moved else outcome

    return one_by_one(codes, one, chosen=chosen)


def one_by_one(
    codes: Iterable[str], one: Callable[[str], Outcome | None], *, chosen: bool
) -> Iterator[Outcome]:
    """What becomes of each, of which anything does; none stands in another's way. What is there already is no failure, and, of cases that nobody has named,
    neither is one that has ended meanwhile: it is passed over.
    """
    for code in codes:
        try:
            outcome = one(code)
            if outcome:
                yield outcome
        except Refusal as refusal:
            if refusal.reason in THERE or (not chosen and refusal.reason == "moved_already"):
                yield Outcome(code=code, word=ALREADY)
            elif chosen or refusal.reason != "closed":
                reasons = getattr(refusal, "reasons", (str(refusal),))
                yield Outcome(code=code, word=Word.CANNOT, reasons=reasons)
        except (EngineError, SealError) as error:
            yield Outcome(code=code, word=Word.CANNOT, reasons=(str(error),))


def follow_rules(onward: Onward, code: str) -> Outcome | None:
    """Move a case by the rules of the versions that have come into force, to all of them in the order of
    their days. If it cannot move it stays as it is, and is on record as such.

    Again it does nothing: what has moved is on the new version, and what was left is not asked again
    before something has happened in it.

    Returns:
        What became of it by the last of them; None if there was nothing to do.

    Raises:
        Refusal: `unknown_pathway`, `due`; not that somebody was quicker.
        Erased: its key was destroyed.
        SealError: it cannot be read.
    """
    last = None
    while True:
        with onward.store.read() as connection:
            rule = commencements.next_for(connection, code, onward.clock.now())
        if rule is None:
            return last
        by = Actor(agency="", person=rule.person)
        try:
            last = move_case(onward, code, rule.name, rule.number, by, rule=rule)
        except Refusal as refusal:
            if refusal.reason not in ("not_in_force", "closed"):
                raise
            # Somebody was quicker; what they have left to do is found by the next question.


def move_case(
    onward: Onward,
    code: str,
    name: str,
    number: int,
    by: Actor,
    *,
    chosen: bool = False,
    rule: Commencement | None = None,
) -> Outcome:
    """Move one case to a published version, in one transaction; what is due happens first.

    Args:
        chosen: it was named by somebody.
        rule: it moves because that version has come into force, and goes by it from that moment on;
            that it does not move is kept.

    Raises:
        Refusal: `unknown_case`, `unknown_pathway`, `other_pathway`, `closed`, `there_already`,
            `moved_already`; of a
            rule, `not_in_force`, if the case has moved by it or is not to any more.
        Erased: its key was destroyed.
    """

    def turns(connection: Connection) -> tuple[Verdict, list[tuple[Attempt, int]]]:
        line = line_of(onward, connection, name)
        require_published(line, name, number)
        held = hold_open(onward, connection, code, rule)
        if rule and commencements.next_for(connection, code, held.now, lock=True) != rule:
            raise Refusal("not_in_force", f"version {number} of {name} does not move this case now")
        onto = way(held, line, name, number)
        known = known_to(onward, connection, held, onto)
        act = _act(connection, held, number, rule)
        verdict = migrating.weigh(
            held.pathway,
            migrating.Onto(onto.pathway, onto.names),
            held.state,
            held.now,
            known,
            by=by.person,
            on_purpose=chosen,
            in_force=act.in_force,
            until=act.until,
        )
        written: list[tuple[Attempt, int]] = []
        if verdict.decision:
            command = command_of(held, act, by)
            made = Attempt(held=held, command=command, decision=verdict.decision, onto=onto)
            commencements.forget(connection, held.row.id, onto.version_id)
            written = write_move(onward, connection, made)
        elif rule:
            written = _left(onward, connection, held, verdict, rule, by)
        return verdict, written

    verdict, written = settled_first(onward, code, turns, rule)
    return Outcome(
        code=code,
        word=verdict.word,
        reasons=verdict.reasons,
        deadlines=verdict.deadlines,
        on_their_way=conclude(onward, written).on_their_way if written else (),
    )


def _left(
    onward: Onward,
    connection: Connection,
    held: Held,
    verdict: Verdict,
    rule: Commencement,
    by: Actor,
) -> list[tuple[Attempt, int]]:
    """Keep that the case is not moved, and why; the log says it once."""
    case, version, word = int(held.row.id), rule.version_id, str(verdict.word)
    is_news = commencements.word_of(connection, case, version) != word
    entries = int(held.row.version) + is_news
    commencements.leave(connection, case, version, word, entries, held.now)
    if not is_news:
        return []
    fact = f.CaseNotMoved(version=rule.number, word=word, reasons=verdict.reasons)
    command = command_of(held, Remain(version=rule.number), by)
    made = Attempt(held=held, command=command, decision=Decision((fact,), held.state))
    return record(onward, connection, made)


def write_move(onward: Onward, connection: Connection, made: Attempt) -> list[tuple[Attempt, int]]:
    row, onto = made.held.row, made.onto
    assert onto is not None
    rename_notices(connection, row.id, onto.names)
    rename_values(onward, connection, made.held, int(row.version) + 1, onto.names)
    return record(onward, connection, made)


def _act(connection: Connection, held: Held, number: int, rule: Commencement | None) -> Migrate:
    """Of an operator, as of now; of a rule, from its moment up to that of the rule after it."""
    if rule is None:
        return Migrate(version=number)
    since = _since(connection, held, rule)
    later = commencements.next_after(connection, held.row.code, rule, held.now)
    return Migrate(version=number, in_force=since, until=later and max(since, later))


def _since(connection: Connection, held: Held, rule: Commencement) -> datetime:
    """From when the case goes by the version: its moment, or if something has been done in it since, from
    then. After downtime more is due than by then: that waits for the new version.
    """
    if rule.at >= held.row.recorded_at:
        return rule.at
    query = (
        select(_ENTRIES)
        # That a version lets it be is recorded, and settles nothing.
        .where(_ENTRIES.c.case_id == held.row.id, _ENTRIES.c.kind != "remain")
        .order_by(_ENTRIES.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one()
    act = log.opened_entry(held.cipher, held.row.code, row).command.act
    until = act.until if isinstance(act, (Migrate, Settle)) else None
    settled: datetime = until or row.recorded_at
    return max(rule.at, settled)


def settled_first(
    onward: Onward,
    code: str,
    work: Callable[[Connection], T],
    rule: Commencement | None = None,
) -> T:
    """Do it in a transaction in which nothing is due in the case: what is, happens before."""
    settle = Settle(until=rule.at if rule else None)
    for _ in range(_TRIES):
        try:
            return onward.store.change(work)
        except Refusal as refusal:
            if refusal.reason != "due":
                raise
            take(onward, code, settle, TIME)
    raise Refusal("due", "something is due in this case again and again: try later")


def hold_open(
    onward: Onward, connection: Connection, code: str, rule: Commencement | None = None
) -> Held:
    """The case, locked.

    Raises:
        Refusal: `unknown_case`; `closed`, if it is not open; `due`.
    """
    held = hold(onward, connection, code)
    require_open(held.state)
    if held.state.is_due(_since(connection, held, rule) if rule else held.now):
        raise Refusal("due", "something is due in this case")
    return held


def require_open(state: State) -> None:
    """Raises Refusal `closed`."""
    if state.status != "open":
        raise Refusal("closed", f"this case is {state.status}")


def way(held: Held, line: Line, name: str, number: int) -> Onto:
    """The way of a case to a version.

    Raises:
        Refusal: `other_pathway`; `there_already`; `moved_already`, if it is on a later one.
    """
    if held.pathway.name != name:
        raise Refusal("other_pathway", f"this case runs on {held.pathway.name}, not on {name}")
    at = held.pathway.version
    if at >= number:
        reason = "there_already" if at == number else "moved_already"
        raise Refusal(reason, f"this case is on version {at} of {name} already")
    return line.onto(at, number)


def known_to(onward: Onward, connection: Connection, held: Held, onto: Onto) -> migrating.Known:
    """What the decisions of the new version are taken by."""
    registry, calendars = held.reference.registry, held.reference.calendars
    loads = read_loads(onward, connection, onto.pathway, registry, held.row.id)
    return migrating.Known(registry, calendars, loads)


def command_of(held: Held, act: Migrate | Remain | Revert, by: Actor) -> Command:
    """Of an operator, or of a rule."""
    return Command(
        act=act,
        agency=by.agency,
        person=by.person,
        occurred_at=held.now,
        recorded_at=held.now,
    )
