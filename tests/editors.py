"""What an editor marks in a file whose schema it knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from ruamel.yaml import YAML


class Editor:
    """With the schema of one kind of file."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        jsonschema = import_module("jsonschema")  # no types; Prefect brings it
        self._validator = jsonschema.Draft202012Validator(schema)

    def marks(self, text: str) -> list[str]:
        """Each with its place: `stages.main: 'steps' is a required property`."""
        written = _as_json(read(text))
        return [
            f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
            for error in self._validator.iter_errors(written)
        ]


@cache
def read(text: str) -> Any:
    """What a file says, which takes longer than to look at it."""
    return YAML(typ="safe", pure=True).load(text)


def _as_json(value: Any) -> Any:
    """To an editor a day is text, as a key too."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return str(value) if isinstance(value, date) else value
