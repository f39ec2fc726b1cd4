"""Tasks: claimed, accepted, declined, completed with a form, reassigned; manual steps started."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from casework.context import Actor, Onward
from casework.protected import checked_values
from casework.turn import Moved, take
from engine import commands as c
from engine.acts.filling import answered, protected_in
from engine.four_eyes import kept_as
from engine.pathway import Pathway
from engine.state import State


def claim(onward: Onward, code: str, task: str, by: Actor) -> Moved:
    """A person takes a task of the agency upon themselves."""
    return take(onward, code, c.Claim(task=task), by)


def accept(onward: Onward, code: str, task: str, by: Actor) -> Moved:
    """The agency will do the task."""
    return take(onward, code, c.Accept(task=task), by)


def decline(
    onward: Onward, code: str, task: str, by: Actor, reason: str, *, words: str = ""
) -> Moved:
    """The agency will not do the task; `words` behind the reason are protected."""
    values = {f"declined {task}": words} if words else None
    return take(onward, code, c.Decline(task=task, reason=reason), by, values=values)


def complete(
    onward: Onward,
    code: str,
    task: str,
    by: Actor,
    answers: Mapping[str, object] | None = None,
    *,
    outcome: str | None = None,
    occurred_at: datetime | None = None,
) -> Moved:
    """The task is done. Protected answers are sealed under the person's key, and only their names
    reach the log.

    Raises:
        Refusal: `wrong_form` names every field that is wrong, never what was answered.
    """
    given = dict(answers or {})
    protected: dict[str, object] = {}

    def ask(pathway: Pathway, state: State) -> c.AnyAct:
        act = answered(c.Complete(task=task, outcome=outcome), given, pathway)
        names = protected_in(given, pathway)
        values, about = checked_values(pathway, given, names), state.tasks.get(task)
        protected.update({kept_as(about, name): value for name, value in values.items()})
        return act

    return take(onward, code, ask, by, occurred_at=occurred_at, values=protected)


def reassign(onward: Onward, code: str, task: str, agency: str, by: Actor) -> Moved:
    """The responsible agency gives a task to another one that may hold the role."""
    return take(onward, code, c.Reassign(task=task, agency=agency), by)


def start(onward: Onward, code: str, step: str, by: Actor) -> Moved:
    """Open a manual step."""
    return take(onward, code, c.Start(step=step), by)
