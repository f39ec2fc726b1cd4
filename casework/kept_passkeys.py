"""The rows of passkeys. Their contents are sealed under the account that they belong to, and are
lost with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, select, update

from casework import accounts
from casework.accounts import PASSKEYS
from casework.ceremonies import KnownPasskey, MadePasskey
from casework.context import Onward
from engine.errors import Refusal
from models.accounts import PasskeyRow
from models.keys import Cipher, Unreadable
from models.writing import put_in


class KeptPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of a passkey, as they are sealed under its account."""

    name: str
    """The name that its owner gave it."""
    public_key: bytes
    count: int
    """Its signature count when it was last used or, before that, created; 0 if its device does not
    count.
    """
    ways: Sequence[str]


def has_any(connection: Connection, account: Any) -> bool:
    """Whether an account has a passkey."""
    return bool(connection.scalar(select(exists().where(PASSKEYS.c.account_id == account.id))))


def rows_of(connection: Connection, account: Any) -> Sequence[Any]:
    """The passkeys of an account, oldest first."""
    query = select(PASSKEYS).where(PASSKEYS.c.account_id == account.id).order_by(PASSKEYS.c.id)
    return connection.execute(query).all()


def known(onward: Onward, connection: Connection, account: Any) -> list[KnownPasskey]:
    """The passkeys of an account that can be used, as browsers identify them."""
    found = [(row, opened(onward, account, row)) for row in rows_of(connection, account)]
    return [KnownPasskey(id=row.credential_id, ways=kept.ways) for row, kept in found if kept]


def held(connection: Connection, account: Any, *, ident: int = 0, credential: bytes = b"") -> Any:
    """One of an account's passkeys, by the id of its row or by its credential id, locked until the
    end of the transaction. None if the account has no such passkey.
    """
    its = PASSKEYS.c.id == ident if ident else PASSKEYS.c.credential_id == credential
    query = select(PASSKEYS).where(PASSKEYS.c.account_id == account.id, its).with_for_update()
    return connection.execute(query).one_or_none()


def put(
    onward: Onward,
    connection: Connection,
    account: Any,
    made: MadePasskey,
    name: str,
    now: datetime,
) -> None:
    """Add a new passkey to an account.

    Raises:
        Refusal: `passkey_there`: this or another account has a passkey with this credential id.
    """
    kept = KeptPasskey(name=name, public_key=made.public_key, count=made.count, ways=made.ways)
    sealed = _cipher(onward, account).seal(msgspec.json.encode(kept), _place(account, made.id))
    row = {"account_id": account.id, "credential_id": made.id, "sealed": sealed, "made_at": now}
    if not put_in(connection, PasskeyRow, ("credential_id",), row):
        raise Refusal("passkey_there")


def opened(onward: Onward, account: Any, row: Any) -> KeptPasskey | None:
    """The sealed contents of a passkey; None if they were altered, or belong to another account.
    Such a passkey lets nobody in, and does not prevent the use of others.

    Raises:
        UnknownMasterKey: this process can open nothing of the account.
    """
    try:
        text = _cipher(onward, account).open(row.sealed, _place(account, row.credential_id))
    except Unreadable:
        return None
    return msgspec.json.decode(text, type=KeptPasskey)


def seal(onward: Onward, connection: Connection, account: Any, row: Any, kept: KeptPasskey) -> None:
    """Replace the sealed contents of a passkey."""
    text, place = msgspec.json.encode(kept), _place(account, row.credential_id)
    change(connection, row, sealed=_cipher(onward, account).seal(text, place))


def change(connection: Connection, row: Any, **values: object) -> None:
    connection.execute(update(PASSKEYS).where(PASSKEYS.c.id == row.id).values(values))


def _cipher(onward: Onward, account: Any) -> Cipher:
    owner = accounts.owner_of(account.agency, account.person)
    return onward.keys.cipher(account.wrapped_key, owner)


def _place(account: Any, credential: bytes) -> bytes:
    return b" ".join((b"passkey", accounts.owner_of(account.agency, account.person), credential))
