"""A cache of case states that were recently read or written, so that they are decrypted only when
needed.

While driving a case, a process reads its state several times in a row, mostly unchanged since the
process last wrote it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from casework import log
from engine.records import STATES
from engine.state import State
from models.keys import Cipher
from models.recent import Recent

KEPT = 256
"""How many states a process caches, at most one for each case."""


class _KnownState(NamedTuple):
    sealed: bytes
    state: State
    is_complete: bool
    """Whether this state has everything that a state sealed by an older Onward may lack."""


class States:
    """Caches the newest known state of each case, and recognises it by its sealed text in the
    store.

    Every sealing has its own nonce, so equal texts mean equal states, whoever wrote them and
    whether or not their transaction was committed. Thread-safe.
    """

    def __init__(self) -> None:
        self._known = Recent[str, _KnownState](KEPT)

    def read(
        self,
        cipher: Cipher,
        code: str,
        sealed: bytes,
        complete: Callable[[State], State] | None = None,
    ) -> State:
        """The state that a text sealed under its case's key holds; decrypted unless it is cached.

        Args:
            complete: adds to a state whatever an older Onward did not write; not called for a
                cached state that is already complete.

        Raises:
            Unreadable: the sealed state was changed or belongs to another case.
            RecordError: the state was written by a newer Onward, or is damaged.
        """
        known = self._known.get(code)
        if known is not None and known.sealed == sealed:
            if known.is_complete or complete is None:
                return known.state
            state = known.state
        else:
            state = STATES.decode(cipher.open(sealed, log.place_of_state(code)))
        if complete is not None:
            state = complete(state)
        self._known.keep(code, _KnownState(sealed, state, complete is not None))
        return state

    def seal(self, cipher: Cipher, code: str, state: State) -> bytes:
        """Seal a complete state under its case's key."""
        sealed = cipher.seal(STATES.encode(state), log.place_of_state(code))
        self._known.keep(code, _KnownState(sealed, state, is_complete=True))
        return sealed

    def forget(self, code: str) -> None:
        """Drop the state of an erased case."""
        self._known.forget(code)
