"""Periods made by chance, with every word that moves them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine.checks.spans import is_no_shorter
from engine.phrases.expressions import parse_duration
from engine.phrases.syntax import Duration

roles = st.sampled_from(["screener", "manager", "home"])
periods = st.sampled_from(["3 hours", "2 days", "4 working days", "1 month"])
conditions = st.sampled_from(
    [
        *("risk < high", "risk.answered", "not seeks", "seeks or risk = low", "side.origin.bound"),
        *("born.answered and not clock.of_age.reached", "risk_of_both < high"),
        *("role.manager.responsible", "not side.origin.responsible or side.host.country != GH"),
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


reflections = st.fixed_dictionaries(
    {
        "time": st.just(
            "earliest of (1 month after case.opened, 4 working days after s0.done, s2.done)"
        )
        | st.just("latest of (2 weeks after case.opened, 4 working days after s0.done?, s2.done?)")
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
named_clocks = st.fixed_dictionaries(
    {
        "reflection": reflections,
        "quiet": st.just({"time": "5 days after s0.done", "when": "seeks.answered"}),
    }
)


def drop_a_late_look(step: dict[str, Any]) -> None:
    """A look is awaited before the answer."""
    both = {"seen", "answer"} <= step.keys()
    if both and is_no_shorter(_period(step["seen"]), _period(step["answer"])):
        del step["seen"]


def drop_a_floor_behind_its_due_moment(step: dict[str, Any]) -> None:
    """What is due ahead of a birthday does not wait for it."""
    if step.get("not_before") == "of_age" and "before birthday" in str(step.get("due")):
        del step["not_before"]


def _period(written: Any) -> Duration:
    return parse_duration(written["time"] if isinstance(written, dict) else written)


def ask_again(draw: st.DrawFn, before: list[dict[str, Any]], step: dict[str, Any]) -> None:
    """What time brings until its floor: that a step before it is late, or that a clock has run out.

    What is due by a moment of the case may not begin after that.
    """
    if " after " in str(step.get("due")):
        return
    late = [f"step.s{number}.overdue" for number, each in enumerate(before) if "due" in each]
    late += [f"hand_over.s{n}.late" for n, each in enumerate(before) if "hand_over" in each]
    if draw(st.integers(0, 4)) == 0:
        asked = draw(st.sampled_from([*late, "clock.reflection.reached", "clock.quiet.running"]))
        more = draw(st.sampled_from(["", " and risk < high", " or seeks"]))
        floor = draw(st.sampled_from(["6 days", "40 days after case.opened", "1 month"]))
        step |= {"when": asked + more, "otherwise": "skip", "not_before": floor}
