"""Who had something on the ground of a consent is told once to stop, when the person takes it back.

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
def said_once(turn: Turn, name: str, consent: Consent) -> Iterator[None]:
    """Take back what stands on a consent, and tell each agency afterwards what is over.

    One that it named is told to stop and confirm, and nothing beside that, if it has or had something
    in a step that needs it, or may not know of the case any more; also if it has done its part
    already. Everybody else is told of each thing for itself.

    Args:
        name: of the consent.
        consent: as it stood before.
    """
    had = {agency: subject for agency, subject in _had(turn.state) if turn.names(consent, agency)}
    rested = {agency for agency, (_, step) in _had(turn.state) if _needs(turn, step, name)}
    held: list[tuple[str, str, str, str]] = []
    turn.farewells = held
    yield
    sharing.keep_up(turn)
    turn.farewells = None
    now = turn.state.consents[name]
    gone = {
        agency: subject
        for agency, subject in had.items()
        if not turn.may_know(agency)
        or (agency in rested - {turn.state.responsible} and _has_lost(turn, now, agency))
    }
    for agency, kind, about, label in held:
        if agency not in gone:
            turn.tell(agency, kind, about, label)
    first = {agency: (about, label) for agency, _, about, label in reversed(held)}
    for agency, (about, step) in gone.items():
        named = first.get(agency, (about, turn.pathway.label(step)))
        turn.tell(agency, "stop_and_confirm", *named)


def _needs(turn: Turn, step: str, consent: str) -> bool:
    plan = turn.pathway.steps.get(step)
    return plan is not None and consent in plan.needs


def _has_lost(turn: Turn, consent: Consent, agency: str) -> bool:
    """It was taken back from the agency, and does not only stand for others."""
    return consent.status not in ("given", "expired") or not turn.names(consent, agency)


def _had(state: State) -> Iterator[tuple[str, tuple[str, str]]]:
    """Agencies that have or had a task or a request, each with its last one and the step of that."""
    for task in state.tasks.values():
        if task.status not in _HAS_NOTHING:
            yield from ((agency, (task.id, task.step)) for agency in task.agencies)
    for asked in state.hand_overs.values():
        if asked.status not in _HAS_NOTHING:
            yield asked.agency, (asked.id, asked.step)
