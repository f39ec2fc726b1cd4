"""What may stand where, for editors and for `did you mean`."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from engine.definition.codes import CodesFile
from engine.definition.templates import PathwayFile
from engine.definition.translation import TranslationFile


def json_schema() -> dict[str, Any]:
    """A JSON Schema (2020-12) that lets an editor complete and check a pathway.

    Of what a template has, its patch need say only what changes: nothing is required there but the
    name and the version.
    """
    whole = PathwayFile.model_json_schema()
    parts = whole.pop("$defs")
    patch = _loose(whole) | {"required": ["pathway", "version"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pathway",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/PatchFile"},
        "else": {"$ref": "#/$defs/PathwayFile"},
        "$defs": {
            **parts,
            "PathwayFile": whole,
            **{f"Patch{name}": _loose(part) for name, part in parts.items()},
            "PatchFile": patch,
        },
    }


def translation_schema() -> dict[str, Any]:
    """A JSON Schema of a translation, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Translation"}
    return TranslationFile.model_json_schema() | head


def codes_schema() -> dict[str, Any]:
    """A JSON Schema of a list of codes, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Codes"}
    return CodesFile.model_json_schema() | head


_PROMISES = ("required", "minProperties")


def _loose(schema: Any) -> Any:
    """The schema of a patch: whatever the template may have said already may lack."""
    if isinstance(schema, list):
        return [_loose(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    loose = {
        key: _loose(value)
        for key, value in schema.items()
        if not (key in _PROMISES and not isinstance(value, dict))
    }
    if "$ref" in loose:
        loose["$ref"] = loose["$ref"].replace("#/$defs/", "#/$defs/Patch")
    return loose


def words_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The words that may stand at a place of a document, for `did you mean`."""
    here: object = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[str(part)].annotation if part in here.model_fields else None
        else:  # a mapping or list: its values
            values = [each for each in get_args(here) if each is not Ellipsis]
            here = values[-1] if values else None
        here = entry_in(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return sorted(field.alias or name for name, field in here.model_fields.items())
    return []


def entry_in(annotation: object) -> object:
    """The model, mapping or list in `Model | None` or `Annotated[Model, ...]`."""
    if get_origin(annotation) is Annotated:
        return entry_in(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return entry_in(next(a for a in get_args(annotation) if a is not type(None)))
    return annotation
