"""Records notices that were already being sent when a turn called them off, and adds notices to
stop where they are needed.

Source: consent may be withdrawn at any time, and agencies that relied on it are told (REM, HTCDS).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from engine import facts as f
from engine.notice_kinds import FAREWELL
from engine.statuses import CasePhase
from engine.turns.turn import Turn
from engine.view import View


class OnItsWay(msgspec.Struct, frozen=True):
    """A notice called off too late to be held back."""

    agency: str
    stop: bool
    """Whether the agency is to be told to stop if the notice does go out."""


def on_their_way(facts: Sequence[f.Fact]) -> tuple[OnItsWay, ...]:
    """The notices that were being sent when a turn called them off, from its facts."""
    owed = f.still_owed(facts)
    stopped = {each.owed.agency for each in owed if each.owed.kind in FAREWELL}
    met = (fact.agency for fact in facts if isinstance(fact, f.NoticeOnItsWay))
    return tuple(OnItsWay(agency, agency in stopped) for agency in met)


def calls_off(facts: Iterable[f.Fact]) -> list[f.NoticesCancelled]:
    """The cancellations among a turn's facts."""
    return [fact for fact in facts if type(fact) is f.NoticesCancelled]


def meet(
    view: View, decided: Sequence[f.Fact], sending: Iterable[f.NoticeOwed]
) -> tuple[f.Fact, ...]:
    """The facts that record each notice called off while being sent and, if its agency has to stop,
    owe the agency a notice that says so.

    No such notice is owed to an agency that still has what the called-off notice is about, or that
    the turn tells anyway that something is over.

    Args:
        view: the case as the turn left it.
        decided: the facts of the turn.
        sending: the notices of the case that are being sent.
    """
    turn = Turn.on(view)
    told = {
        fact.agency for fact in decided if isinstance(fact, f.NoticeOwed) and fact.kind in FAREWELL
    }
    for notice in _called_off(decided, sending):
        turn.say(f.NoticeOnItsWay(number=notice.number, agency=notice.agency, about=notice.about))
        if notice.agency not in told and not _stands(turn, notice):
            turn.say(_stop(turn, notice))
    return tuple(turn.facts)


def _called_off(
    decided: Sequence[f.Fact], sending: Iterable[f.NoticeOwed]
) -> Iterator[f.NoticeOwed]:
    cancelled = calls_off(decided)
    for each in sending:
        if any(fact.cancels(each) for fact in cancelled):
            yield each


def _stands(view: View, notice: f.NoticeOwed) -> bool:
    """Whether the case is open, and the agency may know of it and still has what the notice is
    about. If the notice is about neither a task nor a request, the agency counts as having it.
    """
    state = view.state
    if state.status != CasePhase.OPEN or not view.may_know(notice.agency):
        return False
    task, asked = state.tasks.get(notice.about), state.hand_overs.get(notice.about)
    if task:
        return task.is_under_way and notice.agency in task.agencies
    if asked:
        return asked.is_open and notice.agency == asked.agency
    return True


def _stop(view: View, notice: f.NoticeOwed) -> f.NoticeOwed:
    """The notice to stop, which asks for no answer. Even a barred agency gets one, but its notice
    names no step.
    """
    return f.NoticeOwed(
        number=view.state.notices + 1,
        agency=notice.agency,
        kind="no_longer_needed",
        about=notice.about,
        label="" if view.is_barred(notice.agency) else notice.label,
        after=notice.number,
    )
