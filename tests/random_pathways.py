"""Pathways made by chance, each of them valid, with every construct of the language."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine.pathway import Pathway
from tests.random_consents import (
    BOTH_CONSENTS,
    asks_to_pass_on,
    consents_to_pass_on,
    consents_to_tell,
)
from tests.random_cover import bases
from tests.random_documents import loaded
from tests.random_interrupts import interrupts
from tests.random_requests import (
    answers,
    consultation,
    notification,
    passed_on,
    reactions,
    referral,
    request,
    rungs,
)
from tests.random_rights import apart, panels
from tests.random_roles import managers
from tests.random_times import (
    ask_again,
    conditions,
    drop_a_floor_behind_its_due_moment,
    drop_a_late_look,
    named_clocks,
    periods,
    roles,
    times,
)

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
        "risk_there": {"choice": ["low", "medium", "high"], "ordered": True},
        "risk_of_both": {
            "choice": ["low", "medium", "high"],
            "ordered": True,
            "highest_of": ["risk", "risk_there"],
        },
        "seeks": {"yes_no": True},
        "born": {"date": True},
    },
    "overrides": "responsible",
    "clocks": {"of_age": "birthday 18 of born"},
    "ends": {"done": "success", "stays": "neutral", "gone": "withdrawn"},
}
ENDS_IN_FORM: list[Any] = [
    "neutral",
    "neutral",
    {"kind": "neutral", "form": ["risk"], "by": "manager"},
    {"kind": "neutral", "form": ["risk?"], "approved_by": "screener"},
    {"kind": "neutral", "by": "home", "approved_by": "responsible"},
]


def with_ladder(step: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Who is reminded and told when it is late."""
    return rungs.map(lambda late: step | {"late": late})


doers = st.one_of(roles, st.sampled_from([["screener", "manager"], ["manager", "screener"]]))
FIXED_DAYS = [
    *("3 working days before birthday 18 of born", "day 3 of the month after case.opened"),
    *("reflection", "2 days after quiet"),
]
work = st.fixed_dictionaries(
    {"by": doers},
    optional={
        "due": st.one_of(times(acts=True), st.sampled_from(FIXED_DAYS)),
        "form": st.sampled_from(
            [
                ["risk", "seeks?"],
                ["risk", "seeks when risk = low"],
                ["seeks? when not risk.answered"],
            ]
        ),
        "optional": st.just(True),
        "needs": st.sampled_from(
            ["consent.going", ["consent.tell_home", "consent.going"], BOTH_CONSENTS]
        ),
        "not_before": st.one_of(
            st.sampled_from(["3 days after case.opened", "of_age", "reflection", "quiet"]), times()
        ),
    },
).flatmap(lambda step: with_ladder(step) if "due" in step else st.just(step))
closing = st.fixed_dictionaries(
    {
        "by": doers,
        "due": st.fixed_dictionaries(
            {
                "time": st.sampled_from(["2 days", "1 month", "5 days after case.opened"]),
                "kind": st.sampled_from(["limitation", "clinical"]),
            }
        ),
        "lapsed": reactions,
    },
    optional={
        "late": st.just(["before 1 day remind manager"]),
        "series": st.just({"at": ["2 days", "1 month"], "after": "case.opened"}),
    },
)
decision = st.fixed_dictionaries(
    {"by": doers, "decide": st.fixed_dictionaries({"yes": reactions, "no": reactions})},
    optional={"due": times(acts=True), "passes_on": st.booleans()},
)


