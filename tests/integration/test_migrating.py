"""A change of law with running cases in a store: what is said of it, the move, the way back."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from casework import case_moves, cases_to_move, migrating, queries, request_view, reverting
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impact import by_agency, impact
from casework.opening import open_case
from casework.publishing import publish_pathway, published_version
from casework.settling import settle_due
from casework.turn import take
from casework.verifying import verify
from engine import commands as c
from engine import facts as f
from engine.errors import Refusal
from engine.loader import load_pathway
from engine.message import message
from models.columns import table_of
from models.keys import Keyring
from models.notices import OwedNotice
from tests.erased import erase_case
from tests.installations import (
    CANARY,
    HOME,
    PATHWAY,
    SCREEN,
    START,
    installation,
    move_clock,
    opened,
)
from tests.laws import SECOND
from tests.principals import OPERATOR, TIME
from tests.retained import end
from tests.running_cases import AFTER, BEFORE, NAME, positions, spread, text_after
from wording.sentences import as_line, in_words

_NOTICES = table_of(OwedNotice)


@pytest.fixture(scope="module")
def spread_out(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Sixty cases of a library pathway, at random positions, and the new law published."""
    home = tmp_path_factory.mktemp("spread")
    with closing(installation(f"sqlite:///{home / 'onward.db'}", home)) as made:
        codes = spread(made, 60, seed=7)
        publish_pathway(made, text_after(made.clock.now().date()), by=OPERATOR)
    return home, codes


@pytest.fixture
def running(
    spread_out: tuple[Path, list[str]], tmp_path: Path
) -> Iterator[tuple[Onward, list[str]]]:
    """A copy of them: to make them takes half of what the tests take."""
    home, codes = spread_out
    copytree(home, tmp_path, dirs_exist_ok=True)
    with closing(installation(f"sqlite:///{tmp_path / 'onward.db'}", tmp_path)) as made:
        yield made, codes


def test_a_case_moves_with_all_that_is_stored_by_names(onward: Onward) -> None:
    """Rows, notices that wait, protected values; the log tells each entry by its own version."""
    code = opened(onward)
    take(onward, code, c.Claim(task="interview.1"), SCREEN, values={"full_name": CANARY})
    publish_pathway(onward, SECOND, by=OPERATOR)
    done = migrating.move_case(onward, code, "trial", 2, OPERATOR)
    assert (done.word, [each.about for each in done.deadlines]) == ("can move", ["first_talk.1"])
    assert verify(onward, code, by=OPERATOR).faults == ()
    view = queries.case(onward, code, by=OPERATOR)
    assert view.number == 2
    assert view.state.tasks["first_talk.1"].due_at == START + timedelta(hours=48)
    assert queries.protected_values(onward, code, SCREEN)["called"] == CANARY
    assert "full_name" not in queries.protected_values(onward, code, SCREEN)
    with onward.store.read() as connection:
        about = set(connection.scalars(select(_NOTICES.c.about)))
    assert about == {"first_talk.1"}
    lines = [as_line(each.said) for each in CaseDriving(onward).story(code)]
    assert lines[0] == "Opened by GH-ONE"
    assert "Asked GH-ONE: Interview" in lines
    assert lines.index("Moved from version 1 to 2") > lines.index("Asked GH-ONE: Interview")
    assert CaseDriving(onward).status(code, in_words).version == 2
    (entry,) = [
        e
        for e in queries.case_log(onward, code, by=OPERATOR)
        if isinstance(e.entry.command.act, c.Migrate)
    ]
    assert entry.entry.command.person == "operator-1"
    do(
        onward,
        code,
        c.Complete(task="first_talk.1"),
        SCREEN,
        answers={"called": "X", "home_country": "NG"},
    )
    assert queries.case(onward, code, by=OPERATOR).state.steps["agree"] == "open"


