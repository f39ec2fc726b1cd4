"""An agency's administrator lets colleagues in and keeps them out, and nobody else; both stores."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import update

from casework import operators, sessions, sign_in_links, suspending
from casework.administering import Standing, colleagues
from casework.context import Onward
from casework.manifest import said
from casework.principal import Principal
from casework.proved_tables import TABLES
from casework.registering import register
from casework.verifying import verify_installation
from engine.agencies.duties import Duty
from engine.errors import Refusal
from models.agencies import Suspension
from models.columns import table_of
from models.registry_rows import StaffRow
from tests.installations import AGENCIES, START
from tests.portals import ADDRESS, Browser, RealTime, portal_of, read
from tests.principals import OPERATOR, administrator, coordinator, staff

LONG = "k" * 80
"""The longest code of somebody that a registry takes."""
STAFF = (
    AGENCIES.replace("{ama: {}, ato: {}}", "{ama: {administers: yes}, ato: {}, old: {until: 2020-01-01}}")
    .replace("channels: [email]}\n  NG-HOME", f"channels: [email], staff: {{{LONG}: {{administers: yes}}, efe: {{}}}}}}\n  NG-HOME")
)  # fmt: skip
AMA = administrator("GH-ONE", "ama")


@pytest.fixture(name="agencies")
def _agencies() -> str:
    return STAFF


@pytest.fixture(name="ama")
def _ama(onward: Onward, time: RealTime) -> Browser:
    """She administers, and is signed in."""
    return Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")


def standing(onward: Onward, person: str) -> Standing:
    return next(e.standing for e in colleagues(onward, "GH-ONE", OPERATOR) if e.code == person)


def done(onward: Onward) -> list[tuple[str, str, str]]:
    """Who did what to whom, as far as it has to do with one person."""
    return [
        (each.operator, each.act, each.about["person"])
        for each in operators.acts(onward, OPERATOR)
        if each.about.get("person")
    ]


def test_the_page_says_who_has_an_account_and_the_day_on_which_they_were_last_in(
    ama: Browser,
) -> None:
    """No hour: it is no business of a colleague when somebody works."""
    page = ama.get("/staff")
    text = read(page)
    assert re.search(
        r"ama This is you: another administrator.* Last signed in on Mon, 2 Mar 2026 Has", text
    )
    assert "ato Has never signed in No account yet Make a link ato Suspend ato" in text
    assert "old Has never signed in Registry entry not valid today" in text
    assert not re.search(r"\d:\d\d", text)
    assert [each in page.text for each in ("/staff/ato/invite", "/staff/ama/")] == [True, False]


def test_a_colleague_sets_up_an_account_by_the_link_that_is_shown_once(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    assert "has an account" not in read(ama.get("/staff/ato/invite"))
    shown = read(ama.post("/staff/ato/invite"))
    (link,) = re.findall(rf"{ADDRESS}(/in/[\w-]+)", shown)
    assert link not in ama.get("/staff").text + ama.get("/staff/ato/invite").text
    ato = Browser(portal_of(onward, time))
    assert read(ato.post(link)).startswith("Set up your account")
    assert ato.post(link).status_code == 403
    assert done(onward)[-1] == ("GH-ONE ama", "invite", "ato")
    assert verify_installation(onward, OPERATOR) == []


def test_a_link_that_replaces_an_account_says_so_and_the_account_stands_until_it_is_used(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    ato = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ato")
    assert "This colleague already has an account" in read(ama.get("/staff/ato/invite"))
    (link,) = re.findall(rf"{ADDRESS}(/in/[\w-]+)", read(ama.post("/staff/ato/invite")))
    assert operators.acts(onward, OPERATOR)[-1].about["account"] == "again"
    Browser(portal_of(onward, time)).post(link)
    assert ato.get("/", follow=False).is_success


def test_a_phone_is_lost_at_night(onward: Onward, ama: Browser, time: RealTime) -> None:
    """Whoever has it is out at once; a link that was made before is void, and the word of it is told."""
    ato = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ato")
    (link,) = re.findall(rf"{ADDRESS}(/in/[\w-]+)", read(ama.post("/staff/ato/invite")))
    assert "signed out everywhere at once" in read(ama.get("/staff/ato/suspend"))
    assert standing(onward, "ato") is Standing.ACCOUNT, "a page that only asks has done nothing"
    page = ama.post("/staff/ato/suspend")
    assert (page.url.path, "signed out everywhere: ato" in read(page)) == ("/staff", True)
    assert ato.get("/", follow=False).headers["location"] == "/sign-in"
    assert Browser(portal_of(onward, time)).post(link).status_code == 403
    assert ama.get("/staff/ato/invite").status_code == 409
    assert "suspension of ato was lifted" in read(ama.post("/staff/ato/lift"))
    assert standing(onward, "ato") is Standing.ACCOUNT
    assert done(onward)[-2:] == [
        ("GH-ONE ama", "suspend", "ato"),
        ("GH-ONE ama", "lift_suspension", "ato"),
    ]
    assert verify_installation(onward, OPERATOR) == []


def test_whoever_does_not_administer_sees_and_does_nothing_of_it(
    onward: Onward, time: RealTime
) -> None:
    ato = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ato")
    before = done(onward)
    assert 'href="/staff"' not in ato.get("/").text
    assert ato.get("/staff").status_code == 403
    for way in ("invite", "suspend", "lift"):
        for ask in (ato.get, ato.post):
            assert ask(f"/staff/ama/{way}").status_code == 403
    assert done(onward) == before


def test_who_administers_is_what_the_registry_says_now(onward: Onward, ama: Browser) -> None:
    """Also for somebody who is signed in meanwhile."""
    assert 'href="/staff"' in ama.get("/").text
    register(onward, AGENCIES, by=OPERATOR)
    assert 'href="/staff"' not in ama.get("/").text
    assert ama.post("/staff/ato/suspend").status_code == 403


Act = Callable[[Onward, str, str, Principal], object]
ACTS: dict[str, Act] = {
    "invite": lambda onward, agency, who, by: sign_in_links.invite(onward, agency, who, by, START),
    "suspend": lambda onward, agency, who, by: suspending.suspend(onward, agency, by, who),
    "lift": lambda onward, agency, who, by: suspending.lift(onward, agency, by, who),
    "see": lambda onward, agency, who, by: colleagues(onward, agency, by),
}


@pytest.mark.parametrize("way", ACTS)
def test_an_administrator_does_it_for_their_own_agency_alone(onward: Onward, way: str) -> None:
    """Whether there is somebody there of that code, or not."""
    for who in ("efe", "ama", "nobody"):
        with pytest.raises(Refusal, match=r"not_authorised\.of_another_agency"):
            ACTS[way](onward, "GH-TWO", who, AMA)
    with pytest.raises(Refusal, match=r"not_authorised\.administer"):
        ACTS[way](onward, "GH-ONE", "ato", staff("GH-ONE", "ama"))


def test_a_page_knows_nobody_of_another_agency(ama: Browser) -> None:
    for way in ("invite", "suspend", "lift"):
        page = ama.post(f"/staff/efe/{way}")
        assert (page.status_code, "staff code of GH-ONE is not in the registry" in read(page)) == (
            409,
            True,
        )


@pytest.mark.parametrize("way", ["invite", "suspend", "lift"])
def test_nobody_does_it_for_themselves(onward: Onward, ama: Browser, way: str) -> None:
    with pytest.raises(Refusal, match=r"not_authorised\.of_oneself"):
        ACTS[way](onward, "GH-ONE", "ama", AMA)
    assert ama.post(f"/staff/ama/{way}").status_code == 403


def test_an_agency_as_a_whole_is_the_operators_and_coordinators(onward: Onward) -> None:
    for act in (suspending.suspend, suspending.lift):
        with pytest.raises(Refusal, match=r"not_authorised\.coordinate"):
            act(onward, "GH-ONE", AMA)
    by = coordinator("GH-ONE", "ama")
    suspending.suspend(onward, "GH-TWO", by)
    suspending.lift(onward, "GH-TWO", by)
    assert [
        each.act for each in operators.acts(onward, OPERATOR) if each.operator == "GH-ONE ama"
    ] == [
        "suspend",
        "lift_suspension",
    ]
    suspending.suspend(onward, "GH-ONE", OPERATOR, "ato")
    for act in (suspending.suspend, suspending.lift):
        with pytest.raises(Refusal, match=r"not_authorised\.administer"):
            act(onward, "GH-ONE", by, "ato")


def test_what_an_operator_has_suspended_an_operator_lifts(onward: Onward, ama: Browser) -> None:
    suspending.suspend(onward, "GH-ONE", OPERATOR, "ato")
    assert "Suspended by the operator" in read(ama.get("/staff"))
    assert ama.post("/staff/ato/lift").status_code == 409
    with pytest.raises(Refusal, match=r"not_authorised\.of_operator"):
        suspending.lift(onward, "GH-ONE", AMA, "ato")
    suspending.suspend(onward, "GH-ONE", AMA, "ato")
    assert standing(onward, "ato") is Standing.BY_OPERATOR, "nor does she make it hers"
    suspending.lift(onward, "GH-ONE", OPERATOR, "ato")
    assert standing(onward, "ato") is Standing.NO_ACCOUNT


def test_an_operator_takes_over_what_an_administrator_has_suspended(onward: Onward) -> None:
    """So that it stays when a second look says that it must; it is recorded, once."""
    suspending.suspend(onward, "GH-ONE", AMA, "ato")
    assert standing(onward, "ato") is Standing.SUSPENDED
    for _ in range(2):
        suspending.suspend(onward, "GH-ONE", OPERATOR, "ato")
    with pytest.raises(Refusal, match=r"not_authorised\.of_operator"):
        suspending.lift(onward, "GH-ONE", AMA, "ato")
    assert [who for who, act, _ in done(onward) if act == "suspend"] == ["GH-ONE ama", "operator-1"]
    assert [(e.person, e.administrator) for e in suspending.suspensions(onward, OPERATOR)] == [
        ("ato", "")
    ]
    assert verify_installation(onward, OPERATOR) == []


def test_it_is_asked_again_who_it_is_before_anything_is_done(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    before = done(onward)
    time.pass_by(sessions.SURE)
    for way in ("invite", "suspend", "lift"):
        for ask in (ama.get, ama.post):
            answer = ask(f"/staff/ato/{way}", follow=False)
            asked = httpx.URL(answer.headers["location"])
            assert (asked.path, asked.params["to"]) == ("/again", f"/staff/ato/{way}")
    assert done(onward) == before
    assert ama.get("/staff").is_success


def test_the_longest_code_is_recorded_whole(onward: Onward) -> None:
    suspending.suspend(onward, "GH-TWO", administrator("GH-TWO", LONG), "efe")
    assert done(onward)[-1] == (f"GH-TWO {LONG}", "suspend", "efe")
    assert verify_installation(onward, OPERATOR) == []


@pytest.mark.parametrize("duty", Duty)
def test_whoever_gives_themselves_a_duty_in_the_database_is_found(
    onward: Onward, duty: Duty
) -> None:
    rows = table_of(StaffRow)
    with onward.store.write() as connection:
        connection.execute(update(rows).where(rows.c.code == "ato").values({duty: True}))
    (fault,) = verify_installation(onward, OPERATOR)
    assert str(fault.values["row"]).startswith("staff of agency")


def test_whoever_makes_an_operators_suspension_theirs_in_the_database_is_found(
    onward: Onward,
) -> None:
    suspending.suspend(onward, "GH-ONE", OPERATOR, "ato")
    with onward.store.write() as connection:
        connection.execute(update(table_of(Suspension)).values(administrator="ama"))
    (fault,) = verify_installation(onward, OPERATOR)
    assert str(fault.values["row"]).startswith("suspension")


def test_what_was_proved_before_there_were_administrators_stays_proved() -> None:
    """Its digest was made without the columns."""
    for table, column, before, since in (
        *(("staff", duty, False, True) for duty in Duty),
        ("suspensions", "administrator", "", "ama"),
    ):
        row = dict.fromkeys(TABLES[table].columns, "x")
        assert column not in said(table, row | {column: before})
        assert said(table, row | {column: since})[column] == since


def test_a_link_of_an_administrator_has_the_same_rules_as_one_of_an_operator(
    onward: Onward, ama: Browser, time: RealTime
) -> None:
    """A newer one voids it, whoever made it; and it is void after a day."""
    ask = "/staff/ato/invite"
    first, second = (
        re.findall(rf"{ADDRESS}(/in/[\w-]+)", read(ama.post(ask)))[0] for _ in range(2)
    )
    assert Browser(portal_of(onward, time)).post(first).status_code == 403
    time.pass_by(sign_in_links.LINK_LASTS)
    assert Browser(portal_of(onward, time)).post(second).status_code == 403
