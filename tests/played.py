"""Cases played by simulated agencies on a virtual clock, without store and Prefect."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

from engine import commands as c
from engine.agencies.file import load_registry
from engine.agencies.registry import Registry
from engine.decide import decide
from engine.errors import Refusal
from engine.facts import HandOverMoved
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.state import State
from engine.time.calendars import Calendars
from engine.view import View
from onward.demonstration.simulated_agencies import Agencies, Deviations, at_office_hour
from onward.demonstration.synthetic_intakes import SyntheticIntake, read_intakes

LIBRARY = Path(__file__).parents[1] / "pathways" / "west_africa"


@cache
def adult_return() -> Pathway:
    return load_pathway((LIBRARY / "adult_return.yaml").read_text(encoding="utf-8"), "adult.yaml")


@cache
def reference() -> tuple[Registry, Calendars]:
    loaded = load_registry((LIBRARY / "agencies.yaml").read_text(encoding="utf-8"), "agencies.yaml")
    return loaded.registry, loaded.calendars(2025, 2031)


@cache
def intakes() -> list[SyntheticIntake]:
    return read_intakes((LIBRARY / "cases.csv").read_text(encoding="utf-8"), "cases.csv")


class Played:
    """One intake of the library, played to its end."""

    def __init__(self, number: int, seed: int = 1, rates: Deviations | None = None) -> None:
        self.intake = intakes()[number - 1]
        self.agencies = Agencies(adult_return(), self.intake, seed=seed, number=number, rates=rates)
        self.now, self.state = at_office_hour(self.intake.opened_at), State()
        self.opened_at = self.now
        self.messages: list[str] = []
        self._do(c.OpenCase(code="7K2F-9QXM", country=self.intake.host), self.intake.agency)
        while self.state.status == "open" and self.now < self.opened_at + timedelta(days=4 * 365):
            self._step()

    def _step(self) -> None:
        view = View(adult_return(), self.state, self.now, *reference())
        planned = self.agencies.next_act(view)
        clock = self.state.next_clock()
        moments = [planned.at] if planned else []
        moments += [at_office_hour(clock.at)] if clock else []
        self.now = max(self.now, min(moments))
        if planned is None or planned.at > self.now or (clock and clock.at <= self.now):
            self._do(c.Settle(), "")
            return
        try:
            self._do(planned.choice.act, planned.choice.agency, f"staff-{planned.choice.about}")
        except Refusal:
            self.agencies.was_refused(planned)

    def _do(self, act: c.AnyAct, agency: str, person: str = "") -> None:
        registry, calendars = reference()
        command = c.Command(
            act=act, agency=agency, person=person, occurred_at=self.now, recorded_at=self.now
        )
        decided = decide(adult_return(), self.state, command, registry, calendars)
        self.state = decided.state
        moved = [fact.message for fact in decided.facts if isinstance(fact, HandOverMoved)]
        self.messages += moved
