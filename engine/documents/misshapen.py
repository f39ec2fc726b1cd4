"""Explains faults in a definition's shape to people who are not programmers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.definition import Entry, words_at
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.message import Message, finding
from engine.nearest import suggestion_here

SAID: Mapping[str, str] = {
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "no_fraction",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "float_type": "number",
    "float_parsing": "number",
    "greater_than": "not_more",
    "bool_type": "yes_or_no",
    "bool_parsing": "yes_or_no",
    "string_type": "text",
    "string_too_short": "no_text",
    "string_too_long": "long_text",
    "date_type": "day",
    "date_parsing": "day",
    "date_from_datetime_parsing": "day",
    "date_from_datetime_inexact": "no_hour",
    "tuple_type": "list",
    "list_type": "list",
    "too_short": "nothing",
    "dict_type": "names",
    "model_type": "words",
    "literal_error": "one_of",
    "enum": "one_of",
}
"""For each type of pydantic error, the code of the message for it, after `finding.shape.`."""
_LIMITS = ("ge", "le", "gt", "max_length", "min_length")
"""The names pydantic uses for the limit that a value does not keep."""


def said(detail: ErrorDetails) -> Message:
    """What is wrong and how to mend it."""
    return _known(detail) or finding("shape.other", said=detail["msg"])


def advice(detail: ErrorDetails) -> Message:
    """How to write the value that pydantic expected."""
    known = _known(detail)
    return finding("wanted.shape", what=known) if known else finding("wanted.value")


def _known(detail: ErrorDetails) -> Message | None:
    """The message for a known type of error; an error made by `misread` carries its own. None for any
    other error.
    """
    context = detail.get("ctx", {})
    if code := SAID.get(detail["type"]):
        limit = next((context[word] for word in _LIMITS if word in context), "")
        expected = str(context.get("expected", "")).replace("'", "`")
        return finding(f"shape.{code}", limit=limit, expected=expected)
    message = context.get("message")
    return message if isinstance(message, Message) else None


def place_of(detail: ErrorDetails) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def shape_problems(
    error: ValidationError, document: Document, model: type[Entry], told: Collection[Path] = ()
) -> list[Problem]:
    """Pydantic's errors in words for people, each at its place, in reading order. Errors at the paths
    in `told` are left out, as are those that only come from the rest of a phrase with a comma.
    """
    problems = [
        _shape_problem(each, document, model)
        for each in error.errors(include_input=False)
        if written(place_of(each), document) not in told and not _is_rest_of_phrase(each, document)
    ]
    return sorted(dict.fromkeys(problems), key=document.position)


_REST = re.compile(r"(at most \d+|then .+)")


def _is_rest_of_phrase(detail: ErrorDetails, document: Document) -> bool:
    """Whether the error comes from the rest of a phrase with a comma. In `{declined: next receiver,
    at most 2}` YAML takes what follows the comma for another key (in a list, for another item).
    """
    path = place_of(detail)
    here, rest = document.at(path), path[-1]
    if detail["type"] == "phrase" and isinstance(rest, int) and rest > 0:
        rest, here = here, None
    elif detail["type"] != "extra_forbidden":
        return False
    return here is None and isinstance(rest, str) and _REST.fullmatch(rest) is not None


def _shape_problem(detail: ErrorDetails, document: Document, model: type[Entry]) -> Problem:
    path = place_of(detail)
    context, kind = detail.get("ctx", {}), detail["type"]
    if kind == "extra_forbidden":
        word, known = str(path[-1]), words_at(model, path[:-1])
        what = finding("shape.unknown_word", word=word, known=suggestion_here(word, known))
        if ":" in word:
            what = finding("shape.word_with_a_colon", word=word)
        if word.endswith(")"):
            what = finding("shape.word_with_a_comma", word=word)
        return Problem(document.place(path, key=True), what)
    if kind == "missing":
        what = finding("shape.missing", word=str(path[-1]))
        return Problem(document.place(path[:-1], key=True), what)
    if kind == "string_pattern_mismatch":
        where = document.place(path, key="[key]" in detail["loc"])
        return Problem(where, _pattern(str(context.get("pattern", ""))))
    offset = int(context.get("column", 1)) - 1
    is_key = "[key]" in detail["loc"]
    place = document.place(written(path, document), key=is_key, offset=offset)
    return Problem(place, _in_place(detail, document, path) or said(detail))


def _in_place(detail: ErrorDetails, document: Document, path: Path) -> Message | None:
    """A special explanation for an error at certain places; None where the general one will do."""
    kind = detail["type"]
    if kind == "string_too_long" and "[key]" in detail["loc"]:
        return finding("shape.long_name", limit=detail.get("ctx", {}).get("max_length"))
    if kind == "phrase" and (meant := _as_reaction(document, path)):
        return finding("shape.reaction", what=said(detail), meant=meant)
    if kind == "string_type" and path[:1] == ("data",) and "choice" in path:
        return finding("shape.choice_of_numbers")
    if kind == "string_type" and isinstance(document.at(path), list):
        return finding("shape.one_word")
    if kind == "model_type" and path[:1] == ("data",) and len(path) == 2:
        said_there = str(document.at(path))
        type_ = _ALSO_SAID.get(said_there.lower(), said_there)
        as_written = type_ if re.fullmatch(r"[a-z_]+", type_) else "text"
        return finding("shape.type_of_a_field", type=as_written)
    if kind == "model_type" and path[-1] in _AT_LENGTH:
        word = str(path[-1])
        return finding("shape.at_length", what=said(detail), word=word, value=_AT_LENGTH[word])
    return None


def _as_reaction(document: Document, path: Path) -> str:
    """What a bare name may mean where a reaction is expected: `end stays` for `stays`. Empty if no
    end or interrupt has that name.
    """
    name = document.at(written(path, document))
    for room, word in (("ends", "end"), ("interrupts", "interrupt")):
        known = document.root.get(room)
        if isinstance(name, str) and isinstance(known, Mapping) and name in known:
            return f"{word} {name}"
    return ""


_ALSO_SAID: Mapping[str, str] = {
    "boolean": "yes_no",
    "bool": "yes_no",
    "string": "text",
    "integer": "number",
    "int": "number",
    "float": "number",
    "timestamp": "datetime",
}
"""Names of types in programming languages, with the types of fields that they stand for."""
_AT_LENGTH: Mapping[str, str] = {
    "repeat": "{at_most: 5, until: CONDITION, then: REACTION}",
    "series": "{every: 1 month, for: 1 year, after: MOMENT}",
    "panel": "{members: [ROLE, ROLE], quorum: 2, agree: majority, tied: OUTCOME, no_quorum: OUTCOME}",
    "arrival": "{confirmed_by: ROLE, within: 1 day, missing: REACTION}",
}
"""Entries without a short form, spelled out."""

PATTERNS = {
    "[A-Z]{2}(-": "calendar",
    "[A-Z]{2}-": "agency",
    "[A-Z]{2}": "country",
    "[A-Za-z0-9 ._/-]*": "code",
    "[A-Za-z0-9._-]*": "staff",
    "[A-Za-z][A-Za-z0-9_]*": "column",
    "[A-Z0-9]{1,3}": "subdivision",
}
"""For a distinctive part of each pattern, the code of the message about it, after
`finding.pattern.`.
"""


def _pattern(pattern: str) -> Message:
    for part, code in PATTERNS.items():
        if part in pattern:
            return finding(f"pattern.{code}")
    return finding("pattern.name")


def written(path: Path, document: Document) -> Path:
    """The path without the parts at its end that the document does not have, as when a short form
    leaves them out: in `due: 24 hours` there is no `time` key.
    """
    while path and not document.holds(path):
        path = path[:-1]
    return path
