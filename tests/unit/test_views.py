"""Questions about a case: whatever is asked of a view, or of a turn, leaves the case as it is."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from random import Random
from typing import Any

import msgspec

import engine
from engine import commands as c
from engine.definition import Series
from engine.errors import Refusal
from engine.facts import NoticeOwed
from engine.state import RESPONSIBLE, StopTask
from engine.statuses import TaskStatus
from engine.task_kinds import TaskKind
from engine.turn_records import TurnRecord
from engine.turns import doors
from engine.turns.turn import Turn
from engine.view import View
from tests.factories import CALENDARS, CARE, DESK, HOME, MONDAY
from tests.random_plays import Play
from tests.random_short_pathways import short_pathway

Question = Callable[..., Any]
_NOTICE = NoticeOwed(number=1, agency=CARE, kind="attention", about="case", label="A case")
_SERIES = Series.model_validate({"at": ["1 month"], "after": "case.opened"})
NEED_AN_ACT = {
    "disclosing.brought_along",
    "proposing.require_agreeable",
    "proposing.require_asked",
    "counting.begin",
    "counting.began",
    "counting.calendar_of",
    "counting.count_by",
    "counting.stands_still",
    "dates.require_countable",
    "guardians.require_giver",
    "lengths.length_of",
    "lengths.own_extension",
    "reading_out.require_understood",
    "reports.happened_at",
}
"""Asked within those beside them, with what only an act or an entry of a pathway brings."""


def _questions() -> dict[str, Question]:
    """Every public function of the engine that takes a view, and every method of one."""
    found: dict[str, Question] = {
        f"View.{name}": method
        for name, method in inspect.getmembers(View, inspect.isfunction)
        if not name.startswith("_") and name != "if_covered"
    }
    for each in pkgutil.walk_packages(engine.__path__, "engine."):
        module = import_module(each.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            is_own = function.__module__ == each.name and not name.startswith("_")
            if is_own and first and first.annotation == "View":
                found[f"{each.name.rpartition('.')[2]}.{name}"] = function
    return {name: each for name, each in found.items() if name not in NEED_AN_ACT}


QUESTIONS = _questions()


def _subjects(view: View) -> dict[str, list[Any]]:
    """What a question may be about, by the type of its parameter; a text, by its name."""
    state, pathway = view.state, view.pathway
    steps, stages = list(pathway.steps.values()), list(pathway.stages.values())
    return _texts(view) | {
        "StepPlan": steps,
        "StepPlan | StagePlan": [*steps, *stages],
        "BasisPlan": list(pathway.bases),
        "By": [*pathway.bases, *state.hand_overs.values(), *state.consents],
        "Proposal": list(state.proposals.values()),
        "View": [view],
        "Task": list(state.tasks.values()),
        "HandOver": list(state.hand_overs.values()),
        "StopTask": [_stop(plan.name) for plan in steps],
        "Work": [*state.tasks.values(), *state.hand_overs.values()],
        "Clock": list(state.clocks.values()),
        "ConsentState": list(state.consents.values()),
        "After": [plan.step.after for plan in steps],
        "Series": [_SERIES],
        "Time": [plan.step.not_before for plan in steps if plan.step.not_before],
        "NamedTime": list(pathway.definition.clocks.values()),
        "Test | None": [plan.when for plan in steps],
        "Editions": [{each.id: each for each in CALENDARS.editions}],
        "Owed": [_NOTICE],
        "Sequence[TurnRecord]": [[_record(each) for each in _acts(view)]],
        "c.AnyAct": [*_acts(view)],
        "RecordConsent": [c.RecordConsent(task=each, given=True) for each in state.tasks],
        "Rule": [act.rule for act in _acts(view)],
        "Fill": [lambda about, name, field: None],
        "Callable[[str], bool]": [lambda agency: True],
        "Iterable[f.Fact]": [[_NOTICE]],
        "Iterable[Fact]": [[_NOTICE]],
        "Iterable[f.NoticeOwed]": [[_NOTICE]],
        "Sequence[f.Fact]": [[_NOTICE]],
        "Iterable[str]": [[*pathway.roles], [CARE]],
        "Mapping[str, object]": [{}, {"home_country": "NG", "risk": "low"}],
        "str | None": [None, "en"],
        "Mapping[int, Pathway]": [{pathway.version: pathway}],
        "date": [MONDAY],
        "bool": [True, False],
    }


def _stop(step: str) -> StopTask:
    return StopTask(
        id=f"{step}.1.stop1",
        step=step,
        kind=TaskKind.STOP,
        role="",
        agency=CARE,
        of=CARE,
        consent="",
        status=TaskStatus.ASSIGNED,
        opened_at=MONDAY,
    )


def _record(act: c.AnyAct) -> TurnRecord:
    command = c.Command(act=act, agency=CARE, occurred_at=MONDAY, recorded_at=MONDAY)
    return TurnRecord(command=command, facts=(_NOTICE,))


def _acts(view: View) -> Iterator[c.AnyAct]:
    yield from (c.Complete(task=each) for each in view.state.tasks)
    yield from (c.Start(step=each) for each in view.pathway.steps)


def _texts(view: View) -> dict[str, list[Any]]:
    state, pathway = view.state, view.pathway
    consents = [*pathway.definition.consents]
    return {
        "agency": [DESK, CARE, HOME, state.responsible, *state.roles.values()],
        "role": [*pathway.roles],
        "roles": [*pathway.roles, RESPONSIBLE],
        "role_type": [plan.type for plan in pathway.roles.values()],
        "consent": consents,
        "step": [*pathway.steps],
        "stage": [*pathway.stages],
        "name": [*pathway.steps, *pathway.stages, *consents, *pathway.definition.interrupts, "GH"],
        "ident": [*state.tasks, *state.hand_overs],
        "about": [*state.tasks, *state.hand_overs],
        "task": [*state.tasks],
        "kind": ["attention", "no_longer_needed"],
        "word": ["sibling"],
        "person": ["staff-1"],
        "owner": [CARE],
        "reader": [CARE],
        "first": [CARE],
        "without": [()],
        "declined": [()],
        "door": [doors.OPENING, doors.STARTING, doors.OVERRIDING],
        "known": [("full_name",)],
        "language": ["en"],
        "side": [*pathway.definition.sides],
        "field": [*pathway.definition.data],
        "other": ["2222-3333"],
        "case": ["2222-3333"],
    }


@cache
def _asked_for(question: Question) -> list[inspect.Parameter]:
    """Beside the view; to read them anew each time takes as long as to ask."""
    _, *others = inspect.signature(question).parameters.values()
    return [each for each in others if each.kind is not inspect.Parameter.KEYWORD_ONLY]


def _arguments(
    question: Question, subjects: dict[str, list[Any]], chance: Random
) -> list[Any] | None:
    """Drawn by chance; None where the case has nothing that it could be about."""
    drawn = []
    for each in _asked_for(question):
        is_named = each.annotation == "str" or each.annotation.startswith("tuple")
        among = subjects[each.name if is_named else each.annotation]
        if not among:
            return None
        drawn.append(chance.choice(among))
    return drawn


def _asked(view: View, chance: Random) -> Iterator[str]:
    """Ask everything a few times; yields the names of what was answered."""
    subjects = _subjects(view)
    for name, question in QUESTIONS.items():
        for _ in range(2):
            arguments = _arguments(question, subjects, chance)
            if arguments is None:
                break
            with suppress(Refusal, KeyError):  # not about that
                answer = question(view, *arguments)
                if inspect.isgenerator(answer):
                    list(answer)
                yield name


def _plays() -> Iterator[Play]:
    """Cases of random pathways, at every second moment of random plays."""
    for number in range(24):
        trial = short_pathway(number)
        for each in range(2 if trial else 0):
            assert trial
            play = Play(trial, Random(f"{number}.{each}"))
            for moves in range(12 if play.state.status == "open" else 0):
                if moves % 2:
                    yield play
                play.move()


def test_no_question_changes_a_case() -> None:
    """Asked of a view it leaves the state as it is, and asked in a turn it says nothing."""
    answered: set[str] = set()
    for number, play in enumerate(_plays()):
        about = (play.trial, play.state, play.now, play.registry, CALENDARS)
        before = msgspec.json.encode(play.state)
        view, turn = View(*about), Turn(*about)
        answered |= {*_asked(view, Random(number))}
        assert view.state is play.state
        for name in _asked(turn, Random(number)):
            assert turn.facts == [], f"{name} has said something"
        assert turn.state is play.state
        assert msgspec.json.encode(play.state) == before
    assert QUESTIONS.keys() - answered == set()
