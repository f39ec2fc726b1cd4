"""States that a process remembers: by their sealed text, and only as long as they may be known."""

from __future__ import annotations

import pytest

from casework.log import owner_of, place_of_state
from casework.states import KEPT, States
from engine.records import STATES
from engine.state import State
from engine.statuses import CasePhase
from models.keys import KEY_BYTES, Cipher, Keyring, Unreadable

CODE = "7K2F-9QXM"


@pytest.fixture
def cipher() -> Cipher:
    return Keyring([bytes(KEY_BYTES)]).make(owner_of(CODE))[0]


def test_what_this_process_has_sealed_need_not_be_opened(cipher: Cipher) -> None:
    """The same text is the same state; whoever seals the same state again writes another text."""
    states, state = States(), State(code=CODE, status=CasePhase.OPEN)
    sealed = states.seal(cipher, CODE, state)
    assert states.read(cipher, CODE, sealed) is state
    assert states.seal(cipher, CODE, state) != sealed


def test_what_another_process_has_sealed_since_is_read_anew(cipher: Cipher) -> None:
    """And remembered in its place."""
    states, later = States(), State(code=CODE, status=CasePhase.ENDED)
    states.seal(cipher, CODE, State(code=CODE, status=CasePhase.OPEN))
    theirs = cipher.seal(STATES.encode(later), place_of_state(CODE))
    found = states.read(cipher, CODE, theirs)
    assert found == later
    assert states.read(cipher, CODE, theirs) is found


def test_a_text_that_was_changed_is_not_taken_for_the_one_that_is_remembered(
    cipher: Cipher,
) -> None:
    states = States()
    sealed = states.seal(cipher, CODE, State(code=CODE))
    with pytest.raises(Unreadable):
        states.read(cipher, CODE, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_an_erased_case_is_forgotten(cipher: Cipher) -> None:
    """Its text would say nothing any more without the key."""
    states = States()
    sealed = states.seal(cipher, CODE, State(code=CODE))
    states.forget(CODE)
    other = Keyring([bytes(KEY_BYTES)]).make(owner_of(CODE))[0]
    with pytest.raises(Unreadable):
        states.read(other, CODE, sealed)


def test_only_the_newest_are_remembered(cipher: Cipher) -> None:
    """Thousands of states would fill the memory of a worker."""
    states = States()
    sealed = {f"{n:04}-0000": b"" for n in range(KEPT + 1)}
    for code in sealed:
        sealed[code] = states.seal(cipher, code, State(code=code))
    first, *_, last = sealed
    kept = states.read(cipher, last, sealed[last])
    assert states.read(cipher, last, sealed[last]) is kept
    assert states.read(cipher, first, sealed[first]) == State(code=first)
