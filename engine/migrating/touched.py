"""Whether a change of the pathway concerns a case: only what it has still before it, or open."""

from __future__ import annotations

from functools import lru_cache

from engine.definition import walked
from engine.differences import Difference, differences
from engine.pathway import Pathway
from engine.sequence import following
from engine.state import State
from engine.syntax import BackTo

_TELLING = frozenset({"title", "label", "source", "assumed", "was", "running"})
"""Words that say something and move nothing."""
_OF_THE_VERSION = ("version", "effective", "running_cases", "title", "source")
_SETTLED = frozenset({"done", "skipped", "lapsed", "stopped", "ended", "closed"})


def touches(old: Pathway, new: Pathway, state: State) -> bool:
    """Some of what has changed still concerns the case; in doubt it does.

    Args:
        state: in the names of the old version.
    """
    found, again = _changes(old, new)
    again = again | _under_way(state)
    return any(_concerns(each, state, again) for each in found)


@lru_cache(maxsize=32)
def _changes(old: Pathway, new: Pathway) -> tuple[tuple[Difference, ...], frozenset[str]]:
    """What has changed, and what may come again; the same for every case of a version."""
    found = differences(old.definition, new.definition)
    again = _may_come_again(old) | _may_come_again(new)
    return tuple(filter(_moves, found)), frozenset(again)


def _moves(found: Difference) -> bool:
    if found.section == "head":
        return found.entry not in _OF_THE_VERSION
    return not found.words or not _TELLING & set(found.words.split(" "))


def _concerns(found: Difference, state: State, again: frozenset[str]) -> bool:
    if found.entry in again:
        return True
    if found.section == "clocks":
        return f"clock.{found.entry}" not in state.moments
    if found.section == "steps":
        return state.steps.get(found.entry) not in _SETTLED
    if found.section == "stages":
        return state.stages.get(found.entry) not in _SETTLED
    return True


def _under_way(state: State) -> set[str]:
    """Steps of which something is open, whether or not they count as done."""
    tasks = [t.step for t in state.tasks.values() if t.is_open or t.status == "suspended"]
    return {*tasks, *(asked.step for asked in state.open_hand_overs())}


def _may_come_again(pathway: Pathway) -> set[str]:
    """Stages and steps that are repeated, or to which a case may go back while it is open."""
    found: set[str] = set()
    for name, plan in pathway.stages.items():
        if plan.stage.repeat:
            found |= {name, *plan.steps}
    # A consent runs out, or is asked once more: its step counts as done all the while.
    found |= {name for name, plan in pathway.steps.items() if plan.step.repeat or plan.step.consent}
    for _, node in walked(pathway.definition):
        if isinstance(node, BackTo):
            after = following(pathway.definition, node.stage)
            found |= {*after.stages, *after.steps, *after.reopened}
    return found
