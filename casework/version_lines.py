"""Published versions of a pathway, and what a move from one to another renames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.commencements import is_standing
from casework.context import Onward
from casework.deciding import PublishedTarget
from casework.held_case import Held
from casework.principal import Principal
from engine import facts as f
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.versions.renames import Renames, renames
from models.columns import table_of
from models.definitions import PathwayVersion
from models.installation import Installation

_VERSIONS, _INSTALLATION = table_of(PathwayVersion), table_of(Installation)

LARGEST = 999_999_999
"""No version has a higher number, since every store must be able to hold it."""


class VersionLine(msgspec.Struct, frozen=True, kw_only=True):
    """All versions of one pathway in order; the last may be a draft (id 0)."""

    ids: dict[int, int]
    """The ids of the versions' rows, by version number."""
    pathways: dict[int, Pathway]

    def onto(self, before: int, after: int) -> PublishedTarget:
        """The move from one version to another, through all versions published in between."""
        forth = self._names(min(before, after), max(before, after))
        return PublishedTarget(
            version_id=self.ids[after],
            pathway=self.pathways[after],
            names=forth if before < after else forth.back(),
        )

    def _names(self, first: int, last: int) -> Renames:
        numbers = [each for each in sorted(self.pathways) if first <= each <= last]
        found = Renames()
        for one, next_one in pairwise(numbers):
            old, new = self.pathways[one].definition, self.pathways[next_one].definition
            found = found.then(renames(old, new))
        return found


def line_of(
    onward: Onward, connection: Connection, name: str, draft: Pathway | None = None
) -> VersionLine:
    """Every published version of a pathway; none if there is no such pathway.

    Args:
        draft: a version to include as well, unless one with its number is published.
    """
    query = select(_VERSIONS.c.id, _VERSIONS.c.number).where(_VERSIONS.c.name == name)
    rows: list[Any] = list(connection.execute(query.order_by(_VERSIONS.c.number)))
    ids = {row.number: row.id for row in rows}
    at = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    pathways = {row.number: onward.library.speaking(connection, row.id, at) for row in rows}
    if draft is not None and draft.version not in ids:
        ids, pathways = ids | {draft.version: 0}, pathways | {draft.version: draft}
    return VersionLine(ids=ids, pathways=pathways)


class Overtaken(msgspec.Struct, frozen=True, kw_only=True):
    """A version that will never be the newest in effect, because a newer version takes effect on
    the same day or earlier. Cases open on it only on request, by its number.
    """

    number: int
    effective: date
    by: int
    """The newest of the versions that overtake this one."""
    moves_cases: bool
    """Whether this version still moves running cases."""


def overtaken(onward: Onward, name: str, by: Principal) -> list[Overtaken]:
    """The versions of a pathway that are not yet in effect and are overtaken by a newer one."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        line = line_of(onward, connection, name)
        standing = {n for n, ident in line.ids.items() if is_standing(connection, ident)}
    today = onward.clock.now().date()
    heads = {number: each.definition for number, each in sorted(line.pathways.items())}
    found = []
    for number, head in heads.items():
        later = [n for n, each in heads.items() if n > number and each.effective <= head.effective]
        if later and head.effective > today:
            day, moves = head.effective, number in standing
            found.append(Overtaken(number=number, effective=day, by=later[-1], moves_cases=moves))
    return found


def require_published(line: VersionLine, name: str, number: int) -> Pathway:
    """A published version.

    Raises:
        Refusal: `unknown_pathway`.
    """
    if not line.ids.get(number):
        raise not_published(name, number, (n for n, ident in sorted(line.ids.items()) if ident))
    return line.pathways[number]


def pathways_of(
    onward: Onward,
    connection: Connection,
    held: Held,
    entries: Iterable[tuple[int, Iterable[f.Fact]]],
) -> Mapping[int, Pathway]:
    """Versions of a case's pathway by number, including all those under which the entries were
    made: all versions if the entries contain a move, otherwise only the case's present version.
    """
    moves = (f.CaseMigrated, f.CaseReverted)
    if any(isinstance(fact, moves) for _, facts in entries for fact in facts):
        return line_of(onward, connection, held.pathway.name).pathways
    return {held.pathway.version: held.pathway}


def not_published(name: str, number: int, known: Iterable[int]) -> Refusal:
    """The refusal `unknown_pathway`, with the existing versions."""
    if versions := tuple(known):
        return Refusal(
            "unknown_pathway.version_of", pathway=name, version=number, versions=versions
        )
    return Refusal("unknown_pathway.version", pathway=name, version=number)
