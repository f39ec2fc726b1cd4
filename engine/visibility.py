"""What an agency may know, see and read of a case, which is decided only here.

Anything shown or told to an agency is checked here: first whether it may know of the case at all,
then which tasks and requests it sees, then which answers it may read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING

from engine import covering
from engine.collecting import collectors
from engine.errors import Refusal
from engine.four_eyes import field_of, seat_of
from engine.grounds import GroundKind
from engine.numbering import Work, whose
from engine.state import Answer, HandOver, State, StopTask, Task
from engine.statuses import (
    AGREED,
    CAME_TO_NOTHING,
    ONCE_GIVEN,
    TAKEN_UP,
    CasePhase,
    RequestStatus,
    TaskStatus,
)
from engine.task_kinds import FROM_STEP, TaskKind

if TYPE_CHECKING:
    from engine.covering import Cover
    from engine.pathway import Pathway
    from engine.view import View

    By = GroundKind | Cover | HandOver
    """What lets agencies know or read: a part in the case, a basis, a consent (by name), an accepted request."""

OPERATOR = ""
"""Stands for an operator, who is not an agency and sees the status of a case, but no answers."""
_OF_PERSON = ".objected"
"""The end of each name by which conditions read whether the person objects to a guardian's answer."""
_WORDS = ("asked", "conditions", "declined")
"""The names of the receiver's protected words; they are stored under name and id of the request."""


# whether it may know of the case


def answers_for(state: State, agency: str) -> bool:
    """Whether an agency is responsible for the case, and so hears of everything in it."""
    return agency == state.responsible


def may_know(view: View, agency: str) -> bool:
    """Whether an agency may be given work in the case, or told or shown anything of it, now.

    It may if it is responsible or, unless it is barred, if it opened the case, accepted a request
    (which after the end counts only while its consents last), or is covered by a consent or basis
    in force. This is the same within a country as across a border.

    Source: nothing goes to another agency before consent (D1), except on a legal ground (D3, D20).
    """
    if answers_for(view.state, agency):  # the most frequent case, so checked first
        return True
    return next(known_by(view, agency), None) is not None


def known_by(view: View, agency: str) -> Iterator[By]:
    """Every ground on which an agency may know of the case now; none if it may not."""
    state = view.state
    if answers_for(state, agency):
        yield GroundKind.RESPONSIBLE
    elif view.is_shut_out(agency):
        return
    if agency == state.opened_by:
        yield GroundKind.OPENED
    yield from covering.let_in_by(view, agency)
    for asked in state.hand_overs.values():
        if asked.agency == agency and asked.status in AGREED and _still_counts(view, asked):
            yield asked


def may_go_on(view: View, agency: str) -> bool:
    """Whether an agency keeps its open work: it may know of the case, or an expired consent names
    it. In the latter case, it is told nothing, and the work waits, until the person is asked again.
    """
    if may_know(view, agency):
        return True
    given = view.state.consents.values()
    return not view.is_shut_out(agency) and any(
        each.status in ONCE_GIVEN and covering.names(view, each, agency) for each in given
    )


def has_part(view: View, agency: str) -> bool:
    """Whether an agency takes part in the case and may be shown it now."""
    return agency in view.involved() and may_know(view, agency)


def hears_on(view: View, agency: str) -> bool:
    """Whether an agency is shown how the case stands: it takes part or opened it, and may know."""
    return has_part(view, agency) or (agency == view.state.opened_by and may_know(view, agency))


def has_had_part(view: View, agency: str) -> bool:
    """Whether an agency has known of the case, or may now; to others the case does not exist."""
    return agency in parties(view.pathway, view.state)


def goes_on(view: View, agency: str) -> bool:
    """Whether an agency's part in a case goes on: it is responsible, has to confirm a stop, or may
    be shown the case, which is open, and has something there that did not come to nothing.

    Once its part is over, the case is for the agency as one that never was, whatever ended it: a
    withdrawal, a bar, the end, a merge, an erasure, a revocation, or its own refusal.

    Source: how contact ends can give away that somebody seeks protection (BG-F11).
    """
    state = view.state
    if answers_for(state, agency) or any(has(view, agency, each) for each in state.open_stops()):
        return True
    if state.status != CasePhase.OPEN or not may_know(view, agency):
        return False
    works = [each for each in _works(state) if agency in _ever(each)]
    is_other = agency == state.opened_by or not works
    return is_other or any(_counts(each, agency) for each in works)


def _works(state: State) -> Iterator[Work]:
    yield from state.tasks.values()
    yield from state.hand_overs.values()


def _ever(work: Work) -> tuple[str, ...]:
    """The agencies that a task or request belongs to, and those that declined the task."""
    return (*whose(work), *work.declined_by) if isinstance(work, Task) else whose(work)


def _counts(work: Work, agency: str) -> bool:
    """Whether a task or request of an agency has not come to nothing for it."""
    if isinstance(work, HandOver):
        return work.status not in CAME_TO_NOTHING
    return is_of(work, agency) and work.status != TaskStatus.WITHDRAWN


