"""Notes on periods of the law that do not say whose days count."""

from __future__ import annotations

import pytest

from engine.checks.midnights import unplaced_limits
from tests.factories import HEAD, pathway
from tests.told import advice

BODY = """
clocks:
  limit: %s
stages:
  start:
    steps:
      talk: {by: screener, form: [born]}
      appeal: {by: manager, due: %s, lapsed: go on}
    then: end done
"""
LIMITATION = "{time: limit, kind: limitation}"


def noted(clock: str, due: str, head: str = HEAD) -> bool:
    text = BODY % (clock, due)
    if due != LIMITATION:
        text = text.replace(", lapsed: go on", "")
    return bool(unplaced_limits(pathway(text, head).definition))


@pytest.mark.parametrize(
    ("clock", "due", "is_noted"),
    [
        ("30 days after talk.done", LIMITATION, True),
        ("{time: 30 days after talk.done, kind: statutory}", "9 days", True),
        ("born", LIMITATION, True),
        ("end of the month of talk.done", LIMITATION, True),
        ("{time: 30 days after talk.done, calendar: origin}", LIMITATION, False),
        ("30 days after talk.done", "limit", False),
        ("72 hours after talk.done", LIMITATION, False),
        ("talk.done", LIMITATION, False),
    ],
)
def test_a_limit_of_the_law_says_whose_days_count(clock: str, due: str, *, is_noted: bool) -> None:
    """It would end with a day of the country in which the case began."""
    assert noted(clock, due) is is_noted


def test_where_all_are_on_one_side_there_is_nothing_to_say() -> None:
    """There is one country, that of the responsible agency."""
    head = HEAD.replace("[host, origin]", "[host]").replace("  home: partner @ origin\n", "")
    head = head.replace(", binds: origin", "")
    assert not noted("30 days after talk.done", LIMITATION, head)


def test_the_note_says_what_to_write() -> None:
    """With a side of the pathway."""
    (note,) = unplaced_limits(pathway(BODY % ("9 days after talk.done", LIMITATION)).definition)
    assert note.path == ("clocks", "limit")
    assert "`calendar: host`" in advice(note)
