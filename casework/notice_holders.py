"""Authenticates holders of a notice, who act without an account: by its link, or by telling its
code on the telephone.
"""

from __future__ import annotations

from datetime import datetime
from unicodedata import category

import msgspec

from casework import authority
from casework.agencies import agency_here
from casework.authority import Right
from casework.case_codes import told_as_typed
from casework.context import Onward
from casework.held_case import hold_for
from casework.looks import looking
from casework.notice_tokens import is_token_of, notice_told, notice_with
from casework.principal import BY_LINK, Because, Principal, PrincipalKind
from casework.tries import Purpose, trying
from engine.errors import Refusal

MOST_OF_CALLER = 80
"""The most characters in a caller's name, the same as in a staff code."""
SIGNS_OF_CALLER = "., ' \N{RIGHT SINGLE QUOTATION MARK} ( ) / & -"
"""The signs allowed in a caller's name, besides letters, digits and blanks. Not the colon, which
tells links and programs from people, nor anything that a terminal, a spreadsheet or a page treats
as more than text.
"""


class TelephoneCall(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the telephone who holds a notice."""

    code: str
    """The code of the case."""
    told: str
    """The code of the notice, as it was heard."""
    who: str
    """Who is calling: a function, or a name; see `SIGNS_OF_CALLER`."""


def holder_of_link(onward: Onward, reference: str, token: str, now: datetime) -> Principal:
    """Whoever has opened the link of a notice. Nobody knows who that is. Whether the link is still
    valid, and what it allows, is decided afterwards.

    Somebody with the right link is never held up by others who guess. All wrong links are counted
    together: a count for each reference would create a row for anything that anybody makes up, and
    counting only references that exist would reveal which ones do.

    Args:
        now: the time by the real clock.

    Raises:
        Refusal: `void_notice`, if the reference or the token is wrong; `too_many_tries`.
    """
    with onward.store.read() as connection:
        row = notice_with(connection, reference)
        if row is not None and is_token_of(onward, connection, row, token):
            return Principal(
                kind=PrincipalKind.LINK,
                agency=row.agency,
                person=f"{BY_LINK}{reference}",
                language=agency_here(connection, row.agency).language,
                notice=reference,
                authenticated="link of a notice",
            )
    with trying(onward, Purpose.LINK, now):
        raise Refusal("void_notice.link")


def holder_on_telephone(
    onward: Onward, by: Principal, call: TelephoneCall, now: datetime
) -> Principal:
    """Somebody who tells a notice's code to a member of the responsible agency on the telephone.

    A misheard code is recognised by its check letter, and does not count as a try.

    Args:
        by: the person who is speaking to them.
        now: the time by the real clock.

    Raises:
        Refusal: `no_caller`, `misheard`, `unknown_case`, `suspended_agency`, `not_yours`,
            `void_notice`, `too_many_looks`, or `too_many_tries`.
        Erased: the case was erased.
    """
    authority.require(by, Right.ACT)
    who, told = call.who.strip(), told_as_typed(call.told)
    if not _is_caller(who):
        raise Refusal("no_caller", n=MOST_OF_CALLER, signs=SIGNS_OF_CALLER)
    if not told:
        raise Refusal("misheard")
    counted = trying(onward, Purpose.TELEPHONE, now, by.agency, by.person, by.entered_by)
    with looking(onward, by), counted, onward.store.read() as connection:
        held = hold_for(onward, connection, call.code, by, lock=False)
        if held.state.responsible != by.agency:
            raise Refusal("not_yours.to_enter")
        row = notice_told(onward, connection, call.code, told)
        if row is None:
            raise Refusal("void_notice.told")
        language = agency_here(connection, row.agency).language
    return Principal(
        kind=PrincipalKind.TELEPHONE,
        agency=row.agency,
        person=who,
        language=language,
        entered_by=by.entered_by or f"{by.agency} {by.person}",
        because=Because.TELEPHONE,
        notice=row.reference,
        authenticated="code of a notice",
    )


def _is_caller(who: str) -> bool:
    """Whether a text can be a caller's name: letters with their marks, digits and a few signs,
    beginning with a letter or digit.
    """
    kinds = [category(each)[0] for each in who]
    is_named = bool(who) and len(who) <= MOST_OF_CALLER and kinds[0] in "LN"
    return is_named and all(
        kind in "LMN" or each in SIGNS_OF_CALLER for kind, each in zip(kinds, who, strict=True)
    )
