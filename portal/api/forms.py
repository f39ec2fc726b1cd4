"""Forms as JSON Schema: which answers a program may send."""

from __future__ import annotations

from typing import Any

from casework.filling_in import AskedField, FormToFill

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "choice": {"type": "string"},
    "signature": {"type": "string"},
}
"""Keyed by the types of `engine.definition.DataField`."""


def schema_of(form: FormToFill) -> dict[str, Any]:
    """The schema of the answers. What is asked only after certain answers is never required by it."""
    always = [each for each in form.asked if each.required and each.applies({}) is True]
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in form.asked},
        "required": [each.name for each in always],
        "additionalProperties": False,
    }


def _property(asked: AskedField) -> dict[str, Any]:
    one = dict(_TYPES[asked.field.type])
    if asked.field.words:
        one = {"oneOf": [{"const": w, "title": asked.words.get(w, w)} for w in asked.field.words]}
    found = {"type": "array", "items": one, "minItems": 1} if asked.field.many else one
    return {"title": asked.title, **found, "x-protected": asked.field.is_protected}
