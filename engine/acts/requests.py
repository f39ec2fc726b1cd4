"""Requests between agencies: send, see, answer, prepare, revoke."""

from __future__ import annotations

from typing import ClassVar

from msgspec import field

from engine.acts.act import Act, Rule
from engine.acts.declared import (
    REQUEST,
    TASK,
    ActWord,
    Declared,
    Protected,
    Way,
    WordKind,
    behind_the_reason,
    filled,
    reason_of,
)
from engine.acts.reason_lists import DECLINE_REASONS
from engine.acts.tasks import Complete
from engine.state import Answer
from engine.turns import answering, completing, silence
from engine.words_beside import WordsBeside

__all__ = [
    "AcceptHandOver",
    "Ask",
    "DeclineHandOver",
    "Offer",
    "Prepare",
    "Revoke",
    "See",
    "WaitList",
]


class Offer(Act, frozen=True, tag="offer"):
    """Send the request that a hand-over step prepares. If the step's form is filled in as well, the
    act becomes a `Complete` of the step's task.
    """

    task: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: completing.complete(
            turn, Complete(task=act.task), agency, who
        )
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("offer",),
                help="Send the request that a task prepares, with the answers of its form.",
                verb="offer",
            ),
        ),
        words=(TASK,),
        fill=lambda act, answers, protected: Complete(
            task=act.task, answers={**answers}, protected=protected
        ),
    )


class See(Act, frozen=True, tag="see"):
    """Somebody at the receiver has opened the request."""

    hand_over: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: answering.see(turn, act.hand_over, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("see",),
                help="Say that your agency has opened a request.",
                verb="see",
            ),
        ),
        words=(REQUEST,),
        late=True,
        by_notice=True,
    )


class Ask(Act, frozen=True, tag="ask"):
    """Ask the sender for more information before answering; the words of the question are
    protected.
    """

    hand_over: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: answering.ask_more(turn, act.hand_over, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("ask",),
                help="Ask the sender for more before your agency answers.",
                verb="ask",
            ),
        ),
        words=(REQUEST,),
        protected=Protected(prompt="Question", word=WordsBeside.ASKED, about="{hand_over}"),
    )


class AcceptHandOver(Act, frozen=True, tag="accept_hand_over"):
    """Accept a request, perhaps on conditions (whose words are protected), or answer a
    consultation.
    """

    hand_over: str
    conditions: bool = False
    answers: dict[str, Answer] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    """Names of the protected fields that were answered."""

    rule: ClassVar = Rule(answering.accept)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("answer", "accept"),
                help="Say yes to a request, with the answers that it asks for.",
                verb="accept",
            ),
        ),
        words=(
            REQUEST,
            ActWord(
                field="conditions",
                kind=WordKind.FLAG,
                option="--conditions",
                help="Accept on conditions, which are stored as protected. You are asked for them, "
                "or they are read from standard input; they are never part of the command.",
                joint="as",
            ),
        ),
        fill=filled,
        protected=Protected(
            prompt="Conditions",
            word=WordsBeside.CONDITIONS,
            about="{hand_over}",
            announced="conditions",
        ),
        late=True,
        by_notice=True,
    )


class WaitList(Act, frozen=True, tag="wait_list"):
    """Put the request on the receiver's own waiting list, because there is no room now."""

    hand_over: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: answering.wait_list(turn, act.hand_over, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("answer", "waitlist"),
                help="Say that your agency has no room now, and keeps a request on its list.",
                verb="waitlist",
            ),
        ),
        words=(REQUEST,),
        late=True,
        by_notice=True,
    )


class DeclineHandOver(Act, frozen=True, tag="decline_hand_over"):
    """Decline a request; `reason` comes from a fixed list."""

    hand_over: str
    reason: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: answering.decline(
            turn, act.hand_over, agency, who, act.reason
        )
    )
    declared: ClassVar = Declared(
        ways=(Way(command=("answer", "decline"), help="Say no to a request.", verb="decline"),),
        words=(REQUEST, reason_of(DECLINE_REASONS, unsaid="other")),
        protected=behind_the_reason(WordsBeside.DECLINED, "{hand_over}"),
        late=True,
        by_notice=True,
    )


class Prepare(Act, frozen=True, tag="prepare"):
    """Report that the receiver has everything ready."""

    hand_over: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: answering.prepare(turn, act.hand_over, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("prepare",),
                help="Say that your agency has everything ready for what it accepted.",
                verb="prepare",
            ),
        ),
        words=(REQUEST,),
        by_notice=True,
    )


class Revoke(Act, frozen=True, tag="revoke"):
    """Revoke a request, as its sender or, if that agency is barred or has left, as the responsible
    agency.
    """

    hand_over: str

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: silence.revoke(turn, act.hand_over, agency, who)
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("revoke",),
                help="Take back a request that your agency has sent.",
                verb="revoke",
            ),
        ),
        words=(REQUEST,),
        weighty=True,
    )
