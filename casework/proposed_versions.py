"""Versions that have to wait until somebody else agrees to them: a new version waits if it lets
agencies know or read more than before, or asks for a consent in other words. A first version waits
if it shows anything to the agency of whoever publishes it.

Anybody who may publish may propose a version, and anybody who may publish may agree to it, unless
they or a colleague at their agency proposed it. If there is nobody else who could agree, an
operator's version is published at once.

Source: separation of duties (nobody grants their own access).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from casework import authority, operator_rows, operators
from casework.authority import Right
from casework.compared_versions import ComparedVersion, compared_with
from casework.context import Onward
from casework.principal import Principal, PrincipalKind
from casework.version_lines import LARGEST
from engine.definition import Definition
from engine.errors import Refusal
from engine.loader import reload_pathway
from engine.pathway import Pathway
from engine.translation import Translation
from engine.versions.reworded import reworded
from engine.versions.widening import Sight, widened
from models.columns import table_of
from models.definitions import PathwayVersion, ProposedVersion
from models.installation import Installation

_PROPOSED, _VERSIONS = table_of(ProposedVersion), table_of(PathwayVersion)
_INSTALLATION = table_of(Installation)
WROTE = "proposed_versions"
LASTS = timedelta(days=30)
"""How long a version waits; after that it has to be proposed again."""
AGREED, DECLINED, TAKEN_BACK, LAPSED = "agreed", "declined", "taken_back", "lapsed"


class VersionProposed(msgspec.Struct, frozen=True, kw_only=True):
    """A version that awaits agreement, as a list shows it."""

    name: str
    number: int
    by: str
    """Who proposed it, as the record of acts names them."""
    proposed_at: datetime
    lapses_at: datetime
    is_own: bool
    """Whether the reader or a colleague of theirs proposed it, so that they may take it back but
    not answer it.
    """


class VersionDeclined(msgspec.Struct, frozen=True, kw_only=True):
    """A version that somebody did not agree to, as a list shows it."""

    name: str
    number: int
    proposed_by: str
    answered_by: str
    answered_at: datetime
    reason: str


class VersionToAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A version that awaits agreement, with everything that whoever answers it must see."""

    listed: VersionProposed
    pathway: Pathway
    """The pathway, with its translations."""
    codes: tuple[str, ...]
    """The names of its code lists."""
    text: str
    mark: str
    """A hash of the version as it is shown, made by `mark_of`."""
    before: Pathway | None
    """The newest of the versions with which it is compared; None if this is the first."""
    compared: tuple[int, ...]
    """The numbers of the published versions with which it is compared, the newest first."""
    widens: tuple[Sight, ...]
    """What it shows to agencies that at least one of the compared versions does not, and the
    consents for which it asks in other words. For a first version, everything that it shows.
    """


def waiting(onward: Onward, by: Principal) -> list[VersionProposed]:
    """All versions that await an answer, in the order in which they were proposed."""
    authority.require(by, Right.COORDINATE)
    columns = [
        _PROPOSED.c[name]
        for name in ("name", "number", "agency", "proposed_by", "proposed_at", "lapses_at")
    ]
    with onward.store.read() as connection:
        query = select(*columns).where(_waits(onward.clock.now())).order_by(_PROPOSED.c.id)
        return [_listed(row, by) for row in connection.execute(query)]


def declined(onward: Onward, by: Principal) -> list[VersionDeclined]:
    """The versions declined in the last 30 days (`LASTS`), most recently proposed first."""
    authority.require(by, Right.COORDINATE)
    columns = [_PROPOSED.c[name] for name in VersionDeclined.__struct_fields__]
    lately = _PROPOSED.c.answered_at > onward.clock.now() - LASTS
    query = select(*columns).where(_PROPOSED.c.outcome == DECLINED, lately)
    with onward.store.read() as connection:
        rows = connection.execute(query.order_by(_PROPOSED.c.id.desc())).all()
    return msgspec.convert(rows, list[VersionDeclined], from_attributes=True)


def to_answer(onward: Onward, name: str, number: int, by: Principal) -> VersionToAnswer:
    """One version that awaits an answer.

    Raises:
        Refusal: `not_found` if no such version awaits an answer.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        now = onward.clock.now()
        row = find(connection, name, number, now)
        pathway = pathway_of(row)
        compared = compared_with(onward, connection, pathway, now.date())
    return VersionToAnswer(
        listed=_listed(row, by),
        pathway=pathway,
        codes=tuple(row.codes),
        text=row.text,
        mark=mark_of(row, compared),
        before=compared[0].pathway if compared else None,
        compared=tuple(each.pathway.version for each in compared),
        widens=_wider(compared, pathway),
    )


def _listed(row: Any, by: Principal) -> VersionProposed:
    return VersionProposed(
        name=row.name,
        number=row.number,
        by=row.proposed_by,
        proposed_at=row.proposed_at,
        lapses_at=row.lapses_at,
        is_own=is_own(row, by),
    )


def mark_of(row: Any, compared: Iterable[ComparedVersion]) -> str:
    """A hash of what is shown to somebody who answers a version: its text, the files beside it, and
    the numbers of the versions with which it is compared.

    Comparing its first digits is enough. Nobody can prepare a second version with the same
    digits, because the row's id and time, which the proposer cannot choose, are hashed as well.
    """
    numbers = [each.pathway.version for each in compared]
    seen = (row.id, row.proposed_at.isoformat(), row.text, row.translations, row.codes, numbers)
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def pathway_of(row: Any) -> Pathway:
    """The pathway of a row, with its translations."""
    pathway = reload_pathway(row.text, f"{row.name} version {row.number}")
    return pathway.translated(msgspec.convert(row.translations, dict[str, Translation]))


def is_own(row: Any, by: Principal) -> bool:
    """Whether `by`, or a colleague at their agency, proposed the version that this row holds."""
    return by.known_as == row.proposed_by or bool(by.agency and by.agency == row.agency)


def find(connection: Connection, name: str, number: int, now: datetime) -> Any:
    """The row of a version that awaits an answer. Raises Refusal `not_found`."""
    which = (_PROPOSED.c.name == name) & (_PROPOSED.c.number == number)
    query = select(_PROPOSED).where(which, _waits(now))
    row = connection.execute(query).first() if number <= LARGEST else None
    if row is None:
        raise Refusal("not_found.waiting_version", name=name, number=number)
    return row


def newest(onward: Onward, connection: Connection, name: str) -> tuple[int, Pathway | None]:
    """The number of the newest published version, and the version; 0 and None if there is none."""
    query = select(_VERSIONS.c.id, _VERSIONS.c.number).where(_VERSIONS.c.name == name)
    row = connection.execute(query.order_by(_VERSIONS.c.number.desc()).limit(1)).first()
    return (row.number, onward.library.pathway(connection, row.id)) if row else (0, None)


def foreseen(onward: Onward, new: Pathway, by: Principal) -> tuple[Sight, ...]:
    """What somebody else would have to agree to, if a version were published now with its
    translations.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        return asked_for(onward, connection, new, by)


