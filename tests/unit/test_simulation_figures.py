"""The figures of a simulation are those that a replay of its logs gives, whatever the pathway."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from engine import commands as c
from engine.agencies.registry import Registry
from engine.countries import country_of
from engine.decide import Decision, decide
from engine.evolve import replay
from engine.facts import Fact, HandOverMoved
from engine.loads import Loads
from engine.pathway import Pathway
from engine.simulation import world
from engine.simulation.people import People
from engine.simulation.rates import Rates
from engine.simulation.results import DAY_SECONDS, Results, WaitRow, quantile
from engine.state import HandOver, State, Task
from engine.statuses import OPEN_TASK, CasePhase, TaskStatus
from engine.task_kinds import FROM_STEP, TaskKind
from engine.time.calendars import Calendars
from tests.factories import CALENDARS, DESK, REGISTRY, pathway
from tests.random_pathways import pathways
from tests.random_roles import REGISTRIES

Logs = dict[str, list[tuple[c.Command, tuple[Fact, ...]]]]
"""The turns of each case."""
_OF_THEIR_OWN_ACCORD = (c.OpenCase, c.Settle, c.Start, c.Raise, c.WithdrawConsent)
"""For these nobody had to wait."""
CASES = 12


HORIZONS = (world.HORIZON, timedelta(days=20), timedelta(days=3))
"""After the last of them tasks are open, due before it or later."""
REACHED = {
    *("done in time", "done late", "late as it ended", "never answered"),
    *("open, due before the end", "open, due later", "host", "origin"),
}


class Figures(NamedTuple):
    """Of one step, agency or side."""

    waited: list[float]
    """Days, of what was done."""
    due: list[bool]
    """Of what had a due moment: whether that was missed."""


def test_the_figures_of_a_simulation_are_those_of_a_replay_of_its_logs() -> None:
    """How cases ended and after what time; how much was done, after what time, and how much too late."""
    reached = set[str]()

    @seeded(2)  # with it the plays reach all that is asked for below
    @settings(max_examples=30, database=None, phases=[Phase.generate])
    @given(pathways(), st.integers(0, 2**32))
    def holds(trial: Pathway, seed: int) -> None:
        chance = Random(seed)
        registry, horizon = chance.choice([REGISTRY, *REGISTRIES]), chance.choice(HORIZONS)
        results, logs = simulated(trial, registry, seed, horizon)
        until = datetime.fromisoformat(f"{results.last}T00:00Z") + horizon
        assert results.turns == sum(map(len, logs.values()))
        assert ends_of(results) == ends_in(logs)
        for rows, by in ((results.steps, 0), (results.agencies, 1), (results.sides, 2)):
            assert figures_of(rows) == figures_in(logs, by, until)
        sides = [row.name for row in results.sides]
        assert sides == [each for each in trial.definition.sides if each in sides]
        reached.update(sides)
        reached.update(met_in(logs, until))

    holds()
    assert reached == REACHED


def test_what_is_done_as_it_is_due_is_done_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it three hours after it was opened."""
    monkeypatch.setattr(People, "ready_after", lambda *_: timedelta(hours=2))
    monkeypatch.setattr(People, "minutes", lambda *_: 60)
    steps = [f"in_{n}: {{by: screener, due: {n} hours}}" for n in (2, 3, 4)]
    trial = pathway(f"stages: {{first: {{steps: {{{', '.join(steps)}}}, then: end done}}}}")
    said = {"rates": "trial", "opened_by": {DESK: 1}, "hours": [0, 24]}
    said |= {"staff": {DESK: {"people": 3, "days": "all"}}}
    rates = Rates.model_validate(said)
    results = world.simulate(trial, REGISTRY, CALENDARS, rates, cases=1, seed=1)
    late = {row.name: row.late_share for row in results.steps}
    assert late == {"in_2": 1, "in_3": 0, "in_4": 0}


def simulated(
    trial: Pathway, registry: Registry, seed: int, horizon: timedelta
) -> tuple[Results, Logs]:
    """What it says, and what was decided in it."""
    logs: Logs = defaultdict(list)

    def decided(
        pathway: Pathway,
        state: State,
        command: c.Command,
        registry: Registry,
        calendars: Calendars,
        loads: Loads,
    ) -> Decision:
        decision = decide(pathway, state, command, registry, calendars, loads)
        logs[decision.state.code].append((command, decision.facts))
        return decision

    usual = {"withdrawn": 0.1, "silent": 0.2, "begun": 0.5, "raised": 0.1, "wait": "2 days"}
    said = Rates.model_validate(
        {
            "rates": "trial",
            "opened_by": {DESK: 1},
            "usual": usual,
            "cases_a_week": 6,
            "answers": {"home_country": {"NG": 2, "TG": 1}},
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "decide", decided)
        patch.setattr(world, "HORIZON", horizon)
        results = world.simulate(trial, registry, CALENDARS, said, cases=CASES, seed=seed)
    return results, logs


def ends_of(results: Results) -> dict[str, tuple[int, float | None, float | None]]:
    return {row.name: (row.cases, row.days_median, row.days_p90) for row in results.ends}


def ends_in(logs: Logs) -> dict[str, tuple[int, float | None, float | None]]:
    took = defaultdict[str, list[float | None]](list)
    for turns in logs.values():
        state = replay([fact for _, facts in turns for fact in facts])
        is_over = state.status != CasePhase.OPEN
        days = turns[-1][0].recorded_at - turns[0][0].recorded_at
        took[state.end if is_over else ""].append(days.total_seconds() if is_over else None)
    return {
        end: (len(found), *in_days([each for each in found if each is not None]))
        for end, found in took.items()
    }


def figures_of(rows: tuple[WaitRow, ...]) -> dict[str, tuple[object, ...]]:
    return {
        row.name: (row.done, row.days_median, row.days_p90, row.with_due, row.late_share)
        for row in rows
    }


def figures_in(logs: Logs, by: int, until: datetime) -> dict[str, tuple[object, ...]]:
    found = defaultdict[str, Figures](lambda: Figures([], []))
    for turns in logs.values():
        for state, command, subject in done_in(turns):
            row = found[names(state, subject, command.agency)[by]]
            begun = subject.opened_at if isinstance(subject, Task) else subject.offered_at
            due = due_of(subject)
            row.waited.append((command.recorded_at - begun).total_seconds())
            if due is not None:
                row.due.append(command.recorded_at > due)
        last = replay([fact for _, facts in turns for fact in facts])
        missed: list[Task | HandOver] = [*never_done(last, until), *never_answered(last, turns)]
        for each in missed:
            found[names(last, each, each.agency)[by]].due.append(True)
    return {
        name: (
            len(row.waited),
            *in_days(row.waited),
            len(row.due),
            round(sum(row.due) / len(row.due), 4) if row.due else None,
        )
        for name, row in found.items()
    }


def met_in(logs: Logs, until: datetime) -> Iterator[str]:
    """What makes a difference to the figures."""
    for turns in logs.values():
        for _, command, subject in done_in(turns):
            if due := due_of(subject):
                yield f"done {'late' if command.recorded_at > due else 'in time'}"
        last = replay([fact for _, facts in turns for fact in facts])
        if any(never_answered(last, turns)):
            yield "never answered"
        if last.status != CasePhase.OPEN:
            if any(never_done(last, until)):
                yield "late as it ended"
            continue
        for task in last.open_tasks():
            if task.due_at is not None:
                yield f"open, due {'before the end' if task.due_at < until else 'later'}"


def due_of(subject: Task | HandOver) -> datetime | None:
    return subject.due_at if isinstance(subject, Task) else subject.answer_by


def done_in(
    turns: list[tuple[c.Command, tuple[Fact, ...]]],
) -> Iterator[tuple[State, c.Command, Task | HandOver]]:
    """Each thing that somebody did who had to, with the case as it was before."""
    state = State()
    for command, facts in turns:
        if not isinstance(command.act, _OF_THEIR_OWN_ACCORD):
            about = command.person.removeprefix("staff-")
            subject = state.tasks.get(about) or state.hand_overs.get(about)
            assert subject, command
            yield state, command, subject
        state = replay(facts, state)


def never_done(last: State, until: datetime) -> Iterator[Task]:
    """What was late as the case ended, or will be late for ever."""
    for task in last.tasks.values():
        if last.status != CasePhase.OPEN:
            if task.overdue and task.status != TaskStatus.DONE:
                yield task
        elif task.status in OPEN_TASK and task.due_at is not None and task.due_at < until:
            yield task


def never_answered(
    last: State, turns: list[tuple[c.Command, tuple[Fact, ...]]]
) -> Iterator[HandOver]:
    """The requests whose receivers did nothing more once their time to answer had passed."""
    facts = [fact for _, facts in turns for fact in facts if isinstance(fact, HandOverMoved)]
    for asked in last.hand_overs.values():
        words = [fact.message for fact in facts if fact.hand_over == asked.id]
        done = [word for word in words if word not in ("wait_on", "revoke")]
        if done and done[-1] == "silence":
            yield asked


def names(state: State, subject: Task | HandOver, agency: str) -> tuple[str, str, str]:
    """Of the rows for the step, the agency and the side."""
    step = subject.step
    if isinstance(subject, HandOver):
        step += ": answer"
    elif subject.kind not in FROM_STEP and subject.kind is not TaskKind.REVIEW:
        step += f": {subject.kind}"
    sides = {country: side for side, country in reversed(state.sides.items())}
    return step, agency, sides[country_of(agency)]


def in_days(seconds: list[float]) -> tuple[float | None, float | None]:
    median, tenth = (quantile(sorted(seconds), share) for share in (0.5, 0.9))
    return (
        None if median is None else round(median / DAY_SECONDS, 2),
        None if tenth is None else round(tenth / DAY_SECONDS, 2),
    )
