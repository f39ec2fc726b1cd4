"""Hand-overs: who receives them, what the receiver answers, and what follows if it declines or is
silent.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.definition import Step
from engine.message import finding
from engine.phrases.syntax import NextReceiver, Reaction

OF_HAND_OVERS = (
    "kind",
    "fall_back",
    "seen",
    "answer",
    "answers",
    "wait_list",
    "declined",
    "silent",
    "feedback",
    "responsibility",
)
"""Words that only a hand-over may use."""

NOT_WITH: dict[str, tuple[str, ...]] = {
    "notification": (
        "fall_back",
        "answer",
        "answers",
        "wait_list",
        "declined",
        "silent",
        "feedback",
        "responsibility",
    ),
    "consultation": ("feedback", "responsibility"),
}
"""For each kind of hand-over, the words that mean nothing in it; a request may use them all."""
NEEDED = ("answer", "declined", "silent")
"""Words that every hand-over with an answer needs, since without them it would have no outcome."""


def check_hand_over(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    for number, role in enumerate(step.receivers):
        where: Path = ("hand_over",) if number == 0 else ("fall_back", number - 1)
        yield from names.role(role, (*path, *where))
    for word in NOT_WITH.get(step.kind or "request", ()):
        if getattr(step, word) not in (None, ()):
            yield Fault((*path, word), finding(f"hand_over.no_{step.kind}", word=word))
    if step.kind == "notification":
        return
    for word in NEEDED:
        if getattr(step, word) is None:
            yield Fault(path, finding(f"hand_over.lacks_{word}"))
    if step.kind == "consultation" and not step.answers:
        yield Fault(path, finding("consultation.no_answers"))
    for reaction, where in reactions(step):
        yield from names.reaction(reaction, (*path, *where), of_request=True)
    if step.fall_back and not has_next_receiver(step):
        yield Fault((*path, "fall_back"), finding("hand_over.fall_back_when"))


def reactions(step: Step) -> Iterator[tuple[Reaction, Path]]:
    """The reactions to each reason for declining and to silence, each with its place in the
    step.
    """
    for word, reaction in step.declined.written() if step.declined else ():
        yield reaction, ("declined", word)
    if step.silent is not None:
        yield step.silent, ("silent",)


def has_next_receiver(step: Step) -> bool:
    return any(isinstance(reaction, NextReceiver) for reaction, _ in reactions(step))
