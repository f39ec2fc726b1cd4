"""A registry makes the calendars of its places, and a case is counted by its agency's; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from engine.errors import Refusal
from models.columns import table_of
from models.turns import CaseClock
from tests.installations import PATHWAY, installation
from tests.principals import OPERATOR, staff

NEW_YEARS_EVE = datetime(2026, 12, 30, 9, tzinfo=UTC)
CLOCKS = table_of(CaseClock)

AGENCIES = """\
registry: trial
countries:
  GB:
    subdivision: ENG
    subdivisions: {SCT: {holidays: {2026-12-31: Declared late}}}
  PT: {zone: Europe/Lisbon, subdivisions: {"20": {zone: Atlantic/Azores}}}
agencies:
  GB-LEEDS: {name: One, country: GB, roles: [first_responder]}
  GB-AYR: {name: Two, country: GB, subdivision: SCT, roles: [first_responder]}
  PT-FAIAL: {name: Three, country: PT, subdivision: "20", roles: [first_responder]}
"""


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation in which the first step is due in two working days."""
    made = installation(url, tmp_path, at=NEW_YEARS_EVE)
    publish_pathway(made, PATHWAY.replace("due: 24 hours", "due: 2 working days"), by=OPERATOR)
    yield made
    made.close()


def due(onward: Onward, agency: str) -> tuple[datetime, list[str]]:
    """When the first step of a new case is due, and the editions by which that was counted."""
    by = staff(agency, "staff-1")
    open_case(onward, "trial", agency[:2], by, roles={"screener": agency})
    with onward.store.read() as connection:
        query = select(CLOCKS.c.at, CLOCKS.c.editions).where(CLOCKS.c.kind == "due")
        rows = connection.execute(query.order_by(CLOCKS.c.id.desc())).first()
    assert rows
    return rows.at, rows.editions


def test_a_part_of_a_country_is_counted_by_its_own_calendar(onward: Onward) -> None:
    """England works on 4 January 2027; Scotland has 2 January, given on the 4th, and one day more."""
    made = register(onward, AGENCIES, by=OPERATOR).editions
    assert made == ("GB-2026-1", "GB-SCT-2026-1", "PT-2026-1", "PT-20-2026-1")
    end = datetime(2027, 1, 4, 23, 59, 59, tzinfo=UTC)
    assert due(onward, "GB-LEEDS") == (end, ["GB-2026-1"])
    assert due(onward, "GB-AYR") == (end.replace(day=6), ["GB-SCT-2026-1"])


def test_a_part_of_a_country_may_keep_another_zone(onward: Onward) -> None:
    """The Azores are an hour behind Lisbon: their day ends an hour later."""
    register(onward, AGENCIES, by=OPERATOR)
    assert due(onward, "PT-FAIAL") == (
        datetime(2027, 1, 5, 0, 59, 59, tzinfo=UTC),
        ["PT-20-2026-1"],
    )
    with onward.store.read() as connection:
        known = onward.library.reference(connection, 1).registry.by_code
    assert known["PT-FAIAL"].zone == "Atlantic/Azores"
    assert known["GB-AYR"].zone == "Europe/London"


def test_a_late_holiday_makes_a_new_edition_of_its_place_alone(onward: Onward) -> None:
    """The other calendars stand, and what was counted by them need not be counted again."""
    register(onward, AGENCIES, by=OPERATOR)
    assert register(onward, AGENCIES, by=OPERATOR).editions == ()
    later = AGENCIES.replace("SCT: {holidays: {", "SCT: {holidays: {2027-03-01: Declared later, ")
    assert register(onward, later, by=OPERATOR).editions == ("GB-SCT-2026-2",)
    assert due(onward, "GB-AYR")[1] == ["GB-SCT-2026-2"]
    assert due(onward, "GB-LEEDS")[1] == ["GB-2026-1"]


EARLY = """\
registry: trial
countries:
  LK: {}
agencies:
  LK-A: {name: One, country: LK, roles: [first_responder]}
"""


def test_a_country_whose_holidays_end_early_has_one_calendar_until_it_says_more(
    onward: Onward,
) -> None:
    """A case whose period runs beyond waits for days of the next year, and then is opened."""
    assert register(onward, EARLY, by=OPERATOR).editions == ("LK-2026-1",)
    assert register(onward, EARLY, by=OPERATOR).editions == ()
    with pytest.raises(Refusal, match=r"calendar\.not_covered .*year=2027"):
        due(onward, "LK-A")
    more = EARLY.replace("LK: {}", "LK: {holidays: {2027-02-04: National Day}}")
    assert register(onward, more, by=OPERATOR).editions == ("LK-2026-2",)
    assert due(onward, "LK-A")[1] == ["LK-2026-2"]
