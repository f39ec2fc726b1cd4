"""Several laws, one after the other, and laws that are called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copy

import pytest

from casework import case_list, case_moves, commencements, migrating, queries, reverting
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine import commands as c
from tests.installations import (
    SCREEN,
    START,
    installation,
    move_clock,
    opened,
    prepared,
)
from tests.laws import DAY, GONE, LONGER, look_after, moves_of, number_of, version
from tests.principals import OPERATOR, TIME, operator

SHORT, SHORTER, LONG = (("due: 24 hours", f"due: {hours} hours") for hours in (100, 30, 240))


@pytest.mark.parametrize(
    ("second", "third"),
    [
        (version(2, SHORT, on="2026-03-03"), version(3, LONG, on="2026-03-05")),
        (version(2, *GONE, on="2026-03-03"), version(3, LONG, on="2026-03-05")),
        (
            version(2, SHORT, on="2026-03-03"),
            version(3, LONG, rule="{rule: migrate, when: risk = high}", on="2026-03-05"),
        ),
        (version(2, SHORT, on="2026-03-03"), version(3, *GONE, on="2026-03-05")),
        (version(2, LONG, on="2026-03-05"), version(3, SHORTER, on="2026-03-03")),
    ],
    ids=[
        "both move",
        "the first cannot",
        "the second lets be",
        "the second cannot",
        "out of order",
    ],
)
def test_two_laws_within_one_downtime_lead_to_the_same_as_one_look_at_each_moment(
    second: str, third: str, made_on_sqlite: Path, tmp_path: Path
) -> None:
    """What was due since the second is due by the second, not by the first."""
    punctual, late = (tmp_path / way for way in ("punctual", "late"))
    found = []
    for way in (punctual, late):
        made = prepared(installation(f"sqlite:///{copy(made_on_sqlite, way)}", tmp_path))
        code = opened(made)
        publish_pathway(made, second, by=OPERATOR)
        publish_pathway(made, third, by=OPERATOR)
        for hour in range(1, 160) if way == punctual else [159]:
            move_clock(made, START + timedelta(hours=hour))
            look_after(made)
        state = queries.case(made, code, by=OPERATOR).state
        found.append(
            (
                state.version,
                [(t.id, t.status, t.overdue, t.due_at) for t in state.tasks.values()],
                {key: clock.at for key, clock in state.clocks.items()},
                [(act.version, act.in_force) for act in moves_of(made, code)],
            )
        )
        assert verify(made, code, by=OPERATOR).faults == ()
        made.close()
    assert found[0] == found[1]


def test_two_laws_after_something_was_done_since_both_are_in_force_from_then_on(
    onward: Onward,
) -> None:
    """The second as well: what is due since then is due by it."""
    code = opened(onward)
    publish_pathway(onward, version(2, SHORT, on="2026-03-03"), by=OPERATOR)
    publish_pathway(onward, version(3, LONG, on="2026-03-05"), by=OPERATOR)
    done = datetime(2026, 3, 6, tzinfo=UTC)
    move_clock(onward, done)
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    move_clock(onward, done + timedelta(days=3))
    look_after(onward)
    assert [(act.version, act.in_force) for act in moves_of(onward, code)] == [(2, done), (3, done)]


def test_what_was_reverted_is_not_done_again(onward: Onward) -> None:
    """Neither one case that was named, nor all of them, nor those that are reported late after that."""
    codes = [opened(onward) for _ in range(3)]
    publish_pathway(onward, version(2), by=OPERATOR)
    move_clock(onward, DAY)
    look_after(onward)
    assert reverting.revert_case(onward, codes[0], "trial", 2, OPERATOR).moved
    do(onward, codes[0], c.Claim(task="interview.1"), SCREEN)
    look_after(onward)
    assert [number_of(onward, code) for code in codes] == [1, 2, 2]
    assert commencements.call_off(onward, "trial", 2, operator("op-2"))
    assert not commencements.call_off(onward, "trial", 2, operator("op-2"))
    back = list(reverting.cases_moved_to(onward, "trial", 2, by=OPERATOR))
    assert all(each.moved for each in reverting.revert_cases(onward, back, "trial", 2, OPERATOR))
    late = open_case(onward, "trial", "GH", SCREEN, occurred_at=DAY - timedelta(hours=1)).code
    look_after(onward)
    assert [number_of(onward, code) for code in (*codes, late)] == [1, 1, 1, 1]
    assert commencements.call_again(onward, "trial", 2, operator("op-2"))
    look_after(onward)
    assert [number_of(onward, code) for code in (*codes, late)] == [1, 1, 1, 2]


def test_a_rule_that_is_called_off_meanwhile_moves_nothing(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read before, called off, then to be carried out: the transaction looks once more."""
    code = opened(onward)
    publish_pathway(onward, version(2), by=OPERATOR)
    move_clock(onward, DAY)
    with onward.store.read() as connection:
        rule = commencements.next_for(connection, code, DAY)
    commencements.call_off(onward, "trial", 2, operator("op-2"))
    found = iter([rule, None])
    asked = commencements.next_for

    def next_for(connection, at, now, *, lock=False):  # type: ignore[no-untyped-def]
        return asked(connection, at, now, lock=True) if lock else next(found)

    monkeypatch.setattr(commencements, "next_for", next_for)
    assert migrating.follow_rules(onward, code, by=TIME) is None
    assert number_of(onward, code) == 1


