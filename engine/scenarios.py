"""Scenarios: a case played on a virtual clock, and what must be seen on the way.

A scenario file stands beside its pathway. Each entry of `play` is a moment at which one thing is
done (or nothing, so that time passes), with what is expected afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from engine import commands as c
from engine.calendars import CalendarError, Calendars
from engine.clocks import add
from engine.decide import Decision, decide
from engine.definition import Entry, Flag, Name
from engine.document import Document, Path, load_document, plain
from engine.errors import DefinitionError, EngineError, ExpressionError, Problem, Refusal
from engine.expressions import check_condition, compile_condition, parse_condition, parse_duration
from engine.facts import NoticeOwed
from engine.loads import NO_LOADS, Load, Loads
from engine.misshapen import shape_problems
from engine.pathway import Pathway
from engine.questions import hidden_names, lookup, vocabulary_of
from engine.registry import Registry
from engine.scenario_names import check_names
from engine.state import State
from engine.syntax import Unit
from engine.verbs import act_of


def _moment(value: object) -> object:
    """`2026-03-02 09:00` is UTC; `+2 days` is counted from the moment before."""
    try:
        if isinstance(value, str) and value.startswith("+"):
            parse_duration(value[1:].strip())
            return value
        found = datetime.fromisoformat(str(_as_written(value)))
    except (ValueError, ExpressionError):
        context = {"remedy": "write `2026-03-02 09:00`, or `+2 days` after the one before"}
        raise PydanticCustomError("moment", "this is no moment", context) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _as_written(value: object) -> object:
    """YAML reads an unquoted day as a date; it is compared as it is written."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else value


Written = Annotated[str, BeforeValidator(_as_written)]
Moment = Annotated[datetime | str, BeforeValidator(_moment)]


