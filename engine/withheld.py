"""Marks what records hold about the person: answers, and how and by whom they were given. Operators
read records without what is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")
Record = TypeVar("Record", bound=msgspec.Struct)
_WITHHELD = msgspec.Meta(extra={"withheld": True})
OfPerson = Annotated[T, _WITHHELD]
"""The type of a field that says something about the person rather than about the status of their
case.
"""


def without_person(value: Any) -> Any:
    """A record as plain values, without any field that is `OfPerson`, however deeply nested."""
    if isinstance(value, msgspec.Struct):
        shown, withheld = msgspec.to_builtins(value), _withheld(type(value))
        for each in _fields(type(value)):
            if each.name in withheld:
                shown.pop(each.encode_name, None)
            elif each.encode_name in shown:
                shown[each.encode_name] = without_person(getattr(value, each.name))
        return shown
    if isinstance(value, Mapping):
        return {name: without_person(each) for name, each in value.items()}
    return [*map(without_person, value)] if isinstance(value, tuple | list) else value


def blanked(record: Record) -> Record:
    """A copy of a record in which everything `OfPerson`, however deeply nested, is as if never
    recorded.
    """
    kind = type(record)
    withheld = _withheld(kind)
    changes = {
        each.name: _unsaid(each) if each.name in withheld else _blanked(getattr(record, each.name))
        for each in _fields(kind)
        if each.name in _reaching(kind)
    }
    return msgspec.structs.replace(record, **changes) if changes else record


def _blanked(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return blanked(value)
    if isinstance(value, Mapping):
        return {name: _blanked(each) for name, each in value.items()}
    return tuple(map(_blanked, value)) if isinstance(value, tuple) else value


def _unsaid(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return _EMPTY[_plain(field.type)]


_EMPTY: Mapping[object, object] = {str: "", bool: False, tuple: (), dict: {}}
"""The empty value of a field without a default, by type."""


def _plain(hint: object) -> object:
    """The type of a field without its annotations; of a union, the first member."""
    while (args := get_args(hint)) and (origin := get_origin(hint)) not in _EMPTY:
        hint = args[0] if origin is not None else hint
    return get_origin(hint) or hint


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a type. Cached, because msgspec parses the annotations again on every call."""
    return msgspec.structs.fields(kind)


@cache
def _reaching(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields that may contain something about the person at any depth; only these are
    copied.
    """
    hints = _hints(kind)
    below = {name for name, hint in hints.items() if any(map(_reaching, _records_in(hint)))}
    return _withheld(kind) | below


def _records_in(hint: object) -> Iterator[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for each in get_args(hint):
        yield from _records_in(each)


@cache
def _withheld(kind: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(name for name, hint in _hints(kind).items() if _is_of_person(hint))


def _hints(kind: type[msgspec.Struct]) -> dict[str, object]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in kind.__struct_fields__}


def _is_of_person(hint: object) -> bool:
    """Whether a type is `OfPerson` or contains such a type, as a mapping of such values or a union
    with None does.
    """
    return _WITHHELD in getattr(hint, "__metadata__", ()) or any(map(_is_of_person, get_args(hint)))
