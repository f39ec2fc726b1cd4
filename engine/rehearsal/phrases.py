"""What an agency may do now, in the words of scenarios: `complete plan as ready|not_ready`."""

from __future__ import annotations

from collections.abc import Iterator

from engine import commands as c
from engine.choices import Choice, choices
from engine.definition import DataField
from engine.pathway import Pathway
from engine.plans import FormField
from engine.state import HandOver, State, Task, TaskKind
from engine.view import View


def may_do(view: View, agency: str) -> list[str]:
    """Phrases; where several words may stand last in one, they stand beside each other.

    Forms are left out: they are asked for when the phrase is said.
    """
    found: dict[str, list[str]] = {}
    for choice in choices(view, _unanswered):
        if choice.agency == agency:
            phrase, joint, word = phrase_of(choice, view.pathway, view.state)
            words = found.setdefault(f"{phrase}{joint}", [])
            if word and word not in words:
                words.append(word)
    return [f"{phrase}{'|'.join(words)}" for phrase, words in found.items()]


def _unanswered(about: Task | HandOver, name: str, field: DataField) -> None:
    return None


def phrase_of(choice: Choice, pathway: Pathway, state: State) -> tuple[str, str, str]:
    """A choice as `(complete plan, " as ", ready)`; the last two are empty where no word is said.

    A step stands for its task or request, or the id where the step has more than one open.
    """
    act = choice.act
    match act:
        case c.Complete(task=ident, outcome=outcome):
            verb, name = "complete", _task_name(state, ident)
            task = state.tasks[ident]
            if task.kind is TaskKind.OFFER and not outcome and not pathway.form_of(task):
                verb = "offer"
            return f"{verb} {name}", " as " if outcome else "", outcome or ""
        case c.RecordConsent(task=ident, given=given):
            return f"{'give' if given else 'refuse'} {_task_name(state, ident)}", "", ""
        case c.AcceptHandOver(hand_over=ident, conditions=conditions):
            accept = f"accept {state.hand_overs[ident].step}"
            return (accept, " as ", "conditions") if conditions else (accept, "", "")
        case c.DeclineHandOver(hand_over=ident, reason=reason):
            return f"decline {state.hand_overs[ident].step}", " for ", reason
        case c.Decline(task=ident, reason=reason):
            return f"decline {_task_name(state, ident)}", " for ", reason
        case c.Resolve(interrupt=name, outcome=outcome):
            return f"resolve {name}", " as " if outcome else "", outcome
        case c.ConfirmArrival(task=ident) | c.ReportNoShow(task=ident) | c.GiveFeedback(task=ident):
            return f"{_ON_TASKS[type(act)]} {_task_name(state, ident)}", "", ""
        case c.See(hand_over=ident) | c.WaitList(hand_over=ident):
            verb = "see" if isinstance(act, c.See) else "waitlist"
            return f"{verb} {state.hand_overs[ident].step}", "", ""
        case _:
            return _ON_NAMES[type(act)], " ", choice.about


_ON_TASKS: dict[type[c.Act], str] = {
    c.ConfirmArrival: "arrive",
    c.ReportNoShow: "no_show",
    c.GiveFeedback: "feedback",
}
_ON_NAMES: dict[type[c.Act], str] = {
    c.WithdrawConsent: "withdraw",
    c.Raise: "raise",
    c.Start: "start",
}


def _task_name(state: State, ident: str) -> str:
    """The step, unless another of its tasks is open, or a request of it."""
    task = state.tasks[ident]
    open_tasks = [each for each in state.open_tasks() if each.step == task.step]
    asked = [each for each in state.open_hand_overs() if each.step == task.step]
    return ident if len(open_tasks) > 1 or asked else task.step


def form_to(phrase: str, pathway: Pathway, state: State, agency: str) -> tuple[FormField, ...]:
    """What is filled in with a `complete`, an `offer` or an `accept`; nothing with any other phrase."""
    verb, _, rest = phrase.partition(" ")
    name = rest.partition(" ")[0]
    if verb == "accept":
        asked = [each for each in state.open_hand_overs() if name in (each.step, each.id)]
        return pathway.answers_of(asked[0]) if asked else ()
    if verb not in ("complete", "offer"):
        return ()
    found = sorted(_tasks_of(state, name), key=lambda task: agency not in task.agencies)
    return pathway.form_of(found[0]) if found else ()


def _tasks_of(state: State, name: str) -> Iterator[Task]:
    return (task for task in state.open_tasks() if name in (task.step, task.id))
