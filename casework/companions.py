"""The files stored with a published version: its translations and code lists. Each change to a file
is stored as a new edition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from models.columns import table_of
from models.definitions import PathwayCompanion
from models.prepared import all_rows

_COMPANIONS = table_of(PathwayCompanion)

_OF_KIND = (
    select(_COMPANIONS)
    .where(_COMPANIONS.c.kind == bindparam("of_kind"))
    .order_by(_COMPANIONS.c.edition)
)

Kind = Literal["translation", "codes"]


def newest(
    connection: Connection,
    kind: Kind,
    versions: Collection[int] | None = None,
    until: datetime | None = None,
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """All editions of the companions of this kind: the id of the version's row, the companion's
    name, and its body. Earlier editions come first, so a dict made from them keeps the newest.

    Args:
        versions: the ids of the versions' rows; None for all versions.
        until: only editions published by then.
    """
    rows: Iterable[Any]
    if versions is None and until is None:
        rows = all_rows(connection, _OF_KIND, {"of_kind": kind})
    else:
        query = _OF_KIND.params(of_kind=kind)
        if versions is not None:
            query = query.where(_COMPANIONS.c.pathway_version_id.in_(versions))
        if until is not None:
            query = query.where(_COMPANIONS.c.published_at <= until)
        rows = connection.execute(query)
    for row in rows:
        yield row.pathway_version_id, row.name, row.body


def keep(
    connection: Connection,
    version: int,
    kind: Kind,
    bodies: Mapping[str, msgspec.Struct],
    now: datetime,
) -> tuple[str, ...]:
    """Store a new edition of each companion of a version that has changed.

    Returns:
        The names of the companions stored.
    """
    columns = (_COMPANIONS.c.name, _COMPANIONS.c.edition, _COMPANIONS.c.content_hash)
    of_version = (_COMPANIONS.c.pathway_version_id == version) & (_COMPANIONS.c.kind == kind)
    rows = connection.execute(select(*columns).where(of_version).order_by(_COMPANIONS.c.edition))
    kept = {row.name: (row.edition, row.content_hash) for row in rows}
    made = []
    for name, body in bodies.items():
        content = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
        edition, known = kept.get(name, (0, ""))
        if known == content:
            continue
        values = {
            "pathway_version_id": version,
            "kind": kind,
            "name": name,
            "edition": edition + 1,
            "content_hash": content,
            "body": msgspec.to_builtins(body),
            "published_at": now,
        }
        connection.execute(insert(_COMPANIONS).values(values))
        made.append(name)
    return tuple(made)
