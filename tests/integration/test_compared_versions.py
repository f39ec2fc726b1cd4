"""A version that shows more neither comes sooner nor reaches further cases than was agreed to; both stores."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casework import answering_versions, proposed_versions
from casework.compared_versions import compared_with, opened_on
from casework.context import Onward
from casework.publishing import publish_pathway
from engine.loader import load_pathway
from engine.versions.widening import HowSeen
from tests.installations import COORDINATED, PATHWAY, move_clock, opened
from tests.principals import coordinator

AMA, YAW = coordinator("GH-ONE", "ama"), coordinator("GH-TWO", "yaw")
TODAY = date(2026, 3, 2)
NARROW, WIDE = "to: [manager]", "to: [manager, home]"


@pytest.fixture(name="agencies")
def _agencies() -> str:
    return COORDINATED


def version(number: int, shows: str = WIDE, *, day: str = "2026-01-01", rule: str = "pin") -> str:
    head = f"version: {number}\nrunning_cases: {rule}"
    text = PATHWAY.replace("version: 1", head).replace("effective: 2026-01-01", f"effective: {day}")
    return text.replace(NARROW, shows)


def agreed(onward: Onward, text: str) -> None:
    """Publish what another agency agrees to."""
    made = publish_pathway(onward, text, AMA)
    assert made.widens
    found = proposed_versions.to_answer(onward, "trial", made.number, YAW)
    answering_versions.agree(onward, "trial", made.number, found.mark, YAW)


def compared(onward: Onward, text: str) -> list[int]:
    with onward.store.read() as connection:
        found = compared_with(onward, connection, load_pathway(text), TODAY)
    return [each.pathway.version for each in found]


@pytest.mark.parametrize(
    ("versions", "day", "expected"),
    [
        ([], "2026-01-01", []),
        ([(1, "2026-01-01")], "2020-01-01", [1]),
        ([(1, "2026-01-01")], "2030-01-01", [1]),
        ([(2, "2027-01-01"), (1, "2026-01-01")], "2026-06-01", [2, 1]),
        ([(2, "2027-01-01"), (1, "2026-01-01")], "2027-01-01", [2]),
        ([(2, "2025-01-01"), (1, "2026-01-01")], "2020-01-01", [2]),
        ([(3, "2028-01-01"), (2, "2027-01-01"), (1, "2026-01-01")], "2027-02-01", [3, 2]),
    ],
)
def test_cases_open_on_the_newest_that_is_in_force_that_day(
    versions: list[tuple[int, str]], day: str, expected: list[int]
) -> None:
    dated = [(number, date.fromisoformat(each)) for number, each in versions]
    assert list(opened_on(dated, date.fromisoformat(day))) == expected


def test_what_was_agreed_to_for_later_is_not_published_for_now_alone(onward: Onward) -> None:
    agreed(onward, version(2, day="2027-03-01"))
    assert publish_pathway(onward, version(3), AMA).widens
    answering_versions.take_back(onward, "trial", 3, AMA)
    assert publish_pathway(onward, version(3, day="2027-02-28"), AMA).widens, "a day sooner"
    answering_versions.take_back(onward, "trial", 3, AMA)
    assert publish_pathway(onward, version(3, day="2027-03-01"), AMA).is_new


def test_nor_for_cases_that_are_reported_with_a_day_before_it(onward: Onward) -> None:
    agreed(onward, version(2))
    move_clock(onward, datetime(2026, 6, 1, tzinfo=UTC))
    agreed(onward, version(3, "to: [manager, home, screener]", day="2026-05-01"))
    third = version(4, "to: [manager, home, screener]", day="2026-04-01")
    assert publish_pathway(onward, third, AMA).widens


def test_what_was_agreed_to_for_new_cases_does_not_move_running_ones_alone(onward: Onward) -> None:
    opened(onward)
    agreed(onward, version(2))
    assert compared(onward, version(3)) == [2]
    for rule in ("migrate", "ask", "{rule: migrate, when: risk = high}"):
        assert compared(onward, version(3, rule=rule)) == [2, 1]
        assert publish_pathway(onward, version(3, rule=rule), AMA).widens
        found = proposed_versions.to_answer(onward, "trial", 3, YAW)
        assert found.compared == (2, 1)
        assert {each.way for each in found.widens} == {HowSeen.COVERED}
        answering_versions.take_back(onward, "trial", 3, AMA)


def test_where_no_case_is_on_an_older_version_nothing_is_moved(onward: Onward) -> None:
    agreed(onward, version(2))
    assert compared(onward, version(3, rule="migrate")) == [2]
    assert publish_pathway(onward, version(3, rule="migrate"), AMA).is_new


def test_cases_that_will_open_until_its_day_are_moved_too(onward: Onward) -> None:
    agreed(onward, version(2, day="2027-03-01"))
    later = version(3, day="2027-03-01", rule="migrate")
    assert compared(onward, later) == [2, 1]
    assert publish_pathway(onward, later, AMA).widens


def test_each_is_compared_under_the_names_of_today(onward: Onward) -> None:
    opened(onward)
    renamed = version(2, NARROW).replace("risk", "danger")
    renamed = renamed.replace("danger: {choice", "danger: {was: risk, choice")
    assert publish_pathway(onward, renamed, AMA).is_new
    third = renamed.replace("version: 2\nrunning_cases: pin", "version: 3\nrunning_cases: migrate")
    third = third.replace("due: 24 hours", "due: 48 hours")
    assert compared(onward, third) == [2, 1]
    assert publish_pathway(onward, third, AMA).is_new


def test_the_first_is_compared_with_none(onward: Onward) -> None:
    other = PATHWAY.replace("pathway: trial", "pathway: other")
    assert compared(onward, other) == []
