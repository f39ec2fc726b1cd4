"""Imports all tables, for code that needs the whole schema."""

from __future__ import annotations

from sqlalchemy import text

from models import (
    agencies,
    cases,
    commencements,
    definitions,
    erasures,
    exports,
    installation,
    intakes,
    looks,
    notices,
    operators,
    people,
    protected,
    registry,
    seals,
    turns,
    work,
)
from models.columns import CONDITION, METADATA

MODULES = (
    agencies,
    cases,
    commencements,
    definitions,
    erasures,
    exports,
    installation,
    intakes,
    looks,
    notices,
    operators,
    people,
    protected,
    registry,
    seals,
    turns,
    work,
)
"""Importing them registers their tables in `METADATA`."""

__all__ = ["METADATA", "MODULES"]

for _table in METADATA.sorted_tables:
    for _index in _table.indexes:
        for _kind, _condition in _index.info.get(CONDITION, {}).items():
            _index.dialect_options[_kind]["where"] = text(_condition)
