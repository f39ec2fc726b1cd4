"""Each agency counts tasks and requests by itself: a number tells nothing of what others do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import facts as f
from engine import visibility
from engine.errors import Refusal
from engine.evolve import evolve, replay
from engine.message import message
from engine.numbering import (
    as_shown,
    lacks_numbers,
    meant,
    names_as_shown,
    request_meant,
    retired,
    shown,
    task_meant,
    whose,
)
from engine.pathway import Pathway
from engine.state import HandOver, State, Task
from engine.statuses import RequestStatus, TaskStatus
from engine.task_kinds import TaskKind
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, MONDAY
from tests.random_pathways import pathways
from tests.random_plays import Play

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, AWAY)
MOVES = 25
BY_CHANCE = settings(
    max_examples=60,
    phases=[Phase.generate],
)
OF_WORK = (f.TaskOpened, f.TaskAssigned, f.TaskShared, f.HandOverOffered)
"""Facts by which agencies get tasks and requests."""


def played(trial: Pathway, seed: int) -> Play:
    """A case of a random pathway, in which agencies do things by chance."""
    play = Play(trial, Random(seed))
    for _ in range(MOVES):
        play.move()
    return play


def works(state: State) -> list[Task | HandOver]:
    return [*state.tasks.values(), *state.hand_overs.values(), *state.stops.values()]


def its(state: State, agency: str) -> list[str]:
    """The ids of what is an agency's own, or everything for the responsible one."""
    sees = agency == state.responsible
    return [each.id for each in works(state) if sees or agency in whose(each)]


