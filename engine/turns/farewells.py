"""Who knows of a case by one consent alone is told once to stop, when the person takes it back.

Source: consent is revocable, and who had something on its ground is told (REM, HTCDS, ECW-DPA).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.state import Consent, State
from engine.turns import sharing
from engine.turns.turn import Turn

_HAS_NOTHING = frozenset({"declined", "revoked", "withdrawn"})
"""Its agency has said no, or was told already that it is over."""


@contextmanager
def said_once(turn: Turn, consent: Consent) -> Iterator[None]:
    """Take back what stands on a consent, and tell each agency afterwards what is over.

    One that may not know of the case any more is told to stop and confirm, and nothing beside that,
    also if it has done its part already. Everybody else is told of each thing for itself.

    Args:
        consent: as it stood before.
    """
    had = {agency: subject for agency, subject in _had(turn.state) if turn.names(consent, agency)}
    held: list[tuple[str, str, str, str]] = []
    turn.farewells = held
    yield
    sharing.keep_up(turn)
    turn.farewells = None
    gone = {agency: subject for agency, subject in had.items() if not turn.may_know(agency)}
    for agency, kind, about, label in held:
        if agency not in gone:
            turn.tell(agency, kind, about, label)
    first = {agency: (about, label) for agency, _, about, label in reversed(held)}
    for agency, (about, step) in gone.items():
        named = first.get(agency, (about, turn.pathway.label(step)))
        turn.tell(agency, "stop_and_confirm", *named)


def _had(state: State) -> Iterator[tuple[str, tuple[str, str]]]:
    """Agencies that have or had a task or a request, each with its last one and the step of that."""
    for task in state.tasks.values():
        if task.status not in _HAS_NOTHING:
            yield from ((agency, (task.id, task.step)) for agency in task.agencies)
    for asked in state.hand_overs.values():
        if asked.status not in _HAS_NOTHING:
            yield asked.agency, (asked.id, asked.step)
