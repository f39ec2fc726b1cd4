"""The registry's pages: what coordinators read there, a holiday declared late, who is kept out by whom; both stores."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from casework import operators, queries, sessions, suspending, systems
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.declared_holidays import declare
from casework.driving import CaseDriving
from casework.registering import register
from casework.suspending import Why
from casework.suspensions import MadeBy, made_by
from casework.verifying import verify_installation
from engine.acts.suspensions import Suspend
from engine.errors import Refusal
from portal.pages import holidays
from portal.pages import suspending as suspending_pages
from tests.installations import AGENCIES, START, asked_home, opened
from tests.portals import Browser, RealTime, portal_of, read
from tests.principals import OPERATOR, administrator, coordinator, staff

LISTED = (
    AGENCIES.replace(
        "{ama: {}, ato: {}}",
        "{ama: {coordinates: yes}, ato: {administers: yes, until: 2026-12-31, deputy: ama}}",
    )
    .replace(
        "channels: [email]}\n  NG-HOME",
        "channels: [email], staff: {eye: {}}}\n  NG-HOME",
    )
    .replace(
        "roles: [receiving_counterpart], channels: [email]}\n  NG-TWO",
        "roles: [receiving_counterpart], channels: [email],"
        " staff: {bola: {administers: yes}, chi: {}}}\n  NG-TWO",
    )
    + "oversight: [GH-TWO]\n"
)
AMA = coordinator("GH-ONE", "ama")
DAY = {"day-day": "5", "day-month": "3", "day-year": "2026"}
PAGES = (
    "/registry",
    "/registry/agencies/NG-HOME",
    "/registry/agencies/NG-HOME/suspend",
    "/registry/agencies/NG-HOME/cases",
    "/registry/agencies/NG-HOME/staff/chi/suspend",
    "/registry/calendars",
    "/registry/calendars/GH",
    "/registry/calendars/holiday",
    "/registry/calendars/follow",
    "/registry/calendars/GH/2026-03-05/take-back",
)


@pytest.fixture(name="agencies")
def _agencies() -> str:
    return LISTED


@pytest.fixture(name="ama")
def _ama(onward: Onward, time: RealTime) -> Browser:
    """She coordinates, and is signed in."""
    return Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")


def acts(onward: Onward) -> list[tuple[str, str, dict[str, str]]]:
    return [(each.operator, each.act, each.about) for each in operators.acts(onward, OPERATOR)]


def made(onward: Onward, agency: str) -> dict[str, MadeBy]:
    with onward.store.read() as connection:
        return made_by(connection, agency)


def test_it_says_which_registry_is_in_force_and_what_was_changed_last(
    onward: Onward, ama: Browser
) -> None:
    declare(onward, "NG", date(2026, 3, 4), "Declared", OPERATOR)
    text = read(ama.get("/registry"))
    assert "trial, loaded by operator-1 on Mon, 2 Mar 2026" in text
    assert "NG-HOME Home Nigeria, en, email Roles: receiving counterpart Valid" in text
    assert "2026-03-04 declared a holiday in NG" in text


def test_an_agency_shows_who_acts_for_it_and_no_address(onward: Onward, ama: Browser) -> None:
    """Nor any token, of which nothing is kept that would let somebody in."""
    token = systems.make(
        onward, "GH-ONE", "records", [Right.READ], systems.AT_MOST, OPERATOR, START
    )
    page = ama.get("/registry/agencies/GH-ONE")
    text = read(page)
    assert re.search(
        r"ato .*Administers the agency's accounts Deputy: ama Until .*31 Dec 2026", text
    )
    assert re.search(r"ama .*Is a coordinator for all agencies Has an account", text)
    assert "email (no address: nothing arrives)" in text
    assert re.search(r"records read .*2027", text)
    assert token not in page.text
    assert ama.get("/registry/agencies/GH-NONE").status_code == 409


def test_a_calendar_shows_a_year_and_what_was_declared(onward: Onward, ama: Browser) -> None:
    declare(onward, "GH", date(2026, 3, 5), "Mourning", OPERATOR)
    text = read(ama.get("/registry/calendars/GH"))
    assert "Holidays of 2026" in text
    assert re.search(r"5 Mar 2026: Mourning \(declared here on .*Take the holiday back", text)
    assert "Mourning" not in read(ama.get("/registry/calendars/GH?year=2027"))
    assert "Holidays of 2026" in read(ama.get("/registry/calendars/GH?year=word"))
    assert ama.get("/registry/calendars/FR").status_code == 404
    assert "5 Mar 2026: Mourning, declared here" in read(ama.get("/registry/calendars"))


def test_a_calendar_shows_each_declaration_of_a_day_with_its_own_way_back(
    onward: Onward, ama: Browser
) -> None:
    """Of a part and of its country; under one name they share a line."""
    parts = LISTED.replace("zone: Africa/Accra", "zone: Africa/Accra, subdivisions: {AA: {}}")
    register(onward, parts, OPERATOR)
    for place in ("GH-AA", "GH"):
        declare(onward, place, date(2026, 3, 5), "Mourning", OPERATOR)
    page = ama.get("/registry/calendars/GH-AA")
    assert read(page).count("5 Mar 2026: Mourning") == 1
    assert re.findall(r"/registry/calendars/([A-Z-]+)/2026-03-05/take-back", page.text) == [
        "GH",
        "GH-AA",
    ]


def test_a_holiday_is_declared_after_a_look_at_what_it_moves(onward: Onward, ama: Browser) -> None:
    """The first press says it, and only the second does it."""
    opened(onward)
    form = {"place": "GH", "name": "Mourning", **DAY}
    page = ama.post("/registry/calendars/holiday", form)
    assert "1 open case was examined. Deadlines that would move: 0" in read(page)
    assert [act for _, act, _ in acts(onward)].count("declare_holiday") == 0
    page = ama.insist("/registry/calendars/holiday", form)
    assert page.url.path == "/registry/calendars/GH"
    assert (
        "1 open case was recalculated with the current calendars. Deadlines that moved: 0"
        in read(page)
    )
    assert acts(onward)[-1] == (
        "GH-ONE ama",
        "declare_holiday",
        {"place": "GH", "day": "2026-03-05"},
    )
    page = ama.post("/registry/calendars/GH/2026-03-05/take-back")
    assert "Mourning" not in read(page).partition("Holidays of")[2]
    assert ama.post("/registry/calendars/GH/2026-03-05/take-back").status_code == 409
    assert verify_installation(onward, OPERATOR) == []


def test_many_cases_follow_a_holiday_page_by_page(
    onward: Onward, ama: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request goes through all of them, however many there are."""
    monkeypatch.setattr(holidays, "AT_ONCE", 2)
    cases = [opened(onward) for _ in range(3)]
    form = {"place": "GH", "name": "Mourning", **DAY}
    page = ama.post("/registry/calendars/holiday", form)
    assert "2 open cases were examined" in read(page)
    assert "1 newer case has not been" in read(page)
    page = ama.insist("/registry/calendars/holiday", form)
    assert str(page.url).endswith(f"/registry/calendars/follow?after={cases[1]}")
    assert "2 open cases were recalculated with the current calendars." in read(page)
    assert "1 open case still to be updated" in read(page)
    page = ama.post("/registry/calendars/follow", {"after": cases[1]})
    assert page.url.path == "/registry/calendars"
    assert "1 open case was recalculated with the current calendars." in read(page)
    assert "3 open cases still to be updated" in read(ama.get("/registry/calendars/follow"))
    page = ama.post("/registry/calendars/GH/2026-03-05/take-back")
    assert "1 open case still to be updated" in read(page)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"place": "GH", "name": "x"}, "Write a day, a month and a year"),
        ({"place": "GH", "name": "x", **DAY, "day-day": "32"}, "Write a day, a month and a year"),
        ({"place": "GH", "name": "x", **DAY, "day-day": "6"}, "is already a day off in GH"),
        ({"place": "FR", "name": "x", **DAY}, "o calendar is in force in FR"),
        ({"place": "GH", "name": "", **DAY}, "ame the holiday in one line"),
    ],
)
def test_what_cannot_be_declared_is_said_beside_the_form(
    ama: Browser, form: dict[str, str], said: str
) -> None:
    """What was typed stays there."""
    page = ama.post("/registry/calendars/holiday", form)
    assert page.status_code in (409, 422)
    assert said in read(page)
    assert f'value="{form["name"]}"' in page.text or not form["name"]


