"""The operators of an installation, and the sealed record of what they did.

An operator is an account of the operating system. What they do is recorded under a code; only the
act by which they become an operator also names the account.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from casework import authority, chain, manifest
from casework.authority import Right
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.manifest import Manifest
from casework.operator_rows import OPERATORS, code_of, codes, has_any
from casework.principal import Principal
from casework.proved import How
from casework.proved_tables import by as by_how
from engine.errors import Refusal
from models.columns import table_of
from models.installation import Installation
from models.operators import OperatorEntry

_ENTRIES = table_of(OperatorEntry)
_INSTALLATION = table_of(Installation)
_FIRST = "operator-1"


class OperatorLine(msgspec.Struct, frozen=True, kw_only=True):
    """An operator, as listed."""

    code: str
    account: str
    added_at: datetime
    removed_at: datetime | None


class OperatorAct(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an operator, or an agency's administrator or coordinator, did, or that
    happened by itself.
    """

    number: int
    made_at: datetime
    operator: str
    """An operator's code, or the agency and staff code of an administrator or coordinator; empty
    for what happened by itself.
    """
    act: str
    about: dict[str, str]


_FIELDS = OperatorAct.__struct_fields__


def begin(onward: Onward, account: str, *, training: bool = False) -> str | None:
    """Make an account the first operator, unless there was one before.

    Args:
        training: whether the installation is set up for training, and stays so.

    Returns:
        The account's code as an operator; None if it is not one.
    """
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        if has_any(connection):
            return code_of(connection, account)
        _insert(connection, _FIRST, account, now)
        if training:
            connection.execute(update(_INSTALLATION).values(is_training=True))
        about = {"code": _FIRST, "account": account, "training": "yes" if training else "no"}
        stand = manifest.standing(onward.proof, connection, by_how(How.ACT))
        _write(onward, connection, now, _FIRST, "set_up", about, stand)
    return _FIRST


def add(onward: Onward, code: str, account: str, by: Principal) -> None:
    """Make an account of the operating system an operator, known by a code. An operator who was
    removed can be added again, with the same code and account.

    Raises:
        Refusal: `operator_there`, if the code or the account is taken, even by an operator who was
            removed.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        taken = (OPERATORS.c.code == code) | (OPERATORS.c.account == account)
        row = connection.execute(select(OPERATORS).where(taken)).first()
        if row is not None and (row.code, row.account) == (code, account) and row.removed_at:
            again = {"removed_at": None, "version": row.version + 1}
            connection.execute(update(OPERATORS).where(OPERATORS.c.id == row.id).values(again))
        elif row is not None:
            raise Refusal("operator_there", code=row.code)
        else:
            _insert(connection, code, account, now)
        note(onward, connection, by, "operator_add", ("operators",), code=code, account=account)


def remove(onward: Onward, code: str, by: Principal) -> None:
    """Remove an operator. The last one cannot be removed.

    Raises:
        Refusal: `unknown_operator`, or `last_operator`.
    """
    authority.require(by, Right.OPERATE)
    with onward.store.write() as connection:
        now = hold_installation(onward, connection)
        known = codes(connection)
        if code not in known:
            raise Refusal("unknown_operator", code=code)
        if known == {code}:
            raise Refusal("last_operator", code=code)
        connection.execute(
            update(OPERATORS)
            .where(OPERATORS.c.code == code)
            .values(removed_at=now, version=OPERATORS.c.version + 1)
        )
        note(onward, connection, by, "operator_remove", ("operators",), code=code)


def operators(onward: Onward, by: Principal) -> list[OperatorLine]:
    """All operators there ever were, in the order in which they were added."""
    authority.require(by, Right.OPERATE)
    with onward.store.read() as connection:
        rows = connection.execute(select(OPERATORS).order_by(OPERATORS.c.id)).all()
    return msgspec.convert(rows, list[OperatorLine], from_attributes=True)


def note(
    onward: Onward,
    connection: Connection,
    by: Principal,
    act: str,
    tables: Collection[str] = (),
    **about: str,
) -> int:
    """Record something that an operator, or an agency's administrator or coordinator, does, in the
    transaction that does it. Returns the number of the record.

    Args:
        tables: the tables that it changed; the record proves all their rows from then on.
        about: what it is about, by name, such as codes and numbers; nothing that identifies the
            person of a case.
    """
    now = hold_installation(onward, connection)
    stand = manifest.standing(onward.proof, connection, tables)
    return _write(onward, connection, now, by.known_as, act, about, stand)


def note_by_itself(
    onward: Onward, connection: Connection, act: str, wrote: Manifest, **about: str
) -> None:
    """Record something that the installation does by itself; `wrote` names the rows it changes."""
    now = hold_installation(onward, connection)
    _write(onward, connection, now, "", act, about, wrote)


def acts(onward: Onward, by: Principal) -> list[OperatorAct]:
    """Every recorded act, oldest first."""
    authority.require(by, Right.OPERATE)
    query = select(_ENTRIES).order_by(_ENTRIES.c.number)
    with onward.store.read() as connection:
        rows = connection.execute(query).all()
    return [OperatorAct(**_values(row)) for row in rows]


def _values(row: Any) -> dict[str, Any]:
    # In the order of their names, since not every store preserves the original order.
    shown = {name: getattr(row, name) for name in _FIELDS}
    return shown | {"about": dict(sorted(shown["about"].items()))}


def _insert(connection: Connection, code: str, account: str, now: datetime) -> None:
    row = {"version": 1, "code": code, "account": account, "added_at": now}
    connection.execute(insert(OPERATORS).values(row))


def _write(
    onward: Onward,
    connection: Connection,
    now: datetime,
    operator: str,
    act: str,
    about: Mapping[str, str],
    wrote: Manifest,
) -> int:
    values = {
        "operator": operator,
        "act": act,
        "about": dict(sorted(about.items())),
        "wrote": manifest.encode(wrote),
    }
    return chain.append(onward.proof, connection, chain.ACTS, now, values)
