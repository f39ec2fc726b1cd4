"""What a checkpoint that somebody else holds finds: each record that was changed, removed or rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, update

from casework import chain, log, operators
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.sealing.against import read_held, verify_log
from casework.sealing.checkpoint import Checkpoint
from casework.sealing.handing_out import newest
from casework.sealing.ledger import CHECKPOINTS, LEAVES, SEAL
from casework.sealing.merkle import Edge
from casework.sealing.notes import Note, NoteError, Signer
from casework.sealing.sealer import seal
from casework.sealing.sources import LOST, Record, leaf_of
from casework.verifying import verify
from engine import commands as c
from models.columns import table_of
from models.erasures import Erasure
from models.operators import OperatorEntry
from models.protected import ProtectedValue
from models.tables import METADATA
from models.turns import LogEntry
from tests.erased import erase_case
from tests.installations import HOME, START, asked_home, ended, opened
from tests.principals import OPERATOR
from wording.sentences import in_words

_ENTRIES, _VALUES = table_of(LogEntry), table_of(ProtectedValue)
_ACTS, _ERASURES = table_of(OperatorEntry), table_of(Erasure)


def held(onward: Onward) -> str:
    """What somebody else holds from now on: a note, without the file beside."""
    seal(onward, OPERATOR)
    return newest(onward, OPERATOR).written


def alone(onward: Onward, tmp_path: Path) -> Onward:
    """The same installation without its file elsewhere."""
    return replace(onward, checkpoints_file=tmp_path / "gone")


def faults(onward: Onward, written: str | None = None) -> list[str]:
    found = verify_log(onward, OPERATOR, read_held(written) if written else None).faults
    return [*map(in_words, found)]


def write(onward: Onward, work: Callable[[Connection], Any]) -> None:
    with onward.store.write() as connection:
        work(connection)


def case_id(connection: Connection, code: str) -> int:
    return int(connection.scalar(select(CASES.c.id).where(CASES.c.code == code)) or 0)


def test_an_unchanged_log_has_no_faults_however_it_has_grown(
    onward: Onward, tmp_path: Path
) -> None:
    """Against a note, a line, and the file; also after an erasure."""
    code = ended(onward)
    note = held(onward)
    line = read_held(note).checkpoint.line
    file = onward.checkpoints.path.read_text(encoding="utf-8")
    asked_home(onward)
    erase_case(onward, code)
    seal(onward, OPERATOR)
    opened(onward)
    for written in (note, line, f"  {line}\n", file, None):
        assert faults(onward, written) == []
        assert faults(alone(onward, tmp_path), written) == []


def rolled_back_value(connection: Connection, code: str) -> None:
    """The newest answer goes, and the one before applies again."""
    own = _VALUES.c.case_id == case_id(connection, code)
    connection.execute(delete(_VALUES).where(own, _VALUES.c.entry == 2))


def changed_value(connection: Connection, code: str) -> None:
    own = _VALUES.c.case_id == case_id(connection, code)
    connection.execute(update(_VALUES).where(own, _VALUES.c.entry == 2).values(sealed=b"other"))


def value_put_in(connection: Connection, code: str) -> None:
    row = connection.execute(select(_VALUES).where(_VALUES.c.entry == 2)).first()
    assert row is not None
    more = {**row._mapping, "id": None, "entry": 3}
    del more["id"]
    connection.execute(insert(_VALUES).values(more))


def changed_entry(connection: Connection, code: str) -> None:
    own = _ENTRIES.c.case_id == case_id(connection, code)
    connection.execute(update(_ENTRIES).where(own, _ENTRIES.c.number == 3).values(agency="XX"))


def removed_entry(connection: Connection, code: str) -> None:
    own = _ENTRIES.c.case_id == case_id(connection, code)
    connection.execute(delete(_ENTRIES).where(own, _ENTRIES.c.number == 4))


def changed_act(connection: Connection, _: str) -> None:
    connection.execute(update(_ACTS).where(_ACTS.c.number == 2).values(operator="somebody"))


def removed_act(connection: Connection, _: str) -> None:
    connection.execute(delete(_ACTS).where(_ACTS.c.number == 2))


TAMPERED: dict[Callable[[Connection, str], None], str] = {
    rolled_back_value: "case {}, answers of entry 2: missing, or cannot be read",
    changed_value: "case {}, answers of entry 2: not what was sealed",
    value_put_in: "case {}, answers of entry 3: added after the entry was sealed",
    changed_entry: "case {}, entry 3: not what was sealed",
    removed_entry: "case {}, entry 4: missing, or cannot be read",
    changed_act: "act of operators 2: not what was sealed",
    removed_act: "act of operators 2: missing, or cannot be read",
}


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda each: each.__name__)
def test_each_record_that_was_tampered_with_is_named(
    onward: Onward, tmp_path: Path, tamper: Callable[[Connection, str], None]
) -> None:
    """Whether or not somebody holds a checkpoint: the log itself tells."""
    code = asked_home(onward)
    opened(onward)
    note = held(onward)
    write(onward, lambda connection: tamper(connection, code))
    said = [TAMPERED[tamper].format(code)]
    assert faults(onward) == said
    assert faults(alone(onward, tmp_path), note) == said


def test_a_case_that_was_rolled_back_is_named(onward: Onward) -> None:
    """As an earlier backup has it: state, rows and log fit each other, and `verify` finds nothing in it."""
    code = asked_home(onward)
    before = _rows_of(onward, code)
    do(onward, code, c.See(hand_over="ask_home.1"), HOME)
    seal(onward, OPERATOR)
    _put_back(onward, code, before)
    assert verify(onward, code, OPERATOR).faults == ()
    assert faults(onward) == [f"case {code}, entry 5: missing, or cannot be read"]


def _rows_of(onward: Onward, code: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a case, by table."""
    with onward.store.read() as connection:
        own = case_id(connection, code)
        return {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(select(table).where(column == own)).all()
            ]
            for table in METADATA.sorted_tables
            if (column := _of_case(table)) is not None
        }


