"""What the person is given is what the agency may read, and nothing that would put them in danger; both stores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.disclosures import DisclosedBy, disclosures
from casework.dossier import Dossier, DossierOrder, dossier
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from casework.request_view import request
from casework.verifying import verify
from engine import commands as c
from engine.acts.informing import PersonInformed
from engine.errors import Refusal
from engine.grounds import GroundKind, ShownGround
from models.keys import Erased
from onward.dossier.page import page_of
from tests.erased import erase_person
from tests.installations import (
    AGENCIES,
    CANARY,
    HOME,
    PATHWAY,
    SCREEN,
    asked_home,
    ended,
    installation,
    opened,
    ready,
)
from tests.principals import OPERATOR, staff
from wording.catalogues import LANGUAGES

ORDER = DossierOrder(to="person", reason="asked", languages=("en",))
SHELTER = "Sunrise House"
WITH_SHELTER = AGENCIES.replace(
    "NG-HOME: {name: Home,", f"NG-HOME: {{name: {SHELTER}, unnamed: yes,"
)
CHILDREN = PATHWAY.replace(
    "form: [full_name, home_country]", "form: [full_name, home_country, age?]"
)
CHILDREN = CHILDREN.replace(
    "  risk: {choice", "  age: {choice: [child, adult]}\n  risk: {choice"
).replace('ask: "May we tell {agency} about you?"', 'guardian: age != adult, ask: "May we?"')


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    made = ready(url, tmp_path, agencies=WITH_SHELTER, pathways=[PATHWAY])
    yield made
    made.close()


def _held(found: Dossier) -> dict[str, object]:
    return {each.name: each.value for each in found.answers}


def test_it_has_what_the_agency_may_read_and_is_recorded_as_given(onward: Onward) -> None:
    """Every answer, open and protected; the log names the fields, and the list says to whom."""
    code = asked_home(onward)
    order = DossierOrder(to="representative", reason="moving", languages=("fr", "en"))
    found = dossier(onward, code, order, SCREEN)
    held = {"known_as": CANARY, "full_name": CANARY, "home_country": "NG", "risk": "low"}
    assert _held(found) == held
    names = {*held}
    (given,) = (
        fact
        for line in queries.case_log(onward, code, OPERATOR)
        for fact in line.entry.facts
        if isinstance(fact, PersonInformed)
    )
    assert (given.agency, given.by, given.to) == ("GH-ONE", "ama", "representative")
    assert (given.reason, given.language) == ("moving", "fr")
    assert {*given.fields} == names
    listed = [
        each for each in disclosures(onward, code, OPERATOR) if each.way is DisclosedBy.DOSSIER
    ]
    assert [(each.to, {*each.fields}) for each in listed][-1] == ("representative", names)
    assert listed[-1].by == (ShownGround(kind=GroundKind.OWN_RIGHT),)
    assert verify(onward, code, OPERATOR).faults == ()


def test_nobody_reads_more_by_it_than_by_a_look(onward: Onward) -> None:
    """Of what another agency has collected the page has the question, and who holds the answer."""
    code = opened(onward)
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Reassign(task="assess.1", agency="GH-TWO"), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), staff("GH-TWO"), answers={"risk": "high"})
    found = dossier(onward, code, ORDER, SCREEN)
    assert "risk" not in _held(found)
    assert [(each.name, each.holders, each.value) for each in found.elsewhere] == [
        ("risk", ("GH-TWO",), None)
    ]
    page = page_of(found, "en")
    assert "Risk" in page
    assert "High" not in page


def test_only_the_agency_that_answers_for_the_case_hands_it_out(onward: Onward) -> None:
    code = asked_home(onward)
    before = len(queries.case_log(onward, code, OPERATOR))
    for by, reason in (
        (HOME, "not_yours"),
        (staff("NG-TWO"), "unknown_case"),
        (OPERATOR, "not_authorised"),
    ):
        with pytest.raises(Refusal) as refused:
            dossier(onward, code, ORDER, by)
        assert refused.value.reason == reason
    assert len(queries.case_log(onward, code, OPERATOR)) == before


def test_what_may_put_the_person_in_danger_is_left_out(onward: Onward) -> None:
    """Other people's cases, whom the case is kept from, staff, and where a place to stay is."""
    code, sister = asked_home(onward), opened(onward)
    do(onward, code, c.Link(case=sister, word="sibling"), SCREEN)
    do(onward, code, c.Prohibit(agency="NG-TWO"), SCREEN)
    request(onward, code, "ask_home.1", HOME)
    page = page_of(dossier(onward, code, ORDER, SCREEN), "en")
    assert "Receiving counterpart in Nigeria" in page
    for secret in (sister, "ibling", "Second", "NG-TWO", SHELTER, "NG-HOME", ">ama", "bola"):
        assert secret not in page, secret


