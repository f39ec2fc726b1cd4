"""A cache of recently read case states, so that they are decrypted only when needed.

While driving a case, a process reads it several times in a row, mostly as it left it.
"""

from __future__ import annotations

from threading import Lock

from cachetools import LRUCache

from casework import log
from engine.records import STATES
from engine.state import State
from models.keys import Cipher

KEPT = 64
"""How many recently read states a process caches."""


class States:
    """Caches states by their sealed text in the store.

    Every sealing has its own nonce, so equal texts mean equal states, whoever wrote them and
    whether or not their transaction was committed. Thread-safe.
    """

    def __init__(self) -> None:
        self._known: LRUCache[str, tuple[bytes, State]] = LRUCache(KEPT)
        self._lock = Lock()

    def read(self, cipher: Cipher, code: str, sealed: bytes) -> State:
        """Open a state sealed under its case's key.

        Raises:
            Unreadable: it was changed or belongs to another case.
            RecordError: it was written by a newer Onward, or is damaged.
        """
        with self._lock:
            known = self._known.get(code)
        if known is not None and known[0] == sealed:
            return known[1]
        state = STATES.decode(cipher.open(sealed, log.place_of_state(code)))
        self._remember(code, sealed, state)
        return state

    def seal(self, cipher: Cipher, code: str, state: State) -> bytes:
        """Seal a state under its case's key."""
        sealed = cipher.seal(STATES.encode(state), log.place_of_state(code))
        self._remember(code, sealed, state)
        return sealed

    def forget(self, code: str) -> None:
        """Drop the state of an erased case."""
        with self._lock:
            self._known.pop(code, None)

    def _remember(self, code: str, sealed: bytes, state: State) -> None:
        with self._lock:
            self._known[code] = sealed, state
