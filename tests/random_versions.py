"""A later version of a pathway, changed by chance as a law changes it; each of them is valid."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.random_documents import Document, definition_of

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


def changed(
    document: Document,
    chance: Random,
    is_open: Collection[str],
    rules: Sequence[object] = ("migrate",),
) -> Document:
    """The next version, with one to twelve changes; what would not pass the checks is not done.

    Args:
        is_open: steps that are mostly chosen for them.
        rules: what it may mean for running cases.
    """
    newest: Document = json.loads(json.dumps(document)) | {"version": document["version"] + 1}
    newest["running_cases"] = "migrate"
    newest["effective"] = chance.choice(["2026-01-01", "2026-03-20", "2027-01-01"])
    assert definition_of(newest), "the same once more is valid"
    for _ in range(chance.randint(1, 12)):
        tried = json.loads(json.dumps(newest))
        chance.choice(_CHANGES)(_Change(tried, chance, is_open))
        if tried != newest and definition_of(tried):
            newest = tried
    for rule in chance.sample(rules, len(rules)):
        tried = newest | {"running_cases": rule}
        if tried == newest or definition_of(tried):
            return tried
    return newest


@dataclass
class _Change:
    """One change in the making."""

    document: Document
    chance: Random
    is_open: Collection[str]

    def some(self) -> tuple[Document, str]:
        """The steps of a stage, and the name of one of them."""
        found = [
            (stage["steps"], name)
            for stage in self.document["stages"].values()
            for name in stage["steps"]
        ]
        near = [each for each in found if each[1] in self.is_open]
        return self.chance.choice(near if near and self.chance.random() < 0.8 else found)

    def step(self) -> Document:
        steps, name = self.some()
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


def _change_a_period(change: _Change) -> None:
    places = _times(change.step()) or _times([change.document["stages"], change.document["clocks"]])
    if places:
        part, key = change.chance.choice(places)
        part[key] = _LONGER[part[key]]
        if key == "time":
            part["running"] = change.chance.choice(_RUNNING)
        elif key in ("due", "answer", "seen", "not_before", "wait_list"):
            part[key] = {"time": part[key], "running": change.chance.choice(_RUNNING)}


def _change_the_named(change: _Change) -> None:
    clock = change.document["clocks"][list(change.document["clocks"])[1]]
    clock["time"] = change.chance.choice(["20 days after case.opened", "3 days after s0.done"])
    clock["running"] = change.chance.choice(_RUNNING)


def _remove_a_word(change: _Change) -> None:
    step = change.step()
    if step:
        step.pop(change.chance.choice(list(step)))


def _add_a_due(change: _Change) -> None:
    change.step()["due"] = change.chance.choice(["2 hours", "5 days", "2 months"])


def _lift_a_due(change: _Change) -> None:
    step = change.step()
    for word in ("due", "late", "lapsed", "seen"):
        step.pop(word, None)


def _change_the_ladder(change: _Change) -> None:
    step = change.step()
    if not step.keys() & {"due", "answer"}:
        step["due"] = "5 days"
    late = step.get("late", [])
    change.chance.shuffle(late)
    step["late"] = [
        *late[:1],
        *change.chance.sample(_LADDER, change.chance.randint(1, 3)),
        *late[1:],
    ]


def _add_a_step(change: _Change) -> None:
    stage = change.chance.choice(list(change.document["stages"].values()))
    stage["steps"]["added"] = {"by": change.chance.choice(["manager", "screener"]), "due": "3 days"}


def _remove_a_step(change: _Change) -> None:
    steps, name = change.some()
    del steps[name]


def _remove_a_stage(change: _Change) -> None:
    """With all that names it or its steps, as far as that is one word or one of several."""
    stages = change.document["stages"]
    name = change.chance.choice(list(stages))
    if len(stages) > 1:
        gone = "|".join([name, *stages.pop(name)["steps"]])
        _drop(change.document, re.compile(rf"(?<![a-z_0-9])({gone})(?![a-z_0-9])"))
        change.document["reopen"] = {"by": "responsible", "at": next(iter(stages))}


def _drop(part: Any, gone: re.Pattern[str]) -> None:
    def is_gone(value: Any) -> bool:
        return isinstance(value, str) and gone.search(value) is not None

    if isinstance(part, list):
        part[:] = [each for each in part if not is_gone(each)]
    elif isinstance(part, dict):
        for key in [key for key, value in part.items() if is_gone(value)]:
            del part[key]
    for each in part.values() if isinstance(part, dict) else part:
        if isinstance(each, dict | list):
            _drop(each, gone)


def _rename_a_step(change: _Change) -> None:
    _, name = change.some()
    _rename(change.document, name, "other_step")
    for stage in change.document["stages"].values():
        if "other_step" in stage["steps"]:
            stage["steps"]["other_step"]["was"] = name


def _rename_a_clock(change: _Change) -> None:
    if "reflection" in change.document["clocks"]:
        _rename(change.document, "reflection", "second_thoughts")
        change.document["clocks"]["second_thoughts"]["was"] = "reflection"


def _rename_a_field(change: _Change) -> None:
    if "risk" in change.document["data"]:
        _rename(change.document, "risk", "danger")
        change.document["data"]["danger"]["was"] = "risk"


def _rename_a_stage(change: _Change) -> None:
    name = change.chance.choice(list(change.document["stages"]))
    _rename(change.document, name, "renamed_stage")
    change.document["stages"]["renamed_stage"]["was"] = name


def _rename_a_role(change: _Change) -> None:
    old, new = change.chance.choice([("manager", "lead"), ("screener", "first"), ("home", "there")])
    _rename_an_entry(change.document, "roles", old, new)


def _rename_a_consent(change: _Change) -> None:
    old, new = change.chance.choice([("tell_home", "tell_them"), ("going", "wishes_to_go")])
    _rename_an_entry(change.document, "consents", old, new)


def _rename_an_interrupt(change: _Change) -> None:
    old = change.chance.choice(["pause", "bars", "again", "asks"])
    _rename_an_entry(change.document, "interrupts", old, f"{old}_now")


def _rename_an_end(change: _Change) -> None:
    _rename_an_entry(change.document, "ends", change.chance.choice(["stays", "gone"]), "left")


def _rename_an_entry(document: Document, section: str, old: str, new: str) -> None:
    if old not in document[section]:
        return
    _rename(document, old, new)
    entry = document[section][new]
    if isinstance(entry, str) and section == "roles":
        entry = dict(zip(("type", "side"), entry.split(" @ "), strict=True))
    if isinstance(entry, str):
        entry = {"kind": entry}
    document[section][new] = entry | {"was": old}


def _rename(document: Document, old: str, new: str) -> None:
    """Everywhere, as somebody with an editor does it."""
    text = re.sub(rf"(?<![a-z_0-9]){old}(?![a-z_0-9])", new, json.dumps(document))
    document.clear()
    document |= json.loads(text)


_CHANGES: list[Callable[[_Change], None]] = [
    *[_change_a_period] * 4,
    _change_the_named,
    _remove_a_word,
    _add_a_due,
    *[_lift_a_due] * 2,
    *[_change_the_ladder] * 2,
    _add_a_step,
    _remove_a_step,
    *[_remove_a_stage] * 3,
    _rename_a_step,
    _rename_a_clock,
    _rename_a_field,
    _rename_a_stage,
    *[_rename_a_role] * 2,
    _rename_a_consent,
    _rename_an_interrupt,
    _rename_an_end,
]
