"""The one transaction in which a case changes: locked, decided, recorded with its consequences.

Every change of a case goes through here, whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, insert, update

from casework import log, manifest, protected
from casework.authenticating import TIME
from casework.beside import Beside
from casework.context import Onward
from casework.held import CASES, Held, hold, is_known_to, unknown, view_of
from casework.loads import write_turns
from casework.manifest import Digests, Manifest
from casework.principal import Principal
from casework.rows import changed_columns, owed_notices, sending, write_notices, write_rows
from engine import alerts, both_cases, in_flight, numbering
from engine.commands import AnyAct, Command, Hear, Settle
from engine.decide import Decision, decide
from engine.errors import EngineError, Refusal, SpeakingOf
from engine.evolve import replay
from engine.facts import Fact, InterruptRaised, LinkProposed
from engine.pathway import Pathway
from engine.projection import Seen, seen
from engine.state import State
from engine.turn_records import TurnRecord
from engine.versions.renames import Renames
from engine.view import View
from models.columns import table_of
from models.keys import Erased
from models.prepared import send
from models.session import batch
from models.turns import LogEntry

_ENTRIES = table_of(LogEntry)

Maker = Callable[[Pathway, State], AnyAct]
"""Makes the act, given the case once it is locked."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a turn; nothing was recorded if there are no facts."""

    code: str
    number: int
    """The number of the newest log entry."""
    decision: Decision
    pathway: Pathway
    """Its version after the turn, with its texts."""
    view: View
    """The case after the turn, for whoever asked."""

    @property
    def seen(self) -> Seen:
        """What whoever asked may see of it now."""
        return seen(self.view)

    @property
    def state(self) -> State:
        return self.decision.state

    @property
    def proposed(self) -> dict[str, datetime | None]:
        """The cases with which a link or merge was proposed, and until when it waits for an answer."""
        made = (each for each in self.decision.facts if isinstance(each, LinkProposed))
        return {each.case: each.proposal.answer_by for each in made}

    @property
    def on_their_way(self) -> tuple[in_flight.OnItsWay, ...]:
        """Notices that the turn called off too late to hold back."""
        return in_flight.on_their_way(self.decision.facts)


class PublishedTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A published version that a case is moved to."""

    version_id: int
    pathway: Pathway
    names: Renames
    """From the names of its current version."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What to record for a command: its decision or, if it was refused, what was due."""

    held: Held
    command: Command
    decision: Decision
    refusal: Refusal | None = None
    onto: PublishedTarget | None = None
    """Set if the case moves to another version of its pathway."""
    wrote: Digests = {}
    """What was written for it already."""

    @property
    def pathway(self) -> Pathway:
        """The pathway version after the turn."""
        return self.onto.pathway if self.onto else self.held.pathway


def take(
    onward: Onward,
    code: str,
    ask: AnyAct | Maker,
    by: Principal,
    *,
    by_right: bool = False,
    occurred_at: datetime | None = None,
    values: Mapping[str, object] | None = None,
) -> Moved:
    """Lock a case, do what is asked, and record it with all its consequences; or change nothing.

    Args:
        by_right: a right of a role may allow it to an agency without a part in the case.
        occurred_at: when it happened, if not now; an offline report may be days old.
        values: protected values that belong to the act, to be sealed under the person's key.

    Raises:
        Refusal: why it is not possible.
    """

    def turns(connection: Connection) -> list[tuple[Attempt, int]]:
        held = hold(onward, connection, code, by=by, by_right=by_right)
        made = attempt(held, ask, by, occurred_at)
        return record(onward, connection, made, values=values)

    return conclude(onward, onward.store.change(turns))


def attempt(
    held: Held, ask: AnyAct | Maker, by: Principal, occurred_at: datetime | None = None
) -> Attempt:
    """Decide, without recording anything. The reason for a refusal is only told to agencies that know of the case.

    Whatever was due happens regardless of the command, as a turn of its own, as if the ticker had just come.
    """
    try:
        if view_of(held).is_prohibited(by.agency):  # whatever it asks for, and by whatever name
            raise Refusal("barred.yours")
        with SpeakingOf(held.pathway):
            act = ask(held.pathway, held.state) if callable(ask) else ask
        command = _command(held, act, by, occurred_at)
        with numbering.spoken_to(held.state, by.agency):
            decision = _decide(held, command)
        return Attempt(held=held, command=command, decision=decision)
    except EngineError as error:
        is_known = is_known_to(held, by.agency)
        if is_known and not isinstance(error, Refusal):
            raise
        refusal = error if is_known and isinstance(error, Refusal) else unknown(held.row.code, by)
        return what_is_due(held, refusal)


def what_is_due(held: Held, refusal: Refusal | None = None) -> Attempt:
    """What time alone brings, if nothing is asked or the command was refused."""
    settle = _command(held, Settle(), TIME)
    due = held.state.is_due(held.now)
    decision = _decide(held, settle) if due else Decision((), held.state)
    return Attempt(held=held, command=settle, decision=decision, refusal=refusal)


def _command(
    held: Held, act: AnyAct, by: Principal, occurred_at: datetime | None = None
) -> Command:
    return command_by(by, act, occurred_at or held.now, held.now)


def command_by(by: Principal, act: AnyAct, occurred_at: datetime, recorded_at: datetime) -> Command:
    """An act as the log has it, with who asked for it."""
    return Command(
        act=act,
        agency=by.agency,
        person=by.person,
        entered_by=by.entered_by,
        because=by.because or "",
        occurred_at=occurred_at,
        recorded_at=recorded_at,
    )


