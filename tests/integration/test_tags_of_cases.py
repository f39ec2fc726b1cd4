"""The tag with which a program names a case as it has read it: what it is good for, and what it tells."""

from __future__ import annotations

from dataclasses import replace

from casework.context import Onward
from casework.disclosures import DisclosedBy, disclosures
from models.proof import Proof
from portal.api.case_reading import CaseOut, etag
from tests.installations import CANARY, asked_home, opened
from tests.principals import OPERATOR
from tests.programs import Program, reason

FORM = {"full_name": CANARY, "home_country": "NG"}


def test_that_a_program_reads_answers_with_a_case_is_on_record(onward: Onward) -> None:
    """Once for what it has not seen yet: whoever shows the tag of what it read is shown nothing new."""
    code, read = asked_home(onward), list[tuple[str, set[str]]]()
    for agency in ("NG-HOME", "GH-ONE"):
        program = Program(onward, agency)
        case = program.get(f"/cases/{code}")
        read.append((agency, {*case.json()["answers"]}))
        assert program.get(f"/cases/{code}", If_None_Match=case.headers["etag"]).status_code == 304
    assert read == [("NG-HOME", {"risk"}), ("GH-ONE", {"risk", "home_country"})]
    found, how = disclosures(onward, code, OPERATOR), DisclosedBy.EXPLAINED
    assert [(each.to, {*each.fields}) for each in found if each.way == how] == read
    assert program.get(f"/cases/{code}", If_None_Match="*").status_code == 304
    assert disclosures(onward, code, OPERATOR) == found, "it shows only that there is such a case"


def test_a_tag_tells_nothing_of_the_answers(onward: Onward) -> None:
    """Nobody can work out the tag of answers that they suppose, and have it confirmed unrecorded."""
    read = Program(onward, "NG-HOME").get(f"/cases/{asked_home(onward)}")
    case = CaseOut.model_validate(read.json())
    assert etag(onward, case) == read.headers["etag"]
    assert etag(replace(onward, proof=Proof([b"x" * 32])), case) != read.headers["etag"]


def test_the_tag_of_a_case_is_the_same_in_each_language(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    tags = {
        screen.get(f"/cases/{code}", Accept_Language=each).headers["etag"] for each in ("en", "fr")
    }
    assert len(tags) == 1


def test_a_program_changes_only_the_case_that_it_has_seen(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    seen = screen.get(f"/cases/{code}").headers["etag"]
    assert screen.get(f"/cases/{code}", If_None_Match=seen).status_code == 304
    path, sent = f"/cases/{code}/acts/complete", {"task": "interview.1", "answers": FORM}
    assert screen.post(path, sent, If_Match=seen).is_success
    late = screen.post(f"/cases/{code}/acts/consent.give", {"task": "agree.1"}, If_Match=seen)
    assert (late.status_code, reason(late)) == (412, "changed_since")
    assert screen.do(code, "consent.give", task="agree.1").is_success


def test_what_an_agency_cannot_see_does_not_change_its_tag(onward: Onward) -> None:
    """Or the tag would tell how busy others are."""
    home, code = Program(onward, "NG-HOME"), asked_home(onward)
    before = home.get(f"/cases/{code}").headers["etag"]
    Program(onward, "GH-ONE").do(code, "ask", hand_over="ask_home.1")
    Program(onward, "GH-ONE").do(code, "prohibit", agency="NG-TWO")
    assert home.get(f"/cases/{code}").headers["etag"] == before
