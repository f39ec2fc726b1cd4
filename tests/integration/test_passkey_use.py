"""How passkeys are shown as second factor, and what is refused; both stores."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from casework import challenges, letting_in, operators, passkeys, sessions, sign_in_links
from casework.context import Onward
from casework.tries import LIMITS, Purpose
from casework.verifying import verify_installation
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
from tests.portals import PASSWORD, Browser, Held, RealTime, portal_of, read, secret_on
from tests.principals import OPERATOR, staff

NEXT = timedelta(seconds=30)
SIGN_IN, AGAIN = LIMITS[Purpose.SIGN_IN], LIMITS[Purpose.AGAIN]
ELSEWHERE = "http://elsewhere.example"


def test_a_passkey_stands_in_for_the_app_from_the_beginning(
    onward: Onward, browser: Browser, time: RealTime
) -> None:
    """No code of the app that was offered lets in then; recovery codes do, as without scripts nothing else would."""
    device = Device()
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, time.now())
    page = browser.post(f"/in/{token}")
    unused = Held("GH-ONE", "ama", secret_on(page))
    form = {"password": PASSWORD, "again": PASSWORD, "passkey": device.make(asked_on(page))}
    codes = re.findall(r"<strong>([\w-]{19})</strong>", browser.post("/set-up", form).text)
    assert (len(codes), is_in(browser)) == (8, True)
    browser.post("/sign-out")
    time.pass_by(NEXT)
    assert browser.post("/sign-in", unused.form(time.now())).status_code == 403
    page = browser.post("/sign-in", by_password())
    assert page.url.path == "/sign-in/second"
    form = {"code": unused.code(time.now())}
    assert browser.post("/sign-in/second", form).status_code == 403
    page = browser.get("/sign-in/second")
    assert browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))}).is_success
    browser.post("/sign-out")
    assert browser.post("/sign-in", by_password(code=codes[0])).is_success
    assert is_in(browser)


def test_a_passkey_or_a_code_follows_the_password(
    browser: Browser, ama: Held, device: Device, time: RealTime
) -> None:
    """Whoever has both uses either; a code may come with the password, as before."""
    page = browser.post("/sign-in", by_password())
    asked = json.loads(asked_on(page))
    assert [each["transports"] for each in asked["allowCredentials"]] == [["internal", "hybrid"]]
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert not is_in(browser)
    browser.post("/sign-in/second", {"passkey": device.use(json.dumps(asked))})
    assert is_in(browser)
    assert "attempt" not in browser.cookies
    browser.post("/sign-out")
    browser.post("/sign-in", by_password())
    browser.post("/sign-in/second", {"code": ama.code(time.now())})
    assert is_in(browser)
    browser.post("/sign-out")
    time.pass_by(NEXT)
    browser.post("/sign-in", ama.form(time.now()))
    assert is_in(browser)


def test_nobody_learns_who_has_a_passkey_before_the_password_is_right(
    onward: Onward, ama: Held, device: Device, time: RealTime
) -> None:
    """Nor does whoever guesses; and an account without one is as silent as before."""
    Browser(portal_of(onward, time)).set_up("GH-ONE", "ato")
    said = set()
    for wrong in (
        {"password": "a guess"},
        {"person": "ato", "password": "a guess"},
        {"person": "nobody"},
        {"person": "ato"},
    ):
        page = Browser(portal_of(onward, time)).post("/sign-in", by_password(**wrong))
        said.add((page.status_code, page.url.path, read(page)))
    assert [(status, path) for status, path, _ in said] == [(403, "/sign-in")]


Odd = Callable[[Device, str], str]


def tampered(device: Device, options: str) -> str:
    answer = json.loads(device.use(options))
    signature = answer["response"]["signature"]
    answer["response"]["signature"] = signature[:-8] + signature[-8:].swapcase()
    return json.dumps(answer)


_BAD: dict[str, Odd] = {
    "another origin": lambda device, options: device.use(options, origin=ELSEWHERE),
    "https in place of http": lambda device, options: device.use(
        options, origin="https://localhost"
    ),
    "another party": lambda device, options: device.use(options, party="elsewhere.example"),
    "a challenge of its own": lambda device, options: device.use(options, challenge="AAAA"),
    "nobody has shown who they are": lambda device, options: device.use(options, flags=PRESENT),
    "nobody was there": lambda device, options: device.use(options, flags=VERIFIED),
    "what was signed for another purpose": lambda device, options: device.use(
        options, kind="webauthn.create"
    ),
    "another key": lambda device, options: device.use(
        options, key=ec.generate_private_key(ec.SECP256R1())
    ),
    "a signature that was changed": tampered,
    "nothing": lambda *_: "{}",
    "no JSON": lambda *_: "\N{SNOWMAN}",
    "a list": lambda *_: "[" * 60_000,
    "a handle that is none": lambda device, options: device.use(options).replace(
        '"userHandle": "', '"userHandle": 1, "x": "'
    ),
}


@pytest.mark.parametrize("bad", _BAD)
def test_what_is_no_passkey_of_hers_for_this_page_lets_nobody_in(
    browser: Browser, device: Device, bad: str
) -> None:
    """And the page asks again, with another challenge."""
    options = asked_on(browser.post("/sign-in", by_password()))
    answer = _BAD[bad](device, options)
    page = browser.post("/sign-in/second", {"passkey": answer})
    assert (page.status_code, is_in(browser)) == (403, False)
    assert "does not work here" in read(page)
    again = asked_on(page)
    assert json.loads(again)["challenge"] != json.loads(options)["challenge"]
    assert browser.post("/sign-in/second", {"passkey": device.use(again)}).is_success


def test_a_colleagues_passkey_is_none_of_hers(
    onward: Onward, browser: Browser, device: Device, time: RealTime
) -> None:
    other, theirs = Browser(portal_of(onward, time)), Device()
    set_up_with(onward, other, theirs, "ato")
    options = asked_on(browser.post("/sign-in", by_password()))
    assert browser.post("/sign-in/second", {"passkey": theirs.use(options)}).status_code == 403
    other.post("/sign-out")
    options = asked_on(other.post("/sign-in", by_password(person="ato")))
    assert other.post("/sign-in/second", {"passkey": device.use(options)}).status_code == 403
    assert not is_in(browser)
    assert not is_in(other)


def test_a_challenge_is_signed_once_and_within_minutes(
    browser: Browser, device: Device, time: RealTime
) -> None:
    """For one attempt alone: what was signed there opens no other one."""
    options = asked_on(browser.post("/sign-in", by_password()))
    answer = device.use(options)
    assert browser.post("/sign-in/second", {"passkey": answer}).is_success
    browser.post("/sign-out")
    browser.post("/sign-in", by_password())
    assert browser.post("/sign-in/second", {"passkey": answer}).status_code == 403
    late = device.use(asked_on(browser.get("/sign-in/second")))
    time.pass_by(challenges.LASTS)
    page = browser.post("/sign-in/second", {"passkey": late})
    assert (page.status_code, "more than a few minutes" in read(page)) == (403, True)
    assert not is_in(browser)


def test_halfway_is_over_after_ten_minutes_and_with_the_account(
    onward: Onward, browser: Browser, device: Device, time: RealTime
) -> None:
    browser.post("/sign-in", by_password())
    time.pass_by(letting_in.HALFWAY_LASTS)
    assert browser.get("/sign-in/second").url.path == "/sign-in"
    page = browser.post("/sign-in/second", {"code": "000000"})
    assert (page.status_code, "ten minutes" in read(page)) == (403, True)
    page = browser.post("/sign-in", by_password())
    answer = device.use(asked_on(page))
    Browser(portal_of(onward, time)).set_up("GH-ONE", "ama")
    assert browser.post("/sign-in/second", {"passkey": answer}).status_code == 403
    assert Browser(portal_of(onward, time)).get("/sign-in/second").url.path == "/sign-in"


def test_a_count_that_goes_back_is_refused_and_recorded(
    onward: Onward, browser: Browser, device: Device
) -> None:
    """As that of a copy does; whoever has the original learns of it."""
    page = browser.post("/sign-in", by_password())
    browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))})
    browser.post("/sign-out")
    device.passkeys[-1].count -= 1
    page = browser.post("/sign-in", by_password())
    page = browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))})
    assert (page.status_code, "not gone up" in read(page)) == (403, True)
    assert not is_in(browser)
    newest = operators.acts(onward, OPERATOR)[-1]
    assert (newest.act, newest.operator) == ("refuse_passkey", "")
    assert newest.about == {"agency": "GH-ONE", "person": "ama"}
    assert verify_installation(onward, OPERATOR) == []
    (kept,) = passkeys.passkeys(onward, staff("GH-ONE", "ama"))
    assert kept.refused_at == browser.time.now()
    options = asked_on(browser.get("/sign-in/second"))
    assert browser.post("/sign-in/second", {"passkey": device.use(options)}).is_success
    assert "not gone up" in read(browser.get("/passkeys"))


def test_a_device_that_does_not_count_is_taken(browser: Browser, ama: Held, time: RealTime) -> None:
    device = Device(counts=False)
    add_passkey(browser, device)
    for _ in range(2):
        browser.post("/sign-out")
        page = browser.post("/sign-in", by_password())
        assert browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))}).is_success


def test_guessing_at_the_second_factor_is_as_slow_as_at_the_first(
    onward: Onward, browser: Browser, ama: Held, device: Device, time: RealTime
) -> None:
    """A passkey that is refused counts, together with codes; whoever succeeds has used up nothing."""
    other = Browser(portal_of(onward, time))
    seen = []
    for at in range(SIGN_IN.at_once + 1):
        if at < SIGN_IN.at_once:
            options = asked_on(other.post("/sign-in", by_password()))
        wrong = {"passkey": device.use(options, flags=PRESENT)} if at % 2 else {"code": "000000"}
        seen.append(other.post("/sign-in/second", wrong).status_code)
    assert seen == [403] * SIGN_IN.at_once + [429]
    assert other.post("/sign-in", by_password()).status_code == 429
    for _ in range(SIGN_IN.at_once + 1):
        time.pass_by(SIGN_IN.then_each)
        page = other.post("/sign-in", by_password())
        assert other.post("/sign-in/second", {"passkey": device.use(asked_on(page))}).is_success
        other.post("/sign-out")


def test_a_passkey_shows_that_it_is_still_them(
    browser: Browser, device: Device, time: RealTime
) -> None:
    """With a new token for the session; what was asked there is good for nothing else."""
    page = browser.post("/sign-in", by_password())
    browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))})
    time.pass_by(sessions.SURE)
    page = browser.get("/set-up-again")
    assert page.url.path == "/again"
    before = browser.cookies["session"]
    wrong = {"passkey": device.use(asked_on(page), flags=PRESENT), "to": "/set-up-again"}
    page = browser.post("/again", wrong)
    assert (page.status_code, browser.cookies["session"]) == (403, before)
    right = {"passkey": device.use(asked_on(page)), "to": "/set-up-again"}
    assert browser.post("/again", right).url.path == "/set-up-again"
    assert browser.cookies["session"] != before
    assert browser.post("/again", right).status_code == 403


def test_tries_to_show_that_it_is_still_them_are_counted(
    browser: Browser, device: Device, time: RealTime
) -> None:
    page = browser.post("/sign-in", by_password())
    browser.post("/sign-in/second", {"passkey": device.use(asked_on(page))})
    seen = []
    for _ in range(AGAIN.at_once + 1):
        wrong = device.use(asked_on(browser.get("/again")), origin=ELSEWHERE)
        seen.append(browser.post("/again", {"passkey": wrong}).status_code)
    assert seen == [403] * AGAIN.at_once + [429]
