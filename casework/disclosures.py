"""Every disclosure from a case: what, to whom, when, in which way and on which ground.

The list is made from what was recorded at the time: looks in the log, attempts to send notices, and
records of exports. Nothing is worked out anew. Names of fields are shown, never values.

Source: the engine can list, for one case, every recipient, field and legal basis (D20).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from casework import attempts, authority, companions, log
from casework.context import Onward
from casework.export_budget import has_left
from casework.held_case import Held, hold_for, view_of
from casework.looks import looking
from casework.marks import known_secret
from casework.principal import Principal
from engine.acts.agreeing import Agree
from engine.acts.informing import Inform, PersonInformed
from engine.acts.looking import IdentitySeen, Look
from engine.code_lists import CodeList
from engine.commands import Follow
from engine.facts import CaseOpened, ResponsibilityMoved
from engine.grounds import Disclosed, GroundKind, ShownGround
from engine.numbering import names_as_shown
from engine.past import names_since
from engine.turn_records import TurnRecord
from engine.versions.renaming import renamed_stored
from models.columns import table_of
from models.exports import Export
from models.keys import Cipher
from models.notices import PERHAPS_ARRIVED, NoticeAttempt, OwedNotice

_NOTICES, _ATTEMPTS, _EXPORTS = table_of(OwedNotice), table_of(NoticeAttempt), table_of(Export)


class DisclosedBy(StrEnum):
    """How something was disclosed."""

    NOTICE = "notice"
    """A notice was sent, which discloses that the case exists, but no answers."""
    LOOK = "look"
    REQUEST = "request"
    """A request was read."""
    EXPLAINED = "explained"
    """An explanation named the answers."""
    ALONG = "along"
    """It was passed along to another case of the person."""
    DOSSIER = "dossier"
    """It was copied into a dossier handed to the person or somebody who acts for them."""
    EXPORT = "export"
    """It was exported in a line of coded values, without the case's code."""


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an agency was told or shown, or that the person was given."""

    at: datetime
    to: str
    """The agency or, for a dossier, whoever received it: `person`, `guardian` or `representative`.
    """
    person: str = ""
    """For an export, the staff code of whoever made it; otherwise empty."""
    way: DisclosedBy
    fields: tuple[str, ...] = ()
    """The fields; empty if the agency only learnt that the case exists, or if they are unknown."""
    of: tuple[str, ...] = ()
    """The agencies that had collected it, or the one that disclosed it."""
    by: tuple[ShownGround, ...] = ()
    """Every ground on which it was disclosed; empty if none was kept, as in old records and for a
    notice that may or may not have been sent.
    """
    crosses: tuple[str, str] | None = None
    """The two countries, if it crossed a border."""


def disclosures(onward: Onward, code: str, by: Principal) -> list[Disclosure]:
    """Every disclosure from a case, oldest first, for an operator or the responsible agency.

    Raises:
        Refusal: `unknown_case`, `suspended_agency`, `too_many_looks`, or `not_yours`.
        Erased, Unreadable: its log cannot be decrypted.
    """
    authority.require_sight(by)
    with looking(onward, by), onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
        if by.agency:
            view_of(held).require_agency(by.agency, held.state.responsible)
        found = disclosed_in(onward, connection, held)
    return [replace(each, fields=_as_shown(held, by, each.fields)) for each in found]


def _as_shown(held: Held, by: Principal, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(names_as_shown(held.state, by.agency, names).values()) if by.agency else names


def disclosed_in(onward: Onward, connection: Connection, held: Held) -> list[Disclosure]:
    """Every disclosure from a case, within a transaction. Names and ids are those of the case
    itself, not those that an agency sees.
    """
    entries = log.entries_of(connection, held.row.id, held.row.code, held.cipher)
    found = [
        *_by_looks(entries),
        *_by_notices(connection, held.row.id, held.cipher, entries),
        *_by_exports(onward, connection, held.row, entries),
    ]
    return sorted(found, key=lambda each: each.at)


Entries = Sequence[tuple[Any, TurnRecord]]


def _by_looks(entries: Entries) -> Iterator[Disclosure]:
    names = names_since([entry.facts for _, entry in entries])
    for (row, entry), since in zip(entries, names, strict=True):
        for each in _by_look(row.recorded_at, entry):
            yield replace(each, fields=tuple(renamed_stored(n, since) for n in each.fields))


def _by_look(at: datetime, entry: TurnRecord) -> Iterator[Disclosure]:
    for fact in entry.facts:
        if isinstance(fact, IdentitySeen):
            for each in _seen(fact):
                yield _made(at, fact.agency, _way_of(entry), each, fact.by)
        if isinstance(fact, PersonInformed):
            yield _given(at, fact)


def _given(at: datetime, fact: PersonInformed) -> Disclosure:
    """What was given to the person or whoever acts for them. This does not count as crossing a
    border, wherever they are, since the answers are the person's own.
    """
    by = (ShownGround(kind=GroundKind.OWN_RIGHT),)
    return Disclosure(
        at=at, to=fact.to, way=DisclosedBy.DOSSIER, fields=fact.fields, of=(fact.agency,), by=by
    )


def _seen(fact: IdentitySeen) -> tuple[Disclosed, ...]:
    """What was read, by grounds; in older records the grounds are not known."""
    return fact.disclosed or ((Disclosed(fields=fact.fields),) if fact.fields else ())


def _way_of(entry: TurnRecord) -> DisclosedBy:
    match entry.command.act:
        case Look(explained=True):
            return DisclosedBy.EXPLAINED
        case Look(hand_over=asked) if asked:
            return DisclosedBy.REQUEST
        case Follow() | Agree():
            return DisclosedBy.ALONG
        case Inform():
            return DisclosedBy.DOSSIER
    return DisclosedBy.LOOK


def _made(at: datetime, to: str, way: DisclosedBy, what: Disclosed, person: str = "") -> Disclosure:
    return Disclosure(
        at=at,
        to=to,
        person=person,
        way=way,
        fields=what.fields,
        of=what.of,
        by=what.by,
        crosses=what.crosses(to),
    )


def _by_notices(
    connection: Connection, case_id: int, cipher: Cipher, entries: Entries
) -> Iterator[Disclosure]:
    """Notices that were sent, or may have been. If the sending process died, neither the outcome
    nor the grounds are known.
    """
    query = (
        select(_ATTEMPTS, _NOTICES.c.reference, _NOTICES.c.agency)
        .join(_NOTICES, _NOTICES.c.id == _ATTEMPTS.c.notice_id)
        .where(_NOTICES.c.case_id == case_id, _ATTEMPTS.c.outcome.in_(PERHAPS_ARRIVED))
        .order_by(_ATTEMPTS.c.serial)
    )
    for row in connection.execute(query):
        told = attempts.ground_of(cipher, row)
        told = told or Disclosed(of=(_responsible_at(entries, row.at),))
        yield _made(row.at, row.agency, DisclosedBy.NOTICE, told)


def _responsible_at(entries: Entries, at: datetime) -> str:
    """The agency that was responsible for the case at a moment."""
    agency = ""
    for row, entry in entries:
        if row.recorded_at > at:
            break
        for fact in entry.facts:
            if isinstance(fact, CaseOpened | ResponsibilityMoved):
                agency = fact.agency
    return agency


def _by_exports(
    onward: Onward, connection: Connection, case: Any, entries: Entries
) -> Iterator[Disclosure]:
    """Exports that contain a line of the case. Exports from before marks were kept are left out,
    since nobody can tell any more which cases they contain.
    """
    secret = known_secret(onward, connection)
    if secret is None:
        return
    for row in connection.execute(select(_EXPORTS).order_by(_EXPORTS.c.number)):
        if row.marks and has_left(secret, row.marks, case.code):
            kind = GroundKind.RESPONSIBLE if row.own else GroundKind.ALIKE
            what = Disclosed(
                fields=_sources(connection, case.pathway_version_id, row),
                of=(_responsible_at(entries, row.made_at),),
                by=(ShownGround(kind=kind, name="" if row.own else str(row.at_least)),),
            )
            yield _made(row.made_at, row.agency, DisclosedBy.EXPORT, what, row.person)


def _sources(connection: Connection, version_id: int, export: Any) -> tuple[str, ...]:
    """The names that the columns of the export were made from, according to the code list then in
    force; empty if there was none.
    """
    known = companions.newest(connection, "codes", [version_id], until=export.made_at)
    lists = [body for _, name, body in known if name == export.codes]
    if not lists:
        return ()
    columns = msgspec.convert(lists[-1], CodeList).columns.values()
    return tuple(dict.fromkeys(each.source for each in columns))
