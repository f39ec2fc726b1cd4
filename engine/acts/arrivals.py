"""Confirm an arrival, report a no-show, and tell the sender how it went."""

from __future__ import annotations

from typing import ClassVar

from engine.acts.act import Act, Rule
from engine.acts.declared import TASK, Declared, Protected, Way
from engine.turns import arrivals, feedback
from engine.words_beside import WordsBeside

__all__ = ["ConfirmArrival", "GiveFeedback", "ReportNoShow"]


class ConfirmArrival(Act, frozen=True, tag="confirm_arrival"):
    """The person has arrived."""

    task: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: arrivals.confirm(turn, act.task, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("arrive",),
                help="Confirm that the person has arrived.",
                verb="arrive",
            ),
        ),
        words=(TASK,),
        late=True,
        by_notice=True,
    )


class ReportNoShow(Act, frozen=True, tag="report_no_show"):
    """The person did not arrive."""

    task: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: arrivals.report_no_show(turn, act.task, agency)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("no-show",),
                help="Say that the person did not arrive; the task stays open, because they may "
                "still come.",
                verb="no_show",
            ),
        ),
        words=(TASK,),
        late=True,
        by_notice=True,
    )


class GiveFeedback(Act, frozen=True, tag="give_feedback"):
    """The receiver tells the sender how it went, which closes the request."""

    task: str

    rule: ClassVar = Rule(lambda turn, act, agency, who: feedback.give(turn, act.task, agency, who))
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("feedback",),
                help="Tell the sender of a request how it went; this closes it.",
                verb="feedback",
            ),
        ),
        words=(TASK,),
        protected=Protected(prompt="How it went", word=WordsBeside.FEEDBACK, about="{task}"),
        late=True,
        by_notice=True,
    )