def by_step(idents: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in idents:
        found.setdefault(each.partition(".")[0], []).append(each)
    return found


@BY_CHANCE
@given(pathways(), st.integers(0, 2**32))
def test_an_agency_counts_what_it_has_had_in_the_order_in_which_it_got_it(
    trial: Pathway, seed: int
) -> None:
    """After each fact: the numbers of a step are 1 to n, one for each thing that was ever its own, what came
    first before what came later. What it sees is among them, and each number means what it is
    shown for."""
    play = played(trial, seed)
    state, had = State(), dict[str, list[list[str]]]()
    for now, fact in moments(play):
        state = evolve(state, fact)
        view = View(trial, state, now, play.registry, CALENDARS)
        for agency in AGENCIES:
            got = had.setdefault(agency, [])
            known = {ident for at_once in got for ident in at_once}
            got.append([ident for ident in its(state, agency) if ident not in known])
            numbered = state.numbers.get(agency, {})
            assert in_order(numbered, got), agency
            if state.status == "open":
                look_at(view, agency)


def moments(play: Play) -> Iterator[tuple[Any, f.Fact]]:
    return ((now, fact) for now, _, facts in play.turns for fact in facts)


def in_order(numbers: dict[str, tuple[str, ...]], got: list[list[str]]) -> bool:
    """Whether the numbers follow what an agency got, moment by moment; in one moment, in any order."""
    left = {step: list(idents) for step, idents in numbers.items()}
    for at_once in got:
        for step, idents in by_step(at_once).items():
            first = left.get(step, [])[: len(idents)]
            if sorted(first) != sorted(idents):
                return False
            left[step] = left[step][len(idents) :]
    return not any(left.values())


def look_at(view: View, agency: str) -> None:
    state = view.state
    seen = [each for each in works(state) if visibility.sees(view, agency, each)]
    for step, idents in by_step([each.id for each in seen]).items():
        numbers = [shown(state, agency, each) for each in idents]
        many = len(state.numbers[agency][step])
        assert {*numbers} <= {f"{step}.{n}" for n in range(1, many + 1)}
        assert len({*numbers}) == len(idents)
    for each in seen:
        assert meant(state, agency, shown(state, agency, each.id)) == each
    for each in works(state):
        if each.id not in its(state, agency):
            said = shown(state, agency, each.id)
            assert said.partition(".")[0] == each.id.partition(".")[0]
            assert meant(state, agency, said) is None
            had = each.id in state.numbers.get(agency, {}).get(said.partition(".")[0], ())
            assert had or not any(part.isdigit() for part in said.split("."))


@BY_CHANCE
@given(pathways(), st.integers(0, 2**32))
def test_a_number_means_the_same_for_good(trial: Pathway, seed: int) -> None:
    """Whatever happens later: reassigned, declined, begun again, ended, with another responsible agency."""
    state, seen = State(), dict[tuple[str, str], str]()
    for _, fact in moments(played(trial, seed)):
        state = evolve(state, fact)
        for agency in AGENCIES:
            for ident in its(state, agency):
                before = seen.setdefault((agency, shown(state, agency, ident)), ident)
                assert before == ident, agency


@BY_CHANCE
@given(pathways(), st.integers(0, 2**32), st.data())
def test_what_other_agencies_do_changes_no_number(
    trial: Pathway, seed: int, data: st.DataObject
) -> None:
    """The case as it would be if whatever an agency never had part in had not been, so that the case has
    other ids for the rest."""
    play = played(trial, seed)
    for agency in AGENCIES:
        if any(state.responsible == agency for state in states(play.facts)):
            continue  # it sees all
        mine = {ident for state in states(play.facts) for ident in its(state, agency)}
        given_to_it = [
            fact for fact in play.facts if isinstance(fact, OF_WORK) and of(fact) in mine
        ]
        opened = [
            of(fact) for fact in given_to_it if isinstance(fact, (f.TaskOpened, f.HandOverOffered))
        ]
        others = data.draw(st.integers(0, 3))
        names = {
            ident: f"{step}.{others + place}"
            for step, idents in by_step(opened).items()
            for place, ident in enumerate(idents, 1)
        }
        with_others = replay(play.facts)
        without = replay(
            [
                f.CaseOpened(code="C", pathway="p", version=1, agency="-"),
                *(renamed(each, names) for each in given_to_it),
            ]
        )
        for ident, other in names.items():
            assert shown(with_others, agency, ident) == shown(without, agency, other)


def states(facts: Sequence[f.Fact]) -> Iterator[State]:
    state = State()
    for fact in facts:
        state = evolve(state, fact)
        yield state


def of(fact: Any) -> str:
    """The task or request that a fact is about."""
    if isinstance(fact, f.TaskOpened):
        return fact.task.id
    return fact.hand_over.id if isinstance(fact, f.HandOverOffered) else str(fact.task)


def renamed(fact: Any, names: dict[str, str]) -> Any:
    """The same fact, of a task or request with another id."""
    if isinstance(fact, f.TaskOpened):
        return replace(fact, task=replace(fact.task, id=names[fact.task.id]))
    if isinstance(fact, f.HandOverOffered):
        return replace(fact, hand_over=replace(fact.hand_over, id=names[fact.hand_over.id]))
    return replace(fact, task=names[fact.task])


def task(ident: str, agency: str, kind: TaskKind = TaskKind.WORK, role: str = "") -> f.TaskOpened:
    step = ident.partition(".")[0]
    made = Task(
        id=ident,
        step=step,
        kind=kind,
        role=role,
        agency=agency,
        status=TaskStatus.ASSIGNED,
        opened_at=MONDAY,
    )
    return f.TaskOpened(task=made)


def asked(ident: str, agency: str, sender: str = DESK) -> f.HandOverOffered:
    made = HandOver(
        id=ident,
        step=ident.partition(".")[0],
        role="home",
        agency=agency,
        sender=sender,
        status=RequestStatus.OFFERED,
        shows=(),
        offered_at=MONDAY,
    )
    return f.HandOverOffered(hand_over=made)


OPENED = f.CaseOpened(code="7K2F-9QXM", pathway="p", version=1, agency=DESK)


def case(*facts: f.Fact) -> State:
    return replay((OPENED, *facts))


def passed(ident: str, agency: str) -> f.TaskAssigned:
    return f.TaskAssigned(task=ident, agency=agency, because="reassigned")


def test_the_third_that_is_asked_is_shown_its_first_request() -> None:
    """The sender, which is responsible for the case, counts all of them."""
    state = case(
        task("ask.1", DESK), asked("ask.2", HOME2), asked("ask.3", AWAY), asked("ask.4", HOME)
    )
    assert shown(state, HOME, "ask.4") == "ask.1"
    assert request_meant(state, HOME, "ask.1") == "ask.4"
    assert [shown(state, DESK, each) for each in ("ask.1", "ask.4")] == ["ask.1", "ask.4"]
    assert shown(state, "", "ask.4") == "ask.4"


def test_what_comes_later_comes_later_though_its_id_is_earlier() -> None:
    """A task that is passed on is new to the agency that gets it."""
    state = case(task("talk.1", CARE), task("talk.2", CARE2), passed("talk.1", CARE2))
    assert [shown(state, CARE2, each) for each in ("talk.2", "talk.1")] == ["talk.1", "talk.2"]
    assert task_meant(state, CARE2, "talk.2") == "talk.1"


@pytest.mark.parametrize(
    "name", ["talk.1", "talk.2", "talk.3", "talk", "talk.01", "talk.0", "talk.x", "", "."]
)
def test_a_task_that_is_not_there_is_refused_as_one_of_others_is(name: str) -> None:
    """For CARE: `talk.1` was its own and is with another now, `talk.2` is another's, the rest is nothing."""
    state = case(task("talk.1", CARE), task("talk.2", CARE2), passed("talk.1", CARE2))
    with pytest.raises(Refusal) as refused:
        task_meant(state, CARE, name)
    assert str(refused.value) == f"refused.not_found.task task={name}".rstrip()
    with pytest.raises(Refusal) as refused:
        request_meant(state, CARE, name)
    assert str(refused.value) == f"refused.not_found.request request={name}".rstrip()


def test_a_name_that_is_nearly_an_own_task_is_suggested_by_its_number() -> None:
    state = case(task("talk.1", CARE2), task("talk.2", CARE))
    for name in ("talk", "talk.2", "tlak.1"):
        with pytest.raises(Refusal) as refused:
            task_meant(state, CARE, name)
        assert str(refused.value) == f"refused.not_found.task_near task={name} near=talk.1"


def test_a_new_responsible_agency_keeps_its_numbers_and_gets_more() -> None:
    """What it sees now comes behind what it had before."""
    moved = f.ResponsibilityMoved(agency=HOME, because="accepted")
    state = case(asked("ask.1", AWAY), asked("ask.2", HOME), task("talk.1", DESK), moved)
    assert [shown(state, HOME, each) for each in ("ask.2", "ask.1", "talk.1")] == [
        "ask.1",
        "ask.2",
        "talk.1",
    ]
    state = evolve(
        evolve(state, asked("ask.3", HOME2, HOME)),
        f.ResponsibilityMoved(agency=DESK, because="returned"),
    )
    assert [shown(state, HOME, each) for each in ("ask.3", "ask.1")] == ["ask.3", "ask.2"]
    assert meant(state, HOME, "ask.2") is None, "it no longer sees others' requests"


def test_what_a_revert_undoes_takes_its_number_along() -> None:
    before = case(task("talk.1", CARE))
    now = evolve(before, task("talk.2", CARE))
    back = f.CaseReverted(
        before=2, version=1, state=replace(before, numbers=retired(now.numbers, before))
    )
    state = evolve(evolve(now, back), task("talk.2", CARE))
    assert shown(state, CARE, "talk.2") == "talk.3"
    assert meant(state, CARE, "talk.2") is None


def test_messages_and_names_of_values_have_numbers_for_ids() -> None:
    """Also within messages; what is no id stays. Without a number the step is named, and a member's seat."""
    state = case(
        asked("ask.1", AWAY),
        asked("ask.2", HOME),
        task("vote.1.lead", CARE, TaskKind.VOTE, "lead"),
        task("vote.2.lead", CARE, TaskKind.VOTE, "lead"),
    )
    said = message("why.x", held=(message("why.y", work="ask.2"), "ask.1"), moment="ask.done", n=2)
    assert (
        str(as_shown(state, HOME, said))
        == "why.x held=[(why.y work=ask.1), ask] moment=ask.done n=2"
    )
    names = (
        "declined ask.2",
        "reasons vote.1.lead",
        "reasons vote.2.lead",
        "full_name",
        "full_name",
    )
    assert [*names_as_shown(state, HOME, names).values()] == [
        "declined ask.1",
        "reasons vote.lead",
        "reasons vote.lead.2",
        "full_name",
    ]
    assert [*names_as_shown(state, "", names).values()] == [*dict.fromkeys(names)]


def test_a_state_of_before_is_known_by_having_no_numbers() -> None:
    assert not lacks_numbers(State())
    assert not lacks_numbers(case(task("talk.1", CARE)))
    assert lacks_numbers(replace(case(task("talk.1", CARE)), numbers={}))
