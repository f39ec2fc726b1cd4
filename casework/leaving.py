"""Signs everybody out when a backup is restored, deletes all accounts after a theft, and deletes
the accounts and drafts of people whom the registry no longer lists.

Somebody who has left the registry must not keep an account, because their code may be given to
somebody else later.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Connection, Delete, Table, delete, exists, select

from casework.accounts import ACCOUNTS, ATTEMPTS, OF_ACCOUNTS
from casework.context import Onward
from models.agencies import AgencyRow
from models.columns import table_of
from models.drafts import DraftRow, PathwayDraft
from models.registry_rows import StaffRow
from models.signing_in import SignInLink, SignInSession
from models.systems import SystemCall, SystemToken

_AGENCIES, _STAFF = table_of(AgencyRow), table_of(StaffRow)
_LINKS, _SESSIONS = table_of(SignInLink), table_of(SignInSession)
_DRAFTS, _PATHWAYS = table_of(DraftRow), table_of(PathwayDraft)
_TOKENS, _CALLS = table_of(SystemToken), table_of(SystemCall)


def forget_leavers(connection: Connection) -> None:
    """Delete the accounts, links, sessions and drafts of everybody whom the registry does not list."""
    for each in _of_leavers():
        connection.execute(each)


@cache
def _of_leavers() -> tuple[Delete, ...]:
    """The statements of `forget_leavers`. Cached, because building a statement costs more than
    executing it.
    """
    made = []
    for table in (_LINKS, _SESSIONS, _DRAFTS, _PATHWAYS, ACCOUNTS):
        gone = select(table.c.id).where(~_is_listed(table))
        for each in OF_ACCOUNTS if table is ACCOUNTS else ():
            made.append(delete(each).where(each.c.account_id.in_(gone)))
        made.append(delete(table).where(table.c.id.in_(gone)))
    return tuple(made)


def sign_all_out(connection: Connection) -> None:
    """Delete all sessions, sign-in links and half-finished sign-ins, and the tokens and stored
    requests of all programs.
    """
    for table in (_SESSIONS, _LINKS, _CALLS, _TOKENS, ATTEMPTS):
        connection.execute(delete(table))


def forget_all(onward: Onward, connection: Connection) -> None:
    """Delete everybody's accounts, links and sessions, and the tokens of programs, after a theft:
    the thief knows what the accounts sealed, and no new key changes that.
    """
    onward.store.overwrite(connection)
    for table in (*OF_ACCOUNTS, ACCOUNTS):
        connection.execute(delete(table))
    sign_all_out(connection)


def _is_listed(table: Table) -> ColumnElement[bool]:
    known = select(_STAFF.c.id).join(_AGENCIES, _AGENCIES.c.id == _STAFF.c.agency_id)
    return exists(
        known.where(
            _AGENCIES.c.is_listed,
            _AGENCIES.c.code == table.c.agency,
            _STAFF.c.code == table.c.person,
        )
    )
