"""What a pathway's scenarios cover of everything that may happen in its cases, and what they do
not. Each thing is counted by itself, whatever came before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from engine import facts as f
from engine.definition import Step
from engine.documents.document import Path
from engine.pathway import Pathway

_CONSENT_WORDS = ("given", "refused", "withdrawn")
_REQUEST_WORDS = {"accept": "accepted", "decline": "declined", "silence": "silent"}


class CoveredWay(msgspec.Struct, frozen=True):
    """One thing that may happen in a case of the pathway: `ask_home: declined`."""

    subject: str
    word: str
    path: Path
    """The keys that lead to its place in the pathway's file."""

    def __str__(self) -> str:
        return f"{self.subject}: {self.word}"


class Coverage(msgspec.Struct, frozen=True):
    """How much of a pathway its scenarios cover: everything that may happen in the pathway
    (`ways`), and what happens in no scenario (`missing`).
    """

    ways: tuple[CoveredWay, ...]
    missing: tuple[CoveredWay, ...]


def coverage(pathway: Pathway, facts: Iterable[f.Fact]) -> Coverage:
    """Compare what may happen with what has happened in the facts of all scenarios."""
    seen = {each for fact in facts for each in _seen(fact)}
    ways = tuple(_ways(pathway))
    return Coverage(ways, tuple(way for way in ways if (way.subject, way.word) not in seen))


def _ways(pathway: Pathway) -> Iterator[CoveredWay]:
    for name, stage in pathway.stages.items():
        path: Path = ("stages", name)
        yield CoveredWay(name, "open", path)
        if stage.when:
            yield CoveredWay(name, "skipped", (*path, "when"))
    for name, plan in pathway.steps.items():
        yield from _ways_of_step(name, plan.step, ("stages", plan.stage, "steps", name))
    head = pathway.definition
    for name in head.consents:
        for word in _CONSENT_WORDS:
            yield CoveredWay(f"consent {name}", word, ("consents", name))
    for name in head.clocks:
        yield CoveredWay(f"clock {name}", "reached", ("clocks", name))
    for name in head.interrupts:
        yield CoveredWay(f"interrupt {name}", "raised", ("interrupts", name))
    for name in head.ends:
        yield CoveredWay(f"end {name}", "reached", ("ends", name))
        if head.ends[name].approved_by:
            yield CoveredWay(f"end {name}", "returned", ("ends", name, "approved_by"))


def _ways_of_step(name: str, step: Step, path: Path) -> Iterator[CoveredWay]:
    yield CoveredWay(name, "open", path)
    if step.when:
        yield CoveredWay(name, "skipped", (*path, "when"))
    if step.due:
        yield CoveredWay(name, "overdue", (*path, "due"))
    if step.lapsed:
        yield CoveredWay(name, "lapsed", (*path, "lapsed"))
    for outcome in step.decide or ():
        yield CoveredWay(name, outcome, (*path, "decide", outcome))
    if step.panel:
        endings = [word for word in ("chair", "tied", "no_quorum") if getattr(step.panel, word)]
        yield from (CoveredWay(name, f"panel {word}", (*path, "panel", word)) for word in endings)
    if step.hand_over:
        yield from _ways_of_request(name, step, path)
    if step.arrival:
        yield CoveredWay(name, "arrived", (*path, "arrival"))
        yield CoveredWay(name, "missed", (*path, "arrival"))


def _ways_of_request(name: str, step: Step, path: Path) -> Iterator[CoveredWay]:
    for number, role in enumerate(step.fall_back):
        yield CoveredWay(name, f"asked {role}", (*path, "fall_back", number))
    if step.kind == "notification":
        yield CoveredWay(name, "offered", path)
        return
    for word in _REQUEST_WORDS.values():
        yield CoveredWay(name, word, path)
    for reason, _ in step.declined.written() if step.declined else ():
        if reason != "otherwise":
            yield CoveredWay(name, f"declined for {reason}", (*path, "declined", reason))
    if step.wait_list:
        yield CoveredWay(name, "waiting", (*path, "wait_list"))


def _seen(fact: f.Fact) -> Iterator[tuple[str, str]]:
    yield from _seen_of_the_case(fact)
    match fact:
        case f.StageMoved(stage=name, status=status) | f.StepMoved(step=name, status=status):
            yield name, status
        case f.TaskOverdue(task=task):
            yield task.partition(".")[0], "overdue"
        case f.DecisionMade(step=step, outcome=outcome, because=because):
            yield step, outcome
            yield step, f"panel {because}"
        case f.ConsentChanged(name=name, consent=consent):
            yield f"consent {name}", consent.status
        case f.HandOverOffered(hand_over=offered):
            yield offered.step, f"asked {offered.role}"
        case f.HandOverMoved(hand_over=asked, message=message, reason=reason):
            step = asked.partition(".")[0]
            yield step, _REQUEST_WORDS.get(message, message)
            yield step, f"declined for {reason}"
        case f.MomentNoted(name=name):
            subject, _, word = name.rpartition(".")
            yield (f"clock {word}", "reached") if subject == "clock" else (subject, word)


def _seen_of_the_case(fact: f.Fact) -> Iterator[tuple[str, str]]:
    match fact:
        case f.InterruptRaised(name=name):
            yield f"interrupt {name}", "raised"
        case f.TaskMoved(task=task, outcome="returned") if task.endswith(".approval"):
            yield f"end {task.partition('.')[0]}", "returned"
        case f.CaseEnded(end=end) | f.EndKnown(end=end):
            yield f"end {end}", "reached"
