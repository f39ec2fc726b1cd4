"""Pathways, registry and calendars, read from the store once and cached while current."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from cachetools import LRUCache
from sqlalchemy import Connection

if TYPE_CHECKING:
    from casework.reference import Reference
    from engine.pathway import Pathway

KEPT = 64
"""How many recently used pathway versions a process caches."""


class Library:
    """A cache per process; each transaction names the current version. Thread-safe."""

    def __init__(self) -> None:
        self._pathways: LRUCache[int, Pathway] = LRUCache(KEPT)
        self._speaking: LRUCache[tuple[int, int], Pathway] = LRUCache(KEPT)
        self._reference: tuple[int, Reference] | None = None
        self._lock = Lock()

    def pathway(self, connection: Connection, version_id: int) -> Pathway:
        """A published version never changes, so it is read once."""
        with self._lock:
            found = self._pathways.get(version_id)
        if found is None:
            from casework.reference import read_pathway  # to list cases takes neither

            found = read_pathway(connection, version_id)
            with self._lock:
                self._pathways[version_id] = found
        return found

    def speaking(self, connection: Connection, version_id: int, version: int) -> Pathway:
        """A pathway with its translations; these may be corrected, which raises `version`."""
        with self._lock:
            found = self._speaking.get((version, version_id))
        if found is None:
            translations = self.reference(connection, version).translations.get(version_id)
            pathway = self.pathway(connection, version_id)
            found = pathway.translated(translations) if translations else pathway
            with self._lock:
                self._speaking[version, version_id] = found
        return found

    def reference(self, connection: Connection, version: int) -> Reference:
        """Registry, calendars and translations; `version` is the installation's
        `reference_version`.
        """
        with self._lock:
            kept = self._reference
        if kept is not None and kept[0] == version:
            return kept[1]
        from casework.reference import read_reference

        found = read_reference(connection)
        with self._lock:
            self._reference = (version, found)
        return found
