"""A later version of a pathway, changed by chance as a law changes it; each of them is valid."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from engine.errors import DefinitionError
from engine.loader import load_pathway
from engine.pathway import Pathway

Document = dict[str, Any]
_LONGER = {
    "3 hours": "5 hours",
    "2 days": "1 month",
    "4 working days": "2 working days",
    "1 month": "9 days",
}
_RUNNING = [
    "keep",
    "longer",
    "shorter",
    "recount",
    {"rule": "shorter", "at_least": "3 days"},
    {"rule": "recount", "at_least": "2 days"},
]
_LADDER = ["remind manager", "after 1 hour tell screener", "every 3 days tell manager, at most 2"]


def changed(document: Document, chance: Random) -> Pathway:
    """Version 2, with one to six changes; what would not pass the checks is not done."""
    newest: Document = json.loads(json.dumps(document)) | {"version": 2}
    newest["running_cases"] = "migrate"
    newest["effective"] = chance.choice(["2026-01-01", "2026-03-20", "2027-01-01"])
    found = _valid(newest)
    assert found, "the same once more is valid"
    for _ in range(chance.randint(1, 6)):
        tried = json.loads(json.dumps(newest))
        chance.choice(_CHANGES)(tried, chance)
        loaded = _valid(tried)
        if loaded:
            newest, found = tried, loaded
    return found


def _valid(document: Document) -> Pathway | None:
    try:
        return load_pathway(json.dumps(document), "random.yaml")
    except DefinitionError:
        return None


def _steps(document: Document) -> list[tuple[Document, str]]:
    return [
        (stage["steps"], name) for stage in document["stages"].values() for name in stage["steps"]
    ]


def _some_step(document: Document, chance: Random) -> Document:
    steps, name = chance.choice(_steps(document))
    step: Document = steps[name]
    return step


def _times(part: Any) -> list[tuple[Any, Any]]:
    """Every period that has a changed one, with where it stands."""
    found = []
    for key, value in list(part.items()) if isinstance(part, dict) else enumerate(part):
        if isinstance(value, str) and value in _LONGER:
            found.append((part, key))
        elif isinstance(value, dict | list):
            found += _times(value)
    return found


def _change_a_period(document: Document, chance: Random) -> None:
    places = _times([document["stages"], document["clocks"]])
    if places:
        part, key = chance.choice(places)
        part[key] = _LONGER[part[key]]
        if key == "time":
            part["running"] = chance.choice(_RUNNING)
        elif key in ("due", "answer", "seen", "not_before", "wait_list"):
            part[key] = {"time": part[key], "running": chance.choice(_RUNNING)}


def _change_the_named(document: Document, chance: Random) -> None:
    clock = document["clocks"][list(document["clocks"])[1]]
    clock["time"] = chance.choice(["20 days after case.opened", "3 days after s0.done"])
    clock["running"] = chance.choice(_RUNNING)


def _remove_a_word(document: Document, chance: Random) -> None:
    step = _some_step(document, chance)
    if step:
        step.pop(chance.choice(list(step)))


def _add_a_due(document: Document, chance: Random) -> None:
    _some_step(document, chance)["due"] = chance.choice(["2 hours", "5 days", "2 months"])


def _change_the_ladder(document: Document, chance: Random) -> None:
    step = _some_step(document, chance)
    late = step.get("late", [])
    chance.shuffle(late)
    step["late"] = [*late[:1], *chance.sample(_LADDER, chance.randint(1, 3)), *late[1:]]


def _add_a_step(document: Document, chance: Random) -> None:
    stage = chance.choice(list(document["stages"].values()))
    stage["steps"]["added"] = {"by": chance.choice(["manager", "screener"]), "due": "3 days"}


def _remove_a_step(document: Document, chance: Random) -> None:
    steps, name = chance.choice(_steps(document))
    del steps[name]


def _rename_a_step(document: Document, chance: Random) -> None:
    _, name = chance.choice(_steps(document))
    _rename(document, name, "other_step")
    for stage in document["stages"].values():
        if "other_step" in stage["steps"]:
            stage["steps"]["other_step"]["was"] = name


def _rename_a_clock(document: Document, chance: Random) -> None:
    if "reflection" in document["clocks"]:
        _rename(document, "reflection", "second_thoughts")
        document["clocks"]["second_thoughts"]["was"] = "reflection"


def _rename_a_field(document: Document, chance: Random) -> None:
    if "risk" in document["data"]:
        _rename(document, "risk", "danger")
        document["data"]["danger"]["was"] = "risk"


def _rename_a_stage(document: Document, chance: Random) -> None:
    name = chance.choice(list(document["stages"]))
    _rename(document, name, "renamed_stage")
    document["stages"]["renamed_stage"]["was"] = name


def _rename(document: Document, old: str, new: str) -> None:
    """Everywhere, as somebody with an editor does it."""
    text = re.sub(rf"(?<![a-z_0-9]){old}(?![a-z_0-9])", new, json.dumps(document))
    document.clear()
    document |= json.loads(text)


_CHANGES: list[Callable[[Document, Random], None]] = [
    *[_change_a_period] * 4,
    _change_the_named,
    _remove_a_word,
    _add_a_due,
    *[_change_the_ladder] * 2,
    _add_a_step,
    _remove_a_step,
    _rename_a_step,
    _rename_a_clock,
    _rename_a_field,
    _rename_a_stage,
]
