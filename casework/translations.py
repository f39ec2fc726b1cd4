"""In which language an agency reads, and the words of published pathways in it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select

from engine.translation import OWN, Translation, base_of
from models.agencies import AgencyRow
from models.columns import table_of
from models.definitions import PathwayTranslation

_AGENCIES, _TRANSLATIONS = table_of(AgencyRow), table_of(PathwayTranslation)


def language_of(connection: Connection, agency: str) -> str:
    """The first of an agency's languages."""
    query = select(_AGENCIES.c.languages).where(_AGENCIES.c.code == agency)
    return next(iter(connection.execute(query).scalar() or ()), OWN)


def words_in(
    connection: Connection, language: str, versions: Collection[int]
) -> dict[int, Translation]:
    """Of those versions of pathways that speak a language, the words; nothing for English."""
    wanted = base_of(language)
    if wanted == OWN or not versions:
        return {}
    found = newest(connection, versions)
    return {version: words[wanted] for version, words in found.items() if wanted in words}


def newest(
    connection: Connection, versions: Collection[int] | None = None
) -> dict[int, dict[str, Translation]]:
    """By version of a pathway and language, the words that hold; of all versions if none is named."""
    query = select(_TRANSLATIONS).order_by(_TRANSLATIONS.c.edition)
    if versions is not None:
        query = query.where(_TRANSLATIONS.c.pathway_version_id.in_(versions))
    found: dict[int, dict[str, Translation]] = {}
    for row in connection.execute(query):
        words = msgspec.convert(row.body, Translation)
        found.setdefault(row.pathway_version_id, {})[row.language] = words
    return found


def keep(
    connection: Connection,
    version: int,
    translations: Mapping[str, Translation],
    now: datetime,
) -> tuple[str, ...]:
    """Keep the words of a version; those that were kept already are no new edition.

    Returns:
        The languages whose words are new.
    """
    query = select(_TRANSLATIONS.c.language, _TRANSLATIONS.c.edition, _TRANSLATIONS.c.content_hash)
    rows = connection.execute(
        query.where(_TRANSLATIONS.c.pathway_version_id == version).order_by(_TRANSLATIONS.c.edition)
    )
    kept = {row.language: (row.edition, row.content_hash) for row in rows}
    made = []
    for language, words in translations.items():
        content = hashlib.sha256(msgspec.json.encode(words)).hexdigest()
        edition, known = kept.get(language, (0, ""))
        if known == content:
            continue
        values = {
            "pathway_version_id": version,
            "language": language,
            "edition": edition + 1,
            "content_hash": content,
            "body": msgspec.to_builtins(words),
            "published_at": now,
        }
        connection.execute(insert(_TRANSLATIONS).values(values))
        made.append(language)
    return tuple(made)