def asked_for(
    onward: Onward, connection: Connection, new: Pathway, by: Principal
) -> tuple[Sight, ...]:
    """What somebody else has to agree to in a new version. For a first version, this is what it
    shows to the publisher's own agency. Empty if nobody else could agree.
    """
    compared = compared_with(onward, connection, new, onward.clock.now().date())
    found = _wider(compared, new)
    if not compared:
        own = _roles_of(onward, connection, by)
        found = tuple(each for each in found if each.role_type in own)
    return found if found and is_somebody_else(onward, connection, by) else ()


def _wider(compared: tuple[ComparedVersion, ...], new: Pathway) -> tuple[Sight, ...]:
    """What the new version shows that at least one of the compared versions does not, and the
    consents for which it asks in other words. For a first version, everything that it shows.
    """
    if not compared:
        return tuple(widened(None, new.definition))
    found = {
        sight
        for each in compared
        for sight in (
            *widened(each.pathway.definition, new.definition, each.names),
            *reworded(each.pathway, new, each.names),
        )
    }
    return tuple(sorted(found))


def _roles_of(onward: Onward, connection: Connection, by: Principal) -> tuple[str, ...]:
    version = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    known = onward.library.reference(connection, version).registry.by_code.get(by.agency)
    return known.roles if known else ()


def is_somebody_else(onward: Onward, connection: Connection, by: Principal) -> bool:
    """Whether anybody else could agree. A coordinator's version can always be agreed to by an
    operator.
    """
    if by.kind is not PrincipalKind.OPERATOR:
        return True
    if operator_rows.codes(connection) - {by.person}:
        return True
    version = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
    registry = onward.library.reference(connection, version).registry
    return registry.has_coordinator(onward.clock.now().date())


def put(
    onward: Onward,
    connection: Connection,
    new: Definition,
    text: str,
    beside: Mapping[str, Mapping[str, msgspec.Struct]],
    against: int,
    by: Principal,
    now: datetime,
) -> None:
    """Keep a version until somebody else has answered. Proposing the same again changes nothing.

    Args:
        beside: the `translations` and `codes` beside it.
        against: the number of the newest published version; 0 if there is none.

    Raises:
        Refusal: `waiting_version`, if a version of the pathway with another text, or with other
            files beside it, awaits an answer.
    """
    content = hashlib.sha256(text.encode()).hexdigest()
    of_pathway = _PROPOSED.c.name == new.pathway
    there = connection.execute(select(_PROPOSED).where(of_pathway, _waits(now))).first()
    bodies = {kind: msgspec.to_builtins(each) for kind, each in beside.items()}
    if there is not None:
        known = {kind: getattr(there, kind) for kind in bodies}
        if (there.number, there.content_hash, known) == (new.version, content, bodies):
            return
        raise Refusal("waiting_version.another", pathway=new.pathway, version=there.number)
    connection.execute(
        update(_PROPOSED)
        .where(of_pathway, _PROPOSED.c.outcome == "")
        .values(outcome=LAPSED, version=_PROPOSED.c.version + 1)
    )
    values = {
        "version": 1, "name": new.pathway, "number": new.version, "content_hash": content,
        "text": text, "against": against, "agency": by.agency, "proposed_by": by.known_as,
        "proposed_at": now, "lapses_at": now + LASTS, "outcome": "", "answered_by": "",
        "reason": "",
    }  # fmt: skip
    connection.execute(insert(_PROPOSED).values(values | bodies))
    about = {"pathway": new.pathway, "version": str(new.version)}
    operators.note(onward, connection, by, "propose_version", (WROTE,), **about)


def close(
    connection: Connection, row: Any, outcome: str, by: Principal, now: datetime, reason: str = ""
) -> None:
    """Record what became of a version that awaited an answer."""
    said = {"outcome": outcome, "answered_by": by.known_as, "answered_at": now, "reason": reason}
    said["version"] = _PROPOSED.c.version + 1
    connection.execute(update(_PROPOSED).where(_PROPOSED.c.id == row.id).values(said))


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(_PROPOSED.c.outcome == "", _PROPOSED.c.lapses_at > now)
