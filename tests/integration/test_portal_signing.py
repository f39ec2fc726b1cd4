"""Who is let in to the agencies' pages, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import text

from casework import queries, sessions, sign_in_links, suspending
from casework.context import Onward
from engine.errors import Refusal
from engine.message import message
from portal.api.app import PATH as API
from portal.asked import Asked, NotDeclared
from portal.middleware import HEADERS
from portal.pages import ROUTES
from portal.routes import Needs, Route
from tests.installations import START, asked_home
from tests.portals import OURS, Browser, RealTime, portal_of, read
from tests.principals import OPERATOR, staff
from wording.sentences import in_words

_SIGN_IN = "/sign-in"
_NEEDS_SIGNING_IN = [each for each in ROUTES if each.needs not in (Needs.NOBODY, Needs.NOTICE)]
_FOR_ANYBODY = {
    ("GET", "/healthz"),
    ("GET", _SIGN_IN),
    ("GET", "/in/{token}"),
    ("POST", "/in/{token}"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/second"),
    ("POST", "/sign-in/second"),
    ("POST", "/sign-out"),
    ("GET", "/leave"),
}


def _path(route: Route, code: str) -> str:
    parts = {"code": code, "number": "interview.1", "way": "complete"}
    return re.sub(r"\{(\w+)\}", lambda part: parts.get(part[1], "none"), route.path)


def test_only_the_way_in_and_out_is_open_to_anybody() -> None:
    open_ones = {(each.method, each.path) for each in ROUTES if each.needs is Needs.NOBODY}
    assert open_ones == _FOR_ANYBODY


def test_whoever_is_not_signed_in_is_sent_to_sign_in(onward: Onward) -> None:
    browser, code = Browser(portal_of(onward)), asked_home(onward)
    for route in _NEEDS_SIGNING_IN:
        path = _path(route, code)
        ask = browser.get if route.method == "GET" else browser.post
        answer = ask(path, follow=False)
        assert (answer.status_code, answer.headers["location"]) == (303, _SIGN_IN), path
        assert code not in answer.text


def test_a_page_has_nothing_that_its_route_did_not_declare() -> None:
    for_anybody = Route(path="/x", answer=lambda _: None, needs=Needs.NOBODY)  # type: ignore[arg-type, return-value]
    signed = SimpleNamespace(by="somebody")
    asked = Asked(None, for_anybody, None, {}, signed)  # type: ignore[arg-type]
    with pytest.raises(NotDeclared):
        _ = asked.by
    with pytest.raises(NotDeclared):
        _ = asked.form


def test_a_link_shows_a_button_to_whoever_opens_it_and_lets_in_once(onward: Onward) -> None:
    browser, other = Browser(portal_of(onward)), Browser(portal_of(onward))
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    for _ in range(2):  # scanners of mail open every link
        assert "Continue" in read(browser.get(f"/in/{token}"))
    assert read(browser.post(f"/in/{token}")).startswith("Set up your account")
    again = other.post(f"/in/{token}")
    assert (again.status_code, "This link has been used" in read(again)) == (403, True)
    assert not other.cookies


def test_a_link_is_kept_nowhere_and_lasts_a_day(onward: Onward) -> None:
    time = RealTime()
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    time.pass_by(sign_in_links.LINK_LASTS)
    assert Browser(portal_of(onward, time)).post(f"/in/{token}").status_code == 403
    with onward.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sign_in_links").all()
    assert token not in str(rows)


def test_nobody_is_invited_whom_the_registry_does_not_list(onward: Onward) -> None:
    for agency, person in (("GH-ONE", "nobody"), ("NG-HOME", "bola"), ("GH-NOWHERE", "ama")):
        with pytest.raises(Refusal):
            sign_in_links.invite(onward, agency, person, OPERATOR, START)


@pytest.mark.parametrize(
    "ends", ["idle", "at most", "suspended", "sign out", "everywhere", "leave"]
)
def test_a_session_ends_on_the_server(onward: Onward, ends: str) -> None:
    time = RealTime()
    browser = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")
    taken = dict(browser.cookies)
    match ends:
        case "idle":
            time.pass_by(sessions.IDLE)
        case "at most":
            for _ in range(25):
                time.pass_by(sessions.IDLE - timedelta(minutes=1))
                browser.get("/")
        case "suspended":
            suspending.suspend(onward, "GH-ONE", OPERATOR, "ama")
            suspending.lift(onward, "GH-ONE", OPERATOR, "ama")
        case "sign out":
            browser.post("/sign-out", follow=False)
        case "everywhere":
            sessions.sign_out_everywhere(onward, staff("GH-ONE", "ama"), time.now())
        case "leave":
            left = browser.get("/leave", follow=False)
            assert not left.headers["location"].startswith("/")
    browser.cookies = httpx.Cookies(taken)  # as whoever took them would
    assert browser.get("/", follow=False).headers["location"] == _SIGN_IN


def test_looking_at_pages_keeps_a_session(onward: Onward) -> None:
    time = RealTime()
    browser = Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")
    for _ in range(4):
        time.pass_by(sessions.IDLE - timedelta(minutes=1))
        assert browser.get("/").status_code == httpx.codes.OK


@pytest.mark.parametrize(
    "sent",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost"},
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {},
    ],
)
def test_a_form_from_another_site_does_nothing(onward: Onward, sent: dict[str, str]) -> None:
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    assert browser.post("/sign-out", headers=sent).status_code == 403
    assert browser.get("/", follow=False).status_code == httpx.codes.OK


@pytest.mark.parametrize("sent", [OURS, {"sec-fetch-site": "none"}, {"origin": "http://localhost"}])
def test_a_form_of_our_own_is_taken(onward: Onward, sent: dict[str, str]) -> None:
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    assert browser.post("/sign-out", follow=False, headers=sent).status_code == 303


def test_every_answer_says_what_it_may_load_and_that_nobody_keeps_it(onward: Onward) -> None:
    browser = Browser(portal_of(onward))
    pages = [browser.get("/sign-in"), browser.get("/nowhere"), browser.get("/", follow=False)]
    pages += [browser.post("/sign-out", headers={}), browser.sign_in("GH-ONE", "ama").get("/")]
    for page in pages:
        own = {"referrer-policy": "strict-origin"} if page.is_client_error else {}
        assert (HEADERS | own).items() <= page.headers.items()
        assert page.headers["cache-control"] == "no-store"


def test_a_foreign_host_gets_no_page(onward: Onward) -> None:
    """And the answer says of itself what all of ours do, whatever the host is."""
    for host in ("elsewhere.example", "[::", ""):
        answer = Browser(portal_of(onward)).get("/sign-in", host=host)
        assert answer.status_code == 400, host
        assert HEADERS.items() <= answer.headers.items()


def test_whoever_asks_for_a_foreign_host_reads_which_address_to_use(onward: Onward) -> None:
    """In their language, and as programs read problems; what they asked for is not repeated."""
    browser = Browser(portal_of(onward, address="http://localhost:4280"))
    for language, said in (
        ("en", "This is not the address of these pages: use http://localhost:4280\n"),
        ("pt", "Estas páginas têm outro endereço: use http://localhost:4280\n"),
    ):
        answer = browser.get("/sign-in", host="127.0.0.1:4280", accept_language=language)
        assert (answer.status_code, answer.text) == (400, said)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    answer = browser.get(f"{API}/tasks", host="127.0.0.1:4280")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:onward:wrong_host"
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_is_told_of_without_its_text(onward: Onward, browser: Browser, method: str) -> None:
    """By HEAD, with the status and headers that GET has for whoever is not signed in."""
    for path, status in (("/healthz", 200), ("/sign-in", 200), ("/", 303), ("/nowhere", 404), ("/n/x/y", 410)):  # fmt: skip
        answer = browser.ask(method, path, follow=False)
        assert answer.status_code == status, path
        assert bool(answer.content) == (method == "GET" and status != 303), path
        own = {"referrer-policy": "strict-origin"} if status in {404, 410} else {}
        assert (HEADERS | own).items() <= answer.headers.items(), path
    assert browser.ask("HEAD", f"{API}/tasks").status_code == 405


def test_nothing_is_done_for_whoever_asks_without_wanting_a_page(onward: Onward) -> None:
    """No look is recorded, no session ends, and the browser keeps its cookies."""
    code, ama = asked_home(onward), Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    before = len(queries.case_log(onward, code, OPERATOR))
    for path in (f"/cases/{code}/requests/ask_home.1", f"/cases/{code}", "/leave"):
        answer = ama.ask("HEAD", path, follow=False)
        assert answer.status_code == 303
        assert "set-cookie" not in answer.headers
    assert len(queries.case_log(onward, code, OPERATOR)) == before
    assert ama.get("/", follow=False).status_code == 200


@pytest.mark.parametrize("address", ["http://localhost", "https://localhost"])
def test_a_cookie_is_for_us_alone_and_for_https_where_there_is_one(
    onward: Onward, address: str
) -> None:
    browser = Browser(portal_of(onward, address=address))
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    said = browser.post(f"/in/{token}", follow=False).headers.get_list("set-cookie")
    is_secure = address.startswith("https")
    name = "__Host-session=" if is_secure else "session="
    session = next(each for each in said if each.startswith(name))
    words = {each.strip() for each in session.split(";")}
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= words
    assert ("Secure" in words) == is_secure
    assert "Domain" not in session


def test_over_https_only_a_cookie_that_nobody_else_may_set_lets_in(onward: Onward) -> None:
    """Not one of the plain name; and it is taken away under the same name."""
    address = "https://localhost"
    browser, other = (Browser(portal_of(onward, address=address)) for _ in range(2))
    browser.sign_in("GH-ONE", "ama")
    assert {each for each in browser.cookies if "session" in each} == {"__Host-session"}
    other.cookies.set("session", browser.cookies["__Host-session"])
    assert other.get("/", follow=False).headers["location"] == _SIGN_IN
    browser.get("/?language=fr")
    assert 'lang="fr"' in browser.get("/").text
    browser.post("/sign-out", follow=False)
    assert "__Host-session" not in browser.cookies


@pytest.mark.parametrize("sent_by", ["same-origin", "none", ""])
def test_leaving_signs_out(onward: Onward, sent_by: str) -> None:
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    said = {"sec_fetch_site": sent_by} if sent_by else {}
    assert browser.get("/leave", follow=False, **said).status_code == 303
    assert browser.get("/", follow=False).headers["location"] == _SIGN_IN


@pytest.mark.parametrize("sent_by", ["cross-site", "same-site"])
def test_no_page_of_others_signs_anybody_out(onward: Onward, sent_by: str) -> None:
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    answer = browser.get("/leave", follow=False, sec_fetch_site=sent_by)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (303, None)
    assert browser.get("/", follow=False).status_code == httpx.codes.OK


@pytest.mark.parametrize("column", ["seen_at", "began_at", "sure_at"])
def test_a_damaged_session_is_none(onward: Onward, column: str) -> None:
    """Whoever has it signs in; their other devices are listed."""
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    never = ["9999-12-31 23:59:59.000000+00:00"]
    never += ["yesterday", "9"] if onward.store.kind == "sqlite" else []
    for moment in never:
        change = text(f"UPDATE sign_in_sessions SET {column} = '{moment}'")
        with onward.store.write() as connection:
            connection.execute(change)
        assert browser.get("/", follow=False).headers["location"] == _SIGN_IN
        assert browser.get("/sign-in").status_code == httpx.codes.OK
        browser.sign_in("GH-ONE", "ama")
        assert browser.get("/devices").status_code == httpx.codes.OK


def test_what_becomes_an_installation_for_training_is_one_on_the_next_page(onward: Onward) -> None:
    """Nobody has to start anything again."""
    browser = Browser(portal_of(onward))
    banner = in_words(message("told.training"), "en")
    assert banner not in browser.get("/sign-in").text
    with onward.store.write() as connection:
        connection.execute(text("UPDATE installation SET is_training = TRUE"))
    assert banner in browser.get("/sign-in").text


def test_what_is_nowhere_too_long_or_foreign_has_a_page_in_the_readers_language(
    onward: Onward,
) -> None:
    browser = Browser(portal_of(onward))
    nowhere = browser.get("/nowhere", accept_language="fr")
    assert (nowhere.status_code, "a rien ici" in read(nowhere)) == (404, True)
    foreign = browser.post("/sign-out", headers={"accept-language": "pt"})
    assert (foreign.status_code, "Nada foi feito" in read(foreign)) == (403, True)
    for form in ({"a": "b" * 200_001}, {f"a{number}": "b" for number in range(501)}):
        assert browser.post("/sign-out", form).status_code == 413


def test_a_link_is_void_once_its_person_was_suspended(onward: Onward) -> None:
    token = sign_in_links.invite(onward, "GH-ONE", "ama", OPERATOR, START)
    suspending.suspend(onward, "GH-ONE", OPERATOR, "ama")
    suspending.lift(onward, "GH-ONE", OPERATOR, "ama")
    assert Browser(portal_of(onward)).post(f"/in/{token}").status_code == 403
