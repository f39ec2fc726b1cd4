"""The West African pathway between any two of its states: whoever says yes comes home."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from engine import commands as c
from engine.acts.filling import answered
from engine.decide import decide
from engine.plans import StepPlan
from engine.state import State, Task
from engine.task_kinds import TaskKind
from tests.played import adult_return, reference

LIBRARY = Path(__file__).parents[2] / "pathways" / "west_africa"
ZONES = re.compile(r"^  ([A-Z]{2}): \{.*zone: ", flags=re.MULTILINE)
STATES = ZONES.findall((LIBRARY / "agencies.yaml").read_text(encoding="utf-8"))
"""Whoever collects tests need not read the whole registry as YAML."""
OPENED = datetime(2026, 6, 15, 9, tzinfo=UTC)
OUTCOMES = {"talk_options": "go_home", "plan": "ready", "follow_up": "settling"}
ANSWERS: Mapping[str, object] = {
    "adult_by_statement": "adult",
    "immediate_danger": False,
    "asylum": "not_sought",
    "risk": "low",
    "home_risk": "low",
    "place_wanted": True,
    "papers": "needed",
    "fit": "fit",
}


def _answers(plan: StepPlan, now: datetime, origin: str) -> dict[str, object]:
    """A form filled in by somebody whose return goes well."""
    days = {"departure": 5, "arrival_planned": 6}
    moments = {name: (now + timedelta(days=each)).isoformat() for name, each in days.items()}
    given = {**ANSWERS, **moments, "home_country": origin}
    fields = adult_return().definition.data
    return {
        each.name: given.get(each.name, (fields[each.name].choice or ("Text",))[0])
        for each in plan.form
        if each.required
    }


def _act(task: Task, now: datetime, origin: str) -> c.AnyAct:
    if task.kind is TaskKind.CONSENT:
        return c.RecordConsent(task=task.id, given=True)
    if task.kind in (TaskKind.ARRIVAL, TaskKind.FEEDBACK):
        return c.Complete(task=task.id)
    plan = adult_return().steps[task.step]
    outcomes = tuple(plan.step.decide or ())
    outcome = OUTCOMES.get(task.step, outcomes[0] if outcomes else None)
    done = c.Complete(task=task.id, outcome=outcome)
    return answered(done, _answers(plan, now, origin), adult_return())


def _next(state: State, now: datetime, origin: str) -> tuple[c.AnyAct, str, datetime]:
    """Somebody does what is open, an hour after the last; or time passes."""
    soon = now + timedelta(hours=1)
    for asked in state.open_hand_overs():
        form = adult_return().steps[asked.step].answers
        named = {each.name: "Text" for each in form if each.required}
        yes = answered(c.AcceptHandOver(hand_over=asked.id), named, adult_return())
        return yes, asked.agency, soon
    for task in state.open_tasks():
        return _act(task, soon, origin), task.agency, soon
    clock = state.next_clock()
    assert clock is not None
    return c.Settle(), "", clock.at


def test_no_state_of_the_registry_is_left_out() -> None:
    registry, _ = reference()
    assert {each.country for each in registry.agencies} == {*STATES}
    assert len(STATES) > 10


@pytest.mark.parametrize(("host", "origin"), list(permutations(STATES, 2)))
def test_a_return_that_all_agree_to_reaches_home(host: str, origin: str) -> None:
    """Every role has an agency on its side, and every step leads to the next."""
    registry, calendars = reference()
    opener = registry.candidates("first_responder", host, OPENED.date())[0].code
    state, now = State(), OPENED
    act: c.AnyAct = c.OpenCase(code="TEST-0001", country=host)
    agency = opener
    for number in range(200):
        command = c.Command(
            act=act, agency=agency, person=f"staff-{number}", occurred_at=now, recorded_at=now
        )
        state = decide(adult_return(), state, command, registry, calendars).state
        if state.status == "ended":
            break
        act, agency, now = _next(state, now, origin)
    assert (state.end, state.responsible[:2]) == ("reintegrated", origin)
    sides = {"host": host, "origin": origin}
    assert {
        role: code for role, code in state.roles.items() if code[:2] != sides[_side(role)]
    } == {}


def _side(role: str) -> str:
    return adult_return().roles[role].side
