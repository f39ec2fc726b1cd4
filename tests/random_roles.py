"""Roles in their long form, and registries that change while a case is open."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from engine.agencies.registry import Agency, Leave, Registry
from tests.factories import CARE, CARE2, HOME, HOME2, HOME3, MONDAY, REGISTRY

_long = st.fixed_dictionaries(
    {"type": st.just("care"), "side": st.just("host")},
    optional={
        "choose": st.sampled_from(["first", "in_turn", "most_free"]),
        "area": st.sampled_from(["home_country", "risk"]),
        "for": st.just(["children"]),
    },
)
managers = st.one_of(st.just("care @ host"), _long)


def _changed(*changes: tuple[str, dict[str, object]], without: tuple[str, ...] = ()) -> Registry:
    """The registry of all tests with some of its agencies changed, and some gone."""
    by_code: dict[str, Agency] = dict(REGISTRY.by_code)
    for code, words in changes:
        by_code[code] = replace(by_code[code], **words)
    return Registry(tuple(each for each in by_code.values() if each.code not in without))


_DAY = MONDAY.date()
_AWAY = Leave(first=date(2026, 3, 1), last=_DAY + timedelta(days=20), alternate=CARE2)
REGISTRIES = (
    REGISTRY,
    _changed(without=(CARE,)),
    _changed(without=(CARE2, HOME)),
    _changed(without=(HOME, HOME2, HOME3)),
    _changed((CARE, {"leave": (_AWAY,)}), (HOME, {"leave": (replace(_AWAY, alternate=HOME2),)})),
    _changed(
        (CARE, {"valid_until": _DAY + timedelta(days=3)}), (CARE2, {"specialised": ("children",)})
    ),
    _changed((CARE, {"capacity": {"care": 1}, "areas": ("NG",)}), (CARE2, {"areas": ("high",)})),
    _changed(
        (HOME, {"valid_until": _DAY + timedelta(days=9)}), (HOME2, {"capacity": {"partner": 0}})
    ),
)
"""The desk stays in all of them: cases open there."""
