"""How passkeys are made, named, kept and taken away; both stores."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from msgspec.structs import replace

from casework import accounts, challenges, passkeys, passwords, sign_in_links
from casework.accounts import PASSKEYS
from casework.context import Onward
from casework.registering import register
from casework.relying_party import relying_party
from casework.sessions import SignedIn
from casework.tries import LIMITS, Purpose
from tests.authenticators import (
    PRESENT,
    VERIFIED,
    Device,
    add_passkey,
    asked_on,
    by_password,
    is_in,
    set_up_with,
)
from tests.installations import AGENCIES
from tests.portals import PASSWORD, Browser, Held, RealTime, portal_of, read, secret_on
from tests.principals import OPERATOR, staff

NEXT = timedelta(seconds=30)
SIGN_IN, AGAIN = LIMITS[Purpose.SIGN_IN], LIMITS[Purpose.AGAIN]
ELSEWHERE = "http://elsewhere.example"


def test_somebody_names_passkeys_and_takes_them_away(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """Each change of them ends the sessions elsewhere."""
    other = Browser(portal_of(onward, time))
    time.pass_by(NEXT)
    other.post("/sign-in", ama.form(time.now()))
    first, second = Device(), Device()
    page = add_passkey(browser, first, name="  work   phone ")
    assert (page.url.path, "The passkey was added" in read(page)) == ("/passkeys", True)
    assert (is_in(other), is_in(browser)) == (False, True)
    add_passkey(browser, second)
    page = browser.get("/passkeys")
    assert ("work phone" in read(page), "Passkey 2" in read(page)) == (True, True)
    excluded = [each["id"] for each in json.loads(asked_on(page))["excludeCredentials"]]
    assert len(excluded) == 2
    one, two = passkeys.passkeys(onward, staff("GH-ONE", "ama"))
    assert browser.post(f"/passkeys/{one.id}", {"name": "x" * 41}).status_code == 422
    assert "old phone" in read(browser.post(f"/passkeys/{one.id}", {"name": "old phone"}))
    time.pass_by(NEXT)
    other.post("/sign-in", ama.form(time.now()))
    assert "Remove" in read(browser.get(f"/passkeys/{one.id}/remove"))
    assert "old phone" not in read(browser.post(f"/passkeys/{one.id}/remove"))
    assert not is_in(other)
    assert [each.id for each in passkeys.passkeys(onward, staff("GH-ONE", "ama"))] == [two.id]
    options = asked_on(other.post("/sign-in", by_password()))
    assert other.post("/sign-in/second", {"passkey": first.use(options)}).status_code == 403


def test_nobody_takes_away_the_last_thing_to_sign_in_with(
    onward: Onward, browser: Browser, ama: Held, device: Device, time: RealTime
) -> None:
    """Whoever has an app may take away all passkeys."""
    other, only = Browser(portal_of(onward, time)), Device()
    set_up_with(onward, other, only, "ato")
    (one,) = passkeys.passkeys(onward, staff("GH-ONE", "ato"))
    page = other.post(f"/passkeys/{one.id}/remove")
    assert (page.status_code, "all that you have" in read(page)) == (409, True)
    add_passkey(other, Device())
    assert other.post(f"/passkeys/{one.id}/remove").is_success
    browser.post("/sign-in", ama.form(browser.time.now()))
    (hers,) = passkeys.passkeys(onward, staff("GH-ONE", "ama"))
    assert other.post(f"/passkeys/{hers.id}/remove").status_code == 404
    assert browser.post(f"/passkeys/{hers.id}/remove").is_success
    assert browser.get("/passkeys/x").status_code == 404


def test_what_is_no_new_passkey_is_not_added(browser: Browser, ama: Held, onward: Onward) -> None:
    def tried(**odd: object) -> httpx.Response:
        answer = Device().make(asked_on(browser.get("/passkeys")), **odd)  # type: ignore[arg-type] # as a test
        return browser.post("/passkeys", {"passkey": answer})

    for odd in (
        {"origin": ELSEWHERE},
        {"party": "elsewhere.example"},
        {"challenge": "AAAA"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
    ):
        page = tried(**odd)
        assert (page.status_code, "does not work here" in read(page)) == (403, True), odd
    for answer in ("", "{}", "[]"):
        assert browser.post("/passkeys", {"passkey": answer}).status_code == 403
    assert passkeys.passkeys(onward, staff("GH-ONE", "ama")) == []
    assert tried(id=b"the same").is_success
    page = tried(id=b"the same")
    assert (page.status_code, "in use already" in read(page)) == (409, True)
    answer = Device().make(asked_on(browser.get("/passkeys")))
    assert browser.post("/passkeys", {"passkey": answer}).is_success
    assert browser.post("/passkeys", {"passkey": answer}).status_code == 403


def test_an_account_has_ten_passkeys_at_most(browser: Browser, ama: Held) -> None:
    for _ in range(passkeys.MOST - 1):
        add_passkey(browser, Device())
    answer = Device().make(asked_on(browser.get("/passkeys")))
    other = browser.get("/passkeys")
    add_passkey(browser, Device())
    page = browser.get("/passkeys")
    assert ("data-passkey=" in page.text, "You have" in read(page)) == (False, True)
    assert "data-passkey=" in other.text
    assert browser.post("/passkeys", {"passkey": answer}).status_code == 403


def test_a_damaged_passkey_counts_among_the_ten(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """Or a device would be asked for one that is then refused."""
    signed = SignedIn(
        by=staff("GH-ONE", "ama"), session=1, expires_at=time.now(), sure_until=time.now()
    )
    party = relying_party("https://onward.example")
    for _ in range(passkeys.MOST - 1):
        add_passkey(browser, Device())
    with onward.store.write() as connection:
        connection.execute(PASSKEYS.update().values(sealed=b"damaged"))
    assert passkeys.to_add(onward, signed, party, time.now())
    add_passkey(browser, Device())
    assert passkeys.to_add(onward, signed, party, time.now()) == ""


def test_whoever_is_invited_or_sets_up_again_has_no_passkey_from_before(
    onward: Onward, browser: Browser, device: Device, time: RealTime
) -> None:
    """Until they have finished the passkey lets in; then it does not, nor is there anything left of it."""
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, time.now())
    new = Browser(portal_of(onward, time))
    asked = new.post(f"/in/{token}")
    page = browser.post("/sign-in", by_password())
    assert browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))}).is_success
    same = json.loads(asked_on(asked))["user"]["id"]
    assert same == device.passkeys[0].user
    replacing = Device()
    form = {"password": PASSWORD, "again": PASSWORD, "passkey": replacing.make(asked_on(asked))}
    assert new.post("/set-up", form).is_success
    assert not is_in(browser)
    options = asked_on(browser.post("/sign-in", by_password()))
    assert browser.post("/sign-in/second", {"passkey": device.use(options)}).status_code == 403
    page = browser.get("/sign-in/second")
    assert browser.post("/sign-in/second", {"passkey": replacing.use(asked_on(page))}).is_success
    browser.post("/set-up-again")
    page = browser.get("/set-up")
    held = Held("GH-ONE", "ama", secret_on(page))
    assert browser.post("/set-up", held.form(time.now()) | {"again": PASSWORD}).is_success
    assert passkeys.passkeys(onward, staff("GH-ONE", "ama")) == []
    assert browser.post("/sign-out").is_success
    assert browser.post("/sign-in", by_password()).status_code == 403


def test_an_account_is_not_set_up_with_what_is_no_passkey(
    onward: Onward, browser: Browser, time: RealTime
) -> None:
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, time.now())
    form = {"password": PASSWORD, "again": PASSWORD}
    page = browser.post(f"/in/{token}")
    wrong = {"passkey": Device().make(asked_on(page), flags=PRESENT)}
    page = browser.post("/set-up", form | wrong)
    assert (page.status_code, "does not work here" in read(page)) == (403, True)
    assert read(browser.get("/")).startswith("Set up your account")
    late = {"passkey": Device().make(asked_on(browser.get("/set-up")))}
    time.pass_by(challenges.LASTS)
    assert browser.post("/set-up", form | late).status_code == 403
    assert set_up_with(onward, browser, Device(), "ama").is_success


@pytest.mark.parametrize(
    "address", ["http://onward.example", "http://192.0.2.7", "https://192.0.2.7"]
)
def test_where_browsers_make_no_passkeys_none_is_offered_and_the_page_says_why(
    onward: Onward, time: RealTime, address: str
) -> None:
    browser = Browser(portal_of(onward, time, address))
    browser.set_up("GH-ONE", "ama")
    page = browser.get("/passkeys")
    assert ("data-passkey=" in page.text, address in read(page)) == (False, True)
    assert "data-passkey=" not in browser.get("/again").text
    answer = Device(address).make(
        json.dumps({"challenge": "AAAA", "rp": {"id": "x"}, "user": {"id": "AA"}})
    )
    assert browser.post("/passkeys", {"passkey": answer}).status_code == 403


def test_under_a_public_address_a_passkey_is_made_for_it_whatever_the_request_says(
    onward: Onward, time: RealTime
) -> None:
    browser, device = (
        Browser(portal_of(onward, time, "https://onward.example:8443")),
        Device("https://onward.example:8443"),
    )
    browser.set_up("GH-ONE", "ama")
    page = browser.get("/passkeys", x_forwarded_host="elsewhere.example")
    assert json.loads(asked_on(page))["rp"]["id"] == "onward.example"
    assert add_passkey(browser, device).is_success
    assert browser.get("/passkeys", host="elsewhere.example").status_code == 400


def test_nothing_of_a_passkey_can_be_put_into_the_records_or_read_there(
    onward: Onward, browser: Browser, ama: Held, device: Device, time: RealTime
) -> None:
    """Whoever may write in the database alone puts in no key of theirs, nor moves that of a colleague; and what was
    damaged keeps its owner neither out nor in."""
    other, theirs = Browser(portal_of(onward, time)), Device()
    set_up_with(onward, other, theirs, "ato")
    with onward.store.write() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM passkeys ORDER BY id").mappings().all()
        assert "work phone" not in str(rows)
        table = PASSKEYS
        connection.execute(
            table.update().where(table.c.id == rows[0]["id"]).values(sealed=rows[1]["sealed"])
        )
    page = browser.post("/sign-in", by_password())
    assert (page.url.path, "data-passkey=" in page.text) == ("/sign-in/second", False)
    forged = {"challenge": "AAAA", "rpId": "localhost"}
    answer = device.use(json.dumps(forged))
    assert browser.post("/sign-in/second", {"passkey": answer}).status_code == 403
    browser.post("/sign-in/second", {"code": ama.code(time.now())})
    (hers,) = passkeys.passkeys(onward, staff("GH-ONE", "ama"))
    assert hers.name == ""
    assert browser.post(f"/passkeys/{hers.id}", {"name": "mine"}).status_code == 404
    assert browser.post(f"/passkeys/{hers.id}/remove").is_success
    assert passkeys.passkeys(onward, staff("GH-ONE", "ama")) == []


def test_whoever_leaves_an_agency_leaves_no_passkey(
    onward: Onward, browser: Browser, device: Device
) -> None:
    browser.post("/sign-in", by_password())
    register(onward, AGENCIES.replace("ama", "efua"), by=OPERATOR)
    with onward.store.read() as connection:
        for table in ("passkeys", "sign_in_attempts"):
            found = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert found == []


def test_whoever_signs_in_with_a_passkey_alone_adds_an_app_which_lets_them_in_from_then_on(
    onward: Onward, browser: Browser, time: RealTime
) -> None:
    """The passkey and the recovery codes stay; all other sessions end."""
    device, elsewhere = Device(), Browser(portal_of(onward, time))
    codes = set_up_with(onward, browser, device, "ato").text
    recovery = re.findall(r"<strong>([\w-]{19})</strong>", codes)
    page = elsewhere.post("/sign-in", by_password(person="ato"))
    assert elsewhere.post("/sign-in/second", {"passkey": device.use(asked_on(page))}).is_success
    assert "/app" in browser.get("/devices").text
    held = Held("GH-ONE", "ato", secret_on(browser.get("/app")))
    assert browser.get("/app/code.svg").headers["content-type"] == "image/svg+xml"
    done = browser.post("/app", {"code": held.code(time.now())})
    assert (done.url.path, "The app was added" in read(done)) == ("/devices", True)
    assert "/app" not in done.text
    assert not is_in(elsewhere)
    again = Browser(portal_of(onward, time))
    time.pass_by(NEXT)
    again.post("/sign-in", by_password(person="ato"))
    assert again.post("/sign-in/second", {"code": held.code(time.now())}).is_success
    assert is_in(again)
    for other in ({"code": recovery[0]}, None):
        again = Browser(portal_of(onward, time))
        page = again.post("/sign-in", by_password(person="ato"))
        assert again.post(
            "/sign-in/second", other or {"passkey": device.use(asked_on(page))}
        ).is_success
        assert is_in(again)


def test_an_app_that_is_added_during_a_sign_in_stays(
    onward: Onward, browser: Browser, ama: Held, time: RealTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign-in keeps the password in today's way, and nothing else as it was before."""
    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)

    def kept() -> accounts.Secrets:
        with onward.store.read() as connection:
            return accounts.opened(onward, accounts.standing(connection, "GH-ONE", "ama"))

    def keep(**values: object) -> None:
        with onward.store.write() as connection:
            account = accounts.standing(connection, "GH-ONE", "ama", hold=True)
            accounts.seal(onward, connection, account, replace(kept(), **values))

    keep(password=older, has_app=False)
    looked_at = passwords.is_right

    def meanwhile(password: str, stored: str | None) -> bool:
        keep(has_app=True)
        return looked_at(password, stored)

    monkeypatch.setattr(passwords, "is_right", meanwhile)
    assert browser.post("/sign-in", ama.form(time.now(), code=ama.recovery_codes[0])).is_success
    assert kept().has_app
    assert not passwords.is_outdated(kept().password)


def test_an_app_that_does_not_show_the_right_code_is_not_added(
    onward: Onward, browser: Browser, time: RealTime
) -> None:
    set_up_with(onward, browser, Device(), "ato")
    for code in ("", "123456", "x" * 5000):
        page = browser.post("/app", {"code": code})
        assert page.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert 'href="#code"' in page.text
    assert "/app" in browser.get("/devices").text


def test_the_secret_of_an_app_that_is_there_is_shown_to_nobody(browser: Browser, ama: Held) -> None:
    assert "/app" not in browser.get("/devices").text
    for page in (
        browser.get("/app"),
        browser.get("/app/code.svg"),
        browser.post("/app", {"code": ama.code(browser.time.now())}),
    ):
        assert page.status_code == httpx.codes.CONFLICT
        assert "set up a new password and a new app" in read(page)


def test_an_app_is_added_only_by_whoever_has_just_shown_who_they_are(
    onward: Onward, browser: Browser, time: RealTime
) -> None:
    set_up_with(onward, browser, Device(), "ato")
    time.pass_by(timedelta(minutes=16))
    for asked in (
        browser.get("/app", follow=False),
        browser.post("/app", {"code": "1"}, follow=False),
    ):
        assert asked.headers["location"].startswith("/again?to=")
