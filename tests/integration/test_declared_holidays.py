"""A day off that is declared between two registry files: what it moves, and what a later file means for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from casework import calendar_editions, operators, queries, worklists
from casework.case_rows import CASES
from casework.context import Onward
from casework.declared_holidays import Fate, LateHoliday, declare, declared, take_back
from casework.foreseen_holidays import foresee_holiday
from casework.refreshing import refresh_cases
from casework.registering import register
from casework.verifying import verify_installation
from engine.errors import Refusal
from engine.time.calendars import Edition
from models.columns import table_of
from models.definitions import DeclaredHoliday
from tests.installations import AGENCIES, PATHWAY, opened, ready
from tests.principals import OPERATOR, staff
from wording.sentences import as_line

DAY = date(2026, 3, 5)
WITH_DAY = AGENCIES.replace(
    "zone: Africa/Accra", "zone: Africa/Accra, holidays: {2026-03-05: In the file}"
)
WORKED = AGENCIES.replace("zone: Africa/Accra", "zone: Africa/Accra, no_holidays: [2026-03-05]")
PARTS = AGENCIES.replace(
    "zone: Africa/Accra",
    "zone: Africa/Accra, subdivisions: {AA: {}, WP: {no_holidays: [2026-03-05]}}",
)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """An installation whose pathway counts its first task in working days."""
    pathway = PATHWAY.replace("due: 24 hours", "due: 4 working days")
    made = ready(url, tmp_path, pathways=[pathway])
    yield made
    made.close()


def due(onward: Onward) -> list[date]:
    return [line.due_at.date() for line in worklists.tasks(onward, staff("GH-ONE")) if line.due_at]


def standing(onward: Onward) -> list[LateHoliday]:
    with onward.store.read() as connection:
        return declared(connection)


def edition(onward: Onward, place: str) -> Edition:
    with onward.store.read() as connection:
        return calendar_editions.in_force(connection)[place]


def acts(onward: Onward) -> list[tuple[str, dict[str, str]]]:
    return [(each.act, each.about) for each in operators.acts(onward, OPERATOR)]


def test_what_it_would_move_is_told_before_and_moves_then(onward: Onward) -> None:
    """Of each case in words that a bystander may read; looking changes nothing."""
    codes = [opened(onward) for _ in range(2)]
    told = foresee_holiday(onward, "GH", DAY, "A day of mourning", OPERATOR)
    assert (told.places, told.cases, told.moved, told.periods) == (("GH",), 2, 2, 2)
    assert [each.code for each in told.named] == codes
    (line,) = told.named[0].said
    assert (
        as_line(line)
        == "Becomes due later: Interview, 2026-03-10 23:59 UTC, not 2026-03-09 23:59 UTC"
    )
    assert due(onward) == [date(2026, 3, 9)] * 2

    late, made = declare(onward, "GH", DAY, " A day  of mourning ", OPERATOR)
    assert refresh_cases(onward, OPERATOR).deadlines == told.periods

    assert due(onward) == [date(2026, 3, 10)] * 2
    assert (late.name, made) == ("A day of mourning", (edition(onward, "GH").id,))
    assert acts(onward)[-1] == ("declare_holiday", {"place": "GH", "day": "2026-03-05"})
    (entry,) = [
        each for each in queries.case_log(onward, codes[0], by=OPERATOR) if each.number == 2
    ]
    assert entry.entry.command.agency == ""
    assert verify_installation(onward, OPERATOR) == []


def test_a_country_elsewhere_is_not_concerned(onward: Onward) -> None:
    opened(onward)
    assert foresee_holiday(onward, "NG", DAY, "Elsewhere", OPERATOR).periods == 0


def test_it_is_taken_back_as_if_it_had_not_been(onward: Onward) -> None:
    opened(onward)
    before = edition(onward, "GH").holidays
    declare(onward, "GH", DAY, "By mistake", OPERATOR)
    refresh_cases(onward, OPERATOR)
    take_back(onward, "GH", DAY, OPERATOR)
    refresh_cases(onward, OPERATOR)
    assert (due(onward), edition(onward, "GH").holidays) == ([date(2026, 3, 9)], before)
    assert standing(onward) == []
    assert acts(onward)[-1][0] == "take_back_holiday"
    assert verify_installation(onward, OPERATOR) == []
    with pytest.raises(Refusal, match=r"no_holiday\.not_declared"):
        take_back(onward, "GH", DAY, OPERATOR)


def test_a_file_that_says_nothing_of_the_day_leaves_it_off_and_that_is_told(onward: Onward) -> None:
    """Whoever wrote the file may not have known: nothing is lost in silence."""
    declare(onward, "GH", DAY, "Declared", OPERATOR)
    kept = edition(onward, "GH")
    (late,) = standing(onward)
    done = register(onward, AGENCIES, OPERATOR)
    assert (done.late_holidays, done.editions) == ({late: Fate.KEPT}, ())
    assert (edition(onward, "GH"), standing(onward)) == (kept, [late])
    other = AGENCIES.replace(
        "zone: Africa/Accra", "zone: Africa/Accra, holidays: {2026-04-08: New}"
    )
    register(onward, other, OPERATOR)
    assert edition(onward, "GH").reason_off(DAY) == "Declared"
    assert edition(onward, "GH").reason_off(date(2026, 4, 8)) == "New"
    assert verify_installation(onward, OPERATOR) == []


@pytest.mark.parametrize(
    ("file", "fate", "reason"), [(WITH_DAY, Fate.NAMED, "In the file"), (WORKED, Fate.DENIED, "")]
)
def test_a_file_that_knows_the_day_has_the_say(
    onward: Onward, file: str, fate: Fate, reason: str
) -> None:
    """From then on it is the file's, also when a later one leaves it out again."""
    declare(onward, "GH", DAY, "Declared", OPERATOR)
    (late,) = standing(onward)
    assert register(onward, file, OPERATOR).late_holidays == {late: fate}
    assert (edition(onward, "GH").reason_off(DAY), standing(onward)) == (reason, [])
    register(onward, AGENCIES, OPERATOR)
    assert edition(onward, "GH").reason_off(DAY) == ""
    assert verify_installation(onward, OPERATOR) == []


