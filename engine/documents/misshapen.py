"""Explains faults in a definition's shape to people who are not programmers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.definition import Entry, words_at
from engine.documents.document import Document, Path
from engine.documents.echoes import indented, place_of, without_echoes
from engine.documents.unknown_words import ALSO_SAID, unknown_word
from engine.errors import Problem
from engine.message import Message, finding

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


def shape_problems(
    error: ValidationError, document: Document, model: type[Entry], told: Collection[Path] = ()
) -> list[Problem]:
    """Pydantic's errors in words for people, each at its place, in reading order. Errors at the paths
    in `told` are left out, as are those that only follow from others.
    """
    problems = [
        _shape_problem(each, document, model)
        for each in without_echoes(error.errors(include_input=False), document, model)
        if written(place_of(each), document) not in told
    ]
    return sorted(dict.fromkeys(problems), key=document.position)


def _shape_problem(detail: ErrorDetails, document: Document, model: type[Entry]) -> Problem:
    path = place_of(detail)
    context, kind = detail.get("ctx", {}), detail["type"]
    if kind == "extra_forbidden":
        return unknown_word(document, path, words_at(model, path[:-1]))
    if kind == "missing":
        return _missing(document, path)
    if kind in ("string_pattern_mismatch", "form_item") and (
        lacks := _without_comma(document, path)
    ):
        return lacks
    if kind == "string_pattern_mismatch":
        where = document.place(path, key="[key]" in detail["loc"])
        return Problem(where, _pattern(str(context.get("pattern", ""))))
    offset = int(context.get("column", 1)) - 1
    is_key = "[key]" in detail["loc"]
    place = document.place(written(path, document), key=is_key, offset=offset)
    return Problem(place, _in_place(detail, document, path) or said(detail))


def _missing(document: Document, path: Path) -> Problem:
    word = str(path[-1])
    if len(path) == 1 and (there := indented(document, word)):
        what = finding("shape.indented", word=word, room=str(there[0]))
        return Problem(document.place(there, key=True), what)
    return Problem(document.place(path[:-1], key=True), finding("shape.missing", word=word))


_NAMES = re.compile(r"[a-z]\w* +([a-z]\w*)(?: +[a-z]\w*)*")


def _without_comma(document: Document, path: Path) -> Problem | None:
    """The problem of an item of a list that is two names, in a form of two fields; None if it is
    anything else.
    """
    names = _NAMES.fullmatch(str(document.at(path))) if isinstance(path[-1], int) else None
    if names is None or ("form" in path and names[1] not in document.root.get("data", ())):
        return None
    place = document.place(path, offset=names.start(1))
    return Problem(place, finding("yaml.no_comma", word=names[1]))


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
    if kind == "date_from_datetime_inexact" and not isinstance(document.at(path), datetime):
        return finding("shape.day")
    if kind == "model_type" and path[:1] == ("data",) and len(path) == 2:
        said_there = str(document.at(path))
        type_ = ALSO_SAID.get(said_there.lower(), said_there)
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
