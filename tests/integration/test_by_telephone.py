"""Acting on a notice by telephone: the code in it is read out to the responsible agency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from casework import queries, suspending
from casework.acting import do
from casework.by_notice import HeldNotice, act, held_notice
from casework.context import Onward
from casework.looks import looks
from casework.notice_holders import TelephoneCall, holder_on_telephone
from casework.principal import Principal
from casework.tries import LIMITS, Purpose
from engine import commands as c
from engine.errors import Refusal
from portal.pages import telephone
from tests.installations import CANARY, HOME, HOME_TWO, SCREEN, START
from tests.noticed import about, asked, delivered, entries, holder, link_in, told_in, with_notices
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR

_WHO = "duty officer"


@pytest.fixture(name="onward")
def _onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_notices(url, tmp_path)) as made:
        yield made


def _overtaken(onward: Onward) -> tuple[str, str, Browser]:
    """A case whose request was accepted after its notice was sent, the code of that notice, and whoever enters
    what is reported on the telephone.
    """
    code, old = _called(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    return code, old, Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


def _called(onward: Onward) -> tuple[str, str]:
    """A case, and the code in NG-HOME's request."""
    code = asked(onward)
    return code, told_in(delivered(onward, code, "NG-HOME")[-1])


def _caller(onward: Onward, code: str, told: str, by: Principal = SCREEN) -> Principal:
    return holder_on_telephone(onward, by, TelephoneCall(code=code, told=told, who=_WHO), START)


def _form(code: str, told: str, **other: str) -> dict[str, str]:
    return {"case": code, "told": told, "who": _WHO} | other


def test_what_is_said_on_the_telephone_is_entered_as_by_telephone(onward: Onward) -> None:
    code, told = _called(onward)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    assert f"/telephone?case={code}" in ama.get(f"/cases/{code}").text
    reference = f"{code}-4TQ9B2MX".replace("-", "").lower()  # its case is enough
    ways = ama.post("/telephone", _form(reference, told.lower().replace("-", " ")))
    assert f"Ask home Entered for NG-HOME, as reported on the telephone by {_WHO}." in read(ways)
    page = ama.post("/telephone/answer.decline", _form(code, told))
    assert "Reason no capacity" in read(page)
    wrong = ama.post("/telephone/answer.decline", _form(code, told, filled="yes"))
    assert wrong.status_code == 422
    answered = {"filled": "yes", "word-reason": "no_capacity"}
    done = ama.post("/telephone/answer.decline", _form(code, told, **answered))
    assert f"Recorded for NG-HOME: Decline. Case {code}" in done.text
    command = queries.case_log(onward, code, by=OPERATOR)[-1].entry.command
    assert (command.agency, command.person) == ("NG-HOME", _WHO)
    assert (command.entered_by, command.because) == ("GH-ONE ama", "telephone")
    assert queries.case(onward, code, OPERATOR).state.hand_overs["ask_home.1"].status == "declined"


def test_what_was_entered_is_kept_where_the_code_is_void_by_now(onward: Onward) -> None:
    """It is there again under the code of another notice; nothing is recorded before it was looked at."""
    code, old, ama = _overtaken(onward)
    typed = {"filled": "yes", "answer-place": "far"}
    refused = ama.post("/telephone/complete", _form(code, old, **typed))
    assert refused.status_code == 410
    assert "Nothing was recorded this time" in read(refused)
    assert '<form method="post" action="/telephone/complete"' in refused.text
    assert '<li>far<input type="hidden" name="answer-place" value="far"></li>' in refused.text
    assert 'name="filled"' not in refused.text
    told = told_in(about(delivered(onward, code, "NG-HOME"), "Where"))
    before = entries(onward, code)
    page = ama.post("/telephone/complete", _form(code, told) | {"answer-place": "far"})
    assert page.status_code == 200
    assert 'value="far" checked' in page.text
    assert entries(onward, code) == before
    ama.post("/telephone/complete", _form(code, told, **typed))
    assert queries.case(onward, code, OPERATOR).state.tasks["where.1"].status == "done"


def test_a_notice_that_does_not_offer_what_was_filled_in_is_no_dead_end(onward: Onward) -> None:
    code, old, ama = _overtaken(onward)
    told = told_in(about(delivered(onward, code, "NG-HOME"), "Where"))
    typed = {"filled": "yes", "word-reason": "no_capacity"}
    assert ama.post("/telephone/answer.decline", _form(code, old, **typed)).status_code == 410
    page = ama.post("/telephone/answer.decline", _form(code, told, **typed))
    assert page.status_code == 410
    assert "The notice with this code does not offer this" in read(page)
    assert "<li>no_capacity<" in page.text
    assert f'href="/telephone?case={code}"' in page.text


def test_what_was_left_empty_is_not_told_as_entered(onward: Onward) -> None:
    code, old, ama = _overtaken(onward)
    typed = {"filled": "yes", "word-reason": ""}
    page = ama.post("/telephone/answer.decline", _form(code, old, **typed))
    assert "What you entered is kept" not in read(page)
    assert '<form method="post" action="/telephone"' in page.text


