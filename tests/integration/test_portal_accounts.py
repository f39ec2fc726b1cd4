"""With what staff sign in to the agencies' pages, how it is set up, lost and set up again; both stores."""

from __future__ import annotations

import re
import runpy
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from unicodedata import normalize

import httpx
import pytest
from argon2 import PasswordHasher
from msgspec.structs import replace
from pydantic import SecretStr

from casework import accounts, operators, passwords, resealing, rotating, sessions, sign_in_links
from casework.bootstrap import connect
from casework.context import Onward
from casework.registering import register
from casework.settings import Settings
from engine.errors import Refusal
from notifiers.memory import MemoryChannel
from portal.pages import ROUTES
from portal.routes import Needs
from tests.installations import AGENCIES, START, asked_home, prepared
from tests.portals import OURS, PASSWORD, Browser, Held, RealTime, portal_of, read, secret_on
from tests.principals import OPERATOR

NEXT = timedelta(seconds=30)
"""The next code of an app."""
_PARTS = {
    "number": "interview.1",
    "way": "complete",
    "about": "interview.1",
    "person": "ato",
    "topic": "work",
    "figure": "stages",
    "token": "",
    "agency": "GH-ONE",
    "place": "GH",
    "day": "2026-03-06",
    "name": "trial",
    "sheet": "overview",
    "reference": "0000-0000",
    "passkey": "1",
}
"""What stands for the parts of addresses, beside the code of a case."""
_WRONG = "There is a problem One of these is not right"


@pytest.fixture(name="ama")
def _ama(onward: Onward, time: RealTime) -> Held:
    """Her account, which she has set up a moment ago."""
    held = Browser(portal_of(onward, time)).set_up("GH-ONE", "ama")
    time.pass_by(NEXT)
    return held


def is_in(browser: Browser) -> bool:
    return browser.get("/", follow=False).status_code == httpx.codes.OK


def test_a_link_lets_nobody_in_who_sets_up_no_account(onward: Onward, browser: Browser) -> None:
    """It leads to one page, and every other one leads back there; so does no session without it."""
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    code = asked_home(onward)
    page = browser.post(f"/in/{token}")
    for route in ROUTES:
        if route.needs in (Needs.SESSION, Needs.RECENT):
            ask = browser.get if route.method == "GET" else browser.post
            path = route.path.format(code=code, **_PARTS)
            answer = ask(path, follow=False)
            assert (answer.status_code, answer.headers["location"]) == (303, "/set-up"), path
    held = Held("GH-ONE", "ama", secret_on(page))
    assert browser.get("/set-up/code.svg").text.startswith("<?xml")
    assert read(browser.post("/sign-in", held.form(START))).startswith(_WRONG)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"password": "short1!"}, "A password must have at least 10 characters"),
        ({"password": "Password-2026"}, "This password is too easy to guess"),
        ({"password": "x" * 129}, "A password may have at most 128 characters"),
        ({"again": "another one"}, "The two passwords are not the same"),
        ({"code": "000000"}, "This is not the code that the app shows now"),
    ],
)
def test_an_account_is_not_set_up_with_less(
    onward: Onward, browser: Browser, typed: dict[str, str], why: str
) -> None:
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    form = Held("GH-ONE", "ama", secret_on(browser.post(f"/in/{token}"))).form(START)
    form["again"] = typed.get("password", PASSWORD)
    page = browser.post("/set-up", form | typed)
    assert (page.status_code, why in read(page)) == (422, True)
    assert read(browser.get("/")).startswith("Set up your account")
    assert browser.post("/set-up", form | {"password": PASSWORD, "again": PASSWORD}).is_success


@pytest.mark.parametrize("password", ["gh-one-ama", "desk-ama-2", "onward2026", "AMA@gh-one!"])
def test_words_that_everybody_knows_of_somebody_make_no_password(password: str) -> None:
    with pytest.raises(Refusal, match=r"weak_password\.guessed"):
        passwords.require_good(password, "GH-ONE", "ama", "desk-ama")


@pytest.mark.parametrize(
    "password",
    [
        "qzvwkxjtplmr",
        "8305719264718",
        " blanks count too ",
        "ɛyɛ dɛ paa wɔ Nkran",
        "~" + "aB3$ " * 25,
    ],
)
def test_any_characters_make_a_password_if_there_are_enough_to_guess(password: str) -> None:
    """As they were typed; only an accent may be written in two ways."""
    passwords.require_good(password, "GH-ONE", "ama")
    kept = passwords.hashed(password)
    assert passwords.is_right(normalize("NFD", password), kept)
    for other in (password.strip() + "x", password[:-1], f"{password} ", password.swapcase() + "."):
        assert not passwords.is_right(other, kept)


def test_browsers_and_managers_of_passwords_know_the_fields(
    onward: Onward, browser: Browser
) -> None:
    page = browser.get("/sign-in").text
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    new = browser.post(f"/in/{token}").text
    for text, name, use in (
        (page, "password", "current-password"),
        (new, "password", "new-password"),
        (new, "again", "new-password"),
    ):
        found = re.search(rf'<input[^>]* name="{name}"[^>]*>', text)
        assert found
        assert f'autocomplete="{use}"' in found[0]
        assert 'type="password"' in found[0]


