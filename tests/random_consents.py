"""Consents by chance: to tell a partner, and for the partner to pass it on."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.random_times import periods, roles

BOTH_CONSENTS = ["consent.tell_home", "consent.pass_on"]
"""Where one of them has expired, a partner goes on knowing of the case, but not with what needs both."""


def consents_to_tell(reactions: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"to": st.sampled_from(["home", ["home", "manager"]]), "ask": st.just("May we?")},
        optional={
            "any": st.just(True),
            "guardian": st.sampled_from(["risk = high", "not clock.of_age.reached"]),
            "valid": periods,
            "withdrawn": reactions,
            "shows": st.just(["risk"]),
        },
    )


consents_to_pass_on = st.fixed_dictionaries(
    {"to": st.just("home"), "ask": st.just("May they pass it on?")},
    optional={"valid": st.sampled_from(["3 hours", "2 days"])},
)


def asks_to_pass_on(reactions: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"by": roles, "consent": st.just("pass_on"), "refused": reactions},
        optional={"needs": st.just("consent.tell_home")},
    )
