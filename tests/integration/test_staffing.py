"""Staff are stored as the registry file says, and nobody else acts for an agency."""

from __future__ import annotations

from datetime import date

import pytest

from casework import authority
from casework.authenticating import entering, of_staff
from casework.authority import Right
from casework.context import Onward
from casework.principal import Because
from casework.registering import register
from casework.staffing import has_staff, require_staff
from engine.agencies.registry import StaffMember
from engine.errors import Refusal
from tests.installations import AGENCIES
from tests.principals import OPERATOR

STAFF = "{ama: {}, ato: {}}"
ALL = ("first_responder", "case_manager")
DAY = date(2026, 3, 2)


def loaded(onward: Onward, staff: str) -> None:
    register(onward, AGENCIES.replace(STAFF, staff), by=OPERATOR)


def test_staff_are_stored_with_roles_days_and_deputy(onward: Onward) -> None:
    """In the order of the file; what an earlier file said is gone."""
    loaded(onward, STAFF)
    loaded(
        onward,
        "{zoe: {deputy: ama}, ama: {roles: [case_manager], from: 2026-03-01, until: 2026-03-31}}",
    )
    zoe = StaffMember(code="zoe", roles=ALL, deputy="ama")
    ama = StaffMember(
        code="ama",
        roles=("case_manager",),
        valid_from=date(2026, 3, 1),
        valid_until=date(2026, 3, 31),
    )
    with onward.store.read() as connection:
        version = onward.library.reference(connection, 1_000_000)
        assert version.registry.by_code["GH-ONE"].staff == (zoe, ama)
        assert require_staff(connection, "GH-ONE", "ama", DAY) == ama
        with pytest.raises(Refusal):
            require_staff(connection, "GH-ONE", "ato", DAY)


@pytest.mark.parametrize(
    ("days", "coordinates"),
    [
        ("from: 2026-01-01, until: 2026-03-02", True),
        ("from: 2026-03-03", False),
        ("until: 2026-03-01", False),
    ],
)
def test_nobody_coordinates_before_their_agency_begins_or_once_it_has_left(
    onward: Onward, days: str, coordinates: bool
) -> None:
    """They still come in, since what was done may be reported later, and administer their own agency."""
    both = "{ama: {coordinates: yes, administers: yes}}"
    register(onward, AGENCIES.replace(f"staff: {STAFF}", f"{days}, staff: {both}"), by=OPERATOR)
    with onward.store.read() as connection:
        by = of_staff(onward, connection, "GH-ONE", "ama")
        registry = onward.library.reference(connection, 1_000_000).registry
    found = [authority.has(by, each) for each in (Right.COORDINATE, Right.ADMINISTER, Right.ACT)]
    assert found == [coordinates, True, True]
    assert registry.coordinates("GH-ONE", "ama", DAY) == coordinates
    assert registry.has_coordinator(DAY) == coordinates


def test_an_agency_without_staff_has_none(onward: Onward) -> None:
    """Nor has one that the registry no longer lists, or never did."""
    loaded(onward, STAFF)
    with onward.store.read() as connection:
        found = [has_staff(connection, each) for each in ("GH-ONE", "GH-TWO", "GH-NONE")]
    assert found == [True, False, False]
    register(onward, AGENCIES.replace("GH-ONE", "GH-ELSE"), by=OPERATOR)
    with onward.store.read() as connection:
        found = [has_staff(connection, each) for each in ("GH-ONE", "GH-ELSE")]
    assert found == [False, True]


@pytest.mark.parametrize(
    ("agency", "person", "day", "refused"),
    [
        ("GH-ONE", "nobody", DAY, "unknown_staff.not_listed agency=GH-ONE"),
        (
            "GH-ONE",
            "ama",
            date(2026, 2, 28),
            "unknown_staff.not_yet agency=GH-ONE day=2026-03-01",
        ),
        (
            "GH-ONE",
            "ama",
            date(2026, 4, 1),
            "unknown_staff.no_more agency=GH-ONE day=2026-03-31",
        ),
        ("GH-TWO", "ama", DAY, "no_staff agency=GH-TWO"),
    ],
)
def test_only_staff_in_force_act(
    onward: Onward, agency: str, person: str, day: date, refused: str
) -> None:
    """What was given as a code is not repeated: it may be a name."""
    loaded(onward, "{ama: {from: 2026-03-01, until: 2026-03-31}}")
    with onward.store.read() as connection:
        with pytest.raises(Refusal) as raised:
            require_staff(connection, agency, person, day)
        assert str(raised.value) == f"refused.{refused}"


def test_whoever_may_act_is_known_with_their_roles(onward: Onward) -> None:
    loaded(onward, "{ama: {roles: [case_manager]}}")
    with onward.store.read() as connection:
        found = require_staff(connection, "GH-ONE", "ama", DAY)
        assert found.roles == ("case_manager",)


def test_who_is_entered_for_is_known_as_the_registry_lists_them(onward: Onward) -> None:
    """With the roles they work in, the agency's language, who enters it, why, and how that one is known."""
    loaded(onward, "{ama: {roles: [case_manager]}}")
    by = entering(onward, OPERATOR, "GH-ONE", "ama", Because.PAPER)
    assert (by.agency, by.person, by.roles, by.language) == (
        "GH-ONE",
        "ama",
        ("case_manager",),
        "en",
    )
    assert (by.entered_by, by.because, by.authenticated) == ("operator-1", Because.PAPER, "a test")
    with pytest.raises(Refusal, match=r"unknown_staff\.not_listed"):
        entering(onward, OPERATOR, "GH-ONE", "ato", Because.PAPER)
