"""Publishing a pathway: what is published never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from casework.context import Onward
from engine.errors import Refusal
from engine.loader import checked
from engine.pathway import Pathway
from engine.renames import unfit
from engine.templates import Beside, alone, read_pathway
from models.columns import table_of
from models.definitions import PathwayVersion

_VERSIONS = table_of(PathwayVersion)


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A pathway without a fault, and the text that is kept of it."""

    pathway: Pathway
    text: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a pathway that cases can be opened on."""

    name: str
    number: int
    content_hash: str
    is_new: bool
    """False if this very text was published before."""


def publish_pathway(
    onward: Onward, text: str, file: str = "pathway.yaml", beside: Beside = alone
) -> Published:
    """Check a pathway and keep its text for good: `ready`, then `publish`."""
    return publish(onward, ready(text, file, beside))


def ready(text: str, file: str, beside: Beside) -> Ready:
    """Check a pathway. What is kept of it stands alone: all that `beside` reads for it is woven in,
    and counts for whether it is the same text.

    Raises:
        DefinitionError: with everything that is wrong with it.
    """
    document = read_pathway(text, file, beside)
    return Ready(pathway=checked(document), text=document.text)


def publish(onward: Onward, checked_one: Ready) -> Published:
    """Keep a pathway's text for good. Publishing the same text again does nothing.

    Raises:
        Refusal: `published`, if this version was published with another text, or a higher one was
            published; `renamed`, if a `was` does not fit the version before.
    """
    pathway, text = checked_one.pathway, checked_one.text
    content = hashlib.sha256(text.encode()).hexdigest()
    with onward.store.write() as connection:
        query = select(_VERSIONS).where(_VERSIONS.c.name == pathway.name)
        rows = {row.number: row for row in connection.execute(query)}
        known = rows.get(pathway.version)
        if known is None:
            _require_next(onward, connection, pathway, rows)
            connection.execute(
                insert(_VERSIONS).values(
                    name=pathway.name,
                    number=pathway.version,
                    content_hash=content,
                    text=text,
                    published_at=onward.clock.now(),
                )
            )
        elif known.content_hash != content:
            raise Refusal(
                "published",
                f"version {pathway.version} of {pathway.name} was published with another text:"
                f" write `version: {max(rows) + 1}`",
            )
    return Published(
        name=pathway.name, number=pathway.version, content_hash=content, is_new=known is None
    )


def _require_next(
    onward: Onward, connection: Connection, pathway: Pathway, rows: Mapping[int, Any]
) -> None:
    """A version comes after all others, and what it says of the one before is so."""
    if not rows:
        return
    newest = max(rows)
    if pathway.version < newest:
        raise Refusal(
            "published",
            f"version {newest} of {pathway.name} was published already: write"
            f" `version: {newest + 1}`",
        )
    before = onward.library.pathway(connection, rows[newest].id)
    faults = unfit(before.definition, pathway.definition)
    if faults:
        raise Refusal("renamed", "; ".join(faults))


def published_version(onward: Onward, name: str, number: int) -> Pathway:
    """A pathway as it was published.

    Raises:
        Refusal: `unknown_pathway`, with the versions that there are.
        DefinitionError: it was written in words that Onward does not read any more.
    """
    query = select(_VERSIONS.c.id, _VERSIONS.c.number).where(_VERSIONS.c.name == name)
    with onward.store.read() as connection:
        ids = {row.number: row.id for row in connection.execute(query.order_by(_VERSIONS.c.number))}
        if number in ids:
            return onward.library.pathway(connection, ids[number])
    known = f": {name} has {', '.join(map(str, ids))}" if ids else ""
    raise Refusal("unknown_pathway", f"version {number} of {name} was not published{known}")


def version_to_open(
    onward: Onward, connection: Connection, name: str, number: int | None, opened: datetime
) -> tuple[int, Pathway]:
    """The version that a new case gets: the newest that was in effect when it was opened, or the
    one asked for.

    Raises:
        Refusal: `unknown_pathway`, or `not_in_effect`, with the first day on which one is.
    """
    query = select(_VERSIONS.c.id, _VERSIONS.c.number).where(_VERSIONS.c.name == name)
    if number is not None:
        query = query.where(_VERSIONS.c.number == number)
    found = connection.execute(query.order_by(_VERSIONS.c.number.desc())).all()
    if not found:
        which = name if number is None else f"version {number} of {name}"
        raise Refusal("unknown_pathway", f"{which} was not published")
    starts: list[date] = []
    for row in found:
        pathway = onward.library.pathway(connection, row.id)
        if pathway.definition.effective <= opened.date():
            return row.id, pathway
        starts.append(pathway.definition.effective)
    raise Refusal(
        "not_in_effect",
        f"{name} is not in effect before {min(starts)}, and the case was opened on"
        f" {opened.date()}: open it on that day or later, or publish a version that holds earlier",
    )
