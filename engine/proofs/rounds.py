"""Finds how parts of a case may start again: repeated stages, ways back, and reopening."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.pathway import Pathway
from engine.phrases.syntax import BackTo
from engine.proofs.parts import parts_of
from engine.sequence import stages_before
from engine.state import State
from engine.statuses import SETTLED


class Round(msgspec.Struct, frozen=True):
    """One way in which settled parts start again."""

    stage: str
    """The stage that starts again."""
    steps: frozenset[str]
    """All steps that are reset."""
    stages: frozenset[str]
    """All stages that are reset."""
    owned_by: str = ""
    """The stage whose reactions lead back; empty if the round may begin from anywhere, at any time."""

    def may_come(self, state: State) -> bool:
        """Whether the parts may still start again in this way."""
        return state.stages.get(self.owned_by) not in SETTLED


def rounds_of(pathway: Pathway) -> tuple[Round, ...]:
    """Every way in which stages of a pathway start again.

    If the stage that leads back may itself start again, the way back may come at any time.
    """
    found = list(_rounds(pathway))
    resettable = {name for each in found for name in each.stages}
    return tuple(
        msgspec.structs.replace(each, owned_by="") if each.owned_by in resettable else each
        for each in found
    )


def _rounds(pathway: Pathway) -> Iterator[Round]:
    head = pathway.definition
    for name, plan in pathway.stages.items():
        if plan.stage.repeat:
            on = bool(plan.stage.repeat.on)
            yield Round(
                stage=name,
                steps=frozenset(plan.steps),
                stages=frozenset({name}),
                owned_by="" if on else name,
            )
        own = {key: getattr(plan.stage, key) for key in type(plan.stage).model_fields}
        own.pop("steps")
        yield from (_way_back(pathway, back.stage, name) for back in _goings_back(own))
    for step in pathway.steps.values():
        yield from (_way_back(pathway, back.stage, step.stage) for back in _goings_back(step.step))
    if head.reopen:  # earlier stages start again as well, unless they were settled
        at = head.reopen.at
        for name in (at, *stages_before(head, at)):
            yield _way_back(pathway, name, "")
    for section in (head.interrupts, head.consents):
        yield from (_way_back(pathway, back.stage, "") for back in _goings_back(section))


def _way_back(pathway: Pathway, stage: str, owned_by: str) -> Round:
    follows = pathway.following(stage)
    return Round(
        stage=stage,
        steps=frozenset(follows.steps),
        stages=frozenset(follows.stages),
        owned_by=owned_by,
    )


def _goings_back(node: object) -> Iterator[BackTo]:
    if isinstance(node, BackTo):
        yield node
    for part in parts_of(node):
        yield from _goings_back(part)
