"""Farewells: the last notice to an agency, once, when it loses its work.

Source: consent may be withdrawn, and agencies that relied on it are told (REM, HTCDS, ECW-DPA).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine import covering
from engine import facts as f
from engine.state import ConsentState, State
from engine.statuses import CAME_TO_NOTHING, ONCE_GIVEN, TaskStatus
from engine.turns import sharing
from engine.turns.telling import say_farewell
from engine.turns.turn import Turn
from engine.view import View

_HAS_NOTHING = CAME_TO_NOTHING | {TaskStatus.WITHDRAWN}
"""The agency declined, or was already told that it is over."""
Farewell = tuple[str, str, str, str]
"""Agency, kind, subject, label."""


@contextmanager
def said_once(turn: Turn, name: str, consent: ConsentState) -> Iterator[None]:
    """Withdraw what relies on a consent, then tell each agency what is over.

    An agency that the consent named is only told to stop and confirm, if it has or had work in a
    step that needs it (even if already done), or may no longer know of the case. Other agencies are
    told of each thing separately.

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
    """Cancel notices owed to agencies that it named and that may hear nothing more."""
    named = covering.all_named(turn, consent)
    lost = tuple(sorted(each for each in named if not turn.may_hear(each)))
    if lost:
        turn.say(f.NoticesCancelled(agencies=lost))


@contextmanager
def last_word(turn: Turn) -> Iterator[None]:
    """Shut agencies out. Each that loses something is told that it is over, and then nothing
    more.

    The notice says nothing about the case or the reason, and reads as for any case that has ended.
    It asks for no answer, since none would be accepted.
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
    """Collect farewells; agencies that were already shut out get none."""
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
    """Whether the agency itself lost it, rather than only losing sight of it."""
    return consent.status not in ONCE_GIVEN or not covering.names(view, consent, agency)


def _had(state: State) -> Iterator[tuple[str, tuple[str, str]]]:
    """Agencies that have or had a task or request, each with its last one and that one's step."""
    for task in state.tasks.values():
        if task.status not in _HAS_NOTHING:
            for agency in task.agencies:
                yield agency, (task.id, task.step)
    for asked in state.hand_overs.values():
        if asked.status not in _HAS_NOTHING:
            yield asked.agency, (asked.id, asked.step)