def test_what_cannot_be_done_is_refused_with_the_reason(onward: Onward) -> None:
    """A version that is not there, one of before, a case that was not moved."""
    code = opened(onward)
    with pytest.raises(Refusal, match=r"version_of pathway=trial version=2 versions=\[1\]"):
        migrating.move_case(onward, code, "trial", 2, OPERATOR)
    with pytest.raises(Refusal, match="there_already pathway=trial version=1"):
        migrating.move_case(onward, code, "trial", 1, OPERATOR)
    with pytest.raises(Refusal, match=r"not_moved\.to_this"):
        reverting.revert_case(onward, code, "trial", 1, OPERATOR)
    with pytest.raises(Refusal, match=r"published\.otherwise .*next=2"):
        publish_pathway(onward, PATHWAY.replace("due: 24 hours", "due: 25 hours"), by=OPERATOR)
    publish_pathway(onward, SECOND.replace("version: 2", "version: 5"), by=OPERATOR)
    with pytest.raises(Refusal, match=r"published\.later version=5"):
        publish_pathway(onward, PATHWAY.replace("version: 1", "version: 4"), by=OPERATOR)
    lost = SECOND.replace("version: 2", "version: 6").replace("was: interview", "was: tlak")
    lost = lost.replace("first_talk:", "very_first:").replace(
        "after: first_talk", "after: very_first"
    )
    with pytest.raises(Refusal, match="kind=step name=very_first was=tlak version=5"):
        publish_pathway(onward, lost, by=OPERATOR)


def test_the_rule_of_the_version_says_which_may_move(onward: Onward) -> None:
    """Bulk moves need `migrate`, an agency that has said yes, or cases by name."""

    def required(number: int, *, chosen: bool = False, responsible: str = "") -> None:
        cases_to_move.require_movable(
            onward, "trial", number, chosen=chosen, responsible=responsible, by=OPERATOR
        )

    for number, rule in ((2, "pin"), (3, "ask"), (4, "migrate")):
        head = f"version: {number}\nrunning_cases: {rule}"
        publish_pathway(onward, PATHWAY.replace("version: 1", head), by=OPERATOR)
    late = PATHWAY.replace("version: 1", "version: 5").replace("2026-01-01", "2026-04-01")
    publish_pathway(onward, late, by=OPERATOR)
    with pytest.raises(Refusal, match="pinned pathway=trial version=2"):
        required(2)
    with pytest.raises(Refusal, match="ask_first pathway=trial version=3"):
        required(3)
    with pytest.raises(Refusal, match=r"not_in_effect\.version .*effective=2026-04-01"):
        required(5, chosen=True)
    required(2, chosen=True)
    required(3, responsible="GH-ONE")
    required(4)


def test_impact_and_the_move_agree_case_by_case(running: tuple[Onward, list[str]]) -> None:
    """And the way back restores each; nothing is lost, doubled or left to nobody."""
    onward, codes = running
    states = [queries.case(onward, code, by=OPERATOR).state for code in codes]
    assert len(positions([each for each in states if each.status == "open"])) > 15
    said = {
        each.code: each
        for each in impact(onward, published_version(onward, NAME, AFTER, by=OPERATOR), by=OPERATOR)
    }
    # Looking settles nothing: what is due happens first, so that the way back leads to there.
    for code in said:
        settle_due(onward, code, by=TIME)
    before = {code: queries.case(onward, code, by=OPERATOR).state for code in said}
    these = list(cases_to_move.cases_before(onward, NAME, AFTER, by=OPERATOR))
    done = {each.code: each for each in migrating.move_cases(onward, these, NAME, AFTER, OPERATOR)}
    assert done.keys() == said.keys()
    for code, outcome in done.items():
        assert (outcome.word, outcome.reasons) == (said[code].word, said[code].reasons)
        assert outcome.deadlines == said[code].deadlines
    counts = Counter(each.word for each in done.values())
    assert counts["can move"] > 20, counts
    moved = [each for outcome in done.values() for each in outcome.deadlines]
    assert len(moved) > 10
    for code in done:
        look_at(onward, code)
    assert sum(sum(line.counts.values()) for line in by_agency(list(said.values()))) >= len(said)
    (again,) = migrating.move_cases(onward, these[:1], NAME, AFTER, OPERATOR)
    assert (again.word, again.reasons) == (case_moves.ALREADY, ())
    back = list(reverting.cases_moved_to(onward, NAME, AFTER, by=OPERATOR))
    for each in reverting.revert_cases(onward, back, NAME, AFTER, OPERATOR):
        assert each.moved, each
        state = queries.case(onward, each.code, by=OPERATOR).state
        was = before[each.code]
        assert replace(state, notices=0, clocks={}) == replace(was, notices=0, clocks={})
        assert state.clocks == was.clocks
        facts = queries.case_log(onward, each.code, by=OPERATOR)[-1].entry.facts
        told = {fact.kind for fact in facts if isinstance(fact, f.NoticeOwed)}
        assert told <= {"attention"}, "nothing is off: it has its old name again"
        assert verify(onward, each.code, by=OPERATOR).faults == ()


