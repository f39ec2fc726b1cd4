"""What staff sign in with. These are no records; an invitation is recorded as an act of an
operator.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.columns import Row, key, reference


class Account(Row, table=True):
    """An account of one of an agency's staff. Until it is set up it lets nobody in, and an earlier
    one of the same person stays valid.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index(None, "agency", "person"),)

    id: int | None = key()
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """The staff code."""
    wrapped_key: bytes
    wrapped_by: str = Field(max_length=16)
    """The id of the master key that wrapped it, in hex."""
    sealed: bytes
    """The hash of the password, and the secret of the codes: without the master key nobody can even
    guess at them.
    """
    begun_at: datetime
    set_up_at: datetime | None = None
    last_step: int = Field(default=0, sa_type=BigInteger)
    """The step of the last used code: neither it nor an earlier one is accepted again."""


class RecoveryCode(Row, table=True):
    """A code that replaces one from an app, once."""

    __tablename__ = "recovery_codes"

    id: int | None = key()
    account_id: int = reference("accounts.id", index=True)
    code_hash: bytes
    used_at: datetime | None = None


class PasskeyRow(Row, table=True):
    """A passkey that stands beside the codes of an app, or in their place."""

    __tablename__ = "passkeys"

    id: int | None = key()
    account_id: int = reference("accounts.id", index=True)
    credential_id: bytes = Field(unique=True)
    """What its device calls it."""
    sealed: bytes
    """Its public key, its count of signatures, its ways and its name, under the key of the account: whoever may write in
    the database alone can put in none of their own.
    """
    made_at: datetime
    used_at: datetime | None = None
    refused_at: datetime | None = None
    """When its count last went back, as that of a copy does."""


class PasskeyChallenge(Row, table=True):
    """What a passkey is to sign next, once."""

    __tablename__ = "passkey_challenges"
    __table_args__ = (Index(None, "purpose", "whose", unique=True),)

    id: int | None = key()
    purpose: str = Field(max_length=20)
    whose: bytes
    """A digest of the session, or of the token with which somebody signs in."""
    challenge: bytes
    given_at: datetime


class SignInAttempt(Row, table=True):
    """Somebody who has given the right password and has yet to show the second factor."""

    __tablename__ = "sign_in_attempts"

    id: int | None = key()
    token_hash: bytes = Field(unique=True)
    account_id: int = reference("accounts.id", index=True)
    begun_at: datetime


class Tries(Row, table=True):
    """How often something was tried under a name."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index(None, "purpose", "who", unique=True),)

    id: int | None = key()
    purpose: str = Field(max_length=20)
    who: bytes
    """A digest of the name: what people type may be anything."""
    paid_until: datetime
    """Each try moves this moment on by one period."""
