"""Moving one case to another version, forward or back: how it is done, and the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework import log
from casework.authenticating import TIME
from casework.commencements import MovingVersion
from casework.context import Onward
from casework.deciding import Attempt, PublishedTarget, command_by
from casework.held_case import Held, hold
from casework.loads import read_loads
from casework.principal import Principal
from casework.recording import Turns, record
from casework.renaming import rename_notices, rename_values
from casework.turn import take
from casework.version_lines import VersionLine
from engine import migrating
from engine.commands import Command, Migrate, Remain, Revert, Settle
from engine.errors import EngineError, Refusal, message_of
from engine.in_flight import OnItsWay
from engine.message import Message, message
from engine.migrating import MoveWord
from engine.state import State
from engine.statuses import CasePhase
from models.columns import table_of
from models.keys import SealError
from models.turns import LogEntry

if TYPE_CHECKING:
    from casework.impact import CaseImpact

_ENTRIES = table_of(LogEntry)
_TRIES = 5
T = TypeVar("T")


ALREADY = "there already"
THERE = frozenset({"there_already", "back_already"})
"""Reasons why nothing needs to be done, because the case is already where it should be."""


class MoveOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one case."""

    code: str
    word: str
    """unaffected | can move | stays | cannot | there already. The first two mean that the case was
    moved or, in a preview, that it would be.
    """
    reasons: tuple[Message, ...] = ()
    deadlines: tuple[migrating.MovedDeadline, ...] = ()
    on_their_way: tuple[OnItsWay, ...] = ()

    @property
    def moved(self) -> bool:
        return self.word in (MoveWord.UNAFFECTED, MoveWord.CAN_MOVE)


def by_reason(
    found: Iterable[CaseImpact | MoveOutcome], said: Callable[[Message], str]
) -> dict[tuple[str, str], list[str]]:
    """The codes of the cases that stay or cannot move, by word and reason."""
    codes: dict[tuple[str, str], list[str]] = {}
    for case in found:
        for reason in map(said, case.reasons):
            codes.setdefault((case.word, reason), []).append(case.code)
    return codes


def one_by_one(
    codes: Iterable[str], one: Callable[[str], MoveOutcome | None], *, chosen: bool
) -> Iterator[MoveOutcome]:
    """The result for each case; a failure in one does not stop the others.

    A case that is already where it should be is not a failure.

    Args:
        one: gives the result for a case; None if there is nothing to report about it.
        chosen: whether the cases were named individually. If not, a case on a later version is
            reported as `there already`, and a case that has ended meanwhile is skipped.
    """
    for code in codes:
        try:
            outcome = one(code)
            if outcome:
                yield outcome
        except Refusal as refusal:
            if refusal.reason in THERE or (not chosen and refusal.reason == "moved_already"):
                yield MoveOutcome(code=code, word=ALREADY)
            elif chosen or refusal.reason != "closed":
                yield MoveOutcome(
                    code=code, word=MoveWord.CANNOT, reasons=migrating.reasons_of(refusal)
                )
        except (EngineError, SealError) as error:
            yield MoveOutcome(code=code, word=MoveWord.CANNOT, reasons=(message_of(error),))


def settled_first(
    onward: Onward,
    code: str,
    work: Callable[[Connection], T],
    rule: MovingVersion | None = None,
) -> T:
    """Settle whatever is due in the case, then run `work` in a transaction.

    Args:
        work: raises Refusal `due` if something is due, as `hold_open` does. It is called again once
            everything due is settled.
        rule: the version that moves the case by its own rule; None if somebody moves the case. What
        became due after that version came into force is left to be settled under it.

    Raises:
        Refusal: as `work` does; `due` if something was due again at each of several tries.
    """
    settle = Settle(until=rule.at if rule else None)
    for _ in range(_TRIES):
        try:
            return onward.store.change(work)
        except Refusal as refusal:
            if refusal.reason != "due":
                raise
            take(onward, code, settle, TIME)
    raise Refusal("due.again")


def hold_open(
    onward: Onward, connection: Connection, code: str, rule: MovingVersion | None = None
) -> Held:
    """The case, locked.

    Raises:
        Refusal: `unknown_case`; `closed` if it is not open; `due` if something has to be settled
            first.
    """
    held = hold(onward, connection, code)
    require_open(held.state)
    if held.state.is_due(from_when(connection, held, rule) if rule else held.now):
        raise Refusal("due.first")
    return held


def require_open(state: State) -> None:
    """Raises Refusal `closed` unless the case is open."""
    if state.status != CasePhase.OPEN:
        raise Refusal("closed.case", status=message(f"status.case.{state.status}"))


def way(held: Held, line: VersionLine, name: str, number: int) -> PublishedTarget:
    """The published version to which a case is to move, with the renames from its own version.

    Raises:
        Refusal: `other_pathway`; `there_already`; `moved_already`, if it is on a later version, or
            on one that was published after `line` was read.
    """
    if held.pathway.name != name:
        raise Refusal("other_pathway", its=held.pathway.name, pathway=name)
    at = held.pathway.version
    if at == number:
        raise Refusal("there_already", pathway=name, version=at)
    if at > number or at not in line.ids:
        raise Refusal("moved_already", pathway=name, version=at)
    return line.onto(at, number)


def known_to(
    onward: Onward, connection: Connection, held: Held, onto: PublishedTarget
) -> migrating.Surroundings:
    """The registry, calendars and loads on which decisions under the new version are based."""
    registry, calendars = held.reference.registry, held.reference.calendars
    loads = read_loads(onward, connection, onto.pathway, registry, held.row.id)
    return migrating.Surroundings(registry, calendars, loads)


def command_of(held: Held, act: Migrate | Remain | Revert, by: Principal) -> Command:
    """The command by which an operator, a coordinator or a rule moves a case or keeps it in place.
    It names no agency.
    """
    return replace(command_by(by, act, held.now, held.now), agency="", person=by.known_as)


def from_when(connection: Connection, held: Held, rule: MovingVersion) -> datetime:
    """The moment from which a version applies to a case: when it came into force or, if later, the
    moment up to which the case has been settled. Whatever became due afterwards, for example during
    a downtime, is settled under the new version.
    """
    if rule.at >= held.row.recorded_at:
        return rule.at
    query = (
        select(_ENTRIES)
        # An entry recording that a version left the case alone settles nothing.
        .where(_ENTRIES.c.case_id == held.row.id, _ENTRIES.c.kind != "remain")
        .order_by(_ENTRIES.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one()
    act = log.opened_entry(held.cipher, held.row.code, row).command.act
    until = act.until if isinstance(act, (Migrate, Settle)) else None
    settled: datetime = until or row.recorded_at
    return max(rule.at, settled)


def write_move(onward: Onward, connection: Connection, made: Attempt) -> Turns:
    """Record a move, and update stored names that the new version renames."""
    row, onto = made.held.row, made.onto
    assert onto is not None
    wrote = {
        **rename_notices(onward.proof, connection, row.id, onto.names),
        **rename_values(onward, connection, made.held, int(row.version) + 1, onto.names),
    }
    return record(onward, connection, replace(made, wrote=wrote))