def look_at(onward: Onward, code: str) -> None:
    """The promises, of a case that was moved."""
    assert verify(onward, code, by=OPERATOR).faults == ()
    state = queries.case(onward, code, by=OPERATOR).state
    if state.status == "open":
        assert state.responsible
        assert state.next_clock() is not None
        assert state.open_tasks() or state.open_hand_overs() or len(state.clocks) > 1
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    reached = [(e.key, e.due) for e in facts if isinstance(e, f.ClockReached) and ":rung:" in e.key]
    assert len(reached) == len(set(reached))


KILLED = """
import os, signal, sys
from pathlib import Path
from shutil import copytree
from casework import cases_to_move, migrating
from tests.installations import installation
from tests.principals import OPERATOR
from tests.retained import end
from tests.running_cases import AFTER, NAME
onward = installation(sys.argv[1], Path(sys.argv[2]))
left, write = int(sys.argv[3]), migrating.write_move
def dies(*given):
    global left
    left -= 1
    made = write(*given)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return made
migrating.write_move = dies
these = cases_to_move.cases_before(onward, NAME, AFTER, OPERATOR)
for each in migrating.move_cases(onward, these, NAME, AFTER, OPERATOR):
    pass
"""


def test_a_move_of_many_that_was_killed_goes_on(
    running: tuple[Onward, list[str]], tmp_path: Path, project_root: Path
) -> None:
    """In the middle of a case's transaction: that one is where it was, those before have moved."""
    onward, _ = running
    these = list(cases_to_move.cases_before(onward, NAME, AFTER, by=OPERATOR))
    url = f"sqlite:///{tmp_path / 'onward.db'}"
    for dies_at in (5, 9):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(tmp_path), str(dies_at)],
            cwd=project_root,
            env={**os.environ, "PYTHONPATH": str(project_root)},
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
    left = list(cases_to_move.cases_before(onward, NAME, AFTER, by=OPERATOR))
    assert len(these) - len(left) == 4 + 8
    rest = list(migrating.move_cases(onward, left, NAME, AFTER, OPERATOR))
    assert all(each.moved for each in rest), [each for each in rest if not each.moved]
    for code in these:
        look_at(onward, code)
        acts = [line.entry.command.act for line in queries.case_log(onward, code, by=OPERATOR)]
        assert sum(isinstance(each, c.Migrate) for each in acts) == 1, "nothing is doubled"


def test_a_case_that_cannot_be_read_does_not_vanish(onward: Onward, tmp_path: Path) -> None:
    """Another master key opens none, and one may be damaged: each is there, with the reason."""
    one, other = opened(onward), opened(onward)
    publish_pathway(onward, SECOND, by=OPERATOR)
    new = published_version(onward, "trial", 2, by=OPERATOR)
    with onward.store.write() as connection:
        damaged = update(CASES).where(CASES.c.code == one).values(sealed_state=b"no state at all")
        connection.execute(damaged)
    found = {each.code: each for each in impact(onward, new, by=OPERATOR)}
    assert found[other].word == "can move"
    assert (found[one].word, found[one].is_weighed, found[one].version) == ("cannot", False, 1)
    assert found[one].reasons == (message("sealed.changed"),)
    assert found[one].agencies == {"GH-ONE": ()}
    assert sum(line.counts["cannot"] for line in by_agency([*found.values()])) == 1
    elsewhere = dataclasses.replace(onward, keys=Keyring([bytes(32)]))
    these = [
        each
        for each in impact(elsewhere, new, by=OPERATOR)
        if each.reasons[0].code == "master_key.unknown"
    ]
    assert {each.code for each in these} == {one, other}
    done = list(migrating.move_cases(elsewhere, [one, other], "trial", 2, OPERATOR))
    assert [each.reasons for each in done] == [each.reasons for each in these]


