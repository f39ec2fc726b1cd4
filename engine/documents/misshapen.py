"""What a definition's shape does wrong, in words for people who are no programmers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.definition import Entry, words_at
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.nearest import meant

_SAID: Mapping[str, tuple[str, str]] = {
    "int_type": ("a whole number is expected here", "write it in digits, as in `3`"),
    "int_parsing": ("a whole number is expected here", "write it in digits, as in `3`"),
    "int_from_float": ("a whole number is expected here", "write it without a fraction"),
    "greater_than_equal": ("this number is too small", "write {ge} or more"),
    "less_than_equal": ("this number is too large", "write {le} or less"),
    "float_type": ("a number is expected here", "write it in digits, as in `0.1`"),
    "float_parsing": ("a number is expected here", "write it in digits, as in `0.1`"),
    "greater_than": ("this number is too small", "write more than {gt}"),
    "bool_type": ("yes or no is expected here", "write `yes`, `no`, or the word alone"),
    "bool_parsing": ("yes or no is expected here", "write `yes`, `no`, or the word alone"),
    "string_type": (
        "a word or text is expected here",
        "put it in quotes if it looks like a number",
    ),
    "string_too_short": ("a text is missing here", "write it, or leave the line out"),
    "string_too_long": ("this text is too long", "{max_length} letters at most"),
    "date_type": ("a day is expected here", "write it as in `2026-01-31`"),
    "date_parsing": ("a day is expected here", "write it as in `2026-01-31`"),
    "date_from_datetime_parsing": ("a day is expected here", "write it as in `2026-01-31`"),
    "date_from_datetime_inexact": ("a day is expected here", "leave the hour out"),
    "tuple_type": ("a list is expected here", "put it in brackets, as in `[one, two]`"),
    "list_type": ("a list is expected here", "put it in brackets, as in `[one, two]`"),
    "too_short": ("nothing stands here", "write at least {min_length}, or leave the line out"),
    "dict_type": ("names with values are expected here", "write `name: value`, one a line"),
    "model_type": ("words with values are expected here", "write `word: value`, one a line"),
    "literal_error": ("this word is not known here", "write {expected}"),
    "enum": ("this word is not known here", "write {expected}"),
}


def said(detail: ErrorDetails) -> tuple[str, str]:
    """What is wrong and how to mend it. Our own errors bring both along."""
    context = detail.get("ctx", {})
    if detail["type"] in _SAID:
        message, remedy = _SAID[detail["type"]]
        return message, remedy.format(**context).replace("'", "`")
    return detail["msg"].removeprefix("Value error, "), str(context.get("remedy", ""))


def place_of(detail: ErrorDetails) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def shape_problems(
    error: ValidationError, document: Document, model: type[Entry], told: Collection[Path] = ()
) -> list[Problem]:
    """What pydantic found, at its places and in our words, but for what is `told` already."""
    problems = [
        _shape_problem(each, document, model)
        for each in error.errors(include_input=False)
        if written(place_of(each), document) not in told and not _is_rest_of_phrase(each, document)
    ]
    return sorted(dict.fromkeys(problems), key=document.position)


_REST = re.compile(r"(at most \d+|then .+)")


def _is_rest_of_phrase(detail: ErrorDetails, document: Document) -> bool:
    """`{declined: next receiver, at most 2}`: YAML took what follows the comma for a word, and in
    a list for an item.
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
        remedy = meant(word, known, "known here:")
        if ":" in word:
            remedy = "write a space behind the `:`"
        if word.endswith(")"):
            remedy = "between `{ }` or `[ ]` a phrase with commas stands in quotes"
        return Problem(document.place(path, key=True), f"unknown word `{word}`", remedy)
    if kind == "missing":
        return Problem(
            document.place(path[:-1], key=True), f"`{path[-1]}` is missing", f"add `{path[-1]}:`"
        )
    if kind == "string_pattern_mismatch":
        where = document.place(path, key="[key]" in detail["loc"])
        return Problem(where, _NAME_MESSAGE, _pattern_remedy(str(context.get("pattern", ""))))
    offset = int(context.get("column", 1)) - 1
    is_key = "[key]" in detail["loc"]
    place = document.place(written(path, document), key=is_key, offset=offset)
    return Problem(place, *(_in_place(detail, document, path) or said(detail)))


def _in_place(detail: ErrorDetails, document: Document, path: Path) -> tuple[str, str] | None:
    """What is said there alone, in place of what is said of such a value anywhere."""
    kind = detail["type"]
    if kind == "string_too_long" and "[key]" in detail["loc"]:
        return "this name is too long", said(detail)[1]
    if kind == "phrase" and (meant_so := _as_reaction(document, path)):
        return said(detail)[0], f"write `{meant_so}`"
    if kind == "string_type" and path[:1] == ("data",) and "choice" in path:
        return "a choice is a word, and no number", "begin it with a letter: `level_1`"
    if kind == "string_type" and isinstance(document.at(path), list):
        return "one word is expected here, and this is a list", "name one of them"
    if kind == "model_type" and path[:1] == ("data",) and len(path) == 2:
        said_there = str(document.at(path))
        type_ = _ALSO_SAID.get(said_there.lower(), said_there)
        as_written = type_ if re.fullmatch(r"[a-z_]+", type_) else "text"
        return "a field has its type between braces", f"write `{{{as_written}}}`"
    if kind == "model_type" and path[-1] in _AT_LENGTH:
        return said(detail)[0], f"write `{path[-1]}: {_AT_LENGTH[str(path[-1])]}`"
    return None


def _as_reaction(document: Document, path: Path) -> str:
    """What a name alone may stand for where something is to follow."""
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
"""What other languages call our types of fields."""
_AT_LENGTH: Mapping[str, str] = {
    "repeat": "{at_most: 5, until: CONDITION, then: REACTION}",
    "series": "{every: 1 month, for: 1 year, after: MOMENT}",
    "panel": "{members: [ROLE, ROLE], quorum: 2, agree: majority, tied: OUTCOME, no_quorum: OUTCOME}",
    "arrival": "{confirmed_by: ROLE, within: 1 day, missing: REACTION}",
}
"""What has no short form, as it is written at length."""

_NAME_MESSAGE = "this name cannot be read"


_REMEDIES = {
    "[A-Z]{2}(-": "write a side, a role, or a country or a part of one, as in GB-SCT",
    "[A-Z]{2}-": "write the country, a dash and a short name, all in capitals, as in GH-DSW",
    "[A-Z]{2}": "write two capitals, as in GH",
    "[A-Za-z0-9 ._/-]*": "begin with a letter or a digit; letters, digits, blanks and . _ / - may follow",
    "[A-Za-z][A-Za-z0-9_]*": "use letters, digits and _, beginning with a letter",
    "[A-Z0-9]{1,3}": "write its code without the country, in capitals, as in SCT",
}
"""What a name must look like, by a part of its pattern."""


def _pattern_remedy(pattern: str) -> str:
    for part, remedy in _REMEDIES.items():
        if part in pattern:
            return remedy
    return "use small letters, digits and _, beginning with a letter"


def written(path: Path, document: Document) -> Path:
    """Drop what the short form leaves out: `due: 24 hours` has no `time` of its own."""
    while path and not document.holds(path):
        path = path[:-1]
    return path
