"""A word of a definition that is not known where it is written: what was meant by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from engine.documents.document import Document, Path
from engine.documents.lookalikes import FOR_PEOPLE
from engine.errors import Problem
from engine.message import Message, finding, message
from engine.nearest import listed, nearest

_OTHERS = {
    "yes_no": "boolean bool",
    "text": "string",
    "number": "integer int float",
    "datetime": "timestamp",
    "choice": "select options enum",
    "many": "multiple",
    "due": "deadline",
    "by": "who role actor",
    "raised_by": "by",
    "when": "if condition",
    "otherwise": "else",
    "title": "name description",
    "ask": "question",
    "form": "fields questions",
    "decide": "outcomes",
    "stages": "phases",
    "steps": "tasks",
    "late": "escalate",
    "after": "depends_on",
    "needs": "requires",
}
ALSO_SAID = {each: word for word, others in _OTHERS.items() for each in others.split()}
"""What people call a word, or a type in programming languages, with the word of Onward for it."""


def unknown_word(document: Document, path: Path, known: Collection[str]) -> Problem:
    """The problem of a key that none of the known ones is."""
    word = str(path[-1])
    first, *rest = word.split() or [word]
    if rest and {first, *rest} <= {*known}:
        return Problem(document.place(path, key=True), finding("yaml.no_comma", word=rest[0]))
    if ":" not in word and (cut := _text_before(document, path, known)):
        what = finding("shape.rest_of_text", word=str(cut[-1]))
        return Problem(document.place(cut), what)
    return Problem(document.place(path, key=True), _said(document, path, known))


def _said(document: Document, path: Path, known: Collection[str]) -> Message:
    word, value = str(path[-1]), document.at(path)
    if ":" in word:
        return finding("shape.word_with_a_colon", word=word)
    if word.endswith(")"):
        return finding("shape.word_with_a_comma", word=word)
    if word == "type" and path[:1] == ("data",) and isinstance(value, str):
        return finding("shape.type_of_a_field", type=ALSO_SAID.get(value.lower(), value))
    if meant := meant_by(word, known):
        return finding("shape.unknown_word", word=word, known=message("known.near", near=meant))
    if path[:1] == ("stages",) and len(path) == 3 and isinstance(value, Mapping):
        return finding("shape.step_beside_steps", word=word)
    here = finding("known.here", names=listed(word, known) or "none")
    return finding("shape.unknown_word", word=word, known=here)


def meant_by(word: str, known: Collection[str]) -> str | None:
    """The known word that an unknown one stands for; None if there is none."""
    said = ALSO_SAID.get(word.lower())
    return said if said in known else nearest(word, known)


def _text_before(document: Document, path: Path, known: Collection[str]) -> Path | None:
    """The path of the text that goes on in a key, since YAML takes what follows a comma within braces
    for another key: `{ask: May we tell them, and when?}`.
    """
    mapping, word = document.at(path[:-1]), str(path[-1])
    key, value = word_before(mapping, word)
    if not isinstance(value, str) or meant_by(word, known):
        return None
    goes_on = " " in word if mapping[word] is None else key in FOR_PEOPLE
    return (*path[:-1], key) if goes_on else None


def word_before(mapping: Any, word: str | int) -> tuple[str, Any]:
    """The last key before `word` that has a value, and the value, if the mapping is in braces; a key
    that is empty otherwise, or if there is none.
    """
    found: tuple[str, Any] = ("", None)
    if isinstance(mapping, CommentedMap) and mapping.fa.flow_style():
        for key, value in mapping.items():
            if key == word:
                return found
            found = found if value is None else (key, value)
    return "", None
