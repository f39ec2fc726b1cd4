"""What an agency may know, see and read of a case. Decided here and nowhere else.

Anything shown or told to an agency is checked here: first whether it may know of the case at all,
then which tasks and requests it sees, then which answers it may read.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import TYPE_CHECKING, Protocol

from engine import covering
from engine.errors import Refusal
from engine.four_eyes import field_of, seat_of
from engine.numbering import Work, whose
from engine.state import FAREWELL, Answer, ConsentState, HandOver, State, StopTask, Task, TaskKind
from engine.statuses import (
    AGREED,
    CAME_TO_NOTHING,
    TASK_UNDER_WAY,
    TOLD,
    UNANSWERED,
    CasePhase,
    RequestStatus,
    TaskStatus,
)

if TYPE_CHECKING:
    from engine.view import View

_TO_ANSWER = UNANSWERED | TOLD
_TAKEN_UP = AGREED | {RequestStatus.ANSWERED, RequestStatus.NOTED}
"""The receiver has accepted, or has opened a notification."""
OPERATOR = ""
"""Runs the machine and is no agency: sees how a case stands, and nothing that was answered."""
_OF_PERSON = ".objected"
"""What the person thinks of a guardian's answer, as conditions name it."""
_WORDS = ("asked", "conditions", "declined")
"""The receiver's protected words, each stored with the id of the request."""


