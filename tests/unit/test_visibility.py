"""What an agency is shown of a case agrees with what the one visibility says it may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine import visibility
from engine.acts.looking import IdentitySeen
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.pathway import Pathway
from engine.state import HandOver, Task
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, Case
from tests.promised_reading import Ledger
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


TWO_DESKS = """
stages:
  start:
    steps:
      talk: {by: screener, form: [full_name, risk]}
      plan: {by: manager, form: [risk]}
    then: end done
"""


def test_a_look_shows_only_what_the_open_tasks_of_an_agency_ask_for() -> None:
    """The responsible agency sees all that is known of the person."""
    case = Case(TWO_DESKS)
    look = c.Look(known=("full_name",))
    seen = [
        fact.fields
        for agency in (CARE, DESK)
        for fact in case.do(look, agency).facts
        if isinstance(fact, IdentitySeen)
    ]
    assert seen == [(), ("full_name",)]


def test_a_part_has_who_was_reached_and_nobody_who_was_never_let_in() -> None:
    """As the log says it: a role that was bound for a consent that is refused, or after others, is no part."""
    only_a_role = set[str]()

    @settings(
        max_examples=60,
        derandomize=True,
        phases=[Phase.generate],
    )
    @given(pathways(), st.integers(0, 2**32))
    def look(trial: Pathway, seed: int) -> None:
        ledger, knew, read = Ledger(trial), set[str](), 0
        for play, view in moments(trial, seed):
            ledger.registry = play.registry
            for (at, _, facts), actor in [*zip(play.turns, play.actors, strict=True)][read:]:
                for _ in ledger.reading(facts, actor):
                    knew |= {each for each in AGENCIES if ledger.may_know(each, at)}
                knew |= {each for each in AGENCIES if ledger.may_know(each, at)}
            read = len(play.turns)
            parties = visibility.parties(trial, view.state)
            assert ledger.heard <= parties <= knew | ledger.heard
            assert not any(visibility.has_part(view, each) for each in {*AGENCIES} - parties)
            only_a_role.update({*view.state.roles.values()} - parties)

    look()
    assert only_a_role
