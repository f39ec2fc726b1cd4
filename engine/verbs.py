"""What a scenario does, as acts: `complete interview`, `accept ask_home`, `raise withdraws`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from engine import commands as c
from engine.acts.declared import ActWord, Declared, Way, WordKind, required
from engine.acts.filling import answered
from engine.errors import Refusal
from engine.nearest import suggestion
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import HandOver, State
from engine.statuses import SETTLED, UNANSWERED, RequestStatus, StageStatus, StepStatus, TaskStatus
from engine.turns import order


class VerbWay(NamedTuple):
    """A way to ask for an act, with a verb."""

    act: type[c.Act]
    way: Way
    declared: Declared

    @property
    def kind(self) -> WordKind:
        """What the name behind the verb is."""
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
"""What a verb asks for, by what its name is: a task is declined, and so is a request."""
VERBS = frozenset(BY_VERB)
"""What `do` may begin with."""
JOINED: Mapping[str, ActWord] = {
    verb: word
    for verb, acts in BY_VERB.items()
    for asked in acts.values()
    if (word := asked.declared.joined)
}
"""Verbs after whose name one more word may stand."""
_OF_THE_CASE = "|".join(verb for verb, acts in BY_VERB.items() if WordKind.CASE in acts)
_PHRASE = re.compile(
    rf"^(?:({_OF_THE_CASE})|(?!(?:{_OF_THE_CASE}) )(\w+) ([\w.-]+))"
    rf"(?: ({'|'.join({word.joint for word in JOINED.values()})}) ([\w-]+))?$"
)
"""Verb, name, and a word; what is about the whole case has no name."""
TO_AGENCIES = frozenset(word.joint for word in JOINED.values() if word.kind is WordKind.AGENCY)
"""Joints behind which an agency stands."""


def act_of(
    text: str, answers: Mapping[str, Any], pathway: Pathway, state: State, agency: str = ""
) -> c.AnyAct:
    """`complete interview`, `decline ask_home for no_capacity`, `complete identify as confirmed`.

    A step stands for its open task or request; where several are open, for the agency's own.

    Raises:
        Refusal: `not_understood`, `wrong_form`, or why the step has nothing to act on.
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
    if answers and not asked.declared.takes_answers:  # a task is taken on as it is
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
    """What a phrase asks for, and what that is about: a task or request by its id."""
    if not may.keys() & {WordKind.TASK, WordKind.REQUEST}:
        (asked,) = may.values()
        return asked, name
    of_request = may.get(WordKind.REQUEST)
    if of_request and (request := _request_of(of_request.act, state, name)):
        return of_request, request
    task = _task_of(pathway, state, name, agency)
    of_task = may.get(WordKind.TASK)
    if of_task is None or (word and not of_task.declared.joined):
        # only a request is accepted on conditions
        raise Refusal("not_open.request", step=name)
    return of_task, task


def _made(asked: VerbWay, subject: str, said: str) -> c.Act:
    """The act, with what it is about and the word that is said last."""
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
    """Verb, name, joint and word of what is done, each empty where it is missing; None if unreadable."""
    phrase = _PHRASE.match(text.strip())
    if phrase is None:
        return None
    of_the_case, on_a_name, name, joint, word = phrase.groups()
    return of_the_case or on_a_name, name or "", joint or "", word or ""


def _require_known(verb: str, joint: str, said: str) -> None:
    """Raises Refusal `not_understood` for a verb or a word after it that means nothing."""
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
    """Most messages are about a request without an answer."""
    if act in (c.Prepare, c.Revoke):
        return True
    return asked.status in UNANSWERED or (act is c.See and asked.status == RequestStatus.INFORMED)


def _request_of(act: type[c.Act], state: State, name: str) -> str:
    """The request of a step that may get such a message; where no task is open either, the last one that
    is over: what has become of it is said when it is acted on. Empty if there is none.
    """
    of_step = [each for each in state.hand_overs.values() if each.step == name]
    found = [each.id for each in of_step if _may_get(act, each)]
    if not found and not any(task.step == name for task in state.open_tasks()):
        found = [each.id for each in of_step]
    return found[-1] if found else ""


def _task_of(pathway: Pathway, state: State, name: str, agency: str) -> str:
    """By its id, or the open task of a step: of several the agency's own. One that rests or is over is as
    well found as one that is open: who may not act on it is told that first, what has become of it then.
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


def _was_asked(state: State, step: str, agency: str) -> bool:
    """It had a request of the step, so that the tasks of others there are no answer to it."""
    return any(each.step == step and each.agency == agency for each in state.hand_overs.values())


def _require_its_time(pathway: Pathway, state: State, name: str) -> None:
    """Raises Refusal where nothing is open only because its stage rests, or its moment has not come."""
    plan = pathway.steps.get(name)
    if plan and _rests(pathway, state, plan.stage):
        raise Refusal("suspended.stage", stage=plan.stage)
    if plan and _awaits_its_moment(state, plan):
        raise Refusal("too_early.moment", step=name)


def _rests(pathway: Pathway, state: State, stage: str) -> bool:
    """Perhaps since before it could open."""
    if state.stages.get(stage) not in (None, StageStatus.OPEN, StageStatus.SUSPENDED):
        return False
    return any(stage in pathway.suspended_by(name) for name in state.interrupts)


def _awaits_its_moment(state: State, plan: StepPlan) -> bool:
    """Only time is missing: its floor or the next of its series is ahead, or not known yet."""
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
