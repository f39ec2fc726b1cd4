"""What a coordinator is about to publish, kept from its first check until it is published,
discarded or too old. Each coordinator has at most one draft.

A pathway says nothing about any person, and is not encrypted once it is published, so its draft is
not encrypted either.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.drafts import LASTS
from casework.kept_pathways import KeptPathway
from casework.principal import Principal
from models.columns import table_of
from models.drafts import PathwayDraft
from models.writing import upsert

_DRAFTS = table_of(PathwayDraft)


def keep(onward: Onward, draft: KeptPathway, by: Principal, now: datetime) -> None:
    """Save a draft, in place of the same person's earlier one.

    Args:
        now: the real time.
    """
    authority.require(by, Right.COORDINATE)
    row = {"agency": by.agency, "person": by.person, "kept_at": now}
    row |= {"file": draft.file, "files": dict(draft.files)}
    with onward.store.write() as connection:
        upsert(connection, PathwayDraft, ("agency", "person"), [row])


def kept(onward: Onward, by: Principal, now: datetime) -> KeptPathway | None:
    """The caller's draft; None if there is none, or it is too old."""
    authority.require(by, Right.COORDINATE)
    fresh = _DRAFTS.c.kept_at > now - LASTS
    with onward.store.read() as connection:
        row = connection.execute(select(_DRAFTS).where(*_of(by), fresh)).first()
    return None if row is None else KeptPathway(file=row.file, files=row.files)


def discard(onward: Onward, by: Principal) -> None:
    """Discard the caller's draft."""
    authority.require(by, Right.COORDINATE)
    with onward.store.write() as connection:
        connection.execute(delete(_DRAFTS).where(*_of(by)))


def end_old(onward: Onward, by: Principal, now: datetime) -> None:
    """Delete all coordinators' drafts that have become too old.

    Args:
        now: the real time.
    """
    authority.require(by, Right.DRIVE)
    with onward.store.write() as connection:
        connection.execute(delete(_DRAFTS).where(_DRAFTS.c.kept_at <= now - LASTS))


def _of(by: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _DRAFTS.c.agency == by.agency, _DRAFTS.c.person == by.person
