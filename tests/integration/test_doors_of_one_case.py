"""Every page and every route for programs, as everybody in every relation to a case asks for it.

What each may be told is in docs/reference/authority.md and tried in `test_authority_matrix.py`; here is
what the doors make of it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from casework.context import Onward
from portal.pages import ROUTES
from portal.routes import Needs
from tests.acts_of_relations import number_of
from tests.case_of_all_relations import RELATIONS, Codes
from tests.installations import CANARY, installation
from tests.portals import Browser, portal_of, read
from tests.programs import Program

_AGENCIES = [(relation, agency) for relation, all_of in RELATIONS.items() for agency in all_of]
_AGENCY = re.compile(r"\b(?:GH|NG)-[A-Z]{2,}\b")
_UNKNOWN = ("none", "by right", "refused")
"""Those who are told that there is no such case."""
_MADE_UP = "AAAA-2222"
_WORK = {
    "tasks": "travel.1",
    "requests": "ask_home.1",
    "read": "agree_more.1",
    "keep": "",
    "do": "",
}
_OF_A_CASE = [each.path for each in ROUTES if "{code}" in each.path and each.method == "GET"]
_BY_PROGRAMS = ("/cases/{code}", "/cases/{code}/tasks/{number}", "/cases/{code}/requests/{number}")


class Doors(NamedTuple):
    """An installation with the case, and for each agency somebody who is signed in, and a program."""

    onward: Onward
    codes: Codes
    browsers: Mapping[str, Browser]
    programs: Mapping[str, Program]


@pytest.fixture(scope="module")
def doors(made_on_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    home = tmp_path_factory.mktemp("doors")
    file = shutil.copy(made_on_sqlite, home / "onward.db")
    with closing(installation(f"sqlite:///{file}", home)) as onward:
        codes, agencies = Codes(onward), [agency for _, agency in _AGENCIES]
        browsers = {each: Browser(portal_of(onward)).sign_in(each, "ama") for each in agencies}
        yield Doors(onward, codes, browsers, {each: Program(onward, each) for each in agencies})


def _path(path: str, doors: Doors, agency: str, code: str = "") -> str:
    room = path.split("/")[3] if path.count("/") > 2 else ""
    number = number_of(doors.codes, agency, _WORK.get(room, "") or "agree_more.1")
    return path.format(
        code=code or doors.codes.main, number=number, way="claim", about=number, sheet="overview"
    )


def _without(answer: httpx.Response, code: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(code, "")


@pytest.mark.parametrize("path", _OF_A_CASE)
def test_whoever_has_no_part_gets_the_page_of_a_case_that_there_is_not(
    doors: Doors, path: str
) -> None:
    for relation in _UNKNOWN:
        for agency in RELATIONS[relation]:
            real, made_up = (
                _without(doors.browsers[agency].get(_path(path, doors, agency, code)), code)
                for code in (doors.codes.main, _MADE_UP)
            )
            assert real == made_up, (agency, path)
            assert real[0] == 404


@pytest.mark.parametrize("path", _BY_PROGRAMS)
def test_a_program_of_whoever_has_no_part_gets_the_same_answer_as_for_no_case(
    doors: Doors, path: str
) -> None:
    for relation in _UNKNOWN:
        for agency in RELATIONS[relation]:
            real, made_up = (
                _without(doors.programs[agency].get(_path(path, doors, agency, code)), code)
                for code in (doors.codes.main, _MADE_UP)
            )
            assert real == made_up, (agency, path)
            assert real[0] == 404


@pytest.mark.parametrize(("relation", "agency"), _AGENCIES)
def test_no_page_holds_in_its_source_what_is_protected(
    doors: Doors, relation: str, agency: str
) -> None:
    """It stands on a page that says why somebody looks, and on no other."""
    for path in (*_OF_A_CASE, "/", "/requests", "/requests/sent"):
        assert CANARY not in doors.browsers[agency].get(_path(path, doors, agency)).text, path
    for path in (*_BY_PROGRAMS, "/tasks", "/requests", "/requests/sent"):
        assert CANARY not in doors.programs[agency].get(_path(path, doors, agency)).text, path


@pytest.mark.parametrize(("relation", "agency"), _AGENCIES)
def test_no_door_names_an_agency_that_the_reader_may_not_hear_of(
    doors: Doors, relation: str, agency: str
) -> None:
    """Whoever is not responsible for a case hears of itself, and of the agency that is."""
    known = {agency, "GH-ONE"} if relation != "responsible" else {each for _, each in _AGENCIES}
    for path in (
        "/cases/{code}",
        "/cases/{code}/tasks/{number}",
        "/cases/{code}/requests/{number}",
        "/cases/{code}/timeline",
    ):
        page = read(doors.browsers[agency].get(_path(path, doors, agency)))
        answer = doors.programs[agency].get(_path(path, doors, agency)).text
        assert {*_AGENCY.findall(f"{page} {answer}")} <= known, path


@pytest.mark.parametrize(("relation", "agency"), _AGENCIES)
def test_a_page_and_a_program_are_answered_alike(doors: Doors, relation: str, agency: str) -> None:
    for path in _BY_PROGRAMS:
        asked = _path(path, doors, agency)
        page, answer = doors.browsers[agency].get(asked), doors.programs[agency].get(asked)
        assert page.status_code == answer.status_code, path


@pytest.mark.parametrize(("relation", "agency"), _AGENCIES)
def test_a_case_is_shown_to_whom_it_is_in_the_list(
    doors: Doors, relation: str, agency: str
) -> None:
    shown = doors.browsers[agency].get(f"/cases/{doors.codes.main}").status_code
    unknown = dict.fromkeys(_UNKNOWN, 404)
    assert shown == {**unknown, "barred": 404, "declined": 404}.get(relation, 200)


def test_every_route_of_a_case_needs_somebody_who_is_signed_in() -> None:
    assert all(
        each.needs in (Needs.SESSION, Needs.RECENT) for each in ROUTES if "{code}" in each.path
    )
