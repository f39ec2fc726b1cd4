"""A pathway without what only reminds: nothing follows from it, so a walk need not count it."""

from __future__ import annotations

from engine.definition import Stage, Step
from engine.pathway import Pathway
from engine.proofs.readers import Readers


def unhurried(pathway: Pathway) -> Pathway:
    """The same pathway without its ladders, and without due moments after which nothing is different."""
    head, readers = pathway.definition, Readers(pathway)
    stages = {name: _unhurried(stage, readers) for name, stage in head.stages.items()}
    return Pathway(head.model_copy(update={"stages": stages}))


def _unhurried(stage: Stage, readers: Readers) -> Stage:
    steps = {
        name: step.model_copy(
            update={"late": (), **({} if _tells(name, step, readers) else {"due": None})}
        )
        for name, step in stage.steps.items()
    }
    return stage.model_copy(update={"steps": steps})


def _tells(name: str, step: Step, readers: Readers) -> bool:
    """The option closes, a seat stays empty, a condition asks, or it goes on where its stage rests."""
    due = step.due
    matters = due is not None and (due.closes or due.never_pauses)
    return matters or step.panel is not None or readers.reads(f"step.{name}.overdue")
