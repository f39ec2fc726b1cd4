"""A list of codes, as written in a file beside a pathway: `home.htcds.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from engine.definition.entries import Entry, Title

CODES = r"[a-z][a-z0-9_]{3,39}"
"""The name of a list; longer than a language code, so that the two cannot be confused."""
Column = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
Code = Annotated[
    str, StringConstraints(max_length=60, pattern=r"^([A-Za-z0-9][A-Za-z0-9 ._/-]*)?$")
]
"""A code as the standard writes it; empty if the standard has none."""


class CodedColumn(Entry):
    """One column of the standard, and its content."""

    source: str = Field(alias="from")
    """What the column shows: a name that a condition may use, a field with several values,
    `case.status`, `case.end` or `side.NAME.country`.
    """
    values: dict[str, Code] = Field(default_factory=dict)
    """The code of each answer; left out for numbers and countries, which are written as they are."""
    unknown: Code = ""
    """The content of the column while the answer is not known, or if the reader must not see it."""


def _column(value: object) -> object:
    """A bare name is short for `{from: NAME}`."""
    return {"from": value} if isinstance(value, str) else value


WrittenColumn = Annotated[
    CodedColumn, BeforeValidator(_column, json_schema_input_type=str | CodedColumn)
]


class CodesFile(Entry):
    """How the answers of a pathway are written in the columns of a standard."""

    codes: Annotated[str, StringConstraints(pattern=f"^{CODES}$")]
    """The name of the list, as in the name of the file."""
    standard: Title | None = None
    """The full name and version of the standard."""
    source: str | None = None
    """Where the standard is found."""
    columns: dict[Column, WrittenColumn] = Field(default_factory=dict)
    """Each column of the standard, with its content."""
