"""Pathways, registry and calendars, read from the store once and cached while current."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select

from engine.errors import DefinitionError
from models.columns import table_of
from models.definitions import PathwayVersion
from models.recent import Recent

if TYPE_CHECKING:
    from casework.reference import Reference
    from engine.pathway import Pathway

KEPT = 64
"""How many recently used pathway versions a process caches without translations, and how many with
them.
"""
_HEADS = 4096
"""For how many versions a process caches what a list shows of them."""

_VERSIONS = table_of(PathwayVersion)


class VersionHead(NamedTuple):
    """What a list shows of a version; all empty if it uses words that Onward no longer reads."""

    title: str
    effective: date | None
    rule: str
    """What the version does with running cases."""


class Library:
    """A cache for one process. Thread-safe. To get anything that may change, the caller passes the
    installation's `reference_version`, as read in its own transaction.
    """

    def __init__(self) -> None:
        self._pathways = Recent[int, "Pathway"](KEPT)
        self._heads = Recent[int, VersionHead](_HEADS)
        self._speaking = Recent[tuple[int, int], "Pathway"](KEPT)
        self._reference: tuple[int, Reference] | None = None

    def pathway(self, connection: Connection, version_id: int) -> Pathway:
        """A published version, which never changes and so can be cached. Raises DefinitionError if
        it uses words that Onward no longer reads.
        """
        found = self._pathways.get(version_id)
        if found is None:
            from casework.reference import read_pathway  # not loaded to list cases

            found = read_pathway(connection, version_id)
            self._pathways.keep(version_id, found)
        return found

    def head(self, connection: Connection, version_id: int) -> VersionHead:
        """What a list shows of a version. The version's text is read once for this."""
        found = self._heads.get(version_id)
        if found is None:
            try:
                read = self.pathway(connection, version_id).definition
                found = VersionHead(read.title, read.effective, read.running_cases.rule)
            except DefinitionError:
                found = VersionHead("", None, "")
            self._heads.keep(version_id, found)
        return found

    def speaking(self, connection: Connection, version_id: int, version: int) -> Pathway:
        """A pathway with its translations. `version` is the installation's `reference_version`,
        which rises whenever a translation is corrected.
        """
        found = self._speaking.get((version, version_id))
        if found is None:
            translations = self.reference(connection, version).translations.get(version_id)
            pathway = self.pathway(connection, version_id)
            found = pathway.translated(translations) if translations else pathway
            self._speaking.keep((version, version_id), found)
        return found

    def newest(
        self, connection: Connection, version: int, names: Iterable[str] | None = None
    ) -> list[Pathway]:
        """The newest version of each pathway, in the order of the pathways' names, as `speaking`
        returns it.

        Args:
            names: the names of the pathways wanted; by default all.
        """
        query = select(_VERSIONS.c.id, _VERSIONS.c.name)
        if names is not None:
            query = query.where(_VERSIONS.c.name.in_(sorted(names)))
        in_order = query.order_by(_VERSIONS.c.name, _VERSIONS.c.number)
        ids = {row.name: row.id for row in connection.execute(in_order)}
        return [self.speaking(connection, each, version) for each in ids.values()]

    def reference(self, connection: Connection, version: int) -> Reference:
        """Registry, calendars and translations; `version` is the installation's
        `reference_version`.
        """
        kept = self._reference
        if kept is not None and kept[0] == version:
            return kept[1]
        from casework.reference import read_reference

        found = read_reference(connection)
        self._reference = (version, found)
        return found