def test_a_day_of_a_country_is_one_of_its_parts_and_not_the_other_way_round(onward: Onward) -> None:
    """A part of which the file says that it works keeps working."""
    register(onward, PARTS, OPERATOR)
    declare(onward, "GH", DAY, "Everywhere", OPERATOR)
    register(onward, PARTS, OPERATOR)
    off = {each: edition(onward, each).reason_off(DAY) for each in ("GH", "GH-AA", "GH-WP")}
    assert off == {"GH": "Everywhere", "GH-AA": "Everywhere", "GH-WP": ""}
    with pytest.raises(Refusal, match="off_already"):
        declare(onward, "GH", DAY, "Once more", OPERATOR)
    other = date(2026, 3, 11)
    _, made = declare(onward, "GH-AA", other, "Here", OPERATOR)
    assert (len(made), edition(onward, "GH").reason_off(other)) == (1, "")


def test_a_day_on_which_a_country_does_not_work_stays_declared_for_its_part_that_does(
    onward: Onward,
) -> None:
    """A weekend is no word of the file on that day."""
    friday = (
        "zone: Africa/Accra, subdivisions: {AA: {weekends: [{since: 2000-01-01, days: [friday]}]}}"
    )
    file = AGENCIES.replace("zone: Africa/Accra", friday)
    saturday = date(2026, 3, 7)
    register(onward, file, OPERATOR)
    declare(onward, "GH", saturday, "Declared", OPERATOR)
    register(onward, file, OPERATOR)
    assert edition(onward, "GH-AA").reason_off(saturday) == "Declared"