def test_every_page_of_somebody_who_is_signed_in_lets_them_sign_out(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    browser.post("/sign-in", ama.form(time.now()))
    code = asked_home(onward)
    for route in ROUTES:
        if route.method == "GET" and route.needs in (Needs.SESSION, Needs.RECENT):
            path = route.path.format(code=code, **_PARTS)
            answer = browser.get(path)
            is_page = answer.headers["content-type"].startswith("text/html")
            assert not is_page or 'action="/sign-out"' in answer.text, path


def test_somebody_signs_in_with_all_of_it_and_with_nothing_less(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """The answer is the same whatever is wrong, also for a code that there is not."""
    right = ama.form(time.now())
    wrong = [
        {"password": PASSWORD.upper()},
        {"code": "123456"},
        {"code": ""},
        {"person": "nobody"},
        {"agency": "GH-NOWHERE"},
        {"agency": "GH\0ONE"},
        {"code": "AAAA-BBBB-CCCC-DDDD"},
    ]
    answers = {_told(browser.post("/sign-in", right | each)) for each in wrong}
    assert len(answers) == 1
    assert not browser.cookies.get("session")
    assert read(browser.post("/sign-in", right)).startswith("Done You are signed in")
    assert f"agency={ama.agency}" not in str(browser.cookies)


def _told(page: httpx.Response) -> tuple[int, str]:
    return page.status_code, read(page).partition("Code of your agency")[0]


def test_who_is_not_there_takes_as_long_as_a_wrong_password(
    browser: Browser, ama: Held, time: RealTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the time nearly all is that of the hash: one is computed for either."""
    computed = list[str]()
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, known: str, password: str) -> bool:
        computed.append(known.rpartition("$")[0].rpartition("$")[0])
        return verify(self, known, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for other in ({"password": "wrong"}, {"person": "nobody"}):
        browser.post("/sign-in", ama.form(time.now(), **other))
    assert len(computed) == 2
    assert len({*computed}) == 1


def test_a_code_is_used_once_and_one_of_a_wrong_clock_is_told(
    browser: Browser, ama: Held, time: RealTime
) -> None:
    form = ama.form(time.now())
    assert browser.post("/sign-in", form).is_success
    browser.post("/sign-out")
    assert "This code has been used" in read(browser.post("/sign-in", form))
    late = ama.form(time.now() - timedelta(minutes=4))
    assert "the clock of the device with the app is wrong" in read(browser.post("/sign-in", late))
    assert not is_in(browser)
    time.pass_by(NEXT)
    assert browser.post("/sign-in", ama.form(time.now() + NEXT / 2)).is_success
    assert is_in(browser)


def test_a_recovery_code_stands_in_once(browser: Browser, ama: Held, time: RealTime) -> None:
    first = ama.recovery_codes[0].lower().replace("-", " ")
    assert browser.post("/sign-in", ama.form(time.now(), code=first)).is_success
    assert "Recovery codes left: 7" in read(browser.get("/devices"))
    browser.post("/sign-out")
    assert read(browser.post("/sign-in", ama.form(time.now(), code=first))).startswith(_WRONG)


def test_whoever_is_invited_again_begins_again_and_nothing_from_before_lets_in(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """Until they finish, what stood before stands: a link that is lost takes nothing away."""
    browser.post("/sign-in", ama.form(time.now()))
    other, lost = Browser(portal_of(onward, time)), Browser(portal_of(onward, time))
    first = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, time.now())
    lost.post(f"/in/{first}")
    assert is_in(browser)
    again = other.set_up("GH-ONE", "ama")
    assert again.secret != ama.secret
    assert not is_in(browser)
    assert lost.get("/set-up", follow=False).headers["location"] == "/sign-in"
    time.pass_by(NEXT)
    assert read(browser.post("/sign-in", ama.form(time.now()))).startswith(_WRONG)
    code = {"code": ama.recovery_codes[0]}
    assert read(browser.post("/sign-in", ama.form(time.now()) | code)).startswith(_WRONG)
    assert browser.post("/sign-in", again.form(time.now())).is_success
    about = [each.about for each in operators.acts(onward, OPERATOR) if each.act == "invite"]
    assert [each["account"] for each in about] == ["new", "again", "again"]


def test_a_newer_link_voids_an_older_one(onward: Onward, browser: Browser) -> None:
    older, newer = (
        sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START) for _ in range(2)
    )
    assert browser.post(f"/in/{older}").status_code == 403
    assert browser.post(f"/in/{newer}").is_success


def test_each_change_of_what_somebody_may_do_has_a_new_token(
    onward: Onward, time: RealTime
) -> None:
    """So that who knew one from before has nothing of it."""
    browser = Browser(portal_of(onward, time))
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, time.now())
    planted = OURS | {"cookie": "session=planted"}
    browser.post(f"/in/{token}", headers=planted, follow=False)
    held = Held("GH-ONE", "ama", secret_on(browser.get("/set-up")))
    setting_up = browser.cookies["session"]
    browser.post("/set-up", held.form(time.now(), again=PASSWORD))
    signed = browser.cookies["session"]
    time.pass_by(sessions.SURE)
    browser.post("/again", {"proof": PASSWORD, "to": "/"})
    sure = browser.cookies["session"]
    time.pass_by(NEXT)
    browser.post("/sign-in", held.form(time.now()))
    tokens = ["planted", setting_up, signed, sure, browser.cookies["session"]]
    assert len({*tokens}) == len(tokens)
    for before in tokens[:-1]:
        assert sessions.signed_in(onward, before, time.now()) is None


def test_somebody_sets_up_other_things_to_sign_in_with(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    elsewhere = Browser(portal_of(onward, time))
    elsewhere.post("/sign-in", ama.form(time.now()))
    time.pass_by(NEXT)
    browser.post("/sign-in", ama.form(time.now()))
    page = browser.post("/set-up-again")
    assert is_in(elsewhere)
    again = Held("GH-ONE", "ama", secret_on(page))
    browser.post("/set-up", again.form(time.now(), again=PASSWORD))
    assert (is_in(browser), is_in(elsewhere)) == (True, False)


def test_nothing_of_an_account_can_be_read_or_guessed_in_the_records(
    onward: Onward, ama: Held
) -> None:
    with onward.store.read() as connection:
        rows = [
            str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            for table in ("accounts", "recovery_codes", "sign_in_sessions")
        ]
        account = accounts.standing(connection, "GH-ONE", "ama")
    assert "argon2" not in str(rows)
    assert not any(each in str(rows) for each in ama.recovery_codes)
    assert accounts.opened(onward, account).password.startswith("$argon2id$")


def test_a_guess_costs_what_the_standard_asks_for() -> None:
    """In the module as it is installed: tests of pages hash at a lower cost."""
    installed = runpy.run_path(str(passwords.__file__))
    assert installed["hashed"](PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_is_kept_in_todays_way_once_it_is_used(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with onward.store.write() as connection:
        account = accounts.standing(connection, "GH-ONE", "ama")
        before = accounts.opened(onward, account)
        accounts.seal(onward, connection, account, replace(before, password=older))
    assert browser.post("/sign-in", ama.form(time.now())).is_success
    with onward.store.read() as connection:
        now = accounts.opened(onward, accounts.standing(connection, "GH-ONE", "ama")).password
    assert now != older
    assert not passwords.is_outdated(now)


def test_accounts_follow_a_new_master_key(url: str, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path / "home", database_url=SecretStr(url), clock="stored", clock_starts=START
    )
    with closing(connect(settings, channel=MemoryChannel())) as onward:
        prepared(onward)
        time = RealTime()
        held = Browser(portal_of(onward, time)).set_up("GH-ONE", "ama")
        rotating.bring_in_master_key(onward, settings, OPERATOR)
        assert rotating.rotate_keys(onward, OPERATOR) == 1
        assert rotating.retire_master_keys(onward, settings, OPERATOR) == 1
        time.pass_by(NEXT)
        assert Browser(portal_of(onward, time)).post("/sign-in", held.form(time.now())).is_success


def test_after_a_theft_everybody_sets_up_again(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """What accounts seal was stolen with the key."""
    resealing.replace_data_keys(onward, OPERATOR)
    assert read(browser.post("/sign-in", ama.form(time.now()))).startswith(_WRONG)
    again = browser.set_up("GH-ONE", "ama")
    resealing.replace_data_keys(onward, OPERATOR)
    time.pass_by(NEXT)
    assert read(browser.post("/sign-in", again.form(time.now()))).startswith(_WRONG)


def test_whoever_leaves_an_agency_leaves_nothing_to_sign_in_with(
    onward: Onward, browser: Browser, ama: Held, time: RealTime
) -> None:
    """Not even if their code is listed again: it may be somebody else's then."""
    register(onward, AGENCIES.replace("ama", "efua"), by=OPERATOR)
    with onward.store.read() as connection:
        for table in ("accounts", "recovery_codes", "sign_in_links", "sign_in_sessions"):
            assert connection.exec_driver_sql(f"SELECT * FROM {table}").all() == []
    register(onward, AGENCIES, by=OPERATOR)
    assert read(browser.post("/sign-in", ama.form(time.now()))).startswith(_WRONG)


def test_where_nobody_is_real_a_link_alone_signs_in(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", clock="stored", clock_starts=START)
    with closing(connect(settings, channel=MemoryChannel(), training=True)) as onward:
        prepared(onward)
        time = RealTime()
        browser = Browser(portal_of(onward, time))
        token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
        assert read(browser.post(f"/in/{token}")).startswith("Done You are signed in")
        time.pass_by(sessions.SURE)
        assert browser.get("/set-up-again").url.path == "/set-up-again"
        assert "password" not in Browser(portal_of(onward)).get("/sign-in").text
