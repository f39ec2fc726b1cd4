"""What a definition's shape does wrong, in words for people who are no programmers."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import ErrorDetails

_SAID: Mapping[str, tuple[str, str]] = {
    "int_type": ("a whole number is expected here", "write it in digits, as in `3`"),
    "int_parsing": ("a whole number is expected here", "write it in digits, as in `3`"),
    "int_from_float": ("a whole number is expected here", "write it without a fraction"),
    "greater_than_equal": ("this number is too small", "write {ge} or more"),
    "less_than_equal": ("this number is too large", "write {le} or less"),
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
