"""How staff get in: links that work once, and sessions. These tables are not records; what staff
did is in the logs.
"""

from datetime import datetime

from sqlmodel import Field

from models.columns import Row, key

_AGENCY, _PERSON = 40, 80


class SignInLink(Row, table=True):
    """A link by which one of an agency's staff sets up their account or, in a training
    installation, signs in. It works once.
    """

    __tablename__ = "sign_in_links"

    id: int | None = key()
    token_hash: bytes = Field(unique=True)
    """The hash of the link's token. The token itself is stored nowhere."""
    agency: str = Field(max_length=_AGENCY)
    person: str = Field(max_length=_PERSON)
    """The staff code."""
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class SignInSession(Row, table=True):
    """A session of a member of an agency's staff on one device. It may have ended."""

    __tablename__ = "sign_in_sessions"

    id: int | None = key()
    token_hash: bytes = Field(unique=True)
    agency: str = Field(max_length=_AGENCY, index=True)
    person: str = Field(max_length=_PERSON)
    device: str = Field(max_length=80)
    """What the browser says about itself, shortened; never an address."""
    began_at: datetime
    seen_at: datetime
    """When the session was last used, to the minute."""
    ended_at: datetime | None = None
    is_setting_up: bool = False
    """Whether the session can only be used to set up its owner's account."""
    sure_at: datetime | None = None
    """When the session's owner last proved who they are."""
