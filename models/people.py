"""The people of cases."""

from datetime import datetime

from sqlmodel import Field

from models.columns import Row, key


class Person(Row, table=True):
    """Somebody with a part in one or more cases. No unencrypted column identifies them."""

    __tablename__ = "people"

    id: int | None = key()
    version: int = 1
    wrapped_key: bytes | None = None
    """The person's key under a master key; None once the person is erased."""
    wrapped_by: str | None = Field(default=None, max_length=16, index=True)
    """The id of that master key, in hex; None once the person is erased."""
    created_at: datetime
    erased_at: datetime | None = None