def _decide(held: Held, command: Command) -> Decision:
    known = held.reference
    return decide(held.pathway, held.state, command, known.registry, known.calendars, held.loads)


def record(
    onward: Onward,
    connection: Connection,
    *made: Attempt,
    values: Mapping[str, object] | None = None,
) -> list[tuple[Attempt, int]]:
    """Record the decision, and what linked cases hear of it. Nothing is read afterwards.

    Args:
        values: protected values that belong to the first turn.

    Returns:
        The turns in order, then those of linked cases, each with the number of its case's newest entry.
    """
    alerts = [hearing(onward, connection, one) for one in made]
    codes = {one.held.row.code for one in made}
    heard = {
        each.held.row.code: each
        for _, found in alerts
        for each in found
        if each.held.row.code not in codes
    }
    turns = [_met(connection, each) for each in (*(one for one, _ in alerts), *heard.values())]
    batch(connection)
    return [
        (each, write_turn(onward, connection, each, None if number else values))
        for number, each in enumerate(turns)
    ]


def _met(connection: Connection, made: Attempt) -> Attempt:
    """The turn, with facts for notices it called off while they were being sent."""
    facts = made.decision.facts
    if not in_flight.calls_off(facts):
        return made
    return _with(made, in_flight.meet(after(made), facts, sending(connection, made.held.row.id)))


def _with(made: Attempt, more: Sequence[Fact]) -> Attempt:
    """The turn with additional facts that depend on the store."""
    state = replay(more, made.decision.state)
    return replace(made, decision=Decision((*made.decision.facts, *more), state))


def write_turn(
    onward: Onward, connection: Connection, made: Attempt, values: Mapping[str, object] | None
) -> int:
    """Write one turn, with its protected values. Returns the number of its entry."""
    kept = values if made.refusal is None else None
    if not made.decision.facts and not kept:
        return int(made.held.row.version)
    return _record(onward, connection, made, kept or {})


def conclude(onward: Onward, written: Sequence[tuple[Attempt, int]]) -> Moved:
    """After the commit: wake the runs of changed cases, and return the result of the first turn.

    Raises:
        Refusal: its command was refused.
    """
    for made, number in written:
        if number != made.held.row.version:
            onward.waker.wake(made.held.row.code)
    made, number = written[0]
    if made.refusal is not None:
        raise made.refusal
    return moved(made, number)


def moved(made: Attempt, number: int) -> Moved:
    """The result of a turn, as its agency may see it."""
    return Moved(
        code=made.held.row.code,
        number=number,
        decision=made.decision,
        pathway=made.pathway,
        view=after(made).seen_by(made.command.agency),
    )


def hearing(onward: Onward, connection: Connection, made: Attempt) -> tuple[Attempt, list[Attempt]]:
    """The effects of an alert in linked cases, in the same transaction.

    A closed or erased case hears nothing. If nobody may hear, the responsible agency of this case is told so.
    """
    if not made.decision.state.links or not _alerts(made):
        return made, []
    heard = []
    for code in sorted(made.decision.state.links):
        with suppress(Refusal, Erased):
            other = hold(onward, connection, code)
            act = Hear(case=made.decision.state.code, without=_shut_out(made, other))
            heard.append(attempt(other, act, TIME))
    heard = [each for each in heard if each.refusal is None]
    is_heard = all(alerts.is_told(each.decision.facts) for each in heard)
    return (made if is_heard else _with(made, alerts.unheard(after(made)))), heard


def _alerts(made: Attempt) -> bool:
    raised = [fact.name for fact in made.decision.facts if isinstance(fact, InterruptRaised)]
    return any(made.pathway.interrupt(name).alerts_linked for name in raised)


def after(made: Attempt) -> View:
    """A view of the case as the turn leaves it."""
    return view_of(replace(made.held, pathway=made.pathway), made.decision.state)


def _shut_out(made: Attempt, other: Held) -> tuple[str, ...]:
    """Agencies of the other case that may not know that it is linked with this one."""
    here, there = after(made), view_of(other)
    code, answers = other.row.code, other.state.responsible
    return tuple(
        sorted(
            each
            for each in there.involved()
            if not both_cases.may_know_of_both(here, each, code, answers=each == answers)
        )
    )


def _record(
    onward: Onward, connection: Connection, made: Attempt, kept: Mapping[str, object]
) -> int:
    held, decision, onto = made.held, made.decision, made.onto
    row, number = held.row, int(held.row.version) + 1
    beside = Beside(
        notices=owed_notices(row.id, row.code, decision.facts, held.now),
        values=_sealed(onward, row, number, kept) if kept else [],
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
        # Whoever looks after the cases sees it anew at once.
        "lease_until": 0.0,
        **changed_columns(held.state, decision.state),
    }
    if onto:
        values["pathway_version_id"] = onto.version_id
    if beside.notices and (row.notice_at is None or row.notice_at > held.now):
        values["notice_at"] = held.now
    update_case = _update_case(tuple(values))
    send(connection, update_case, {"the_id": row.id, "the_version": row.version, **values})
    return number


def _sealed(
    onward: Onward, row: Any, number: int, kept: Mapping[str, object]
) -> list[dict[str, Any]]:
    person = onward.keys.cipher(row.person_key, protected.owner_of(row.person_id))
    return protected.sealed_values(row.id, row.person_id, person, number, kept)


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
