"""Sealed files open whole to the one key, and not at all otherwise."""

from __future__ import annotations

import io

import pytest

from models.sealed_files import NotOpened, OpenedFile, Sealing, new_pair, public_of

CHUNK = 1 << 16
HEADER = 16 + 32


def sealed(content: bytes, public: bytes) -> bytes:
    target = io.BytesIO()
    sealing = Sealing(target, public)
    for at in range(0, len(content), 1000):
        sealing.write(content[at : at + 1000])
    sealing.finish()
    return target.getvalue()


def opened(file: bytes, private: bytes) -> bytes:
    return OpenedFile(io.BytesIO(file), private).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_was_sealed_is_opened(size: int) -> None:
    """Of any length, also of a whole number of chunks."""
    private, public = new_pair()
    content = bytes(each % 251 for each in range(size))
    file = sealed(content, public)
    assert public == public_of(private)
    assert opened(file, private) == content
    if size > 100:
        assert content[:100] not in file


def test_another_key_opens_nothing() -> None:
    _, public = new_pair()
    with pytest.raises(NotOpened):
        opened(sealed(b"content", public), new_pair()[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file[:-1],
        lambda file: file[:HEADER],
        lambda file: file[: HEADER + CHUNK + 16],
        lambda file: file[: HEADER - 1],
        lambda file: b"x" + file[1:],
        lambda file: file[:20] + b"xx" + file[22:],
        lambda file: file[:HEADER] + file[HEADER + CHUNK + 16 :],
        lambda file: file + b"x",
        lambda file: file[:-20] + b"x" + file[-19:],
    ],
)
def test_a_file_that_was_changed_or_cut_is_refused(change: object) -> None:
    """At the end of a chunk too, where nothing else would be missing."""
    private, public = new_pair()
    file = sealed(bytes(2 * CHUNK + 5), public)
    with pytest.raises(NotOpened):
        opened(change(file), private)  # type: ignore[operator] # one of the above
