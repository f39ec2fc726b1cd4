"""What a scenario does, as acts: `complete interview`, `accept ask_home`, `raise withdraws`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine import commands as c
from engine.errors import Refusal
from engine.forms import as_answer, check_protected
from engine.nearest import meant
from engine.pathway import Pathway
from engine.plans import StepPlan
from engine.state import UNANSWERED, HandOver, State
from engine.turns.order import SETTLED

_ON_TASKS: Mapping[str, Callable[..., c.AnyAct]] = {
    "complete": c.Complete,
    "accept": c.Accept,
    "claim": c.Claim,
    "offer": c.Offer,
    "arrive": c.ConfirmArrival,
    "no_show": c.ReportNoShow,
    "feedback": c.GiveFeedback,
}
_ON_HAND_OVERS: Mapping[str, Callable[..., c.AnyAct]] = {
    "see": c.See,
    "ask": c.Ask,
    "accept": c.AcceptHandOver,
    "waitlist": c.WaitList,
    "prepare": c.Prepare,
    "revoke": c.Revoke,
}
_ON_NAMES: Mapping[str, Callable[[str, str], c.AnyAct]] = {
    "start": lambda name, _: c.Start(step=name),
    "open": lambda name, reason: c.OpenStep(step=name, reason=reason),
    "reopen": lambda _, reason: c.Reopen(reason=reason),
    "skip": lambda name, reason: c.Skip(step=name, reason=reason),
    "withdraw": lambda name, agency: c.WithdrawConsent(consent=name, agency=agency),
    "raise": lambda name, _: c.Raise(interrupt=name),
    "resolve": lambda name, outcome: c.Resolve(interrupt=name, outcome=outcome),
    "extend": lambda name, _: c.Extend(name=name),
    "shorten": lambda name, _: c.Shorten(name=name),
    "prohibit": lambda agency, _: c.Prohibit(agency=agency),
    "permit": lambda agency, _: c.Permit(agency=agency),
}
_WITH_WORD: Mapping[str, Callable[[str, str], c.AnyAct]] = {
    "decline": lambda task, reason: c.Decline(task=task, reason=reason or "other"),
    "reassign": lambda task, agency: c.Reassign(task=task, agency=agency),
}
_ANSWERED = {"give": True, "refuse": False}
_FILLED_IN = ("complete", "offer", "accept", *_ANSWERED)
"""What may have a form."""
VERBS = frozenset({*_ON_TASKS, *_ON_HAND_OVERS, *_ON_NAMES, *_ANSWERED, *_WITH_WORD})
"""What `do` may begin with."""
_TAKES = {
    "complete": "as",
    "accept": "as",
    "decline": "for",
    "reassign": "to",
    "withdraw": "from",
    "open": "for",
    "skip": "for",
    "reopen": "for",
    "resolve": "as",
}
"""Verbs after whose name one more word may stand, and by what it is joined."""
_PHRASE = re.compile(r"^(?:(reopen)|(?!reopen )(\w+) ([\w.-]+))(?: (as|for|to|from) ([\w-]+))?$")
"""Verb, name, and a word; `reopen` is about the whole case and has no name."""


def act_of(
    text: str, answers: Mapping[str, Any], pathway: Pathway, state: State, agency: str = ""
) -> c.AnyAct:
    """`complete interview`, `decline ask_home for no_capacity`, `complete identify as confirmed`.

    A step stands for its open task or request; where several are open, for the agency's own.

    Raises:
        Refusal: `not_understood`, `wrong_form`, or `not_open` if the step has nothing open.
    """
    phrase = names_of(text)
    if phrase is None:
        raise Refusal(
            "not_understood", f"`{text}` is not of the form `verb name [as|for|to|from word]`"
        )
    verb, name, joint, word = phrase
    _require_known(verb, joint, word)
    if answers and verb not in _FILLED_IN:
        raise _no_form(verb)
    if verb in _ON_NAMES:
        return _ON_NAMES[verb](name, word)
    requests = {e.step: e.id for e in state.hand_overs.values() if _may_get(verb, e)}
    if name in requests and (verb in _ON_HAND_OVERS or verb == "decline"):
        return _on_request(verb, requests[name], word, answers, pathway)
    return _on_task(verb, _task_of(pathway, state, name, agency), name, word, answers, pathway)


def names_of(text: str) -> tuple[str, str, str, str] | None:
    """Verb, name, joint and word of what is done, each empty where it is missing; None if unreadable."""
    phrase = _PHRASE.match(text.strip())
    if phrase is None:
        return None
    of_the_case, on_a_name, name, joint, word = phrase.groups()
    return of_the_case or on_a_name, name or "", joint or "", word or ""


def _require_known(verb: str, joint: str, word: str) -> None:
    """Raises Refusal `not_understood` for a verb or a word after it that means nothing."""
    if verb not in VERBS:
        raise Refusal("not_understood", f"there is no verb `{verb}`: {meant(verb, VERBS)}")
    takes = _TAKES.get(verb)
    if joint and joint != takes:
        may = f"`{verb} name {takes} word`" if takes else f"`{verb} name` alone"
        raise Refusal("not_understood", f"`{joint} {word}` says nothing here: write {may}")
    if verb == "accept" and word not in ("", "conditions"):
        raise Refusal(
            "not_understood",
            f"`as {word}` says nothing here: write `accept name`, or `accept name as conditions`",
        )
    if verb == "reassign" and not word:
        raise Refusal("not_understood", "say to whom: write `reassign name to AGENCY`")


def _on_task(
    verb: str,
    task: str,
    name: str,
    word: str,
    answers: Mapping[str, Any],
    pathway: Pathway,
) -> c.AnyAct:
    if verb in _ANSWERED:
        return _consent_act(task, answers, given=_ANSWERED[verb])
    if verb == "complete" or (verb == "offer" and answers):
        return complete_act(task, answers, pathway, word or None)
    if verb in _WITH_WORD:
        return _WITH_WORD[verb](task, word)
    if verb not in _ON_TASKS or word:  # only a request is accepted on conditions
        raise Refusal("not_open", f"{name} has no open request")
    if answers:  # a task is taken on as it is
        raise _no_form(verb)
    return _ON_TASKS[verb](task=task)


def _no_form(verb: str) -> Refusal:
    return Refusal("wrong_form", f"nothing is filled in with `{verb}`: leave the answers out")


def _may_get(verb: str, asked: HandOver) -> bool:
    """Most messages are about a request without an answer."""
    if verb in ("prepare", "revoke"):
        return True
    return asked.status in UNANSWERED or (verb == "see" and asked.status == "informed")


def _on_request(
    verb: str, request: str, word: str, answers: Mapping[str, Any], pathway: Pathway
) -> c.AnyAct:
    if verb == "decline":
        return c.DeclineHandOver(hand_over=request, reason=word or "other")
    if verb == "accept":
        return accept_act(request, answers, pathway, conditions=word == "conditions")
    return _ON_HAND_OVERS[verb](hand_over=request)


def _task_of(pathway: Pathway, state: State, name: str, agency: str) -> str:
    """By its id, or the open task of a step: of several the agency's own. One that rests is as well
    found as one that is open: who may not act on it is told that first.
    """
    if name in state.tasks:
        return name
    of_step = [task for task in state.tasks.values() if task.step == name]
    found = [task for task in of_step if task.is_open]
    found = found or [task for task in of_step if task.status == "suspended"]
    if not found:
        raise _not_open(pathway, state, name)
    return min(found, key=lambda task: agency not in task.agencies).id


def _not_open(pathway: Pathway, state: State, name: str) -> Refusal:
    """Why there is nothing to act on: its stage rests, its moment has not come, or neither."""
    plan = pathway.steps.get(name)
    if plan and _rests(pathway, state, plan.stage):
        return Refusal("suspended", f"stage {plan.stage} rests until an interrupt is resolved")
    if plan and _awaits_its_moment(state, plan):
        return Refusal("too_early", f"the moment of {name} has not come")
    return Refusal("not_open", f"{name} has no open task")


def _rests(pathway: Pathway, state: State, stage: str) -> bool:
    """Perhaps since before it could open."""
    if state.stages.get(stage) not in (None, "open", "suspended"):
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
    is_due = state.stages.get(plan.stage) == "open" and all(each in SETTLED for each in before)
    return is_due and state.steps.get(plan.name) in (None, "waiting")


def _consent_act(task: str, how: Mapping[str, Any], *, given: bool) -> c.RecordConsent:
    """`language`, `interpreter` and `giver` say how the person was asked, and who answered."""
    read = {name: {"yes": True, "no": False}.get(str(value), value) for name, value in how.items()}
    known = set(c.RecordConsent.__struct_fields__) - {"task", "given"}
    for name in read:
        if name not in known:
            words = ", ".join(sorted(known))
            raise Refusal("not_understood", f"`{name}` says nothing of a consent; known: {words}")
    return c.RecordConsent(task=task, given=given, **read)


def complete_act(
    task: str, answers: Mapping[str, Any], pathway: Pathway, outcome: str | None
) -> c.Complete:
    """The act of a task that is done."""
    known, protected = split_form(answers, pathway)
    return c.Complete(task=task, answers=known, protected=protected, outcome=outcome)


def accept_act(
    hand_over: str, answers: Mapping[str, Any], pathway: Pathway, *, conditions: bool
) -> c.AcceptHandOver:
    """The act of a receiver's yes."""
    known, protected = split_form(answers, pathway)
    return c.AcceptHandOver(
        hand_over=hand_over, conditions=conditions, answers=known, protected=protected
    )


def split_form(
    answers: Mapping[str, Any], pathway: Pathway
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The open answers, and the names of the protected: their values never reach a command.

    The engine sees nothing of the protected afterwards, so what they are is looked at here.

    Raises:
        Refusal: `wrong_form`, for a protected answer that does not fit its field.
    """
    fields = pathway.definition.data
    known = {
        name: as_answer(fields[name], value) if name in fields else value
        for name, value in answers.items()
        if not _is_protected(fields, name)
    }
    protected = [name for name in answers if _is_protected(fields, name)]
    check_protected(pathway, {name: as_answer(fields[name], answers[name]) for name in protected})
    return known, tuple(protected)


def _is_protected(fields: Mapping[str, Any], name: str) -> bool:
    return name in fields and bool(fields[name].is_protected)