def test_an_agency_is_suspended_with_a_reason_and_let_work_again(
    onward: Onward, ama: Browser
) -> None:
    asked_home(onward)
    page = ama.get("/registry/agencies/NG-HOME/suspend")
    assert "recorded in 1 open case" in read(page)
    assert "Choose why" in read(ama.post("/registry/agencies/NG-HOME/suspend"))
    assert ama.post("/registry/agencies/NG-HOME/suspend", {"why": "mended"}).status_code == 422
    assert made(onward, "NG-HOME") == {}
    page = ama.post("/registry/agencies/NG-HOME/suspend", {"why": "misuse"})
    assert "NG-HOME is suspended; this was recorded in 1 open case" in read(page)
    assert "Suspended by a coordinator" in read(page)
    assert acts(onward)[-1][2] == {"agency": "NG-HOME", "because": "misuse", "person": ""}
    assert ama.post("/registry/agencies/NG-HOME/suspend", {"why": "lost"}).status_code == 409
    page = ama.post("/registry/agencies/NG-HOME/lift", {"why": "mistake"})
    assert "NG-HOME may work again" in read(page)
    assert (made(onward, "NG-HOME"), acts(onward)[-1][0]) == ({}, "GH-ONE ama")
    assert verify_installation(onward, OPERATOR) == []


