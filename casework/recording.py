"""Records what was decided: the log entry, the rows, the notices, and what linked cases are told
about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, insert, update

from casework import log, manifest, protected
from casework.authenticating import TIME
from casework.beside import Beside
from casework.case_rows import CASES
from casework.context import Onward
from casework.deciding import Attempt, after, attempt, what_is_due
from casework.held_case import Held, hold
from casework.loads import write_turns
from casework.manifest import Manifest
from casework.rows import changed_columns, owed_notices, sending, write_notices, write_rows
from engine import both_cases, in_flight
from engine.acts.linking import alert_is_heard, alert_unheard
from engine.commands import Hear
from engine.decide import Decision
from engine.errors import Refusal
from engine.evolve import replay
from engine.facts import Fact, InterruptRaised
from engine.pathway import Pathway
from engine.state import State
from engine.turn_records import TurnRecord
from models.columns import table_of
from models.keys import Erased
from models.prepared import send
from models.session import batch
from models.turns import LogEntry

_ENTRIES = table_of(LogEntry)


class Written(NamedTuple):
    """The newest entry of a case's log after a turn."""

    number: int
    hash: bytes


Turns = list[tuple[Attempt, Written]]
"""Turns that were recorded together, each with the newest entry of its case."""


def record(
    onward: Onward,
    connection: Connection,
    *made: Attempt,
    values: Mapping[str, object] | None = None,
) -> Turns:
    """Record what was decided in some turns, and what linked cases are told about it. The
    transaction must read nothing afterwards, since its statements are sent together.

    Args:
        values: protected values that belong to the first turn.

    Returns:
        The turns in order, then those of linked cases.
    """
    by_case = {one.held.row.code: one for one in made}
    for code in [*by_case]:
        by_case |= _alerted(onward, connection, by_case, code)
    turns = [_met(connection, each) for each in by_case.values()]
    secrets = sealed_for(onward, connection, turns[0], values) if values else []
    batch(connection)
    return [
        (each, write_turn(onward, connection, each, [] if number else secrets))
        for number, each in enumerate(turns)
    ]


def _met(connection: Connection, made: Attempt) -> Attempt:
    """The turn with additional facts, if it calls off notices that are already being sent."""
    facts = made.decision.facts
    if not in_flight.calls_off(facts):
        return made
    return _with(made, in_flight.meet(after(made), facts, sending(connection, made.held.row.id)))


def _with(made: Attempt, more: Sequence[Fact]) -> Attempt:
    """The turn with additional facts that depend on the store."""
    state = replay(more, made.decision.state)
    return replace(made, decision=Decision((*made.decision.facts, *more), state))


def sealed_for(
    onward: Onward, connection: Connection, made: Attempt, values: Mapping[str, object]
) -> list[dict[str, Any]]:
    """The rows of protected values that belong to a turn; none for one that was refused.

    The person's key is read only now, since it may have been replaced while the turn waited for its
    case.
    """
    row = made.held.row
    if made.refusal is not None or not values:
        return []
    cipher = protected.cipher_of(onward, connection, row.person_id)
    return protected.sealed_values(row.id, row.person_id, cipher, int(row.version) + 1, values)


def write_turn(
    onward: Onward, connection: Connection, made: Attempt, kept: list[dict[str, Any]]
) -> Written:
    """Write one turn, with its protected values. If it has neither facts nor values, nothing is
    written.
    """
    if not made.decision.facts and not kept:
        return Written(int(made.held.row.version), made.held.row.last_hash)
    return _record(onward, connection, made, kept)


