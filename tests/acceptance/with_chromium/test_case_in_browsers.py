"""A whole case, worked to its end by the agencies of two countries in real browsers, without JavaScript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page

from casework import queries
from casework.installation_clock import StoredClock
from casework.opening import open_case
from casework.principal import BY_LINK
from casework.settling import settle_due
from engine.acts.arrivals import GiveFeedback
from engine.acts.requests import AcceptHandOver
from engine.agencies.registry import Agency, WithoutAccount
from engine.state import State
from engine.statuses import CasePhase, RequestStatus
from tests.noticed import delivered, link_in
from tests.principals import OPERATOR, TIME, staff
from tests.served_portal import Served, served_portal

_LOCALES = {"CI": "fr-FR", "NG": "en-NG", "BJ": "pt-PT"}
"""Benin reads French; here somebody there has chosen Portuguese."""
_SAID = {
    "home_country": "BJ",
    "adult_by_statement": "adult",
    "immediate_danger": "no",
    "asylum": "not_sought",
    "risk": "low",
    "place_wanted": "yes",
    "needs": "several",
    "urgency": "normal",
    "language": "fr",
}
"""Answers that lead to a return; others are the first that may be given."""
_VISITOR = Agency(
    code="BJ-VISIT",
    name="Visits in the provinces",
    country="BJ",
    zone="Africa/Porto-Novo",
    roles=("family_tracer",),
    languages=("fr",),
    without_account=(WithoutAccount.LINK,),
)
"""Nobody of it has an account: it works by the links in its notices."""
_PARTS = {"day": "1", "month": "1", "year": "1990", "time": "9:00"}
"""Of a day or a moment that is asked for."""
_PATHS = """[...document.querySelectorAll(".onward-work__item a")].map(
  each => each.getAttribute("href"))"""
_CONTROLS = """form => [...form.elements].map(each => ({
  name: each.name, kind: each.type, mode: each.inputMode, value: each.value,
  options: [...each.options ?? []].map(option => option.value),
}))"""
_DESKS = 9
_MOST_PAGES = 150


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_portal(tmp_path_factory.mktemp("home"), first=[_VISITOR]) as served:
        yield served


class Control(NamedTuple):
    """What a form has to be filled in, as the browser knows it."""

    name: str
    kind: str
    mode: str
    """Which keys a phone shows for it."""
    value: str
    options: list[str]
    """Of a list to choose from."""


class Agencies:
    """Somebody at each desk of each agency, with a phone of their own."""

    def __init__(self, served: Served, browser: Browser) -> None:
        self._served, self._browser = served, browser
        self._phones: dict[tuple[str, int], Page] = {}
        self.by_link: list[str] = []
        """What the pages were called that links have opened."""

    def phone(self, agency: str, desk: int) -> Page:
        if (agency, desk) not in self._phones:
            phone = self._new_phone(agency)
            phone.goto(self._served.link(agency, f"desk-{desk}"))
            phone.locator("main button").click()
            self._phones[agency, desk] = phone
        return self._phones[agency, desk]

    def _new_phone(self, agency: str) -> Page:
        return self._browser.new_context(
            viewport={"width": 360, "height": 740},
            locale=_LOCALES.get(agency[:2], "en-GB"),
            java_script_enabled=False,
        ).new_page()

    @property
    def used(self) -> set[str]:
        return {agency for agency, _ in self._phones}

    def work(self, agency: str, code: str) -> bool:
        """Whether something that the agency owes was done, by whoever of it may."""
        if agency == _VISITOR.code:
            return self._work_by_links(code)
        for desk in range(1, _DESKS + 1):
            phone = self.phone(agency, desk)
            if not _open_first(phone, self._served.address):
                return False
            if _answered(phone):
                return True
        return False

    def _work_by_links(self, code: str) -> bool:
        """Whether a link in one of its notices let it do something, the first that the page offers."""
        notices = delivered(self._served.onward, code, _VISITOR.code)
        phone = self._new_phone(_VISITOR.code)
        for notice in reversed(notices):
            phone.goto(f"{self._served.address}{link_in(notice, self._served.address)}")
            self.by_link.append(phone.locator("h1").inner_text())
            way = phone.locator("main ul a.govuk-button")
            if way.count():
                way.first.click()
                form = phone.locator("main form")
                _fill_in(form)
                form.locator("button").click()
                phone.wait_for_load_state()
                return bool(phone.locator(".govuk-panel").count())
        return False


def _open_first(page: Page, address: str) -> bool:
    """Open the first request that waits, or else the first task, with something to do."""
    for room in ("/requests", "/"):
        page.goto(f"{address}{room}")
        for path in page.evaluate(_PATHS):  # a locator would bring its scripts into each list
            page.goto(f"{address}{path}")
            _read_together(page)
            if page.locator("main form").count():
                return True
    return False


def _read_together(page: Page) -> None:
    """What the person is asked, if that is what the task is about, and their yes."""
    asks = page.locator("main a[href*='/read/']")
    if asks.count():
        asks.click()
        page.locator("main .govuk-button-group a").first.click()


def _answered(page: Page) -> bool:
    """Fill in the form, again if it asks for more, and send it. Whether it was taken."""
    for _ in range(3):
        form = page.locator("main form").first
        _fill_in(form)
        form.locator("button").first.click()
        if "/do/" not in page.url:
            return True
        if page.locator(".govuk-warning-text").count():  # somebody else must do it
            return False
    return False


def _fill_in(form: Locator) -> None:
    radios = defaultdict[str, list[str]](list)
    for each in (Control(**found) for found in form.evaluate(_CONTROLS)):
        field = form.locator(f"[name='{each.name}']")
        if each.kind == "radio":
            radios[each.name].append(each.value)
        elif each.kind == "select-one":
            field.select_option(_chosen(each.name, each.options[1:]))
        elif text := _typed(each):
            field.fill(text)
    for name, values in radios.items():
        form.locator(f"input[name='{name}'][value='{_chosen(name, values)}']").check()


def _typed(control: Control) -> str:
    """Nothing where the moment of the act is asked for: it is now."""
    if control.kind == "textarea":
        return "Text"
    if control.mode == "decimal":
        return "1"
    part = control.name.rpartition("-")[2]
    is_answer = control.name.startswith("answer-") and not control.name.startswith("answer-at-")
    return _PARTS.get(part, "") if is_answer else ""


def _chosen(name: str, values: list[str]) -> str:
    said = _SAID.get(name.partition("-")[2], "")
    return said if said in values else "" if "" in values else values[0]


def _state(served: Served, code: str) -> State:
    return queries.case(served.onward, code, OPERATOR).state


def test_a_case_goes_from_the_first_talk_to_its_end_on_phones(
    served: Served, browser: Browser
) -> None:
    onward = served.onward
    code = open_case(onward, "adult_return", "CI", staff("CI-UCT", "desk-1")).code
    agencies = Agencies(served, browser)
    for _ in range(_MOST_PAGES):
        state = _state(served, code)
        if state.status != CasePhase.OPEN:
            break
        owed = [each.agency for each in state.open_hand_overs()]
        owed += [each.agency for each in state.open_tasks()]
        if any(agencies.work(agency, code) for agency in dict.fromkeys(owed)):
            continue
        clock, due = onward.clock, state.next_clock()
        assert isinstance(clock, StoredClock)
        assert due, "nobody has anything to do, and nothing comes"
        clock.advance(max(due.at, clock.now() + timedelta(hours=1)))
        settle_due(onward, code, TIME)
    state = _state(served, code)
    assert (state.status, state.end) == (CasePhase.ENDED, "reintegrated")
    assert len(agencies.used) >= 6
    assert {each[:2] for each in agencies.used} >= {"CI", "BJ"}
    _require_by_links_alone(served, code)
    assert agencies.by_link


def _require_by_links_alone(served: Served, code: str) -> None:
    """The visiting agency has answered the request and closed it, and never signed in."""
    state = _state(served, code)
    (asked,) = (each for each in state.hand_overs.values() if each.agency == _VISITOR.code)
    assert asked.status == RequestStatus.CLOSED
    done = [
        each.entry.command
        for each in queries.case_log(served.onward, code, OPERATOR)
        if each.entry.command.agency == _VISITOR.code
    ]
    assert {type(each.act) for each in done} >= {AcceptHandOver, GiveFeedback}
    assert all(each.person.startswith(BY_LINK) for each in done)
