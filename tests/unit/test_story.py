"""What a manager reads of a turn in which nothing but time has passed."""

from __future__ import annotations

from casework import story
from tests.factories import CARE, DESK, Case
from tests.sight import as_seen
from wording.sentences import as_line

BODY = """
review: 7 days
clocks:
  rest: 10 days after case.opened
stages:
  first:
    steps:
      talk:
        title: First talk
        by: screener
        due: 24 hours
        late: [remind screener, after 1 day tell manager]
    then: end done
"""


def told(case: Case) -> list[str]:
    """Of the last turn."""
    ((*lines,),) = story.told([(1, as_seen(case.last))], {1: case.pathway}, 1)
    return [as_line(each.said) for each in lines]


def test_an_entry_of_time_alone_says_what_time_brought() -> None:
    """Who is reminded, who is told that it is late, who is to look, that a date has come."""
    case = Case(BODY)
    case.wait(days=2)
    assert "Overdue: First talk" in told(case)
    case.wait(days=1)
    assert told(case) == [f"{CARE} is told that this is late: First talk"]
    case.wait(days=5)
    assert told(case) == [f"{DESK} is asked to look at this: Case review"]
    case.wait(days=3)
    assert told(case) == ["A date has come"]


def test_what_else_happened_is_told_alone() -> None:
    """Notices and dates that follow from it are no news beside it."""
    case = Case(BODY)
    assert told(case)[0] == f"Opened by {DESK}"
    assert not any("date" in line or "is asked to look" in line for line in told(case))
