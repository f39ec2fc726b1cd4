"""What a process of the portal tells of how it goes, and that it tells nothing of anybody."""

from __future__ import annotations

import re
from itertools import count

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from casework.context import Onward
from portal.api.app import PATH
from portal.app import application
from portal.asked import Portal
from portal.look import static_url
from portal.measuring import Measured, RequestCounts
from portal.pages import ROUTES
from tests.installations import CANARY, opened
from tests.noticed import adding_notices, asked_by_link
from tests.portals import ADDRESS, PASSWORD, Browser, RealTime, portal_of

_SOMEBODY = "somebody-else"


class CountedBrowser:
    """A browser, and what is told of its requests."""

    def __init__(self, onward: Onward) -> None:
        self.measures, ticks = RequestCounts(), count()
        self.portal: Portal = portal_of(onward)
        app = Measured(application(self.portal), self.measures, lambda: next(ticks) / 10)
        self.browser = Browser(self.portal, app)

    def told(self) -> str:
        return generate_latest(self.measures.registry).decode()

    def requests(self) -> dict[tuple[str, str, str], float]:
        """How many, by method, route and status."""
        return {
            (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
            for family in text_string_to_metric_families(self.told())
            for sample in family.samples
            if sample.name == "onward_requests_total"
        }


@pytest.fixture(name="watched")
def _watched(onward: Onward) -> CountedBrowser:
    return CountedBrowser(onward)


def test_requests_are_counted_by_route_and_status(onward: Onward, watched: CountedBrowser) -> None:
    code, browser = opened(onward), watched.browser
    browser.sign_in("GH-ONE", "ama")
    before = watched.requests()
    for path in (f"/cases/{code}", f"/cases/{code}", "/cases/0000-0000", f"/{_SOMEBODY}"):
        browser.get(path)
    browser.get(static_url("onward.css"))
    browser.get(f"{PATH}/tasks")
    browser.get("/sign-in", host="elsewhere.example")
    browser.post("/sign-out", follow=False)
    browser.ask("PROPFIND", "/")
    found = watched.requests()
    assert {
        each: found[each] - before.get(each, 0) for each in found if found[each] != before.get(each)
    } == {
        ("GET", "/cases/{code}", "200"): 2,
        ("GET", "/cases/{code}", "404"): 1,
        ("GET", "elsewhere", "404"): 1,
        ("GET", "elsewhere", "400"): 1,
        ("GET", "/static", "200"): 1,
        ("GET", PATH, "401"): 1,
        ("POST", "/sign-out", "303"): 1,
        ("other", "/", "405"): 1,
    }


def test_how_long_they_took_is_told_in_steps(onward: Onward, watched: CountedBrowser) -> None:
    watched.browser.get("/healthz")
    line = r'onward_request_seconds_bucket\{le="(\S+)",method="GET",route="/healthz"\} (\S+)'
    found = dict(re.findall(line, watched.told()))
    assert (found["0.05"], found["0.25"], found["+Inf"]) == ("0.0", "1.0", "1.0")


def test_what_went_wrong_is_counted_as_such(
    onward: Onward, watched: CountedBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("portal.pages.health.text", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            watched.browser.get("/healthz")
    assert watched.requests() == {("GET", "/healthz", "500"): 1}


def test_nothing_is_told_of_anybody(onward: Onward) -> None:
    """No code, agency, name, link or session; each label is one that is declared, and there are no others."""
    ready = adding_notices(onward)
    watched, (code, link) = CountedBrowser(ready), asked_by_link(ready)
    browser = watched.browser.sign_in("GH-ONE", "ama")
    for path in (f"/cases/{code}", f"/telephone?case={code}", "/in/a-token", link, f"/n/{code}/x"):
        browser.get(path)
    browser.post(f"/cases/{code}/person")
    browser.post("/sign-in", {"agency": "GH-TWO", "person": _SOMEBODY, "password": PASSWORD})
    told = watched.told()
    kept = (code, CANARY, "GH-ONE", "GH-TWO", "ama", _SOMEBODY, "a-token", link.split("/")[-1])
    session = [value for name, value in browser.cookies.items() if name == "session"]
    assert session
    for each in (*kept, *session, ADDRESS, str(RealTime().now().year)):
        assert each not in told, each
    families = [*text_string_to_metric_families(told)]
    names = {each.name for each in families if not each.name.startswith("process_")}
    assert names == {"onward_requests", "onward_request_seconds"}
    samples = [sample for family in families for sample in family.samples]
    assert {name for each in samples for name in each.labels} == {"method", "route", "status", "le"}
    routes = {each.labels["route"] for each in samples if "route" in each.labels}
    assert routes <= {each.path for each in ROUTES} | {"/static", PATH, "elsewhere"}
