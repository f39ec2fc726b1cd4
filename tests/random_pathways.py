"""Pathways made by chance, each of them valid, with every construct of the language."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import note
from hypothesis import strategies as st

from engine.loader import load_pathway
from engine.pathway import Pathway

HEAD: dict[str, Any] = {
    "pathway": "trial",
    "version": 1,
    "title": "A trial",
    "effective": "2026-01-01",
    "sides": ["host", "origin"],
    "roles": {"screener": "desk @ host", "manager": "care @ host", "home": "partner @ origin"},
    "data": {
        "full_name": {"text": True},
        "home_country": {"country": True, "binds": "origin"},
        "risk": {"choice": ["low", "medium", "high"], "ordered": True},
        "seeks": {"yes_no": True},
        "born": {"date": True},
    },
    "clocks": {"of_age": "birthday 18 of born"},
    "ends": {"done": "success", "stays": "neutral", "gone": "withdrawn"},
}
roles = st.sampled_from(["screener", "manager", "home"])
periods = st.sampled_from(["3 hours", "2 days", "4 working days", "1 month"])
reactions = st.sampled_from(
    ["go on", "end stays", "tell manager", "tell home", "interrupt pause", "interrupt bars"]
)
conditions = st.sampled_from(
    [
        *("risk < high", "risk.answered", "not seeks", "seeks or risk = low", "side.origin.bound"),
        "born.answered and not clock.of_age.reached",
    ]
)
whatever = st.sampled_from(["interrupt.pause.open", "interrupt.bars.open", "seeks"])
moments = st.sampled_from(["interrupt.pause", "interrupt.bars", "s0.done", "quiet"])
extensions = st.one_of(
    st.fixed_dictionaries({"by": periods, "role": roles}, optional={"at_most": st.just(2)}),
    st.fixed_dictionaries({"by": periods, "when": conditions}),
)
early_ends = st.fixed_dictionaries({"role": roles}, optional={"to": st.just("1 hours")})


@st.composite
def times(draw: st.DrawFn, *, acts: bool = False) -> Any:
    """A period, alone or with words that move it; `acts`: also those that a role may do."""
    written = draw(periods)
    if draw(st.booleans()):
        return written
    found: dict[str, Any] = {"time": written}
    found |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "paused_while": st.one_of(whatever, st.just("never")),
                "restarted_by": st.lists(moments, min_size=1, max_size=2, unique=True),
                **({"extend": extensions} if acts else {}),
                **({"shorten": early_ends} if acts else {}),
            },
        )
    )
    if "hours" not in written:
        sides = [["host"], ["origin"], ["origin", "host"]]
        found |= draw(st.fixed_dictionaries({}, optional={"calendar": st.sampled_from(sides)}))
    if written in ("2 days", "1 month"):
        ways = st.sampled_from(["next", "previous"])
        found |= draw(st.fixed_dictionaries({}, optional={"roll": ways}))
    return found


rungs = st.lists(
    st.sampled_from(
        [
            "remind screener",
            "before 1 hour remind manager",
            "after 1 working day tell manager",
            "after 2 days tell home",
        ]
    ),
    max_size=3,
)
reflections = st.fixed_dictionaries(
    {
        "time": st.just(
            "earliest of (1 month after case.opened, 4 working days after s0.done, s2.done)"
        )
    },
    optional={
        "paused_while": whatever,
        "restarted_by": st.just(["interrupt.bars"]),
        "extend": extensions,
        "shorten": st.just({"role": ["manager", "home"]}),
        "calendar": st.sampled_from(["host", ["host", "origin"]]),
        "when": conditions,
    },
)
consent_to_tell = st.fixed_dictionaries(
    {"to": st.sampled_from(["home", ["home", "manager"]]), "ask": st.just("May we?")},
    optional={
        "any": st.just(True),
        "valid": periods,
        "withdrawn": reactions,
        "shows": st.just(["risk"]),
    },
)
work = st.fixed_dictionaries(
    {"by": roles},
    optional={
        "due": st.one_of(times(acts=True), st.just("3 working days before birthday 18 of born")),
        "form": st.just(["risk", "seeks?"]),
        "optional": st.just(True),
        "needs": st.sampled_from(["consent.going", ["consent.tell_home", "consent.going"]]),
        "not_before": st.one_of(
            st.sampled_from(["3 days after case.opened", "of_age", "reflection", "quiet"]), times()
        ),
    },
)
urged = st.fixed_dictionaries({"by": roles, "due": times(acts=True), "late": rungs})
decision = st.fixed_dictionaries(
    {"by": roles, "decide": st.fixed_dictionaries({"yes": reactions, "no": reactions})},
    optional={"due": times(acts=True)},
)
series = st.fixed_dictionaries(
    {
        "by": roles,
        "series": st.just({"at": ["2 days", "1 month"], "after": "case.opened"}),
    },
    optional={"due": periods},
)
repeated = st.fixed_dictionaries(
    {
        "by": roles,
        "form": st.just(["risk"]),
        "repeat": st.fixed_dictionaries(
            {"at_most": st.integers(1, 3), "until": st.just("risk = low"), "then": reactions}
        ),
    }
)
manual = st.fixed_dictionaries(
    {"by": roles, "manual": st.just(True)}, optional={"due": times(acts=True)}
)
travel = st.fixed_dictionaries(
    {
        "by": st.just("manager"),
        "arrival": st.fixed_dictionaries(
            {"confirmed_by": st.just("home"), "within": times(acts=True), "missing": reactions}
        ),
    },
    optional={"needs": st.just("consent.going")},
)
answers = st.one_of(reactions, st.just("next receiver, at most 2"))
by_reason = st.fixed_dictionaries({"unsafe": reactions, "otherwise": answers})
request = st.fixed_dictionaries(
    {
        "hand_over": st.just("home"),
        "needs": st.sampled_from(["consent.tell_home", ["consent.going", "consent.tell_home"]]),
        "answer": times(acts=True),
        "declined": reactions,
        "silent": reactions,
    },
    optional={"seen": times(), "by": roles, "feedback": times(), "not_before": st.just("2 days")},
)
referral = st.fixed_dictionaries(
    {
        "hand_over": st.just("manager"),
        "answer": times(acts=True),
        "declined": st.one_of(answers, by_reason),
        "silent": answers,
    },
    optional={
        "seen": times(),
        "by": st.just("screener"),
        "feedback": times(),
        "answers": st.just(["risk", "seeks?", "full_name?"]),
        "wait_list": times(),
    },
)
passed_on = st.fixed_dictionaries(
    {
        "hand_over": st.just("manager"),
        "fall_back": st.just("screener"),
        "answer": times(acts=True),
        "declined": st.just("next receiver, at most 3"),
        "silent": st.one_of(reactions, st.just("next receiver, at most 3")),
    },
    optional={"wait_list": times(), "feedback": times()},
)
consultation = st.fixed_dictionaries(
    {
        "hand_over": st.just("home"),
        "kind": st.just("consultation"),
        "needs": st.just("consent.tell_home"),
        "answers": st.just(["risk"]),
        "answer": times(acts=True),
        "declined": reactions,
        "silent": reactions,
    },
    optional={"wait_list": times()},
)
notification = st.fixed_dictionaries(
    {
        "hand_over": st.just("home"),
        "kind": st.just("notification"),
        "needs": st.just("consent.tell_home"),
    },
    optional={"seen": times(), "by": st.just("screener")},
)


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    """One to three stages; the first asks for the country and for both consents."""
    tell = draw(consent_to_tell)
    named = _named_steps(draw, tell)
    stages = _in_stages(draw, named)
    going: dict[str, Any] = {"ask": "Do you want to?"}
    if draw(st.booleans()):
        going["reconfirm_before"] = [draw(st.sampled_from([name for name, _ in named[3:]]))]
    document = HEAD | {
        "consents": {"tell_home": tell, "going": going},
        "stages": stages,
        "clocks": HEAD["clocks"]
        | {
            "reflection": draw(reflections),
            "quiet": {"time": "5 days after s0.done", "when": "seeks.answered"},
        },
        "interrupts": {
            "pause": {
                "raised_by": ["manager", "home"],
                "suspends": draw(st.sampled_from(list(stages))),
                "review": "3 days",
                "tell": ["home"],
            },
            "bars": {
                "raised_by": "screener",
                "bars": "origin",
                "set": {"seeks": True, "risk": "high"},
            },
            "leaves": {"raised_by": ["screener", "responsible"], "then": "end gone"},
        },
    }
    text = json.dumps(document)
    note(text)
    return load_pathway(text, "random.yaml")


def _named_steps(draw: st.DrawFn, tell: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Four that every pathway has, and what chance adds; each perhaps after another, or perhaps."""
    asked = draw(request)
    if tell.get("any"):
        asked |= {"declined": draw(answers), "silent": draw(answers)}
    steps = [
        {"by": "screener", "form": ["home_country", "born?", "full_name?", "risk?", "seeks?"]},
        {"by": "screener", "consent": "tell_home", "refused": draw(reactions)},
        {"by": "manager", "consent": "going", "refused": draw(reactions)},
        asked,
        *draw(
            st.lists(
                st.one_of(
                    work,
                    urged,
                    decision,
                    series,
                    repeated,
                    manual,
                    travel,
                    referral,
                    passed_on,
                    consultation,
                    notification,
                ),
                max_size=7,
            )
        ),
    ]
    steps = [dict(step) for step in steps]
    for number, step in enumerate(steps):
        if number and draw(st.booleans()):
            step["after"] = draw(st.sampled_from([f"s{each}" for each in range(number)]))
        if draw(st.integers(0, 3)) == 0:
            step |= {"when": draw(conditions), "otherwise": draw(st.one_of(reactions, SKIP))}
    return [(f"s{number}", step) for number, step in enumerate(steps)]


def _in_stages(
    draw: st.DrawFn, named: list[tuple[str, dict[str, Any]]]
) -> dict[str, dict[str, Any]]:
    """Cut anywhere; each stage has a step that it waits for."""
    cuts = sorted(draw(st.lists(st.integers(1, len(named) - 1), max_size=2, unique=True)))
    stages: dict[str, dict[str, Any]] = {
        f"stage{number}": {"steps": dict(named[start:end])}
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(named)], strict=True))
    }
    for number, stage in enumerate(stages.values()):
        if number and draw(st.booleans()):
            stage["after"] = f"stage{number - 1}"
        if not any(_is_needed(step) for step in stage["steps"].values()):
            stage["steps"][f"last{number}"] = {"by": "manager"}
    if draw(st.booleans()):
        stages[f"stage{len(cuts)}"]["then"] = "end done"
    return stages


SKIP = st.just("skip")


def _is_needed(step: dict[str, Any]) -> bool:
    return not (step.get("optional") or step.get("manual"))