class Expect(Entry):
    """What must be so after the moment."""

    open: tuple[str, ...] | None = None
    """Exactly these steps have an open task, or a request that waits for an answer."""
    agency: dict[str, str] = Field(default_factory=dict)
    """Step to the agency that holds its task or request."""
    due: dict[str, Written] = Field(default_factory=dict)
    """Step to the day or moment (UTC) by which its open task is due."""
    clocks: dict[str, Written] = Field(default_factory=dict)
    """Named clock to how it stands, to why it is over, or to the moment (UTC) at which it will be."""
    told: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Agency to the kinds of notices that it is owed since the moment before, in order."""
    holds: str | None = None
    """A condition over the case."""
    responsible: str | None = None
    end: str | None = None
    """The end of the case, as soon as it is known."""
    closed: Flag | None = None
    """Whether the case is over; it is not while a stage outlives its end."""
    refused: str | None = None
    """The reason for which it is refused."""


class Play(Entry):
    """One moment: who does what, and what is expected then."""

    at: Moment
    by: str = ""
    person: str = "staff-1"
    do: str | None = None
    """`complete interview`, `accept ask_home`, `raise withdraws`, ... See docs/reference."""
    answers: dict[str, Any] = Field(default_factory=dict)
    occurred_at: Moment | None = None
    holidays: dict[str, tuple[date, ...]] = Field(default_factory=dict)
    """Country, or a part of one (`GB-SCT`), to days off that become known at this moment."""
    expect: Expect = Expect()


class Scenario(Entry):
    """One case from its opening."""

    title: str | None = None
    opened: Moment
    by: str
    country: str
    roles: dict[Name, str] = Field(default_factory=dict)
    loads: dict[str, dict[Name, Annotated[int, Field(ge=0)]]] = Field(default_factory=dict)
    """Agency to what it has open in other cases, by types of roles."""
    play: tuple[Play, ...]

    def as_loads(self) -> Loads:
        return Loads(
            {
                (agency, role): Load(open=number)
                for agency, by_type in self.loads.items()
                for role, number in by_type.items()
            }
        )


class ScenarioFile(Entry):
    scenarios: Name
    """The pathway."""
    cases: Annotated[dict[Name, Scenario], Field(min_length=1)]


class Miss(msgspec.Struct, frozen=True):
    """An expectation that was not met."""

    scenario: str
    word: str
    """The word of `expect` that it is about."""
    problem: Problem


class Played(msgspec.Struct, frozen=True):
    """A scenario that was played: its misses, and every turn."""

    name: str
    misses: tuple[Miss, ...]
    decisions: tuple[Decision, ...]

    @property
    def state(self) -> State:
        return self.decisions[-1].state


class Scenarios:
    """The scenarios of one file, ready to be played."""

    def __init__(self, file: ScenarioFile, document: Document) -> None:
        self.file, self._document = file, document

    @property
    def names(self) -> list[str]:
        return list(self.file.cases)

    @property
    def years(self) -> tuple[int, int]:
        """The years of the first and the last moment that is written out."""
        moments = [each.opened for each in self.file.cases.values()]
        moments += [play.at for each in self.file.cases.values() for play in each.play]
        years = [each.year for each in moments if isinstance(each, datetime)]
        return min(years), max(years)

    def require_names(self, pathway: Pathway, registry: Registry) -> None:
        """Raises DefinitionError with every name that is not in the pathway or the registry."""
        problems = check_names(self.file, self._document, pathway, registry)
        if problems:
            raise DefinitionError(problems)

    def play(self, name: str, pathway: Pathway, registry: Registry, calendars: Calendars) -> Played:
        """Play one scenario; nothing is sent, nothing is stored, no clock is read.

        It stops where something was refused that was not meant to be: all that comes after would
        only be its echo.

        Raises:
            DefinitionError: the case cannot even be opened.
        """
        player = _Player(pathway, registry, calendars)
        scenario = self.file.cases[name]
        misses: list[Miss] = []
        try:
            player.open(scenario)
        except EngineError as error:
            place = self._document.place(("cases", name), key=True)
            raise DefinitionError([Problem(place, str(error))]) from None
        for number, play in enumerate(scenario.play):
            for key, message in player.turn(play):
                path: Path = ("cases", name, "play", number, "expect", key)
                if not self._document.holds(path):
                    path = path[:4]
                misses.append(Miss(name, key, Problem(self._document.place(path), message)))
            if any(miss.word == "refused" for miss in misses):
                break
        return Played(name, tuple(misses), tuple(player.decisions))


def load_scenarios(text: str, file: str = "scenarios.yaml") -> Scenarios:
    """Read a scenario file.

    Raises:
        DefinitionError: with everything that is wrong, each at its place.
    """
    document = load_document(text, file)
    try:
        read = ScenarioFile.model_validate(plain(document.root))
    except ValidationError as error:
        raise DefinitionError(shape_problems(error, document, ScenarioFile)) from None
    return Scenarios(read, document)


class _Player:
    """Plays one case."""

    def __init__(self, pathway: Pathway, registry: Registry, calendars: Calendars) -> None:
        self.pathway, self.registry, self.calendars = pathway, registry, calendars
        self.state, self.now = State(), datetime.min.replace(tzinfo=UTC)
        self.loads = NO_LOADS
        self.decisions: list[Decision] = []

    def open(self, scenario: Scenario) -> None:
        self.now, self.loads = self._at(scenario.opened), scenario.as_loads()
        act = c.OpenCase(code="TEST-0001", country=scenario.country, roles=scenario.roles)
        self._take(act, scenario.by, "staff-1", self.now)

    def _at(self, moment: datetime | str) -> datetime:
        if isinstance(moment, datetime):
            return moment
        duration = parse_duration(moment[1:].strip())
        if duration.unit in _ELAPSED:
            return self.now + duration.amount * _ELAPSED[duration.unit]
        edition = self.calendars.edition(self.state.sides[self.pathway.first_side])
        return add(self.now, duration, edition)

    def _take(self, act: c.AnyAct, agency: str, person: str, occurred: datetime) -> Decision:
        command = c.Command(
            act=act, agency=agency, person=person, occurred_at=occurred, recorded_at=self.now
        )
        decision = decide(
            self.pathway, self.state, command, self.registry, self.calendars, self.loads
        )
        self.state = decision.state
        self.decisions.append(decision)
        return decision

    def turn(self, play: Play) -> Iterator[tuple[str, str]]:
        """Yields (word of `expect`, what was seen instead) for each expectation missed."""
        at = self._at(play.at)
        if at < self.now:
            yield "at", f"time does not run backwards: it is {_show(self.now)} already"
            return
        self.now = at
        try:
            for place, days in play.holidays.items():
                self.calendars = self.calendars.with_holidays(place, days)
        except CalendarError as error:
            yield "holidays", str(error)
            return
        refused, notices = "", []
        try:
            for decision in self._do(play):
                notices += [fact for fact in decision.facts if isinstance(fact, NoticeOwed)]
        except Refusal as refusal:
            refused = f"{refusal.reason} ({refusal})"
        yield from self._compare(play.expect, refused, notices)

    def _do(self, play: Play) -> list[Decision]:
        """Time first, so that what is due by then is settled whatever becomes of the act."""
        decisions = []
        if play.holidays:
            decisions.append(self._take(c.Refresh(), "", "", self.now))
        next_clock = self.state.next_clock()
        if play.do is None or (next_clock and next_clock.at <= self.now):
            decisions.append(self._take(c.Settle(), "", "", self.now))
        if play.do is not None:
            act = act_of(play.do, play.answers, self.pathway, self.state, play.by)
            occurred = self._at(play.occurred_at) if play.occurred_at else self.now
            decisions.append(self._take(act, play.by, play.person, occurred))
        return decisions

    def _compare(
        self, expect: Expect, refused: str, notices: list[NoticeOwed]
    ) -> Iterator[tuple[str, str]]:
        if (expect.refused or "") != refused.partition(" ")[0]:
            yield "refused", f"refused: {refused or 'nothing'}, not {expect.refused or 'nothing'}"
        yield from self._compare_steps(expect)
        for name, how in expect.clocks.items():
            if (found := self._clock(name, how)) != how:
                yield "clocks", f"{name} is {found}, not {how}"
        for agency, kinds in expect.told.items():
            told = tuple(notice.kind for notice in notices if notice.agency == agency)
            if told != kinds:
                yield "told", f"{agency} is told {_listed(told)}, not {_listed(kinds)}"
        for word, wanted in (("end", expect.end), ("responsible", expect.responsible)):
            if wanted is not None and getattr(self.state, word) != wanted:
                yield word, f"{word}: {getattr(self.state, word) or 'none'}, not {wanted}"
        is_closed = self.state.status == "ended"
        if expect.closed is not None and expect.closed is not is_closed:
            yield "closed", f"closed: {'yes' if is_closed else 'no'}"
        if expect.holds is not None:
            yield from self._holds(expect.holds)

    def _compare_steps(self, expect: Expect) -> Iterator[tuple[str, str]]:
        if expect.open is not None and set(expect.open) != (found := self._open()):
            yield "open", f"open: {_listed(found)}, not {_listed(set(expect.open))}"
        for step, agency in expect.agency.items():
            if agency not in (holders := self._holders(step)):
                yield "agency", f"{step} is with {_listed(holders)}, not {agency}"
        for step, due in expect.due.items():
            if (seen := self._due(step, due)) != due:
                yield "due", f"{step} is due {seen}, not {due}"

    def _holds(self, text: str) -> Iterator[tuple[str, str]]:
        vocabulary = vocabulary_of(self.pathway.definition)
        try:
            tree = parse_condition(text)
        except ExpressionError as error:
            yield "holds", error.message
            return
        faults = check_condition(tree, vocabulary, hidden_names(self.pathway.definition))
        if faults:
            yield "holds", faults[0].message
        elif not compile_condition(tree, vocabulary)(lookup(self.state)):
            yield "holds", f"`{text}` does not hold"

    def _open(self) -> set[str]:
        steps = {task.step for task in self.state.open_tasks()}
        return steps | {asked.step for asked in self.state.open_hand_overs()}

    def _holders(self, step: str) -> set[str]:
        tasks = {task.agency for task in self.state.open_tasks() if task.step == step}
        return tasks | {each.agency for each in self.state.open_hand_overs() if each.step == step}

    def _due(self, step: str, like: str) -> str:
        tasks = [task.due_at for task in self.state.open_tasks() if task.step == step]
        asked = [
            each.answer_by
            for each in self.state.open_hand_overs()
            if each.step == step and each.status != "silent"  # its moment has passed
        ]
        moments = [moment for moment in (*tasks, *asked) if moment]
        if not moments:
            return "at no moment"
        return _as_much(min(moments), like)

    def _clock(self, name: str, like: str) -> str:
        running = self.state.clocks.get(f"clock.{name}")
        if running and re.fullmatch(AS_WRITTEN, like):
            return _as_much(running.at, like)
        return self.state.clock_is(name)


_ELAPSED = {
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WEEKS: timedelta(weeks=1),
}
"""`+2 days` keeps the hour of the day; other periods go to the end of their last day."""


AS_WRITTEN = r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?"


def _as_much(moment: datetime, like: str) -> str:
    """As much of a moment as is written."""
    seen = _show(moment)
    return seen[: len(like)] if re.fullmatch(AS_WRITTEN, like) else seen


def _show(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _listed(names: set[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(names) if isinstance(names, set) else names) or "nothing"
