"""A coordinator on a phone, without JavaScript: a holiday is declared tonight, and an agency has to be kept out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from casework import operators
from casework.opening import open_case
from casework.worklists import tasks
from tests.principals import OPERATOR, staff
from tests.served_portal import COORDINATING, Served, served_portal

_DESK = staff(COORDINATING, "desk-1")


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_portal(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture(name="phone", scope="module")
def _phone(served: Served, browser: Browser) -> Iterator[Page]:
    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False
    ).new_page()
    phone.goto(served.link(COORDINATING))
    phone.locator("main button").click()
    yield phone
    phone.context.close()


def _follow(phone: Page, *names: str) -> None:
    for name in names:
        phone.get_by_role("link", name=name, exact=True).first.click()


def _did(served: Served) -> list[str]:
    who = f"{COORDINATING} desk-1"
    return [each.act for each in operators.acts(served.onward, OPERATOR) if each.operator == who]


def test_a_holiday_is_declared_tonight(served: Served, phone: Page) -> None:
    """What moves is said by case before anything does, and is so afterwards; then it is taken back."""
    code = open_case(served.onward, "adult_return", "CI", _DESK).code
    (due,) = [each.due_at for each in tasks(served.onward, _DESK) if each.code == code]
    assert due
    _follow(phone, "Coordinate", "Registry", "Calendars and holidays", "Declare a holiday")
    phone.get_by_label("Country").select_option("CI")
    on = date(2026, 3, 3)
    for part, number in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        phone.get_by_label(part, exact=True).fill(str(number))
    phone.get_by_label("Name of the holiday").fill("Day of mourning")
    phone.get_by_role("button", name="See which deadlines would move").click()
    expect(phone.locator("main")).to_contain_text("1 open case was examined")
    assert _did(served) == []
    phone.get_by_role("button", name="Declare it").click()
    expect(phone.locator("main")).to_contain_text("1 open case was recalculated")
    expect(phone.locator("main")).to_contain_text("3 Mar 2026: Day of mourning")
    phone.get_by_role("link", name="Take the holiday back").click()
    phone.get_by_role("button", name="Take the holiday back").click()
    expect(phone.locator("main")).not_to_contain_text("Day of mourning (")
    assert _did(served) == ["declare_holiday", "take_back_holiday"]


def test_an_agency_is_kept_out_and_let_work_again(served: Served, phone: Page) -> None:
    """Its page says by whom; a reason has to be chosen."""
    phone.goto(f"{served.address}/registry/agencies/CI-CNLTP")
    phone.locator("main a[href$='CI-CNLTP/suspend']").click()
    phone.get_by_role("button", name="Suspend").click()
    expect(phone.locator(".govuk-error-summary")).to_contain_text("Choose why")
    phone.get_by_label("Somebody may have looked").check()
    phone.get_by_role("button", name="Suspend").click()
    expect(phone.locator("main")).to_contain_text("Suspended by a coordinator")
    phone.locator("main a[href$='CI-CNLTP/lift']").click()
    phone.get_by_label("The reason for the suspension no longer applies").check()
    phone.get_by_role("button", name="Lift suspension").click()
    expect(phone.locator("main")).to_contain_text("CI-CNLTP may work again")
    assert _did(served)[-2:] == ["suspend", "lift_suspension"]


def test_at_home_nothing_is_offered(served: Served, phone: Page) -> None:
    phone.goto(f"{served.address}/registry/agencies/{COORDINATING}")
    expect(phone.locator("main")).to_contain_text("You cannot suspend anybody at this agency")
    assert phone.locator("main a[href$='/suspend']").count() == 0