def test_two_versions_that_have_come_into_force_move_a_case_in_their_order(onward: Onward) -> None:
    """After downtime over both days, and the second though the first cannot."""
    code = opened(onward)
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    publish_pathway(onward, version(3, LONGER, on="2026-03-05"), by=OPERATOR)
    move_clock(onward, DAY + timedelta(days=5))
    other = open_case(onward, "trial", "GH", SCREEN, occurred_at=DAY - timedelta(hours=2)).code
    look_after(onward)
    assert [each.version for each in moves_of(onward, code)] == [3]
    assert [each.version for each in moves_of(onward, other)] == [3]
    assert case_list.cases(onward, cannot_move=True, by=OPERATOR) == []


def test_what_two_laws_did_to_a_case_is_one_outcome(onward: Onward) -> None:
    """The last: that the first could not move it is of no account once the second has."""
    code = opened(onward)
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    publish_pathway(onward, version(3, LONGER), by=OPERATOR)
    move_clock(onward, DAY)
    (done,) = case_moves.one_by_one(
        [code, code], partial(migrating.follow_rules, onward, by=TIME), chosen=False
    )
    assert (done.code, done.moved, number_of(onward, code)) == (code, True, 3)


class Woken:
    """Remembers who was woken."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    def wake(self, code: str) -> None:
        self.codes.append(code)


def test_who_could_not_move_is_woken_as_the_newer_of_two_laws_is_called_off(
    onward: Onward,
) -> None:
    """And as it is called again: what their runs show of it has changed. No other case is."""
    code = opened(onward)
    publish_pathway(onward, version(2, *GONE, on="2026-03-03"), by=OPERATOR)
    gone = [(old, new.replace("first_talk", "second_talk")) for old, new in GONE]
    publish_pathway(onward, version(3, *gone), by=OPERATOR)
    move_clock(onward, DAY)
    assert number_of(onward, opened(onward)) == 3
    look_after(onward)
    assert queries.case(onward, code, by=OPERATOR).cannot_move_to == 3
    for change, number in ((commencements.call_off, 2), (commencements.call_again, 3)):
        waker = Woken()
        assert change(replace(onward, waker=waker), "trial", 3, OPERATOR)
        assert waker.codes == [code]
        assert queries.case(onward, code, by=OPERATOR).cannot_move_to == number


def test_who_called_a_version_off_and_again_is_kept(onward: Onward) -> None:
    """Each time; what had no effect is none of them, and another version has its own."""
    publish_pathway(onward, version(2), by=OPERATOR)
    publish_pathway(onward, version(3, LONGER), by=OPERATOR)
    assert commencements.changes(onward, "trial", 2, by=OPERATOR) == ()
    for hour, change in enumerate((commencements.call_off, commencements.call_again) * 2):
        move_clock(onward, START + timedelta(hours=hour))
        assert change(onward, "trial", 2, operator(f"op-{hour}"))
        assert not change(onward, "trial", 2, operator("op-9"))
    assert [
        (each.word, each.at, each.person)
        for each in commencements.changes(onward, "trial", 2, by=OPERATOR)
    ] == [
        ("called off", START, "op-0"),
        ("called again", START + timedelta(hours=1), "op-1"),
        ("called off", START + timedelta(hours=2), "op-2"),
        ("called again", START + timedelta(hours=3), "op-3"),
    ]
    assert commencements.changes(onward, "trial", 3, by=OPERATOR) == ()
