"""A version comes into force: on its day the flows move the running cases, whoever looks after them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, update

from casework import case_list, case_moves, migrating, queries
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impact import impact
from casework.opening import open_case
from casework.publishing import publish_pathway, published_version
from casework.verifying import verify
from engine import commands as c
from engine.message import message
from engine.state import State
from flows.backlog import work_off
from flows.showing import CANNOT_MOVE_TAG, tags
from tests.installations import (
    CANARY,
    PATHWAY,
    SCREEN,
    START,
    installation,
    move_clock,
    opened,
    prepared,
)
from tests.laws import DAY, GONE, LONGER, look_after, moves_of, number_of, version
from tests.principals import OPERATOR, TIME, operator
from wording.sentences import in_words

RENAMED = (
    ("      interview:\n", "      first_talk:\n        was: interview\n"),
    ("after: interview", "after: first_talk"),
)


def test_on_its_day_it_moves_the_cases_that_run(onward: Onward) -> None:
    """Not before; each once; on record as the rule of the version and of who published it."""
    codes = [opened(onward) for _ in range(3)]
    publish_pathway(onward, version(2, LONGER, *RENAMED), by=operator("op-7"))
    said = {
        each.code: each
        for each in impact(onward, published_version(onward, "trial", 2, by=OPERATOR), by=OPERATOR)
    }
    move_clock(onward, DAY - timedelta(seconds=1))
    look_after(onward)
    assert [number_of(onward, code) for code in codes] == [1, 1, 1]
    move_clock(onward, DAY)
    assert look_after(onward) == 3
    assert look_after(onward) == 0
    for code in codes:
        assert said[code].word == "can move"
        assert number_of(onward, code) == 2
        assert moves_of(onward, code) == [c.Migrate(version=2, in_force=DAY)]
        entry = queries.case_log(onward, code, by=OPERATOR)[-1]
        assert (entry.entry.command.person, entry.recorded_at) == ("op-7", DAY)
        assert verify(onward, code, by=OPERATOR).faults == ()


def test_impact_on_its_day_foresees_what_the_day_brings(onward: Onward) -> None:
    """If nobody does anything until then; `at_least` is counted from the move. Today it says less."""
    code = opened(onward)
    shorter = ("due: 24 hours", "due: {time: 1 hour, running: {rule: shorter, at_least: 6 hours}}")
    publish_pathway(onward, version(2, shorter, on="2026-03-03"), by=OPERATOR)
    new = published_version(onward, "trial", 2, by=OPERATOR)
    (today,), (then,) = (
        list(impact(onward, new, by=OPERATOR)),
        list(impact(onward, new, on_its_day=True, by=OPERATOR)),
    )
    move_clock(onward, DAY - timedelta(days=1))
    assert look_after(onward) == 1
    clocks = queries.case(onward, code, by=OPERATOR).state.clocks
    foreseen = {each.about: each.after for each in then.deadlines if each.kind == "due"}
    assert foreseen == {k.partition(":")[0]: c.at for k, c in clocks.items() if c.kind == "due"}
    assert {each.about: each.after for each in today.deadlines} != foreseen


def test_cases_that_open_on_the_day_are_on_it_and_those_reported_late_move(onward: Onward) -> None:
    """Opened before the day, recorded after it: on the old version first, then by the rule."""
    publish_pathway(onward, version(2), by=OPERATOR)
    move_clock(onward, DAY)
    assert number_of(onward, opened(onward)) == 2
    before = DAY - timedelta(hours=3)
    late = open_case(onward, "trial", "GH", SCREEN, occurred_at=before).code
    assert number_of(onward, late) == 1
    look_after(onward)
    assert number_of(onward, late) == 2


def test_after_downtime_what_was_due_since_is_due_by_the_new_version(onward: Onward) -> None:
    """What was due before the day has happened by the old one, each dated by its own moment."""
    early = opened(onward)
    move_clock(onward, DAY - timedelta(hours=5))
    later = opened(onward)
    publish_pathway(onward, version(2, LONGER), by=OPERATOR)
    move_clock(onward, DAY + timedelta(days=3))
    look_after(onward)
    for code, is_late in ((early, True), (later, False)):
        state = queries.case(onward, code, by=OPERATOR).state
        assert (state.version, state.tasks["interview.1"].overdue) == (2, is_late)
        assert moves_of(onward, code) == [c.Migrate(version=2, in_force=DAY)]
        assert verify(onward, code, by=OPERATOR).faults == ()
    acts = [line.entry.command.act for line in queries.case_log(onward, early, by=OPERATOR)]
    assert c.Settle(until=DAY) in acts


def test_a_late_look_leads_to_the_same_as_one_at_each_moment(tmp_path: Path) -> None:
    """With a step that opens as its moment comes, a ladder, and a new period."""
    plan = "      wait:\n        by: screener\n        not_before: 30 hours after case.opened\n"
    first = PATHWAY.replace("  second:\n", f"{plan}        due: 300 hours\n  second:\n")
    second = (
        first.replace("version: 1", "version: 2\nrunning_cases: migrate")
        .replace("2026-01-01", f"{DAY:%Y-%m-%d}")
        .replace("30 hours after", "60 hours after")
        .replace("due: 24 hours", "due: 50 hours")
    )
    found: list[State] = []
    for way in ("punctual", "late"):
        made = installation(f"sqlite:///{tmp_path / way}.db", tmp_path)
        prepared(made)
        publish_pathway(made, first.replace("pathway: trial", "pathway: other"), by=OPERATOR)
        code = open_case(made, "other", "GH", SCREEN).code
        publish_pathway(made, second.replace("pathway: trial", "pathway: other"), by=OPERATOR)
        for hour in range(1, 120) if way == "punctual" else [119]:
            move_clock(made, START + timedelta(hours=hour))
            look_after(made)
        state = queries.case(made, code, by=OPERATOR).state
        assert (state.version, state.steps["wait"]) == (2, "open")
        found.append(state)
        made.close()
    punctual, late = found
    assert punctual.moments == late.moments
    assert {t.id: (t.overdue, t.due_at, t.opened_at) for t in punctual.tasks.values()} == {
        t.id: (t.overdue, t.due_at, t.opened_at) for t in late.tasks.values()
    }
    assert {key: clock.at for key, clock in punctual.clocks.items()} == {
        key: clock.at for key, clock in late.clocks.items()
    }


def test_a_case_that_cannot_move_is_seen_and_tried_again_when_something_has_happened(
    onward: Onward,
) -> None:
    """In the list, in Prefect, and with its reason in the impact; meanwhile nobody asks it each second."""
    code, other = opened(onward), opened(onward)
    do(
        onward,
        other,
        c.Complete(task="interview.1"),
        SCREEN,
        answers={"full_name": "X", "home_country": "NG"},
    )
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    move_clock(onward, DAY)
    look_after(onward)
    assert [number_of(onward, each) for each in (code, other)] == [1, 2]
    (line,) = case_list.cases(onward, cannot_move=True, by=OPERATOR)
    assert (line.code, line.cannot_move_to, line.responsible) == (code, 2, "GH-ONE")
    assert queries.case(onward, code, by=OPERATOR).cannot_move_to == 2
    driving = CaseDriving(onward)
    assert CANNOT_MOVE_TAG in tags(driving.status(code, in_words))
    assert driving.story(code)[-1].said == message("log.case.cannot_move", version=2)
    assert CANNOT_MOVE_TAG not in tags(CaseDriving(onward).status(other, in_words))
    (said,) = impact(onward, published_version(onward, "trial", 2, by=OPERATOR), by=OPERATOR)
    assert message("hinders.step_gone", step="interview", status="open") in said.reasons
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    assert (look_after(onward), number_of(onward, code)) == (1, 1)
    said_so = [line for line in driving.story(code) if line.said.code == "log.case.cannot_move"]
    assert (look_after(onward), len(said_so)) == (0, 1), "it is told once"
    do(
        onward,
        code,
        c.Complete(task="interview.1"),
        SCREEN,
        answers={"full_name": CANARY, "home_country": "NG"},
    )
    assert look_after(onward) == 1
    assert number_of(onward, code) == 2
    assert case_list.cases(onward, cannot_move=True, by=OPERATOR) == []
    assert verify(onward, code, by=OPERATOR).faults == ()


@pytest.mark.parametrize("rule", ["migrate", "ask"])
def test_what_cannot_move_by_hand_is_listed_though_no_worker_has_looked(
    onward: Onward, rule: str
) -> None:
    """Only where the version is in force: else nothing is kept."""
    code = opened(onward)
    publish_pathway(onward, version(2, *GONE, rule=rule), by=OPERATOR)
    move_clock(onward, DAY)
    by = OPERATOR
    (outcome,) = migrating.move_cases(onward, [code], "trial", 2, by, chosen=True)
    assert (outcome.word, number_of(onward, code)) == ("cannot", 1)
    listed = [line.code for line in case_list.cases(onward, cannot_move=True, by=OPERATOR)]
    assert listed == ([code] if rule == "migrate" else [])
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_case_of_which_the_condition_does_not_hold_stays(onward: Onward) -> None:
    """Decided on the day, and no fault: nobody is told that it cannot."""
    code = opened(onward)
    publish_pathway(onward, version(2, rule="{rule: migrate, when: risk = high}"), by=OPERATOR)
    move_clock(onward, DAY)
    look_after(onward)
    assert (number_of(onward, code), case_list.cases(onward, cannot_move=True, by=OPERATOR)) == (
        1,
        [],
    )
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    assert look_after(onward) == 0


def test_cases_that_stay_for_good_are_not_weighed_at_every_look(onward: Onward) -> None:
    """Once a minute, as another version comes into force, and each as something happens in it."""
    code = opened(onward)
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    move_clock(onward, DAY)
    look_after(onward)
    real, weighed = [0.0], []
    driving = CaseDriving(onward, real=lambda: real[0])
    with onward.store.write() as connection:
        quiet = {"told": CASES.c.version, "flow_run_id": "its run", "lease_until": 0.0}
        connection.execute(update(CASES).values(due_at=None, notice_at=None, **quiet))

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "unmoved_cases" in statement:
            weighed.append(real[0])

    def pressing() -> list[str]:
        return [ref.code for ref in driving.due(driving.now(), 10) if ref.pressing]

    event.listen(onward.store.engine, "before_cursor_execute", note)
    for second in range(130):
        real[0] = float(second)
        assert pressing() == []
    assert weighed == [0.0, 60.0, 120.0]
    publish_pathway(
        onward, version(3, LONGER, rule="{rule: migrate, when: risk = high}"), by=OPERATOR
    )
    assert pressing() == [code], "a version that has come into force is looked for at once"
    work_off(driving, [code])
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(**quiet))
    assert pressing() == []
    weighed.clear()
    assert (pressing(), weighed) == ([], [])
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    assert pressing() == [code], "one in which something has happened is tried again at once"
    event.remove(onward.store.engine, "before_cursor_execute", note)


def test_one_case_that_cannot_be_read_stands_in_no_others_way(onward: Onward) -> None:
    """It is among those that cannot move, with the reason."""
    codes = [opened(onward) for _ in range(3)]
    publish_pathway(onward, version(2), by=OPERATOR)
    move_clock(onward, DAY)
    with onward.store.write() as connection:
        unread = update(CASES).where(CASES.c.code == codes[1])
        connection.execute(unread.values(sealed_state=b"x" * 60))
    follow = partial(migrating.follow_rules, onward, by=TIME)
    done = list(case_moves.one_by_one(codes, follow, chosen=False))
    assert [(each.code, each.moved) for each in done] == [
        (code, code != codes[1]) for code in codes
    ]
    assert done[1].reasons


def test_a_list_of_cases_that_cannot_move_names_none_in_its_questions(onward: Onward) -> None:
    """However many there are: a statement takes 65,535 values at most on PostgreSQL."""
    codes = sorted(opened(onward) for _ in range(5))
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    move_clock(onward, DAY)
    look_after(onward)
    asked: list[str] = []

    def note(_c: object, _cursor: object, _statement: str, given: object, *_: object) -> None:
        asked.append(str(given))

    event.listen(onward.store.engine, "before_cursor_execute", note)
    found = case_list.cases(onward, cannot_move=True, limit=3, by=OPERATOR)
    event.remove(onward.store.engine, "before_cursor_execute", note)
    assert [(each.code, each.cannot_move_to) for each in found] == [(code, 2) for code in codes[:3]]
    rest = case_list.cases(onward, cannot_move=True, after=codes[2], by=OPERATOR)
    assert [each.code for each in rest] == codes[3:]
    assert asked
    assert not any(code in given for code in codes for given in asked)


def test_a_version_that_is_published_in_effect_moves_cases_at_once(onward: Onward) -> None:
    """Whoever looks after them next; a `when` of the past is no earlier than the publishing."""
    move_clock(onward, START + timedelta(hours=1))
    code = opened(onward)
    publish_pathway(onward, version(2, on="2026-01-01"), by=OPERATOR)
    assert look_after(onward) == 1
    assert moves_of(onward, code) == [
        c.Migrate(version=2, in_force=START + timedelta(hours=1)),
    ]


KILLED = """
import os, signal, sys
from pathlib import Path
from casework import migrating
from casework.driving import CaseDriving
from flows.backlog import work_off
from tests.installations import installation
onward = installation(sys.argv[1], Path(sys.argv[2]))
left, write = 3, migrating.write_move
def dies(*given):
    global left
    left -= 1
    made = write(*given)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return made
migrating.write_move = dies
driving = CaseDriving(onward)
work_off(driving, [ref.code for ref in driving.due(driving.now(), 200)])
"""


def test_a_ticker_that_is_killed_in_the_middle_goes_on(tmp_path: Path, project_root: Path) -> None:
    """In the middle of a case's transaction: the next one takes over at once, and none moves twice."""
    url = f"sqlite:///{tmp_path / 'onward.db'}"
    onward = prepared(installation(url, tmp_path))
    codes = [opened(onward) for _ in range(6)]
    publish_pathway(onward, version(2, LONGER), by=OPERATOR)
    move_clock(onward, DAY + timedelta(hours=1))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(tmp_path)],
        cwd=project_root,
        env={**os.environ, "PYTHONPATH": str(project_root)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert sorted(number_of(onward, code) for code in codes) == [1, 1, 1, 1, 2, 2]
    assert look_after(onward) >= 4
    for code in codes:
        assert moves_of(onward, code) == [c.Migrate(version=2, in_force=DAY)]
        assert verify(onward, code, by=OPERATOR).faults == ()
    onward.close()