def test_a_child_is_handed_no_papers(url: str, tmp_path: Path) -> None:
    """As long as it is not known that the person is none; a guardian or representative is."""
    onward = installation(url, tmp_path)
    register(onward, AGENCIES, by=OPERATOR)
    publish_pathway(onward, CHILDREN, by=OPERATOR)
    code = opened(onward)
    with pytest.raises(Refusal) as refused:
        dossier(onward, code, ORDER, SCREEN)
    assert refused.value.reason == "needs_guardian"
    assert dossier(onward, code, replace(ORDER, to="guardian"), SCREEN).to == "guardian"
    onward.close()


def test_after_the_end_it_can_be_asked_for_and_after_an_erasure_nothing_is_left(
    onward: Onward,
) -> None:
    code = ended(onward)
    assert _held(dossier(onward, code, ORDER, SCREEN))["full_name"] == CANARY
    erase_person(onward, code)
    with pytest.raises(Erased):
        dossier(onward, code, ORDER, SCREEN)


class _Page(HTMLParser):
    """What stands in a page, by its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags = list[tuple[str, dict[str, str | None]]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.tags if name == tag]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_is_escaped_and_can_be_read_aloud(
    sqlite_url: str, tmp_path: Path, language: str
) -> None:
    """One heading, a language, heads on every table, nothing to load; what was answered is text."""
    onward = installation(sqlite_url, tmp_path)
    register(onward, AGENCIES, by=OPERATOR)
    publish_pathway(onward, PATHWAY, by=OPERATOR)
    evil = "<script>alert(1)</script>\"'&"
    made = open_case(onward, "trial", "GH", SCREEN, identity={"known_as": evil})
    order = replace(ORDER, languages=(language, "en"))
    text = page_of(dossier(onward, made.code, order, SCREEN), language)
    page = _Page(text)
    assert page.of("html") == [{"lang": language}]
    assert len(page.of("h1")) == 1
    assert not [tag for tag, _ in page.tags if tag in ("script", "img", "link", "iframe", "a")]
    assert "&lt;script&gt;" in text
    assert not re.search(r"https?://|url\(|@import|\{\{|\{%", text)
    assert all(each.get("scope") in ("col", "row") for each in page.of("th"))
    assert len(page.of("table")) == len(page.of("thead")) > 0
    ids = {each.get("id") for each in page.of("h2")}
    assert {each["aria-labelledby"] for each in page.of("section")} == ids
    onward.close()


def test_what_was_read_out_is_shown_in_its_own_words_and_proved_by_its_digest(
    onward: Onward,
) -> None:
    """With a name that has changed since, it says that the words may have been different."""
    code = asked_home(onward)
    (asked,) = dossier(onward, code, ORDER, SCREEN).consents
    assert (asked.name, asked.to, asked.shows) == ("referral", ("NG-HOME",), ("risk",))
    assert (asked.words.text, asked.words.is_exact) == (f"May we tell {SHELTER} about you?", True)
    register(onward, WITH_SHELTER.replace(SHELTER, "Another House"), by=OPERATOR)
    (asked,) = dossier(onward, code, ORDER, SCREEN).consents
    assert not asked.words.is_exact


def test_a_language_without_words_falls_back_and_says_so(onward: Onward) -> None:
    code = asked_home(onward)
    found = dossier(onward, code, replace(ORDER, languages=("ha", "fr")), SCREEN)
    assert found.wanted == "ha"
    page = page_of(found, "fr")
    assert '<html lang="fr">' in page
    assert "haoussa" in page
    as_asked = dossier(onward, code, replace(ORDER, languages=("", "pt")), SCREEN)
    assert as_asked.wanted == "en"


def test_no_agency_is_named_where_the_page_may_be_found(onward: Onward) -> None:
    code = asked_home(onward)
    request(onward, code, "ask_home.1", HOME)
    found = dossier(onward, code, ORDER, SCREEN)
    page = page_of(found, "en", unnamed=True)
    assert "First responder in Ghana" in page
    assert ">One<" not in page
    assert "GH-ONE" not in page
