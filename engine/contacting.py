"""Whom the agency with a task may contact about the person, and whether a safe way is known.

Source: a person is never contacted at an address where they were exploited, but only by a way marked
    safe, and not at all if none is known (D5); nothing is served on a child (D6).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from engine.state import Task
from engine.visibility import readable

if TYPE_CHECKING:
    from engine.pathway import Pathway
    from engine.state import State
    from engine.view import View


class Reach(StrEnum):
    """Whom to get in touch with."""

    PERSON = "person"
    GUARDIAN = "guardian"
    NOBODY = "nobody"
    """No safe way is known, or none that this agency may read."""


def who_speaks(pathway: Pathway, state: State) -> Reach:
    """Who is to be contacted: the guardian, as long as a guardian may have to answer for a consent;
    otherwise the person.
    """
    from engine.questions import lookup  # not loaded by task lists in which nobody is contacted

    asks = lookup(state)
    needed = any(test(asks) is not False for test in pathway.guardians.values())
    return Reach.GUARDIAN if needed else Reach.PERSON


def reach(view: View, agency: str, task: Task) -> Reach | None:
    """Whom the agency that has a task may contact; None if nobody is contacted in such a task."""
    if not view.pathway.gets_in_touch(task.step, task.kind):
        return None
    known = [name for name in view.pathway.safe_contact if name in view.state.protected]
    if not readable(view, known, agency):
        return Reach.NOBODY
    return who_speaks(view.pathway, view.state)
