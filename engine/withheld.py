"""Marks what records keep of the person: answers, and how and by whom they were given. Operators read
records without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import msgspec

T = TypeVar("T")
_WITHHELD = msgspec.Meta(extra={"withheld": True})
OfPerson = Annotated[T, _WITHHELD]
"""The type of a field that tells something of the person, not of how their case stands."""


def without_person(value: Any) -> Any:
    """A record as plain values, without any field that is `OfPerson`, however deep it stands."""
    if isinstance(value, msgspec.Struct):
        shown, withheld = msgspec.to_builtins(value), _withheld(type(value))
        for each in msgspec.structs.fields(value):
            if each.name in withheld:
                shown.pop(each.encode_name, None)
            elif each.encode_name in shown:
                shown[each.encode_name] = without_person(getattr(value, each.name))
        return shown
    if isinstance(value, Mapping):
        return {name: without_person(each) for name, each in value.items()}
    return [*map(without_person, value)] if isinstance(value, tuple | list) else value


@cache
def _withheld(kind: type[msgspec.Struct]) -> frozenset[str]:
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_of_person(hint))


def _is_of_person(hint: object) -> bool:
    """Also a mapping of answers, or an answer that may be missing."""
    return _WITHHELD in getattr(hint, "__metadata__", ()) or any(map(_is_of_person, get_args(hint)))
