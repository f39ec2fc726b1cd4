"""What an agency may do now, in scenario words: `complete plan as ready|not_ready`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine import commands as c
from engine.acts.declared import ActWord, WordKind
from engine.choices import PossibleAct, choices
from engine.definition import DataField
from engine.pathway import Pathway
from engine.plans import FormField
from engine.state import HandOver, State, Task
from engine.task_kinds import TaskKind
from engine.verbs import BY_VERB
from engine.view import View


def may_do(view: View, agency: str) -> list[str]:
    """The phrases for what an agency may do now; alternative last words are joined by `|`.

    Forms are left out: they are asked for when the phrase is entered.
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


def phrase_of(choice: PossibleAct, pathway: Pathway, state: State) -> tuple[str, str, str]:
    """A choice in three parts; alternatives differ in the last: `complete plan as ready` becomes
    `("complete plan", " as ", "ready")`.

    If there is no word after the name, the last two parts are empty: `("accept plan", "", "")`. But
    if the act may be left undone, the name comes last, so that such acts are grouped by verb:
    `("raise", " ", "leaves")`.

    A task is named by its step, or by its id if its step has another task or request open; a request
    is always named by its step.
    """
    act = _said(choice.act, pathway, state)
    declared = act.declared
    assert declared is not None
    way = next(each for each in declared.ways if _says(act, each.fixed))
    name, word = _name(act, declared.subject, state), declared.joined
    value = getattr(act, word.field) if word else None
    if word and value:
        joined = word.field if word.kind is WordKind.FLAG else str(value)
        return f"{way.verb} {name}".rstrip(), f" {word.joint} ", joined
    if choice.owed:
        return f"{way.verb} {name}", "", ""
    return way.verb, " ", name


def _said(act: c.AnyAct, pathway: Pathway, state: State) -> c.AnyAct:
    """The act that the phrase names; sending a request without a form has a verb of its own."""
    if isinstance(act, c.Complete) and not act.outcome:
        task = state.tasks[act.task]
        if task.kind is TaskKind.OFFER and not pathway.form_of(task):
            return c.Offer(task=act.task)
    return act


def _says(act: c.AnyAct, fixed: Mapping[str, object]) -> bool:
    return all(getattr(act, field) == value for field, value in fixed.items())


def _name(act: c.AnyAct, subject: ActWord | None, state: State) -> str:
    if subject is None:
        return ""
    named = str(getattr(act, subject.field))
    if subject.kind is WordKind.TASK:
        return _task_name(state, named)
    return state.hand_overs[named].step if subject.kind is WordKind.REQUEST else named


def _task_name(state: State, ident: str) -> str:
    """The step's name, or the task's id if the step has another task or request open."""
    task = state.tasks[ident]
    open_tasks = [each for each in state.open_tasks() if each.step == task.step]
    asked = [each for each in state.open_hand_overs() if each.step == task.step]
    return ident if len(open_tasks) > 1 or asked else task.step


def form_to(phrase: str, pathway: Pathway, state: State, agency: str) -> tuple[FormField, ...]:
    """The form that goes with a phrase; empty for most. If the name in the phrase fits several
    tasks, a task of the agency takes precedence.
    """
    verb, _, rest = phrase.partition(" ")
    name = rest.partition(" ")[0]
    filled_in = {kind for kind, asked in BY_VERB[verb].items() if asked.declared.fill}
    if WordKind.REQUEST in filled_in:
        open_ones = [each for each in state.open_hand_overs() if name in (each.step, each.id)]
        return pathway.answers_of(open_ones[0]) if open_ones else ()
    if WordKind.TASK not in filled_in:
        return ()
    found = sorted(_tasks_of(state, name), key=lambda task: agency not in task.agencies)
    return pathway.form_of(found[0]) if found else ()


def _tasks_of(state: State, name: str) -> Iterator[Task]:
    return (task for task in state.open_tasks() if name in (task.step, task.id))
