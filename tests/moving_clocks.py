"""Clocks that move in every way there is, by chance, in a small case that is watched."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from engine import commands as c
from engine.clock import Clock
from engine.decide import decide
from engine.errors import Refusal
from engine.evolve import replay
from engine.facts import ClockMoved, ClockSet, Fact, TaskInTime
from engine.pathway import Pathway
from engine.state import State
from engine.time.calendars import Calendars, Holiday
from engine.turns.counting import count_again
from engine.view import View
from tests.factories import CALENDARS, CARE, DESK, MONDAY, REGISTRY, pathway

FORWARD = st.sampled_from(
    [
        "30 hours",
        "12 days",
        "7 working days",
        "2 weeks after talk.done",
        "1 month",
        "9 days after born",
        "9 days after end of the month of born",
        "'latest of (12 days, day 20 of the month after talk.opened)'",
        "'earliest of (20 days, 6 days after talk.done, talk.done)'",
        "'latest of (4 days, 6 days after talk.done?)'",
        "'latest of (10 days, 5 working days after talk.opened)'",
    ]
)
LENGTHS = st.sampled_from(["5 hours", "3 days", "4 working days", "1 month"])
WORDS = st.fixed_dictionaries(
    {"restarted_by": st.just("[call.done, interrupt.hold]")},
    optional={
        "paused_while": st.sampled_from(["interrupt.missing.open", "never"]),
        "calendar": st.sampled_from(["host", "[origin, host]"]),
        "roll": st.sampled_from(["next", "previous"]),
        "extend": LENGTHS.map(lambda by: f"{{by: {by}, role: manager, at_most: 3}}"),
        "shorten": st.just("{role: manager}"),
    },
)
ACTS: dict[str, tuple[c.AnyAct, str]] = {
    "raise": (c.Raise(interrupt="missing"), DESK),
    "resolve": (c.Resolve(interrupt="missing"), DESK),
    "hold": (c.Raise(interrupt="hold"), DESK),
    "release": (c.Resolve(interrupt="hold"), DESK),
    "call": (c.Start(step="call"), DESK),
    "talk": (c.Complete(task="talk.1", answers={"born": "2026-03-03"}), DESK),
    "extend": (c.Extend(name="report"), CARE),
    "shorten": (c.Shorten(name="report"), CARE),
    "refresh": (c.Refresh(), ""),
    "wait": (c.Settle(), ""),
}
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from([*ACTS]), st.integers(0, 100), st.integers(0, 60)),
    min_size=2,
    max_size=14,
)
NEWER = Calendars(
    tuple(
        replace(each, id=f"{each.country}-newer", holidays=(Holiday(date(2026, 3, 11)),))
        for each in CALENDARS.editions
    )
)


def trial(time: str, words: dict[str, str]) -> Pathway:
    """A pathway with a due moment, a floor and a named clock of that kind."""
    if "hours" in time and "calendar" in words:
        words = {name: word for name, word in words.items() if name != "calendar"}
    if "working" in time and "latest" not in time:
        words = {name: word for name, word in words.items() if name != "roll"}
    named = {name: word for name, word in words.items() if word != "never"}
    shown = f"{{time: {time}, {', '.join(f'{k}: {v}' for k, v in words.items())}}}"
    plain = ", ".join(f"{k}: {v}" for k, v in named.items() if k not in ("extend", "shorten"))
    return pathway(
        f"""
clocks:
  still: {{time: 20 days after talk.opened, {plain.replace("roll: previous", "roll: next")}}}
stages:
  start:
    steps:
      report: {{by: manager, due: {shown}, late: [before 1 day remind manager]}}
      talk: {{by: screener, optional: yes, form: [born?]}}
      where: {{by: screener, form: [home_country]}}
      call: {{by: screener, manual: yes, repeat: {{at_most: 50}}}}
      last: {{by: manager, not_before: {{time: 15 days, {plain}}}}}
    then: end done
interrupts:
  missing: {{raised_by: screener}}
  hold: {{raised_by: screener, suspends: start, review: 3 days}}
"""
    )


APART = ("rung", "review")
"""A rung follows its due moment; a review of the case comes again and again."""


class Watched:
    """A case, and what may never become of its clocks."""

    def __init__(self, trial: Pathway, *, rolls: bool) -> None:
        self.rolls = rolls
        self.pathway, self.calendars, self.now, self.state = trial, CALENDARS, MONDAY, State()
        self.facts: tuple[Fact, ...] = ()
        self.decided: list[tuple[State, Fact]] = []
        """Each fact with the state to which its turn has led."""
        self.do(c.OpenCase(code="7K2F-9QXM", country="GH"), DESK)
        self.do(c.Complete(task="where.1", answers={"home_country": "NG"}), DESK)

    def do(self, act: c.AnyAct, agency: str, ago: int = 0) -> None:
        occurred = self.now - timedelta(hours=ago)
        command = c.Command(act=act, agency=agency, occurred_at=occurred, recorded_at=self.now)
        try:
            decision = decide(self.pathway, self.state, command, REGISTRY, self.calendars)
        except Refusal:
            return
        before = self.state
        self.state, self.facts = decision.state, self.facts + decision.facts
        assert replay(self.facts) == self.state
        self.decided += [(decision.state, fact) for fact in decision.facts]
        self.look(before, decision.facts)

    def look(self, before: State, facts: tuple[Fact, ...]) -> None:
        clocks = dict(before.clocks)
        for fact in facts:
            if isinstance(fact, ClockSet | ClockMoved) and fact.clock.kind not in APART:
                was = clocks.get(fact.clock.key)
                if was and was.editions == fact.clock.editions:
                    look_at_a_move(was, fact, self.rolls)
                clocks[fact.clock.key] = fact.clock
        in_time = {fact.task for fact in facts if isinstance(fact, TaskInTime)}
        for task in before.tasks.values():
            if task.overdue:
                now = self.state.tasks[task.id]
                assert now.overdue is (task.id not in in_time)
                assert now.due_at == task.due_at
        view = View(self.pathway, self.state, self.now, REGISTRY, self.calendars)
        in_force = {edition.id for edition in self.calendars.editions}
        for clock in self.state.clocks.values():
            again = count_again(view, clock)
            assert again, "what runs can be counted again"
            if {*again.editions, *clock.editions} <= in_force:
                assert again.at == clock.at


def look_at_a_move(was: Clock, fact: ClockSet | ClockMoved, rolls: bool) -> None:
    """By the same calendars. A new start may end on a working day where the old one had rolled."""
    clock = fact.clock
    if isinstance(fact, ClockMoved):
        if fact.because == "extended" or (fact.because == "restarted" and not rolls):
            assert clock.at >= fact.before
        elif fact.because == "shortened":
            assert clock.at <= fact.before
    elif clock.pauses != was.pauses and clock.anchors == was.anchors:
        assert clock.at >= was.at, "a pause never brings a moment nearer"
    elif clock.paused_at is None and was.paused_at is None and clock.pauses == was.pauses:
        assert clock.at <= was.at, "what becomes known brings it nearer"
