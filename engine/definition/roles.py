"""Roles: which agencies may hold one, and who comes first."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from engine.definition.entries import Entry, EntryName, EntryNames, misread
from engine.message import finding

_SHORT = re.compile(r"([a-z][a-z0-9_]*) @ ([a-z][a-z0-9_]*)")


class Role(Entry):
    """A type of role on a side, and what an agency must be able to do to hold it.

    Source: roles are bound by country, area, specialisation and language (F25).
    """

    model_config = ConfigDict(populate_by_name=True)

    type: EntryName
    """The type of role, as in the registry."""
    side: EntryName
    """The side in whose country the role's agencies are."""
    was: EntryName | None = None
    """The role's name in the previous version, if it was renamed."""
    area: EntryName | None = None
    """A field; the agency must serve the area given in this field's answer."""
    language: EntryName | None = None
    """A field; the agency must speak the language given in this field's answer."""
    choose: Literal["first", "in_turn", "most_free"] = "first"
    """Which agency is chosen if several qualify: the `first` in the registry, the one whose last
    turn was longest ago (`in_turn`), or the one with the most free places (`most_free`). If any of
    them sets no limit, `most_free` means the fewest open tasks and requests. Full agencies come
    last.
    """
    words: EntryNames = Field(default=(), alias="for")
    """What the agency must be specialised in: all of these."""


def _role(value: object) -> Any:
    """`case_manager @ host` is short for the type and the side."""
    if not isinstance(value, str):
        return value
    found = _SHORT.fullmatch(value)
    if found is None:
        raise misread("role", finding("pattern.role"))
    return {"type": found[1], "side": found[2]}


RoleText = Annotated[Role, BeforeValidator(_role, json_schema_input_type=str | Role)]
