"""Short pathways made by chance: so few steps that every case of most of them can be walked."""

from __future__ import annotations

from random import Random
from typing import Any

from engine.pathway import Pathway
from tests.random_cover import LAW
from tests.random_documents import Document, definition_of
from tests.random_pathways import HEAD

_DATA = {
    "home_country": {"country": True, "binds": "origin"},
    "full_name": {"text": True},
    "risk": {"choice": ["low", "medium", "high"], "ordered": True},
    "seeks": {"yes_no": True},
}
_CONSENTS = {"tell_home": {"to": ["home"], "any": True, "ask": "May we?"}}
_FOLLOWS = ("go on", "end stays", "interrupt danger", "tell manager")


def short_pathway(number: int) -> Pathway | None:
    """The same one for the same number; None where chance has made one that is refused."""
    definition = definition_of(short_document(number))
    return Pathway(definition) if definition else None


def short_document(seed: int) -> Document:
    """The same one for the same number; perhaps one that is refused."""
    chance = Random(seed)
    steps: dict[str, dict[str, Any]] = {
        "s0": {"by": "screener", "form": ["home_country", "risk?", "seeks?", "full_name?"]}
    }
    asks = chance.random() < 0.6
    for number in range(1, chance.randint(3, 6)):
        steps[f"s{number}"] = _step(chance, number, asks=asks)
    if asks and not any("consent" in step for step in steps.values()):
        steps["asks"] = {"by": "screener", "consent": "tell_home", "refused": "go on"}
    stages: dict[str, Any] = {"first": {"steps": steps}}
    if len(steps) > 3 and chance.random() < 0.4:
        names = list(steps)
        later = {name: steps.pop(name) for name in names[chance.randint(2, len(names) - 1) :]}
        stages["then"] = {"after": "first", "steps": later}
    list(stages.values())[-1]["then"] = "end done"
    follows: dict[str, Any] = chance.choice(
        [
            {},
            {"then": "end stays"},
            {"suspends": "all", "review": "3 days"},
            {"set": {"risk": "high"}},
        ]
    )
    return {
        **{name: HEAD[name] for name in ("pathway", "version", "title", "effective", "sides")},
        "roles": HEAD["roles"],
        "data": _DATA,
        **({"consents": _CONSENTS} if asks else {}),
        "bases": {
            "law": LAW | {"shows": ["risk"]} | chance.choice([{}, {}, {}, {"when": "risk = high"}])
        },
        "clocks": {"rest": chance.choice(["30 days after case.opened", "5 days after s0.done"])},
        "ends": {"done": "success", "stays": "neutral"},
        "stages": stages,
        "interrupts": {
            "danger": {"raised_by": ["screener"], **follows},
            "moves": {"raised_by": ["manager"], **chance.choice([{}, {"then": "end stays"}])},
        },
    }


def _step(chance: Random, number: int, *, asks: bool) -> dict[str, Any]:
    before = [f"s{each}" for each in range(number)]
    kinds = [each for each in _kinds(chance) if asks or not each.keys() & {"consent", "needs"}]
    step = dict(chance.choice(kinds))
    if chance.random() < 0.7:
        step["after"] = chance.choice(before)
    if chance.random() < 0.5:
        step |= {
            "when": _condition(chance, before, asks=asks),
            "otherwise": chance.choice([*_FOLLOWS, "skip"]),
        }
    if chance.random() < 0.25:
        step["stops_when"] = _condition(chance, before, asks=asks)
    if chance.random() < 0.25 and "series" not in step:
        step["not_before"] = chance.choice(["40 days after case.opened", "rest", "3 days"])
    if step.keys() <= {"by", "due", "form", "after", "when", "otherwise"} and chance.random() < 0.3:
        step |= chance.choice([{"optional": True}, {"manual": True}])
    return step


def _kinds(chance: Random) -> list[dict[str, Any]]:
    role = chance.choice(["screener", "manager"])
    first, second = chance.choice(_FOLLOWS), chance.choice(_FOLLOWS)
    return [
        {"by": role},
        {"by": role, "due": chance.choice(["2 days", "60 days"])},
        {"by": role, "form": [chance.choice(["risk", "seeks?", "full_name?"])]},
        {"by": role, "decide": {"yes": first, "no": second}},
        {"by": role, "consent": "tell_home", "refused": first},
        {"by": role, "needs": "consent.tell_home"},
        {"by": role, "repeat": {"at_most": 2, "on": ["interrupt.moves"]}},
        {"hand_over": "manager", "answer": "5 days", "declined": first, "silent": second},
        {
            "hand_over": "home",
            "needs": "consent.tell_home",
            "answer": "5 days",
            "declined": first,
            "silent": "next receiver, at most 2",
        },
    ]


def _condition(chance: Random, before: list[str], *, asks: bool) -> str:
    found = [
        _atom(chance, chance.choice(before), asks=asks) for _ in range(chance.choice([1, 1, 2]))
    ]
    return chance.choice([" and ", " or "]).join(found)


def _atom(chance: Random, step: str, *, asks: bool) -> str:
    atom = chance.choice(
        [
            "risk = high",
            "risk < high",
            "seeks",
            "full_name.answered",
            "seeks.answered",
            f"step.{step}.done",
            f"step.{step}.skipped",
            f"step.{step}.stopped",
            f"step.{step}.opened",
            "clock.rest.reached",
            "clock.rest.running",
            *(["consent.tell_home.given", "consent.tell_home.withdrawn"] if asks else []),
            "interrupt.danger.raised",
            "interrupt.danger.open",
            "interrupt.moves.raised",
            "role.manager.responsible",
            "role.screener.responsible",
            "side.origin.bound",
        ]
    )
    return f"not {atom}" if chance.random() < 0.3 else atom
