"""The published versions with which a new one is compared: all those that it would replace for at
least one case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from engine.pathway import Pathway
from engine.versions.renames import Renames, renames
from models.columns import table_of
from models.definitions import PathwayVersion
from models.installation import Installation

_VERSIONS, _INSTALLATION = table_of(PathwayVersion), table_of(Installation)


class ComparedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A published version, with what is needed to compare the new one with it."""

    id: int
    pathway: Pathway
    """The pathway, with its current translations."""
    names: Renames
    """The renames from it to the new version, through all versions in between."""


def compared_with(
    onward: Onward, connection: Connection, new: Pathway, today: date
) -> tuple[ComparedVersion, ...]:
    """The versions that `new` would replace for some case, the newest first; none if `new` is the
    first version.

    These are the versions on which cases would open after `new` takes effect, if it were not
    published: the newest version, and each older one that stays in force until a newer one takes
    effect. Unless `new` pins running cases, they include the versions that open cases are on, and
    those on which cases will open before `new` takes effect. If the version number of `new` has
    already been published, `new` is compared only with the published version, since only the files
    beside it can differ.

    Raises:
        DefinitionError: one of these versions uses words that Onward no longer reads.
    """
    columns = (_VERSIONS.c.id, _VERSIONS.c.number)
    up_to = (_VERSIONS.c.name == new.name) & (_VERSIONS.c.number <= new.version)
    query = select(*columns).where(up_to).order_by(_VERSIONS.c.number.desc())
    ids = {row.number: row.id for row in connection.execute(query)}
    if new.version in ids:
        return tuple(_chained(onward, connection, new, ids, {new.version}))
    heads = ((number, onward.library.head(connection, each)) for number, each in ids.items())
    days = [(number, head.effective) for number, head in heads if head.effective]
    moves = new.definition.running_cases.rule != "pin"
    first_day = new.definition.effective
    wanted = {*ids} & {
        max(ids, default=0),
        *opened_on(days, min(first_day, today) if moves else first_day),
    }
    if moves:
        wanted |= _with_open_cases(connection, ids)
    return tuple(_chained(onward, connection, new, ids, wanted))


def opened_on(versions: Iterable[tuple[int, date]], from_day: date) -> Iterator[int]:
    """The versions on which cases open on `from_day` or later.

    Args:
        versions: the number of each version, with the day on which it takes effect, the newest
            first.
    """
    until = date.max
    for number, effective in versions:
        if until <= from_day:
            return
        if effective < until:
            yield number
            until = effective


def _with_open_cases(connection: Connection, ids: dict[int, int]) -> set[int]:
    on_these = CASES.c.pathway_version_id.in_(ids.values())
    there = set(
        connection.scalars(select(CASES.c.pathway_version_id).distinct().where(IS_OPEN, on_these))
    )
    return {number for number, each in ids.items() if each in there}


def _chained(
    onward: Onward, connection: Connection, new: Pathway, ids: dict[int, int], wanted: set[int]
) -> Iterator[ComparedVersion]:
    """Each wanted version, with the renames from it to `new`."""
    later, names = new, Renames()
    at = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    for number in (each for each in ids if wanted and each >= min(wanted)):
        pathway = onward.library.speaking(connection, ids[number], at)
        names = renames(pathway.definition, later.definition).then(names)
        if number in wanted:
            yield ComparedVersion(id=ids[number], pathway=pathway, names=names)
        later = pathway
