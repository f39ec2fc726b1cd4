"""The language an agency reads, and the texts of published pathways in it."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from engine.locales import base_of
from engine.translation import OWN, Translation
from models.agencies import AgencyRow
from models.columns import table_of
from models.prepared import first_row

_AGENCIES = table_of(AgencyRow)


def language_of(connection: Connection, agency: str) -> str:
    """An agency's first language; English if none is known."""
    row = first_row(connection, _read_languages(), {"agency": agency})
    return next(iter((row and row.languages) or ()), OWN)


@cache
def _read_languages() -> Any:
    return select(_AGENCIES.c.languages).where(_AGENCIES.c.code == bindparam("agency"))


def words_in(
    connection: Connection, language: str, versions: Collection[int]
) -> dict[int, Translation]:
    """The texts of versions in a language, by the id of the version's row. Versions without texts
    in this language are left out, and so are all versions for English.
    """
    wanted = base_of(language)
    if wanted == OWN or not versions:
        return {}
    found = newest(connection, versions)
    return {version: words[wanted] for version, words in found.items() if wanted in words}


def newest(
    connection: Connection, versions: Collection[int] | None = None
) -> dict[int, dict[str, Translation]]:
    """The current texts of these versions, or of all versions if `versions` is None: by the id of
    the version's row, and then by language.
    """
    from casework import companions  # not loaded for the many readers of English

    found: dict[int, dict[str, Translation]] = {}
    for version, language, body in companions.newest(connection, "translation", versions):
        found.setdefault(version, {})[language] = msgspec.convert(body, Translation)
    return found
