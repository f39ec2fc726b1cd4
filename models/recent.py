"""A cache of what a process has used most recently, up to a limit."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A cache that, once it is full, drops what was used longest ago. Threads may share it."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[K, V] = LRUCache(size)
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """The value cached under a key; None if there is none."""
        with self._lock:
            try:
                return self._kept[key]  # its own `get` would look twice
            except KeyError:
                return None

    def keep(self, key: K, value: V) -> None:
        """Cache a value under a key, as the one used most recently."""
        with self._lock:
            self._kept[key] = value

    def forget(self, key: K) -> None:
        """Remove the value cached under a key, if any."""
        with self._lock:
            self._kept.pop(key, None)
