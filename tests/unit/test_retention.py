"""How long an ended case is kept: one moment of what a pathway and several countries say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.agencies.file import load_registry
from engine.errors import DefinitionError
from engine.message import Message, finding
from engine.phrases.expressions import parse_duration
from engine.retention import Bound, RetentionPeriod, due, lawful_from
from engine.time.calendars import Calendars
from tests.paper_calendars import edition

ENDED = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
CALENDARS = Calendars(
    tuple(
        edition(id=f"{country}-1", country=country, zone=zone)
        for country, zone in (("GH", "Africa/Accra"), ("NG", "Africa/Lagos"))
    )
)


def kept(said: str) -> RetentionPeriod:
    """`GH at_least 7 years *`; `for 5 years` is the pathway's; a star stands for a law."""
    words = said.removesuffix(" *").split()
    country = words.pop(0) if words[0].isupper() else ""
    return RetentionPeriod(
        bound=Bound(words[0]),
        country=country,
        period=parse_duration(" ".join(words[1:])),
        source="The law" if said.endswith("*") else "",
    )


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (["for 5 years"], "for 5 years"),
        (["for 5 years", "GH at_least 7 years"], "GH at_least 7 years"),
        (["for 5 years", "GH at_least 3 years *"], "for 5 years"),
        (["for 5 years", "GH at_most 3 years"], "GH at_most 3 years"),
        (["for 5 years", "GH at_most 7 years *"], "for 5 years"),
        (["GH at_most 7 years", "NG at_most 6 years"], "NG at_most 6 years"),
        # an assumption moves no law
        (["for 5 years *", "GH at_least 7 years"], "for 5 years *"),
        (["for 5 years *", "GH at_most 3 years"], "for 5 years *"),
        (["GH at_most 3 years *", "NG at_least 7 years"], "GH at_most 3 years *"),
        (["for 1 year", "GH at_most 3 years *", "NG at_least 7 years"], "for 1 year"),
        # two laws that leave no moment: what is kept too long can still be erased
        (["for 5 years", "GH at_most 3 years *", "NG at_least 7 years *"], "NG at_least 7 years *"),
        (["for 5 years", "GH at_most 3 years", "NG at_least 7 years"], "NG at_least 7 years"),
        (["for 5 years", "GH at_least 6 years", "NG at_least 7 years"], "NG at_least 7 years"),
    ],
)
def test_one_of_several_periods_says_when(said: list[str], by: str) -> None:
    found = due(ENDED, map(kept, said), CALENDARS, "GH")
    assert found
    assert found.kept == kept(by)


def test_a_law_that_is_not_kept_to_is_named() -> None:
    """One country wants it destroyed before another lets it be."""
    said = ["for 5 years", "GH at_most 3 years *", "NG at_least 7 years *"]
    found = due(ENDED, map(kept, said), CALENDARS, "GH")
    assert found
    assert found.over == kept("GH at_most 3 years *")
    longer = due(ENDED, map(kept, ["for 5 years", "NG at_least 7 years *"]), CALENDARS, "GH")
    assert longer
    assert longer.over is None


@pytest.mark.parametrize("own", ["1 year", "2 years", "3 years"])
def test_a_law_that_is_not_kept_to_is_named_however_long_the_pathway_says(own: str) -> None:
    said = [f"for {own}", "GH at_most 2 years *", "NG at_least 3 years *"]
    found = due(ENDED, map(kept, said), CALENDARS, "GH")
    assert found
    assert found.kept == kept("NG at_least 3 years *")
    assert found.over == kept("GH at_most 2 years *")


def test_nothing_is_due_where_nothing_says_how_long() -> None:
    """That it is kept at least so long does not say that it is erased then."""
    assert due(ENDED, [], CALENDARS, "GH") is None
    assert due(ENDED, [kept("GH at_least 7 years *")], CALENDARS, "GH") is None


def test_days_are_those_of_whoever_has_the_period() -> None:
    """The case ended late on 2 March in Accra, and on 3 March in Lagos."""
    own = due(ENDED, [kept("for 5 years")], CALENDARS, "GH")
    limit = due(ENDED, [kept("NG at_most 5 years")], CALENDARS, "GH")
    assert own
    assert own.at == datetime(2031, 3, 2, 23, 59, 59, tzinfo=UTC)
    assert limit
    assert limit.at == datetime(2031, 3, 3, 22, 59, 59, tzinfo=UTC)


def test_only_a_law_keeps_from_a_person_what_they_ask_for() -> None:
    said = ["for 9 years *", "GH at_least 3 years *", "NG at_least 7 years", "NG at_most 1 year *"]
    found = lawful_from(ENDED, map(kept, said), CALENDARS)
    assert found
    assert found.kept == kept("GH at_least 3 years *")
    assert lawful_from(ENDED, [kept("NG at_least 7 years")], CALENDARS) is None


REGISTRY = """\
registry: trial
countries:
  GH:
    retention: RETENTION
agencies:
  GH-ONE: {name: One, country: GH, roles: [first_responder]}
"""


def loaded(retention: str) -> list[tuple[int, Message]]:
    """What is wrong, each with its column in the line."""
    try:
        load_registry(REGISTRY.replace("RETENTION", retention))
    except DefinitionError as error:
        return [(each.place.column, each.message) for each in error.problems]
    return []


@pytest.mark.parametrize(
    ("retention", "column", "wrong"),
    [
        ("{}", 16, finding("retention.no_limit")),
        ("{at_least: {time: 5 years}}", 27, finding("retention.no_source")),
        (
            "{at_least: {time: 5 years, source: A law, assumed: yes}}",
            67,
            finding("retention.assumed_with_source"),
        ),
        (
            "{at_most: {time: 90 working days, assumed: yes}}",
            33,
            finding("retention.unit", period="90 working days"),
        ),
        (
            "{at_least: {time: 61 months, assumed: yes}, at_most: {time: 5 years, assumed: yes}}",
            27,
            finding("retention.least_beyond_most", least="61 months", most="5 years"),
        ),
        (
            "{at_least: {time: 800 days, assumed: yes}, at_most: {time: 2 years, assumed: yes}}",
            27,
            finding("retention.least_beyond_most", least="800 days", most="2 years"),
        ),
    ],
)
def test_a_registry_is_refused_with_what_is_wrong(
    retention: str, column: int, wrong: Message
) -> None:
    assert loaded(retention) == [(column, wrong)]


def test_limits_that_leave_a_moment_are_taken_and_what_is_assumed_is_listed() -> None:
    said = "{at_least: {time: 12 months, source: A law}, at_most: {time: 1 year, assumed: yes}}"
    found = load_registry(REGISTRY.replace("RETENTION", said))
    assert [(each.what, each.number) for each in found.assumptions] == [
        ("countries GH retention at_most", "1 year")
    ]
    least, most = found.registry.retention
    assert (least.bound, least.country, least.source) == (Bound.AT_LEAST, "GH", "A law")
    assert (most.bound, str(most.period), most.source) == (Bound.AT_MOST, "1 year", "")
