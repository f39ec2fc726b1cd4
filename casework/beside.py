"""What a turn writes that replaying the log does not reproduce, so that the turn's log entry has to
name it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from casework import manifest
from casework.manifest import Digests
from models.proof import Proof


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one turn that replaying the log does not reproduce."""

    notices: list[dict[str, Any]]
    values: list[dict[str, Any]]

    def digests(self, proof: Proof, others: Digests) -> Digests:
        """The manifest of these rows, for the turn's entry.

        Args:
            others: digests of rows already written for the turn, which the manifest includes.
        """
        found = {table: {**rows} for table, rows in others.items()}
        for table, written in (("notices", self.notices), ("protected_values", self.values)):
            if written:
                found.setdefault(table, {}).update(manifest.digests(proof, table, written))
        return found
