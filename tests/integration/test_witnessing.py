"""Another installation vouches for a log that has only grown, and for no other; both stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Delete, Update, delete, select, update

from casework import operators
from casework.context import Onward
from casework.sealing.against import read_held, verify_log
from casework.sealing.handing_out import keys, newest, prove, request
from casework.sealing.ledger import LEAVES, SEAL
from casework.sealing.merkle import leaf_hash
from casework.sealing.notes import (
    NoteError,
    VerifierKey,
    from_base64,
    read_key,
    read_note,
    to_base64,
)
from casework.sealing.sealer import seal
from casework.sealing.sources import ENTRY
from casework.sealing.witnessing import cosign
from engine.errors import Refusal
from models.columns import table_of
from models.seals import Witnessed
from models.turns import LogEntry
from tests.installations import SCREEN, START, installation, opened, prepared
from tests.principals import OPERATOR

ENTRIES = table_of(LogEntry)


@pytest.fixture
def witness(made_on_sqlite: Path, tmp_path: Path) -> Iterator[Onward]:
    """Another agency's installation."""
    home = tmp_path / "witness"
    home.mkdir()
    (home / "onward.db").write_bytes(made_on_sqlite.read_bytes())
    with closing(installation(f"sqlite:///{home / 'onward.db'}", home)) as made:
        with made.store.write() as connection:
            connection.execute(update(SEAL).values(origin="onward/witness"))
        yield prepared(made)


def key_of(onward: Onward) -> VerifierKey:
    return read_key(keys(onward, OPERATOR)[0])


def grown(onward: Onward) -> int:
    """The size of the log, with a case more."""
    opened(onward)
    done = seal(onward, OPERATOR)
    assert done is not None
    assert done.checkpoint is not None
    return done.checkpoint.size


def test_a_witness_signs_what_has_grown_from_what_it_saw(onward: Onward, witness: Onward) -> None:
    """The first time by a key that it is given, later by what it keeps."""
    size = grown(onward)
    first = cosign(witness, request(onward, 0, OPERATOR), OPERATOR, key_of(onward))
    grown(onward)
    second = cosign(witness, request(onward, size, OPERATOR), OPERATOR)
    witness_key = read_key(keys(witness, OPERATOR)[1])
    for note in (first, second):
        assert note.signed_by([witness_key]) == (witness_key,)
        assert verify_log(onward, OPERATOR, read_held(note.written), [witness_key]).faults == ()
    assert int.from_bytes(second.signatures[-1].blob[:8], "big") == int(START.timestamp())
    act = operators.acts(witness, OPERATOR)[-1]
    assert (act.act, act.about["size"]) == (
        "witness",
        str(read_held(second.written).checkpoint.size),
    )


def refused(witness: Onward, written: str, key: VerifierKey | None = None) -> str:
    """Why; nothing is kept of it."""
    query = select(table_of(Witnessed))
    with witness.store.read() as connection:
        before = connection.execute(query).all()
    with pytest.raises(Refusal) as found:
        cosign(witness, written, OPERATOR, key)
    with witness.store.read() as connection:
        assert connection.execute(query).all() == before
    return found.value.message.code.removeprefix("refused.witness.")


def test_a_witness_signs_nothing_else(onward: Onward, witness: Onward) -> None:
    """Of an unknown log, by another key, from elsewhere, or a log that was made anew."""
    size = grown(onward)
    first = request(onward, 0, OPERATOR)
    assert refused(witness, first) == "no_key"
    assert refused(witness, first, key_of(witness)) == "unsigned"
    cosign(witness, first, OPERATOR, key_of(onward))
    grown(onward)
    assert refused(witness, request(onward, 0, OPERATOR)) == "seen_other"
    assert refused(witness, request(onward, size - 1, OPERATOR)) == "seen_other"
    assert refused(witness, request(onward, size, OPERATOR), key_of(witness)) == "other_key"
    old, *proof = request(onward, size, OPERATOR).split("\n")
    assert refused(witness, "\n".join([old, to_base64(bytes(32)), *proof[1:]])) == "not_grown"
    with pytest.raises(NoteError):
        cosign(witness, newest(onward, OPERATOR).written, OPERATOR)


def test_a_witness_may_be_asked_again_for_the_same(onward: Onward, witness: Onward) -> None:
    """What it signed may have been lost on the way."""
    size = grown(onward)
    cosign(witness, request(onward, 0, OPERATOR), OPERATOR, key_of(onward))
    again = request(onward, size, OPERATOR)
    assert cosign(witness, again, OPERATOR).text == newest(onward, OPERATOR).text


