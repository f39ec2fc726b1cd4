"""Who is to stop once a consent is withdrawn: worked out from the log, not as the engine does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from engine import commands as c
from engine import facts as f
from engine.acts.prohibiting import AgencyProhibited
from engine.clock import AFTER_THE_END
from engine.decide import Decision
from engine.pathway import Pathway
from engine.state import State
from engine.turns.stop_tasks import MOST_ASKED

TAKES_AWAY = (
    AgencyProhibited,
    f.ConsentChanged,
    f.MomentNoted,
    f.ClockReached,
    f.ClockSet,
    f.ClocksStopped,
    f.NoticeOwed,
    f.NoticesCancelled,
    f.PartTaken,  # by whoever records that a consent is withdrawn
    f.StopOwed,
    f.StopOverdue,
    f.StopPassedOn,
    f.StopConfirmed,
)
"""All that becomes of a case that is not open."""
FAREWELL = ("stop_and_confirm", "no_longer_needed")


def look_at_stops(state: State) -> None:
    """What holds at every moment, in every status of a case."""
    stops = state.open_stops()
    twice = Counter((each.of, each.consent) for each in stops)
    assert not [each for each, number in twice.items() if number > 1]
    for stop in stops:
        runs = f"{stop.id}:stop" in state.clocks
        assert runs or stop.asked == MOST_ASKED, "somebody is told, until they have heard it all"
        assert stop.agency in (stop.of, state.responsible), "somebody owns it"
    assert {each.about for each in state.clocks.values() if each.kind == "stop"} <= {
        each.id for each in stops
    }
    if state.status == "ended":
        assert {each.kind for each in state.clocks.values()} <= AFTER_THE_END


def look_at_withdrawal(
    trial: Pathway,
    facts: Iterable[f.Fact],
    before: State,
    act: c.WithdrawConsent,
    result: Decision,
    is_out: Callable[[str], bool],
) -> None:
    """Whoever had something on the ground of the consent has exactly one stop to confirm; for one that is barred, the responsible agency may have it.

    Args:
        facts: all before.
    """
    after, given = result.state, before.consents[act.consent]
    is_in_part = act.agency and after.consents[act.consent].status in ("given", "expired")
    lost = [act.agency] if is_in_part else None
    for agency in {*_had(trial, facts, before, act.consent)}:
        is_named = agency in given.recipients and agency not in given.without
        if not is_named or (lost and agency not in lost) or agency == after.responsible:
            continue
        found = [each for each in after.open_stops() if each.of == agency]
        found = [each for each in found if each.consent == act.consent]
        if is_out(agency):  # from before, or as a consequence of the withdrawal itself
            assert [each.agency for each in found] in ([], [after.responsible]), agency
        else:
            assert len(found) == 1, agency


def _had(trial: Pathway, facts: Iterable[f.Fact], state: State, consent: str) -> Iterator[str]:
    """The agencies that were told of a step that needs it, and did not say no to that."""
    for fact in facts:
        if not isinstance(fact, f.NoticeOwed) or fact.kind in FAREWELL:
            continue
        plan = trial.steps.get(fact.about.partition(".")[0])
        if plan is None or consent not in plan.needs:
            continue
        task, asked = state.tasks.get(fact.about), state.hand_overs.get(fact.about)
        if task and fact.agency in task.declined_by:
            continue
        if not (asked and asked.agency == fact.agency and asked.status == "declined"):
            yield fact.agency
