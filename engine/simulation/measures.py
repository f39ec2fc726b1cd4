"""What is measured while a simulation runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import asdict

from engine.countries import country_of
from engine.pathway import Pathway
from engine.simulation.desks import Desk, Waiting
from engine.simulation.openings import Plan
from engine.simulation.results import (
    AgencyWaitRow,
    EndRow,
    PlayedAct,
    Results,
    WaitRow,
    in_days,
    row_of,
)
from engine.state import HandOver, State, Task
from engine.statuses import TaskStatus
from engine.task_kinds import FROM_STEP, TaskKind


def subject_of(subject: Task | HandOver) -> str:
    """The name under which a task or request is counted: its step, interrupt or end, or `review`.
    Requests get a suffix (`ask_home: answer`), and so do tasks in which no step is done
    (`ask_home: arrival`).
    """
    if isinstance(subject, HandOver):
        return f"{subject.step}: answer"
    if subject.kind in FROM_STEP or subject.kind is TaskKind.REVIEW:
        return subject.step
    return f"{subject.step}: {subject.kind}"


class Measures:
    """Collects what is done and how cases end."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        self._records: list[PlayedAct] = []
        self._ends: dict[str, list[float | None]] = defaultdict(list)
        self.turns = 0
        self.left_undone = 0
        self.closed = 0

    def done(self, state: State, waiting: Waiting, subject: Task | HandOver, now: datetime) -> None:
        """Record something done now; `state` is the case as it was before."""
        due = subject.due_at if isinstance(subject, Task) else subject.answer_by
        begun = waiting.begun or waiting.ready
        self._records.append(
            PlayedAct(
                subject=subject_of(subject),
                agency=waiting.agency,
                side=_side(state, waiting.agency),
                waited=(now - waiting.opened).total_seconds(),
                in_line=(begun - waiting.ready).total_seconds(),
                has_due=due is not None,
                late=due is not None and now > due,
            )
        )

    def ended(self, state: State, silent: Collection[str], took: timedelta) -> None:
        """Record a case that ended, its overdue tasks that nobody did, and its requests that stayed
        silent.
        """
        self.closed += 1
        self._ends[state.end].append(took.total_seconds())
        tasks = state.tasks.values()
        undone = [each for each in tasks if each.status != TaskStatus.DONE and each.overdue]
        self._never_done(state, undone, silent)

    def left_open(self, state: State, silent: Collection[str], until: datetime) -> None:
        """Record a case still open at the end of the simulation, its open tasks that are overdue by
        then, and its requests that stayed silent.
        """
        self._ends[""].append(None)
        tasks = state.tasks.values()
        undone = [each for each in tasks if each.is_open and each.due_at and each.due_at < until]
        self._never_done(state, undone, silent)

    def _never_done(self, state: State, undone: Iterable[Task], silent: Collection[str]) -> None:
        missed: list[Task | HandOver] = [*undone, *(state.hand_overs[each] for each in silent)]
        for each in missed:
            self._records.append(
                PlayedAct(
                    subject=subject_of(each),
                    agency=each.agency,
                    side=_side(state, each.agency),
                    waited=None,
                    in_line=0.0,
                    has_due=True,
                    late=True,
                )
            )

    def results(self, plan: Plan, desks: dict[str, Desk]) -> Results:
        """All measurements, in a deterministic order."""
        agencies = tuple(self._agencies(desks))
        at_work = {each.name for each in agencies}
        return Results(
            pathway=self._pathway.name,
            version=self._pathway.version,
            cases=plan.cases,
            seed=plan.seed,
            first=plan.since.date(),
            last=plan.until.date(),
            cases_a_week=plan.rates.cases_a_week,
            ends=tuple(self._end_rows(plan.cases)),
            steps=self._rows(lambda each: each.subject, self._place),
            agencies=agencies,
            sides=self._rows(lambda each: each.side, self._pathway.definition.sides.index),
            guessed=tuple(code for code in plan.guessed if code in at_work),
            left_undone=self.left_undone,
            turns=self.turns,
        )

    def _place(self, subject: str) -> tuple[int, str]:
        """A step's position in the pathway; anything else comes last."""
        names = list(self._pathway.steps)
        step = subject.partition(":")[0]
        return (names.index(step) if step in names else len(names)), subject

    def _rows(
        self, key: Callable[[PlayedAct], str], order: Callable[[str], object]
    ) -> tuple[WaitRow, ...]:
        grouped: dict[str, list[PlayedAct]] = defaultdict(list)
        for each in self._records:
            grouped[key(each)].append(each)
        names = sorted(grouped, key=order)  # type: ignore[arg-type]  # one kind of key
        return tuple(row_of(name, grouped[name]) for name in names)

    def _agencies(self, desks: dict[str, Desk]) -> Iterator[AgencyWaitRow]:
        rows = self._rows(lambda each: each.agency, str)
        found = []
        for row in rows:
            desk = desks[row.name]
            found.append(
                AgencyWaitRow(
                    **asdict(row),
                    people=desk.people,
                    used_share=round(desk.used, 4),
                    line_mean=round(desk.mean_line, 2),
                    line_longest=desk.longest,
                )
            )
        yield from sorted(found, key=lambda row: (-row.used_share, row.name))

    def _end_rows(self, cases: int) -> Iterator[EndRow]:
        kinds = {name: end.kind for name, end in self._pathway.definition.ends.items()}
        for name in [*kinds, ""]:
            took = self._ends.get(name)
            if took:
                median, p90 = in_days(each for each in took if each is not None)
                yield EndRow(
                    name=name,
                    kind=kinds.get(name, "still open"),
                    cases=len(took),
                    share=round(len(took) / cases, 4),
                    days_median=median,
                    days_p90=p90,
                )


def _side(state: State, agency: str) -> str:
    """The side on which an agency works in a case. It is that of its country: work goes to agencies
    in the countries of the sides, and a side that is bound stays bound.
    """
    country = country_of(agency)
    return next(side for side, where in state.sides.items() if where == country)
