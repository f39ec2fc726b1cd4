"""Short pathways made by chance in which no case rests without return, and the same with one hole.

A hole is a stage that waits, in some of the cases, for a decision that nobody can take any more,
together with what ends that wait. Made apart from `random_short_pathways`, so that neither knows
what the other leaves out.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.random_documents import Document

ENDED_BY = ("age", "flag period", "named clock", "series", "interrupt", "nothing")
"""What ends the wait in a hole."""
_FIELDS = {
    "risk": {"choice": ["low", "medium", "high"]},
    "alone": {"yes_no": True},
    "place": {"choice": ["here", "there"]},
    "ill": {"yes_no": True},
}
_READ = {
    "risk": ("low", "high"),
    "alone": ("yes", "no"),
    "place": ("here", "there"),
    "ill": ("no",),
}
_WORK = ("desk", "manager", ["desk", "manager"])


def sound_document(seed: int) -> Document:
    """A chain of stages, some beside each other, that lead every case to an end."""
    chance = Random(seed)
    fields = chance.sample(sorted(_READ), len(_READ))
    stages: dict[str, Any] = {
        "first": {"steps": {"talk": {"by": "desk", "form": ["born", "appealed", *_FIELDS]}}}
    }
    last = "first"
    for number in range(chance.randint(1, 4)):
        name = f"stage_{number}"
        stages[name] = _stage(chance, name, fields, last)
        if chance.random() < 0.8:
            last = name
    after = [name for name in stages if name != "first"]
    stages["close"] = {"after": after, "steps": {"closing": {"by": "manager"}}, "then": "end done"}
    return {
        "pathway": "trial",
        "version": 1,
        "title": "A trial",
        "effective": "2026-01-01",
        "sides": ["host"],
        "roles": {"desk": "desk @ host", "manager": "care @ host", "other": "shelter @ host"},
        "data": {"born": {"date": True}, "appealed": {"yes_no": True}} | _FIELDS,
        "bases": {
            "law": {
                "ground": "statutory",
                "source": "The law",
                "to": ["desk", "manager", "other"],
                "shows": ["risk"],
            }
        },
        "stages": stages,
        "ends": {"done": "success", "stays": "neutral"},
    }


def _stage(chance: Random, name: str, fields: list[str], after: str) -> dict[str, Any]:
    steps = {
        f"{name}_{at}": _step(chance, f"{name}_{at}", after) for at in range(chance.randint(1, 3))
    }
    stage: dict[str, Any] = {"after": after, "steps": steps}
    if fields and chance.random() < 0.5:
        field = fields.pop()
        stage["when"] = f"{field} = {chance.choice(_READ[field])}"
        stage["otherwise"] = chance.choice(["skip", "go on"])
    return stage


def _step(chance: Random, name: str, after: str) -> dict[str, Any]:
    step: dict[str, Any] = {"by": chance.choice(_WORK)}
    match chance.choice(["work", "decision", "floor", "series", "request", "notification"]):
        case "decision":
            return step | {"decide": {"yes": "go on", "no": chance.choice(["go on", "tell desk"])}}
        case "floor":
            return step | {"not_before": f"{chance.randint(1, 90)} days after talk.done"}
        case "series":
            every = chance.randint(1, 3)
            return step | {
                "series": {"every": f"{every} months", "for": "6 months", "after": "talk.done"}
            }
        case "request":
            said = {"answer": "5 days", "declined": "go on", "silent": "go on"}
            return {"hand_over": "other"} | said
        case "notification":
            return {"hand_over": "other", "kind": "notification"}
        case _:
            return step


def with_a_hole(seed: int, ended_by: str) -> Document:
    """The sound one with a hole whose wait is ended so. The hole comes first, so that no end of the
    case keeps it from being reached.
    """
    found = sound_document(seed)
    stages = found["stages"]
    ruling = {"by": "manager", "decide": {"back": "go on", "stay": "go on"}}
    stages["again"] = {
        "after": "first",
        "when": "appealed",
        "otherwise": "skip",
        "steps": {"rule_again": ruling},
    }
    stages["hole"] = {
        "after": "again",
        "when": "decision.rule_again = back",
        "otherwise": "go on",
        "steps": {"carry_out": {"by": "manager"}},
    }
    stages["close"]["after"] = [*stages["close"]["after"], "hole"]
    _end(found, ended_by)
    return found


def _end(found: Document, ended_by: str) -> None:
    match ended_by:
        case "age":
            found["clocks"] = {"limit": "birthday 16 of born"}
        case "named clock":
            found["clocks"] = {"limit": "7 years after talk.done"}
        case "flag period":
            found["interrupts"] = {"flagged": {"raised_by": ["desk"]}}
            found["clocks"] = {"limit": "6 months after interrupt.flagged"}
        case "interrupt":
            found["interrupts"] = {"leaves": {"raised_by": ["desk"], "then": "end stays"}}
            return
        case "nothing":
            return
    watch: dict[str, Any] = {
        "hand_over": "other",
        "kind": "notification",
        "not_before": "limit",
    }
    if ended_by == "series":
        series = {"every": "6 months", "for": "7 years", "after": "talk.done"}
        watch = {"by": "desk", "series": series}
    found["stages"]["watch"] = {
        "after": "first",
        "rests": "because it ends the case",
        "steps": {"watched": watch},
        "then": "end stays",
    }
