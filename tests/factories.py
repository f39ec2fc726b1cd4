"""Small pathways, agencies, calendars, and cases in them, for tests of the engine.

It is Monday 2 March 2026, nine o'clock; host is Ghana, origin Nigeria; no day is a holiday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from msgspec.structs import replace

from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.decide import Decision, decide
from engine.documents.document import load_document
from engine.errors import Refusal
from engine.evolve import replay
from engine.facts import Fact, still_owed
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.state import Answer, HandOver, State, Task
from engine.time.calendars import Calendars, Edition, Holiday, Weekend
from engine.view import View

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DESK, CARE, CARE2 = "GH-DESK", "GH-CARE", "GH-CARE2"
HOME, HOME2, HOME3 = "NG-HOME", "NG-HOME2", "NG-HOME3"
AWAY = "TG-HOME"

REGISTRY = Registry(
    (
        Agency(code=DESK, name="Front desk", country="GH", roles=("desk",)),
        Agency(code=CARE, name="Care", country="GH", roles=("care",)),
        Agency(code=CARE2, name="Second care", country="GH", roles=("care",)),
        Agency(code=HOME, name="Partner", country="NG", roles=("partner", "care")),
        Agency(code=HOME2, name="Second partner", country="NG", roles=("partner",)),
        Agency(code=HOME3, name="Third partner", country="NG", roles=("partner",)),
        Agency(code=AWAY, name="Neighbour", country="TG", roles=("partner",)),
        Agency(
            code="GH-OLD",
            name="Closed long ago",
            country="GH",
            roles=("desk",),
            valid_until=date(2020, 1, 1),
        ),
    )
)

WEEKEND = (Weekend(since=date(2000, 1, 1), days=frozenset({5, 6})),)
CALENDARS = Calendars(
    tuple(
        Edition(
            id=f"{country}-plain",
            country=country,
            zone="UTC",
            covers=(2000, 2060),
            weekends=WEEKEND,
        )
        for country in ("GH", "NG", "TG")
    )
)
THEN = Calendars(
    tuple(
        replace(
            each,
            id=f"{each.country}-newer",
            holidays=tuple(Holiday(date(2026, month, 9)) for month in range(1, 13)),
        )
        for each in CALENDARS.editions
    )
)
"""What is in force after a holiday a month was declared late."""

HEAD = """
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: desk @ host
  manager: care @ host
  home: partner @ origin
data:
  full_name: {text, protected}
  home_country: {country, binds: origin}
  risk: {choice: [low, medium, high], ordered}
  married: {yes_no}
  born: {date}
  rooms: {number}
  leaves: {datetime}
ends: {done: success, stays: neutral, gone: withdrawn}
"""

TELL_HOME = "tell_home: {to: home, shows: [risk], ask: May we?}"

ONE_STEP = """
stages:
  start:
    steps:
      talk: {by: screener, consent: tell_home, refused: go on}
    then: end done
