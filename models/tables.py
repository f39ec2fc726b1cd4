"""Imports all tables, for code that needs the whole schema, and adds the conditions of partial
indexes.
"""

from __future__ import annotations

from sqlalchemy import text

from models import (
    accounts,
    agencies,
    cases,
    commencements,
    definitions,
    drafts,
    erasures,
    exports,
    holds,
    installation,
    intakes,
    look_counts,
    notices,
    operators,
    people,
    protected,
    registry_rows,
    resealings,
    seals,
    signing_in,
    systems,
    turns,
    work,
)
from models.columns import CONDITION, METADATA

MODULES = (
    accounts,
    agencies,
    cases,
    commencements,
    definitions,
    drafts,
    erasures,
    exports,
    holds,
    installation,
    intakes,
    look_counts,
    notices,
    operators,
    people,
    protected,
    registry_rows,
    resealings,
    seals,
    signing_in,
    systems,
    turns,
    work,
)
"""Importing them registers their tables in `METADATA`."""

__all__ = ["METADATA", "MODULES"]

for _table in METADATA.sorted_tables:
    for _index in _table.indexes:
        for _kind, _condition in _index.info.get(CONDITION, {}).items():
            _index.dialect_options[_kind]["where"] = text(_condition)
