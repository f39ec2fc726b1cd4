"""Every page, in the language of who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from html import unescape
from pathlib import Path

import httpx
import pytest

from casework.acting import do
from casework.case_part import case_part
from casework.context import Onward
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from engine.templates import Source
from portal.pages import ROUTES
from portal.routes import Needs
from tests.english_texts import english
from tests.installations import AGENCIES, CANARY, PATHWAY, SCREEN, installation, opened
from tests.portals import Browser, portal_of
from tests.principals import OPERATOR
from tests.trial_translations import FRENCH, PORTUGUESE

_OF_PATHWAY = re.compile(
    r"\b(?:Interview|Agree|Assess|Ask home|First|Second|Screener|Manager|Full name|Home country|Risk|low|high"
    r"|screener|manager|interview|assess|ask_home|full_name|home_country|referral|Referral)\b(?!\.\d)"
)
"""What the pathway calls its parts, all of which have words in both languages."""
_ELSEWHERE = {
    "/in/{token}": "/in/nowhere",
    "/figures/files/{figure}": "",
    "/leave": "",
    "/healthz": "",
    "/set-up/code.svg": "",
    "/n/{reference}/{token}": "/n/nothing-1/nothing",
    "/n/{reference}/{token}/{way}": "/n/nothing-1/nothing/complete",
}
"""Pages that are read with what does not lead anywhere; of those without an address nothing is read."""


_SHEETS = ("overview", "first", "second")
"""Of the picture of a case."""


@pytest.fixture(params=["fr", "pt"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def onward(made_on_sqlite: Path, tmp_path: Path) -> Iterator[Onward]:
    with closing(installation(f"sqlite:///{tmp_path / 'onward.db'}", tmp_path)) as made:
        staffed = "staff: {ama: {administers: yes}, ato: {}}"
        register(made, AGENCIES.replace("staff: {ama: {}, ato: {}}", staffed), by=OPERATOR)
        publish_pathway(
            made,
            PATHWAY,
            file="trial.yaml",
            around=lambda _: {
                each: Source(f"trial.{each}.yaml", text)
                for each, text in (("fr", FRENCH), ("pt", PORTUGUESE))
            },
            by=OPERATOR,
        )
        yield made


def test_no_page_has_english_in_it(onward: Onward, language: str) -> None:
    """Nor a name of the pathway that has words in the language: each page, each way to act with its form as it is
    first shown, and what comes of a form that was sent empty.
    """
    faults = {
        where: found
        for where, page in _pages(onward, language)
        if (found := [*_english_in(_said(page), language)])
    }
    assert faults == {}


def _english_in(said: str, language: str) -> Iterator[str]:
    for text in english(language, said):
        if found := text.search(said):
            yield found[0]
    yield from _OF_PATHWAY.findall(said)


def _said(page: httpx.Response) -> str:
    """What a page says, to the eye and to a screen reader, without what is marked as English."""
    body = re.sub(r"(?s)<(script|style|title)\b.*?</\1>", " ", page.text)
    body = re.sub(r'(?s)<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', " ", body)
    labels = re.findall(r'aria-label="([^"]*)"', body)
    lines = [*re.split(r"<[^>]*>", body), *labels]
    said = "\n".join(" ".join(unescape(each).split()) for each in lines if each.strip())
    return said.replace("Eid al-Fitr Holiday", "")  # as the calendar of its country calls it


def _pages(onward: Onward, language: str) -> Iterator[tuple[str, httpx.Response]]:
    fresh, of_home = _cases(onward)
    ama = _browser(onward, language).sign_in("GH-ONE", "ama")
    for route in ROUTES:
        if route.method == "GET":
            for path in _addresses(onward, route.path, (fresh, of_home)):
                yield path, ama.get(path)
    for needs in (Needs.NOBODY, Needs.SESSION):  # before anybody has signed in
        path = next(e.path for e in ROUTES if e.needs is needs and e.path in ("/sign-in", "/"))
        yield f"{path} first", _browser(onward, language).get(path)
    for code in (fresh, of_home):
        for way, about in _ways(onward, code):
            sent = f"/cases/{code}/do/{way}"
            yield f"{sent} sent", ama.post(sent, {"about": about})


def _browser(onward: Onward, language: str) -> Browser:
    browser = Browser(portal_of(onward))
    browser.get(f"/sign-in?language={language}")
    return browser


def _cases(onward: Onward) -> tuple[str, str]:
    """One just opened, and one that waits for a partner's answer."""
    fresh, of_home = opened(onward), opened(onward)
    answers: Mapping[str, object] = {"full_name": CANARY, "home_country": "NG"}
    do(onward, of_home, c.Complete(task="interview.1"), SCREEN, answers=answers)
    do(onward, of_home, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, of_home, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    return fresh, of_home


def _addresses(onward: Onward, path: str, codes: tuple[str, str]) -> Iterator[str]:
    if path in _ELSEWHERE or "{" not in path:
        yield from filter(None, [_ELSEWHERE.get(path, path)])
        return
    for code in codes if "{code}" in path else ("",):
        part = case_part(onward, code or codes[0], SCREEN)
        ways = _ways(onward, part.code) if "/do/" in path or "/telephone/" in path else [("", "")]
        numbers = [part.number(each) for each in part.works] or ["interview.1"]
        if "{sheet}" in path:
            yield from (path.format_map(_Named(code=code, sheet=each)) for each in _SHEETS)
            continue
        for number in numbers if "{number}" in path else ("",):
            for way, about in ways if "{way}" in path else [("", "")]:
                named = {"code": code, "number": number, "way": way or "invite", "about": about}
                whole = path.format_map(_Named(named | {"topic": "work", "person": "ato"}))
                yield whole + (f"?about={about}" if about else "")


class _Named(dict[str, str]):
    """What stands in an address; for anything else what leads nowhere."""

    def __missing__(self, _name: str) -> str:
        return "nothing"


def _ways(onward: Onward, code: str) -> list[tuple[str, str]]:
    return [(each.way.name, each.about) for each in case_part(onward, code, SCREEN).offered]
