"""What is accepted has an effect: no act is taken of which only the record remains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from engine import commands as c
from engine import facts as f
from engine.decide import Decision, decide
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.state import State
from tests.factories import CALENDARS, DESK, Case
from tests.random_acts import acts_in
from tests.random_pathways import pathways
from tests.random_plays import Play


@settings(max_examples=60, phases=[Phase.generate])
@given(pathways(), st.integers(1, 40), st.integers(0, 2**32))
def test_each_accepted_act_leads_to_more_than_its_record(
    trial: Pathway, moves: int, seed: int
) -> None:
    """Also where it is done twice: the second time it does something more, or is refused."""
    play = Play(trial, Random(seed))
    for _ in range(moves):
        play.move()
    play.settle()
    for act, agency in acts_in(trial, play.state):
        if agency:
            for facts in _done_twice(play, act, agency):
                note(f"{agency} {act}: {facts}")
                assert any(not _records(fact, act) for fact in facts)


def _done_twice(play: Play, act: c.AnyAct, agency: str) -> Iterator[Sequence[f.Fact]]:
    state = play.state
    for _ in range(2):
        decision = _decided(play, state, act, agency)
        if decision is None:
            return
        state = decision.state
        yield decision.facts


def _decided(play: Play, state: State, act: c.AnyAct, agency: str) -> Decision | None:
    command = c.Command(
        act=act, agency=agency, person="staff-1", occurred_at=play.now, recorded_at=play.now
    )
    try:
        return decide(play.trial, state, command, play.registry, CALENDARS)
    except Refusal:
        return None


def _records(fact: f.Fact, act: c.AnyAct) -> bool:
    """Whether a fact says only that the act was done."""
    match fact:
        case f.PartTaken() | f.Overridden() | f.InterruptRaised():
            return True
        case f.MomentNoted(name=name):
            return isinstance(act, c.Raise) and name == f"interrupt.{act.interrupt}"
    return False


GOES_BACK = """
stages:
  first: {steps: {talk: {by: screener}}}
  second: {after: first, steps: {plan: {by: screener}}, then: end done}
interrupts:
  anew: {raised_by: screener, then: "back to second, at most 1, then go on"}
"""


def test_nobody_raises_what_would_only_go_back_to_where_the_case_has_not_been() -> None:
    """Nor what has gone back as often as it may."""
    case = Case(GOES_BACK)
    assert case.refused(c.Raise(interrupt="anew"), DESK) == "condition"
    case.complete("talk.1")
    case.do(c.Raise(interrupt="anew"), DESK)
    case.do(c.Resolve(interrupt="anew"), DESK)
    assert case.refused(c.Raise(interrupt="anew"), DESK) == "condition"


def test_what_is_read_may_be_raised_although_the_case_does_not_go_back() -> None:
    """A condition asks for it later."""
    read = GOES_BACK.replace(
        "plan: {by: screener}",
        "plan: {by: screener, when: interrupt.anew.raised, otherwise: skip}",
    )
    case = Case(read)
    case.do(c.Raise(interrupt="anew"), DESK)
    assert "interrupt.anew" in case.state.moments
