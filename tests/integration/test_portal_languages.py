"""A language is missing: of the pages, of a pathway, of what a person is asked. What is shown instead says so, and which
language it is in.
"""

from __future__ import annotations

import pytest

from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from engine import commands as c
from engine.message import message
from tests.installations import CANARY, SCREEN, asked_home, opened
from tests.noticed import adding_notices, asked_by_link, browser_of
from tests.portals import Browser, portal_of
from tests.principals import OPERATOR
from tests.spoken import languages_of
from wording.sentences import in_words

_FORM = """\
pathway: forms
version: 1
title: Everything is asked
effective: 2026-01-01
sides: [host]
roles: {screener: first_responder @ host}
data:
  well: {yes_no, title: In good health}
  place: {choice: [near, far], title: Where it is}
  left: {date, title: Day of leaving}
  country: {country, title: Whereto}
stages:
  main:
    steps:
      interview: {title: First words, by: screener, form: [well, place?, left?, country]}
    then: end done
ends: {done: success}
"""


@pytest.fixture
def ama(onward: Onward) -> Browser:
    """Her browser asks for French."""
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    browser.get("/?language=fr")
    return browser


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("yo", "en"),
        ("zh-CN, zh;q=0.9", "en"),
        ("yo, fr;q=0.8, en;q=0.5", "fr"),
        ("pt-BR", "pt"),
        ("x" * 5000, "en"),
    ],
)
def test_a_browser_that_asks_for_what_there_is_not_gets_the_next_it_reads(
    onward: Onward, wanted: str, got: str
) -> None:
    """And the page says which it is, and offers the others, each by its own name."""
    page = Browser(portal_of(onward)).get("/sign-in", accept_language=wanted).text
    title = in_words_of("page.sign_in", got)
    assert languages_of(page, title) == {got}
    for language in ("en", "fr", "pt"):
        assert languages_of(page, in_words_of("page.language", language)) == {language}


def in_words_of(code: str, language: str) -> str:
    return in_words(message(code), language)


def test_words_of_a_pathway_that_has_no_french_are_said_to_be_english(
    onward: Onward, ama: Browser
) -> None:
    """Where they stand alone: as headings, questions, options, lines of lists. A note says it to the eye."""
    code = asked_home(onward)
    other = opened(onward)
    for path, text in (
        ("/", "Interview"),
        (f"/cases/{code}", "A trial"),
        (f"/cases/{code}", "Ask home"),
        (f"/cases/{other}/tasks/interview.1", "Interview"),
        (f"/cases/{other}/tasks/interview.1", "Home country"),
        (f"/cases/{code}/requests/ask_home.1", "Ask home"),
        ("/requests/sent", "Ask home"),
        ("/open", "A trial"),
    ):
        page = ama.get(path).text
        assert languages_of(page, text) == {"en"}, (path, text)
        assert languages_of(page, "Déconnexion") <= {"fr"}
        if path.startswith("/cases"):
            assert languages_of(page, in_words_of("page.not_translated", "fr")) == {"fr"}


def test_in_a_form_each_part_is_in_one_language(onward: Onward, ama: Browser) -> None:
    """Question and its options in the pathway's, and ours in the reader's: yes and no, countries, what is wrong."""
    publish_pathway(onward, _FORM, by=OPERATOR)
    code = open_case(onward, "forms", "GH", SCREEN).code
    page = ama.get(f"/cases/{code}/tasks/interview.1").text
    for english in ("In good health", "Where it is", "Near", "Day of leaving", "Month", "Whereto"):
        assert languages_of(page, english) == {"en"}, english
    assert languages_of(page, "Where it is (optional)") == {"en"}
    for french in ("Oui", "Bénin", "Choisissez"):
        assert languages_of(page, french) == {"fr"}, french
    wrong = ama.post(f"/cases/{code}/do/complete", {"about": "interview.1"}).text
    assert languages_of(wrong, in_words_of("page.missing", "fr")) == {"fr"}


def test_nothing_is_said_of_english_to_whoever_reads_it_or_has_a_translation(
    onward: Onward,
) -> None:
    browser, code = Browser(portal_of(onward)).sign_in("GH-ONE", "ama"), opened(onward)
    page = browser.get(f"/cases/{code}").text
    assert in_words_of("page.not_translated", "en") not in page


def test_a_notice_without_french_words_says_so_of_them(onward: Onward) -> None:
    ready = adding_notices(onward)
    _, link = asked_by_link(ready)
    page = browser_of(ready).get(f"{link}?language=fr").text
    assert languages_of(page, "Ask home") == {"en"}


def test_the_list_of_what_is_wrong_is_written_as_the_language_writes_it(
    onward: Onward, ama: Browser
) -> None:
    """French keeps a blank before the colon, at which no line ends."""
    code = opened(onward)
    page = ama.post(f"/cases/{code}/do/complete?language=fr", {"about": "interview.1"})
    assert "Full name\N{NO-BREAK SPACE}: Répondez à cette question" in page.text


@pytest.mark.parametrize("person", ["ha", "zh"])
def test_what_a_person_is_asked_is_said_to_be_english_where_their_language_is_missing(
    onward: Onward, ama: Browser, person: str
) -> None:
    """With the name of the language in which it is to be said, for whoever interprets."""
    code = opened(onward)
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    page = ama.get(f"/cases/{code}/read/agree.1?in={person}").text
    to_say = message("page.say_in", language={"ha": "haoussa", "zh": "chinois"}[person])
    assert languages_of(page, "May we tell") == {"en"}
    assert languages_of(page, in_words(to_say, "fr")) == {"fr"}
