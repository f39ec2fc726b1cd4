"""Checks a definition whose shape is valid: that its names exist, that its parts fit together, that
nothing is left without an outcome, and that each agency may know of what it gets.

Each fault names a path into the document; `loader` turns it into file, line and column.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.answered_somewhere import check_asked
from engine.checks.awaited import check_awaited
from engine.checks.cover_rules import check_bases, check_cover
from engine.checks.deadlocks import check_cycles
from engine.checks.end_rules import check_end, check_reopen
from engine.checks.heads import check_heads
from engine.checks.interrupt_rules import check_interrupt
from engine.checks.names import Fault, Names
from engine.checks.one_of import check_choices
from engine.checks.repeats import check_echoes
from engine.checks.step_rules import check_stage
from engine.checks.version_rules import check_versions
from engine.checks.written import check_written
from engine.definition import Definition


def check(definition: Definition) -> list[Fault]:
    """All faults in a definition whose shape is valid."""
    return list(_faults(Names(definition)))


def _faults(names: Names) -> Iterator[Fault]:
    yield from check_heads(names)
    for name, stage in names.d.stages.items():
        yield from check_stage(names, name, stage)
    yield from check_choices(names, names.d.stages, ("stages",))
    for name, interrupt in names.d.interrupts.items():
        yield from check_interrupt(names, name, interrupt)
    for name, end in names.d.ends.items():
        yield from check_end(names, name, end)
    if names.d.reopen:
        yield from check_reopen(names, names.d.reopen)
    yield from check_bases(names)
    yield from check_cover(names)
    yield from check_asked(names)
    yield from check_cycles(names)
    yield from check_awaited(names)
    yield from check_echoes(names)
    yield from check_written(names)
    yield from check_versions(names)
