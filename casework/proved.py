"""How the rows of a table may be proved, and what a table says of that."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class How(StrEnum):
    """What proves the rows of a table."""

    CHAIN = "chain"
    """Each is proved together with the one before."""
    ENTRY = "entry"
    """The manifest of the log entry of the turn that wrote it."""
    REPLAY = "replay"
    """The facts in the case's log lead to them."""
    ACT = "act"
    """The manifest of the operators' act that wrote it, for all rows of the table."""
    TREE = "tree"
    """The sealed log: its leaves are those of its checkpoints, which others hold."""
    OWN = "own"
    """A proof of its own, in the row."""
    NOTHING = "nothing"
    """Nothing, because it is no record."""


class Proved(NamedTuple):
    """The proof of a table's rows."""

    how: How
    word: str = ""
    """What one of its rows is called."""
    name: tuple[str, ...] = ()
    """Columns that name a row."""
    columns: tuple[str, ...] = ()
    """Columns that its digest or its replay covers."""
    later: Mapping[str, object] = MappingProxyType({})
    """Columns added later, with the value of older rows; left out of the digest where they still
    have it.
    """
    elsewhere: Mapping[str, str] = MappingProxyType({})
    """Columns that something else proves, and what."""
    apart: Mapping[str, str] = MappingProxyType({})
    """Columns that are no record, and why."""
    why: str = ""
    """Why the table is no record."""


ROW_ID = "not told apart by it: the store numbers rows"
COUNT = "counts changes for locks"
LEASE = "who works on it just now"
WHEN = "when to look at it next; a look too early or too late changes no record"
CHAINED = {"previous_hash": "the chain", "hash": "the chain"}