def _of_case(table: Any) -> Any:
    return table.c.id if table.name == "cases" else table.c.get("case_id")


def _put_back(onward: Onward, code: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    with onward.store.write() as connection:
        own = case_id(connection, code)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name, former in rows.items():
            table = METADATA.tables[name]
            connection.execute(delete(table).where(_of_case(table) == own))
            if former:
                connection.execute(insert(table), former)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")


def test_a_case_that_is_gone_is_named(onward: Onward) -> None:
    """With all its rows."""
    code = opened(onward)
    seal(onward, OPERATOR)
    _put_back(onward, code, {name: [] for name in _rows_of(onward, code)})
    assert faults(onward) == [
        f"case {code}, entry 1: missing, or cannot be read",
        f"case {code}, answers of entry 1: missing, or cannot be read",
    ]


def forged(onward: Onward, code: str) -> None:
    """All made anew by somebody who knows how, with the leaves, the edge and the checkpoints, and the
    signing key and the proof key in hand: the database agrees with itself.
    """
    with onward.store.write() as connection:
        own = case_id(connection, code)
        entry = connection.execute(
            select(_ENTRIES).where(_ENTRIES.c.case_id == own).order_by(_ENTRIES.c.number.desc())
        ).first()
        assert entry is not None
        changed = {**entry._mapping, "agency": "XX"}
        hashed = log.proof_of(onward.proof, code, changed)
        this = _ENTRIES.c.id == entry.id
        connection.execute(update(_ENTRIES).where(this).values(agency="XX", hash=hashed))
        connection.execute(update(CASES).where(CASES.c.id == own).values(last_hash=hashed))
        leaf = connection.execute(
            select(LEAVES).where(LEAVES.c.subject == code, LEAVES.c.number == entry.number)
        ).first()
        assert leaf is not None
        fresh = leaf_of(Record("entry", code, entry.number, hashed), leaf.tag)
        of_leaf = LEAVES.c.position == leaf.position
        connection.execute(update(LEAVES).where(of_leaf).values(hash=fresh))
        hashes = connection.scalars(select(LEAVES.c.hash).order_by(LEAVES.c.position)).all()
        edge = Edge().append(hashes)
        connection.execute(update(SEAL).values(edge=b"".join(edge.roots)))
        origin = connection.scalar(select(SEAL.c.origin)) or ""
        point = Checkpoint(origin, edge.size, edge.root)
        note = Note(point.text, (onward.signing.of_log(origin).sign(point.text),))
        connection.execute(update(CHECKPOINTS).values(root=edge.root, note=note.written))


def test_a_past_that_was_forged_throughout_is_found_by_what_others_hold(
    onward: Onward, tmp_path: Path
) -> None:
    """A checkpoint proves that it was; the file elsewhere says what."""
    code = asked_home(onward)
    note = held(onward)
    size, line = read_held(note).checkpoint.size, read_held(note).checkpoint.line
    file = onward.checkpoints.path.read_text(encoding="utf-8")
    forged(onward, code)
    bare = alone(onward, tmp_path)
    assert verify(onward, code, OPERATOR).faults == ()
    assert faults(bare) == []  # nobody inside can tell
    said = [f"the first {size} records are not those of the checkpoint"]
    assert faults(bare, note) == faults(bare, line) == said
    named = f"case {code}, entry 4: not what was sealed, according to the checkpoint"
    assert faults(bare, file) == [named]
    assert faults(onward) == [named.replace("the checkpoint", "the file of checkpoints")]


def test_a_database_that_was_rolled_back_is_found(onward: Onward, tmp_path: Path) -> None:
    """All of it, the log included, as an earlier copy has it."""
    opened(onward)
    seal(onward, OPERATOR)
    with onward.store.read() as connection:
        row = dict(connection.execute(select(SEAL)).one()._mapping)
    opened(onward)
    note = held(onward)
    with onward.store.write() as connection:
        connection.execute(update(SEAL).values(row))
        connection.execute(delete(LEAVES).where(LEAVES.c.position >= row["size"]))
        connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.size > row["size"]))
    said = "the database was set back: {} has 2 more sealed records"
    assert faults(alone(onward, tmp_path), note) == [said.format("the checkpoint")]
    assert faults(onward) == [said.format("the file of checkpoints")]


