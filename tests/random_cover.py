"""Bases of law by chance: for some agencies always, for others while something holds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.random_times import conditions

LAW: dict[str, Any] = {
    "ground": "statutory",
    "source": "The law",
    "to": ["screener", "manager"],
    "shows": ["risk", "risk_there", "home_country", "seeks", "born", "full_name"],
}
_bounds = st.fixed_dictionaries({}, optional={"when": conditions, "until": conditions})


@st.composite
def bases(draw: st.DrawFn) -> dict[str, Any]:
    """Where cases open, a law lets know, mostly without a condition; perhaps a court tells the others more."""
    shown = st.sampled_from([{}, {"shows": ["risk", "born"]}, {"shows": ["born"]}])
    law = LAW | draw(shown)
    if draw(st.integers(0, 3)) == 0:
        law |= draw(_bounds)
    order = {"ground": "court", "source": "The order", "to": "home", "shows": ["risk"]}
    return {"law": law} | ({"order": order | draw(_bounds)} if draw(st.booleans()) else {})
