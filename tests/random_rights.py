"""Who may do what, by chance: panels, and steps that others must do."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


@st.composite
def panels(
    draw: st.DrawFn, reactions: st.SearchStrategy[str], periods: st.SearchStrategy[str]
) -> dict[str, Any]:
    """Two or three members on one side or two; each outcome may stand for a tie."""
    members = draw(st.permutations(["screener", "manager", "home", "responsible"]))
    members = members[: draw(st.integers(2, 3))]
    panel: dict[str, Any] = {
        "members": members,
        "quorum": draw(st.integers(1, len(members))),
        "agree": draw(st.sampled_from(["majority", "all", 2])),
        "tied": draw(st.sampled_from(["yes", "no"])),
        "no_quorum": draw(st.sampled_from(["yes", "no"])),
    }
    if panel["agree"] == "majority" and draw(st.booleans()):
        panel["chair"] = members[0]
        if draw(st.booleans()):
            panel["chair_not_by"] = "s0"
    if draw(st.booleans()):
        panel["shows_to"] = {"manager": ["born"]} if "manager" in members else {}
    outcomes = {"yes": draw(reactions), "no": draw(reactions)}
    step: dict[str, Any] = {"panel": panel, "decide": outcomes, "due": draw(periods)}
    if draw(st.booleans()):
        step["needs"] = "consent.tell_home"
    return step


def apart(draw: st.DrawFn, step: dict[str, Any], number: int) -> dict[str, str]:
    """Not by who did the first step or the one before. No person sends a request by itself."""
    chair_is_apart = "chair_not_by" in step.get("panel", {})
    if "hand_over" not in step and not chair_is_apart and draw(st.booleans()):
        return {"not_by": "s0"}
    return {"other_agency_than": draw(st.sampled_from(["s0", f"s{number - 1}"]))}
