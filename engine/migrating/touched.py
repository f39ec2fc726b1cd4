"""Tells whether a change of the pathway concerns a case.

A change of a stage, step or named clock concerns the case only if that part is open, still to come or
may come again; any other change with an effect always does.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from engine.definition import walked
from engine.pathway import Pathway
from engine.phrases.syntax import BackTo
from engine.sequence import following
from engine.state import State
from engine.statuses import SETTLED
from engine.versions.differences import Difference, differences
from engine.versions.renames import Renames

_TELLING = frozenset({"title", "label", "source", "assumed", "was", "running"})
"""Keys whose change alone does not concern a case: they only inform, or say how a move is made."""
_OF_THE_VERSION = ("version", "effective", "running_cases", "title", "source")


def touches(old: Pathway, new: Pathway, state: State, names: Renames) -> bool:
    """Whether a change still concerns the case; when in doubt, it does.

    Args:
        state: in the names of the new version.
        names: from the old names to the new ones.
    """
    found, again = _changes(old, new, msgspec.json.encode(names))
    again = again | _under_way(state)
    return any(_concerns(each, state, again) for each in found)


@lru_cache(maxsize=32)
def _changes(
    old: Pathway, new: Pathway, encoded: bytes
) -> tuple[tuple[Difference, ...], frozenset[str]]:
    """What has changed, and what may come again. This is the same for every case of a version."""
    names = msgspec.json.decode(encoded, type=Renames)
    found = differences(old.definition, new.definition, names)
    places = names.stages | names.steps
    before = {places.get(each, each) for each in _may_come_again(old)}
    return tuple(filter(_moves, found)), frozenset(before | _may_come_again(new))


def _moves(found: Difference) -> bool:
    """Whether a change has any effect; a mere renaming has none."""
    if found.kind == "renamed":
        return False
    if found.section == "head":
        return found.entry not in _OF_THE_VERSION
    return not found.words or not _TELLING & set(found.words.split(" "))


def _concerns(found: Difference, state: State, again: frozenset[str]) -> bool:
    if found.entry in again:
        return True
    if found.section == "clocks":
        return f"clock.{found.entry}" not in state.moments
    if found.section == "steps":
        return state.steps.get(found.entry) not in SETTLED
    if found.section == "stages":
        return state.stages.get(found.entry) not in SETTLED
    return True


def _under_way(state: State) -> set[str]:
    """Steps with something open, whether or not they count as done."""
    tasks = [t.step for t in state.tasks.values() if t.is_under_way]
    return {*tasks, *(asked.step for asked in state.open_hand_overs())}


def _may_come_again(pathway: Pathway) -> set[str]:
    """Stages and steps that are repeated or that an open case may go back to, and steps that ask for
    a consent.
    """
    found: set[str] = set()
    for name, plan in pathway.stages.items():
        if plan.stage.repeat:
            found |= {name, *plan.steps}
    # A consent may expire or be asked for again while its step still counts as done.
    found |= {name for name, plan in pathway.steps.items() if plan.step.repeat or plan.step.consent}
    for _, node in walked(pathway.definition):
        if isinstance(node, BackTo):
            after = following(pathway.definition, node.stage)
            found |= {*after.stages, *after.steps, *after.reopened}
    return found
