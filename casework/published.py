"""Lists what was published: the pathways, their versions, and how many cases are on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

import msgspec
from sqlalchemy import Connection, func, select

from casework import authority, commencements
from casework.authority import Right
from casework.case_rows import CASES, IS_OPEN
from casework.context import Onward
from casework.principal import Principal
from engine.errors import Refusal
from models.columns import table_of
from models.definitions import PathwayCompanion, PathwayVersion
from models.operators import OperatorEntry

_VERSIONS, _COMPANIONS = table_of(PathwayVersion), table_of(PathwayCompanion)
_ACTS = table_of(OperatorEntry)


class VersionListed(msgspec.Struct, frozen=True, kw_only=True):
    """A published version, as a list shows it."""

    name: str
    number: int
    title: str
    """The title. If the version uses words that Onward no longer reads, `title`, `effective` and
    `rule` are empty.
    """
    effective: date | None
    rule: str
    """What it does with running cases: `migrate`, `ask` or `pin`."""
    is_called_off: bool
    """Whether its rule is `migrate`, but moving cases by that rule was called off."""
    published_at: datetime
    by: str
    """Who published it, as the record of acts names them."""
    proposed_by: str
    """Who had proposed it, if `by` agreed to it; empty if nobody had to agree."""
    open_cases: int
    cases: int
    """How many cases are on it, open and ended."""
    languages: tuple[str, ...]
    """The languages of its texts, other than English."""
    codes: tuple[str, ...]
    """Standards in whose columns its cases can be exported."""


def pathways(onward: Onward, by: Principal) -> list[list[VersionListed]]:
    """The versions of each pathway, the newest first; the pathways in the order of their names."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        found = _listed(onward, connection, "")
    return [list(each) for _, each in groupby(found, key=lambda version: version.name)]


def line(onward: Onward, name: str, by: Principal) -> list[VersionListed]:
    """The versions of one pathway, the newest first; empty if there is no such pathway."""
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        return _listed(onward, connection, name)


def text(onward: Onward, name: str, number: int, by: Principal) -> str:
    """The text of a version, with everything it includes.

    Raises:
        Refusal: `not_found`.
    """
    authority.require(by, Right.COORDINATE)
    which = (_VERSIONS.c.name == name) & (_VERSIONS.c.number == number)
    with onward.store.read() as connection:
        found: str | None = connection.scalar(select(_VERSIONS.c.text).where(which))
    if found is None:
        raise Refusal("not_found.version", name=name, number=number)
    return found


def _listed(onward: Onward, connection: Connection, name: str) -> list[VersionListed]:
    columns = [_VERSIONS.c[name] for name in ("id", "name", "number", "published_at")]
    query = select(*columns).order_by(_VERSIONS.c.name, _VERSIONS.c.number.desc())
    if name:
        query = query.where(_VERSIONS.c.name == name)
    rows = connection.execute(query).all()
    publishers, cases, beside = _publishers(connection), _cases(connection), _beside(connection)
    made = []
    for row in rows:
        head = onward.library.head(connection, row.id)
        by, proposed_by = publishers.get((row.name, str(row.number)), ("", ""))
        is_open, all_of = cases.get(row.id, (0, 0))
        made.append(
            VersionListed(
                name=row.name,
                number=row.number,
                title=head.title,
                effective=head.effective,
                rule=head.rule,
                is_called_off=head.rule == "migrate"
                and not commencements.is_standing(connection, row.id),
                published_at=row.published_at,
                by=by,
                proposed_by=proposed_by,
                open_cases=is_open,
                cases=all_of,
                languages=tuple(beside.get((row.id, "translation"), ())),
                codes=tuple(beside.get((row.id, "codes"), ())),
            )
        )
    return made


def _publishers(connection: Connection) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Who published each version, and who had proposed it. The first act of publishing a version
    counts, since later ones only corrected the files beside it.
    """
    query = select(_ACTS.c.operator, _ACTS.c.about).where(_ACTS.c.act == "publish")
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for row in connection.execute(query.order_by(_ACTS.c.number)):
        by = row.operator, row.about.get("proposed_by", "")
        found.setdefault((row.about["pathway"], row.about["version"]), by)
    return found


def _cases(connection: Connection) -> Mapping[int, tuple[int, int]]:
    """How many cases are on each version: open cases, and all."""
    is_open = func.count().filter(IS_OPEN)
    query = select(CASES.c.pathway_version_id, is_open, func.count())
    rows = connection.execute(query.group_by(CASES.c.pathway_version_id))
    return {version: (opened, every) for version, opened, every in rows}


def _beside(connection: Connection) -> Mapping[tuple[int, str], Sequence[str]]:
    """The names of the files beside each version, by their kind."""
    columns = (_COMPANIONS.c.pathway_version_id, _COMPANIONS.c.kind, _COMPANIONS.c.name)
    found: dict[tuple[int, str], list[str]] = {}
    for version, kind, name in connection.execute(select(*columns).distinct().order_by(*columns)):
        found.setdefault((version, kind), []).append(name)
    return found