class Owed(Protocol):
    """A notice, as a fact or as a row."""

    @property
    def agency(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def consent(self) -> str: ...


class _Everything(Container[str]):
    """What the responsible agency may read."""

    def __contains__(self, name: object) -> bool:
        return True


EVERYTHING = _Everything()


# whether it may know of the case


def answers_for(state: State, agency: str) -> bool:
    """Whether an agency answers for the case: it hears of all of it, whatever the pathway says."""
    return agency == state.responsible


def may_know(view: View, agency: str) -> bool:
    """Whether an agency may know of the case because of its part in it.

    In the country of the case or of the responsible agency, always. Across a border, only if it
    accepted a request or a consent covers it. Source: nothing crosses to another agency before
    consent (D1).
    """
    if answers_for(view.state, agency):
        return True
    if view.is_shut_out(agency):
        return False
    responsible = view.state.responsible
    country, here = view.country_of(agency), view.state.sides[view.pathway.first_side]
    if country == here or country == view.country_of(responsible):
        return True
    return _is_let_in(view, agency)


def may_hear(view: View, agency: str) -> bool:
    """Whether an agency may be told or shown anything of the case now.

    It must be allowed to know of the case. If the person is asked about it, the consent must be in
    force, or its part must rest on something else.
    """
    if not may_know(view, agency):
        return False
    state = view.state
    if agency in (state.responsible, state.opened_by) or _is_at_work(state, agency):
        return True
    if _is_let_in(view, agency):
        return True
    unmet = frozenset(_asked_about(view, agency))
    return not unmet or _has_done(view, agency, unmet)


def may_be_told(view: View, agency: str, kind: str) -> bool:
    """Whether an owed notice may reach its agency now. Farewells always may."""
    return kind in FAREWELL or may_hear(view, agency)


def may_leave(view: View, owed: Owed, knew: Callable[[str], bool]) -> bool:
    """Whether a notice may be sent as things are now.

    An agency shut out before anything reached it never learns that the case exists.

    Args:
        knew: whether an agency may have heard of the case before, or has acted in it.

    Source: consent is checked on sending, not only on deciding (D1).
    """
    if owed.kind in FAREWELL and view.is_barred(owed.agency):
        return knew(owed.agency)
    if not may_be_told(view, owed.agency, owed.kind) or _is_confirmed(view, owed.about):
        return False
    if owed.kind in FAREWELL or not owed.consent:
        return True
    asked = view.state.hand_overs[owed.about]
    plan = view.pathway.steps.get(asked.step)
    if plan is None:  # of a version before; nothing of it is open
        return False
    return covering.stands(view, owed.consent) and covering.permit(
        view, plan, owed.agency, asked.role
    )


def _is_confirmed(view: View, about: str) -> bool:
    """Whether it reminds of something to stop that needs no confirmation any more."""
    stop = view.state.stops.get(about)
    return stop is not None and not stop.is_open


def has_part(view: View, agency: str) -> bool:
    """Whether an agency takes part in the case and may be shown it now."""
    return agency in view.involved() and may_hear(view, agency)


def has_had_part(view: View, agency: str) -> bool:
    """Whether an agency has known of the case; to others the case does not exist."""
    return agency in parties(view.state)


def parties(state: State) -> set[str]:
    """All agencies that have known of a case."""
    found = {state.responsible, state.opened_by, *state.roles.values()}
    for task in state.tasks.values():
        found |= {*whose(task), *task.declined_by}
    for asked in state.hand_overs.values():
        found |= {*whose(asked)}
    for stop in state.stops.values():
        found |= {stop.of, stop.agency}
    return found


def _is_let_in(view: View, agency: str) -> bool:
    """Whether it accepted a request, or a consent covers it."""
    state = view.state
    asked = (each for each in state.hand_overs.values() if each.agency == agency)
    agreed = any(each.status in AGREED and _still_counts(view, each) for each in asked)
    return agreed or any(covering.covers(view, each, agency) for each in state.consents.values())


def _still_counts(view: View, agreed: HandOver) -> bool:
    """Whether a yes lets its agency know of the case: after the end, while its consents stand."""
    plan = view.pathway.steps.get(agreed.step)
    if view.state.status == CasePhase.OPEN or plan is None:
        return True
    return covering.permit(view, plan, agreed.agency, agreed.role)


def _is_at_work(state: State, agency: str) -> bool:
    """Whether it has a task, or a request that was sent to it and not revoked, in an open case."""
    if state.status != CasePhase.OPEN:
        return False
    # The last first: mostly it is told of what has just begun.
    for task in reversed(state.tasks.values()):
        if task.status in TASK_UNDER_WAY and agency in task.agencies:
            return True
    asked = state.hand_overs.values()
    return any(each.agency == agency and each.status in _TO_ANSWER for each in asked)


def _asked_about(view: View, agency: str) -> Iterator[str]:
    """The consents in which the person is asked about an agency, if none of them covers it now."""
    given, asked = view.state.consents, view.pathway.definition.consents
    for name in {**asked, **given}:
        consent = given.get(name)
        if consent is None or not _says_whom(consent):
            roles = asked[name].to if name in asked else ()
            able = (role for role in roles if view.could_hold(agency, role))
            is_about = any(view.fitting(role) == agency for role in able)
        else:
            is_about = covering.names(view, consent, agency) or agency in consent.without
        if is_about:
            yield name


def _says_whom(consent: ConsentState) -> bool:
    """Whether a refusal records whom it was about; older ones do not."""
    return bool(consent.recipients or consent.classes or consent.role_type or consent.without)


def _has_done(view: View, agency: str, unmet: frozenset[str]) -> bool:
    """Whether it has done or sent something that relies on none of those consents."""
    state = view.state
    done = [task.step for task in state.tasks.values() if _was_done_by(task, agency)]
    done += [each.step for each in state.hand_overs.values() if each.sender == agency]
    plans = (view.pathway.steps.get(step) for step in done)
    return any(plan is None or unmet.isdisjoint(plan.needs) for plan in plans)


def _was_done_by(task: Task, agency: str) -> bool:
    return task.agency == agency and task.status == TaskStatus.DONE


# which of its parts it sees


def sees_all(view: View, agency: str) -> bool:
    """Whether the reader sees every part of the case: the responsible agency, which reads the answers
    too, or an operator, who reads none.
    """
    return agency in (OPERATOR, view.state.responsible)


def sees(view: View, agency: str, work: Work) -> bool:
    """Whether an agency sees a task or request, and what became of it."""
    return sees_all(view, agency) or has(view, agency, work)


def has(view: View, agency: str, work: Work) -> bool:
    """Whether a task or request is the agency's own, and so in its lists; one to stop always."""
    is_told = isinstance(work, StopTask) and not view.is_barred(agency)
    return is_of(work, agency) and (is_told or may_hear(view, agency))


def is_of(work: Work, agency: str) -> bool:
    """Whether a task or a request is an agency's own."""
    return agency in whose(work)


def sees_step(view: View, agency: str, step: str) -> bool:
    """Whether an agency sees a step: it has, or had, a task or request in it."""
    if sees_all(view, agency):
        return True
    works: list[Work] = [*view.state.tasks.values(), *view.state.hand_overs.values()]
    return any(each.step == step and has(view, agency, each) for each in works)


def sees_name(view: View, agency: str, name: str) -> bool:
    """Whether an agency may know the value of a name in a condition or period."""
    head, _, rest = name.partition(".")
    if agency == OPERATOR:
        return not (name in view.pathway.definition.data or name.endswith(_OF_PERSON))
    if answers_for(view.state, agency):
        return True
    if name in view.pathway.definition.data or rest == "answered":
        return head in may_read_at_all(view, agency)
    part = rest.partition(".")[0]
    if head == "hand_over":  # whoever else was asked has answered for itself
        asked = [each for each in view.state.hand_overs.values() if each.step == part]
        now = [each for each in asked if view.state.is_of_now(each.id)]
        return bool(now) and all(has(view, agency, each) for each in now)
    return any(sees_step(view, agency, each) for each in (head, part))


def require_request(view: View, agency: str, asked: HandOver) -> None:
    """Allow one of its two agencies to see a request.

    Raises:
        Refusal: `not_yours`; `barred`, `no_consent` or `not_allowed` if it may not be shown now.
    """
    if not is_of(asked, agency):
        raise Refusal("not_yours.others")
    if view.is_barred(agency):
        raise Refusal("barred.this_agency")
    plan = view.pathway.steps.get(asked.step)
    is_asked = agency != asked.sender and asked.status not in CAME_TO_NOTHING
    if is_asked and plan and view.state.status == CasePhase.OPEN:
        covering.require(view, plan, agency, asked.role)
    # Of what came to nothing, that there was one is all that is left.
    if not (has(view, agency, asked) or asked.status in CAME_TO_NOTHING):
        raise Refusal("not_allowed.no_part")


# whose answers it reads


def may_read(view: View, agency: str, work: Work) -> tuple[str, ...]:
    """The fields shown to an agency now with one of its own tasks or requests."""
    if isinstance(work, Task):
        return _of_task(view, work, agency)
    return _of_request(view, work, agency)


def may_read_at_all(view: View, agency: str) -> Container[str]:
    """All fields whose answers an agency may read now.

    The responsible agency reads everything, others what their open tasks ask for and their requests
    show. An agency that may not know of the case reads nothing, and no agency reads anything for a
    step whose consents do not cover it now.
    """
    if agency == view.state.responsible:
        return EVERYTHING
    tasks = [_of_task(view, each, agency) for each in own_tasks(view, agency)]
    asked = [_of_request(view, each, agency) for each in view.state.hand_overs.values()]
    return {name for each in (*tasks, *asked) for name in each}


def _of_task(view: View, task: Task, agency: str) -> tuple[str, ...]:
    """What an agency may read for an open task that it has or may take."""
    is_its = task.is_open and agency in task.agencies
    if not (is_its and may_hear(view, agency) and covering.covers_task(view, task, agency)):
        return ()
    plan = view.pathway.steps.get(task.step)
    if plan is None or plan.step.panel is None:
        return tuple(field.name for field in view.pathway.form_of(task))
    return covering.shown_to_member(view, plan, seat_of(task))


def _of_request(view: View, asked: HandOver, agency: str) -> tuple[str, ...]:
    """What an agency may read of a request, by the names answers are stored under.

    Until it accepts, the receiver reads only what is not protected; then what the consent shows.
    The sender reads what it gave and got until feedback closes the request.

    Source: D10, D11, F37.
    """
    if not may_hear(view, agency):
        return ()
    if agency == asked.sender:
        return _of_sender(view, asked)
    return _of_receiver(view, asked) if agency == asked.agency else ()


def _of_sender(view: View, asked: HandOver) -> tuple[str, ...]:
    """Everything it gave and got; once closed, only the feedback."""
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
    if plan is None:  # of a version before; nothing of it is open
        return (*asked.shows, *words)
    return (*asked.shows, *(field.name for field in (*plan.form, *plan.answers)), *words)


def _of_receiver(view: View, asked: HandOver) -> tuple[str, ...]:
    if view.state.status != CasePhase.OPEN or asked.status in CAME_TO_NOTHING:
        return ()
    plan = view.pathway.steps.get(asked.step)
    if plan is None or not covering.permit(view, plan, asked.agency, asked.role):
        return ()
    fields = view.pathway.definition.data
    if asked.status in _TAKEN_UP:
        return asked.shows
    return tuple(name for name in asked.shows if name in fields and not fields[name].is_protected)


def readable(view: View, known: tuple[str, ...], agency: str) -> tuple[str, ...]:
    """Of what is known of the person, what an agency may read now for its work."""
    if agency == view.state.responsible:
        return known
    own = [_of_task(view, task, agency) for task in own_tasks(view, agency)]
    asked = {name for each in own for name in each}
    return tuple(name for name in known if field_of(view.state, name) in asked)


def open_answers(view: View, agency: str) -> dict[str, Answer]:
    """Answers that are not protected, shown to the agency for its vote."""
    state = view.state
    votes = [task for task in own_tasks(view, agency) if task.kind is TaskKind.VOTE]
    shown = [name for task in votes for name in _of_task(view, task, agency)]
    return {name: state.data[name] for name in shown if name in state.data}


def own_tasks(view: View, agency: str) -> list[Task]:
    """The open tasks that an agency has or may take."""
    return [task for task in view.state.open_tasks() if agency in task.agencies]
