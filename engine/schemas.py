"""JSON Schemas (2020-12) for all files that a coordinator writes, so that an editor can complete
and check them.

They are generated from the models that read the files, so both accept the same words.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from engine.agencies.entries import RegistryFile
from engine.definition.codes import CodesFile
from engine.definition.steps import Stage
from engine.definition.templates import Part, PathwayFile
from engine.definition.translation import TranslationFile
from engine.scenarios.file import ScenarioFile
from engine.simulation.rates import Rates

_HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
_PROMISES = ("required", "minProperties")
_PARAMETER = {"type": "string", "pattern": r"^\$[a-z][a-z0-9_]*$"}


class FileKind(StrEnum):
    """A kind of file that a coordinator writes."""

    PATHWAY = "pathway"
    PART = "part"
    TRANSLATION = "translation"
    CODES = "codes"
    SCENARIOS = "scenarios"
    REGISTRY = "registry"
    RATES = "rates"


def pathway_schema() -> dict[str, Any]:
    """The schema of a pathway.

    A patch says only what it changes in its template, so it is required to have only a name and a
    version.
    """
    whole = _schema_of(PathwayFile)
    parts = whole.pop("$defs")
    patch = _loose(whole) | {"required": ["pathway", "version"]}
    return {
        **_HEAD,
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


def part_schema() -> dict[str, Any]:
    """The schema of a part: the sections of a pathway, where a parameter may replace any single
    value.
    """
    part, whole = _schema_of(Part), _schema_of(PathwayFile)
    sections = {**whole["properties"], "steps": _schema_of(Stage)["properties"]["steps"]}
    kept = {
        name: {**_open(sections[name]), **_meaning(of_part)}
        if name in sections and name != "use"
        else of_part
        for name, of_part in part["properties"].items()
    }
    parts = {**part["$defs"], **{name: _open(each) for name, each in whole["$defs"].items()}}
    return {**_HEAD, **part, "title": "Part", "properties": kept, "$defs": parts}


def _of(model: type[BaseModel], title: str) -> Callable[[], dict[str, Any]]:
    return lambda: {**_HEAD, **_schema_of(model), "title": title}


SCHEMAS: Mapping[FileKind, Callable[[], dict[str, Any]]] = {
    FileKind.PATHWAY: pathway_schema,
    FileKind.PART: part_schema,
    FileKind.TRANSLATION: _of(TranslationFile, "Translation"),
    FileKind.CODES: _of(CodesFile, "Codes"),
    FileKind.SCENARIOS: _of(ScenarioFile, "Scenarios"),
    FileKind.REGISTRY: _of(RegistryFile, "Registry"),
    FileKind.RATES: _of(Rates, "Rates"),
}
"""For each kind of file, the function that makes its schema."""


def schema_file(kind: FileKind) -> str:
    """The file name of a kind's schema, which is kept beside the files it is for."""
    return f"{kind}.schema.json"


class _WithMeanings(GenerateJsonSchema):
    """Adds the meaning of each word, which editors show on hover."""

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        found = _meanings(model)
        for name, field in model.model_fields.items():
            if name in found:
                word = made["properties"][field.alias or name]
                word["description"] = found[name]
        if said := made.get("description"):  # sources are for developers
            made["description"] = said.partition("\n\nSource:")[0]
        return made


def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    made = model.model_json_schema(schema_generator=_WithMeanings)
    closed: dict[str, Any] = _closed(made)
    return closed


def _closed(schema: Any) -> Any:
    """Close mappings whose keys have a pattern, so that invalid keys are marked."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return closed | {"additionalProperties": False} if "patternProperties" in closed else closed


def _loose(schema: Any) -> Any:
    """The schema of a patch: anything the template may already have said is optional."""
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


def _open(schema: Any) -> Any:
    """The schema within a part, where `$name` may replace any single value."""
    if isinstance(schema, list):
        return [_open(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "enum" in schema or "const" in schema or schema.get("type") in _VALUES:
        value = {key: each for key, each in schema.items() if key != "description"}
        return {"anyOf": [value, _PARAMETER], **_meaning(schema)}
    return {key: value if key in _OF_KEYS else _open(value) for key, value in schema.items()}


def _meaning(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning of a word, if it has one."""
    return {key: each for key, each in schema.items() if key == "description"}


_VALUES = ("string", "integer", "number", "boolean")
_OF_KEYS = ("propertyNames", "default", "required", "title", "description")


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """By field name, including inherited fields: the docstring under each field in the source."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _own_meanings(each)
    return found


@cache  # cached: entries share bases, and finding a class's source means reading its whole file
def _own_meanings(model: type[BaseModel]) -> dict[str, str]:
    (written,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(written, ast.ClassDef)
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in zip(written.body, written.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
