"""What an explanation says of a step is what `decide` does: the gate that it names is the one that refuses.

A step that opens by itself is refused to nobody, so whether it could open is asked of a twin: the same
pathway and the same case, in which somebody has to begin that step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine import commands as c
from engine.decide import decide
from engine.errors import Refusal
from engine.explaining import waiting
from engine.explaining.reasons import CaseHistory, Explanation, Reason
from engine.explaining.subjects import explain
from engine.facts import StepMoved
from engine.message import Message
from engine.pathway import Pathway
from engine.state import State
from engine.statuses import CasePhase
from engine.turns import doors, floors, gates, order
from engine.turns.gates import Gate
from engine.view import View
from tests.factories import CALENDARS
from tests.random_cover import LAW
from tests.random_documents import Document, loaded
from tests.random_pathways import HEAD, pathways
from tests.random_plays import Play
from tests.random_short_pathways import short_pathway

EDITIONS = {each.id: each for each in CALENDARS.editions}
Words = tuple[str, ...]
_STAGE, _BEGUN, _MOMENT, _LATE = (
    ("why.stage.is",),
    ("why.part",),
    ("why.floor.not_before", "why.floor.not_counted"),
    ("why.state.lapsed",),
)
SAYS: Mapping[Gate, Words] = {
    gates.GOES_ON: ("why.end.case_has",),
    gates.ENTERED_STAGE: _STAGE,
    gates.AT_WORK: _STAGE,
    gates.BY_ITSELF: ("why.act.opens_by", "why.act.opens_by_any"),
    gates.ONCE_MORE: _BEGUN,
    gates.NOT_BEGUN: _BEGUN,
    gates.AFTER: ("why.after.all_of", "why.after.some_of"),
    gates.STOPS: ("why.reads.stops_when",),
    gates.WHEN: (
        *("why.reads.not_yet", "why.reads.not_known"),
        *("why.choice.undecided", "why.condition.not_answered"),
    ),
    gates.POSSIBLE: ("why.consent.needs", "why.side.barred"),
    gates.CONFIRMED: ("why.consent.reconfirm",),
    gates.PERMITTED: ("why.consent.asked_in", "why.consent.not_for", "why.side.not_known"),
    gates.COUNTED: ("why.period.series",),
    gates.MOMENT_KNOWN: _MOMENT,
    gates.MOMENT: _MOMENT,
    gates.IN_TIME: _LATE,
    gates.NOT_LAPSED: _LATE,
}
"""What is said of a step that a gate keeps from opening; of a condition, by how it was read."""
BESIDE = (gates.BY_ITSELF, gates.CONFIRMED, gates.PERMITTED, gates.COUNTED, gates.MOMENT_KNOWN)
"""While any other gate is shut, nothing is said of those behind it."""
REFUSALS = frozenset(
    {
        *("closed.case", "closed.reopens", "closed.stage", "not_open.stage", "suspended.stage"),
        *("settled.step", "stopped.before", "stopped.at_once", "used_up.step"),
        *("open_already.step", "open_already.begun"),
        *("condition.of_step", "too_early.after", "too_early.series", "too_early.moment"),
        *("no_consent.nobody", "no_consent.of_step", "no_consent.side"),
    }
)
"""The sentences with which beginning a step that has not opened is refused."""
SAID = {*REFUSALS, *(word for words in SAYS.values() for word in words)}
SELDOM_SAID = {
    *("settled.step", "used_up.step", "stopped.at_once", "open_already.step"),
    *("too_early.moment", "too_early.series", "no_consent.nobody"),
    *("why.part", "why.period.series", "why.side.barred", "why.state.lapsed"),
    *("why.consent.needs", "why.consent.not_for", "why.floor.not_counted"),
    "lapsed: settled.step",
}
"""What is met in pathways that chance seldom makes."""
LET_IN = ("open", "waiting", "lapsed")
"""What becomes of a step that somebody was let begin."""
IS_OVER = ("why.state.", "why.act.skipped")
SELDOM: Document = HEAD | {
    "consents": {
        "tell": {"to": ["home", "manager"], "ask": "May we?"},
        "going": {"ask": "Do you want to?", "reconfirm_before": ["goes"]},
    },
    "bases": {"law": LAW},
    "stages": {
        "first": {
            "steps": {
                "s0": {
                    "by": "screener",
                    "form": ["home_country?", "risk?", "risk_there?", "seeks?", "full_name?"],
                },
                "talks": {"by": "screener", "consent": "tell", "refused": "go on"},
                "asks": {"by": "screener", "consent": "going", "refused": "go on", "after": "s0"},
                "turns": {
                    "by": "manager",
                    "after": "asks",
                    "decide": {"yes": "interrupt again", "no": "go on"},
                },
                "goes": {"by": "manager", "after": "talks", "stops_when": "risk = low"},
                "grown": {
                    "by": "manager",
                    "needs": "consent.tell",
                    "not_before": "of_age",
                    "optional": True,
                },
                "files": {
                    "by": "manager",
                    "due": {"time": "5 days after case.opened", "kind": "limitation"},
                    "lapsed": "go on",
                },
                "helps": {
                    "by": "manager",
                    "manual": True,
                    "needs": "consent.tell",
                    "due": {"time": "5 days after case.opened", "kind": "limitation"},
                    "lapsed": "go on",
                },
                "refers": {
                    "hand_over": "home",
                    "needs": "consent.tell",
                    "manual": True,
                    "answer": "5 days",
                    "declined": "go on",
                    "silent": "go on",
                },
            }
        },
        "then": {
            "after": "first",
            "when": "seeks",
            "otherwise": "go on",
            "steps": {"more": {"by": "manager"}},
        },
        "at_last": {
            "after": "then",
            "steps": {
                "born": {"by": "screener", "form": ["born"]},
                "looks": {"by": "manager", "series": {"at": ["2 days"], "after": "born.done"}},
            },
            "then": "end done",
        },
    },
    "interrupts": {
        "again": {"raised_by": ["manager"], "then": "back to first, at most 2, then go on"},
        "bars": {"raised_by": ["screener"], "bars": "home"},
    },
}
"""Gates are shut that seldom are in a pathway made by chance."""


def twin(trial: Pathway, name: str) -> Pathway:
    """The same pathway, in which somebody begins a step by hand."""
    plan = trial.steps[name]
    stage = trial.definition.stages[plan.stage]
    begun = plan.step.model_copy(update={"manual": True, "started_by": ()})
    steps = {**stage.steps, name: begun}
    stages = {**trial.definition.stages, plan.stage: stage.model_copy(update={"steps": steps})}
    return Pathway(trial.definition.model_copy(update={"stages": stages}))


def view_of(play: Play, trial: Pathway) -> View:
    return View(trial, play.state, play.now, play.registry, CALENDARS)


def known(play: Play, trial: Pathway) -> CaseHistory:
    """A case, to who may see all of it."""
    view = view_of(play, trial)
    return CaseHistory(view.seen_by(play.state.responsible), play.facts, EDITIONS)


def words_of(reasons: Iterable[Reason]) -> list[str]:
    """What a step waits for: each by its code or, of a condition, by how it was read."""
    said = (each.said for each in reasons)
    return [_in("read", each).code if "read" in each.values else each.code for each in said]


def status_of(found: Explanation) -> str:
    """How it is said to stand, whoever has it and whether or not the case has ended."""
    said = found.is_now
    while "status" in said.values:
        said = _in("status", said)
    return said.code


def _in(name: str, said: Message) -> Message:
    inner = said.values[name]
    assert isinstance(inner, Message)
    return inner


def shut(view: View, name: str) -> Iterator[Words]:
    """What has to be said of a step that has not opened: all shut gates, up to the first that hides
    what is behind it.
    """
    plan = view.pathway.steps[name]
    is_for_hand = plan.step.manual and name not in view.state.steps
    by_hand = (gates.BY_ITSELF, *doors.STARTING, *doors.BEGUN)
    for gate in (gates.GOES_ON, *doors.OF_STAGE, *(by_hand if is_for_hand else doors.OPENING)):
        if gate.asks(view, plan) is gates.OPEN:
            continue
        yield SAYS[gate]
        if gate is gates.WHEN and floors.key_of(name) in view.state.clocks:
            yield SAYS[gates.MOMENT]
        if gate not in BESIDE:
            return


def told(words: list[str]) -> list[Words]:
    """The gates of which something is said, in order; what is said of a stage is all said of one."""
    of = {word: each for each in SAYS.values() for word in each}
    found = list(dict.fromkeys(of.get(word, (word,)) for word in words))
    return found[: found.index(_STAGE) + 1] if _STAGE in found else found


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


def refused_by(view: View, name: str) -> str:
    """The sentence of the first gate that keeps a step from being begun; empty if none does."""
    if view.state.status != CasePhase.OPEN:
        return order.closed(view.pathway, view.state).message.code.removeprefix("refused.")
    try:
        doors.require(view, view.pathway.steps[name], doors.STARTING)
    except Refusal as refusal:
        return refusal.message.code.removeprefix("refused.")
    return ""


class Compared:
    """What is said of the steps of a play and what `decide` does, moment by moment."""

    def __init__(self, play: Play, seen: set[str]) -> None:
        self.play, self.seen = play, seen
        self.twins = {name: twin(play.trial, name) for name in play.trial.steps}

    def disagreements(self) -> Iterator[str]:
        for name in self.play.trial.steps:
            yield from self._of_step(name)

    def _of_step(self, name: str) -> Iterator[str]:
        play, other = self.play, self.twins[name]
        found, status = explain(known(play, play.trial), name), play.state.steps.get(name)
        said, is_now = words_of(found.waits_for), status_of(found)
        yield from _unless(is_now in _standing(play, name), f"{name} is {status}", is_now)
        what, why = begun(play, other, name), refused_by(view_of(play, other), name)
        self.seen |= {what, f"{status}: {what}"}
        is_so = what == why if why else what in LET_IN
        yield from _unless(is_so, f"{name} is {status} and refused: {what}", why)
        if status in ("open", "done"):
            yield from _unless(not said, f"{name} is {status} and waits", said)
        elif status not in (None, "waiting"):
            yield from _unless(
                said[:1] and said[0].startswith(IS_OVER), f"{name} is {status}", said
            )
        else:
            yield from self._waiting(play.trial, name, said)
        if status is None:
            by_hand = words_of(waiting.of_step(known(play, other), name))
            yield from self._waiting(other, name, by_hand)
            self.seen |= {*said, *by_hand}

    def _waiting(self, trial: Pathway, name: str, said: list[str]) -> Iterator[str]:
        expected = list(dict.fromkeys(shut(view_of(self.play, trial), name)))
        yield from _unless(bool(said), f"{name} waits", said)
        yield from _unless(told(said) == expected, f"{name} waits for {expected}", said)


def _standing(play: Play, name: str) -> tuple[str, ...]:
    """The words for the status of a step; those for what became of its requests say that it is done."""
    status = play.state.steps.get(name)
    none = "never" if play.state.status == CasePhase.ENDED else "not_yet"
    word = f"status.part.{status or none}"
    return (word, "why.asked.all") if status == "done" else (word,)


def _unless(holds: object, what: str, said: object) -> Iterator[str]:
    if not holds:
        yield f"{what}, and it is said: {said}"


def along(trial: Pathway, number: int, moves: int, seen: set[str]) -> list[str]:
    """All disagreements at each moment of a play."""
    play, found = Play(trial, Random(number)), list[str]()
    compared, before = Compared(play, seen), State()
    for _ in range(moves):
        play.settle()
        if play.state is not before:
            found += [f"{number}: {each}, {play.log}" for each in compared.disagreements()]
        before = play.state
        if before.status != "open":
            break
        play.move()
    return found


def test_in_a_short_pathway_what_is_explained_is_what_is_decided() -> None:
    """At every step, whether it is open, waits or is over."""
    trials = {number: short_pathway(number) for number in range(40)}
    found = [along(trial, number, 12, set()) for number, trial in trials.items() if trial]
    assert len(found) > 20
    assert [each for some in found for each in some] == []


def test_in_a_pathway_with_all_constructs_what_is_explained_is_what_is_decided() -> None:
    """The same, with panels, requests of all kinds, series and rounds."""
    seen: set[str] = set()

    @settings(max_examples=100, derandomize=True, phases=[Phase.generate])
    @given(pathways(), st.integers(0, 2**32))
    def holds(trial: Pathway, number: int) -> None:
        assert along(trial, number, 20, seen) == []

    holds()
    assert seen >= SAID - SELDOM_SAID


def test_where_gates_are_shut_that_seldom_are_what_is_explained_is_what_is_decided() -> None:
    """A stage that is passed over, a period that nobody can count, a consent that does not name the agency ..."""
    trial, seen = loaded(SELDOM), set[str]()
    for number in range(24):
        assert along(trial, number, 20, seen) == []
    assert seen >= SELDOM_SAID