def parties(pathway: Pathway, state: State) -> set[str]:
    """All agencies that have known of a case, or may now.

    They were responsible, opened it, were told, had work or a request, acted, or are covered by
    name or role. Holding a role alone does not count: it may be filled before consent is refused.

    Source: nothing goes to another agency before consent (D1).
    """
    found = state.met()
    found.update(covering.covered(pathway, state))
    for task in state.tasks.values():
        found.add(task.agency)
        if task.also or task.declined_by:  # few tasks have any, and this is asked in each turn
            found.update(task.also.values(), task.declined_by)
    for asked in state.hand_overs.values():
        found.update(whose(asked))
    for stop in state.stops.values():
        found.update((stop.of, stop.agency))
    return found


def _still_counts(view: View, asked: HandOver) -> bool:
    """Whether a request still counts: the case is open, its consents last, or its step is gone."""
    plan = view.pathway.steps.get(asked.step)
    if view.state.status == CasePhase.OPEN or plan is None:
        return True
    needed = covering.needed(view, plan, asked.agency, asked.role)
    return all(covering.stands(view, *each) for each in needed)


# which of its parts it sees


def sees_all(view: View, agency: str) -> bool:
    """Whether every part is shown: to the responsible agency and, without answers, to operators."""
    return agency in (OPERATOR, view.state.responsible)


def sees(view: View, agency: str, work: Work) -> bool:
    """Whether an agency sees a task or request, and what became of it."""
    return sees_all(view, agency) or has(view, agency, work)


def has(view: View, agency: str, work: Work) -> bool:
    """Whether a task or request is the agency's own, and may be shown to it now."""
    is_told = isinstance(work, StopTask) and not view.is_barred(agency)
    return is_of(work, agency) and (is_told or may_know(view, agency))


def is_of(work: Work, agency: str) -> bool:
    """Whether a task or a request is an agency's own."""
    return agency in whose(work)


def sees_consent(view: View, agency: str, name: str) -> bool:
    """Whether an agency sees what became of a consent: it sees all, or the consent names it."""
    given = view.state.consents.get(name)
    return sees_all(view, agency) or (given is not None and covering.names(view, given, agency))


def sees_step(view: View, agency: str, step: str) -> bool:
    """Whether an agency sees a step: it sees all, or `has` a task or request in it, open or not."""
    if sees_all(view, agency):
        return True
    works: list[Work] = [*view.state.tasks.values(), *view.state.hand_overs.values()]
    return any(each.step == step and has(view, agency, each) for each in works)


def sees_name(view: View, agency: str, name: str) -> bool:
    """Whether an agency may know the value of a name in a condition or period."""
    head, _, rest = name.partition(".")
    if agency == OPERATOR:
        return not (name in view.pathway.definition.data or name.endswith(_OF_PERSON))
    if name in view.pathway.definition.data:
        return bool(readable(view, (name,), agency))
    if answers_for(view.state, agency):
        return True
    if rest == "answered":
        return bool(readable(view, (head,), agency))
    part = rest.partition(".")[0]
    if head == "hand_over":  # what other agencies answered is their own affair
        asked = [each for each in view.state.hand_overs.values() if each.step == part]
        now = [each for each in asked if view.state.is_of_now(each.id)]
        return bool(now) and all(has(view, agency, each) for each in now)
    return any(sees_step(view, agency, each) for each in (head, part))


def require_request(view: View, agency: str, asked: HandOver) -> None:
    """Refuse an agency that must not see a request: only the request's two agencies may.

    Raises:
        Refusal: `not_yours`; `barred`, `no_consent` or `not_allowed` if it must not be shown now.
    """
    if not is_of(asked, agency):
        raise Refusal("not_yours.others")
    if view.is_barred(agency):
        raise Refusal("barred.this_agency")
    plan = view.pathway.steps.get(asked.step)
    is_asked = agency != asked.sender and asked.status not in CAME_TO_NOTHING
    if is_asked and plan and view.state.status == CasePhase.OPEN:
        covering.require(view, plan, agency, asked.role)
    # Of a request that came to nothing, only its existence is still shown.
    if not (has(view, agency, asked) or asked.status in CAME_TO_NOTHING):
        raise Refusal("not_allowed.no_part")


# whose answers it reads


def may_read(view: View, agency: str, work: Work) -> tuple[str, ...]:
    """The names of the answers that an agency may read now for one of its own tasks or requests."""
    shown = (
        _of_task(view, work, agency) if isinstance(work, Task) else _of_request(view, work, agency)
    )
    return tuple(name for name in shown if _is_covered(view, agency, name))


def readable(view: View, names: Iterable[str], agency: str) -> tuple[str, ...]:
    """Which of these answers an agency may read now, by the names under which they are stored.

    The responsible agency may read what it collected itself, and what a consent or basis lets it
    read. So may another agency, but only while the case is open and the agency may know of it; what
    others collected must also be asked for, or shown, in one of the agency's own tasks or requests.

    Source: need-to-know by agency, field and time (D10).
    """
    answers = answers_for(view.state, agency)
    if not answers and (view.state.status != CasePhase.OPEN or not may_know(view, agency)):
        return ()
    needed = None if answers else _needed_by(view, agency)
    return tuple(name for name in names if _may_read(view, agency, name, needed))