series = st.fixed_dictionaries(
    {
        "by": doers,
        "series": st.sampled_from(
            [
                {"at": ["2 days", "1 month"], "after": "case.opened"},
                {"at": ["2 days", "1 month"], "after": "case.opened", "catch_up": "once"},
                {"every": "9 days", "for": "1 month", "after": "s0.done", "catch_up": "once"},
                {"every": "30 days", "for": "1 month", "after": "case.opened"},
            ]
        ),
    },
    optional={"due": periods},
)
repeated = st.fixed_dictionaries(
    {
        "by": doers,
        "form": st.just(["risk"]),
        "repeat": st.fixed_dictionaries(
            {"at_most": st.integers(1, 3), "until": st.just("risk = low"), "then": reactions}
        ),
    }
)
manual = st.fixed_dictionaries(
    {"by": doers, "manual": st.just(True)},
    optional={
        "due": times(acts=True),
        "started_by": st.sampled_from(["manager", ["home", "responsible"]]),
        "needs": st.sampled_from(["consent.going", "consent.tell_home"]),
        "not_before": st.sampled_from(["2 days", "3 days after case.opened", "quiet"]),
        "repeat": st.fixed_dictionaries({"at_most": st.integers(2, 3)}),
    },
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
others = st.one_of(
    work,
    closing,
    decision,
    panels(reactions, periods),
    series,
    repeated,
    manual,
    travel,
    referral,
    passed_on,
    consultation,
    notification,
)
FIRST = 5
"""How many steps every pathway has; the last of them asks home."""


@st.composite
def documents(draw: st.DrawFn, *, asks: bool = False) -> dict[str, Any]:
    """One to three stages; the first asks for the country and for the consents.

    Args:
        asks: whether all that has to be done before home is asked is owed, one after the other.
    """
    tell = draw(consents_to_tell(reactions))
    pass_on = draw(consents_to_pass_on) | ({"any": True} if "any" in tell else {})
    named = _named_steps(draw, tell, asks=asks)
    stages = _in_stages(draw, named, asks=asks)
    going: dict[str, Any] = {"ask": "Do you want to?"}
    if draw(st.booleans()):
        going["reconfirm_before"] = [draw(st.sampled_from([name for name, _ in named[4:]]))]
    closed = draw(st.sampled_from(ENDS_IN_FORM))
    document = HEAD | {
        "ends": HEAD["ends"] | {"stays": closed},
        "reopen": {"by": "responsible", "at": draw(st.sampled_from(list(stages)))}
        | draw(st.sampled_from([{}, {"ends": ["stays", "done"]}, {"ends": ["stays", "gone"]}])),
        "roles": HEAD["roles"] | {"manager": draw(managers)},
        "consents": {"tell_home": tell, "going": going, "pass_on": pass_on},
        "bases": draw(bases()),
        "stages": stages,
        "clocks": HEAD["clocks"] | draw(named_clocks),
        "interrupts": interrupts(draw, stages, reactions),
    }
    return document


def pathways() -> st.SearchStrategy[Pathway]:
    return documents().map(loaded)


def _named_steps(
    draw: st.DrawFn, tell: dict[str, Any], *, asks: bool
) -> list[tuple[str, dict[str, Any]]]:
    """Five that every pathway has, and what chance adds; each perhaps after another, or perhaps."""
    asked = draw(request)
    if tell.get("any"):
        asked |= {"declined": draw(answers), "silent": draw(answers)}
    steps = [
        {
            "by": "screener",
            "form": ["home_country", "born?", "full_name?", "risk?", "risk_there?", "seeks?"],
        },
        {"by": "screener", "consent": "tell_home", "refused": draw(reactions)},
        {"by": "manager", "consent": "going", "refused": draw(reactions)},
        draw(asks_to_pass_on(reactions)),
        asked,
        *draw(st.lists(others, max_size=7)),
    ]
    steps = [dict(step) for step in steps]
    for number, step in enumerate(steps):
        if not asks or number >= FIRST:
            _say_when(draw, number, step)
            if _is_plain_work(step):
                ask_again(draw, steps[:number], step)
        elif number:
            step["after"] = f"s{number - 1}"
        drop_a_late_look(step)
        drop_a_floor_behind_its_due_moment(step)
    return [(f"s{number}", step) for number, step in enumerate(steps)]


def _say_when(draw: st.DrawFn, number: int, step: dict[str, Any]) -> None:
    """After what, under which condition, until when, and how often."""
    before = [f"s{each}" for each in range(number)]
    if number and draw(st.booleans()):
        step["after"] = draw(st.sampled_from(before))
    elif number > 1 and draw(st.booleans()):
        step["after"] = f"any of ({', '.join(before)})"
    if number > 4 and draw(st.booleans()):
        step |= apart(draw, step, number)
    if draw(st.integers(0, 3)) == 3:  # the simplest draw adds nothing: most cases get beyond it
        step |= {"when": draw(conditions), "otherwise": draw(st.one_of(reactions, SKIP))}
    if number and draw(st.integers(0, 5)) == 0:
        step["stops_when"] = draw(conditions)
    if number and _is_plain_work(step) and draw(st.integers(0, 3)) == 0:
        happenings = [f"{draw(st.sampled_from(before))}.done", "interrupt.pause"]
        step["repeat"] = {"at_most": 3, "on": happenings}


def _in_stages(
    draw: st.DrawFn, named: list[tuple[str, dict[str, Any]]], *, asks: bool
) -> dict[str, dict[str, Any]]:
    """Cut anywhere; each stage has a step that it waits for."""
    cuts = sorted(draw(st.lists(st.integers(1, len(named) - 1), max_size=2, unique=True)))
    stages: dict[str, dict[str, Any]] = {
        f"stage{number}": {"steps": dict(named[start:end])}
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(named)], strict=True))
    }
    for number, stage in enumerate(stages.values()):
        if draw(st.integers(0, 2)) == 0:
            stage["outlives_end"] = draw(st.sampled_from([True, "done", ["stays", "gone"]]))
        if number and draw(st.booleans()):
            stage["after"] = f"stage{number - 1}"
        if not any(_is_needed(step) for step in stage["steps"].values()):
            stage["steps"][f"last{number}"] = {"by": "manager"}
        if not asks or not {*stage["steps"]} & {*dict(named[:FIRST])}:
            _add_to_stage(draw, stage)
    if draw(st.booleans()):
        stages[f"stage{len(cuts)}"]["then"] = "end done"
    elif "after" in stages[f"stage{len(cuts)}"]:
        stages[f"stage{len(cuts)}"]["then"] = f"back to stage{len(cuts) - 1}, at most 1, then go on"
    return stages


def _add_to_stage(draw: st.DrawFn, stage: dict[str, Any]) -> None:
    """What a whole stage may say, and a choice among two of its steps."""
    steps = list(stage["steps"].values())
    if draw(st.integers(0, 4)) == 0:
        repeat = {"at_most": 2, "until": draw(conditions), "then": draw(reactions)}
        stage["repeat"] = repeat
    if draw(st.integers(0, 4)) == 0:
        stage["stops_when"] = draw(conditions)
    if sum(map(_is_needed, steps)) > 1 and draw(st.integers(0, 4)) == 0:
        stage["enough"] = 1
    chosen = [step for step in steps[1:] if not step.get("manual")][:2]
    if len(chosen) == 2 and draw(st.integers(0, 2)) == 0:
        first, second = chosen
        first |= {"one_of": "way", "when": draw(conditions)}
        first.pop("otherwise", None)
        second |= {"one_of": "way", "after": first.get("after", [])}
        if "when" in second:
            second["otherwise"] = draw(reactions)


SKIP = st.just("skip")


def _is_plain_work(step: dict[str, Any]) -> bool:
    return "by" in step and not step.keys() & NOT_REPEATED


NOT_REPEATED = {"consent", "hand_over", "series", "arrival", "manual", "repeat"}


def _is_needed(step: dict[str, Any]) -> bool:
    return not (step.get("optional") or step.get("manual"))
