"""Simulated agencies: the same seed leads to the same end, and every case comes to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest

from onward.demonstration.simulated_agencies import Deviations, at_office_hour
from onward.demonstration.synthetic_intakes import IntakeError, read_intakes
from tests.played import LIBRARY, Played, intakes
from wording.sentences import in_words

ALWAYS = Deviations(
    prompt=1, late=0, declines=0, silent=0, refuses=0, withdraws=0, otherwise=0, no_show=0,
    interrupts=0, starts=0,
)  # fmt: skip
"""Nothing goes another way."""


def test_every_intake_reaches_an_end() -> None:
    """Whatever the agencies do or leave undone; and the ends are not all the same."""
    ends = Counter(Played(number).state.end for number in range(1, len(intakes()) + 1))
    assert "" not in ends
    assert len(ends) >= 4


def test_the_same_seed_leads_a_case_to_the_same_end_on_the_same_day() -> None:
    """Nothing is drawn from codes or from the order in which cases are looked at."""
    first, again = Played(4, seed=7), Played(4, seed=7)
    assert (first.state, first.now) == (again.state, again.now)


def test_another_seed_leads_elsewhere() -> None:
    """A seed matters."""
    found = {(played.state.end, played.now) for played in (Played(4, seed=s) for s in range(6))}
    assert len(found) > 1


def test_a_case_in_which_nothing_goes_wrong_ends_in_reintegration() -> None:
    """The usual course of the pathway, with its twelve months of visits."""
    played = Played(1, rates=ALWAYS)
    assert played.state.end == "reintegrated"
    assert played.now - played.opened_at > timedelta(days=365)
    assert not [task for task in played.state.tasks.values() if task.status == "withdrawn"]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ({"silent": 1}, lambda played: "silence" in played.messages),
        ({"declines": 1}, lambda played: "decline" in played.messages),
        ({"late": 1}, lambda played: any(task.overdue for task in played.state.tasks.values())),
        ({"refuses": 1}, lambda played: played.state.end == "declined"),
        ({"no_show": 1}, lambda played: "no_show" in played.messages),
        ({"interrupts": 1}, lambda played: any("interrupt" in m for m in played.state.moments)),
        (
            {"withdraws": 1},
            lambda played: any(m.endswith(".withdrawn") for m in played.state.moments),
        ),
        ({"starts": 1}, lambda played: "identify.opened" in played.state.moments),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_rate_makes_its_own_thing_happen(
    rate: dict[str, float], expected: Callable[[Played], bool]
) -> None:
    """One at a time, all else as usual; the cases end all the same."""
    rates = msgspec.structs.replace(ALWAYS, **rate)
    played = [Played(1, seed=seed, rates=rates) for seed in (1, 2, 3)]
    assert any(expected(each) for each in played)
    assert all(each.state.status == "ended" for each in played)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-05T07:59", "2026-01-05T08:00"),
        ("2026-01-05T08:00", "2026-01-05T08:00"),
        ("2026-01-05T08:01", "2026-01-05T16:00"),
        ("2026-12-31T16:01", "2027-01-01T08:00"),
    ],
)
def test_what_takes_time_is_done_at_the_next_office_hour(moment: str, expected: str) -> None:
    """Never before its moment."""
    at = at_office_hour(datetime.fromisoformat(f"{moment}+00:00"))
    assert at == datetime.fromisoformat(f"{expected}+00:00")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("opening_agency", "agency"), "cases.csv:2: there is no column opening_agency"),
        (("T09:00:00+00:00", ""), "cases.csv:2: opened_at is not a date and time with a time zone"),
    ],
)
def test_an_intake_that_cannot_be_used_is_told_by_its_line(
    change: tuple[str, str], message: str
) -> None:
    """Without a word of what stands in it."""
    text = (LIBRARY / "cases.csv").read_text(encoding="utf-8").replace(*change)
    with pytest.raises(IntakeError) as raised:
        read_intakes(text, "cases.csv")
    assert in_words(raised.value.message) == message
