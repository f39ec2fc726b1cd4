"""A turn is recorded once with all its consequences, or not at all; on both stores."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, LargeBinary, String, cast, select, update

from casework import case_list, queries, request_lists, settling, worklists
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.rotating import rotate_keys
from casework.verifying import verify
from engine import commands as c
from engine.errors import DefinitionError, Refusal
from engine.message import Message
from models.columns import table_of
from models.keys import Erased, Keyring, UnknownMasterKey
from models.tables import METADATA
from models.turns import LogEntry
from models.work import CaseTask
from tests.erased import erase_case, erase_person
from tests.installations import (
    CANARY,
    HOME,
    MASTER_KEY,
    PATHWAY,
    SCREEN,
    START,
    asked_home,
    move_clock,
    opened,
)
from tests.outside import PATIENCE_SECONDS
from tests.principals import OPERATOR, TIME, staff
from tests.shelf import shelf
from tests.told import in_english

FORM = {"full_name": CANARY, "home_country": "NG"}


def faults(onward: Onward, code: str) -> tuple[Message, ...]:
    return verify(onward, code, by=OPERATOR).faults


def test_a_case_goes_from_opening_to_its_end(onward: Onward) -> None:
    """Every row follows the state; the log leads to it."""
    code = asked_home(onward)
    assert [line.hand_over for line in request_lists.requests(onward, staff("NG-HOME"))] == [
        "ask_home.1"
    ]
    do(onward, code, c.See(hand_over="ask_home.1"), HOME)
    ended = do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME, words="a word")
    assert (ended.state.status, ended.state.end) == ("ended", "done")
    assert verify(onward, code, by=OPERATOR).entries == 6
    assert faults(onward, code) == ()
    assert worklists.tasks(onward, staff("GH-ONE")) == []


def test_what_is_due_happens_once(onward: Onward) -> None:
    """Settling again finds nothing; days of downtime send one reminder."""
    code = opened(onward)
    assert settling.settle_due(onward, code, by=TIME) is None
    move_clock(onward, START + timedelta(days=5))
    moved = settling.settle_due(onward, code, by=TIME)
    assert moved is not None
    assert moved.state.tasks["interview.1"].overdue
    assert settling.settle_due(onward, code, by=TIME) is None
    assert faults(onward, code) == ()


def test_the_worklist_shows_the_newest_first(onward: Onward) -> None:
    """And only what the agency itself owes."""
    codes = []
    for hour in range(3):
        move_clock(onward, START + timedelta(hours=hour))
        codes.append(opened(onward))
    assert [line.code for line in worklists.tasks(onward, staff("GH-ONE"))] == codes[::-1]
    assert [line.code for line in worklists.tasks(onward, staff("GH-ONE"), limit=1)] == codes[-1:]
    assert worklists.tasks(onward, staff("NG-HOME")) == []


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda o, x: do(o, x, c.Complete(task="interview.1"), HOME, answers=FORM), "unknown_case"),
        (lambda o, x: do(o, x, c.Complete(task="interview.2"), SCREEN, answers=FORM), "not_found"),
        (lambda o, x: do(o, x, c.Complete(task="interview.1"), SCREEN, answers={}), "wrong_form"),
        (lambda o, x: do(o, "0000-0000", c.Claim(task="interview.1"), SCREEN), "unknown_case"),
        (lambda o, x: open_case(o, "other", "GH", SCREEN), "unknown_pathway"),
        (lambda o, x: open_case(o, "trial", "GH", staff("GH-NONE")), "unknown_agency"),
        (lambda o, x: open_case(o, "trial", "GH", SCREEN, person_id=99), "unknown_person"),
        (
            lambda o, x: erase_person(o, x),
            "open_case",
        ),
        (lambda o, x: queries.protected_values(o, x, HOME), "unknown_case"),
    ],
)
def test_a_refusal_changes_nothing(
    onward: Onward, act: Callable[[Onward, str], object], reason: str
) -> None:
    """It says why, by a stable word, and without what was answered."""
    code = opened(onward)
    before = queries.case(onward, code, by=OPERATOR)
    with pytest.raises(Refusal) as refused:
        act(onward, code)
    assert refused.value.reason == reason
    assert CANARY not in str(refused.value)
    assert queries.case(onward, code, by=OPERATOR) == before
    assert len(case_list.cases(onward, by=OPERATOR)) == 1
    assert faults(onward, code) == ()


def test_a_protected_answer_of_another_type_is_refused_unshown(onward: Onward) -> None:
    """The engine never sees the value, so the use case checks it."""
    code = opened(onward)
    with pytest.raises(Refusal, match=r"field=full_name fault=\(answer\.text\)") as refused:
        do(
            onward,
            code,
            c.Complete(task="interview.1"),
            SCREEN,
            answers={**FORM, "full_name": 4711},
        )
    assert "4711" not in str(refused.value)


def test_what_was_published_never_changes(onward: Onward) -> None:
    """The same text again is no fault; another text needs another number."""
    assert not publish_pathway(onward, PATHWAY, by=OPERATOR).is_new
    with pytest.raises(Refusal, match=r"published\.otherwise .*next=2"):
        publish_pathway(onward, PATHWAY.replace("A trial", "Another"), by=OPERATOR)
    with pytest.raises(DefinitionError):
        publish_pathway(onward, "pathway: x", by=OPERATOR)
    assert publish_pathway(onward, PATHWAY.replace("version: 1", "version: 2"), by=OPERATOR).is_new
    assert queries.case(onward, opened(onward), by=OPERATOR).number == 2


def test_a_case_gets_the_version_that_was_in_effect_when_it_was_opened(onward: Onward) -> None:
    """A report from before comes under the rules of its day, or under none."""
    second = PATHWAY.replace("version: 1", "version: 2").replace("2026-01-01", "2026-03-01")
    publish_pathway(onward, second, by=OPERATOR)
    assert queries.case(onward, opened(onward), by=OPERATOR).number == 2
    earlier = START - timedelta(days=3)
    made = open_case(onward, "trial", "GH", SCREEN, occurred_at=earlier)
    assert queries.case(onward, made.code, by=OPERATOR).number == 1
    too_early = START - timedelta(days=90)
    of_none = r"not_in_effect\.before pathway=trial effective=2026-01-01"
    of_one = r"not_in_effect\.yet version=1 pathway=trial effective=2026-01-01"
    for version, why in ((None, of_none), (1, of_one)):
        with pytest.raises(Refusal, match=why):
            open_case(onward, "trial", "GH", SCREEN, version=version, occurred_at=too_early)


def test_what_is_published_of_a_patched_pathway_stands_alone(onward: Onward) -> None:
    """A change in the template is a change of the text; what was published needs no other file."""
    patch = "pathway: other\nversion: 1\nextends: trial.yaml\n"
    made = publish_pathway(onward, patch, OPERATOR, "other.yaml", shelf({"trial.yaml": PATHWAY}))
    again = publish_pathway(
        onward, "# a word\n" + patch, OPERATOR, "o.yaml", shelf({"trial.yaml": PATHWAY})
    )
    assert (made.is_new, again.is_new) == (True, False)
    changed = shelf({"trial.yaml": PATHWAY.replace("A trial", "Another")})
    with pytest.raises(Refusal, match=r"published\.otherwise .*next=2"):
        publish_pathway(onward, patch, OPERATOR, "other.yaml", changed)
    assert open_case(onward, "other", "GH", SCREEN, identity={}).code


def test_protected_values_are_shown_to_who_needs_them(onward: Onward) -> None:
    """What it has collected itself, with what it said as it opened the case."""
    code = opened(onward)
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    found = queries.protected_values(onward, code, SCREEN)
    assert found == {"known_as": CANARY, "full_name": CANARY}


_ACTOR = """
import sys
from pathlib import Path
from casework.acting import do
from engine.commands import Complete
from engine.errors import Refusal
from tests.installations import SCREEN, installation
url, home, code, answer = sys.argv[1:]
onward = installation(url, Path(home))
print("ready", flush=True)
sys.stdin.readline()
try:
    given = {"full_name": answer, "home_country": "NG"}
    do(onward, code, Complete(task="interview.1"), SCREEN, answers=given)
    print("won", flush=True)
