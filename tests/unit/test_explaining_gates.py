"""What an explanation says of a step is what `decide` does: the gate that it names is the one that refuses.

A step that opens by itself is refused to nobody, so whether it could open is asked of a twin: the same
pathway and the same case, in which somebody has to begin that step.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine.decide import decide
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory
from engine.explaining.subjects import explain
from engine.facts import StepMoved
from engine.pathway import Pathway
from engine.view import View
from tests.factories import CALENDARS
from tests.random_pathways import pathways
from tests.random_plays import Play
from tests.random_short_pathways import short_pathway

EDITIONS = {each.id: each for each in CALENDARS.editions}
TOLD = {
    "closed.case": ("why.end.",),
    "closed.stage": ("why.end.",),
    "settled.step": ("why.end.", "why.stage.is"),
    "stopped.before": ("why.end.", "why.stage.is"),
    "not_open.stage": ("why.end.", "why.stage.is"),
    "suspended.stage": ("why.stage.is",),
    "open_already.step": ("why.part",),
    "condition.of_step": ("why.condition.read", "why.hidden.condition", "why.choice.undecided"),
    "stopped.at_once": ("why.condition.read", "why.hidden.condition"),
    "too_early.after": ("why.after.",),
    "too_early.series": ("why.period.series",),
    "too_early.moment": ("why.floor.not_counted",),
    "no_consent.nobody": ("why.consent.needs", "why.side.barred"),
    "no_consent.of_step": ("why.consent.asked_in", "why.consent.not_for"),
    "no_consent.side": ("why.consent.asked_in", "why.consent.not_for", "why.side.not_known"),
}
"""By the sentence with which beginning a step is refused, what an explanation may say first."""
WAITS_THEN = ("why.floor.not_before", "why.consent.reconfirm", "why.state.lapsed")
"""What a step waits for that somebody was let begin; or its time has passed."""
IS_OVER = ("why.state.", "why.act.skipped")
BY_HAND = ("why.act.opens_by",)


def twin(trial: Pathway, name: str) -> Pathway:
    """The same pathway, in which somebody begins a step by hand."""
    plan = trial.steps[name]
    stage = trial.definition.stages[plan.stage]
    begun = plan.step.model_copy(update={"manual": True, "started_by": ()})
    steps = {**stage.steps, name: begun}
    stages = {**trial.definition.stages, plan.stage: stage.model_copy(update={"steps": steps})}
    return Pathway(trial.definition.model_copy(update={"stages": stages}))


def said_of(play: Play, trial: Pathway, name: str) -> list[str]:
    """The codes of what a step is said to wait for, by an explanation to who may see all."""
    view = View(trial, play.state, play.now, play.registry, CALENDARS)
    known = CaseHistory(view.seen_by(play.state.responsible), play.facts, EDITIONS)
    return [each.said.code for each in explain(known, name).waits_for]


def begun(play: Play, trial: Pathway, name: str) -> str:
    """The sentence with which beginning a step is refused; else the status in which it is first, if any."""
    act, now = c.Start(step=name), play.now
    command = c.Command(
        act=act, agency=play.state.responsible, person="x", occurred_at=now, recorded_at=now
    )
    try:
        facts = decide(trial, play.state, command, play.registry, CALENDARS).facts
    except Refusal as refusal:
        return refusal.message.code.removeprefix("refused.")
    moved = (each for each in facts if isinstance(each, StepMoved) and each.step == name)
    return next((str(each.status) for each in moved), "")


def disagreements(play: Play, seen: set[str]) -> Iterator[str]:
    """What is said of a step that `decide` does not do."""
    for name, plan in play.trial.steps.items():
        status, said = play.state.steps.get(name), said_of(play, play.trial, name)
        if status in ("open", "done"):
            yield from _unless(said == [], name, f"is {status} and waits", said)
        elif status not in (None, "waiting"):
            yield from _unless(_begins(said, IS_OVER), name, f"is {status}", said)
        elif status == "waiting":
            yield from _unless(bool(said) and not _begins(said, BY_HAND), name, "waits", said)
        else:
            yield from _unopened(play, name, said, seen)
            if not plan.step.manual:
                yield from _unless(not _begins(said, BY_HAND), name, "opens by itself", said)


def _unopened(play: Play, name: str, said: list[str], seen: set[str]) -> Iterator[str]:
    yield from _unless(bool(said), name, "has not opened", said)
    is_manual = play.trial.steps[name].step.manual
    other = twin(play.trial, name)
    what = begun(play, other, name)
    seen.add(what)
    told = [each for each in said_of(play, other, name) if not each.startswith(BY_HAND)]
    if what in TOLD:
        yield from _unless(_begins(told, TOLD[what]), name, f"is refused: {what}", told)
    else:
        is_let = what in ("open", "waiting", "lapsed", "stopped", "skipped")
        is_clear = all(each.startswith(WAITS_THEN) for each in told)
        yield from _unless(is_let and is_clear, name, f"is begun: {what}", told)
        yield from _unless(is_manual or what != "open", name, "could open", said)


def _begins(said: list[str], words: tuple[str, ...]) -> bool:
    return bool(said) and said[0].startswith(words)


def _unless(holds: bool, name: str, what: str, said: list[str]) -> Iterator[str]:
    if not holds:
        yield f"{name} {what}, and it is said: {said}"


def along(trial: Pathway, number: int, moves: int, seen: set[str]) -> list[str]:
    """All disagreements at each moment of a play."""
    play, found = Play(trial, Random(number)), list[str]()
    for _ in range(moves):
        play.settle()
        found += [f"{number}: {each}, {play.log}" for each in disagreements(play, seen)]
        if play.state.status != "open":
            break
        play.move()
    return found


def test_in_a_short_pathway_what_is_explained_is_what_is_decided() -> None:
    """At every step, whether it is open, waits or is over."""
    trials = {number: short_pathway(number) for number in range(40)}
    found = [along(trial, number, 12, set()) for number, trial in trials.items() if trial]
    assert len(found) > 20
    assert [each for some in found for each in some] == []


@settings(
    max_examples=80,
    derandomize=True,
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_in_a_pathway_with_all_constructs_what_is_explained_is_what_is_decided(
    trial: Pathway, number: int
) -> None:
    """The same, with panels, requests of all kinds, series and rounds."""
    assert along(trial, number, 12, set()) == []
