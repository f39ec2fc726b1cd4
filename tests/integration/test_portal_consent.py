"""A question to the person is read together: in their language, with nothing else on the screen."""

from __future__ import annotations

import re

import pytest

from casework import queries
from casework.acting import do
from casework.case_part import case_part
from casework.context import Onward
from casework.publishing import publish_pathway
from engine import commands as c
from engine.state import ConsentState
from engine.templates import Source
from tests.installations import CANARY, PATHWAY, SCREEN, opened
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR
from tests.trial_translations import FRENCH

_GUARDED = (
    PATHWAY.replace("version: 1", "version: 2")
    .replace("data:\n", "data:\n  adult: {yes_no}\n")
    .replace("home_country]", "home_country, adult]")
    .replace("referral: {to: home,", "referral: {guardian: adult != yes, to: home,")
)


@pytest.fixture
def ama(onward: Onward) -> Browser:
    return Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


def _asked(onward: Onward, text: str = PATHWAY.replace("version: 1", "version: 2")) -> str:
    """A case whose person is asked for a consent, on a pathway that is there in French too."""
    french = FRENCH.replace("data: {", "data: {adult: Adulte, ") if text == _GUARDED else FRENCH
    publish_pathway(
        onward,
        text,
        file="trial.yaml",
        around=lambda _: {"fr": Source("trial.fr.yaml", french)},
        by=OPERATOR,
    )
    code = opened(onward)
    answers = {"full_name": CANARY, "home_country": "NG"}
    if text == _GUARDED:
        answers["adult"] = "no"
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=answers)
    return code


def _how_asked(onward: Onward, code: str) -> ConsentState:
    return case_part(onward, code, SCREEN).seen.state.consents["referral"]


def test_a_task_that_asks_the_person_leads_to_a_page_with_the_words_and_two_equal_answers(
    onward: Onward, ama: Browser
) -> None:
    code = _asked(onward)
    task = ama.get(f"/cases/{code}/tasks/agree.1")
    assert f'href="/cases/{code}/read/agree.1"' in task.text
    assert '<form method="post" action="/cases' not in task.text
    page = ama.get(f"/cases/{code}/read/agree.1").text
    assert '<h1 class="govuk-heading-xl" lang="en">May we tell Home about you?</h1>' in page
    answers = re.findall(r'<a class="(govuk-button [^"]*)" href="[^"]*">(Yes|No)</a>', page)
    assert [text for _, text in answers] == ["Yes", "No"]
    assert len({look for look, _ in answers}) == 1, "none is easier to give than the other"


@pytest.mark.parametrize("path", ["read/agree.1", "do/consent.refuse?about=agree.1"])
def test_nothing_else_is_on_the_screen_meanwhile(onward: Onward, ama: Browser, path: str) -> None:
    code = _asked(onward)
    page = ama.get(f"/cases/{code}/{path}").text
    for other in ('href="/"', 'href="/requests"', "/sign-out", 'hreflang="pt"', "GH-ONE"):
        assert other not in page, other
    assert 'href="/leave"' in page


def test_the_words_are_there_in_each_language_of_the_pathway_and_so_is_the_answer(
    onward: Onward, ama: Browser
) -> None:
    code = _asked(onward)
    page = ama.get(f"/cases/{code}/read/agree.1?in=fr").text
    assert 'lang="fr">Pouvons-nous parler de vous à Home ?</h1>' in page
    assert ">Oui</a>" in page
    spoken = read(ama.get(f"/cases/{code}/read/agree.1?in=ha"))
    assert spoken.startswith("To be spoken in: Hausa May we tell Home about you?")


def test_what_was_said_is_recorded_only_with_how_the_person_was_asked(
    onward: Onward, ama: Browser
) -> None:
    code = _asked(onward)
    before = len(queries.case_log(onward, code, by=OPERATOR))
    page = ama.get(f"/cases/{code}/read/agree.1?in=fr").text
    yes = re.findall(r'href="([^"]*consent\.give[^"]*)"', page)[0].replace("&amp;", "&")
    answer = ama.get(yes).text
    assert re.search(r'<option value="fr" selected', answer)
    assert len(queries.case_log(onward, code, by=OPERATOR)) == before
    form = {"about": "agree.1", "word-language": "fr", "word-interpreter": "yes"}
    ama.post(f"/cases/{code}/do/consent.give", form)
    said = _how_asked(onward, code)
    assert (said.status, said.language, said.interpreter) == ("given", "fr", True)


def test_who_answers_for_a_child_is_said_beside_the_words_and_their_own_view_is_asked_for(
    onward: Onward, ama: Browser
) -> None:
    code = _asked(onward, _GUARDED)
    page = ama.get(f"/cases/{code}/read/agree.1").text
    assert "A guardian decides for this person" in page
    yes = re.findall(r'href="([^"]*consent\.give[^"]*)"', page)[0].replace("&amp;", "&")
    answer = ama.get(yes).text
    assert re.search(r'name="word-giver"[^>]*value="yes"[^>]*checked', answer)
    form = {"about": "agree.1", "word-language": "en", "word-giver": "yes"}
    refused = ama.post(f"/cases/{code}/do/consent.give", form)
    assert refused.status_code == 409
    ama.post(f"/cases/{code}/do/consent.give", form | {"word-view": "agrees"})
    said = _how_asked(onward, code)
    assert (said.giver, said.view) == ("guardian", "agrees")


def test_a_consent_is_taken_back_from_one_or_from_all_with_nothing_else_on_the_screen(
    onward: Onward, ama: Browser
) -> None:
    code = _asked(onward)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    page = ama.get(f"/cases/{code}/do/consent.withdraw?about=referral")
    assert ("From all agencies" in read(page), "/sign-out" in page.text) == (True, False)
    assert 'value="NG-HOME"' in page.text


def test_what_asks_nobody_has_no_such_page(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    assert ama.get(f"/cases/{code}/read/interview.1").status_code == 409
    assert ama.get("/cases/7K2F-9QXM/read/agree.1").status_code == 404
