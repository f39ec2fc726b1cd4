"""Cases on paper: a small `Driving` that really keeps its cases in a SQLite file.

A case here is a script of lines that fall due one after the other. A line is told, may owe a notice,
may wait for an answer that somebody gives, and the last one ends the case. The file also records what
an agency would have received, so that a test can tell what was sent, and how often.

    ONWARD_DRIVING=tests.paper_cases:connect PAPER_CASES=/some/file.db
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from engine.message import Say, message
from flows.driving import (
    CaseRef,
    CaseStatus,
    ClaimedNotice,
    EndKind,
    NoticeOutcome,
    OpenTask,
    StoryLine,
    TryLater,
)

FILE_VARIABLE = "PAPER_CASES"
LEASE_SECONDS = 2.0
EPOCH = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
RETRY = timedelta(minutes=10)

SCHEMA = """
CREATE TABLE IF NOT EXISTS clock (now TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cases (
    code TEXT PRIMARY KEY, script TEXT NOT NULL, line INTEGER NOT NULL, due TEXT,
    end TEXT, run TEXT, told INTEGER NOT NULL, lease REAL NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    code TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (code, number));
CREATE TABLE IF NOT EXISTS notices (
    reference TEXT PRIMARY KEY, code TEXT NOT NULL, agency TEXT NOT NULL, due TEXT NOT NULL,
    attempts INTEGER NOT NULL, done INTEGER NOT NULL, lease REAL NOT NULL);
CREATE TABLE IF NOT EXISTS received (reference TEXT NOT NULL, at TEXT NOT NULL);
"""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's script."""

    text: str
    hours: int = 0
    """Falls due so long after the line before it."""
    waits_for: str = ""
    """A role whose answer it needs; then `hours` is the moment it goes on without one."""
    notify: str = ""
    """An agency that gets a notice."""
    refusals: int = 0
    """So many attempts to deliver that notice fail."""
    undeliverable: bool = False
    """Delivering that notice raises an error, as a fault of a channel would."""
    fault: bool = False
    """Settling it raises an error, as a fault of an engine would."""
    end: EndKind | None = None


class PaperCases:
    """Implements `flows.driving.Driving`; each call opens the file anew, as processes do."""

    kept_long_enough = 0
    """How many of those that have ended are to be erased."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._read() as db:
            db.executescript(SCHEMA)
        with self._write() as db:
            if db.execute("SELECT count(*) FROM clock").fetchone()[0] == 0:
                db.execute("INSERT INTO clock VALUES (?)", (EPOCH.isoformat(),))

    # What a test does

    def open(self, *codes: str, script: Sequence[Line]) -> None:
        """New cases, all at once; their first line falls due at once or after its hours."""
        with self._write() as db:
            due = _now(db) + timedelta(hours=script[0].hours)
            text = msgspec.json.encode(list(script)).decode()
            for code in codes:
                row = (code, text, 0, due.isoformat(), None, None, 0, 0.0)
                db.execute("INSERT INTO cases VALUES (?,?,?,?,?,?,?,?)", row)
                _note(db, code, "Opened")

    def answer(self, code: str) -> None:
        """Somebody does what the current line waits for."""
        with self._write() as db:
            now = _now(db)
            _note(db, code, f"Answered: {_line(db, code).waits_for}")
            db.execute("UPDATE cases SET due=? WHERE code=?", (now.isoformat(), code))

    def advance(self, hours: float) -> None:
        """The clock of the installation moves on."""
        with self._write() as db:
            db.execute("UPDATE clock SET now=?", ((_now(db) + timedelta(hours=hours)).isoformat(),))

    def repair(self, code: str) -> None:
        """The fault of an engine is mended."""
        with self._write() as db:
            script = [msgspec.structs.replace(line, fault=False) for line in _script(db, code)]
            text = msgspec.json.encode(script).decode()
            db.execute("UPDATE cases SET script=? WHERE code=?", (text, code))

    def entries(self, code: str) -> list[str]:
        """The log."""
        with self._read() as db:
            rows = db.execute("SELECT text FROM entries WHERE code=? ORDER BY number", (code,))
            return [row[0] for row in rows]

    def received(self) -> list[str]:
        """The references that reached an agency, with repetitions, in their order."""
        with self._read() as db:
            return [row[0] for row in db.execute("SELECT reference FROM received ORDER BY rowid")]

    def untold(self) -> int:
        """Entries that no run has shown yet."""
        with self._read() as db:
            question = "SELECT count(*) FROM entries JOIN cases USING (code) WHERE number > told"
            return int(db.execute(question).fetchone()[0])

    # Driving

    def now(self) -> datetime:
        with self._read() as db:
            return _now(db)

    def due(self, now: datetime, limit: int) -> Sequence[CaseRef]:
        with self._write() as db:
            question = """
                SELECT code, run, end, pressing FROM (
                    SELECT code, run, end, lease, told, coalesce(due <= :now, 0) OR EXISTS (
                        SELECT 1 FROM notices WHERE notices.code = cases.code
                        AND NOT done AND notices.due <= :now AND notices.lease <= :real
                    ) AS pressing,
                    EXISTS (SELECT 1 FROM entries WHERE entries.code = cases.code
                        AND number > told) AS untold
                    FROM cases)
                WHERE lease <= :real AND (pressing OR untold OR (run IS NULL AND end IS NULL))
                ORDER BY pressing DESC, code LIMIT :limit"""
            real = time.time()
            found = db.execute(
                question, {"now": now.isoformat(), "real": real, "limit": limit}
            ).fetchall()
            for code, *_ in found:
                db.execute("UPDATE cases SET lease=? WHERE code=?", (real + LEASE_SECONDS, code))
            return [
                CaseRef(code=code, flow_run_id=run, pressing=bool(pressing), is_open=end is None)
                for code, run, end, pressing in found
            ]

    def open_cases(self, after: str, limit: int) -> Sequence[CaseRef]:
        with self._read() as db:
            question = "SELECT code, run FROM cases WHERE end IS NULL AND code > ? ORDER BY code"
            rows = db.execute(f"{question} LIMIT ?", (after, limit))
            return [CaseRef(code=code, flow_run_id=run) for code, run in rows]

    def has_ended(self, code: str) -> bool:
        with self._read() as db:
            return _end(db, code) is not None

    def settle(self, code: str) -> None:
        with self._write() as db:
            while (due := _due(db, code)) is not None and due <= _now(db):
                _settle_one(db, code)

    def story(self, code: str) -> Sequence[StoryLine]:
        with self._read() as db:
            question = """SELECT number, text FROM entries JOIN cases USING (code)
                WHERE code = ? AND number > told ORDER BY number"""
            return [
                StoryLine(number=n, said=message("in_english", text=text))
                for n, text in db.execute(question, (code,))
            ]

    def told(self, code: str, up_to: int) -> None:
        with self._write() as db:
            db.execute("UPDATE cases SET told=max(told, ?) WHERE code=?", (up_to, code))

    def notices(self, code: str) -> Sequence[ClaimedNotice]:
        with self._write() as db:
            real = time.time()
            found = db.execute(
                """UPDATE notices SET lease=? WHERE code=? AND NOT done AND due <= ? AND lease <= ?
                RETURNING reference, agency, attempts""",
                (real + LEASE_SECONDS, code, _now(db).isoformat(), real),
            ).fetchall()
            return [
                ClaimedNotice(reference=r, agency=a, attempt=n + 1) for r, a, n in sorted(found)
            ]

    def deliver(self, notice: ClaimedNotice) -> NoticeOutcome:
        with self._write() as db:
            now, code = _now(db), notice.reference.rpartition("-")[0]
            line = _script(db, code)[int(notice.reference.rpartition("-")[2])]
            if line.undeliverable:
                raise RuntimeError("a fault of the channel")
            if notice.attempt <= line.refusals:
                moment = now + RETRY
                db.execute(
                    "UPDATE notices SET attempts=?, due=?, lease=0 WHERE reference=?",
                    (notice.attempt, moment.isoformat(), notice.reference),
                )
                raised: TryLater | None = TryLater(
                    moment, message("prefect.not_taken", channel="paper", fault="transient")
                )
            else:
                raised = None
                db.execute(
                    "INSERT INTO received VALUES (?, ?)", (notice.reference, now.isoformat())
                )
                db.execute(
                    "UPDATE notices SET attempts=?, done=1 WHERE reference=?",
                    (notice.attempt, notice.reference),
                )
        if raised is not None:
            raise raised
        return NoticeOutcome(delivered=True, said=message("prefect.handed_over", channel="paper"))

    def overdue(self) -> int:
        return self.kept_long_enough

    def is_mute(self) -> bool:
        return False

    def clear_away(self) -> None:
        """Nobody leaves a draft on paper."""

    def seal(self) -> None:
        """Nobody seals paper."""

    def status(self, code: str, _say: Say) -> CaseStatus:
        with self._read() as db:
            line, end = _line(db, code), _end(db, code)
            count, undelivered = db.execute(
                """SELECT line, (SELECT count(*) FROM notices WHERE notices.code = cases.code
                AND NOT done) FROM cases WHERE code=?""",
                (code,),
            ).fetchone()
            due, role = _due(db, code), line.waits_for
            task = OpenTask(label=line.text, agency="NG-EXAMPLE", due=due)
            return CaseStatus(
                code=code,
                pathway="paper",
                title="Paper pathway",
                version=1,
                stages=(f"stage_{count}",) if end is None else (),
                waiting_for=f"Awaiting {role} answer" if role and end is None else "",
                waiting_roles=(role,) if role and end is None else (),
                overdue=due is not None and due < _now(db),
                countries=("NG",),
                next_moment=due,
                end=end,
                end_kind=line.end if end is not None else None,
                undelivered=undelivered,
                picture="| Line | Where |\n| --- | --- |\n| " + line.text + " | now |",
                tasks=(task,) if role and end is None else (),
            )

    def run_of(self, code: str) -> str | None:
        with self._read() as db:
            row = db.execute("SELECT run FROM cases WHERE code=?", (code,)).fetchone()
            return None if row is None else row[0]

    def remember_run(self, code: str, flow_run_id: str) -> None:
        with self._write() as db:
            db.execute("UPDATE cases SET run=? WHERE code=?", (flow_run_id, code))

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._read() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def _now(db: sqlite3.Connection) -> datetime:
    return datetime.fromisoformat(db.execute("SELECT now FROM clock").fetchone()[0])


def _script(db: sqlite3.Connection, code: str) -> list[Line]:
    row = db.execute("SELECT script FROM cases WHERE code=?", (code,)).fetchone()
    return msgspec.json.decode(row[0], type=list[Line])


def _line(db: sqlite3.Connection, code: str) -> Line:
    number = db.execute("SELECT line FROM cases WHERE code=?", (code,)).fetchone()[0]
    line: Line = _script(db, code)[number]
    return line


def _due(db: sqlite3.Connection, code: str) -> datetime | None:
    text = db.execute("SELECT due FROM cases WHERE code=?", (code,)).fetchone()[0]
    return None if text is None else datetime.fromisoformat(text)


def _end(db: sqlite3.Connection, code: str) -> str | None:
    row = db.execute("SELECT end FROM cases WHERE code=?", (code,)).fetchone()
    return None if row[0] is None else str(row[0])


def _note(db: sqlite3.Connection, code: str, text: str) -> None:
    db.execute(
        """INSERT INTO entries SELECT ?, 1 + coalesce(max(number), 0), ?, ?
        FROM entries WHERE code=?""",
        (code, text, _now(db).isoformat(), code),
    )


def _settle_one(db: sqlite3.Connection, code: str) -> None:
    """The current line happens; the next one counts from now, never from the past."""
    script = _script(db, code)
    number = db.execute("SELECT line FROM cases WHERE code=?", (code,)).fetchone()[0]
    line, now = script[number], _now(db)
    if line.fault:
        raise RuntimeError("a fault of the engine")
    _note(db, code, line.text)
    if line.notify:
        row = (f"{code}-{number}", code, line.notify, now.isoformat(), 0, 0, 0.0)
        db.execute("INSERT INTO notices VALUES (?,?,?,?,?,?,?)", row)
    if line.end is not None:
        db.execute("UPDATE cases SET end=?, due=NULL WHERE code=?", (line.text, code))
        return
    due = now + timedelta(hours=script[number + 1].hours)
    db.execute("UPDATE cases SET line=line+1, due=? WHERE code=?", (due.isoformat(), code))


def connect() -> PaperCases:
    """The cases of the file that PAPER_CASES names."""
    return PaperCases(Path(os.environ[FILE_VARIABLE]))
