"""Random pathways and random actors: what holds of every case at every moment."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from engine import commands as c
from engine import facts as f
from engine.acts.reopening import CaseReopened
from engine.clock import Clock
from engine.decide import Decision, decide
from engine.errors import Refusal
from engine.evolve import evolve, replay
from engine.machines import TABLES
from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import HandOver, State
from engine.task_kinds import TaskKind
from engine.turns import floors, gates, order
from engine.turns.counting import count_again
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, MONDAY, REGISTRY, THEN
from tests.late_reports import look_at_late_report
from tests.promised_cover import covers, is_barred, may_go_on, may_know
from tests.random_acts import acts_awaited, acts_in
from tests.random_pathways import pathways
from tests.random_roles import REGISTRIES
from tests.random_stops import TAKES_AWAY, look_at_stops, look_at_withdrawal
from tests.seen_rests import look_at_rest, waits_on

AGENCIES = [DESK, CARE, CARE2, HOME, HOME2, AWAY]


@settings(max_examples=250, phases=[Phase.generate])
@given(pathways(), st.integers(1, 60), st.integers(0, 2**32))
def test_every_case_keeps_every_promise_at_every_moment(
    trial: Pathway, moves: int, seed: int
) -> None:
    """Whatever the agencies do or leave undone, and however late anybody looks."""
    player, chance = Player(trial), Random(seed)
    for _ in range(moves):
        player.move(chance)
    player.close()


class Player:
    """Plays one case, and looks at it after each turn."""

    def __init__(self, trial: Pathway) -> None:
        self.trial, self.now, self.state = trial, MONDAY, State()
        self.calendars, self.registry = CALENDARS, REGISTRY
        self.facts: list[f.Fact] = []
        self.take(c.OpenCase(code="7K2F-9QXM", country="GH"), DESK, 0)

    def move(self, chance: Random) -> None:
        """Mostly what the case waits for, by whom it waits for, soon; sometimes anything."""
        self.now += timedelta(hours=chance.choice([0, 0, 0, 1, 1, 30, 24 * 5, 24 * 40]))
        if chance.random() < 0.3:
            self.take(c.Settle(), "", 0)
        awaited = acts_awaited(self.trial, self.state)
        possible = awaited if awaited and chance.random() < 0.7 else acts_in(self.trial, self.state)
        act, agency = chance.choice(possible)
        if isinstance(act, c.Refresh):
            self.calendars = chance.choice([CALENDARS, THEN])
            self.registry = chance.choice(REGISTRIES)
        if agency and chance.random() < 0.05:
            agency = chance.choice(AGENCIES)
        self.take(act, agency, chance.choice([0, 0, 0, 50]))

    def take(self, act: c.Act, agency: str, ago: int) -> None:
        command = c.Command(
            act=act,
            agency=agency,
            person=f"staff-{len(self.facts) % 3}" if agency else "",
            occurred_at=self.now - timedelta(hours=ago),
            recorded_at=self.now,
        )

        def once() -> Decision | str:
            try:
                return decide(self.trial, self.state, command, self.registry, self.calendars)
            except Refusal as refusal:
                return refusal.reason

        result = once()
        if not isinstance(act, c.Settle) or isinstance(result, str):
            note(f"{self.now:%m-%d %H:%M} {agency} {act}: {_told(result)}")
        assert once() == result, "the same arguments lead to the same facts"
        if isinstance(result, str):
            assert not isinstance(act, c.Settle | c.Refresh), "time is never refused"
            return
        reopened = isinstance(act, c.Reopen | c.Unmerge)
        reopened |= isinstance(act, c.Agree | c.BeAsked | c.Disagree | c.Unlink)  # or beside it
        was = self.state.status
        takes_away = all(isinstance(fact, TAKES_AWAY) for fact in result.facts)
        assert was in ("open", "new") or reopened or takes_away, "it stays closed"
        look_at_each_fact(self.trial, self.state, result)
        look_at_late_report(self.trial, self.state, command, result)
        look_at_what_was_due(self.state, result)
        self.look_at_who_is_told_to_stop(act, result)
        self.facts += result.facts
        self.state = result.state
        assert replay(self.facts) == self.state, "promise 8: the log is enough"
        look_at(self.trial, self.state)
        self.look_at_who_has_left()
        self.look_at_what_waits_for_time()
        look_at_rest(self.view)
        self.count_again()
        look_at_end(self.trial, self.state, result)
        look_at_rungs(self.facts, result)

    @property
    def view(self) -> View:
        return View(self.trial, self.state, self.now, self.registry, self.calendars)

    def count_again(self) -> None:
        """What is counted again by the same calendars is the same."""
        view = self.view
        in_force = {edition.id for edition in self.calendars.editions}
        for clock in self.state.clocks.values():
            again = count_again(view, clock)
            if again and set(again.editions) | set(clock.editions) <= in_force:
                assert again.at == clock.at, clock

    def look_at_who_has_left(self) -> None:
        """Nobody who has left has anything to do, unless nobody else can be responsible for the case."""
        if self.state.status == "merged":  # it is seen to as the case is taken out again
            return
        view = View(self.trial, self.state, self.now, self.registry, self.calendars)
        waiting = [task.agency for task in self.state.open_tasks()]
        waiting += [each.agency for each in self.state.open_hand_overs()]
        gone = {agency for agency in waiting if view.has_left(agency)}
        assert gone <= {self.state.responsible}

    def look_at_who_is_told_to_stop(self, act: c.Act, result: Decision) -> None:
        """Who knew of the case by a consent that is taken back is told once that it is over."""
        look_at_last_words(self.trial, self.state, result)
        look_at_stops(result.state)
        if not isinstance(act, c.WithdrawConsent) or self.state.is_due(self.now):
            return
        look_at_withdrawal(
            self.trial,
            self.facts,
            self.state,
            act,
            result,
            partial(is_barred, self.trial, result.state),
        )
        before, after = (
            View(self.trial, state, self.now, self.registry, self.calendars)
            for state in (self.state, result.state)
        )
        told = [fact for fact in result.facts if isinstance(fact, f.NoticeOwed)]
        for agency in AGENCIES:
            if after.may_know(agency) or after.is_barred(agency):
                continue
            last = [each.kind for each in told if each.agency == agency and each.kind in FAREWELL]
            had = {a for task in self.state.open_tasks() for a in task.agencies}
            had |= {each.agency for each in self.state.open_hand_overs()}
            is_due = before.may_know(agency) and agency in had
            assert last == ["stop_and_confirm"] or (not is_due and len(last) <= 1), agency

    def look_at_what_waits_for_time(self) -> None:
        """No step whose `when` says no for good keeps the case open until its floor, once its stage does not rest.

        It waits for what comes before it where that was opened once more against the rules.
        """
        view = View(self.trial, self.state, self.now, self.registry, self.calendars)
        for name in self.trial.asked_again:
            plan, waits = self.trial.steps[name], self.state.steps.get(name) == "waiting"
            goes_on = self.state.stages.get(plan.stage) in ("open", "ended")
            rests = bool(self.state.interrupts) and gates.rests(view, plan.stage)
            is_open = self.state.status == "open" and not self.state.ending
            comes = order.comes_now(view, plan.step.after)
            if waits and comes and goes_on and is_open and not rests:
                assert view.asks(plan.when) is not False or floors.may_turn(view, plan)

    def close(self) -> None:
        """Whatever state a case is in, the responsible agency can end it."""
        self.registry = REGISTRY  # the responsible agency is there to end it
        if self.state.merged_into:
            again = c.Unmerge(case=self.state.code, into=self.state.merged_into)
            self.take(again, self.state.responsible, 0)
        self.take(c.Refresh(), "", 0)
        self.take(c.Raise(interrupt="leaves"), self.state.responsible, 0)
        assert self.state.end, "and the end is known"
        if self.state.status == "open":
            assert going_on(self.trial, self.state), "only what outlives the end is open"
            self.take(c.Raise(interrupt="stops"), self.state.responsible, 0)
        assert self.state.status == "ended"
        self.now += timedelta(days=400)
        self.take(c.Settle(), "", 0)
        assert self.state.next_clock() is None, "in the end nothing runs"


def _told(result: Decision | str) -> str:
    return result if isinstance(result, str) else " ".join(map(str, result.facts))


def look_at_what_was_due(before: State, decision: Decision) -> None:
    """What was overdue stays so, and stays due when it was; a pause never brings a moment nearer.

    Only what was done in time, and is reported late, is not overdue after all.
    """
    after = decision.state
    in_time = {fact.task for fact in decision.facts if isinstance(fact, f.TaskInTime)}
    for task in before.tasks.values():
        now, due = after.tasks[task.id], task.due_at
        if task.id in in_time:
            assert due
            assert now.done_at
            assert now.done_at <= due
        elif task.overdue:
            assert now.overdue
        if task.overdue:
            assert now.due_at == due
    for clock in before.clocks.values():
        runs = after.clocks.get(clock.key)
        if runs and clock.paused_at and not runs.paused_at and _same_but_paused(clock, runs):
            assert runs.at >= clock.at


def _same_but_paused(clock: Clock, now: Clock) -> bool:
    """Nothing else has moved it in that turn."""
    words = ("editions", "anchors", "restarts", "extensions", "shortened_at")
    return all(getattr(clock, word) == getattr(now, word) for word in words)


def look_at(trial: Pathway, state: State) -> None:
    """What holds of every case between two turns."""
    statuses = {kind: {row[2] for row in rows} for kind, rows in TABLES.items()}
    assert {task.status for task in state.tasks.values()} <= statuses["task"]
    assert {each.status for each in state.hand_overs.values()} <= statuses["hand_over"]
    assert {each.status for each in state.consents.values()} <= statuses["consent"]
    if state.status == "merged":
        assert state.open_tasks() == []
        return
    if state.status == "ended":
        assert [*state.open_tasks(), *state.open_hand_overs()] == []
        assert not [task for task in state.tasks.values() if task.status == "suspended"]
        return
    assert state.responsible in REGISTRY.by_code, "promise 2: one responsible agency"
    assert not is_barred(trial, state, state.responsible)
    assert not [task for task in state.open_tasks() if is_barred(trial, state, task.agency)]
    assert not [each for each in state.open_hand_overs() if is_barred(trial, state, each.agency)]
    running = [each for each in state.clocks.values() if each.paused_at is None]
    requests = [each for each in state.open_hand_overs() if each.status != "silent"]
    acted_on = [
        *state.open_tasks(),
        *requests,
        *(each for each in running if each.kind != "review"),
    ]
    assert acted_on or waits_on(state), "promise 2: a next action; silence is none"
    assert state.next_clock(), "promise 2: a next moment"
    resting = {task.id for task in state.tasks.values() if task.status == "suspended"}
    alive = {task.id for task in state.open_tasks()} | {each.id for each in requests} | resting
    climbed = {each.about for each in state.clocks.values() if each.kind == "rung"}
    assert climbed <= alive | {each.id for each in state.open_hand_overs()}
    alive |= {each.id for each in state.hand_overs.values() if each.status == "informed"}
    timed = {each.about for each in state.clocks.values() if each.kind in OF_SOMETHING_OPEN}
    assert timed <= alive, "no clock runs for what is over"


def going_on(trial: Pathway, state: State) -> list[str]:
    return [name for name in trial.stages if trial.goes_on(state, name)]


def look_at_end(trial: Pathway, state: State, last: Decision) -> None:
    """Once the end is known only what outlives it is open; it stays, and closes with it."""
    ends: set[str] = set()
    for fact in last.facts:
        if isinstance(fact, f.EndKnown | f.CaseEnded):
            ends.add(fact.end)
        elif isinstance(fact, CaseReopened):  # what was due may have ended it just before
            ends.clear()
    assert ends <= {state.end}
    if not state.end:
        return
    stages = going_on(trial, state)
    assert bool(stages) == (state.status == "open")
    for task in state.open_tasks():
        plan = trial.steps.get(task.step)
        assert plan is None or plan.stage in stages or task.kind is TaskKind.CONSENT
    if state.status != "merged":  # then requests rest until it is taken out again
        assert {trial.steps[each.step].stage for each in state.open_hand_overs()} <= set(stages)


OF_SOMETHING_OPEN = ("due", "seen", "answer", "waiting")


def look_at_rungs(facts: list[f.Fact], last: Decision) -> None:
    """Promise 4: whatever the number of ticks, and however long nobody looked."""
    reached = [(each.key, each.due) for each in facts if isinstance(each, f.ClockReached)]
    rungs = [moment for moment in reached if ":rung:" in moment[0]]
    assert len(rungs) == len(set(rungs)), "a rung is used at most once at each of its moments"
    owed = [each for each in last.facts if isinstance(each, f.NoticeOwed)]
    pressed = [(each.agency, each.about) for each in owed if each.kind in ("reminder", "overdue")]
    assert len(pressed) == len(set(pressed)), "no flood: an addressee hears of a subject once"


FAREWELL = ("stop_and_confirm", "no_longer_needed")
"""What an agency that knew of the case is told last."""


def look_at_last_words(trial: Pathway, before: State, decision: Decision) -> None:
    """Who is shut out in a turn and loses something hears that it is over; else nobody shut out does."""
    after, sent = decision.state, [each.owed for each in f.still_owed(decision.facts)]
    lost = set()
    for fact in decision.facts:
        if isinstance(fact, f.HandOverMoved) and fact.message == "revoke":
            lost.add(after.hand_overs[fact.hand_over].agency)
        elif isinstance(fact, f.TaskAssigned) and fact.because == "not covered":
            lost |= {task.agency for task in before.open_tasks() if task.id == fact.task}
    for agency in AGENCIES:
        if not is_barred(trial, after, agency):
            continue
        told = [each.kind for each in sent if each.agency == agency]
        assert {*told} <= {*FAREWELL}
        if is_barred(trial, before, agency):
            assert not told
        elif agency in lost:
            assert told, agency


def require_ground(trial: Pathway, state: State, asked: HandOver) -> None:
    """A request crosses the border by the consent to tell there, or by a basis that is in force for the role."""
    (consent,) = {"tell_home", "tell_them"} & trial.definition.consents.keys()
    by_law = [
        each.basis
        for each in trial.bases
        if asked.role in each.basis.to and each.is_in_force(lookup(state))
    ]
    if covers(state, consent, asked.agency):
        allowed = [trial.consent(consent).shows, *(tuple(basis.shows) for basis in by_law)]
        assert asked.shows in allowed
        return
    assert by_law
    assert {*asked.shows} <= {field for basis in by_law for field in basis.shows}


def look_at_each_fact(trial: Pathway, state: State, decision: Decision) -> None:
    """Promise 5, at the very moment of each fact."""
    before = state
    for fact in decision.facts:
        match fact:
            case f.HandOverOffered(hand_over=asked):
                assert not is_barred(trial, state, asked.agency)
                if asked.role in ("home", "there"):
                    require_ground(trial, state, asked)
                assert all(state.consents[each].status == "given" for each in asked.consents)
            case f.TaskOpened(task=task):
                for each in task.agencies:
                    assert may_know(trial, state, each)
                    assert not is_barred(trial, state, each)
            case f.TaskAssigned(agency=agency):
                assert may_know(trial, state, agency)
                assert not is_barred(trial, state, agency)
            case f.NoticeOwed(agency=agency, kind=kind):
                is_last = kind in FAREWELL and not is_barred(trial, before, agency)
                assert is_last or not is_barred(trial, state, agency), (
                    "a barred recipient gets nothing"
                )
                assert kind in FAREWELL or may_know(trial, state, agency)
                assert fact.number == state.notices + 1, "promise 3: a stable reference"
        state = evolve(state, fact)
    assert state == decision.state
    for task in state.open_tasks():
        assert len({*task.agencies}) == len(task.agencies)
        for each in task.also.values():
            goes_on = may_go_on(trial, state, each) and not is_barred(trial, state, each)
            assert state.status != "open" or goes_on
