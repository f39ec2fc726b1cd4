"""The links that agencies' staff start with: each opens a session that can only set up an account.

In a training installation, each opens an ordinary session. Times here are by the real clock,
whatever time an installation simulates.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, update

from casework import accounts, authenticating, authority, one_time_codes, operators, sessions
from casework.agencies import agency_here, require_listed
from casework.context import Onward
from casework.principal import Principal
from casework.staffing import require_staff
from casework.tokens import hash_of, new_token
from engine.errors import Refusal
from models.columns import table_of
from models.signing_in import SignInLink

LINK_LASTS = timedelta(days=1)
_LINKS = table_of(SignInLink)


def invite(onward: Onward, agency: str, person: str, by: Principal, now: datetime) -> str:
    """Make a link by which one of an agency's staff sets up their account. Returns its token.

    Earlier links of theirs become void. In a training installation, the link signs them in without
    an account.

    Raises:
        Refusal: `not_authorised`, `unknown_agency`, `unknown_staff` or `no_staff`.
    """
    authority.require_over(by, agency, person)
    token = new_token(24)
    with onward.store.write() as connection:
        require_listed(connection, agency_here(connection, agency))
        require_staff(connection, agency, person, onward.clock.now().date())
        earlier = _LINKS.c.agency == agency, _LINKS.c.person == person, _LINKS.c.expires_at > now
        connection.execute(update(_LINKS).where(*earlier).values(expires_at=now))
        row = {
            "token_hash": hash_of(token),
            "agency": agency,
            "person": person,
            "made_at": now,
            "expires_at": now + LINK_LASTS,
        }
        connection.execute(insert(_LINKS).values(row))
        there = accounts.standing(connection, agency, person)
        account = "again" if there else "new"
        operators.note(
            onward, connection, by, "invite", agency=agency, person=person, account=account
        )
    return token


def sign_in(onward: Onward, token: str, device: str, now: datetime) -> str:
    """Use a link. Returns the token of the new session.

    Raises:
        Refusal: `no_link`, whatever is wrong with it; or the reason why this person may not work
            now.
    """
    codes = one_time_codes.make_secret()

    def used(connection: Connection) -> str:
        taken = connection.execute(
            update(_LINKS)
            .where(
                _LINKS.c.token_hash == hash_of(token),
                _LINKS.c.used_at.is_(None),
                _LINKS.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(_LINKS.c.agency, _LINKS.c.person)
        ).first()
        if taken is None:
            raise Refusal("no_link")
        authenticating.of_staff(onward, connection, taken.agency, taken.person)
        is_training = authenticating.is_for_training(connection)
        if not is_training:
            sessions.end_setting_up(connection, taken.agency, taken.person, now)
            accounts.begin(onward, connection, taken.agency, taken.person, codes, now)
        return sessions.begin(
            connection, taken.agency, taken.person, device, now, is_setting_up=not is_training
        )

    return onward.store.change(used)


def end_access(connection: Connection, agency: str, person: str, now: datetime) -> None:
    """End all sessions and links of an agency, or of one of its staff.

    Args:
        person: empty for the whole agency.
    """
    sessions.end_of_staff(connection, agency, person, now)
    links = [_LINKS.c.agency == agency, *([_LINKS.c.person == person] if person else [])]
    connection.execute(update(_LINKS).where(*links).values(expires_at=_LINKS.c.made_at))