except Refusal as refusal:
    print(refusal.reason, flush=True)
"""


def child(script: str, root: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_at_once_give_one_winner_and_one_refusal(
    onward: Onward, url: str, tmp_path: Path, project_root: Path
) -> None:
    """Whoever comes second is told that the task is done."""
    code = opened(onward)
    actors = [child(_ACTOR, project_root, url, str(tmp_path), code, word) for word in ("a", "b")]
    for actor in actors:
        assert actor.stdout
        assert actor.stdout.readline() == "ready\n"
    for actor in actors:
        assert actor.stdin
        actor.stdin.write("go\n")
        actor.stdin.flush()
    said = [actor.communicate(timeout=PATIENCE_SECONDS) for actor in actors]
    assert sorted(out for out, _ in said) == ["settled\n", "won\n"], said
    assert verify(onward, code, by=OPERATOR).entries == 2
    assert faults(onward, code) == ()


_CRASH = """
import os, sys
from pathlib import Path
import models.session
from casework.acting import do
from engine.commands import Complete
from tests.installations import SCREEN, installation
url, home, code = sys.argv[1:]
onward = installation(url, Path(home))
models.session._commit_batch = lambda connection: os._exit(9)
given = {"full_name": "x", "home_country": "NG"}
do(onward, code, Complete(task="interview.1"), SCREEN, answers=given)
"""


def test_a_crash_before_the_commit_changes_nothing(
    onward: Onward, url: str, tmp_path: Path, project_root: Path
) -> None:
    """The process dies when everything is written and nothing committed."""
    code = opened(onward)
    before = queries.case(onward, code, by=OPERATOR)
    crashed = child(_CRASH, project_root, url, str(tmp_path), code)
    _, said = crashed.communicate(timeout=PATIENCE_SECONDS)
    assert crashed.returncode == 9, said
    assert queries.case(onward, code, by=OPERATOR) == before
    assert faults(onward, code) == ()
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)


def test_an_error_behind_the_writes_changes_nothing(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection can be used for the next turn."""
    code = opened(onward)

    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("casework.protected.write_values", fail)
        with pytest.raises(RuntimeError, match="disk full"):
            do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    assert verify(onward, code, by=OPERATOR).entries == 1
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=FORM)
    assert faults(onward, code) == ()


