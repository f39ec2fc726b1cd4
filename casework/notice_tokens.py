"""The link in a notice, or the code to tell on the telephone, by which its holder may act; and
whether it is still valid.

Neither is stored. Both are derived, with the proof key in use, from the notice's reference, its
agency, and how often that agency has been suspended. So a notice that is sent twice has the same
link and code, unless its agency was suspended in between; a backup preserves both with the key; and
replacing the key after a theft voids both. What they allow is decided from the case each time: when
the notice is written, when its link is opened or its code told, and in the turn.
"""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from casework.case_codes import told_code
from casework.case_rows import CASES
from casework.context import Onward
from casework.held_case import Held, view_of
from casework.suspensions import is_suspended
from engine.acts_by_notice import offered_to_holder
from engine.agencies.registry import WithoutAccount
from engine.offering import Offered
from models.agencies import Suspension
from models.columns import table_of
from models.notices import OwedNotice
from models.prepared import all_rows, first_row

_NOTICES, _SUSPENSIONS = table_of(OwedNotice), table_of(Suspension)
_OF_CASE = (
    select(_NOTICES, CASES.c.code)
    .join(CASES, CASES.c.id == _NOTICES.c.case_id)
    .where(CASES.c.code == bindparam("code"))
)
_WITH_REFERENCE = _OF_CASE.where(_NOTICES.c.reference == bindparam("reference"))
_TIMES_SUSPENDED = select(func.count().label("number")).where(
    _SUSPENSIONS.c.agency == bindparam("agency"), _SUSPENSIONS.c.person == ""
)

LASTS = timedelta(days=30)
"""How long a link or code is valid, counted from when the notice was owed. A reminder has a link or
code of its own.
"""
_TOKEN_BYTES = 16
LINK_PATH = "/n"
"""The path of these links in the agencies' pages; the reference and the token follow it."""


def notice_with(connection: Connection, reference: str) -> Any:
    """A notice of a case, found by its reference, with the case's code; None if there is none."""
    given = {"code": reference.rpartition("-")[0], "reference": reference}
    return first_row(connection, _WITH_REFERENCE, given)


def notice_told(onward: Onward, connection: Connection, code: str, told: str) -> Any:
    """A notice of a case, found by the code that was told; None if there is none."""
    rows = all_rows(connection, _OF_CASE, {"code": code})
    return next((row for row in rows if _is_same(told, code_of(onward, connection, row))), None)


def offered_now(
    onward: Onward, connection: Connection, held: Held, row: Any, way: WithoutAccount
) -> list[Offered]:
    """What the holder of a notice may do now by its link or on the telephone (`way`); nothing if
    that way is not valid.
    """
    if not stands(onward, connection, held, row, way):
        return []
    return offered_to_holder(view_of(held), row.agency, row.about)


def stands(
    onward: Onward, connection: Connection, held: Held, row: Any, way: WithoutAccount
) -> bool:
    """Whether a notice still lets its holder in, by its link or on the telephone (`way`), even if
    there is nothing for the holder to do.
    """
    agency = held.reference.registry.by_code.get(row.agency)
    is_let = agency is not None and way in agency.without_account
    has_address = way is not WithoutAccount.LINK or bool(onward.portal)
    return (
        is_let
        and has_address
        and held.now < row.owed_at + LASTS
        and not view_of(held).is_barred(row.agency)
        and not is_suspended(connection, row.agency)
    )


def link_of(onward: Onward, connection: Connection, row: Any) -> str:
    """The address of the link in a notice."""
    return f"{onward.portal}{LINK_PATH}/{row.reference}/{_token_of(onward, connection, row)}"


def is_token_of(onward: Onward, connection: Connection, row: Any, token: str) -> bool:
    return _is_same(token, _token_of(onward, connection, row))


def code_of(onward: Onward, connection: Connection, row: Any) -> str:
    """The code in a notice, to be told on the telephone."""
    return told_code(onward.proof.of("notice told", _said(connection, row)))


def _token_of(onward: Onward, connection: Connection, row: Any) -> str:
    """The token in a link. It has only letters and digits, because mail programs cut an address off
    at other signs.
    """
    made = onward.proof.of("notice link", _said(connection, row))[:_TOKEN_BYTES]
    return base64.b32encode(made).decode().rstrip("=").lower()


def _said(connection: Connection, row: Any) -> bytes:
    """The bytes that the link's token and the code are derived from. They include how often the
    agency has been suspended, so that what was sent before a suspension stays void after it is
    lifted.
    """
    [suspended] = all_rows(connection, _TIMES_SUSPENDED, {"agency": row.agency})
    return msgspec.json.encode((row.reference, row.agency, suspended.number))


def _is_same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