def test_another_reader_accepts_what_a_witness_signed_and_the_proof_of_an_entry(
    onward: Onward, witness: Onward
) -> None:
    """`aics_tlog`: checkpoint with a quorum of one, consistency, and inclusion, from what was printed alone."""
    tlog = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    code = opened(onward)
    size = grown(onward)
    old = read_held(newest(onward, OPERATOR).written).checkpoint
    cosign(witness, request(onward, 0, OPERATOR), OPERATOR, key_of(onward))
    grown(onward)
    written = request(onward, size, OPERATOR)
    note = tlog.parse_note(cosign(witness, written, OPERATOR).written)
    log, cosigner = keys(onward, OPERATOR)[0], keys(witness, OPERATOR)[1]
    vkeys = tlog.parse_vkey(log), tlog.parse_vkey(cosigner)
    assert tlog.verify_checkpoint(note, vkeys[0], [vkeys[1]], quorum=1).ok
    new = tlog.parse_checkpoint(note.text)
    proof = [from_base64(each) for each in written.partition("\n\n")[0].split("\n")[1:]]
    assert tlog.verify_consistency(size, new.size, old.root, new.root, proof)

    head, _, signed = prove(onward, code, 1, OPERATOR).partition("\n\n")
    kind, extra, index, *siblings = head.split("\n")
    content = from_base64(extra.removeprefix("extra "))
    assert (kind, code.encode() in content) == ("c2sp.org/tlog-proof@v1", False)
    assert read_note(signed).text == note.text
    path = [from_base64(each) for each in siblings]
    at = int(index.removeprefix("index "))
    assert tlog.verify_leaf_inclusion(content, at, new.size, path, new.root)
    assert not tlog.verify_leaf_inclusion(content, at + 1, new.size, path, new.root)
    with onward.store.read() as connection:
        stored = connection.scalar(select(LEAVES.c.hash).where(LEAVES.c.position == at))
    assert stored == leaf_hash(content)


@pytest.mark.parametrize(
    "tamper", [update(ENTRIES).values(agency="XX"), update(ENTRIES).values(hash=bytes(32)), delete(ENTRIES)],
    ids=["changed", "another hash", "gone"],
)  # fmt: skip
def test_an_entry_that_is_no_longer_what_was_sealed_is_named_and_has_no_proof(
    onward: Onward, tamper: Update | Delete
) -> None:
    """Or a proof would be handed out that nobody can verify."""
    code = opened(onward)
    seal(onward, OPERATOR)
    with onward.store.write() as connection:
        connection.execute(tamper.where(ENTRIES.c.number == 1))
    with pytest.raises(Refusal, match=rf"sealed_log\.changed case={code} number=1"):
        prove(onward, code, 1, OPERATOR)


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize(
    "tamper", [update(LEAVES).values(hash=bytes(32)), delete(LEAVES)], ids=["another hash", "gone"]
)
def test_no_proof_is_made_of_a_log_that_is_no_longer_what_was_sealed(
    onward: Onward, tamper: Update | Delete, is_own: bool
) -> None:
    """Of no entry, also of those whose leaf nobody touched, and for no witness: nobody could verify it."""
    code = opened(onward)
    seal(onward, OPERATOR)
    with onward.store.write() as connection:
        of_entry = (LEAVES.c.source == ENTRY) & (LEAVES.c.number == 1)
        touched = of_entry if is_own else ~of_entry
        assert connection.execute(tamper.where(touched)).rowcount > 0
    with pytest.raises(Refusal, match=r"sealed_log\.damaged"):
        prove(onward, code, 1, OPERATOR)
    with pytest.raises(Refusal, match=r"sealed_log\.damaged"):
        request(onward, 1, OPERATOR)


def test_nothing_is_handed_out_of_what_is_not_sealed(onward: Onward) -> None:
    """And nothing to somebody who is no operator."""
    code = opened(onward)
    for ask in (lambda: newest(onward, OPERATOR), lambda: prove(onward, code, 1, OPERATOR)):
        with pytest.raises(Refusal, match=r"sealed_log\.empty"):
            ask()
    seal(onward, OPERATOR)
    with pytest.raises(Refusal, match=r"sealed_log\.without"):
        prove(onward, code, 9, OPERATOR)
    with pytest.raises(Refusal, match=r"sealed_log\.smaller"):
        request(onward, 99, OPERATOR)
    with pytest.raises(Refusal, match="not_authorised"):
        newest(onward, SCREEN)
