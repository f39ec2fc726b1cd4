"""The keys by which a file brings in other files. A published pathway no longer has them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from engine.definition.entries import Entry, EntryName
from engine.definition.whole import Definition

Dotted = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
"""The names that lead to a place, as in `stages.main.steps.talk`."""
File = Annotated[str, StringConstraints(min_length=1)]
"""The path of a file, relative to the folder of the file that names it."""


def _dotted(value: object) -> object:
    return [value] if isinstance(value, str) else value


DottedNames = Annotated[tuple[Dotted, ...], BeforeValidator(_dotted)]


class Use(Entry):
    """A part that is put into the pathway."""

    part: File
    """The file of the part, by its path relative to this file's folder."""
    given: dict[EntryName, Any] = Field(default_factory=dict, alias="with")
    """What each parameter of the part stands for here."""
    prefix: EntryName | None = Field(default=None, alias="as")
    """A prefix for each name that the part declares, joined to it by `_`."""
    stage: EntryName | None = Field(default=None, alias="in")
    """The stage that gets the `steps` of the part."""


class Heading(Entry):
    """What a file says about other files."""

    extends: File | None = None
    """The template that this file patches."""
    remove: DottedNames = ()
    """What this file removes from the template."""
    fixed: DottedNames = ()
    """What no file that extends this one may change or remove."""
    use: tuple[Use, ...] = ()
    """The parts that are put into this file."""


class PathwayFile(Heading, Definition):
    """A pathway as written in its file."""


class Part(Entry):
    """Stages, steps and what they need, for use in pathways. The text of a part is only interpreted
    where the part is used.
    """

    part: EntryName
    """The part's name, the same as that of its file."""
    given: tuple[EntryName, ...] = Field(default=(), alias="with")
    """The part's parameters: in its text, `$name` is replaced by what is given."""
    use: tuple[Use, ...] = ()
    """Other parts that this part uses."""
    roles: dict[str, Any] = Field(default_factory=dict)
    data: dict[str, Any] = Field(default_factory=dict)
    consents: dict[str, Any] = Field(default_factory=dict)
    bases: dict[str, Any] = Field(default_factory=dict)
    clocks: dict[str, Any] = Field(default_factory=dict)
    stages: dict[str, Any] = Field(default_factory=dict)
    steps: dict[str, Any] = Field(default_factory=dict)
    """Steps for the stage that is named with `in` where the part is used."""
    interrupts: dict[str, Any] = Field(default_factory=dict)
    ends: dict[str, Any] = Field(default_factory=dict)
