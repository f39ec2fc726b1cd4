"""Farewells: agencies that lose work are told that the work is over. An agency that may be told
nothing more hears this only once.

Source: consent may be withdrawn, and agencies that relied on it are told (REM, HTCDS, ECW-DPA).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine import covering
from engine import facts as f
from engine.state import ConsentState
from engine.turns import sharing, stop_tasks
from engine.turns.telling import Farewell, say_farewell
from engine.turns.turn import Turn


@contextmanager
def said_once(turn: Turn, name: str, consent: ConsentState) -> Iterator[None]:
    """A context for withdrawing what relies on a consent. At its end, each agency is told what is
    over.

    An agency that had something on the basis of the consent, or that may be told nothing without
    it, is told once to stop and to confirm that it has. It is told separately only of what does not
    need the consent, and only if it may still be told. Other agencies are told of each thing
    separately.

    Args:
        name: the name of the consent.
        consent: the consent as it was before the withdrawal or refusal.
    """
    had, heard = stop_tasks.who_had(turn, name, consent), stop_tasks.hearers(turn, consent)
    out = {each for each in turn.state.told if turn.is_barred(each)}
    with _held_back(turn) as held:
        yield
    _call_off(turn, consent)
    gone = {
        agency: about
        for agency, about in (heard | had).items()
        if agency not in out | {turn.state.responsible}
        and covering.has_lost(turn, name, agency)
        and (agency in had or not turn.may_know(agency))
    }
    for last in held:
        if last.agency not in gone:
            say_farewell(turn, last)
    for agency, about in gone.items():
        stop_tasks.owe(turn, agency, name, about)
        for last in held:
            if last.agency == agency and not _is_said(turn, last, name):
                say_farewell(turn, last)


def _is_said(turn: Turn, last: Farewell, name: str) -> bool:
    """Whether an agency that was told to stop need not be told separately that some work is over,
    because the work needs the consent as well, or the agency may be told nothing more.
    """
    plan = turn.pathway.steps.get(last.about.partition(".")[0])
    needs = plan is not None and name in plan.needs
    return needs or not turn.may_know(last.agency)


def _call_off(turn: Turn, consent: ConsentState) -> None:
    """Cancel notices owed to agencies that the consent named and that may be told nothing more."""
    named = covering.all_named(turn, consent)
    lost = tuple(sorted(each for each in named if not turn.may_know(each)))
    if lost:
        turn.say(f.NoticesCancelled(agencies=lost))


@contextmanager
def last_word(turn: Turn) -> Iterator[None]:
    """A context for shutting agencies out. An agency that is shut out and loses work is told once
    that its part is over, and then nothing more; other agencies are told of each thing separately.

    That one notice says nothing about the case or the reason, and reads as for any case that has
    ended. It asks for no answer, since none would be accepted. Stops that these agencies have to
    confirm pass to the responsible agency.
    """
    with _held_back(turn) as held:
        yield
    told: set[str] = set()
    for last in held:
        if not turn.is_barred(last.agency):
            say_farewell(turn, last)
        elif last.agency not in told:
            told.add(last.agency)
            say_farewell(turn, last._replace(kind="no_longer_needed", label=""))
    stop_tasks.pass_on(turn)


@contextmanager
def _held_back(turn: Turn) -> Iterator[list[Farewell]]:
    """Collect farewells; agencies that were already shut out get none."""
    outer, held = turn.farewells, list[Farewell]()
    out = {each for each in turn.involved() if turn.is_barred(each)}
    turn.farewells = collected = list[Farewell]()
    yield held
    sharing.keep_up(turn)
    turn.farewells = outer
    held += [each for each in collected if each.agency not in out]
