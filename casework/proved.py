"""The ways in which a table's rows may be proved, and how a table declares its own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class How(StrEnum):
    """What proves the rows of a table."""

    CHAIN = "chain"
    """Each row is proved together with the one before."""
    ENTRY = "entry"
    """The manifest in the log entry of the turn that wrote the row."""
    REPLAY = "replay"
    """The facts in the case's log lead to the rows."""
    ACT = "act"
    """The manifest in the newest act of the operators' record that changed the table; it covers all
    rows.
    """
    TREE = "tree"
    """The sealed log: its leaves must fit its checkpoints, which others hold."""
    OWN = "own"
    """A separate proof, in the row itself."""
    NOTHING = "nothing"
    """Nothing, because the table is not a record."""


class Proved(NamedTuple):
    """How a table's rows are proved."""

    how: How
    word: str = ""
    """What one of its rows is called when a fault is reported."""
    name: tuple[str, ...] = ()
    """Columns that name a row."""
    columns: tuple[str, ...] = ()
    """Columns that the digest, or replay, covers."""
    elsewhere: Mapping[str, str] = MappingProxyType({})
    """Columns that are proved by something else, each with what proves it."""
    apart: Mapping[str, str] = MappingProxyType({})
    """Columns that are not a record, each with the reason."""
    why: str = ""
    """Why the table is not a record."""


ROW_ID = "not told apart by it: the store numbers rows"
COUNT = "counts changes for locks"
LEASE = "who works on it just now"
WHEN = "when to look at it next; a look too early or too late changes no record"
CHAINED = {"previous_hash": "the chain", "hash": "the chain"}
