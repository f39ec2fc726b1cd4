"""The states of the cases that a process has just had: opened and read again only where that is needed.

A case that is driven is looked at several times in a row, and mostly as this process has left it.
"""

from __future__ import annotations

from threading import Lock

from cachetools import LRUCache

from casework import log
from engine.records import STATES
from engine.state import State
from models.keys import Cipher

KEPT = 64
"""Cases of which a process remembers the state: those that it has looked at last."""


class States:
    """Remembers states, each by the sealed text that stands for it in the store.

    Every sealing has a nonce of its own: the same text is the same state, whoever has written it, and
    what became of its transaction does not matter here. Safe to share between threads.
    """

    def __init__(self) -> None:
        self._known: LRUCache[str, tuple[bytes, State]] = LRUCache(KEPT)
        self._lock = Lock()

    def read(self, cipher: Cipher, code: str, sealed: bytes) -> State:
        """The state that was sealed under the key of its case.

        Raises:
            Unreadable: it was changed, or belongs to another case.
            RecordError: a newer Onward has written it, or it is damaged.
        """
        with self._lock:
            known = self._known.get(code)
        if known is not None and known[0] == sealed:
            return known[1]
        state = STATES.decode(cipher.open(sealed, log.place_of_state(code)))
        self._remember(code, sealed, state)
        return state

    def seal(self, cipher: Cipher, code: str, state: State) -> bytes:
        """The state under the key of its case."""
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
