"""Removes from a pathway whatever only reminds: reminders have no effect, so a walk can do without
them.
"""

from __future__ import annotations

from engine.definition import Stage, Step
from engine.pathway import Pathway
from engine.proofs.readers import Readers


def unhurried(pathway: Pathway) -> Pathway:
    """The pathway without its ladders and without due moments that have no effect."""
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
    """Whether a step's due moment has an effect: it closes the step, it has `never_pauses`, it ends
    a panel's vote, or a condition reads whether the step is overdue.
    """
    due = step.due
    matters = due is not None and (due.closes or due.never_pauses)
    return matters or step.panel is not None or readers.reads(f"step.{name}.overdue")
