"""Roles: their sides, and the fields by which an agency is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Role
from engine.message import finding
from engine.state import RESPONSIBLE


def check_role(names: Names, name: str, role: Role) -> Iterator[Fault]:
    path: Path = ("roles", name)
    if name == RESPONSIBLE:
        yield Fault(path, finding("role.responsible", role=name), name=True)
    if role.side not in names.d.sides:
        yield unknown("side", role.side, names.d.sides, (*path, "side"))
    for word, types in TYPES.items():
        yield from _matched(names, getattr(role, word), types, (*path, word))


TYPES: Mapping[str, tuple[str, ...]] = {"area": ("choice", "country"), "language": ("choice",)}
"""Of the fields by which an agency is found."""


def _matched(
    names: Names, field: str | None, types: tuple[str, ...], path: Path
) -> Iterator[Fault]:
    """Agencies are matched by a field that every agency may know."""
    if field is None:
        return
    known = names.d.data.get(field)
    if known is None:
        yield unknown("field", field, names.d.data, path)
    elif known.type not in types:
        yield Fault(path, finding(f"role.by_{path[-1]}", field=field))
    elif known.is_protected:
        yield Fault(path, finding("role.protected", field=field))
