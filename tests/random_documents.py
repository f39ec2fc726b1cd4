"""Documents made by chance, as pathways: read as their files are, but not as text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import currently_in_test_context, note
from pydantic import ValidationError

from engine.checks import check
from engine.definition import Definition
from engine.documents.blanks import blanks
from engine.pathway import Pathway

Document = dict[str, Any]


def definition_of(document: Document) -> Definition | None:
    """As the loader reads it; None for what it refuses.

    To read its text as YAML takes longer than all else that is done with most of them.
    """
    try:
        definition = Definition.model_validate(document)
    except ValidationError:
        return None
    return None if any(blanks(document, Definition)) or check(definition) else definition


def loaded(document: Document) -> Pathway:
    """What is valid, whatever chance has made."""
    text = json.dumps(document)
    if currently_in_test_context():
        note(text)
    definition = definition_of(json.loads(text))
    assert definition
    return Pathway(definition)
