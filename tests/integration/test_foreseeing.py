"""Before an act that much may follow from, its reader sees what it would do; nothing is recorded until they say so."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from casework import case_list, queries
from casework.acting import do
from casework.context import Onward
from casework.foreseeing import foresee, foresee_opening
from casework.publishing import publish_pathway
from casework.turn import Moved
from engine import commands as c
from engine.acts.requests import Revoke
from engine.commands import WAYS, AnyAct
from engine.errors import Refusal
from engine.facts import NoticeOwed
from engine.message import Message, message
from tests.installations import HOME, HOME_TWO, PATHWAY, SCREEN, asked_home, opened
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR

_WITH_ALARMS = (
    PATHWAY.replace("version: 1", "version: 2")
    + """\
interrupts:
  leaves: {raised_by: [screener, home], tell: [manager], then: end stays}
overrides: [screener]
"""
)


@pytest.fixture(name="pathways")
def _pathways() -> tuple[str, ...]:
    return PATHWAY, _WITH_ALARMS


@pytest.fixture(name="code")
def _code(onward: Onward) -> str:
    """A case at home in two countries: its request to the other one waits for an answer."""
    return asked_home(onward)


def _said(lines: tuple[Message, ...]) -> list[tuple[str, object]]:
    return [(each.code, each.values.get("label")) for each in lines]


def _entries(onward: Onward, code: str) -> int:
    return len(queries.case_log(onward, code, by=OPERATOR))


def _mark(page: httpx.Response) -> str:
    (found,) = re.findall(r'value="(\w+)" name="foreseen"', page.text)
    return str(found)


_WAYS: list[AnyAct] = [
    c.Raise(interrupt="leaves"),
    c.WithdrawConsent(consent="referral"),
    Revoke(hand_over="ask_home.1"),
]


@pytest.mark.parametrize("act", _WAYS, ids=lambda each: type(each).__name__)
def test_what_is_foreseen_is_what_the_log_then_says(onward: Onward, code: str, act: AnyAct) -> None:
    before = _entries(onward, code)
    seen = foresee(onward, code, act, SCREEN)
    assert _entries(onward, code) == before
    made: Moved = do(onward, code, act, SCREEN)
    lines = queries.case_log(onward, code, by=OPERATOR)[before:]
    told = [
        each.said
        for turn in queries.log_in_words(onward, code, OPERATOR, lines, "en")
        for each in turn
    ]
    assert seen.becomes == tuple(dict.fromkeys(told))
    assert seen.is_all
    owed = [each for each in made.decision.facts if isinstance(each, NoticeOwed)]
    assert {each.values["agency"] for each in seen.told} == {each.agency for each in owed}


def test_who_answers_for_the_case_sees_all_and_the_asked_agency_what_is_its_own(
    onward: Onward, code: str
) -> None:
    act = c.Raise(interrupt="leaves")
    ours, theirs = foresee(onward, code, act, SCREEN), foresee(onward, code, act, HOME)
    assert ("log.case.ended", "Stays") not in _said(theirs.becomes)
    assert {label for _, label in _said(theirs.becomes)} <= {"Ask home"}
    assert {each.values["agency"] for each in ours.told} == {"GH-ONE", "NG-HOME"}
    assert {each.values["agency"] for each in theirs.told} == {"NG-HOME"}
    assert (ours.is_all, theirs.is_all) == (True, False)
    assert len(ours.becomes) > len(theirs.becomes)


def test_what_is_not_possible_is_refused_as_it_would_be(onward: Onward, code: str) -> None:
    with pytest.raises(Refusal, match="not_given"):
        foresee(onward, code, c.WithdrawConsent(consent="referral", agency="NG-TWO"), SCREEN)
    for unknown in (code, "7K2F-9QXM"):
        with pytest.raises(Refusal, match="unknown_case"):
            foresee(onward, unknown, c.Raise(interrupt="leaves"), HOME_TWO)


def test_opening_a_case_says_what_is_asked_first_and_opens_none(onward: Onward) -> None:
    seen = foresee_opening(onward, "trial", "GH", SCREEN)
    assert ("log.task.asked", "Interview") in _said(seen.becomes)
    assert {each.values["agency"] for each in seen.told} == {"GH-ONE"}
    assert case_list.cases(onward, OPERATOR) == []


def test_on_the_pages_it_is_done_by_the_second_button_alone(onward: Onward, code: str) -> None:
    ama, form = Browser(portal_of(onward)).sign_in("GH-ONE", "ama"), {"about": "leaves"}
    before = _entries(onward, code)
    page = ama.post(f"/cases/{code}/do/raise", form)
    assert "Nothing has been done yet" in read(page)
    assert "NG-HOME gets a notice: Ask home" in read(page)
    assert _entries(onward, code) == before
    done = ama.post(f"/cases/{code}/do/raise", form | {"foreseen": _mark(page)})
    assert "Recorded: " in read(done)
    assert queries.case(onward, code, OPERATOR).state.end == "stays"


def test_what_would_happen_is_shown_again_once_it_is_something_else(onward: Onward) -> None:
    publish_pathway(onward, _WITH_ALARMS, by=OPERATOR)
    code, form = opened(onward), {"about": "leaves"}
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    page = ama.post(f"/cases/{code}/do/raise", form)
    answers = {"full_name": "x", "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=answers)
    again = ama.post(f"/cases/{code}/do/raise", form | {"foreseen": _mark(page)})
    assert "What would happen has changed in the meantime" in read(again)
    done = ama.post(f"/cases/{code}/do/raise", form | {"foreseen": _mark(again)})
    assert "Recorded: " in read(done)


def test_what_is_shown_first_says_nothing_of_what_others_do_meanwhile(
    onward: Onward, code: str
) -> None:
    act, other = c.Raise(interrupt="leaves"), opened(onward)
    before, entries = foresee(onward, code, act, HOME), _entries(onward, code)
    do(onward, code, c.Link(case=other, word="sibling"), SCREEN)
    do(onward, code, c.Unlink(case=other), SCREEN)
    assert _entries(onward, code) > entries
    after = foresee(onward, code, act, HOME)
    assert (after.mark, after.becomes) == (before.mark, before.becomes)


def test_what_moves_to_a_moment_counted_from_now_is_confirmed_later_as_well(
    onward: Onward, code: str
) -> None:
    seen = foresee(onward, code, c.Raise(interrupt="leaves"), SCREEN)
    first, later = (
        replace(seen, becomes=(message("log.moved.due_later", label=label, at=at),))
        for label, at in (("Ask home", "2026-03-02 10:00"), ("Ask home", "2026-03-02 10:01"))
    )
    other = replace(seen, becomes=(message("log.moved.due_later", label="Plan", at="2026-03-02"),))
    assert first.mark == later.mark != other.mark


def test_what_was_typed_is_there_when_somebody_goes_back_to_change_it(
    onward: Onward, code: str
) -> None:
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    form = {"about": "ask_home", "word-reason": "urgent", "words": "Text"}
    page = ama.post(f"/cases/{code}/do/skip", form)
    assert "Nothing has been done yet" in read(page), read(page)
    assert ">Text</textarea>" in ama.get(f"/cases/{code}/do/skip?about=ask_home").text


def test_a_case_is_opened_after_a_page_that_says_what_follows(onward: Onward) -> None:
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    page = ama.post("/open", {"pathway": "trial"})
    assert "Interview" in read(page)
    assert case_list.cases(onward, OPERATOR) == []
    assert "was opened on" in read(ama.insist("/open", {"pathway": "trial"}))


_WEIGHTY = {
    "raising or resolving an interrupt": {"raise", "resolve"},
    "acting against the rules": {"skip", "open-step"},
    "taking a consent or a request back": {"consent.withdraw", "revoke"},
    "shutting an agency out or letting it in again": {"prohibit", "permit"},
    "reopening": {"reopen"},
    "connecting cases or parting them": {"link", "unlink", "merge", "unmerge", "agree"},
}
"""What has a page in between, in the words of docs/how-to/portal.md."""


def test_the_acts_that_much_follows_from_are_those_of_the_page(project_root: Path) -> None:
    said = (project_root / "docs/how-to/portal.md").read_text(encoding="utf-8")
    page = " ".join(
        said.partition("### Before an act with large effects")[2].partition("\n### ")[0].split()
    )
    assert [words for words in _WEIGHTY if words not in page] == []
    weighty = {way.name for act, way in WAYS if act.declared and act.declared.weighty}
    assert weighty == set().union(*_WEIGHTY.values())
