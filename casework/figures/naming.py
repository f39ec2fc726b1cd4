"""Names the rows of figures, in the words of the newest version of their pathway and in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from casework.bystanders import named
from casework.context import Onward
from casework.figures.measures import Kind
from engine.agencies.registry import Registry
from engine.countries import name_in
from engine.translation import Translation, words
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)
Key = tuple[Any, ...]
"""What a row is about, in codes."""


class RowNames(msgspec.Struct, frozen=True, kw_only=True):
    """The names of rows, in codes and in words."""

    by: tuple[Kind, ...]
    language: str
    pathways: dict[str, Translation]
    bystander_of: Registry | None
    """The registry, if the reader must not learn the codes of agencies that are places to stay."""

    def codes(self, key: Key) -> tuple[str, ...]:
        return tuple(self._code(kind, str(code)) for kind, code in zip(self.by, key, strict=True))

    def said(self, key: Key) -> tuple[str, ...]:
        place = self.by.index(Kind.PATHWAY) if self.pathways else None
        pathway = None if place is None else self.pathways.get(key[place])
        return tuple(
            self._said(kind, code, pathway)
            for kind, code in zip(self.by, self.codes(key), strict=True)
        )

    def _code(self, kind: Kind, code: str) -> str:
        if kind is Kind.AGENCY and self.bystander_of:
            return named(self.bystander_of, code)
        return code

    def _said(self, kind: Kind, code: str, pathway: Translation | None) -> str:
        match kind:
            case Kind.AGENCY:
                return code
            case Kind.COUNTRY:
                return name_in(code, self.language)
            case Kind.PATHWAY:
                return pathway.title if pathway else code
            case Kind.STAGE:
                return pathway.stage(code) if pathway else words(code)
            case Kind.STEP | Kind.END:
                return pathway.label(code) if pathway else words(code)


def names_in(
    onward: Onward,
    connection: Connection,
    by: tuple[Kind, ...],
    keys: Iterable[Key],
    language: str,
    *,
    is_bystander: bool,
) -> RowNames:
    """The names of these rows.

    Args:
        is_bystander: whether the reader must not learn the codes of agencies that are places to
            stay.
    """
    version = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    pathways: dict[str, Translation] = {}
    if Kind.PATHWAY in by:
        wanted = {key[by.index(Kind.PATHWAY)] for key in keys}
        pathways = _spoken(onward, connection, version, wanted, language)
    known = onward.library.reference(connection, version).registry if is_bystander else None
    return RowNames(by=by, language=language, pathways=pathways, bystander_of=known)


def _spoken(
    onward: Onward, connection: Connection, version: int, names: Iterable[str], language: str
) -> dict[str, Translation]:
    found = onward.library.newest(connection, version, names)
    return {pathway.name: pathway.spoken(language) for pathway in found}
