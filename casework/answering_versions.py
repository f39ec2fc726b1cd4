"""Answers to versions that wait for somebody else's agreement: others agree to them or decline
them, and whoever proposed them, or a colleague, may take them back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, select

from casework import authority, operator_rows, operators, proposed_versions, publishing
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.compared_versions import compared_with
from casework.context import Onward
from casework.principal import Principal
from casework.publishing import Published, Ready
from engine.code_lists import CodeList
from engine.coding import CodeLists
from engine.errors import Refusal
from engine.loader import checked
from engine.speaking import Languages
from engine.templates import alone, read_pathway
from engine.translation import Translation
from models.columns import table_of
from models.installation import Installation

_INSTALLATION = table_of(Installation)
Done = TypeVar("Done")


class WhyDeclined(StrEnum):
    """Why somebody does not agree to a version: a word from a list, since free text could be about
    a person.
    """

    SHOWS_TOO_MUCH = "shows_too_much"
    """It shows more than an agency needs for its work."""
    NO_BASIS = "no_basis"
    """No law or agreement stands behind it."""
    NOT_DISCUSSED = "not_discussed"
    """The agencies have not agreed on it yet."""
    MISTAKE = "mistake"
    """It is not what was meant."""
    OTHER = "other"
    """For another reason, which whoever declined it explains in person."""


def agree(onward: Onward, name: str, number: int, mark: str, by: Principal) -> Published:
    """Publish a version that somebody else proposed, if it is still what the caller has seen.

    Args:
        mark: the mark of what the caller has seen (`proposed_versions.mark_of`).

    Raises:
        Refusal: `not_found`; `waiting_version` if the caller or a colleague proposed it, if its
            proposer may no longer publish, if another version has been published since, or if its
            text or the versions it is compared with have changed.
        DefinitionError: it has faults under today's rules; the error lists them all.
    """
    authority.require(by, Right.COORDINATE)
    with onward.store.read() as connection:
        found = proposed_versions.find(connection, name, number, onward.clock.now())
    _require_other(found, by)
    agreed = _ready_from(found)  # before locking anything, since a large one takes seconds

    def do(connection: Connection, row: Any, now: datetime) -> Published:
        _require_proposer(onward, connection, row, now.date())
        newest, _ = proposed_versions.newest(onward, connection, name)
        if newest != row.against:
            raise Refusal("waiting_version.overtaken", pathway=name, version=number, newest=newest)
        compared = compared_with(onward, connection, agreed.pathway, now.date())
        if row.id != found.id or proposed_versions.mark_of(row, compared) != mark:
            raise Refusal("waiting_version.changed", pathway=name, version=number)
        proposed_versions.close(connection, row, proposed_versions.AGREED, by, now)
        return publishing.keep_for_good(
            onward, connection, agreed, by, now, proposed_by=row.proposed_by
        )

    return _answered(onward, name, number, by, do)


def decline(onward: Onward, name: str, number: int, why: WhyDeclined, by: Principal) -> None:
    """Decline a version, so that it is not published, and say why.

    Raises:
        Refusal: `not_found`; `waiting_version` if the caller or a colleague proposed it, since they
            can take it back.
    """

    def do(connection: Connection, row: Any, now: datetime) -> None:
        _require_other(row, by)
        proposed_versions.close(connection, row, proposed_versions.DECLINED, by, now, why)
        _note(onward, connection, by, "decline_version", row, reason=why)

    _answered(onward, name, number, by, do)


def take_back(onward: Onward, name: str, number: int, by: Principal) -> None:
    """Take back a version that the caller or a colleague at their agency proposed.

    Raises:
        Refusal: `not_found`; `waiting_version` if somebody else proposed it.
    """

    def do(connection: Connection, row: Any, now: datetime) -> None:
        if not proposed_versions.is_own(row, by):
            raise Refusal("waiting_version.of_others", who=row.proposed_by)
        proposed_versions.close(connection, row, proposed_versions.TAKEN_BACK, by, now)
        _note(onward, connection, by, "take_back_version", row)

    _answered(onward, name, number, by, do)


def _answered(
    onward: Onward,
    name: str,
    number: int,
    by: Principal,
    do: Callable[[Connection, Any, datetime], Done],
) -> Done:
    authority.require(by, Right.COORDINATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        return do(connection, proposed_versions.find(connection, name, number, now), now)


def _require_other(row: Any, by: Principal) -> None:
    if proposed_versions.is_own(row, by):
        raise Refusal("waiting_version.own", who=row.proposed_by)


def _note(
    onward: Onward, connection: Connection, by: Principal, act: str, row: Any, **about: str
) -> None:
    about |= {"pathway": row.name, "version": str(row.number), "proposed_by": row.proposed_by}
    operators.note(onward, connection, by, act, (proposed_versions.WROTE,), **about)


def _require_proposer(onward: Onward, connection: Connection, row: Any, day: date) -> None:
    """Refuse a version whose proposer may no longer publish: they may have proposed it in misuse of
    their account.

    Raises:
        Refusal: `waiting_version` if the proposer or their agency is suspended, or they may no
            longer publish.
    """
    if row.agency:
        version = connection.execute(select(_INSTALLATION.c.reference_version)).scalar_one()
        registry = onward.library.reference(connection, version).registry
        person = row.proposed_by.removeprefix(f"{row.agency} ")
        may = registry.coordinates(row.agency, person, day)
    else:
        may = row.proposed_by in operator_rows.codes(connection)
    if not may:
        raise Refusal("waiting_version.proposer", who=row.proposed_by)


def _ready_from(row: Any) -> Ready:
    """What was proposed, checked once more because rules may have been added since. Raises
    DefinitionError if it has faults.
    """
    document = read_pathway(row.text, f"{row.name} version {row.number}", alone)
    return Ready(
        pathway=checked(document),
        text=row.text,
        languages=Languages(msgspec.convert(row.translations, dict[str, Translation]), ()),
        coded=CodeLists(msgspec.convert(row.codes, dict[str, CodeList]), ()),
    )
