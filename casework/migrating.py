"""Moves cases to another version of their pathway, each in its own transaction.

A second run continues where the first stopped, because moved cases are no longer on an older
version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from casework import authority, commencements
from casework.authenticating import TIME, by_rule_of
from casework.authority import Right
from casework.case_moves import (
    MoveOutcome,
    command_of,
    from_when,
    hold_open,
    known_to,
    one_by_one,
    settled_first,
    way,
    write_move,
)
from casework.commencements import MovingVersion
from casework.context import Onward
from casework.deciding import Attempt, PublishedTarget
from casework.held_case import Held
from casework.principal import Principal
from casework.recording import Turns, record
from casework.turn import conclude
from casework.version_lines import VersionLine, line_of, require_published
from casework.wider_moves import require_no_wider
from engine import facts as f
from engine import migrating
from engine.commands import Migrate, Remain
from engine.decide import Decision
from engine.errors import Refusal
from engine.migrating import MoveVerdict, MoveWord


def move_cases(
    onward: Onward,
    codes: Iterable[str],
    name: str,
    number: int,
    by: Principal,
    *,
    chosen: bool = False,
) -> Iterator[MoveOutcome]:
    """Move cases one after the other. Cases that cannot move stay, with the reason.

    The rules of versions in force that have yet to move such a case are applied to it at once. If
    one of them moves it, that is the outcome; if not, the log says so.

    Args:
        chosen: whether the cases were named individually, as in `move_case`.
    """

    authority.require(by, Right.COORDINATE)

    def one(code: str) -> MoveOutcome:
        outcome = move_case(onward, code, name, number, by, chosen=chosen)
        followed = follow_rules(onward, code, TIME) if outcome.word == MoveWord.CANNOT else None
        return followed if followed and followed.moved else outcome

    return one_by_one(codes, one, chosen=chosen)


def follow_rules(onward: Onward, code: str, by: Principal) -> MoveOutcome | None:
    """Move a case by the rules of the versions in force, in the order in which they came into
    force. If the case stays, that is recorded.

    A second call does nothing. A case that could not move is tried again only after something has
    happened in it. A case that stayed because of the rule's condition is not tried again.

    Returns:
        The result for the last of these versions; None if there was nothing to do.

    Raises:
        Refusal: `unknown_pathway` or `due`. Nothing is raised if another process was faster.
        Erased: its key was destroyed.
        SealError: the case cannot be read.
    """
    authority.require(by, Right.DRIVE)
    last = None
    while True:
        with onward.store.read() as connection:
            rule = commencements.next_for(connection, code, onward.clock.now())
        if rule is None:
            return last
        try:
            by_rule = by_rule_of(rule.person)
            last = move_case(onward, code, rule.name, rule.number, by_rule, rule=rule)
        except Refusal as refusal:
            if refusal.reason not in ("not_in_force", "closed"):
                raise
            # Another process was quicker; whatever it has left to do is found by the next query.


def move_case(
    onward: Onward,
    code: str,
    name: str,
    number: int,
    by: Principal,
    *,
    chosen: bool = False,
    rule: MovingVersion | None = None,
) -> MoveOutcome:
    """Move one case to a published version, in one transaction. Anything due in the case is settled
    first, in a turn of its own; if a rule moves it, only what became due before the rule applied.

    Args:
        chosen: whether the case was named individually; it then moves even to a version with
            `running_cases: pin`.
        rule: the version in force whose rule causes the move. The move then applies from the moment
            given by `case_moves.from_when`; if the case stays, that is recorded.

    Raises:
        Refusal: `unknown_case`, `unknown_pathway`, `other_pathway`, `closed`, `there_already`,
            `moved_already` or `wider_version`; `due` if something became due again each time it was
            settled; for a rule also `not_in_force`, if the case has already moved by it or no
            longer has to.
        Erased: its key was destroyed.
    """
    authority.require(by, Right.DRIVE if rule else Right.COORDINATE)

    def turns(connection: Connection) -> tuple[MoveVerdict, Turns]:
        line = line_of(onward, connection, name)
        require_published(line, name, number)
        held = hold_open(onward, connection, code, rule)
        if rule and commencements.next_for(connection, code, held.now, lock=True) != rule:
            raise Refusal("not_in_force", pathway=name, version=number)
        onto = _onto(onward, connection, held, line, name, number, by)
        known = known_to(onward, connection, held, onto)
        act = _act(connection, held, number, rule)
        verdict = migrating.weigh(
            held.pathway,
            migrating.MoveTarget(onto.pathway, onto.names),
            held.state,
            held.now,
            known,
            by=by.known_as,
            on_purpose=chosen,
            in_force=act.in_force,
            until=act.until,
        )
        written: Turns = []
        if verdict.decision:
            command = command_of(held, act, by)
            made = Attempt(held=held, command=command, decision=verdict.decision, onto=onto)
            commencements.forget(connection, held.row.id, onto.version_id)
            written = write_move(onward, connection, made)
        elif rule:
            written = _left(onward, connection, held, verdict, rule, by)
        return verdict, written

    verdict, written = settled_first(onward, code, turns, rule)
    return MoveOutcome(
        code=code,
        word=verdict.word,
        reasons=verdict.reasons,
        deadlines=verdict.deadlines,
        on_their_way=conclude(onward, written).on_their_way if written else (),
    )


def _onto(
    onward: Onward,
    connection: Connection,
    held: Held,
    line: VersionLine,
    name: str,
    number: int,
    by: Principal,
) -> PublishedTarget:
    """The version to move to, with the renames on the way. Raises Refusal as `way` does, and
    `wider_version`.
    """
    onto = way(held, line, name, number)
    require_no_wider(onward, connection, line, held.pathway.version, number, by)
    return onto


def _left(
    onward: Onward,
    connection: Connection,
    held: Held,
    verdict: MoveVerdict,
    rule: MovingVersion,
    by: Principal,
) -> Turns:
    """Record that the case was not moved, and why. The log does not repeat the outcome (`MoveWord`)
    that was recorded for this version before.
    """
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


def _act(connection: Connection, held: Held, number: int, rule: MovingVersion | None) -> Migrate:
    """The act of moving. A move by hand applies from now; a move by a rule applies from
    `case_moves.from_when` until the next version that is to move the case came into force.
    """
    if rule is None:
        return Migrate(version=number)
    since = from_when(connection, held, rule)
    later = commencements.next_after(connection, held.row.code, rule, held.now)
    return Migrate(version=number, in_force=since, until=later and max(since, later))