_ENTRIES, _TASKS = table_of(LogEntry), table_of(CaseTask)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (update(_ENTRIES).where(_ENTRIES.c.number == 2).values(agency="GH-TWO"), "entry 2"),
        (update(_ENTRIES).where(_ENTRIES.c.number == 2).values(sealed=b"x" * 40), "entry 2"),
        (
            update(_ENTRIES)
            .where(_ENTRIES.c.number == 1)
            .values(recorded_at=START - timedelta(days=1)),
            "entry 1",
        ),
        (_ENTRIES.delete().where(_ENTRIES.c.number == 2), "entry 2 is missing"),
        (_ENTRIES.delete().where(_ENTRIES.c.number == 4), "the log ends"),
        (
            update(CASES).values(responsible="GH-TWO"),
            "does not agree with the records that it follows from: responsible",
        ),
        (
            update(CASES).values(due_at=START, stages=[]),
            "does not agree with the records that it follows from: stages, due_at",
        ),
        (update(CASES).values(sealed_state=b"x" * 40), "sealed record was changed"),
        (update(_TASKS).where(_TASKS.c.ident == "agree.1").values(agency="GH-TWO"), "agree.1"),
    ],
)
def test_tampering_is_found(onward: Onward, statement: Any, fault: str) -> None:
    """A changed, moved or missing entry, another state, another row."""
    code = asked_home(onward)
    with onward.store.write() as connection:
        connection.execute(statement)
    assert any(fault in each for each in in_english(faults(onward, code)))


def test_an_erased_person_leaves_a_valid_chain(onward: Onward) -> None:
    """What was known is gone, that it was recorded stays proved."""
    code = asked_home(onward)
    do(
        onward,
        code,
        c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"),
        HOME,
        words=CANARY,
    )
    erase_person(onward, code)
    with pytest.raises(Erased):
        queries.protected_values(onward, code, SCREEN)
    assert faults(onward, code) == ()
    erase_case(onward, code)
    found = verify(onward, code, by=OPERATOR)
    assert (found.erased, found.faults, found.entries) == (True, (), 5)
    with pytest.raises(Erased):
        queries.case_log(onward, code, by=OPERATOR)


def test_an_erased_key_stands_nowhere_in_the_files(
    onward: Onward, url: str, tmp_path: Path
) -> None:
    """Neither in a free page nor in the journal."""
    if not url.startswith("sqlite"):
        pytest.skip("the files of a PostgreSQL server are not ours to read")
    code = asked_home(onward)
    do(onward, code, c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    with onward.store.read() as connection:
        wrapped = connection.execute(select(CASES.c.wrapped_key)).scalar_one()
    assert wrapped in b"".join(each.read_bytes() for each in tmp_path.glob("onward.db*"))
    erase_case(onward, code)
    assert wrapped not in b"".join(each.read_bytes() for each in tmp_path.glob("onward.db*"))


def test_a_master_key_is_replaced_under_running_cases(onward: Onward) -> None:
    """Afterwards the new one alone opens everything."""
    code = asked_home(onward)
    old, new = base64.b64decode(MASTER_KEY), os.urandom(32)
    assert rotate_keys(replace(onward, keys=Keyring([new, old])), by=OPERATOR) == 2
    alone = replace(onward, keys=Keyring([new]))
    assert rotate_keys(alone, by=OPERATOR) == 0
    assert faults(alone, code) == ()
    assert CANARY in str(queries.protected_values(alone, code, SCREEN))
    with pytest.raises(UnknownMasterKey):
        queries.case(replace(onward, keys=Keyring([old])), code, by=OPERATOR)


def as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column if isinstance(column.type, LargeBinary) else cast(column, String)


def test_no_protected_value_stands_in_the_clear(onward: Onward) -> None:
    """Not in any column of any table; and the search finds what is there."""
    code = asked_home(onward)
    do(onward, code, c.Ask(hand_over="ask_home.1"), HOME, words=CANARY)
    with onward.store.read() as connection:
        found = {
            str(column): repr(connection.scalars(select(as_text(column))).all())
            for table in METADATA.sorted_tables
            for column in table.columns
        }
    assert [place for place, text in found.items() if CANARY in text or MASTER_KEY in text] == []
    assert "interview.1" in found["tasks.ident"]
    assert CANARY in str(queries.protected_values(onward, code, SCREEN))
