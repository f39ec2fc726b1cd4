"""Who may read what is known of the person: who needs it now, and only what they need."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from engine import facts as f
from engine.errors import Refusal
from engine.four_eyes import field_of, seat_of
from engine.state import AGREED, Answer, HandOver, Task, TaskKind
from engine.turns import covering
from engine.turns.showing import shown_to_member
from engine.turns.turn import Turn
from engine.view import View

if TYPE_CHECKING:
    from engine.acts.cases import Look

_TAKEN_UP = AGREED | {"answered", "noted"}
"""The receiver has said yes, or has opened what it was told."""
_WORDS = ("asked", "conditions", "declined")
"""Protected words of the receiver's, each kept with the id of the request."""


class _Everything(Container[str]):
    """What the responsible agency may read."""

    def __contains__(self, name: object) -> bool:
        return True


EVERYTHING = _Everything()


def may_read(view: View, agency: str) -> Container[str]:
    """The fields whose answers an agency may read now: the one place that says so.

    The responsible agency reads everything, every other one what its open tasks ask for and what its
    requests show. `of_task` and `of_request` say it of one subject. Nobody reads anything who may not
    know of the case, and nothing is read for a step whose consents do not stand for the agency now.
    """
    if agency == view.state.responsible:
        return EVERYTHING
    tasks = [of_task(view, each, agency) for each in _own_tasks(view, agency)]
    asked = [of_request(view, each, agency) for each in view.state.hand_overs.values()]
    return {name for each in (*tasks, *asked) for name in each}


def of_task(view: View, task: Task, agency: str) -> tuple[str, ...]:
    """What an agency may read for an open task that it has or may take."""
    is_its = task.is_open and agency in task.agencies
    if not (is_its and view.may_hear(agency) and covering.covers_task(view, task, agency)):
        return ()
    plan = view.pathway.steps.get(task.step)
    if plan is None or plan.step.panel is None:
        return tuple(field.name for field in view.pathway.form_of(task))
    return shown_to_member(view, plan, seat_of(task))


def of_request(view: View, asked: HandOver, agency: str) -> tuple[str, ...]:
    """What an agency may read of a request, by the names under which answers are kept.

    The receiver reads what is no secret until it has said yes, and then what the consent shows. The
    sender reads what it gave and got until feedback closes the request.

    Source: D10, D11, F37.
    """
    if not view.may_hear(agency):
        return ()
    if agency == asked.sender:
        return _of_sender(view, asked)
    return _of_receiver(view, asked) if agency == asked.agency else ()


def _of_sender(view: View, asked: HandOver) -> tuple[str, ...]:
    """All that it gave and got; once it is closed, only how it went."""
    if view.state.status != "open" or asked.status == "revoked":
        return ()
    words = tuple(f"{word} {asked.id}" for word in _WORDS)
    if asked.status == "declined":
        return words
    if asked.status == "closed":
        return tuple(
            f"feedback {task.id}"
            for task in view.state.tasks.values()
            if task.hand_over == asked.id and task.kind is TaskKind.FEEDBACK
        )
    plan = view.pathway.steps.get(asked.step)
    if plan is None:  # of a version before; nothing of it is open
        return (*asked.shows, *words)
    return (*asked.shows, *(field.name for field in (*plan.form, *plan.answers)), *words)


def _of_receiver(view: View, asked: HandOver) -> tuple[str, ...]:
    if view.state.status != "open" or asked.status in ("declined", "revoked"):
        return ()
    plan = view.pathway.steps.get(asked.step)
    if plan is None or not covering.permit(view, plan, asked.agency, asked.role):
        return ()
    fields = view.pathway.definition.data
    if asked.status in _TAKEN_UP:
        return asked.shows
    return tuple(name for name in asked.shows if name in fields and not fields[name].is_protected)


def look(turn: Turn, act: Look, agency: str, person: str) -> None:
    """The responsible agency sees all of it, another one what the forms of its open tasks ask for.

    That it was seen is a fact like any other, so nobody looks unrecorded.
    """
    seen = act.known
    if act.hand_over:
        _require_part(turn, act.hand_over, agency)
    else:
        if agency != turn.state.responsible and not _own_tasks(turn, agency):
            raise Refusal("not_allowed.no_task")
        seen = readable(turn, act.known, agency)
    turn.say(f.IdentitySeen(agency=agency, by=person, fields=seen))


def _require_part(view: View, hand_over: str, agency: str) -> None:
    """What may be seen of a request was decided where it is shown; it is for its two agencies."""
    asked = view.state.hand_overs.get(hand_over)
    if asked is None or agency not in (asked.sender, asked.agency):
        raise Refusal("not_yours.others")


def readable(view: View, known: tuple[str, ...], agency: str) -> tuple[str, ...]:
    """Of what is known of the person, what an agency may read now for what it has to do."""
    if agency == view.state.responsible:
        return known
    own = [of_task(view, task, agency) for task in _own_tasks(view, agency)]
    asked = {name for each in own for name in each}
    return tuple(name for name in known if field_of(view.state, name) in asked)


def open_answers(view: View, agency: str) -> dict[str, Answer]:
    """What is no secret, and is shown to the agency for a vote that it has."""
    state = view.state
    votes = [task for task in _own_tasks(view, agency) if task.kind is TaskKind.VOTE]
    shown = [name for task in votes for name in of_task(view, task, agency)]
    return {name: state.data[name] for name in shown if name in state.data}


def _own_tasks(view: View, agency: str) -> list[Task]:
    return [task for task in view.state.open_tasks() if agency in task.agencies]
