"""Running cases of a library pathway at random positions, in a store, and a change of law for them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random

from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from casework.turn import take
from engine.commands import Settle
from engine.errors import Refusal
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.state import State
from engine.view import View
from onward.demonstration.simulated_agencies import Agencies, at_office_hour
from tests.played import LIBRARY, intakes, reference
from tests.principals import OPERATOR, staff

NAME = "adult_return"
BEFORE, AFTER = 3, 4


CLOCKS = """\
clocks:
  reflection: {time: 45 days after case.opened, assumed: yes}
  second_thought: {time: 45 days after case.opened, assumed: yes}
"""
"""As the Nationality and Borders Act 2022, section 61, has found it: 45 days, which became 30."""
RUNNING_CLOCKS = {"reflection": "keep", "second_thought": "{rule: shorter, at_least: 30 days}"}


@cache
def text_before() -> str:
    text = (LIBRARY / "adult_return.yaml").read_text(encoding="utf-8")
    assert text.count("\nstages:\n") == 1
    return text.replace("\nstages:\n", f"\n{CLOCKS}stages:\n")


def text_after(effective: date) -> str:
    """All periods and a third of the ladders are others, 45 days to reflect are 30, a step has another name."""
    text = text_before()
    for old, new in (
        ("version: 3", "version: 4"),
        ("running_cases: pin", "running_cases: migrate"),
        ("effective: 2026-01-01", f"effective: {effective}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    for name, running in RUNNING_CLOCKS.items():
        old = f"{name}: {{time: 45 days after case.opened"
        assert old in text
        text = text.replace(old, f"{name}: {{time: 30 days after case.opened, running: {running}")
    numbers, ladders = count(), count()
    text = _PERIOD.sub(lambda found: _other_period(found, next(numbers)), text)
    text = _LADDER.sub(lambda found: _other_ladder(found, next(ladders)), text)
    for old, new, head, renamed in _RENAMED:
        text = re.sub(rf"(?<![a-z_]){old}(?![a-z_])", new, text)
        assert text.count(head) == 1, head
        text = text.replace(head, renamed)
    return text


_RENAMED = (
    ("announce", "send_word", "      send_word:\n", "      send_word:\n        was: announce\n"),
    ("ask_home", "ask_there", "      ask_there:\n", "      ask_there:\n        was: ask_home\n"),
    ("tell_home", "tell_them", "  tell_them:\n", "  tell_them:\n    was: tell_home\n"),
    (
        "manager",
        "lead",
        "  lead: case_manager @ host",
        "  lead: {type: case_manager, side: host, was: manager}",
    ),
    ("home_risk", "risk_there", "  risk_there: {", "  risk_there: {was: home_risk, "),
    (
        "preparation",
        "getting_ready",
        "  getting_ready:\n",
        "  getting_ready:\n    was: preparation\n",
    ),
)
"""A step, a request, a consent, a role, a field and a stage: the old name, the new one, and where it says
so."""


_PERIOD = re.compile(
    r"(?P<word>due|answer): \{time: (?P<number>[0-9]+) (?P<unit>hours|working days), assumed: yes"
)
_LADDER = re.compile(r"(?P<head>\n        late: \[)(?P<first>[a-z0-9 ]+)(?P<rest>[^\]]*)\]")
_RUNNING = ("", "keep", "shorter", "longer", "{rule: recount, at_least: 1 working days}")


def _other_period(found: re.Match[str], number: int) -> str:
    """Longer or shorter, with each of the transitional rules in turn."""
    before, rule = int(found["number"]), _RUNNING[number % len(_RUNNING)]
    longer = number % 2 or before == 1 or (found["word"] == "answer" and before < 10)
    after = before * 2 if longer else before * 2 // 3
    running = f", running: {rule}" if rule else ""
    return f"{found['word']}: {{time: {after} {found['unit']}, assumed: yes{running}"


def _other_ladder(found: re.Match[str], number: int) -> str:
    """Each third has another rung before all others, so that all have other numbers."""
    more = "after 30 days tell manager, " if number % 3 == 0 else ""
    return f"{found['head']}{more}{found['first']}{found['rest']}]"


@cache
def pathway_before() -> Pathway:
    return load_pathway(text_before(), "adult_return.yaml")


def started(onward: Onward) -> datetime:
    """Registry, pathway and clock stand; the moment at which the first case opens."""
    clock = onward.clock
    assert isinstance(clock, StoredClock)
    register(onward, (LIBRARY / "agencies.yaml").read_text(encoding="utf-8"), by=OPERATOR)
    publish_pathway(onward, text_before(), by=OPERATOR)
    return clock.now()


class Running:
    """One case that is played up to some moment."""

    def __init__(self, onward: Onward, number: int, chance: Random) -> None:
        known = intakes()
        self.onward, self.intake = onward, known[number % len(known)]
        self.agencies = Agencies(
            pathway_before(), self.intake, seed=chance.randrange(99), number=number
        )
        moved = open_case(
            onward, NAME, self.intake.host, staff(self.intake.agency, "s"), version=BEFORE
        )
        self.code, self.state = moved.code, moved.state
        self.left = chance.randint(0, 45)
        """How many acts are still to be done in it."""

    def next_moment(self, now: datetime) -> datetime | None:
        """When its next act is to be; None if it is left where it stands."""
        if self.left == 0 or self.state.status != "open":
            return None
        planned, clock = self.agencies.next_act(self._turn(now)), self.state.next_clock()
        moments = [planned.at] if planned else []
        moments += [at_office_hour(clock.at)] if clock else []
        return max(now, min(moments)) if moments else None

    def _turn(self, now: datetime) -> View:
        return View(pathway_before(), self.state, now, *reference())

    def act(self, now: datetime) -> None:
        """What is planned for now, or time alone."""
        self.left -= 1
        planned = self.agencies.next_act(self._turn(now))
        if planned is None or planned.at > now or self.state.is_due(now):
            self.state = take(self.onward, self.code, Settle(), staff("")).state
            return
        try:
            who = staff(planned.choice.agency, f"staff-{planned.choice.about}"[:40])
            self.state = take(self.onward, self.code, planned.choice.act, who).state
        except Refusal:
            self.agencies.was_refused(planned)


A_DAY = 5
"""So many cases open on each."""


def spread(onward: Onward, number: int, seed: int, *, days: int = 200) -> list[str]:
    """Codes of that many cases, a few opened each day, each left somewhere on its way; some have ended."""
    clock, chance = onward.clock, Random(seed)
    assert isinstance(clock, StoredClock)
    now = next_opening = started(onward)
    last = now + timedelta(days=days)
    cases: list[Running] = []
    moments: dict[Running, datetime] = {}

    def plan(case: Running) -> None:
        if (at := case.next_moment(now)) is not None:
            moments[case] = at

    while True:
        while len(cases) < number and next_opening <= now:
            for _ in range(min(A_DAY, number - len(cases))):
                cases.append(Running(onward, len(cases), chance))
                plan(cases[-1])
            next_opening += timedelta(days=1)
        wanted = [*moments.values()]
        if len(cases) < number:
            wanted.append(max(now, next_opening))
        if not wanted or min(wanted) > last:
            return [each.code for each in cases]
        now = min(wanted)
        clock.advance(max(now, clock.now()))
        for each in [each for each, at in moments.items() if at <= now]:
            each.act(now)
            del moments[each]
            plan(each)


def positions(states: list[State]) -> set[tuple[str, ...]]:
    """Where cases stand, told apart by what is open in them."""
    return {tuple(sorted(task.step for task in state.open_tasks())) for state in states}
