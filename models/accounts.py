"""What staff sign in with. These tables are not records; an invitation is recorded among the acts
of operators and administrators.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from models.columns import Row, key, reference


class Account(Row, table=True):
    """An account of one of an agency's staff. Until it is set up, it lets nobody in, and the same
    person's earlier account stays valid.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index(None, "agency", "person"),)

    id: int | None = key()
    agency: str = Field(max_length=40)
    person: str = Field(max_length=80)
    """The staff code."""
    wrapped_key: bytes
    wrapped_by: str = Field(max_length=16)
    """The id of the master key that wrapped the account's key, in hex."""
    sealed: bytes
    """The hash of the password, and the secret for codes. They are sealed, so that without the
    master key nobody can even try to guess them.
    """
    begun_at: datetime
    set_up_at: datetime | None = None
    last_step: int = Field(default=0, sa_type=BigInteger)
    """The time step of the last code used: no code of that step or an earlier one is accepted."""


class RecoveryCode(Row, table=True):
    """A recovery code, which can take the place of the second factor once."""

    __tablename__ = "recovery_codes"

    id: int | None = key()
    account_id: int = reference("accounts.id", index=True)
    code_hash: bytes
    used_at: datetime | None = None


class PasskeyRow(Row, table=True):
    """A passkey, used in addition to an app's codes or instead of them."""

    __tablename__ = "passkeys"

    id: int | None = key()
    account_id: int = reference("accounts.id", index=True)
    credential_id: bytes = Field(unique=True)
    """The id by which the person's device knows the passkey."""
    sealed: bytes
    """Its public key, signature count, transports and name, sealed under the account's key, so that
    somebody with write access to the database alone cannot insert their own passkey.
    """
    made_at: datetime
    used_at: datetime | None = None
    refused_at: datetime | None = None
    """When its signature count last went backwards, as happens if somebody has a copy of it."""


class PasskeyChallenge(Row, table=True):
    """A challenge for a passkey to sign, which may be used once."""

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
    """Counts failed tries under a name, such as wrong passwords. The count is kept as a time."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index(None, "purpose", "who", unique=True),)

    id: int | None = key()
    purpose: str = Field(max_length=20)
    who: bytes
    """A digest of the name, since people may type anything."""
    paid_until: datetime
    """Each try moves this time forward by one period; if the try succeeds, it is moved back. While
    it is too far ahead, tries are refused.
    """
