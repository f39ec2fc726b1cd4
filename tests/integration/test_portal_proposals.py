"""Links and merges on the pages: proposed by one agency, answered by the other, and parted again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework import links_shown
from casework.acting import do
from casework.case_part import case_part
from casework.context import Onward
from casework.registering import register
from engine import commands as c
from tests.installations import SCREEN
from tests.linked_cases import REGISTRY, TWO, Apart, apart, with_links
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR


@pytest.fixture(name="onward")
def _onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_links(url, tmp_path)) as onward:
        staffed = REGISTRY.replace("GH-TWO: {name: Two,", "GH-TWO: {name: Two, staff: {esi: {}},")
        register(onward, staffed, by=OPERATOR)
        yield onward


@pytest.fixture(name="cases")
def _cases(onward: Onward) -> Apart:
    return apart(onward)


def _browser(onward: Onward, agency: str, person: str) -> Browser:
    return Browser(portal_of(onward)).sign_in(agency, person)


def _proposed(onward: Onward, cases: Apart) -> Browser:
    ama = _browser(onward, "GH-ONE", "ama")
    form = {"about": "", "word-case": cases.second.lower(), "word-word": "sibling"}
    assert "Recorded: " in read(ama.insist(f"/cases/{cases.first}/do/link", form))
    return ama


def test_a_link_is_proposed_by_a_code_and_agreed_to_by_the_other_agency(
    onward: Onward, cases: Apart
) -> None:
    ama = _proposed(onward, cases)
    assert cases.second in read(ama.get(f"/cases/{cases.first}"))
    esi = _browser(onward, "GH-TWO", "esi")
    page = read(esi.get("/proposals"))
    assert (cases.first in page, "from GH-ONE" in page) == (True, True)
    assert "Agree" in esi.get(f"/cases/{cases.second}").text
    esi.insist(f"/cases/{cases.second}/do/agree", {"about": cases.first})
    (line,) = links_shown.links(onward, cases.first, SCREEN)
    assert (line.code, line.proposal) == (cases.second, "")
    assert "No proposals are waiting for your agency" in read(esi.get("/proposals"))


def test_a_no_is_said_on_the_page_and_not_told(onward: Onward, cases: Apart) -> None:
    ama = _proposed(onward, cases)
    esi = _browser(onward, "GH-TWO", "esi")
    esi.post(f"/cases/{cases.second}/do/disagree", {"about": cases.first})
    assert links_shown.proposals(onward, TWO) == []
    (line,) = links_shown.links(onward, cases.first, SCREEN)
    assert line.proposal == "proposed"
    assert cases.second in read(ama.get(f"/cases/{cases.first}"))


def test_what_is_no_code_is_said_to_be_none_and_an_unknown_one_is_taken_like_any(
    onward: Onward, cases: Apart
) -> None:
    ama = _browser(onward, "GH-ONE", "ama")
    form = {"about": "", "word-case": "none", "word-word": "sibling"}
    page = ama.post(f"/cases/{cases.first}/do/link", form)
    assert (page.status_code, "The code of a case has eight letters" in read(page)) == (422, True)
    real, made_up = (
        ama.post(f"/cases/{cases.first}/do/link", form | {"word-case": code})
        for code in (cases.second, "7K2F-9QXM")
    )
    texts = [
        read(page).replace(cases.second, "CODE").replace("7K2F-9QXM", "CODE")
        for page in (real, made_up)
    ]
    assert texts[0] == texts[1]


def test_a_duplicate_is_merged_into_the_case_that_stays(onward: Onward, cases: Apart) -> None:
    ama = _browser(onward, "GH-ONE", "ama")
    form = {"about": "", "word-into": cases.second}
    ama.insist(f"/cases/{cases.first}/do/merge", form)
    esi = _browser(onward, "GH-TWO", "esi")
    assert "The same case, opened twice" in read(esi.get("/proposals"))
    esi.insist(f"/cases/{cases.second}/do/agree", {"about": cases.first})
    assert case_part(onward, cases.first, SCREEN).seen.state.merged_into == cases.second
    assert f"Merged into {cases.second}" in read(ama.get(f"/cases/{cases.first}"))
    ama.insist(f"/cases/{cases.first}/do/unmerge", {"about": cases.second})
    assert case_part(onward, cases.first, SCREEN).seen.state.merged_into == ""


def test_cases_are_parted_by_whoever_may_know_that_they_are_linked(
    onward: Onward, cases: Apart
) -> None:
    ama = _proposed(onward, cases)
    do(onward, cases.second, c.Agree(case=cases.first), TWO)
    assert re.search(rf'do/unlink\?about={cases.second}"', ama.get(f"/cases/{cases.first}").text)
    ama.insist(f"/cases/{cases.first}/do/unlink", {"about": cases.second})
    assert links_shown.links(onward, cases.first, SCREEN) == []


def test_who_may_not_know_of_the_other_case_is_not_offered_to_part_them(
    onward: Onward, cases: Apart
) -> None:
    ama = _proposed(onward, cases)
    do(onward, cases.second, c.Agree(case=cases.first), TWO)
    do(onward, cases.second, c.Prohibit(agency="GH-ONE"), TWO)
    page = ama.get(f"/cases/{cases.first}").text
    assert (cases.second in page, "do/unlink" in page) == (False, False)
