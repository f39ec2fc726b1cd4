"""The tables of the sealed log, and how its edge is stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from casework.sealing.merkle import HASH_BYTES, Edge
from models.columns import table_of
from models.seals import Seal, SealedCheckpoint, SealedLeaf

SEAL, LEAVES, CHECKPOINTS = table_of(Seal), table_of(SealedLeaf), table_of(SealedCheckpoint)


class LogHasGrown(Exception):
    """The log has grown since it was read."""


def edge_of(row: Any) -> Edge:
    """The edge stored in the log's row."""
    edge: bytes = row.edge
    roots = (edge[at : at + HASH_BYTES] for at in range(0, len(edge), HASH_BYTES))
    return Edge(row.size, tuple(roots))


def grow(connection: Connection, row: Any, edge: Edge) -> None:
    """Replace the edge of the log. Raises `LogHasGrown` if the log has changed since it was
    read.
    """
    grown = {"size": edge.size, "edge": b"".join(edge.roots), "version": row.version + 1}
    done = connection.execute(update(SEAL).where(SEAL.c.version == row.version).values(grown))
    if done.rowcount != 1:
        raise LogHasGrown