def test_a_fake_erasure_is_found(onward: Onward) -> None:
    """A certificate that was made anew is not the one that was sealed."""
    code = ended(onward)
    erase_case(onward, code)
    seal(onward, OPERATOR)
    with onward.store.write() as connection:
        row = connection.execute(select(_ERASURES)).one()
        said = chain.ERASURES.said({**row._mapping, "ground": "order"})
        hashed = onward.proof.of("erasures", row.previous_hash + said)
        connection.execute(update(_ERASURES).values(ground="order", hash=hashed))
    assert faults(onward) == ["certificate of erasure 1: not what was sealed"]


def test_a_leaf_is_not_called_lost_without_an_operator_who_said_so(onward: Onward) -> None:
    """Else whoever tampers with a record would call it lost."""
    code = asked_home(onward)
    seal(onward, OPERATOR)
    with onward.store.write() as connection:
        changed_entry(connection, code)
        third = (LEAVES.c.source == "entry", LEAVES.c.number == 3)
        connection.execute(update(LEAVES).where(*third).values(source=LOST))
    assert faults(onward) == [
        "1 record is marked as lost, but according to the operators' log 0 should be"
    ]


def test_leaves_that_are_gone_are_named(onward: Onward) -> None:
    """And an edge that does not follow from those that are there."""
    opened(onward)
    seal(onward, OPERATOR)
    with onward.store.write() as connection:
        connection.execute(update(SEAL).values(edge=bytes(64)))
    assert faults(onward) == ["the stored edge of the hash tree does not match its leaves"]
    with onward.store.write() as connection:
        connection.execute(delete(LEAVES).where(LEAVES.c.position == 1))
    assert "leaf 1 of the log is missing or cannot be read" in faults(onward)


def test_a_checkpoint_of_another_log_or_hand_is_told(onward: Onward, tmp_path: Path) -> None:
    """It proves nothing here."""
    opened(onward)
    note = held(onward)
    point = read_held(note).checkpoint
    other = Checkpoint("onward/other", point.size, point.root)
    assert faults(onward, other.line) == ["the checkpoint belongs to another log, onward/other"]
    stranger = Signer(point.origin, _private())
    forged_note = Note(point.text, (stranger.sign(point.text),))
    assert faults(onward, forged_note.written) == [
        "the checkpoint is not signed by any key of this installation"
    ]
    changed = note.replace(f"\n{point.size}\n", f"\n{point.size - 1}\n")
    assert "the checkpoint has an invalid signature" in faults(onward, changed)
    witness = Signer("onward/witness", _private())
    log_found = verify_log(onward, OPERATOR, read_held(note), [witness.key])
    assert [*map(in_words, log_found.faults)] == ["the checkpoint is not signed by onward/witness"]


def _private() -> Any:
    return Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.mark.parametrize("written", ["", "nothing of the kind", "leaves 0\n", "a\nb\nc\n"])
def test_what_is_no_checkpoint_is_refused(written: str) -> None:
    with pytest.raises(NoteError):
        read_held(written)


def test_operators_are_told_how_far_the_log_goes(onward: Onward) -> None:
    """How many records, and when they were sealed last."""
    assert verify_log(onward, OPERATOR).sealed_at is None
    opened(onward)
    seal(onward, OPERATOR)
    found = verify_log(onward, OPERATOR)
    assert (found.size, found.sealed_at) == (2 + len(operators.acts(onward, OPERATOR)), START)
