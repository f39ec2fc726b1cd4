"""What the pictures of a case, and its story in words, show of it: how it stands, and no answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from casework import story
from casework.picture import status_of
from engine import commands as c
from engine.drawing.overview import pages_of
from engine.drawing.pages import Box, Mark, for_bystanders
from engine.drawing.standing import word_of
from engine.pathway import Pathway
from engine.projection import Seen
from engine.state import ConsentState, HandOver, State, Task, Value
from engine.statuses import StageStatus, StepStatus
from tests.foreseen_plays import Document
from tests.foreseen_requests import TakenBack
from tests.random_documents import loaded
from tests.random_pathways import documents, pathways
from tests.random_plays import Play
from tests.sight import as_seen
from wording.sentences import in_words

plays = settings(
    max_examples=20,
    phases=[Phase.generate],
)
MARKS: dict[str, Mark] = {
    "": Mark.NONE,
    StepStatus.WAITING: Mark.WAITING,
    StepStatus.OPEN: Mark.OPEN,
    StepStatus.DONE: Mark.DONE,
    StepStatus.SKIPPED: Mark.PASSED,
    StepStatus.STOPPED: Mark.PASSED,
    StepStatus.LAPSED: Mark.PASSED,
    StageStatus.SUSPENDED: Mark.WAITING,
    StageStatus.ENDED: Mark.DONE,
    StageStatus.CLOSED: Mark.DONE,
}
"""Of what is not late."""
STATUSES = {word_of(each, in_words): str(each) for each in (*StepStatus, *StageStatus)} | {"": ""}
"""Each by its word: no two read alike."""


def moments(play: Play) -> Iterator[Play]:
    for _ in range(25):
        yield play
        if play.state.status != "open":
            return
        play.move()


class LateAnswers(TakenBack):
    """A play in which somebody is asked and does not answer, and nobody takes that back."""

    def _awaited(self) -> list[tuple[c.AnyAct, str]]:
        found = super()._awaited()
        return [each for each in found if not isinstance(each[0], _ANSWERS)]

    def _unasked(self) -> list[tuple[c.AnyAct, str]]:
        return [] if self.state.open_hand_overs() else super()._unasked()


_ANSWERS = c.AcceptHandOver | c.DeclineHandOver


def test_each_step_is_drawn_and_listed_in_the_status_that_it_has() -> None:
    """By its mark, by its word, late where something of it is, and with whoever owes anything in it, even
    if that is left over from a round before: in what `draw --case` writes, and nothing else.
    """
    late = set[type]()

    @seeded(1)  # with it the plays reach all that is asked for below
    @settings(max_examples=15, database=None, phases=[Phase.generate])
    @given(documents(asks=True), st.integers(0, 2**32))
    def look(document: Document, seed: int) -> None:
        trial = loaded(document)
        for play in moments(Play(trial, Random(seed))):
            look_at_pages(trial, play.state)
            look_at_list(trial, play)
        slow = [LateAnswers(trial, Random(f"{seed}.{number}")) for number in range(3)]
        for play in chain.from_iterable(map(moments, slow)):
            look_at_pages(trial, play.state)
            late.update(type(each) for each in open_works(play.state) if each.overdue)

    look()
    assert late == {Task, HandOver}


def look_at_pages(trial: Pathway, state: State) -> None:
    first, *pages = map(for_bystanders, pages_of(trial, in_words, state))
    assert first.is_overview
    assert [page.name for page in pages] == [*trial.stages]
    for page in pages:
        boxes = {box.key: box for box in page.boxes}
        for step in trial.stages[page.name].steps:
            drawn = [box for key, box in boxes.items() if key.partition(".")[0] == step]
            look_at_box(boxes[step], state.steps.get(step, ""), is_late=is_late(state, step))
            assert {box.mark for box in drawn} == {boxes[step].mark}
            assert {each for each in boxes[step].said if each.startswith("with ")} == {
                *owed(state, step)
            }
    shown = {box.key: box for box in first.boxes}
    for name in trial.stages:
        look_at_box(shown[name], state.stages.get(name, ""))


def look_at_list(trial: Pathway, play: Play) -> None:
    state = play.state
    assert listed(trial, play) == [
        state.stages.get(name, "") if kind == "stage" else state.steps.get(name, "")
        for kind, name in in_order(trial)
    ]


def open_works(state: State) -> list[Task | HandOver]:
    return [*state.open_tasks(), *state.open_hand_overs()]


def look_at_box(box: Box, status: str, *, is_late: bool = False) -> None:
    word = next((each for each in box.said if not each.startswith("with ")), "")
    assert STATUSES[word.partition(" 20")[0]] == status, box
    assert box.mark is (Mark.LATE if is_late else MARKS[status]), box


def is_late(state: State, step: str) -> bool:
    return any(each.step == step and each.overdue for each in open_works(state))


def owed(state: State, step: str) -> Iterator[str]:
    due = [(" or ".join(t.agencies), t.due_at, t.step) for t in state.open_tasks()]
    due += [(each.agency, each.answer_by, each.step) for each in state.open_hand_overs()]
    for agency, at, where in due:
        if where == step:
            yield f"with {agency}" + (f", due {at:%Y-%m-%d %H:%M} UTC" if at else "")


def in_order(trial: Pathway) -> Iterator[tuple[str, str]]:
    for name, plan in trial.stages.items():
        yield "stage", name
        yield from (("step", step) for step in plan.steps)


def listed(trial: Pathway, play: Play) -> list[str]:
    """The statuses in the table for those who search the page of the case, or have it read out."""
    table = status_of(trial, Seen(play.state), play.now, in_words).picture.rpartition(")\n\n")[2]
    words = [line.split("|")[3].strip(" *") for line in table.splitlines()[2:]]
    return [STATUSES[word] for word in words]


@plays
@given(pathways(), st.integers(0, 2**32))
def test_a_picture_is_the_same_whatever_was_answered(trial: Pathway, seed: int) -> None:
    """Nobody learns from it an answer, an outcome, a reason, a consent, or what a request shows: what may
    be seen by somebody with no part in the case holds nothing that has to be kept from anybody."""
    for play in moments(Play(trial, Random(seed))):
        state, other = play.state, with_other_answers(play.state)
        assert pages_of(trial, in_words, other) == pages_of(trial, in_words, state)
    assert status_of(trial, Seen(other), play.now, in_words) == status_of(
        trial, Seen(state), play.now, in_words
    )


@plays
@given(pathways(), st.integers(0, 2**32))
def test_the_story_of_a_case_is_the_same_whatever_was_answered(trial: Pathway, seed: int) -> None:
    """Managers read it in Prefect, and operators in the log; of a consent it says how it stands."""
    play = [*moments(Play(trial, Random(seed)))][-1]
    turns = [(number, as_seen(facts)) for number, (_, _, facts) in enumerate(play.turns, 1)]
    others = [
        (number, as_seen(with_other_words(each) for each in seen.facts)) for number, seen in turns
    ]
    assert story.told(others, {1: trial}, 1) == story.told(turns, {1: trial}, 1)


OTHER: dict[str, Any] = {
    "answers": {"canary": "Canary"},
    "value": "Canary",
    "outcome": "canary",
    "reason": "canary",
    "conditions": True,
    "shows": ("canary",),
    "done_by": "canary",
    "claimed_by": "canary",
    "protected": ("canary",),
    "fields": ("canary",),
}
"""Of whatever has such a word: what else might have stood there."""


def with_other_words(value: Any) -> Any:
    names = {each.name for each in fields(value)}
    changed = {name: other for name, other in OTHER.items() if name in names}
    parts = {
        name: with_other_words(getattr(value, name))
        for name in names
        if isinstance(getattr(value, name), Value)
    }
    if isinstance(value, ConsentState):
        changed |= {"recipients": ("canary",), "given_at": None, "view": "canary"}
    return replace(value, **changed, **parts)


def with_other_answers(state: State) -> State:
    """The same case to whoever may know how it stands, and not what is in it."""
    return replace(
        state,
        data=dict.fromkeys(state.data, "Canary"),
        protected=("canary",),
        from_before=("canary",),
        prohibited=("canary",),
        decisions=dict.fromkeys(state.decisions, "canary"),
        consents={},
        links={},
        overrides=(),
        tasks={name: with_other_words(each) for name, each in state.tasks.items()},
        hand_overs={name: with_other_words(each) for name, each in state.hand_overs.items()},
    )
