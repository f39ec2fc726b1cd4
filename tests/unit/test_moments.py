"""A moment is read in one way: what could be misread is refused with what was meant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.errors import DefinitionError, ExpressionError
from engine.phrases.expressions import parse_condition
from engine.phrases.moments import NoMoment, read_day, read_moment
from engine.scenarios import load_scenarios
from tests.told import refused_with
from wording.sentences import placed

HEAD = """\
scenarios: visit
cases:
  one:
    opened: 2026-03-02 09:00
    by: GH-DESK
    country: GH
    play:
"""


@pytest.mark.parametrize(
    "text",
    ["2026-03-02 09:30Z", "2026-03-02T09:30:00+00:00", "2026-03-02 10:30+01:00"],
)
def test_a_moment_has_a_blank_or_a_t_seconds_or_none_and_a_zone(text: str) -> None:
    """However that is written, it is the same moment."""
    assert read_moment(text) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_moment_without_a_zone_is_naive_and_a_day_is_whole() -> None:
    """What zone is meant is known to whoever asks."""
    assert read_moment("2026-03-02 09:30").tzinfo is None
    assert read_day("2026-03-02") == date(2026, 3, 2)
    with pytest.raises(ValueError, match="20260302"):
        read_day("20260302")


@pytest.mark.parametrize("text", ["2026-03-02", "2026-03-02 09:30:00.5", "2026-03-02 09:30+01", ""])
def test_whatever_is_written_otherwise_is_no_moment(text: str) -> None:
    """Python's own reader would take each of the first three."""
    with pytest.raises(NoMoment):
        read_moment(text)


@pytest.mark.parametrize("text", ["0001-01-01 00:00+01:00", "9999-12-31T23:59-01:00"])
def test_a_moment_that_the_calendar_of_utc_does_not_have_is_none(text: str) -> None:
    """An hour further west or east there is no year any more."""
    with pytest.raises(NoMoment):
        read_moment(text)
    with refused_with(ExpressionError, match="is not a valid date or time"):
        parse_condition(f'leaves > date and time("{text.replace(" ", "T")}")')


@pytest.mark.parametrize("opened", ["0001-01-01 00:00+01:00", "9999-12-31T23:59:00-01:00"])
@pytest.mark.parametrize("quote", ["", "'"])
def test_a_scenario_cannot_be_opened_before_or_after_all_years(opened: str, quote: str) -> None:
    """Whether YAML reads the moment by itself or we do."""
    written = HEAD.replace("2026-03-02 09:00", f"{quote}{opened}{quote}") + "      - {at: +1 day}\n"
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(written, "s.yaml")
    (said,) = map(placed, refused.value.problems)
    assert "this is not a date and time" in said
    assert "check the day, the hour and the UTC offset" in said


@pytest.mark.parametrize(
    "expected", ["due: {talk: 0001-01-01 00:00:00+01:00}", "clocks: {t: 0001-01-01 00:00:00+01:00}"]
)
def test_nor_is_anything_expected_before_all_years(expected: str) -> None:
    """It is a fault of the file here as well."""
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(HEAD + f"      - {{at: +1 day, expect: {{{expected}}}}}\n", "s.yaml")
    (said,) = map(placed, refused.value.problems)
    assert "this is not a date and time" in said


@pytest.mark.parametrize(
    "text", ["2026-01-31T10.30Z", "20260131T1030Z", "2026-W05-6T10:30Z", "2026-01-31T10:30:00.5Z"]
)
def test_a_condition_reads_moments_in_the_same_way(text: str) -> None:
    """A condition that means another moment than its author does is worse than none."""
    with refused_with(ExpressionError, match="is not a valid date or time"):
        parse_condition(f'leaves > date and time("{text}")')


@pytest.mark.parametrize(
    ("at", "remedy"),
    [
        ("2026-03-04 09.30", "write `2026-03-04 09:30`, or `+2 days`"),
        ("2026-03-04 9:30", "write `2026-03-04 09:30`"),
        ("2026-03-04T9h30Z", "write `2026-03-04T09:30Z`"),
        ("20260304 0930", "write day, hour and minutes as `2026-03-02 09:30`"),
        ("2026-W10-3 09:30", "write day, hour and minutes as `2026-03-02 09:30`"),
        ("2026-03-04 09", "write day, hour and minutes as `2026-03-02 09:30`"),
        ("2026-02-30 09:30", "check the day, the hour and the UTC offset"),
        ("2026-03-04 09:30+99:00", "check the day, the hour and the UTC offset"),
    ],
)
def test_a_moment_that_could_be_misread_is_refused_with_what_was_meant(
    at: str, remedy: str
) -> None:
    """Half past nine with a dot is no third of a second after nine."""
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(HEAD + f"      - {{at: '{at}'}}\n", "s.yaml")
    (said,) = map(placed, refused.value.problems)
    assert "this is not a date and time" in said
    assert remedy in said


@pytest.mark.parametrize("due", ["06.03.2026", "2026-03-06T23:59", "2026-3-6", "Friday"])
def test_a_due_day_is_written_as_a_day(due: str) -> None:
    """What can never be equal is a fault of the file, and no expectation that was missed."""
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(
            HEAD + f"      - {{at: +1 day, expect: {{due: {{talk: '{due}'}}}}}}\n", "s.yaml"
        )
    (said,) = map(placed, refused.value.problems)
    assert "this is not a date, nor a date and time (write a date as `2026-03-05`" in said
