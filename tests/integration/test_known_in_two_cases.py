"""One person over several cases, on both stores: stored once, known where it may be, erased at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework import links_shown, queries
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.verifying import verify
from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.errors import Refusal
from engine.facts import NoticeOwed
from models.columns import table_of
from models.keys import Erased
from models.protected import ProtectedValue
from tests.erased import erase_person
from tests.inside import whole_log, whole_state
from tests.installations import AGENCIES, CANARY, PATHWAY, SCREEN, ready
from tests.principals import OPERATOR, staff

TWO, THREE = staff("GH-TWO", "esi"), staff("GH-THREE", "yaa")
PATHWAY_WITH_MORE = (
    PATHWAY.replace(
        "  full_name: {text, protected}\n",
        "  full_name: {text, protected}\n  shelter: {text, protected}\n",
    )
    .replace("to: [manager]}", "to: [screener, manager]}")
    .replace("form: [full_name, home_country]", "form: [full_name, shelter?, home_country]")
    .replace("assess: {by: manager, form: [risk]", "assess: {by: manager, form: [full_name, risk]")
    + "\ninterrupts:\n"
    "  dies: {raised_by: [screener, manager], then: end stays}\n"
    "  danger: {raised_by: screener, alerts_linked: yes}\n"
)
OTHER_PATHWAY = (
    PATHWAY_WITH_MORE.replace("pathway: trial", "pathway: other")
    .replace("  shelter: {text, protected}", "  shelter: {number, protected}")
    .replace("full_name, risk]", "risk]")
)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    """Three agencies of one country, and two pathways."""
    more = AGENCIES.replace(
        "  NG-HOME:", "  GH-THREE: {name: Three, country: GH, roles: [first_responder]}\n  NG-HOME:"
    )
    more = more.replace("Two, country: GH, roles: [", "Two, country: GH, roles: [first_responder, ")
    pathways = [PATHWAY_WITH_MORE, OTHER_PATHWAY]
    made = ready(url, tmp_path, agencies=more, pathways=pathways)
    yield made
    made.close()


def first_case(onward: Onward) -> str:
    """Interviewed at GH-ONE, to be assessed at GH-TWO once agreed."""
    code = open_case(
        onward, "trial", "GH", SCREEN, roles={"screener": "GH-ONE", "manager": "GH-TWO"}
    ).code
    answers = {"full_name": CANARY, "shelter": "Blue door", "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=answers)
    return code


def stored(onward: Onward) -> int:
    with onward.store.read() as connection:
        count = select(func.count()).select_from(table_of(ProtectedValue))
        return int(connection.execute(count).scalar_one())


def looks(onward: Onward, code: str) -> list[tuple[str, tuple[str, ...]]]:
    facts = [fact for line in whole_log(onward, code) for fact in line.facts]
    return [(each.agency, each.fields) for each in facts if isinstance(each, IdentitySeen)]


def test_what_is_known_of_a_person_is_stored_once_for_both_cases(onward: Onward) -> None:
    """The earlier case says who took it along; in the later one a look is recorded as ever."""
    first = first_case(onward)
    before = stored(onward)
    second = open_case(onward, "trial", "GH", SCREEN, after=first).code
    assert stored(onward) == before
    assert looks(onward, first) == [("GH-ONE", ("full_name", "shelter"))]
    assert queries.protected_values(onward, second, SCREEN) == {
        "full_name": CANARY,
        "shelter": "Blue door",
    }
    assert looks(onward, second) == [("GH-ONE", ("full_name", "shelter"))]
    assert (
        verify(onward, first, by=OPERATOR).faults
        == verify(onward, second, by=OPERATOR).faults
        == ()
    )


def test_no_form_need_ask_again_and_what_is_answered_anew_is_the_cases_own(onward: Onward) -> None:
    """And what the earlier case learns later stays there."""
    first = first_case(onward)
    second = open_case(onward, "trial", "GH", SCREEN, after=first).code
    answers = {"shelter": "Red door", "home_country": "NG"}
    do(onward, second, c.Complete(task="interview.1"), SCREEN, answers=answers)
    assert queries.protected_values(onward, second, SCREEN)["shelter"] == "Red door"
    assert queries.protected_values(onward, first, SCREEN)["shelter"] == "Blue door"
    third = open_case(onward, "trial", "GH", SCREEN, after=second).code
    assert queries.protected_values(onward, third, SCREEN) == {
        "full_name": CANARY,
        "shelter": "Red door",
    }


def test_whoever_does_not_answer_for_the_earlier_case_proposes_it(onward: Onward) -> None:
    """Though it has a part there: the case is opened, and nothing comes along before a yes."""
    first = first_case(onward)
    do(onward, first, c.RecordConsent(task="agree.1", given=True, language="en"), SCREEN)
    second = open_case(onward, "trial", "GH", TWO, after=first).code
    assert looks(onward, first) == []
    assert queries.protected_values(onward, second, TWO) == {}
    assert [
        (each.code, each.case, each.word) for each in links_shown.proposals(onward, SCREEN)
    ] == [(first, second, "same_person")]
    do(onward, first, c.Agree(case=second), SCREEN)
    assert [each.code for each in links_shown.links(onward, second, TWO)] == [first]


def test_only_fields_of_the_same_kind_come_along(onward: Onward) -> None:
    """A number is no text, and an open answer is assessed anew."""
    first = first_case(onward)
    second = open_case(onward, "other", "GH", SCREEN, after=first).code
    assert queries.protected_values(onward, second, SCREEN) == {"full_name": CANARY}
    assert whole_state(onward, second).data == {}


def test_that_there_is_another_case_is_for_agencies_of_both_alone(onward: Onward) -> None:
    """No link is shown to the others, and no alert tells them."""
    first = first_case(onward)
    second = open_case(
        onward, "trial", "GH", SCREEN, after=first, roles={"screener": "GH-THREE"}
    ).code
    assert [each.code for each in links_shown.links(onward, first, SCREEN)] == [second]
    do(onward, first, c.RecordConsent(task="agree.1", given=True, language="en"), SCREEN)
    assert links_shown.links(onward, first, TWO) == []
    assert links_shown.links(onward, second, THREE) == []
    do(onward, first, c.Raise(interrupt="danger"), SCREEN)
    facts = [fact for line in whole_log(onward, second) for fact in line.facts]
    told = [fact.agency for fact in facts if isinstance(fact, NoticeOwed) and fact.about == "case"]
    assert told == ["GH-ONE"]


def test_erasing_the_person_erases_what_both_cases_know(onward: Onward) -> None:
    """Once both have ended, and not before."""
    first = first_case(onward)
    second = open_case(
        onward, "trial", "GH", SCREEN, after=first, roles={"screener": "GH-ONE"}
    ).code
    do(onward, first, c.Raise(interrupt="dies"), SCREEN)
    with pytest.raises(Refusal, match=r"open_case\.of_person$"):
        erase_person(onward, first)
    do(onward, second, c.Raise(interrupt="dies"), SCREEN)
    erase_person(onward, second)
    for code in (first, second):
        with pytest.raises(Erased):
            queries.protected_values(onward, code, SCREEN)
        assert verify(onward, code, by=OPERATOR).faults == ()
    with pytest.raises(Refusal, match=r"unknown_person\.or_erased"):
        open_case(onward, "trial", "GH", SCREEN, after=first)
