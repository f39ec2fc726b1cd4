"""What a step and a worklist cost against what they cannot do without: the rest is ours.

A step is a task that is completed: its floor are the rows that it writes, durable, and the texts that it seals
and proves, by the drivers alone. The floor of a worklist is its query. Each is measured in turns with its
floor, in this process, so that whatever the machine does besides burdens both alike; what is counted is the
processor's time.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework import worklists
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from tests.installations import installation
from tests.principals import OPERATOR, staff

PATHWAY = Path(__file__).with_name("reference.yaml")
ROLES = {
    "screener": ("screen",),
    "manager": ("agreement", "register", "plan", "travel", "handover", "arrival", "feedback"),
    "lodging_provider": tuple(f"shelter_{number}" for number in range(1, 5)),
    "visiting_provider": tuple(f"health_{number}" for number in range(1, 5)),
    "advising_provider": tuple(f"legal_{number}" for number in range(1, 5)),
}
"""Who does which tasks of the pathway."""
WALK = (
    *("screen", "agreement", "register", "plan"),
    *(f"{track}_{number}" for number in range(1, 5) for track in ("shelter", "health", "legal")),
    *("travel", "handover", "arrival", "feedback"),
)
AGENCIES = {role: staff(f"GH-{role.partition('_')[0].upper()}", "staff") for role in ROLES}
DONE_BY = {task: AGENCIES[role] for role, tasks in ROLES.items() for task in tasks}
CASES, LISTS, PAGE = 15, 60, 50
STATE, ENTRY = 1_500, 700
"""Bytes of a state and of an entry, as they are halfway."""
WANTED_STEP, WANTED_LIST = 8.0, 15.0
"""Measured in memory, where tests write: 6.4 and 9.7. On a disk, to which the floor writes as well, a step is 3.5;
where each row of a list is read by itself, that is 25.
"""
WANTED_OPENING = 2.5
"""In steps: measured 1.2, and 4 if opening a case prepares its statements again each time."""

TABLES = """
CREATE TABLE cases (id INTEGER PRIMARY KEY, version INTEGER, hash BLOB, state BLOB, at TEXT);
CREATE TABLE task (id INTEGER PRIMARY KEY, case_id INTEGER, name TEXT, agency TEXT, is_open INTEGER, at TEXT,
    UNIQUE (case_id, name));
CREATE INDEX task_worklist ON task (agency, at) WHERE is_open;
CREATE TABLE entry (id INTEGER PRIMARY KEY, case_id INTEGER, number INTEGER, sealed BLOB, hash BLOB, at TEXT,
    UNIQUE (case_id, number));
CREATE TABLE answer (id INTEGER PRIMARY KEY, case_id INTEGER, number INTEGER, sealed BLOB,
    UNIQUE (case_id, number));
