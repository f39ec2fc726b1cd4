"""Whatever an agency might ask for in a case, sensible or not, by what acts declare: to see what of it
is offered and what is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from random import Random

from engine import commands as c
from engine.acts.declared import ActWord, WordKind, required
from engine.acts.filling import answered
from engine.choices import choices
from engine.decide import decide
from engine.definition import DataField
from engine.errors import Refusal
from engine.offering import asides
from engine.pathway import Pathway
from engine.plans import FormField
from engine.state import Answer, HandOver, Task
from engine.task_kinds import TaskKind
from engine.turns import lapsing
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, HOME3
from tests.random_plays import ANSWERS, Play

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, HOME3, AWAY)
LISTED = tuple(dict.fromkeys(act for act, way in c.WAYS if way.verb and act is not c.Offer))
"""Acts of which all that is possible is listed; to send a request is to complete its task."""
_LISTED_OTHERWISE = frozenset({TaskKind.ARRIVAL, TaskKind.FEEDBACK})
"""To complete one of these is another word for an act of its own."""
_TRIES = 6
"""So many ways to fill in a form."""

Subject = tuple[str, str, str]
"""Agency, act, and what it is about."""


def offered(play: Play) -> set[Subject]:
    """What `choices` and `asides` list."""
    view = view_of(play)
    listed = (*choices(view, _nothing), *asides(view))
    return {(each.agency, *_named(each.act)) for each in listed if isinstance(each.act, LISTED)}


def accepted(play: Play, chance: Random) -> set[Subject]:
    """What `decide` does with some answers and for some person."""
    found: set[Subject] = set()
    for act in (each for kind in LISTED for each in _proposed(play, kind, chance)):
        name, about = _named(act)
        for agency in AGENCIES:
            subject = (agency, name, about)
            if subject not in found and _is_accepted(play, act, agency):
                found.add(subject)
    return found


def view_of(play: Play) -> View:
    return View(play.trial, play.state, play.now, play.registry, CALENDARS)


def _nothing(_about: Task | HandOver, _name: str, _field: DataField) -> Answer | None:
    return None


def _named(act: c.AnyAct) -> tuple[str, str]:
    assert act.declared
    subject = act.declared.subject
    return type(act).__name__, str(getattr(act, subject.field)) if subject else ""


def _is_accepted(play: Play, act: c.AnyAct, agency: str) -> bool:
    """As of now or, for what has closed and may have been used before, as of when it closed."""
    closed = (
        lapsing.closed_at(view_of(play), play.trial.steps[act.step])
        if isinstance(act, c.OpenStep)
        else None
    )
    for at in {play.now, min(closed or play.now, play.now)}:
        command = c.Command(
            act=act, agency=agency, person="staff-new", occurred_at=at, recorded_at=play.now
        )
        with suppress(Refusal):
            decide(play.trial, play.state, command, play.registry, CALENDARS)
            return True
    return False


def _proposed(play: Play, kind: type[c.Act], chance: Random) -> Iterator[c.AnyAct]:
    """With all that its words may say."""
    assert kind.declared
    words = kind.declared.words
    said = [_may_say(word, kind, play) for word in words]
    for way, values in product(kind.declared.ways, product(*said)):
        fields = zip((word.field for word in words), values, strict=True)
        act = kind(**way.fixed, **{field: each for field, each in fields if each is not None})
        yield from _filled_in(play, act, chance) if kind.declared.fill else (act,)


def _may_say(word: ActWord, kind: type[c.Act], play: Play) -> list[object]:
    trial, state, definition = play.trial, play.state, play.trial.definition
    subjects: dict[WordKind, list[object]] = {
        WordKind.TASK: [
            each.id
            for each in state.tasks.values()
            if kind is not c.Complete or each.kind not in _LISTED_OTHERWISE
        ],
        WordKind.STOP: [each.id for each in state.stops.values()],
        WordKind.REQUEST: [*state.hand_overs],
        WordKind.STEP: [*trial.steps],
        WordKind.CONSENT: [*definition.consents],
        WordKind.INTERRUPT: [*definition.interrupts],
        WordKind.PERIOD: [*dict.fromkeys(each.about for each in state.clocks.values())],
        WordKind.AGENCY: [*play.registry.by_code] if word.field in required(kind) else [None],
        WordKind.CHOICE: [*word.choices[:2], ""],
        WordKind.OUTCOME: [None, *_outcomes(trial)],
        WordKind.FLAG: [None, word.sets or True],
    }
    return subjects.get(word.kind, [None])


def _outcomes(trial: Pathway) -> list[str]:
    decided = [word for plan in trial.steps.values() for word in plan.step.decide or ()]
    resolved = [word for each in trial.definition.interrupts.values() for word in each.resolved]
    own = ["give_up", "wait_on", "approved", "returned", *trial.definition.ends]
    return list(dict.fromkeys([*decided, *resolved, *own]))


def _filled_in(play: Play, act: c.AnyAct, chance: Random) -> Iterator[c.AnyAct]:
    form = _form_of(play, act)
    for _ in range(_TRIES if form else 1):
        answers = {
            field.name: _answer(play, field, chance)
            for field in form
            if field.required or chance.random() < 0.5
        }
        yield answered(act, answers, play.trial)


def _form_of(play: Play, act: c.AnyAct) -> tuple[FormField, ...]:
    task = play.state.tasks.get(getattr(act, "task", ""))
    asked = play.state.hand_overs.get(getattr(act, "hand_over", ""))
    return play.trial.form_of(task) if task else play.trial.answers_of(asked) if asked else ()


def _answer(play: Play, asked: FormField, chance: Random) -> object:
    """A side that is known cannot be another country."""
    field = play.trial.definition.data[asked.name]
    if field.binds in play.state.sides:
        return play.state.sides[field.binds]
    answer = chance.choice(ANSWERS.get(asked.name) or field.words)
    return [answer] if field.many else answer
