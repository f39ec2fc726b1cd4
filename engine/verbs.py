"""Turns scenario phrases into acts: `complete interview`, `accept ask_home`, `raise withdraws`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from engine import commands as c
from engine.acts.declared import ActWord, Declared, Way, WordKind, required
from engine.acts.filling import answered
from engine.errors import Refusal
from engine.nearest import suggestion
from engine.numbering import whose
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import HandOver, State
from engine.statuses import SETTLED, UNANSWERED, RequestStatus, StageStatus, StepStatus, TaskStatus
from engine.turns import order


class VerbWay(NamedTuple):
    """A way to ask for an act by a verb."""

    act: type[c.Act]
    way: Way
    declared: Declared

    @property
    def kind(self) -> WordKind:
        """What the name after the verb refers to."""
        subject = self.declared.subject
        return subject.kind if subject else WordKind.CASE


def _by_verb() -> dict[str, dict[WordKind, VerbWay]]:
    found: dict[str, dict[WordKind, VerbWay]] = {}
    for act, way in c.WAYS:
        if way.verb and act.declared:
            asked = VerbWay(act, way, act.declared)
            found.setdefault(way.verb, {})[asked.kind] = asked
    return found


BY_VERB: Mapping[str, Mapping[WordKind, VerbWay]] = _by_verb()
"""The possible acts of a verb, by kind of subject: both a task and a request can be declined."""
VERBS = frozenset(BY_VERB)
"""The words that a phrase under `do` in a scenario may begin with."""
JOINED: Mapping[str, ActWord] = {
    verb: word
    for verb, acts in BY_VERB.items()
    for asked in acts.values()
    if (word := asked.declared.joined)
}
"""Verbs that one more word may follow, after the name if there is one, each with how that word is declared."""
_OF_THE_CASE = "|".join(verb for verb, acts in BY_VERB.items() if WordKind.CASE in acts)
_PHRASE = re.compile(
    rf"^(?:({_OF_THE_CASE})|(?!(?:{_OF_THE_CASE}) )(\w+) ([\w.-]+))"
    rf"(?: ({'|'.join({word.joint for word in JOINED.values()})}) ([\w-]+))?$"
)
"""Verb, name, and a last word; acts on the whole case have no name."""
TO_AGENCIES = frozenset(word.joint for word in JOINED.values() if word.kind is WordKind.AGENCY)
"""Joining words that precede an agency."""


def act_of(
    text: str, answers: Mapping[str, Any], pathway: Pathway, state: State, agency: str = ""
) -> c.AnyAct:
    """The act that a phrase asks for: `complete interview`, `decline ask_home for no_capacity`,
    `complete identify as confirmed`.

    A step's name stands for its open task or request; if several are open, for the agency's own.

    Raises:
        Refusal: `not_understood`, `wrong_form`, or the reason why there is nothing to act on.
    """
    phrase = names_of(text)
    if phrase is None:
        raise Refusal("not_understood.phrase", phrase=text)
    verb, name, joint, word = phrase
    _require_known(verb, joint, word)
    may = BY_VERB[verb]
    if answers and not any(asked.declared.takes_answers for asked in may.values()):
        raise _no_form(verb)
    asked, subject = _meant(may, name, word, pathway, state, agency)
    if answers and not asked.declared.takes_answers:  # a task is accepted without a form
        raise _no_form(verb)
    return answered(_made(asked, subject, word), answers, pathway)


def _meant(
    may: Mapping[WordKind, VerbWay],
    name: str,
    word: str,
    pathway: Pathway,
    state: State,
    agency: str,
) -> tuple[VerbWay, str]:
    """The way of a verb that a phrase means, and the subject: a task, request or stop by its id,
    anything else by its name.
    """
    if WordKind.STOP in may:
        return may[WordKind.STOP], _stop_of(state, name, agency)
    if not may.keys() & {WordKind.TASK, WordKind.REQUEST}:
        (asked,) = may.values()
        return asked, name
    of_request = may.get(WordKind.REQUEST)
    if of_request and (request := _request_of(of_request.act, state, name, agency)):
        return of_request, request
    task = _task_of(pathway, state, name, agency)
    of_task = may.get(WordKind.TASK)
    if of_task is None or (word and not of_task.declared.joined):
        # only a request is accepted on conditions
        raise Refusal("not_open.request", step=name)
    return of_task, task


def _made(asked: VerbWay, subject: str, said: str) -> c.Act:
    """The act, with its subject and last word."""
    values = dict(asked.way.fixed)
    if asked.declared.subject:
        values[asked.declared.subject.field] = subject
    word = asked.declared.joined
    if word and word.kind is WordKind.FLAG:
        values[word.field] = bool(said)
    elif word and (said or word.unsaid or word.field in required(asked.act)):
        values[word.field] = said or word.unsaid
    return asked.act(**values)


def names_of(text: str) -> tuple[str, str, str, str] | None:
    """Verb, name, joining word and last word of a phrase, each empty if missing; None if it
    cannot be read.
    """
    phrase = _PHRASE.match(text.strip())
    if phrase is None:
        return None
    of_the_case, on_a_name, name, joint, word = phrase.groups()
    return of_the_case or on_a_name, name or "", joint or "", word or ""


def _require_known(verb: str, joint: str, said: str) -> None:
    """Raises Refusal `not_understood` for an unknown verb or last word."""
    if verb not in VERBS:
        raise Refusal("not_understood.verb", verb=verb, known=suggestion(verb, VERBS))
    word, behind = JOINED.get(verb), f"{joint} {said}"
    if joint and word is None:
        raise Refusal("not_understood.behind", verb=verb, behind=behind)
    if word and joint not in ("", word.joint):
        raise Refusal("not_understood.joint", verb=verb, behind=behind, joint=word.joint)
    if word and word.kind is WordKind.FLAG and said not in ("", word.field):
        raise Refusal("not_understood.flag", verb=verb, behind=behind, joint=joint, flag=word.field)
    if word and word.kind is WordKind.AGENCY and not said and _needs(verb, word):
        raise Refusal("not_understood.whom", verb=verb, joint=word.joint, whom=word.shown)


def _needs(verb: str, word: ActWord) -> bool:
    return any(word.field in required(asked.act) for asked in BY_VERB[verb].values())


def _no_form(verb: str) -> Refusal:
    return Refusal("wrong_form.none_with", verb=verb)


def _may_get(act: type[c.Act], asked: HandOver) -> bool:
    """Whether this kind of act is for such a request. Most kinds are for unanswered requests only."""
    if act in (c.Prepare, c.Revoke):
        return True
    return asked.status in UNANSWERED or (act is c.See and asked.status == RequestStatus.INFORMED)


def _request_of(act: type[c.Act], state: State, name: str, agency: str) -> str:
    """The id of the request that `name` means, by its id or its step; empty if there is none.

    A step stands for its last request that this kind of act is for, the agency's own first. If
    there is no such request, and no task of the step is open either, the step stands for its last
    request of any status, so that the refusal says what became of it.
    """
    if name in state.hand_overs:
        return name
    of_step = [each for each in state.hand_overs.values() if each.step == name]
    found = [each for each in of_step if _may_get(act, each)]
    if not found and not any(task.step == name for task in state.open_tasks()):
        found = of_step
    return max(found[::-1], key=lambda each: agency in whose(each)).id if found else ""


def _task_of(pathway: Pathway, state: State, name: str, agency: str) -> str:
    """The id of the task that `name` means, by its id or its step. Raises Refusal if there is none.

    A step stands for its open task, the agency's own first. If no task is open, the step stands for
    a suspended or finished one, so that the refusal says why nothing can be done.
    """
    if name in state.tasks:
        return name
    of_step = [task for task in state.tasks.values() if task.step == name]
    found = [task for task in of_step if task.is_open]
    found = found or [task for task in of_step if task.status == TaskStatus.SUSPENDED]
    if not found:
        _require_its_time(pathway, state, name)
        found = [] if _was_asked(state, name, agency) else of_step[::-1]
    if not found:
        order.require_not_over(pathway, state, name)
        raise Refusal("not_open.step", step=name)
    return min(found, key=lambda task: agency not in task.agencies).id


def _stop_of(state: State, name: str, agency: str) -> str:
    """The stop with that id or, given a step, one of the step's stops: the agency's own before
    others', and then an unconfirmed one before a confirmed one. Raises Refusal if the step has
    none.
    """
    if name in state.stops:
        return name
    of_step = [stop for stop in state.stops.values() if stop.step == name]
    if not of_step:
        raise Refusal("not_open.step", step=name)
    return min(of_step, key=lambda stop: (agency != stop.agency, not stop.is_open)).id


def _was_asked(state: State, step: str, agency: str) -> bool:
    """Whether the agency had a request of the step, and so does not mean other agencies' tasks by
    the step's name.
    """
    return any(each.step == step and each.agency == agency for each in state.hand_overs.values())


def _require_its_time(pathway: Pathway, state: State, name: str) -> None:
    """Raises Refusal if the only reason why nothing is open is that the stage is suspended, or the
    time has not come.
    """
    plan = pathway.steps.get(name)
    if plan and _rests(pathway, state, plan.stage):
        raise Refusal("suspended.stage", stage=plan.stage)
    if plan and _awaits_its_moment(state, plan):
        raise Refusal("too_early.moment", step=name)


def _rests(pathway: Pathway, state: State, stage: str) -> bool:
    """Whether a raised interrupt suspends a stage that is not over, even one that has not opened yet."""
    if state.stages.get(stage) in SETTLED:
        return False
    return any(stage in pathway.suspended_by(name) for name in state.interrupts)


def _awaits_its_moment(state: State, plan: StepPlan) -> bool:
    """Whether a step waits only for its `not_before`, or for the next moment of its series."""
    awaited = any(
        clock.about == plan.name and clock.kind in ("floor", "series")
        for clock in state.clocks.values()
    )
    if awaited or plan.step.not_before is None or plan.step.manual:
        return awaited
    before = [state.steps.get(each) or state.stages.get(each) for each in plan.step.after.names]
    is_due = state.stages.get(plan.stage) == StageStatus.OPEN and all(
        each in SETTLED for each in before
    )
    return is_due and state.steps.get(plan.name) in (None, StepStatus.WAITING)