@pytest.mark.parametrize("again", [False, True])
def test_a_day_taken_back_stays_off_where_the_file_has_it_under_the_same_name(
    onward: Onward, again: bool
) -> None:
    """Also once a file was loaded in between."""
    file = PARTS.replace("AA: {}", "AA: {holidays: {2026-03-05: Of the ancestors}}")
    register(onward, file, OPERATOR)
    declare(onward, "GH", DAY, "Of the ancestors", OPERATOR)
    if again:
        register(onward, file, OPERATOR)
    take_back(onward, "GH", DAY, OPERATOR)
    off = {each: edition(onward, each).reason_off(DAY) for each in ("GH", "GH-AA", "GH-WP")}
    assert off == {"GH": "", "GH-AA": "Of the ancestors", "GH-WP": ""}
    assert register(onward, file, OPERATOR).editions == ()


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("name", ["Here", "Everywhere"])
@pytest.mark.parametrize(("first", "left"), [("GH-AA", "GH"), ("GH", "GH-AA")])
def test_a_day_taken_back_stays_off_where_it_was_declared_otherwise_too(
    onward: Onward, first: str, left: str, name: str, again: bool
) -> None:
    """For a part and then for the whole country, whichever is taken back."""
    register(onward, PARTS, OPERATOR)
    before = edition(onward, "GH-AA").holidays
    declare(onward, "GH-AA", DAY, name, OPERATOR)
    declare(onward, "GH", DAY, "Everywhere", OPERATOR)
    if again:
        register(onward, PARTS, OPERATOR)
    take_back(onward, first, DAY, OPERATOR)
    off = {each: bool(edition(onward, each).reason_off(DAY)) for each in ("GH", "GH-AA")}
    assert off == {"GH": left == "GH", "GH-AA": True}
    take_back(onward, left, DAY, OPERATOR)
    assert not edition(onward, "GH").reason_off(DAY)
    assert edition(onward, "GH-AA").holidays == before


@pytest.mark.parametrize(
    ("place", "day", "name", "why"),
    [
        ("FR", DAY, "A name", "no_calendar"),
        ("GH", date(2040, 3, 5), "A name", "other_year"),
        ("GH", date(2026, 3, 6), "A name", "off_already"),
        ("GH", date(2026, 3, 7), "A name", "off_already"),
        ("GH", DAY, " ", "name"),
        ("GH", DAY, "x" * 81, "name"),
        ("GH", DAY, "a\x07b", "name"),
    ],
)
def test_a_day_that_cannot_be_one_is_refused(
    onward: Onward, place: str, day: date, name: str, why: str
) -> None:
    """Where there is no calendar, in a year that none covers, a holiday or a Saturday already, without a name."""
    before = acts(onward)
    for ask in (declare, foresee_holiday):
        with pytest.raises(Refusal, match=rf"no_holiday\.{why}"):
            ask(onward, place, day, name, OPERATOR)
    assert (acts(onward), standing(onward)) == (before, [])


def test_it_is_declared_once(onward: Onward) -> None:
    declare(onward, "GH", DAY, "Declared", OPERATOR)
    with pytest.raises(Refusal, match=r"no_holiday\.off_already"):
        declare(onward, "GH", DAY, "Again", OPERATOR)


def test_one_of_an_agency_without_the_right_declares_none(onward: Onward) -> None:
    for by in (staff("GH-ONE", "ama"), staff("GH-ONE")):
        for ask in (declare, foresee_holiday):
            with pytest.raises(Refusal, match=r"not_authorised\.coordinate"):
                ask(onward, "GH", DAY, "A name", by)
        with pytest.raises(Refusal, match=r"not_authorised\.coordinate"):
            take_back(onward, "GH", DAY, by)


def test_whoever_declares_one_in_the_database_is_found(onward: Onward) -> None:
    declare(onward, "GH", DAY, "Declared", OPERATOR)
    with onward.store.write() as connection:
        connection.execute(update(table_of(DeclaredHoliday)).values(name="Another"))
    (fault,) = verify_installation(onward, OPERATOR)
    assert str(fault.values["row"]).startswith("declared holiday")


def test_an_open_case_that_cannot_be_read_is_counted_apart(onward: Onward) -> None:
    """And keeps nobody from knowing what moves in the others."""
    broken, _ = opened(onward), opened(onward)
    with onward.store.write() as connection:
        unread = update(CASES).where(CASES.c.code == broken).values(sealed_state=b"x" * 60)
        connection.execute(unread)
    told = foresee_holiday(onward, "GH", DAY, "A name", OPERATOR)
    assert (told.cases, told.moved, told.unknown) == (2, 1, 1)
