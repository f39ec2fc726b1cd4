"""What an agency is shown of a case agrees with what the one visibility says it may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine import facts as f
from engine import visibility
from engine.acts.looking import IdentitySeen
from engine.decide import decide
from engine.errors import Refusal
from engine.evolve import evolve
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.pathway import Pathway
from engine.state import FAREWELL, HandOver, Task
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, Case
from tests.random_pathways import pathways
from tests.random_plays import Play

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, AWAY)
EDITIONS = {each.id: each for each in CALENDARS.editions}


def moments(trial: Pathway, seed: int) -> Iterator[tuple[Play, View]]:
    """A case of a random pathway, after each thing that is done in it by chance."""
    play = Play(trial, Random(seed))
    for _ in range(25):
        if play.state.status != "open":
            return
        yield play, View(trial, play.state, play.now, play.registry, CALENDARS)
        play.move()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_an_explanation_shows_an_agency_nothing_that_it_may_not_see(
    trial: Pathway, seed: int
) -> None:
    """Neither that which it is about, nor a condition or a period on what is not shown to it, nor
    anybody else's task or request by its name."""
    for play, view in moments(trial, seed):
        for agency in AGENCIES:
            known = CaseHistory(view.seen_by(agency), play.facts, EDITIONS)
            parts = (*view.state.tasks, *view.state.hand_overs, *view.state.steps)
            for name in ("", *(parts if visibility.has_part(view, agency) else ())):
                try:
                    shown = explain(known, name)
                except Refusal:
                    continue
                assert visibility.has_part(view, agency)
                assert is_seen(view, agency, name), (agency, name)
                look_at(view, agency, shown)


def is_seen(view: View, agency: str, name: str) -> bool:
    state = view.state
    works = [each for each in (state.tasks.get(name), state.hand_overs.get(name)) if each]
    if works:
        return any(visibility.sees(view, agency, each) for each in works)
    return not name or visibility.sees_step(view, agency, name)


def look_at(view: View, agency: str, shown: Explanation) -> None:
    """At each thing that an explanation says."""
    for reason in (*shown.because, *shown.waits_for):
        for name in reason.condition.known if reason.condition else ():
            assert visibility.sees_name(view, agency, name), (agency, shown.about, name)
    for count in shown.counts:
        for name in count.anchors:
            assert visibility.sees_name(view, agency, name), (agency, shown.about, name)
    for ident in _hidden(view, agency):
        assert not re.search(rf"\b{re.escape(ident)}(?![\w.])", repr(shown)), (agency, ident)


def _hidden(view: View, agency: str) -> set[str]:
    """Names of tasks and requests that an agency does not see, and of none that it does: nor of a request
    that one of its tasks is about, in whose name that stands.
    """
    tasks, asked = view.state.tasks.values(), view.state.hand_overs.values()
    works: list[Task | HandOver] = [*tasks, *asked]
    seen = {each.id for each in works if visibility.sees(view, agency, each)}
    about = {each.hand_over for each in tasks if each.id in seen}
    return {each.id for each in works} - seen - about


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_whoever_is_told_anything_may_hear_of_the_case_at_that_moment(
    trial: Pathway, seed: int
) -> None:
    """As each notice comes to be owed; only that something is over may reach who may not know any more."""
    for play, _ in moments(trial, seed):
        while play.turns:
            now, state, facts = play.turns.pop()
            for fact in facts:
                if isinstance(fact, f.NoticeOwed) and fact.kind not in FAREWELL:
                    view = View(trial, state, now, play.registry, CALENDARS)
                    assert visibility.may_know(view, fact.agency), fact
                state = evolve(state, fact)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_a_look_shows_and_the_log_names_only_what_an_agency_may_read(
    trial: Pathway, seed: int
) -> None:
    """Of all that might be known of the person; and nobody looks who may not hear of the case."""
    for play, _ in moments(trial, seed):
        play.settle()
        view = View(trial, play.state, play.now, play.registry, CALENDARS)
        known = tuple(known_in(view))
        for agency in AGENCIES:
            seen = looked(play, c.Look(known=known), agency)
            assert visibility.readable(view, seen, agency) == tuple(seen), (agency, seen)
            assert not seen or visibility.may_know(view, agency), agency


def known_in(view: View) -> Iterator[str]:
    """Fields, the votes of members, and the words of requests, by the names under which they are kept."""
    yield from view.pathway.definition.data
    for task in view.state.tasks.values():
        yield from (f"feedback {task.id}", f"reason {task.id}", f"risk {task.id}")
    for asked in view.state.hand_overs:
        yield from (f"{word} {asked}" for word in ("asked", "conditions", "declined"))


def looked(play: Play, look: c.Look, agency: str) -> tuple[str, ...]:
    """What the log says that was seen; nothing of what is refused."""
    command = c.Command(
        act=look, agency=agency, person="staff-x", occurred_at=play.now, recorded_at=play.now
    )
    try:
        facts = decide(play.trial, play.state, command, play.registry, CALENDARS).facts
    except Refusal:
        return ()
    return next(fact.fields for fact in facts if isinstance(fact, IdentitySeen))


TWO_DESKS = """
stages:
  start:
    steps:
      talk: {by: screener, form: [full_name, risk]}
      plan: {by: manager, form: [risk]}
    then: end done
"""


def test_a_look_shows_only_what_the_open_tasks_of_an_agency_ask_for() -> None:
    """Who answers for the case sees all that is known of the person."""
    case = Case(TWO_DESKS)
    look = c.Look(known=("full_name",))
    seen = [
        fact.fields
        for agency in (CARE, DESK)
        for fact in case.do(look, agency).facts
        if isinstance(fact, IdentitySeen)
    ]
    assert seen == [(), ("full_name",)]
