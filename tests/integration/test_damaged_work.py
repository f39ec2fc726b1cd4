"""A damaged row of one case keeps nobody from the work of the others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from casework import queries
from casework.advancing import advance_clock
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impersonal import CaseRef
from casework.installation_clock import StoredClock, real_seconds
from casework.settling import settle_due
from casework.verifying import verify
from tests.installations import START, ended, move_clock, opened
from tests.integration.test_damaged_rows import NONSENSE, columns_of, damage
from tests.principals import OPERATOR, TIME
from wording.sentences import in_words

LATER = START + timedelta(days=400)


def claimed(onward: Onward, now: datetime = START) -> dict[str, CaseRef]:
    """What a tick finds to do; another one would find it again."""
    found = CaseDriving(onward).due(now, 10)
    run(onward, "UPDATE cases SET lease_until = 0, lease_by = ''")
    return {ref.code: ref for ref in found}


def run(onward: Onward, statement: str) -> None:
    with onward.store.write() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", columns_of("cases"))
def test_whatever_stands_in_a_column_keeps_no_other_case_from_its_work(
    onward: Onward, column: str
) -> None:
    """SQLite keeps anything in any column: what is whole is found, with its own next moment."""
    whole = opened(onward)
    expected = claimed(onward)[whole]
    first = queries.next_moment(onward, OPERATOR)
    broken = opened(onward)
    assert queries.next_moment(onward, OPERATOR) == first
    for value in NONSENSE:
        mend = damage(onward, "cases", column, value, broken)
        assert claimed(onward)[whole] == expected, value
        assert queries.next_moment(onward, OPERATOR) == first, value
        run(onward, mend)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "value"),
    [("due_at", "'2026-03-02 noon'"), ("status", "'nonsense'"), ("version", "'nonsense'")],
)
def test_a_clock_that_is_advanced_passes_a_damaged_row_by(
    onward: Onward, column: str, value: str
) -> None:
    """Also one whose moment reads as if it came before all others, and is none."""
    whole, broken = opened(onward), opened(onward)
    damage(onward, "cases", column, value, broken)
    clock = StoredClock(onward.store, onward.proof)
    advance_clock(onward, clock, START + timedelta(days=2), OPERATOR)
    assert queries.case(onward, whole, by=OPERATOR).state.tasks["interview.1"].overdue


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", NONSENSE)
def test_a_lease_of_nobody_runs_out_by_itself(onward: Onward, value: str) -> None:
    """It holds its own case until then, and no other."""
    whole, broken = opened(onward), opened(onward)
    run(onward, f"UPDATE cases SET lease_until = {real_seconds() + 600} WHERE code = '{broken}'")
    damage(onward, "cases", "lease_by", value, broken)
    assert {*claimed(onward)} == {whole}


@pytest.mark.parametrize("column", ["due_at", "notice_at"])
def test_a_case_whose_moment_cannot_be_read_is_looked_at(onward: Onward, column: str) -> None:
    """On both stores. A deadline may protect somebody: its state tells what is due."""
    whole, broken = opened(onward), opened(onward)
    expected = queries.next_moment(onward, OPERATOR)
    damage(onward, "cases", column, "'-infinity'", broken)
    found = claimed(onward, LATER)
    assert {*found} == {whole, broken}
    assert found[broken].pressing
    assert found[broken].is_open
    assert queries.next_moment(onward, OPERATOR) == expected


def test_what_is_due_in_a_case_mends_its_moment(onward: Onward) -> None:
    """Settling goes by the state: nothing before its time, and then the moment is written anew."""
    code = opened(onward)
    damage(onward, "cases", "due_at", "'-infinity'", code)
    entries = len(queries.case_log(onward, code, by=OPERATOR))
    driving = CaseDriving(onward)
    driving.settle(code)
    assert len(queries.case_log(onward, code, by=OPERATOR)) == entries
    (fault,) = verify(onward, code, by=OPERATOR).faults
    assert in_words(fault) == "the case's row cannot be read: due_at (table cases)"
    move_clock(onward, LATER)
    driving.settle(code)
    assert len(queries.case_log(onward, code, by=OPERATOR)) > entries
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_nothing_happens_in_an_ended_case_whose_moment_cannot_be_read(onward: Onward) -> None:
    """It is over, whatever its moment says."""
    code = ended(onward)
    damage(onward, "cases", "due_at", "'-infinity'", code)
    entries = len(queries.case_log(onward, code, by=OPERATOR))
    move_clock(onward, LATER)
    settle_due(onward, code, by=TIME)
    assert len(queries.case_log(onward, code, by=OPERATOR)) == entries


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["code", "flow_run_id"])
def test_a_case_that_nobody_can_be_told_of_is_left_out(onward: Onward, column: str) -> None:
    """Without its code or its run there is nothing to wake."""
    whole, broken = opened(onward), opened(onward)
    damage(onward, "cases", column, "CAST(x'80ff' AS TEXT)", broken)
    assert {*claimed(onward)} == {whole}
