"""Decisions that pass to another agency when one declines: a note, not a fault.

In many mechanisms, only one authority may by law decide who was exploited, or whether a child may
leave. Without `passes_on: no`, declining hands that decision to another agency of the role, or to
the responsible one.
"""

from __future__ import annotations

from engine.checks.answered_somewhere import conditions_in
from engine.checks.names import Fault, Names
from engine.definition import Definition, Step
from engine.message import finding
from engine.phrases.syntax import GoOn, SkipPart, Tell
from engine.phrases.vocabulary import names_in
from engine.state import RESPONSIBLE


def passing_decisions(definition: Definition) -> list[Fault]:
    """A note for each decision of a checked definition that may pass to another agency.

    Steps that set `passes_on`, steps of the responsible agency, panel votes, and decisions with a
    single outcome or without consequences are left out.
    """
    names = Names(definition)
    asked = {
        name
        for _, condition in conditions_in(definition)
        for name, _ in names_in(condition, names.vocabulary)
    }
    return [
        Fault(
            ("stages", stage, "steps", name, "decide"),
            finding("decide.passes_on", roles=step.by, step=name),
            name=True,
        )
        for name, (stage, step) in names.steps.items()
        if _may_pass(step) and (f"decision.{name}" in asked or _leads_elsewhere(step))
    ]


def _may_pass(step: Step) -> bool:
    decides = len(step.decide or ()) > 1 and not step.panel
    return decides and step.passes_on is None and RESPONSIBLE not in step.by


def _leads_elsewhere(step: Step) -> bool:
    outcomes = (step.decide or {}).values()
    return not all(isinstance(each, GoOn | SkipPart | Tell) for each in outcomes)
