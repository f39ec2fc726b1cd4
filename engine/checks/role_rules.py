"""Roles: their sides, and the fields by which an agency is found."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Role
from engine.state import RESPONSIBLE


def check_role(names: Names, name: str, role: Role) -> Iterator[Fault]:
    path: Path = ("roles", name)
    if name == RESPONSIBLE:
        what = f"`{name}` is the role of whoever answers for the case"
        yield Fault(path, what, "choose another name", name=True)
    if role.side not in names.d.sides:
        yield unknown("side", role.side, names.d.sides, (*path, "side"))
    yield from _matched(names, role.area, "an area", ("choice", "country"), (*path, "area"))
    yield from _matched(names, role.language, "a language", ("choice",), (*path, "language"))


def _matched(
    names: Names, field: str | None, what: str, types: tuple[str, ...], path: Path
) -> Iterator[Fault]:
    """Agencies are found by a word that everybody may know."""
    if field is None:
        return
    known = names.d.data.get(field)
    if known is None:
        yield unknown("field", field, names.d.data, path)
    elif known.type not in types:
        remedy = f"make `{field}` a {' or a '.join(types)}"
        yield Fault(path, f"{what} is one of several words", remedy)
    elif known.is_protected:
        remedy = "name a field that is not protected"
        yield Fault(path, f"`{field}` is protected: no agency is found by it", remedy)
