"""A list of codes must map existing answers to one code each, and never export a protected one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from engine.checks.faults import Fault, Path, unknown
from engine.code_lists import ColumnCodes, sources_of, words_of
from engine.definition import Definition
from engine.message import finding
from engine.questions import hidden_names


def check_codes(
    columns: Mapping[str, ColumnCodes], definition: Definition
) -> Iterator[tuple[str, Fault]]:
    """The faults found, each with its column and the path from there."""
    sources, closed = sources_of(definition), _closed(definition)
    for name, column in columns.items():
        for fault in _column(column, sources, closed):
            yield name, fault


def _closed(definition: Definition) -> set[str]:
    """The hidden fields that no list of codes may export: those that are protected, and those with a single value."""
    fields = definition.data
    return {
        name
        for name in hidden_names(definition)
        if name in fields and (fields[name].is_protected or not fields[name].many)
    }


def _column(
    column: ColumnCodes, sources: Mapping[str, object], closed: Container[str]
) -> Iterator[Fault]:
    where: Path = ("from",)
    if column.source in closed:
        yield Fault(where, finding("codes.protected", name=column.source))
        return
    if column.source not in sources:
        yield unknown("name", column.source, sources, where)
        return
    words = words_of(sources[column.source])  # type: ignore[arg-type]  # as `sources_of` gives it
    if words is None:
        yield Fault(where, finding("codes.day_or_moment", name=column.source))
        return
    for word in column.values:
        if word not in words:
            yield unknown("answer", word, words, ("values", word))
    without = [word for word in words if word not in column.values]
    if without and (column.values or words != ("yes", "no")):
        yield Fault(where, finding("codes.no_code", answers=tuple(without), name=column.source))
