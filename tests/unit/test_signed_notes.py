"""Signed notes and checkpoints, against the published examples, and a reader that is not ours."""

from __future__ import annotations

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.sealing.checkpoint import Checkpoint, read_checkpoint, read_line
from casework.sealing.merkle import leaf_hash
from casework.sealing.notes import (
    Note,
    NoteError,
    SignedKind,
    Signer,
    VerifierKey,
    read_key,
    read_note,
)

KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
    "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""Both from c2sp.org/signed-note."""
COSIGNED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
"""From c2sp.org/tlog-cosignature; the keys are not published."""
AT = 1_767_000_000

LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
LOG = Signer("log.example/cases", LOG_KEY)
COSIGNER = Signer("witness.example/w1", WITNESS_KEY, SignedKind.WITNESS)
POINT = Checkpoint("log.example/cases", 33, leaf_hash(b"root"))


def signed() -> Note:
    """Our checkpoint, signed by the log and by a witness."""
    return Note(POINT.text, (LOG.sign(POINT.text), COSIGNER.sign_as_seen(POINT.text, AT)))


def test_the_published_note_holds_under_the_published_key() -> None:
    """And is written again as it was read."""
    key, note = read_key(KEY), read_note(EXAMPLE)
    assert note.signed_by([key]) == (key,)
    assert (note.written, key.line) == (EXAMPLE, KEY)


def test_the_published_checkpoint_is_read() -> None:
    """With a signature of a witness under it, whose kind we know."""
    note = read_note(COSIGNED)
    root = b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert read_checkpoint(note.text) == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert [len(each.blob) for each in note.signatures] == [64, 72]
    assert int.from_bytes(note.signatures[1].blob[:8], "big") == 1679315147
    assert note.written == COSIGNED


def test_a_note_is_taken_for_what_its_known_signers_stand_for() -> None:
    """Unknown signatures are passed over; nobody's word is no error, but nobody's."""
    assert signed().signed_by([LOG.key, COSIGNER.key]) == (LOG.key, COSIGNER.key)
    assert signed().signed_by([COSIGNER.key]) == (COSIGNER.key,)
    assert signed().signed_by([read_key(KEY)]) == ()


@pytest.mark.parametrize("at", [0, 1])
def test_a_changed_note_is_no_note(at: int) -> None:
    """In its text, in a signature, or with one signer's signature under another's name."""
    note = signed()
    key = [LOG.key, COSIGNER.key][at]
    another = Checkpoint(POINT.origin, 34, POINT.root)
    one = note.signatures[at]
    flipped = type(one)(one.name, one.key_id, bytes([*one.blob[:-1], one.blob[-1] ^ 1]))
    short = type(one)(one.name, one.key_id, one.blob[:-1])
    for bad in (
        Note(another.text, note.signatures),
        Note(note.text, (flipped,)),
        Note(note.text, (short,)),
    ):
        with pytest.raises(NoteError) as found:
            bad.signed_by([key])
        assert found.value.message.code == "note.forged"


def test_the_moment_of_a_witness_is_signed_too() -> None:
    """Nobody can date a sighting otherwise."""
    one = COSIGNER.sign_as_seen(POINT.text, AT)
    later = type(one)(one.name, one.key_id, (AT + 1).to_bytes(8, "big") + one.blob[8:])
    assert COSIGNER.key.has_signed(POINT.text, one.blob)
    assert not COSIGNER.key.has_signed(POINT.text, later.blob)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "text alone\n",
        "text\n\n",
        "\n\n— a AAAAAAAA\n",
        "text\n\n— a AAAAAAAA",
        "text\n\n- a AAAAAAAA\n",
        "text\n\n— a\n",
        "text\n\n— a AAAAAA\n",
        "text\n\n— a AAAAAAB=\n",
        "text\n\n— a+b AAAAAAAA\n",
        "te\txt\n\n— a AAAAAAAA\n",
        "text\r\n\n— a AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(written: str) -> None:
    """By the rules of C2SP."""
    with pytest.raises(NoteError) as found:
        read_note(written)
    assert found.value.message.code == "note.misshapen"


@pytest.mark.parametrize(
    "line",
    [
        "",
        KEY.replace("530d903a", "530d903b"),
        KEY.replace("example.com", "example.org"),
        KEY.replace("+Aeky", "+Aeky!"),
        KEY.replace("+Aeky", "+Beky"),
        KEY[:-4],
    ],
)
def test_what_is_no_key_is_refused(line: str) -> None:
    """A slip of the pen is found by the id in the middle."""
    with pytest.raises(NoteError) as found:
        read_key(line)
    assert found.value.message.code == "note.no_key"


@pytest.mark.parametrize(
    "text",
    [
        "log\n1\n",
        "log\n1\nAAAA\n",
        f"log\n01\n{POINT.text.splitlines()[2]}\n",
        f"log\n-1\n{POINT.text.splitlines()[2]}\n",
        f"log\n\N{SUPERSCRIPT ONE}\n{POINT.text.splitlines()[2]}\n",
        f"\n1\n{POINT.text.splitlines()[2]}\n",
        POINT.text[:-1],
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """A size has one way to be written."""
    with pytest.raises(NoteError):
        read_checkpoint(text)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    """As a note, with further lines, and in one line."""
    assert read_checkpoint(POINT.text) == POINT
    assert read_checkpoint(f"{POINT.text}of another edition\n") == POINT
    assert read_line(f" {POINT.line}\n") == POINT
    with pytest.raises(NoteError):
        read_line(POINT.origin)


def test_another_reader_accepts_our_checkpoints() -> None:
    """`aics_tlog`, written by others from the same pages: note, keys, and the witness's signature."""
    tlog = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    note = tlog.parse_note(signed().written)
    log, witness = tlog.parse_vkey(LOG.key.line), tlog.parse_vkey(COSIGNER.key.line)
    found = tlog.verify_checkpoint(note, log, [witness], quorum=1)
    assert found.ok, found
    assert tlog.parse_checkpoint(note.text).size == POINT.size


def test_we_accept_the_checkpoints_of_another_writer() -> None:
    """The other way round."""
    tlog = pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")
    theirs = tlog.Checkpoint(POINT.origin, POINT.size, POINT.root)
    note = tlog.sign_checkpoint(theirs, LOG_KEY, POINT.origin)
    read = read_note(note.serialise())
    assert read_checkpoint(read.text) == POINT
    assert read.signed_by([VerifierKey(POINT.origin, LOG.key.public)]) == (LOG.key,)
