"""What an agency is told last: once, as it loses what it had.

Source: consent is revocable, and who had something on its ground is told (REM, HTCDS, ECW-DPA).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine import covering
from engine import facts as f
from engine.state import ConsentState, State
from engine.statuses import ONCE_GIVEN
from engine.turns import sharing
from engine.turns.telling import say_farewell
from engine.turns.turn import Turn
from engine.view import View

_HAS_NOTHING = frozenset({"declined", "revoked", "withdrawn"})
"""Its agency has said no, or was told already that it is over."""
Farewell = tuple[str, str, str, str]
"""Agency, kind, subject, label."""


@contextmanager
def said_once(turn: Turn, name: str, consent: ConsentState) -> Iterator[None]:
    """Take back what stands on a consent, and tell each agency afterwards what is over.

    One that it named is told to stop and confirm, and nothing beside that, if it has or had something
    in a step that needs it, or may not know of the case any more; also if it has done its part
    already. Everybody else is told of each thing for itself.

    Args:
        name: of the consent.
        consent: as it stood before.
    """
    all_had = list(_had(turn.state))
    had = {
        agency: subject
        for agency, subject in dict(all_had).items()
        if covering.names(turn, consent, agency) and not turn.is_barred(agency)
    }
    rested = {agency for agency, (_, step) in all_had if _needs(turn, step, name)}
    with _held_back(turn) as held:
        yield
    _call_off(turn, consent)
    now = turn.state.consents[name]
    gone = {
        agency: subject
        for agency, subject in had.items()
        if not turn.may_know(agency)
        or (agency in rested - {turn.state.responsible} and _has_lost(turn, now, agency))
    }
    for agency, kind, about, label in held:
        if agency not in gone:
            say_farewell(turn, agency, kind, about, label)
    for agency, (about, step) in gone.items():
        named = [each[2:] for each in held if each[0] == agency]
        for each in named or [(about, turn.pathway.label(step))]:
            say_farewell(turn, agency, "stop_and_confirm", *each)


def _call_off(turn: Turn, consent: ConsentState) -> None:
    """What was owed to agencies that it named, and that may hear nothing now, is not sent any more."""
    named = covering.all_named(turn, consent)
    lost = tuple(sorted(each for each in named if not turn.may_hear(each)))
    if lost:
        turn.say(f.NoticesCancelled(agencies=lost))


@contextmanager
def last_word(turn: Turn) -> Iterator[None]:
    """Shut agencies out, and tell each that loses something that this is over; then never anything.

    Nothing of the case is said, and not why: it reads as in any case that has ended. No answer is
    asked for, since none would be taken.
    """
    with _held_back(turn) as held:
        yield
    told: set[str] = set()
    for agency, kind, about, label in held:
        if not turn.is_barred(agency):
            say_farewell(turn, agency, kind, about, label)
        elif agency not in told:
            told.add(agency)
            say_farewell(turn, agency, "no_longer_needed", about, "")


@contextmanager
def _held_back(turn: Turn) -> Iterator[list[Farewell]]:
    """Collect what agencies are told last; those that were shut out before are told nothing."""
    outer, held = turn.farewells, list[Farewell]()
    out = {each for each in turn.involved() if turn.is_barred(each)}
    turn.farewells = collected = list[Farewell]()
    yield held
    sharing.keep_up(turn)
    turn.farewells = outer
    held += [each for each in collected if each[0] not in out]


def _needs(view: View, step: str, consent: str) -> bool:
    plan = view.pathway.steps.get(step)
    return plan is not None and consent in plan.needs


def _has_lost(view: View, consent: ConsentState, agency: str) -> bool:
    """It was taken back from the agency, and does not only stand for others."""
    return consent.status not in ONCE_GIVEN or not covering.names(view, consent, agency)


def _had(state: State) -> Iterator[tuple[str, tuple[str, str]]]:
    """Agencies that have or had a task or a request, each with its last one and the step of that."""
    for task in state.tasks.values():
        if task.status not in _HAS_NOTHING:
            yield from ((agency, (task.id, task.step)) for agency in task.agencies)
    for asked in state.hand_overs.values():
        if asked.status not in _HAS_NOTHING:
            yield asked.agency, (asked.id, asked.step)
