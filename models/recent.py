"""What a process has used last, up to a number of things."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Drops what was used longest ago. Threads may share it."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[K, V] = LRUCache(size)
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """What is kept under a key; None if nothing is."""
        with self._lock:
            try:
                return self._kept[key]  # `get` would look it up twice
            except KeyError:
                return None

    def keep(self, key: K, value: V) -> None:
        """Keep something as the newest."""
        with self._lock:
            self._kept[key] = value

    def forget(self, key: K) -> None:
        """Keep nothing under a key."""
        with self._lock:
            self._kept.pop(key, None)