def test_a_suspension_is_recorded_in_some_cases_at_a_time(
    onward: Onward, ama: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was left off is gone on with later; nothing is recorded twice, and the agency is out from the first."""
    monkeypatch.setattr(suspending_pages, "AT_ONCE", 2)
    cases = [asked_home(onward) for _ in range(3)]
    page = ama.post("/registry/agencies/NG-HOME/suspend", {"why": "lost"})
    there = f"/registry/agencies/NG-HOME/cases?after={cases[1]}"
    assert str(page.url).endswith(there)
    assert "NG-HOME is suspended; this was recorded in 2 open cases" in read(page)
    assert "1 open case still to be updated" in read(page)
    assert "3 open cases still to be updated" in read(ama.get("/registry/agencies/NG-HOME/cases"))
    page = ama.post("/registry/agencies/NG-HOME/cases")
    assert "recorded in 0 open cases" in read(page)
    page = ama.post("/registry/agencies/NG-HOME/cases", {"after": cases[1]})
    assert "recorded in 1 open case" in read(page)
    assert str(page.url).endswith("/registry/agencies/NG-HOME")
    page = ama.post("/registry/agencies/NG-HOME/lift", {"why": "mended"})
    assert str(page.url).endswith(there)
    page = ama.post("/registry/agencies/NG-HOME/cases", {"after": cases[1]})
    assert "NG-HOME may work again; this was recorded in 1 open case" in read(page)
    for nothing in ("7K2F-9QXM", "x" * 5000):
        page = ama.post("/registry/agencies/NG-HOME/cases", {"after": nothing})
        assert "recorded in 0 open cases" in read(page)
    assert ama.get("/registry/agencies/NG-NONE/cases").status_code == 409
    own = "/registry/agencies/GH-ONE/cases"
    assert (ama.get(own).status_code, ama.post(own).status_code) == (409, 403)
    for code in cases:
        log = queries.case_log(onward, code, by=OPERATOR)
        assert [each.entry.command.act for each in log][-2:] == [
            Suspend(agency="NG-HOME"),
            Suspend(agency="NG-HOME", lifted=True),
        ]


def test_it_is_said_in_how_many_cases_the_end_of_a_suspension_could_not_be_recorded(
    onward: Onward, ama: Browser
) -> None:
    broken, _ = asked_home(onward), asked_home(onward)
    ama.post("/registry/agencies/NG-HOME/suspend", {"why": "lost"})
    with onward.store.write() as connection:
        damaged = update(CASES).where(CASES.c.code == broken).values(sealed_state=b"x" * 60)
        connection.execute(damaged)
    page = ama.post("/registry/agencies/NG-HOME/lift", {"why": "mended"})
    assert "but this could not be recorded in 1 open case: tell an operator" in read(page)


def test_one_of_its_staff_is_kept_out_and_their_administrator_does_not_undo_that(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    chi = Browser(portal_of(onward, time)).sign_in("NG-HOME", "chi")
    ama.post("/registry/agencies/NG-HOME/staff/chi/suspend", {"why": "lost"})
    assert made(onward, "NG-HOME") == {"chi": MadeBy.COORDINATOR}
    assert chi.get("/", follow=False).headers["location"] == "/sign-in"
    bola = Browser(portal_of(onward, time)).sign_in("NG-HOME", "bola")
    assert "Suspended by a coordinator" in read(bola.get("/staff"))
    assert bola.post("/staff/chi/lift").status_code == 409
    with pytest.raises(Refusal, match=r"not_authorised\.of_coordinator"):
        suspending.lift(onward, "NG-HOME", administrator("NG-HOME", "bola"), "chi")
    ama.post("/registry/agencies/NG-HOME/staff/chi/lift", {"why": "mended"})
    assert made(onward, "NG-HOME") == {}
    assert ama.get("/registry/agencies/NG-HOME/staff/nobody/suspend").status_code == 409


def test_who_has_more_weight_makes_a_suspension_theirs_and_keeps_it(onward: Onward) -> None:
    bola = administrator("NG-HOME", "bola")
    for by, weight in (
        (bola, MadeBy.ADMINISTRATOR),
        (AMA, MadeBy.COORDINATOR),
        (bola, MadeBy.COORDINATOR),
        (OPERATOR, MadeBy.OPERATOR),
        (AMA, MadeBy.OPERATOR),
    ):
        suspending.suspend(onward, "NG-HOME", by, "chi", Why.ASKED)
        assert made(onward, "NG-HOME") == {"chi": weight}
    with pytest.raises(Refusal, match=r"not_authorised\.of_operator"):
        suspending.lift(onward, "NG-HOME", AMA, "chi")
    assert verify_installation(onward, OPERATOR) == []


@pytest.mark.parametrize(
    ("agency", "person", "why"),
    [
        ("GH-ONE", "", "of_own_agency"),
        ("GH-ONE", "ato", "administer"),
        ("GH-ONE", "ama", "administer"),
        ("GH-TWO", "", "of_oversight"),
        ("GH-TWO", "eye", "of_oversight"),
    ],
)
def test_nobody_coordinates_their_own_agency_or_whoever_watches(
    onward: Onward, ama: Browser, agency: str, person: str, why: str
) -> None:
    """Neither by a page nor past it; an administrator at home does what administrators do."""
    for act in (suspending.suspend, suspending.lift):
        suspending.suspend(onward, agency, OPERATOR, person) if act is suspending.lift else None
        with pytest.raises(Refusal, match=rf"not_authorised\.{why}"):
            act(onward, agency, AMA, person)
        suspending.lift(onward, agency, OPERATOR, person) if act is suspending.lift else None
    whom = f"{agency}/staff/{person}" if person else agency
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    page = ama.post(f"/registry/agencies/{whom}/suspend", {"why": "lost"})
    assert page.status_code == 409
    assert "You cannot suspend anybody at this agency" in read(
        ama.get(f"/registry/agencies/{agency}")
    )
    assert made(onward, agency) == {}


def test_whoever_does_not_coordinate_finds_none_of_it(onward: Onward, time: RealTime) -> None:
    """Not even an administrator; and nothing is done."""
    ato = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ato")
    before = acts(onward)
    assert "/registry" not in ato.get("/").text
    for path in PAGES:
        for ask in (ato.get, ato.post):
            assert ask(path).status_code in (403, 404, 405), path
    assert acts(onward) == before
    for by in (staff("GH-ONE", "ama"), administrator("GH-ONE", "ato")):
        with pytest.raises(Refusal, match=r"not_authorised\.coordinate"):
            suspending.suspend(onward, "NG-HOME", by)


def test_it_is_asked_again_who_it_is_before_anything_is_done(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    time.pass_by(sessions.SURE)
    for path in (*PAGES[2:5], *PAGES[7:9]):
        for ask in (ama.get, ama.post):
            assert ask(path, follow=False).headers["location"].startswith("/again?to=")
    assert ama.get("/registry").is_success


def test_the_page_of_a_case_leads_to_its_run_for_whoever_may_go_there(
    onward: Onward, time: RealTime
) -> None:
    """By the public address of Prefect, once the run is known; a colleague finds no word of it."""
    code, public = opened(onward), replace(onward, prefect="https://prefect.example")
    address = "https://prefect.example/runs/flow-run/a-run"
    ama = Browser(portal_of(public, time)).sign_in("GH-ONE", "ama")
    ato = Browser(portal_of(public, time)).sign_in("GH-ONE", "ato")
    assert "prefect.example" not in ama.get(f"/cases/{code}").text
    CaseDriving(onward).remember_run(code, "a-run")
    assert f'href="{address}" rel="noreferrer"' in ama.get(f"/cases/{code}").text
    assert "prefect.example" not in ato.get(f"/cases/{code}").text
    quiet = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")
    assert "a-run" not in quiet.get(f"/cases/{code}").text


def test_many_agencies_come_by_country(onward: Onward, ama: Browser) -> None:
    """That of the reader first; a few come together."""
    assert "NG-HOME" in read(ama.get("/registry")).partition("What was changed")[0]
    more = "".join(
        f"  GH-M{number}: {{name: Many, country: GH, roles: [medical]}}\n" for number in range(60)
    )
    register(onward, LISTED.replace("agencies:\n", f"agencies:\n{more}"), by=OPERATOR)
    shown = read(ama.get("/registry")).partition("What was changed")[0]
    assert ("GH-M59" in shown, "NG-HOME" in shown) == (True, False)
    shown = read(ama.get("/registry?country=NG")).partition("What was changed")[0]
    assert ("GH-M59" in shown, "NG-HOME" in shown) == (False, True)
