"""Tasks: claim, accept, decline, complete with a form, reassign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from msgspec import field

from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import (
    TASK,
    ActWord,
    Declared,
    Way,
    WordKind,
    behind_the_reason,
    filled,
    reason_of,
)
from engine.acts.reason_lists import DECLINE_REASONS
from engine.state import Answer
from engine.task_kinds import TaskKind
from engine.turns import completing, task_lifecycle
from engine.view import View
from engine.words_beside import WordsBeside

__all__ = ["Accept", "Claim", "Complete", "Decline", "Reassign"]


def _of_those_who_have(
    make: Callable[[str], Act], *but: TaskKind
) -> Callable[[View], Iterator[Aside]]:
    """Offer the act for each open task to every agency that has the task or may take it. Tasks of
    the kinds in `but` are left out.
    """

    def asides(view: View) -> Iterator[Aside]:
        for task in view.state.open_tasks():
            for agency in task.agencies if task.kind not in but else ():
                yield Aside(agency, make(task.id), task.step, task.id)

    return asides


def _of_whom_it_may_go_to(view: View) -> Iterator[Aside]:
    for task in view.state.open_tasks():
        for target in view.registry.by_code:
            act = Reassign(task=task.id, agency=target)
            yield Aside(view.state.responsible, act, task.step, task.id)


def _for_oneself_and_each_colleague(view: View) -> Iterator[Aside]:
    for task in view.state.open_tasks():
        for agency in task.agencies:
            known = view.registry.by_code.get(agency)
            for code in ("", *(each.code for each in known.staff)) if known else ("",):
                yield Aside(agency, Claim(task=task.id, colleague=code), task.step, task.id)


class Claim(Act, frozen=True, tag="claim"):
    """Claim a task of one's agency, for oneself or for a colleague."""

    task: str
    colleague: str = ""
    """Who gets the task; the person acting, if empty."""

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: task_lifecycle.claim(
            turn, act.task, agency, who, act.colleague
        )
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("claim",),
                help="Take a task of your agency, or give it to a colleague.",
                verb="claim",
            ),
        ),
        words=(
            TASK,
            ActWord(
                field="colleague",
                kind=WordKind.STAFF,
                option="--for",
                shown="STAFF",
                help="The colleague who gets it. Default: yourself.",
                empty="yourself",
                else_oneself=True,
            ),
        ),
    )
    asides: ClassVar = _for_oneself_and_each_colleague


class Accept(Act, frozen=True, tag="accept"):
    """Accept a task for the agency."""

    task: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: task_lifecycle.accept(turn, act.task, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("accept",),
                help="Say that your agency will do a task.",
                verb="accept",
            ),
        ),
        words=(TASK,),
        by_notice=True,
    )
    asides: ClassVar = _of_those_who_have(lambda task: Accept(task=task))


class Decline(Act, frozen=True, tag="decline"):
    """Decline a task for the agency; `reason` comes from a fixed list."""

    task: str
    reason: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: task_lifecycle.decline(turn, act.task, agency, act.reason)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("decline",),
                help="Say that your agency will not do a task; it goes to the next agency that can.",
                verb="decline",
            ),
        ),
        words=(TASK, reason_of(DECLINE_REASONS, unsaid="other")),
        protected=behind_the_reason(WordsBeside.DECLINED, "{task}"),
        by_notice=True,
    )
    asides: ClassVar = _of_those_who_have(
        lambda task: Decline(task=task, reason=DECLINE_REASONS[0]),
        TaskKind.VOTE,  # declining a vote is part of the usual course
    )


class Complete(Act, frozen=True, tag="complete"):
    """Complete a task, with its form and, where outcomes are offered, one of them."""

    task: str
    answers: dict[str, Answer] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    """Names of the protected fields answered."""
    outcome: str | None = None

    rule: ClassVar = Rule(completing.complete)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("complete",),
                help="""Say that a task is done, with the answers of its form.

At a terminal you are asked for each missing answer. Protected answers do not stay on the screen.""",
                verb="complete",
            ),
        ),
        words=(
            TASK,
            ActWord(
                field="outcome",
                kind=WordKind.OUTCOME,
                option="--outcome",
                help="The outcome of a decision: one of its words.",
                joint="as",
                decides=True,
            ),
        ),
        fill=filled,
        late=True,
        by_notice=True,
    )


class Reassign(Act, frozen=True, tag="reassign"):
    """As the responsible agency, give a task to another agency or take over the task."""

    task: str
    agency: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: task_lifecycle.reassign(turn, act.task, agency, act.agency)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("reassign",),
                help="Give a task to another agency; only the responsible agency may do so.",
                verb="reassign",
            ),
        ),
        words=(
            TASK,
            ActWord(
                field="agency",
                kind=WordKind.AGENCY,
                option="--to",
                shown="AGENCY",
                help="The agency that gets it.",
                joint="to",
            ),
        ),
    )
    asides: ClassVar = _of_whom_it_may_go_to
