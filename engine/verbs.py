"""What a scenario does, as acts: `complete interview`, `accept ask_home`, `raise withdraws`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine import commands as c
from engine.errors import Refusal
from engine.forms import as_answer
from engine.pathway import Pathway
from engine.state import UNANSWERED, HandOver, State

_ON_TASKS: Mapping[str, Callable[..., c.AnyAct]] = {
    "complete": c.Complete,
    "accept": c.Accept,
    "claim": c.Claim,
    "give": lambda task, **more: c.RecordConsent(task=task, given=True, **more),
    "refuse": lambda task, **more: c.RecordConsent(task=task, given=False, **more),
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
_ON_NAMES: Mapping[str, Callable[[str], c.AnyAct]] = {
    "start": lambda name: c.Start(step=name),
    "withdraw": lambda name: c.WithdrawConsent(consent=name),
    "raise": lambda name: c.Raise(interrupt=name),
    "resolve": lambda name: c.Resolve(interrupt=name),
    "extend": lambda name: c.Extend(name=name),
    "shorten": lambda name: c.Shorten(name=name),
}
VERBS = frozenset({*_ON_TASKS, *_ON_HAND_OVERS, *_ON_NAMES, "decline", "reassign"})
"""What `do` may begin with."""
_PHRASE = re.compile(r"^(\w+) ([a-z0-9_.]+)(?: (?:as|for|to) ([\w-]+))?$")


def act_of(text: str, answers: Mapping[str, Any], pathway: Pathway, state: State) -> c.AnyAct:
    """`complete interview`, `decline ask_home for no_capacity`, `complete identify as confirmed`.

    A step stands for its open task or request.

    Raises:
        Refusal: `not_understood`, or `not_open` if the step has nothing open.
    """
    phrase = _PHRASE.match(text.strip())
    if phrase is None:
        raise Refusal("not_understood", f"`{text}` is not of the form `verb name [as|for word]`")
    verb, name, word = phrase.groups()
    if verb not in VERBS:
        known = ", ".join(sorted(VERBS))
        raise Refusal("not_understood", f"there is no verb `{verb}`; known: {known}")
    if verb in _ON_NAMES:
        return _ON_NAMES[verb](name)
    requests = {e.step: e.id for e in state.hand_overs.values() if _may_get(verb, e)}
    if name in requests and (verb in _ON_HAND_OVERS or verb == "decline"):
        return _on_request(verb, requests[name], word, answers, pathway)
    task = _task_of(state, name)
    if verb == "decline":
        return c.Decline(task=task, reason=word or "other")
    if verb == "reassign":
        return c.Reassign(task=task, agency=word or "")
    if verb == "complete":
        return complete_act(task, answers, pathway, word)
    if verb not in _ON_TASKS:
        raise Refusal("not_open", f"{name} has no open request")
    return _ON_TASKS[verb](task=task)


def _may_get(verb: str, asked: HandOver) -> bool:
    """Most messages are about a request without an answer."""
    if verb in ("prepare", "revoke"):
        return True
    return asked.status in UNANSWERED or (verb == "see" and asked.status == "informed")


def _on_request(
    verb: str, request: str, word: str | None, answers: Mapping[str, Any], pathway: Pathway
) -> c.AnyAct:
    if verb == "decline":
        return c.DeclineHandOver(hand_over=request, reason=word or "other")
    if verb == "accept":
        return accept_act(request, answers, pathway, conditions=word == "conditions")
    return _ON_HAND_OVERS[verb](hand_over=request)


def _task_of(state: State, name: str) -> str:
    """By its id, or the one open task of a step."""
    if name in state.tasks:
        return name
    found = [task.id for task in state.open_tasks() if task.step == name]
    if not found:
        raise Refusal("not_open", f"{name} has no open task")
    return found[0]


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
    """The open answers, and the names of the protected: their values never reach a command."""
    fields = pathway.definition.data
    known = {
        name: as_answer(fields[name], value) if name in fields else value
        for name, value in answers.items()
        if not _is_protected(fields, name)
    }
    protected = tuple(name for name in answers if _is_protected(fields, name))
    return known, protected


def _is_protected(fields: Mapping[str, Any], name: str) -> bool:
    return name in fields and bool(fields[name].is_protected)
