"""Links and merges that need the agency of the other case, on both stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import links_shown
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.opening import open_case
from casework.principal import Principal
from casework.settling import settle_due
from casework.verifying import verify
from engine import commands as c
from engine.errors import Refusal
from models.columns import table_of
from models.turns import CaseClock
from tests.erased import erase_case
from tests.inside import whole_log
from tests.installations import SCREEN, START, move_clock
from tests.linked_cases import AWAY, TWO, Apart, apart, read, state, told, whole, with_links
from tests.outside import PATIENCE_SECONDS
from tests.outsiders import is_as_invented
from tests.principals import OPERATOR, TIME

INVENTED = "2345-6789"


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_links(url, tmp_path)) as made:
        yield made


def test_a_link_waits_for_the_agency_of_the_other_case(onward: Onward) -> None:
    """It is asked, and its yes links both."""
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="parent"), SCREEN)
    assert state(onward, first).links == state(onward, second).links == {}
    assert read(onward, first, SCREEN) == [("parent", "proposed")]
    assert read(onward, second, TWO) == [("child", "asked")]
    assert told(onward, second, "GH-TWO") == ["A link is proposed"]
    (asked,) = links_shown.proposals(onward, TWO)
    assert (asked.code, asked.case, asked.word, asked.agency) == (second, first, "child", "GH-ONE")
    do(onward, second, c.Agree(case=first), TWO)
    assert read(onward, first, SCREEN) == [("parent", "linked")]
    assert read(onward, second, TWO) == [("child", "linked")]
    assert told(onward, first, "GH-ONE") == ["A link was agreed"]
    assert links_shown.proposals(onward, TWO) == []
    assert whole(onward, first, second)


def test_who_proposes_and_is_agreed_with_has_no_part_in_the_other_case(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its act brings about there is not done by it: to the asker the case stays as one that is not."""
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="parent"), SCREEN)
    assert is_as_invented(onward, second, SCREEN, monkeypatch)
    do(onward, second, c.Agree(case=first), TWO)
    assert is_as_invented(onward, first, TWO, monkeypatch)
    do(onward, first, c.Unlink(case=second), SCREEN)
    assert is_as_invented(onward, second, SCREEN, monkeypatch)


OTHERS: dict[str, Callable[[Onward, Apart], str]] = {
    "there is none": lambda onward, cases: INVENTED,
    "it is there": lambda onward, cases: cases.second,
    "it has ended": lambda onward, cases: _done(
        onward, cases.second, c.Raise(interrupt="dies"), TWO
    ),
    "it was erased": lambda onward, cases: _erased(onward, cases.second),
    "it keeps the asker out": lambda onward, cases: _done(
        onward, cases.second, c.Prohibit(agency="GH-ONE"), TWO
    ),
    "it is kept from its agency": lambda onward, cases: _done(
        onward, cases.first, c.Prohibit(agency="GH-TWO"), SCREEN, cases.second
    ),
    "it is over a border": lambda onward, cases: open_case(onward, "trial", "TG", AWAY).code,
    "its agency says no": lambda onward, cases: cases.second,
}


def _done(onward: Onward, code: str, act: c.Act, by: Principal, other: str = "") -> str:
    do(onward, code, act, by)
    return other or code


def _erased(onward: Onward, code: str) -> str:
    do(onward, code, c.Raise(interrupt="dies"), TWO)
    erase_case(onward, code)
    return code


@pytest.mark.parametrize("other", OTHERS)
def test_what_the_asker_reads_is_the_same_whatever_the_other_case_is(
    onward: Onward, other: str
) -> None:
    """Proposed; then, at its clock, no answer: the facts and notices of its case are the same."""
    cases = apart(onward)
    code = OTHERS[other](onward, cases)
    before = len(whole_log(onward, cases.first))
    do(onward, cases.first, c.Link(case=code, word="sibling"), SCREEN)
    if other == "its agency says no":
        do(onward, code, c.Disagree(case=cases.first), TWO)
    seen = [read(onward, cases.first, SCREEN)]
    with pytest.raises(Refusal, match=r"proposed_already\.ours"):
        do(onward, cases.first, c.Link(case=code, word="sibling"), SCREEN)
    move_clock(onward, START + timedelta(days=20))
    settle_due(onward, cases.first, TIME)
    seen.append(read(onward, cases.first, SCREEN))
    do(onward, cases.first, c.Link(case=code, word="sibling"), SCREEN)
    seen.append(read(onward, cases.first, SCREEN))
    do(onward, cases.first, c.Unlink(case=code), SCREEN)
    seen.append(read(onward, cases.first, SCREEN))
    assert seen == [
        [("sibling", "proposed")],
        [("sibling", "no_answer")],
        [("sibling", "proposed")],
        [],
    ]
    entries = whole_log(onward, cases.first)[before:]
    kinds = [[type(fact).__name__ for fact in line.facts] for line in entries]
    assert kinds == [
        ["LinkProposed", "ClockSet"],
        [
            *("ClockReached", "TaskOverdue", "ClockReached"),
            *("ClockReached", "ProposalMoved", "NoticeOwed", "NoticeOwed"),
        ],
        ["LinkProposed", "ClockSet"],
        ["ClocksStopped", "ProposalDropped"],
    ]
    assert told(onward, cases.first, "GH-ONE")[:1] == ["No answer about a link"]
    assert verify(onward, cases.first, by=OPERATOR).faults == ()


@pytest.mark.parametrize(
    "which",
    [
        "it has ended",
        "it was erased",
        "it keeps the asker out",
        "it is kept from its agency",
        "it is over a border",
    ],
)
def test_what_may_not_be_asked_hears_nothing(onward: Onward, which: str) -> None:
    """Nothing is written in that case, and nobody is told."""
    cases = apart(onward)
    code = OTHERS[which](onward, cases)
    version = _version(onward, code)
    do(onward, cases.first, c.Link(case=code, word="sibling"), SCREEN)
    assert _version(onward, code) == version
    for by in (TWO, AWAY):
        assert links_shown.proposals(onward, by) == []


def _version(onward: Onward, code: str) -> int:
    with onward.store.read() as connection:
        query = select(CASES.c.version).where(CASES.c.code == code)
        return int(connection.execute(query).scalar_one())


def test_a_silence_reminds_who_is_asked_and_a_late_yes_is_a_yes(onward: Onward) -> None:
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    move_clock(onward, START + timedelta(days=20))
    for code in (first, second):
        settle_due(onward, code, TIME)
    assert read(onward, first, SCREEN) == [("sibling", "no_answer")]
    assert told(onward, second, "GH-TWO") == ["A link is proposed", "A link is proposed"]
    do(onward, second, c.Agree(case=first), TWO)
    assert read(onward, first, SCREEN) == [("sibling", "linked")]
    assert whole(onward, first, second)


def test_a_no_stands_until_its_agency_proposes_the_link_itself(onward: Onward) -> None:
    """Asked again, it hears nothing; what it proposes, the other one may agree to."""
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    do(onward, second, c.Disagree(case=first), TWO)
    assert links_shown.proposals(onward, TWO) == []
    do(onward, first, c.Unlink(case=second), SCREEN)
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    do(onward, second, c.Link(case=first, word="sibling"), TWO)
    with pytest.raises(Refusal, match=r"proposed_already\.theirs"):
        do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    do(onward, first, c.Agree(case=second), SCREEN)
    assert read(onward, second, TWO) == [("sibling", "linked")]
    assert whole(onward, first, second)


def test_an_alert_reaches_who_agreed_and_nobody_else_without_a_part(onward: Onward) -> None:
    """The one at work beside it has no part in the other case; and none while consent is withdrawn."""
    first = open_case(onward, "asking", "GH", SCREEN, roles={"manager": "GH-TWO"}).code
    do(onward, first, c.RecordConsent(task="ask_before.1", given=True), SCREEN)
    second = open_case(onward, "trial", "TG", AWAY).code
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    with pytest.raises(Refusal, match=r"not_allowed\.link_unasked"):
        do(onward, second, c.Agree(case=first), AWAY)  # its own person was not asked
    other = open_case(onward, "asking", "TG", AWAY).code
    do(onward, other, c.RecordConsent(task="ask_before.1", given=True), AWAY)
    do(onward, first, c.Link(case=other, word="sibling"), SCREEN)
    do(onward, other, c.Agree(case=first), AWAY)
    do(onward, other, c.Raise(interrupt="danger"), AWAY)
    assert told(onward, first, "GH-ONE") == ["A link was agreed", "Look at a linked case"]
    assert told(onward, first, "GH-TWO") == []
    do(onward, first, c.WithdrawConsent(consent="before"), SCREEN)
    do(onward, other, c.Raise(interrupt="dies"), AWAY)
    assert told(onward, first, "GH-ONE").count("Look at a linked case") == 1
    assert read(onward, first, SCREEN) == [("sibling", "proposed")]
    assert whole(onward, first, second, other)


@pytest.mark.parametrize("by", [SCREEN, TWO], ids=["who proposed", "who agreed"])
def test_a_merge_is_agreed_by_both_and_undone_by_either(onward: Onward, by: Principal) -> None:
    first, second = apart(onward)
    do(onward, first, c.Merge(case=first, into=second), SCREEN)
    assert state(onward, first).status == "open"
    do(onward, second, c.Agree(case=first), TWO)
    assert (state(onward, first).merged_into, state(onward, second).taken_in) == (second, (first,))
    do(onward, first, c.Unmerge(case=first, into=second), by)
    assert (state(onward, first).status, state(onward, second).taken_in) == ("open", ())
    assert whole(onward, first, second)


def test_rows_in_the_clear_name_no_other_case(onward: Onward) -> None:
    first, second = apart(onward)
    do(onward, first, c.Link(case=second, word="sibling"), SCREEN)
    with onward.store.read() as connection:
        rows = connection.execute(select(table_of(CaseClock))).all()
    clear = " ".join(map(str, rows))
    assert "proposal" in clear
    assert first not in clear
    assert second not in clear


def test_two_cases_may_propose_to_each_other_at_once(onward: Onward) -> None:
    """Nobody waits for ever, and one of them is left to agree."""
    for _ in range(5):
        first, second = apart(onward)
        with ThreadPoolExecutor(2) as both:
            made = [
                both.submit(do, onward, code, c.Link(case=other, word="sibling"), by)
                for code, other, by in ((first, second, SCREEN), (second, first, TWO))
            ]
            for each in made:
                with suppress(Refusal):
                    each.result(timeout=PATIENCE_SECONDS)
        waiting = {code: state(onward, code).proposals for code in (first, second)}
        (asked,) = [
            code for code, each in waiting.items() if any(x.awaits_us for x in each.values())
        ]
        other, by = (second, SCREEN) if asked == first else (first, TWO)
        do(onward, asked, c.Agree(case=other), by)
        assert read(onward, first, SCREEN) == read(onward, second, TWO) == [("sibling", "linked")]
        assert whole(onward, first, second)
