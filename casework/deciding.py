"""Decides what a command does to a case that has been read: what is to be recorded, or why it is
refused. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from casework.authenticating import TIME
from casework.case_rows import unknown
from casework.held_case import Held, is_known_to, require_at_work, view_of
from casework.manifest import Digests
from casework.principal import Principal
from engine import numbering
from engine.commands import AnyAct, Command, Settle
from engine.decide import Decision, decide
from engine.errors import EngineError, Refusal, SpeakingOf
from engine.pathway import Pathway
from engine.state import State
from engine.versions.renames import Renames
from engine.view import View

Maker = Callable[[Pathway, State], AnyAct]
"""Makes the act, given the pathway and the state of the case once these have been read."""


class PublishedTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A published version that a case is moved to."""

    version_id: int
    pathway: Pathway
    names: Renames
    """The renames from the case's current version."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What to record for a command: its decision or, if it was refused, what was due."""

    held: Held
    command: Command
    decision: Decision
    refusal: Refusal | None = None
    onto: PublishedTarget | None = None
    """Set if the case moves to another version of its pathway."""
    wrote: Digests = {}
    """The manifest of what has already been written for the turn."""

    @property
    def pathway(self) -> Pathway:
        """The pathway version after the turn."""
        return self.onto.pathway if self.onto else self.held.pathway


def attempt(
    held: Held, ask: AnyAct | Maker, by: Principal, occurred_at: datetime | None = None
) -> Attempt:
    """Decide on an act, without recording anything. Only agencies that know of the case are told
    the reason for a refusal; for others, the case does not exist.

    The decision begins with whatever was due; if the command is refused, it contains nothing else.

    Raises:
        EngineError: the act cannot be decided on, and the agency knows of the case.
    """
    is_known = is_known_to(held, by.agency)
    try:
        require_at_work(held, by)
        # A prohibited agency is refused whatever it asks for, by whatever name.
        if held.state.prohibited and view_of(held).is_prohibited(by.agency):
            raise unknown(held.row.code, by, held.row)
        with SpeakingOf(held.pathway):
            act = ask(held.pathway, held.state) if callable(ask) else ask
        if not is_known and act.declared and not (act.rule.by_right or act.declared.pair):
            raise unknown(held.row.code, by, held.row)
        command = command_by(by, act, occurred_at, held.now)
        with numbering.SpokenTo(held.state, by.agency):
            decision = _decide(held, command)
        return Attempt(held=held, command=command, decision=decision)
    except EngineError as error:
        if is_known and not isinstance(error, Refusal):
            raise
        refusal = (
            error
            if is_known and isinstance(error, Refusal)
            else unknown(held.row.code, by, held.row)
        )
        return what_is_due(held, refusal)


def what_is_due(held: Held, refusal: Refusal | None = None) -> Attempt:
    """An attempt that records only what was due, because there is no act or it was refused."""
    settle = command_by(TIME, Settle(), None, held.now)
    due = held.state.is_due(held.now)
    decision = _decide(held, settle) if due else Decision((), held.state)
    return Attempt(held=held, command=settle, decision=decision, refusal=refusal)


def command_by(
    by: Principal, act: AnyAct, occurred_at: datetime | None, recorded_at: datetime
) -> Command:
    """The command for an act, as the log keeps it, including who asked for it. Unless `occurred_at`
    is given, the act happened when it is recorded.
    """
    return Command(
        act=act,
        agency=by.agency,
        person=by.person,
        entered_by=by.entered_by,
        because=by.because or "",
        occurred_at=occurred_at or recorded_at,
        recorded_at=recorded_at,
    )


def _decide(held: Held, command: Command) -> Decision:
    known = held.reference
    return decide(held.pathway, held.state, command, known.registry, known.calendars, held.loads)


def after(made: Attempt, reader: str = "") -> View:
    """A view of the case as the turn leaves it."""
    held = replace(made.held, pathway=made.pathway) if made.onto else made.held
    return view_of(held, made.decision.state, reader=reader)