def test_what_was_entered_is_kept_where_somebody_else_is_first(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the notice and the act."""
    code, told = _called(onward)

    def overtaken(*given: Any) -> HeldNotice:
        found = held_notice(*given)
        do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
        return found

    monkeypatch.setattr(telephone, "held_notice", overtaken)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    typed = {"filled": "yes", "word-reason": "no_capacity"}
    page = ama.post("/telephone/answer.decline", _form(code, told, **typed))
    assert page.status_code == 410
    assert 'value="no_capacity" checked' in page.text
    assert "No notice of this case has this code" in read(page)


def test_a_mistake_in_hearing_is_told_and_counts_for_no_try(onward: Onward) -> None:
    code, told = _called(onward)
    wrong = f"{told[1]}{told[0]}{told[2:]}"
    if wrong == told:  # the two are the same
        wrong = f"{'B' if told[0] == 'A' else 'A'}{told[1:]}"
    for _ in range(LIMITS[Purpose.TELEPHONE].at_once + 1):
        with pytest.raises(Refusal, match="misheard"):
            _caller(onward, code, wrong)
    assert _caller(onward, code, told).agency == "NG-HOME"


def test_codes_are_guessed_slowly(onward: Onward) -> None:
    code, told = _called(onward)
    other, told_of_other = _called(onward)
    assert code != other
    for _ in range(LIMITS[Purpose.TELEPHONE].at_once):
        with pytest.raises(Refusal, match=r"void_notice\.told"):
            _caller(onward, code, told_of_other)
    with pytest.raises(Refusal, match="too_many_tries"):
        _caller(onward, code, told)
    assert _caller(onward, code, told, Principal(kind=SCREEN.kind, agency="GH-ONE", person="ato"))


def test_only_the_agency_that_answers_for_the_case_enters(onward: Onward) -> None:
    code, told = _called(onward)
    with pytest.raises(Refusal, match=r"not_yours\.to_enter"):
        _caller(onward, code, told, HOME)
    with pytest.raises(Refusal, match=r"unknown_case"):
        _caller(onward, code, told, HOME_TWO)
    with pytest.raises(Refusal, match=r"not_authorised\.act"):
        _caller(onward, code, told, OPERATOR)


def test_it_says_who_is_on_the_telephone(onward: Onward) -> None:
    code, told = _called(onward)
    wrong = (
        "",
        "  ",
        "x" * 81,
        "system:records",
        "duty\x1b[2K",
        "duty\nofficer",
        "\u202ereciffo",
        "=1+1",
    )
    for who in (*wrong, "-", f"link:{code}-4TQ9B2MX"):
        with pytest.raises(Refusal, match="no_caller"):
            holder_on_telephone(onward, SCREEN, TelephoneCall(code=code, told=told, who=who), START)
    for who in ("Sr. O'Neill-Adé (night)", "Ọ̀ṣun & Sons, 2/3"):
        assert (
            holder_on_telephone(
                onward, SCREEN, TelephoneCall(code=code, told=told, who=f" {who} "), START
            ).person
            == who
        )


def test_what_a_caller_said_is_no_receipt_of_a_link(onward: Onward) -> None:
    """Not even if a log has one who gave the name of a link."""
    code = asked(onward)
    notice = delivered(onward, code, "NG-HOME")[-1]
    named = replace(
        _caller(onward, code, told_in(notice)), person=holder(onward, link_in(notice)).person
    )
    assert act(onward, named, "see", {}, {}).way == "see"
    assert held_notice(onward, holder(onward, link_in(notice))).receipts == ()


def test_whoever_tries_codes_of_cases_on_the_telephone_is_counted_as_looking(
    onward: Onward,
) -> None:
    code, told = _called(onward)
    for tried in (code, "7K2F-9QXM"):
        with pytest.raises(Refusal, match="unknown_case"):
            _caller(onward, tried, told, HOME_TWO)
    (line,) = looks(onward, OPERATOR, outside=True)
    assert (line.agency, line.looks, line.outside) == ("NG-TWO", 2, 2)


@pytest.mark.parametrize("what", ["withdrawn", "suspended", "suspended and lifted"])
def test_a_void_code_does_nothing(onward: Onward, what: str) -> None:
    code, _ = _called(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    told = told_in(about(delivered(onward, code, "NG-HOME"), "Get ready"))
    by = _caller(onward, code, told)
    assert "complete" in held_notice(onward, by).offered
    if what == "withdrawn":
        do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    else:
        suspending.suspend(onward, "NG-HOME", OPERATOR)
    if what == "suspended and lifted":
        suspending.lift(onward, "NG-HOME", OPERATOR)
        with pytest.raises(Refusal, match=r"void_notice\.told"):
            _caller(onward, code, told)
        return
    with pytest.raises(Refusal, match=r"void_notice\.told"):
        held_notice(onward, by)
    with pytest.raises(Refusal, match=r"void_notice\.told"):
        act(onward, by, "complete", {}, {})


def test_the_pages_say_what_is_wrong_and_show_nothing_protected(onward: Onward) -> None:
    code, told = _called(onward)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    wrong = ama.post("/telephone", _form(code, "4TQ9-B2MA"))
    assert wrong.status_code == 422
    assert "A letter or digit of the code is wrong" in read(wrong)
    nobody = ama.post("/telephone", _form(code, told) | {"who": ""})
    assert nobody.status_code == 422
    for page in (ama.get("/telephone/see"), ama.post("/telephone", _form(code, told))):
        assert page.status_code == 200
        assert CANARY not in page.text
