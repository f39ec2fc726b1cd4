"""What a coordinator is about to publish, kept from its first check until it is published: one draft each.

A pathway says nothing of anybody and stands in clear once it is published, so its draft does too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, delete, select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.drafts import LASTS
from casework.principal import Principal
from engine.errors import CodedError
from engine.message import finding
from engine.templates import Source
from models.columns import table_of
from models.drafts import PathwayDraft
from models.writing import upsert

_DRAFTS = table_of(PathwayDraft)
YAML = ".yaml"


class KeptPathway(msgspec.Struct, frozen=True, kw_only=True):
    """A pathway with the files beside it and those it includes."""

    file: str
    """The name of the pathway's own file."""
    files: Mapping[str, str]
    """The text of each file by its name."""

    @property
    def text(self) -> str:
        """The text of the pathway's own file."""
        return self.files[self.file]

    def beside(self, _name: str, path: str) -> Source:
        """A file that one of them includes: by its name, wherever it is said to be.

        Raises:
            CodedError: it is not among them.
        """
        name = path.rpartition("/")[2]
        if name not in self.files:
            raise CodedError(finding("file.not_sent", path=path, name=name))
        return Source(name, self.files[name])

    def around(self, file: str) -> dict[str, Source]:
        """The files beside one of them, by the word in their names: `fr` for `home.fr.yaml`."""
        stem = file.removesuffix(YAML)
        words = {
            each: each.removeprefix(f"{stem}.").removesuffix(YAML)
            for each in self.files
            if each.startswith(f"{stem}.") and each != file
        }
        return {
            word: Source(each, self.files[each]) for each, word in words.items() if "." not in word
        }


def keep(onward: Onward, draft: KeptPathway, by: Principal, now: datetime) -> None:
    """Keep a draft, in place of an earlier one of the same person.

    Args:
        now: the real time.
    """
    authority.require(by, Right.COORDINATE)
    row = {"agency": by.agency, "person": by.person, "kept_at": now}
    row |= {"file": draft.file, "files": dict(draft.files)}
    with onward.store.write() as connection:
        upsert(connection, PathwayDraft, ("agency", "person"), [row])


def kept(onward: Onward, by: Principal, now: datetime) -> KeptPathway | None:
    """The author's draft; None if there is none, or it is too old."""
    authority.require(by, Right.COORDINATE)
    fresh = _DRAFTS.c.kept_at > now - LASTS
    with onward.store.read() as connection:
        row = connection.execute(select(_DRAFTS).where(*_of(by), fresh)).first()
    return None if row is None else KeptPathway(file=row.file, files=row.files)


def discard(onward: Onward, by: Principal) -> None:
    """Discard the author's draft."""
    authority.require(by, Right.COORDINATE)
    with onward.store.write() as connection:
        connection.execute(delete(_DRAFTS).where(*_of(by)))


def end_old(onward: Onward, by: Principal, now: datetime) -> None:
    """Delete all drafts that nobody has come back to in time.

    Args:
        now: the real time.
    """
    authority.require(by, Right.DRIVE)
    with onward.store.write() as connection:
        connection.execute(delete(_DRAFTS).where(_DRAFTS.c.kept_at <= now - LASTS))


def _of(by: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _DRAFTS.c.agency == by.agency, _DRAFTS.c.person == by.person