def _may_read(view: View, agency: str, name: str, needed: Container[str] | None) -> bool:
    """Whether an agency may read an answer. `needed`: fields its work asks for; None for all."""
    if agency in collectors(view.pathway, view.state, name):
        return True
    is_needed = needed is None or field_of(view.state, name) in needed
    return is_needed and _is_covered(view, agency, name)


def _is_covered(view: View, agency: str, name: str) -> bool:
    return next(covered_by(view, agency, name), None) is not None


def covered_by(view: View, agency: str, name: str) -> Iterator[By]:
    """Every ground for reading a stored value: the agency collected it, was given it as an answer,
    or has cover. For a derived field, also the grounds for its parts, if all may be read.
    """
    collected = collectors(view.pathway, view.state, name)
    if agency in collected:
        yield GroundKind.COLLECTED if agency == collected[0] else GroundKind.ANSWERED
    field = field_of(view.state, name)
    yield from covering.shown_by(view, agency, field)
    by_part = [[*covered_by(view, agency, each)] for each in view.pathway.derived.get(field, ())]
    if all(by_part):
        yield from (each for found in by_part for each in found)


def _needed_by(view: View, agency: str) -> Container[str]:
    """The fields that an agency may read for its open tasks and its requests."""
    tasks = [_of_task(view, each, agency) for each in own_tasks(view, agency)]
    asked = [_of_request(view, each, agency) for each in view.state.hand_overs.values()]
    return {name for each in (*tasks, *asked) for name in each}


def _of_task(view: View, task: Task, agency: str) -> tuple[str, ...]:
    """What an agency may read for an open task that it has or may take."""
    is_its = task.is_open and agency in task.agencies
    if not (is_its and may_know(view, agency) and covering.covers_task(view, task, agency)):
        return ()
    shown = _shown_in(view, task)
    if task.kind is TaskKind.VOTE:  # each member's answers are its own
        return shown
    asked = tuple(field.name for field in view.pathway.form_of(task))
    in_touch = view.pathway.gets_in_touch(task.step, task.kind)
    return (*asked, *shown, *view.pathway.safe_contact) if in_touch else (*asked, *shown)


def _shown_in(view: View, task: Task) -> tuple[str, ...]:
    """The fields that a task shows and does not ask for."""
    plan = view.pathway.steps.get(task.step) if task.kind in FROM_STEP else None
    return covering.shown_in(plan, seat_of(task)) if plan else ()


def shown_beside(view: View, agency: str, task: Task) -> tuple[str, ...]:
    """The fields that a task shows and does not ask for, as far as the agency may read them now."""
    shown = _shown_in(view, task)
    return tuple(name for name in may_read(view, agency, task) if name in shown)


def _of_request(view: View, asked: HandOver, agency: str) -> tuple[str, ...]:
    """What an agency may read of a request, by the names answers are stored under.

    Before accepting, the receiver reads only what is not protected; afterwards, all that the request shows.
    The sender reads what it gave and got until feedback closes the request. Cover is needed as well.

    Source: D10, D11, F37.
    """
    if not may_know(view, agency):
        return ()
    if agency == asked.sender:
        return _of_sender(view, asked)
    return _of_receiver(view, asked) if agency == asked.agency else ()


def _of_sender(view: View, asked: HandOver) -> tuple[str, ...]:
    """What the sender of a request may read: what it gave and got, as far as the status allows."""
    if view.state.status != CasePhase.OPEN or asked.status == RequestStatus.REVOKED:
        return ()
    words = tuple(f"{word} {asked.id}" for word in _WORDS)
    if asked.status == RequestStatus.DECLINED:
        return words
    if asked.status == RequestStatus.CLOSED:
        return tuple(
            f"feedback {task.id}"
            for task in view.state.tasks.values()
            if task.hand_over == asked.id and task.kind is TaskKind.FEEDBACK
        )
    plan = view.pathway.steps.get(asked.step)
    if plan is None:  # from an earlier version; nothing of it is open
        return (*asked.shows, *words)
    return (*asked.shows, *(field.name for field in (*plan.form, *plan.answers)), *words)


def _of_receiver(view: View, asked: HandOver) -> tuple[str, ...]:
    if view.state.status != CasePhase.OPEN or asked.status in CAME_TO_NOTHING:
        return ()
    plan = view.pathway.steps.get(asked.step)
    if plan is None or not covering.permit(view, plan, asked.agency, asked.role):
        return ()
    fields = view.pathway.definition.data
    if asked.status in TAKEN_UP:
        return asked.shows
    return tuple(name for name in asked.shows if name in fields and not fields[name].is_protected)


def open_answers(view: View, agency: str) -> dict[str, Answer]:
    """Answers that are not protected, shown to the agency for one of its tasks."""
    state = view.state
    shown = [name for task in own_tasks(view, agency) for name in shown_beside(view, agency, task)]
    return {name: state.data[name] for name in shown if name in state.data}


def own_tasks(view: View, agency: str) -> list[Task]:
    """The open tasks that an agency has or may take."""
    return [task for task in view.state.open_tasks() if agency in task.agencies]