"""


@cache
def pathway(body: str = ONE_STEP, head: str = HEAD, consents: str = TELL_HOME) -> Pathway:
    """A pathway of the common head, the consents if they are asked for, and a body of stages.

    Most tests of a file share one: it is read once.
    """
    asked = f"consents:\n  {consents}\n" if "consent:" in body else ""
    return lawful(head + asked + body, "trial.yaml")


def lawful(text: str, file: str = "pathway.yaml") -> Pathway:
    """A pathway in whose country a law lets everybody know."""
    return load_pathway(with_law(text), file)


def with_law(text: str) -> str:
    """A pathway in which a law lets everybody know where cases open, unless the text names a basis itself or
    the person is asked about a role: cover of every kind is for the tests of cover.
    """
    read = load_document(text, "pathway.yaml").root
    if "bases" in read:
        return text
    first = read["sides"][0]
    asked = {role for each in read.get("consents", {}).values() for role in _listed(each.get("to"))}
    here = [n for n, r in read["roles"].items() if _side(r) == first and n not in asked]
    shown = ", ".join(read.get("data", {}))
    law = f"{{ground: statutory, source: The law, to: [{', '.join(here)}], shows: [{shown}]}}"
    return f"{text}\nbases:\n  law: {law}\n" if here else text


def _listed(roles: str | list[str] | None) -> list[str]:
    return [roles] if isinstance(roles, str) else roles or []


def _side(role: str | dict[str, str]) -> str:
    return role.partition("@")[2].strip() if isinstance(role, str) else role["side"]


class Case:
    """A case in a test: who does what and when, and what became of it."""

    def __init__(
        self,
        body: str = ONE_STEP,
        *,
        head: str = HEAD,
        consents: str = TELL_HOME,
        registry: Registry = REGISTRY,
        calendars: Calendars = CALENDARS,
        roles: dict[str, str] | None = None,
        opened_by: str = DESK,
    ) -> None:
        self.pathway = pathway(body, head, consents)
        self.registry, self.calendars, self.now, self.state = registry, calendars, MONDAY, State()
        self.facts: list[Fact] = []
        self.turns: list[tuple[Fact, ...]] = []
        self.last: tuple[Fact, ...] = ()
        self.do(c.OpenCase(code="7K2F-9QXM", country="GH", roles=roles or {}), opened_by)

    def do(
        self,
        act: c.Act,
        by: str = DESK,
        *,
        hours: float = 0,
        days: float = 0,
        person: str = "staff-1",
        occurred: datetime | None = None,
    ) -> Decision:
        """Do something `hours` and `days` after the last thing; the stored facts give the state."""
        now = self.now + timedelta(hours=hours, days=days)
        command = c.Command(
            act=act,
            agency=by,
            person=person,
            occurred_at=occurred or now,
            recorded_at=now,
        )
        decision = decide(self.pathway, self.state, command, self.registry, self.calendars)
        self.facts += decision.facts
        self.turns.append(decision.facts)
        self.now, self.state, self.last = now, decision.state, decision.facts
        assert replay(self.facts) == self.state
        return decision

    def refused(
        self,
        act: c.Act,
        by: str = DESK,
        *,
        person: str = "staff-1",
        occurred: datetime | None = None,
    ) -> str:
        """Why something is refused; the case is as it was before."""
        refusal = self._refusal(act, by, person, occurred)
        return refusal.reason if refusal else "nothing"

    def why_refused(self, act: c.Act, by: str = DESK, *, person: str = "staff-1") -> str:
        """The same with the variant and the values of its sentence."""
        return str(self._refusal(act, by, person)).removeprefix("refused.")

    def _refusal(
        self, act: c.Act, by: str, person: str, occurred: datetime | None = None
    ) -> Refusal | None:
        before = self.state
        try:
            self.do(act, by, person=person, occurred=occurred)
        except Refusal as refusal:
            assert self.state is before
            return refusal
        return None

    def wait(self, *, hours: float = 0, days: float = 0) -> Decision:
        """Time passes, and a tick comes."""
        return self.do(c.Settle(), "", hours=hours, days=days, person="")

    def complete(self, task: str, by: str = DESK, **answers: Answer) -> Decision:
        return self.do(c.Complete(task=task, answers=answers), by)

    def give(self, task: str = "talk.1", by: str = DESK) -> Decision:
        return self.do(c.RecordConsent(task=task, given=True), by)

    def refuse(self, task: str = "talk.1", by: str = DESK) -> Decision:
        return self.do(c.RecordConsent(task=task, given=False), by)

    @property
    def view(self) -> View:
        """For questions about the case that change nothing."""
        return View(self.pathway, self.state, self.now, self.registry, self.calendars)

    @property
    def open(self) -> list[str]:
        """Ids of open tasks and of requests without an answer."""
        asked = [each.id for each in self.state.open_hand_overs()]
        return sorted([task.id for task in self.state.open_tasks()] + asked)

    def task(self, ident: str) -> Task:
        return self.state.tasks[ident]

    def hand_over(self, ident: str) -> HandOver:
        return self.state.hand_overs[ident]

    def told(self, agency: str = "", *, ever: bool = False) -> list[str]:
        """Kinds of notices of the last turn (or of all), to one agency or to each."""
        turns = self.turns if ever else [self.last]
        notices = [each.owed for facts in turns for each in still_owed(facts)]
        return [each.kind for each in notices if agency in ("", each.agency)]

    def moment(self, name: str) -> datetime:
        return self.state.moments[name]