def _alerted(
    onward: Onward, connection: Connection, turns: Mapping[str, Attempt], code: str
) -> dict[str, Attempt]:
    """What an alert in one of some turns of a transaction makes of them, by case, with the turns
    that it causes in other linked cases.

    A case is told nothing if it is closed or erased, or had no such link itself. If one of the
    others has no agency that may be told, the turn with the alert says so to the responsible agency
    of its case.
    """
    made, told, is_heard = turns[code], dict[str, Attempt](), True
    for other in sorted(made.decision.state.links) if _alerts(made) else ():
        own = turns.get(other)
        if own and code not in own.held.state.links:
            continue  # linked only now: there was nobody to be told
        with suppress(Refusal, Erased):
            held = _as_left(own) if own else hold(onward, connection, other)
            act = Hear(case=code, without=_shut_out(made, held))
            heard = attempt(held, act, TIME)
            if heard.refusal is None:
                told[other] = _with(own, heard.decision.facts) if own else heard
                is_heard = is_heard and alert_is_heard(heard.decision.facts)
    return told if is_heard else {**told, code: _with(made, alert_unheard(after(made)))}


def _as_left(made: Attempt) -> Held:
    """The case as the turn leaves it."""
    return replace(made.held, pathway=made.pathway, state=made.decision.state)


def _alerts(made: Attempt) -> bool:
    raised = [fact.name for fact in made.decision.facts if isinstance(fact, InterruptRaised)]
    return any(made.pathway.interrupt(name).alerts_linked for name in raised)


def _shut_out(made: Attempt, other: Held) -> tuple[str, ...]:
    """Agencies of the other case that must not know that it is linked with this one.

    Agencies that join the other case because of what is due there now are included.
    """
    here, there = after(made), after(what_is_due(other))
    code, answers = other.row.code, there.state.responsible
    return tuple(
        sorted(
            each
            for each in there.involved()
            if not both_cases.may_know_of_both(here, each, code, answers=each == answers)
        )
    )


def _record(
    onward: Onward, connection: Connection, made: Attempt, kept: list[dict[str, Any]]
) -> Written:
    held, decision, onto = made.held, made.decision, made.onto
    row, number = held.row, int(held.row.version) + 1
    beside = Beside(
        notices=owed_notices(row.id, row.code, decision.facts, held.now),
        values=kept,
    )
    wrote = manifest.encode(
        Manifest(
            rows=beside.digests(onward.proof, made.wrote),
            acts=row.acts,
            exports=row.exports,
            attempts=row.attempts_hash or b"",
        )
    )
    entry = TurnRecord(command=made.command, facts=decision.facts)
    columns = log.sealed_entry(
        onward.proof, held.cipher, row.code, number, entry, row.last_hash, wrote
    )
    write_consequences(connection, row.id, made.pathway, columns, held.state, decision, beside)
    values = {
        "version": number,
        "recorded_at": held.now,
        "last_hash": columns["hash"],
        "sealed_state": onward.states.seal(held.cipher, row.code, decision.state),
        "lease_until": 0.0,  # so that those who watch the cases see the change at once
        **changed_columns(row, made.pathway, held.state, decision.state),
    }
    if onto:
        values["pathway_version_id"] = onto.version_id
    if beside.notices and (row.notice_at is None or row.notice_at > held.now):
        values["notice_at"] = held.now
    update_case = _update_case(tuple(values))
    send(connection, update_case, {"the_id": row.id, "the_version": row.version, **values})
    return Written(number, columns["hash"])


def write_consequences(
    connection: Connection,
    case_id: int,
    pathway: Pathway,
    entry: dict[str, Any],
    before: State,
    decision: Decision,
    beside: Beside,
) -> None:
    """Write the log entry, the rows, the notices and the protected values."""
    send(connection, _insert_entry(), {"case_id": case_id, **entry})
    write_rows(connection, case_id, pathway, before, decision.state)
    write_turns(connection, pathway, before, decision.state)
    now = entry["recorded_at"]
    write_notices(connection, case_id, decision.facts, beside.notices, now)
    protected.write_values(connection, beside.values)


@cache
def _insert_entry() -> Any:
    return insert(_ENTRIES).inline()


@cache
def _update_case(names: tuple[str, ...]) -> Any:
    return (
        update(CASES)
        .where(CASES.c.id == bindparam("the_id"), CASES.c.version == bindparam("the_version"))
        .values({name: bindparam(name) for name in names})
    )
