"""The list of erasures, kept outside the database: what a restored backup has to erase again.

It is kept with the secrets, so that it survives the loss of the database, and says no more than the
certificates do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from engine.errors import Coded, why_of
from engine.message import message
from models.private_files import make_folder, replace_file


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one destroyed key."""

    number: int
    made_at: datetime
    operator: str
    owner: str
    """The owner of the key, as the keyring names it: `case:7K2F-9QXM`, `person:17`."""
    cases: list[str]
    """The code of the case itself, or the codes of all the person's cases."""
    ground: str
    """An `ErasureGround` of `casework.certificates`, or `unrecorded` for a key destroyed before
    there were certificates.
    """
    key_digest: str
    """SHA-256 of the wrapped key, in hex."""


class ErasureListError(Coded):
    """The list cannot be read or written; the text says where."""


class ErasureList:
    """A file with one certificate per line. A missing file counts as an empty list."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Certificate]:
        """The certificates, in the order in which they were written.

        Raises:
            ErasureListError: the list cannot be read.
        """
        if not self.path.exists():
            return []
        try:
            return msgspec.json.decode(
                b"[" + b",".join(self.path.read_bytes().split(b"\n")).strip(b",") + b"]",
                type=list[Certificate],
            )
        except (OSError, msgspec.MsgspecError) as error:
            said = message("erasure_list.unread", file=str(self.path), why=why_of(error))
            raise ErasureListError(said) from None

    def add(self, certificates: Iterable[Certificate]) -> None:
        """Add the certificates of owners that the list does not have yet. Raises ErasureListError
        if the list cannot be read or written.
        """
        known = self.read()
        owners = {each.owner for each in known}
        more = [each for each in certificates if each.owner not in owners]
        if not more:
            return
        lines = [msgspec.json.encode(each).decode() for each in (*known, *more)]
        try:
            make_folder(self.path.parent)
            replace_file(self.path, "\n".join(lines) + "\n")
        except OSError as error:
            said = message("erasure_list.unwritten", file=str(self.path), why=why_of(error))
            raise ErasureListError(said) from None
