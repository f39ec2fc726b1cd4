"""Requests made by chance, and what may follow from what becomes of them or of anything else."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.random_consents import BOTH_CONSENTS
from tests.random_times import roles, times

reactions = st.sampled_from(
    [
        "go on",
        "end stays",
        "tell manager",
        "tell home",
        "interrupt pause",
        "interrupt bars",
        "interrupt again",
    ]
)
rungs = st.lists(
    st.sampled_from(
        [
            "remind screener",
            "before 1 hour remind manager",
            "after 1 working day tell manager",
            "after 2 days tell home",
            "every 2 days remind home, at most 4",
            "every 5 hours tell manager, at most 3",
        ]
    ),
    max_size=3,
    unique=True,
)
answers = st.one_of(reactions, st.just("next receiver, at most 2"))
by_reason = st.fixed_dictionaries({"unsafe": reactions, "otherwise": answers})
request = st.fixed_dictionaries(
    {
        "hand_over": st.just("home"),
        "needs": st.sampled_from(
            ["consent.tell_home", ["consent.going", "consent.tell_home"], BOTH_CONSENTS]
        ),
        "answer": times(acts=True),
        "declined": reactions,
        "silent": reactions,
    },
    optional={
        "seen": times(),
        "by": roles,
        "feedback": times(),
        "not_before": st.just("2 days"),
        "late": rungs,
    },
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
        "late": rungs,
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
        "needs": st.sampled_from(["consent.tell_home", BOTH_CONSENTS]),
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
