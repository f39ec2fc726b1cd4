"""The pages of figures: who sees which, as pictures, tables and files."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import httpx
import pytest

from casework.context import Onward
from casework.driving import CaseDriving
from casework.export_budget import AT_LEAST
from casework.figures.behind import undelivered_of_own
from casework.figures.measures import MEASURES
from casework.registering import register
from engine.agencies.duties import Duty
from engine.errors import Refusal
from portal import charts
from portal.pages.figures import TOPICS
from tests.installations import AGENCIES, START, asked_home, move_clock, opened
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR, staff

MANAGED = AGENCIES.replace("{ama: {}", "{ama: {manages: yes}")
OVERSIGHT = MANAGED.replace(
    "roles: [case_manager], channels: [email]}",
    "roles: [case_manager], channels: [email], staff: {eye: {manages: yes}}}",
)


@pytest.fixture
def ama(onward: Onward) -> Browser:
    """She reads figures."""
    register(onward, MANAGED, OPERATOR)
    return Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


@pytest.fixture
def eye(onward: Onward) -> Browser:
    """Somebody of the agency with oversight."""
    register(onward, f"{OVERSIGHT}oversight: [GH-TWO]\n", OPERATOR)
    return Browser(portal_of(onward)).sign_in("GH-TWO", "eye")


def test_a_colleague_whom_the_registry_does_not_name_has_no_figures(
    onward: Onward, ama: Browser
) -> None:
    ato = Browser(portal_of(onward)).sign_in("GH-ONE", "ato")
    assert ["/figures" in who.get("/").text for who in (ama, ato)] == [True, False]
    for path in ("/figures", "/figures/work", "/figures/files/silence?whose=own"):
        assert ato.get(path).status_code == httpx.codes.FORBIDDEN


def test_every_figure_stands_on_one_page_and_is_drawn() -> None:
    assert sorted(each for topic in TOPICS.values() for each in topic) == sorted(MEASURES)
    assert charts.SHOWN.keys() == MEASURES.keys()
    for name, columns in charts.SHOWN.items():
        counted = {*MEASURES[name].counts, *MEASURES[name].sums}
        assert {*columns} <= {*MEASURES[name].columns}
        assert len({column in counted for column in columns}) == 1, "numbers, or days"
        assert len(columns) <= len(charts.OPACITIES)


def test_where_silence_is_stands_first(onward: Onward, ama: Browser) -> None:
    asked_home(onward)
    move_clock(onward, START + timedelta(days=4))
    page = ama.get("/figures")
    assert re.search(r"NG-HOME 1 0 4 4 \d\d\b", read(page))
    assert "Requests without an answer, as things stand on Fri, 6 Mar 2026, 09:00 GMT" in read(page)
    assert page.text.count("<svg role") == 1
    assert "There is nothing to count" in read(page)  # nothing was sent in the quarter before
    answers = read(ama.get("/figures/silence?period=2026-Q1"))
    assert re.search(r"NG-HOME 1 0 0 0 \d\d\b", answers)


def test_a_file_has_the_same_numbers(onward: Onward, ama: Browser) -> None:
    asked_home(onward)
    answer = ama.get("/figures/files/silence?whose=own")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="silence-2026-03-02.csv"'
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert (line["agency"], line["waiting"], line["in_steps_of"]) == ("NG-HOME", "1", "1")
    assert "/figures/files/silence?whose=own" in ama.get("/figures").text.replace("&amp;", "&")


def test_an_agency_has_no_way_to_the_cases_of_others(onward: Onward, ama: Browser) -> None:
    opened(onward)
    page = ama.get("/figures/cases")
    assert "Cases in which we have no part" not in read(page)
    assert read(ama.get("/figures/cases?whose=all")) == read(page)
    refused = ama.get("/figures/files/stages?whose=all")
    assert refused.status_code == httpx.codes.FORBIDDEN
    assert "Looks outside" not in read(ama.get("/figures/oversight"))
    assert ama.get("/figures/files/looks?whose=all").status_code == httpx.codes.FORBIDDEN
    assert ama.get("/figures/nothing").status_code == httpx.codes.NOT_FOUND
    assert ama.get("/figures/files/nothing").status_code == httpx.codes.NOT_FOUND


def test_oversight_reads_of_many_or_nothing(onward: Onward, eye: Browser) -> None:
    for _ in range(AT_LEAST - 1):
        opened(onward)
    few = read(eye.get("/figures/cases?whose=all"))
    assert f"it is about fewer than {AT_LEAST} people" in few
    opened(onward)
    assert "A trial First 11-21 0" in read(eye.get("/figures/cases?whose=all"))
    (line,) = csv.DictReader(io.StringIO(eye.get("/figures/files/stages?whose=all").text))
    assert (line["cases"], line["in_steps_of"]) == ("11", "11")
    assert "Looks outside the caseload" in read(eye.get("/figures/oversight"))


def test_a_period_that_is_none_is_said(ama: Browser) -> None:
    page = ama.get("/figures?period=last%20spring")
    assert "Last spring is not a period: write a year or a quarter" in read(page)


def test_the_pages_speak_the_readers_language(onward: Onward, ama: Browser) -> None:
    asked_home(onward)
    page = read(ama.get("/figures?language=fr"))
    assert "Où règne le silence" in page
    assert "Jours promis, médiane" in page
    assert "Onde há silêncio" in read(ama.get("/figures?language=pt"))


def test_a_figure_leads_to_what_it_counts_where_that_may_be_seen(
    onward: Onward, ama: Browser
) -> None:
    """One's own requests and tasks; of those of others only how many."""
    code = asked_home(onward)
    move_clock(onward, START + timedelta(days=4))
    page = ama.get("/figures")
    (href,) = re.findall(r'href="(/requests/sent[^"]+)"', page.text)
    assert code in read(ama.get(unescape(href)))
    narrowed = read(ama.get("/requests/sent?show=waiting&agency=NG-TWO"))
    assert code not in narrowed
    assert "Nothing in this part" in narrowed, "and not that no request is open"
    assert code not in read(ama.get("/requests?show=waiting"))
    opened(onward)
    move_clock(onward, START + timedelta(days=9))
    assert 'href="/?show=overdue"' in ama.get("/figures/work").text


def test_notices_that_no_channel_took_are_listed_for_whoever_answers_for_them(
    onward: Onward, ama: Browser
) -> None:
    """And for nobody else; nobody without the right is told that there are any."""
    code = asked_home(onward)
    home = staff("NG-HOME", "bola", Duty.MANAGES)
    driving = CaseDriving(onward)
    for notice in driving.notices(code):
        assert not driving.deliver(notice).delivered, "nobody has an address"
    assert "/figures/lists/undelivered?to=NG-HOME" in ama.get("/figures/oversight").text
    text = read(ama.get("/figures/lists/undelivered?to=NG-HOME"))
    assert code in text
    assert "GH-ONE has to deal with it" in text
    assert "the agency has no address that can be used" in text
    french = read(ama.get("/figures/lists/undelivered?to=NG-HOME&language=fr"))
    assert "l'agence n'a pas d'adresse utilisable" in french
    assert {each.agency for each in undelivered_of_own(onward, home)} == {"NG-HOME"}
    assert undelivered_of_own(onward, staff("NG-TWO", "chi", Duty.MANAGES)) == []
    with pytest.raises(Refusal, match=r"not_authorised\.manage"):
        undelivered_of_own(onward, staff("GH-ONE", "ama"))