def test_cases_that_go_away_while_they_are_weighed_are_left_out(onward: Onward) -> None:
    """Those that move to a version published meanwhile, readable or not, and one that is erased."""
    first, moved, damaged, erased, last = (opened(onward) for _ in range(5))
    draft = SECOND.replace("version: 2", "version: 3")
    weighed = impact(onward, load_pathway(draft), by=OPERATOR)
    assert next(weighed).code == first
    publish_pathway(onward, SECOND, by=OPERATOR)
    for code in (moved, damaged):
        migrating.move_case(onward, code, "trial", 2, OPERATOR)
    with onward.store.write() as connection:
        where = CASES.c.code == damaged
        connection.execute(update(CASES).where(where).values(sealed_state=b"no state at all"))
    end(onward, erased)
    erase_case(onward, erased)
    assert [each.code for each in weighed] == [last]


def test_before_is_before() -> None:
    """The library's own version is the one that the cases run on."""
    assert BEFORE < AFTER


def test_the_clock_of_the_trial_moves(onward: Onward) -> None:
    """What was due before the move happens before it."""
    code = opened(onward)
    publish_pathway(onward, SECOND, by=OPERATOR)
    move_clock(onward, START + timedelta(days=3))
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    state = queries.case(onward, code, by=OPERATOR).state
    assert state.tasks["first_talk.1"].overdue
    kinds = [
        line.entry.command.act.__struct_config__.tag
        for line in queries.case_log(onward, code, by=OPERATOR)
    ]
    assert kinds[-2:] == ["settle", "migrate"]
    with onward.store.read() as connection:
        rows = connection.execute(select(CASES.c.version).where(CASES.c.code == code)).all()
    assert rows[0].version == 3


def test_a_receivers_conditions_stay_what_they_are_when_a_field_of_that_name_is_renamed(
    onward: Onward,
) -> None:
    """They belong to the request; the sender reads them after the move as before it."""
    text = PATHWAY.replace("pathway: trial", "pathway: other").replace(
        "\nconsents:", "\n  conditions: {text}\nconsents:"
    )
    text = text.replace("form: [risk]", "form: [risk, conditions?]").replace(
        "      ask_home:", "      other: {by: manager}\n      ask_home:"
    )
    publish_pathway(onward, text, by=OPERATOR)
    code = open_case(onward, "other", "GH", SCREEN).code
    do(
        onward,
        code,
        c.Complete(task="interview.1"),
        SCREEN,
        answers={"full_name": "A", "home_country": "NG"},
    )
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(
        onward,
        code,
        c.Complete(task="assess.1"),
        SCREEN,
        answers={"risk": "low", "conditions": "In a van"},
    )
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME, words="Only on a Monday")
    text = text.replace("version: 1", "version: 2\nrunning_cases: ask")
    text = text.replace("  conditions: {text}", "  terms: {text, was: conditions}")
    publish_pathway(onward, text.replace("conditions?", "terms?"), by=OPERATOR)
    migrating.move_case(onward, code, "other", 2, OPERATOR)
    assert queries.case(onward, code, by=OPERATOR).number == 2
    known = request_view.request(onward, code, "ask_home.1", SCREEN).known
    assert known["conditions ask_home.1"] == "Only on a Monday"
    assert queries.protected_values(onward, code, SCREEN)["terms"] == "In a van"