CREATE TABLE notice (id INTEGER PRIMARY KEY, case_id INTEGER, reference TEXT UNIQUE, at TEXT);
"""


class Floor:
    """The rows of a step, and its sealed texts and proofs, with nothing that decides what they are."""

    def __init__(self, file: Path) -> None:
        self._store = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._store.execute(f"PRAGMA {pragma}")
        self._store.executescript(TABLES)
        self._cipher, self._key = AESGCM(AESGCM.generate_key(256)), os.urandom(32)

    def open(self) -> int:
        run = self._store.execute
        case = run("INSERT INTO cases VALUES (NULL, 0, ?, ?, '')", (b"", bytes(STATE))).lastrowid
        run("INSERT INTO task VALUES (NULL, ?, 'task_0', 'agency', 1, ?)", (case, f"{case:08}"))
        return int(case or 0)

    def step(self, case: int) -> None:
        """The task is done, the next one opens, its agency is told."""
        run, at = self._store.execute, "2026-11-02T09:00:00"
        run("BEGIN IMMEDIATE")
        version = int(run("SELECT version FROM cases WHERE id = ?", (case,)).fetchone()[0])
        state, entry, answer = self._sealed(STATE), self._sealed(ENTRY), self._sealed(40)
        proof = [hmac.digest(self._key, each, "sha256") for each in (answer, state[:300], entry)]
        run("INSERT INTO entry VALUES (NULL, ?, ?, ?, ?, ?)", (case, version, entry, proof[2], at))
        done = (case, f"task_{version}", "agency", 0, at)
        opened = (case, f"task_{version + 1}", "agency", 1, at)
        for row in (done, opened):
            run(
                "INSERT INTO task VALUES (NULL, ?, ?, ?, ?, ?) "
                "ON CONFLICT (case_id, name) DO UPDATE SET is_open = excluded.is_open",
                row,
            )
        run("INSERT INTO notice VALUES (NULL, ?, ?, ?)", (case, os.urandom(8).hex(), at))
        run("INSERT INTO answer VALUES (NULL, ?, ?, ?)", (case, version, answer))
        run(
            "UPDATE cases SET version = ?, hash = ?, state = ?, at = ? WHERE id = ? AND version = ?",
            (version + 1, proof[2], state, at, case, version),
        )
        run("COMMIT")

    def worklist(self) -> list[tuple[object, ...]]:
        return self._store.execute(
            "SELECT cases.id, state, name, agency, task.at FROM task JOIN cases ON cases.id = case_id "
            "WHERE agency = 'agency' AND is_open ORDER BY task.at DESC LIMIT ?",
            (PAGE,),
        ).fetchall()

    def close(self) -> None:
        self._store.close()

    def _sealed(self, size: int) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, bytes(size), b"where it stands")


def test_a_step_costs_a_few_times_the_rows_that_it_writes(tmp_path: Path) -> None:
    """By the medians over whole cases."""
    ours, least = [], []
    with closing(prepared(tmp_path)) as onward, closing(Floor(tmp_path / "floor.db")) as floor:
        for _ in range(CASES):
            code, case = opened(onward), floor.open()
            for task in WALK:
                ours.append(seconds(partial(complete, onward, code, task)))
                least.append(seconds(partial(floor.step, case)))
    ratio = median(ours) / median(least)
    print(
        f"\nstep / rows: {ratio:.2f} ({median(ours) * 1e3:.2f} ms / {median(least) * 1e3:.2f} ms)"
    )
    assert ratio <= WANTED_STEP


def test_a_case_is_opened_at_the_cost_of_a_few_steps(tmp_path: Path) -> None:
    """By the medians; the first step of each case stands for the others."""
    opening, first = [], []
    with closing(prepared(tmp_path)) as onward:
        complete(onward, opened(onward), WALK[0])  # what a process prepares once
        for _ in range(CASES):
            begun = process_time()
            code = opened(onward)
            opening.append(process_time() - begun)
            first.append(seconds(partial(complete, onward, code, WALK[0])))
    ratio = median(opening) / median(first)
    print(
        f"\nopening / step: {ratio:.2f} ({median(opening) * 1e3:.2f} ms / {median(first) * 1e3:.2f} ms)"
    )
    assert ratio <= WANTED_OPENING


def test_a_worklist_costs_a_few_times_its_query(tmp_path: Path) -> None:
    """Of fifty cases, whose states the process has just had."""
    ours, least = [], []
    with closing(prepared(tmp_path)) as onward, closing(Floor(tmp_path / "floor.db")) as floor:
        for _ in range(PAGE):
            opened(onward)
            floor.open()
        screener = AGENCIES["screener"]
        assert len(worklists.tasks(onward, screener)) == len(floor.worklist()) == PAGE
        for _ in range(LISTS):
            ours.append(seconds(partial(worklists.tasks, onward, screener)))
            least.append(seconds(floor.worklist))
    ratio = median(ours) / median(least)
    print(
        f"\nlist / query: {ratio:.2f} ({median(ours) * 1e3:.2f} ms / {median(least) * 1e3:.2f} ms)"
    )
    assert ratio <= WANTED_LIST


def prepared(home: Path) -> Onward:
    """An installation with the pathway, and an agency for each role of it."""
    lines = ["registry: reference", "countries: {GH: {zone: Africa/Accra}}", "agencies:"]
    for role, agency in AGENCIES.items():
        known = (
            f"name: {role}, country: GH, roles: [{role}], channels: [email], staff: {{staff: {{}}}}"
        )
        lines.append(f"  {agency.agency}: {{{known}}}")
    onward = installation(f"sqlite:///{home / 'onward.db'}", home)
    register(onward, "\n".join(lines) + "\n", by=OPERATOR)
    publish_pathway(onward, PATHWAY.read_text(encoding="utf-8"), by=OPERATOR)
    return onward


def opened(onward: Onward) -> str:
    return open_case(onward, "reference", "GH", AGENCIES["screener"]).code


def complete(onward: Onward, code: str, task: str) -> None:
    answers = {"outcome": "done", "note": f"{task}: as agreed with the client"}
    if task == "screen":
        answers["risk"] = "low"
    do(onward, code, c.Complete(task=f"{task}.1"), DONE_BY[task], answers=answers)


def seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun
