"""Ended cases are erased when they were kept long enough, by the operator's decision; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from casework import certificates, due_for_erasure, erasing, operators
from casework.acting import do
from casework.case_rows import CASES
from casework.certificates import ErasureGround
from casework.context import Onward
from casework.driving import COUNT_SECONDS, CaseDriving
from casework.due_for_erasure import DueLine
from casework.erasing import KeyOf
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.verifying import verify_all, verify_installation
from engine import commands as c
from engine.errors import Refusal
from engine.message import message
from engine.retention import Bound
from tests.erased import erase_case
from tests.installations import (
    HOME,
    PATHWAY,
    SCREEN,
    START,
    asked_home,
    ended,
    installation,
    move_clock,
    opened,
)
from tests.principals import OPERATOR, TIME
from tests.retained import AFTER, DUE, FIVE_YEARS, end, hold, kept_for

BOTH = (KeyOf.PERSON, KeyOf.CASE)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(installation(url, tmp_path)) as made:
        yield made


def lines(onward: Onward) -> tuple[DueLine, ...]:
    return due_for_erasure.schedule(onward, OPERATOR).lines


def due(onward: Onward) -> dict[str, tuple[KeyOf, ...]]:
    """What is due and waits for nothing, with the keys that go."""
    return {each.code: each.takes for each in due_for_erasure.schedule(onward, OPERATOR).free}


def waiting(onward: Onward) -> dict[str, object]:
    return {each.code: each.waits for each in lines(onward) if each.waits}


def carry_out(onward: Onward, at_most: int = 100) -> due_for_erasure.CarriedOut:
    found = due_for_erasure.schedule(onward, OPERATOR).free[:at_most]
    return due_for_erasure.carry_out(onward, found, OPERATOR)


def test_a_case_is_due_once_its_period_is_over_and_is_erased_by_one_decision(
    onward: Onward,
) -> None:
    """Not a second earlier; each key with a certificate, and all of it proved."""
    kept_for(onward)
    code, other = ended(onward), opened(onward)
    move_clock(onward, DUE)
    assert (due(onward), due_for_erasure.schedule(onward, OPERATOR).later) == ({}, 1)
    assert set(due_for_erasure.schedule(onward, OPERATOR, AFTER).free) == {
        *due_for_erasure.schedule(onward, OPERATOR, AFTER).lines
    }
    move_clock(onward, AFTER)
    assert due(onward) == {code: BOTH}
    (line,) = lines(onward)
    assert line.due
    assert (line.due.at, line.due.kept.bound) == (DUE, Bound.FOR)
    assert (line.ended_at, line.entries, line.answers) == (START, 3, 2)
    assert due_for_erasure.overdue(onward, OPERATOR) == 1
    done = carry_out(onward)
    assert [each.ground for each in done.certificates] == ["retention", "retention"]
    assert {each.owner.partition(":")[0] for each in done.certificates} == {"person", "case"}
    decided, *erased = operators.acts(onward, OPERATOR)[-3:]
    assert (decided.act, decided.about) == ("retention", {"cases": "1"})
    assert {each.about["period"] for each in erased} == {"for 5 years"}
    assert (lines(onward), due_for_erasure.overdue(onward, OPERATOR)) == ((), 0)
    assert erasing.erase(onward, code, BOTH, ErasureGround.RETENTION, OPERATOR) == []
    assert opened(onward) != other
    assert [*verify_installation(onward, OPERATOR)] == []
    assert [each for found in verify_all(onward, OPERATOR) for each in found.faults] == []


def test_a_run_has_a_bound_and_begins_with_what_is_longest_due(onward: Onward) -> None:
    kept_for(onward)
    first = ended(onward)
    move_clock(onward, START + timedelta(days=10))
    second = ended(onward)
    move_clock(onward, AFTER + timedelta(days=30))
    assert [*due(onward)] == [first, second]
    carry_out(onward, at_most=1)
    assert [*due(onward)] == [second]


def test_the_version_in_force_says_how_long_also_for_older_cases(onward: Onward) -> None:
    kept_for(onward, "")
    code = ended(onward)
    move_clock(onward, AFTER)
    assert due_for_erasure.schedule(onward, OPERATOR).without == {"trial": 1}
    text = PATHWAY.replace("version: 1", f"version: 2\n{FIVE_YEARS.strip()}")
    publish_pathway(onward, text, by=OPERATOR)
    assert due(onward) == {code: BOTH}


def test_a_law_of_a_country_whose_agency_had_a_part_keeps_it_longer(onward: Onward) -> None:
    """For the end of retention and for a request; what is no law keeps nothing from the person."""
    kept_for(onward, ghana="{at_least: {time: 7 years, source: Records Act}}")
    code = ended(onward)
    move_clock(onward, AFTER)
    assert due(onward) == {}
    for ground, why in (
        (ErasureGround.RETENTION, r"not_due\.retention"),
        (ErasureGround.REQUEST, r"not_due\.by_law"),
    ):
        with pytest.raises(Refusal, match=why):
            erasing.preview(onward, code, BOTH, ground, OPERATOR)
        with pytest.raises(Refusal, match=why):
            erasing.erase(onward, code, BOTH, ground, OPERATOR)
    assert certificates.certificates(onward, OPERATOR) == []
    kept_for_less = "{at_least: {time: 7 years, assumed: yes}}"
    kept_for(onward, ghana=kept_for_less)
    assert due(onward) == {}
    assert len(erase_case(onward, code)) == 1


def test_a_country_without_a_part_in_the_case_has_no_say(onward: Onward) -> None:
    kept_for(onward, ghana="{at_most: {time: 1 year, source: Data Protection Act}}")
    code = ended(onward)
    move_clock(onward, START + timedelta(days=400))
    (line,) = lines(onward)
    assert line.due
    assert (line.code, line.due.kept.country) == (code, "GH")
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(parties=["NG-HOME"]))
    assert lines(onward) == ()


def test_a_case_that_was_reopened_is_counted_from_its_new_end(onward: Onward) -> None:
    kept_for(onward)
    code = ended(onward)
    move_clock(onward, START + timedelta(days=30))
    do(onward, code, c.Reopen(reason="new_information"), SCREEN)
    move_clock(onward, AFTER)
    assert lines(onward) == ()
    end(onward, code, run=2)
    assert due_for_erasure.schedule(onward, OPERATOR).later == 1
    assert lines(onward) == ()


def test_a_case_that_is_reopened_after_the_preview_is_not_erased(onward: Onward) -> None:
    """Nor one on which a hold was put meanwhile; the others are."""
    kept_for(onward)
    back, on_hold, gone = ended(onward), ended(onward), ended(onward)
    move_clock(onward, AFTER)
    found = due_for_erasure.schedule(onward, OPERATOR).free
    do(onward, back, c.Reopen(reason="new_information"), SCREEN)
    hold(onward, on_hold)
    done = due_for_erasure.carry_out(onward, found, OPERATOR)
    assert {code: why.code for code, why in done.stuck.items()} == {
        back: "refused.open_case.of_person",
        on_hold: "refused.on_hold.other",
    }
    assert {code for each in done.certificates for code in each.cases} == {gone}


def test_what_is_known_of_a_person_goes_with_the_last_of_their_cases(onward: Onward) -> None:
    kept_for(onward)
    first = ended(onward)
    second = open_case(onward, "trial", "GH", SCREEN, after=first).code
    move_clock(onward, AFTER)
    assert due(onward) == {first: (KeyOf.CASE,)}
    carry_out(onward)
    end(onward, second)
    move_clock(onward, AFTER + timedelta(days=6 * 365))
    assert due(onward) == {second: BOTH}
    assert carry_out(onward).stuck == {}
    assert due(onward) == {}


def test_a_person_whose_cases_were_erased_alone_is_still_due(onward: Onward) -> None:
    """Nobody would think of them any more."""
    kept_for(onward)
    code = ended(onward)
    erase_case(onward, code)
    move_clock(onward, AFTER)
    assert due(onward) == {code: (KeyOf.PERSON,)}
    assert [each.owner.partition(":")[0] for each in carry_out(onward).certificates] == ["person"]


def test_what_is_counted_is_what_would_be_listed(onward: Onward) -> None:
    """Also where an old case of a person is erased already, and a newer one has yet to be kept."""
    kept_for(onward)
    first = ended(onward)
    erased = open_case(onward, "trial", "GH", SCREEN, after=first).code
    end(onward, erased)
    erase_case(onward, erased)
    move_clock(onward, START + timedelta(days=3 * 365))
    end(onward, open_case(onward, "trial", "GH", SCREEN, after=first).code)
    counted = []
    for years in (4, 6, 9):
        move_clock(onward, START + timedelta(days=years * 365))
        counted.append(due_for_erasure.overdue(onward, OPERATOR))
        assert counted[-1] == len(due(onward))
    assert counted == [0, 1, 2]


def test_a_duplicate_is_kept_as_long_as_the_case_into_which_it_was_merged(onward: Onward) -> None:
    kept_for(onward)
    stays, duplicate = opened(onward), opened(onward)
    do(onward, duplicate, c.Merge(case=duplicate, into=stays), SCREEN)
    move_clock(onward, AFTER)
    assert lines(onward) == ()
    with pytest.raises(Refusal, match=r"not_due\.duplicate"):
        erasing.erase(onward, duplicate, [KeyOf.CASE], ErasureGround.RETENTION, OPERATOR)
    end(onward, stays)
    move_clock(onward, AFTER + timedelta(days=366))
    assert lines(onward) == ()
    hold(onward, stays)
    move_clock(onward, AFTER + timedelta(days=6 * 365))
    held = message("retention.held", hold=1)
    assert waiting(onward) == {stays: held, duplicate: held}


def test_a_linked_case_goes_by_its_own_end(onward: Onward) -> None:
    kept_for(onward)
    over, goes_on = opened(onward), opened(onward)
    do(onward, over, c.Link(case=goes_on, word="sibling"), SCREEN)
    end(onward, over)
    move_clock(onward, AFTER)
    assert due(onward) == {over: BOTH}
    assert carry_out(onward).stuck == {}


def test_nothing_goes_while_an_agency_has_yet_to_confirm_that_it_has_stopped(
    onward: Onward,
) -> None:
    kept_for(onward)
    code = asked_home(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    move_clock(onward, AFTER + timedelta(days=366))
    assert due(onward) == {}
    assert waiting(onward) == {code: message("retention.to_stop")}


def test_a_damaged_case_is_passed_over(onward: Onward) -> None:
    kept_for(onward)
    code = ended(onward)
    move_clock(onward, AFTER)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(sealed_state=b"\0" * 40))
    assert waiting(onward) == {code: message("retention.unreadable")}


def test_a_worker_counts_what_is_due_once_an_hour_and_knows_no_case_of_it(onward: Onward) -> None:
    """For *Cases now*; where nothing says how long, nothing is opened for it."""
    kept_for(onward)
    ended(onward)
    asked_home(onward)
    real = [0.0]
    driving = CaseDriving(onward, lambda: real[0])
    assert driving.overdue() == 0
    move_clock(onward, AFTER)
    assert (driving.overdue(), due_for_erasure.overdue(onward, TIME)) == (0, 1)
    real[0] = COUNT_SECONDS
    assert driving.overdue() == 1
    with pytest.raises(Refusal, match="not_authorised"):
        due_for_erasure.schedule(onward, TIME)
    with pytest.raises(Refusal, match="not_authorised"):
        due_for_erasure.carry_out(onward, [], TIME)
