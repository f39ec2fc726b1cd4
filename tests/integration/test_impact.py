"""What is said of cases before a new version comes is what becomes of them, both stores."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from casework.case_moves import MoveOutcome
from casework.context import Onward
from casework.impact import CaseImpact, impact, preview_cases
from casework.migrating import move_cases
from casework.principal import Principal
from casework.publishing import publish_pathway
from engine.loader import load_pathway
from tests.factories import MONDAY
from tests.installations import installation, move_clock
from tests.principals import OPERATOR, coordinator
from tests.random_pathways import documents
from tests.random_versions import changed
from tests.stored_plays import StoredPlay

EXAMPLES = {"sqlite": 12, "postgr": 3}
RULES = ("migrate", "pin", "ask", {"rule": "migrate", "when": "risk = low"})
BY_HAND = ("pin", "ask")
CASES = 3
MOVER = coordinator("GH-ONE", "ama")
"""Of whom it is asked whether a version shows more: somebody else could always have agreed."""

Said = dict[str, tuple[object, ...]]
"""Of each case: word, reasons and moved deadlines."""


def test_what_impact_says_of_each_case_is_what_migrate_does(url: str, tmp_path: Path) -> None:
    """Wherever a case stands, whatever has changed, and whatever has become due in the meantime."""
    onward = installation(url, tmp_path, at=MONDAY)
    numbers = count()

    @settings(
        max_examples=EXAMPLES[url[:6]],
        phases=[Phase.generate],
    )
    @given(documents(), st.integers(0, 2**32))
    def look(document: dict[str, Any], seed: int) -> None:
        document |= {"pathway": f"trial_{next(numbers)}"}
        chance = Random(seed)
        publish_pathway(onward, json.dumps(document), by=OPERATOR)
        plays = [StoredPlay(onward, document, Random(seed + each)) for each in range(CASES)]
        for play in plays:
            for _ in range(chance.randint(1, 15)):
                play.move()
        state = plays[0].state
        is_open = {task.step for task in state.open_tasks()}
        is_open |= {asked.step for asked in state.open_hand_overs()}
        # By one that shows less: it may be too wide to move to by hand, and its own rule is not asked that.
        is_overtaken = chance.random() < 0.5
        new = changed(document, chance, is_open, BY_HAND if is_overtaken else RULES)
        if is_overtaken and "law" in new["bases"]:
            new["bases"]["law"]["shows"] = [*new["data"]]
        text = json.dumps(new)
        note(text)
        publish_pathway(onward, text, by=OPERATOR)
        if is_overtaken:
            publish_pathway(onward, json.dumps(document | {"version": 3}), by=OPERATOR)
        later = onward.clock.now() + timedelta(days=chance.choice([0, 0, 1, 40]))
        # A version that is not in effect yet is not moved to by hand: it is weighed as if it were.
        in_effect = datetime.combine(load_pathway(text).definition.effective, time(), UTC)
        move_clock(onward, max(later, in_effect) if is_overtaken else later)
        by = MOVER if is_overtaken else OPERATOR
        codes = [play.code for play in plays]
        is_limited = any(play.registry.limited for play in plays)
        look_at_move(onward, codes, text, by, chosen=chance.random() < 0.5, limited=is_limited)

    look()
    onward.close()


def look_at_move(
    onward: Onward, codes: list[str], text: str, by: Principal, *, chosen: bool, limited: bool
) -> None:
    """The same of each by the list of all cases, by the preview of the move, and by the move itself.

    Each case is weighed alone: whom new work goes to is not known where agencies are chosen by what the others
    have, since the cases that move before it change that.
    """
    new = load_pathway(text)
    by_loads = limited or any(role.choose != "first" for role in new.definition.roles.values())
    said = partial(told, by_loads=by_loads)
    listed = {each.code: each for each in impact(onward, new, by)}
    previewed = said(preview_cases(onward, codes, new.name, new.version, by, chosen=chosen))
    moved = said(move_cases(onward, codes, new.name, new.version, by, chosen=chosen))
    assert previewed == moved
    if not chosen:
        assert said(listed.values()) == moved


def told(found: Iterable[CaseImpact | MoveOutcome], *, by_loads: bool) -> Said:
    return {
        each.code: (
            each.word,
            each.reasons,
            tuple(
                replace(moved, agency="") if by_loads and moved.before is None else moved
                for moved in each.deadlines
            ),
        )
        for each in found
    }
