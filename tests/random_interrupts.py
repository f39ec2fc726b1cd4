"""Interrupts made by chance."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


def interrupts(
    draw: st.DrawFn, stages: dict[str, dict[str, Any]], reactions: st.SearchStrategy[str]
) -> dict[str, Any]:
    """What may happen in any of these pathways, each with a word of its own."""
    return {
        "pause": {
            "raised_by": ["manager", "home"],
            "suspends": draw(st.sampled_from(["all", *stages])),
            "review": "3 days",
            "tell": ["home"],
            "alerts_linked": draw(st.booleans()),
        },
        "bars": {
            "raised_by": "screener",
            "bars": draw(st.sampled_from(["origin", "home", "manager", ["origin", "manager"]])),
            "set": {"seeks": True, "risk": "high"},
        },
        "leaves": {"raised_by": ["screener", "responsible"], "then": "end gone"},
        "stops": {"raised_by": ["screener", "responsible"], "then": "end stays"},
        "again": {
            "raised_by": ["manager"],
            "then": f"back to {draw(st.sampled_from(list(stages)))}, at most 2, then go on",
        },
        "asks": {
            "raised_by": ["screener", "manager"],
            "withdraws": [draw(st.sampled_from(list(stages)))],
            "review": "3 days",
            "resolved": {"yes": draw(reactions), "no": "go on"},
        },
    }
