"""What people write instead of what the grammar knows, and the answer that helps them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.errors import ExpressionError
from engine.nearest import nearest
from engine.phrases.syntax import Unit

_CLOCKS_ONLY = (
    "time enters a condition only through named clocks",
    "declare a clock under `clocks` and ask `clock.NAME.reached`",
)
RESERVED: dict[str, tuple[str, str]] = {
    "now": _CLOCKS_ONLY,
    "today": _CLOCKS_ONLY,
    "true": ("`true` is written `yes`", "write the name alone, or `NAME = yes`"),
    "false": ("`false` is written `no`", "write `not NAME`, or `NAME = no`"),
    "null": ("there is no `null`", "ask `NAME.answered` or `not NAME.answered`"),
    "yes": ("`yes` is a value, not a name", "write it behind the name: `NAME = yes`"),
    "no": ("`no` is a value, not a name", "write it behind the name: `NAME = no`"),
    **{
        word: (f"`{word}` is a word of the language", "choose another name")
        for word in ("and", "or", "not", "in")
    },
}
"""Words that can be no name of a field or a step, with what to say about each.

`yes` and `no` may be values of a choice.
"""

_ONE = (r"\s+".join(unit.removesuffix("s").split()) for unit in Unit)
UNIT = f"(?:{'|'.join(_ONE)})s?"
"""A pattern for a unit of time, one or many."""
_EXAMPLES = {
    "condition": "a condition reads like `risk < high and asylum = not_sought`",
    "clock": "a clock reads like `24 hours`, `15 working days after ask_home.offered` or "
    "`earliest of (90 days, decide.done)`",
    "duration": "a duration reads like `24 hours` or `5 working days`",
    "length": "a length reads like `30 days`, or `granted days, at most 60` with a field of numbers",
    "rung": "a rung reads like `remind screener`, `after 1 working day tell manager` or "
    "`every 2 working days remind screener, at most 5`",
    "after": "what comes first reads like `intake`, `any of (doctor, family)` or "
    "`2 of (doctor, family, lawyer)`; a list is all of it",
    "reaction": "a reaction is `end NAME`, `interrupt NAME`, `tell ROLE`, "
    "`next receiver, at most N`, `back to STAGE, at most N, then REACTION`, `go on` or `skip`",
}

_VALUE = "a value"
_WORDS = {
    "NAME": "a name",
    "ROLE": "a name",
    "WORD": _VALUE,
    "QUALIFIED": _VALUE,
    "COUNTRY": _VALUE,
    "NUMBER": _VALUE,
    "DATE": _VALUE,
    "DATE_TIME": _VALUE,
    "COMPARISON": "a comparison such as `=`",
    "AMOUNT": "a whole number",
    "UNIT": "a unit of time",
    "_OPEN": "`(`",
    "_CLOSE": "`)`",
    "_COMMA": "`,`",
    "_BIRTHDAY": "a name",
    "_END_OF": "a name",
    "DAY": "a name",
    "SPAN": "`month`, `quarter`, `year`",
    "_EARLIEST": "`earliest of`",
    "_LATEST": "`latest of`",
    "_ANY_OF": "`any of`",
    "_NEXT_RECEIVER": "`next receiver`",
    "_AT_MOST": "`at most`",
    "_BACK_TO": "`back to`",
    "_GO_ON": "`go on`",
    "$END": "the end",
}

Misreading = tuple[str, str, str]
"""A pattern for the text from the error on, the message, the remedy."""

_ANYWHERE: list[Misreading] = [
    (r"\.\w|\w+(\.\w+)*\.(?!\w)", "a name neither begins nor ends with `.`", "leave the `.` out"),
    (
        r"[a-z]\w*[A-Z]\w*|[A-Z][a-z]\w*|[A-Z]{4,}",
        "names and words are written in small letters",
        "write `{small}`",
    ),
    (r"-[a-z_]", "names have no `-`", "write `_` instead of `-`"),
]
_CONDITIONS: list[Misreading] = [
    (r"==+", "equality is written `=`", "write `=` instead of `{found}`"),
    (r"=>|≥", "`{found}` is no comparison", "write `>=`"),
    (r"=<|≤", "`{found}` is no comparison", "write `<=`"),
    (r"<>|≠", "`{found}` is no comparison", "write `!=`"),
    (r"is\s+not\b", "`is not` is written `!=`", "write `NAME != VALUE`"),
    (r"is\b", "`is` is written `=`", "write `NAME = VALUE`"),
    (r"not\s+in\b", "`not` stands before the name", "write `not NAME in (...)`"),
    (r"not\b", "`not` stands before a whole test, and only once", "write `not NAME = VALUE`"),
    (r"(AND|OR|NOT|IN)\b", "`{found}` is written in small letters", "write `{small}`"),
    (r"&+", "`{found}` is written `and`", "write `and`"),
    (r"\|+", "`{found}` is written `or`", "write `or`"),
    (r"!(?!=)", "`!` is written `not`", "write `not` before the test"),
    (r"[\"'\u2018\u2019\u201c\u201d]", "values stand without quotes", "leave the quotes out"),
    (r"[-+*/%^]", "a condition does not calculate", "compare names with values only"),
    (r"\d{4}-\d\d-\d\d[T ]\S+", "a time stands in quotes", 'write `date and time("{found}")`'),
    (r"\d{4}-\d\d?-\d\d?", "a date stands in quotes", 'write `date("{found}")`'),
    (r"[A-Z]{3}\b", "a country is written with two capital letters", "write for example `NG`"),
    (r"[\[{]", "a list stands in parentheses", "write `in (a, b)`"),
    (
        r"(=|!=|<=?|>=?)",
        "one comparison stands between one name and one value",
        "join two of them with `and`: `age > 1 and age < 5`",
    ),
]
_VALUES_FIRST: list[Misreading] = [
    (
        r"-?\d|[A-Z]{2}\b|date\b",
        "a comparison begins with the name",
        "write for example `age >= 18`, not `18 <= age`",
    ),
]
_IN_DIGITS = "a number is written in digits"
_BIRTHDAY = "write for example `birthday 18 of birth_date`"
_FROM_A_FORM = "let a form ask for the day, and write its field: `due: travel_date`"
SAME_DAY = ("a day that is the same in every case is no period", _FROM_A_FORM)
_OF_A_MONTH = "a day of a month, a quarter or a year begins with `day` and its number"
_DAY_OF = "write `day {number} of the month after NAME`, or so of a `quarter` or a `year`"
_END_OF = (
    "write for example `end of the month of NAME`, `end of the quarter after NAME` or "
    "`end of the next year`"
)
_PERIODS: list[Misreading] = [
    (r"(the\s+)?\d+(st|nd|rd|th)\s+(day\s+)?(of|after)\s+\w+", _OF_A_MONTH, _DAY_OF),
    (r"(the\s+)?(last\s+)?day\s+of\b", "the last day of a month is its end", _END_OF),
    (r"(the\s+)?end\s+of\b", "nothing stands before `end of`", _END_OF),
    (r"(from|since)\b", "`{found}` is written `after`", "write for example `5 days after NAME`"),
    (r"\d+(st|nd|rd|th)\b", "an age is written in digits alone", _BIRTHDAY),
    (
        r"\?",
        "`?` stands behind a single moment of `latest of` alone",
        "leave it out; `latest of (NAME, OTHER?)` does not wait for OTHER",
    ),
    (
        r"of\b",
        "before `of` stands `end`, `day` and a number, `birthday` and an age, `earliest` or `latest`",
        _BIRTHDAY,
    ),
    (r"\d+[.,]\d", "a period is a whole number", "choose a smaller unit"),
    (r"-\d", "a period is not negative", "count backwards with `before`: `3 days before NAME`"),
    (r"[-+]", "nothing is added or taken away here", "write for example `3 days after NAME`"),
    (
        rf"{UNIT}\b",
        _IN_DIGITS,
        "write for example `5 days`",
    ),
    (r"\d+[a-zA-Z]", "a space stands between number and unit", "write for example `24 hours`"),
]


_AHEAD: list[Misreading] = [
    (r"\b\d{4}$", *SAME_DAY),
    (r"\bwithin\s+$", "`within` is left out", "write for example `5 days after NAME`"),
    (
        r"\b(after|before)\s+(earliest|latest)\s+$",
        "behind `after` and `before` stands a single moment",
        "write the period in it, as in `{second} of (5 days after a, 5 days after b)`",
    ),
    (
        r"\b(earlier|first|sooner|soonest)\s+$",
        "`{found} of` is written `earliest of`",
        "write `earliest of (a, b)`",
    ),
    (r"\b(later|last)\s+$", "`{found} of` is written `latest of`", "write `latest of (a, b)`"),
    (
        r"\b(beginning|start)\s+$",
        "the first day of a month is written `day 1`",
        "write `day 1 of the month after NAME`",
    ),
]
"""Patterns for the text up to the error, where a clock is written."""


def unit_named(text: str) -> Unit:
    """`day`, `working  days`: one or many, however spaced."""
    return Unit(f"{' '.join(text.split()).removesuffix('s')}s")


def explain(kind: str, text: str, position: int, expected: Iterable[str]) -> ExpressionError:
    """The error of a text that cannot be read from `position` on, where `expected` would fit."""
    terminals = set(expected) - {"PERHAPS"} or {"$END"}  # nothing lacks a `?`
    column = position + 1
    if not text.strip():
        return ExpressionError(f"this {kind} is empty", remedy=_EXAMPLES[kind])
    if position >= len(text.rstrip()):
        return _ended(kind, text, column, terminals)
    if text[position] == "(" and (said := re.search(r"\w+\s*$", text[:position])):
        return _called(kind, said[0].strip(), said.start() + 1)
    if most := re.search(r"at\s+most\s+\d+\s+$", text[:position]):
        return ExpressionError(
            "behind `at most` stands a number alone",
            column=column,
            remedy=f"write `{most[0].strip()}`",
        )
    if terminals & {"_THE", "SPAN"}:
        message = f"{_listed(terminals)} is expected here, not {_found(text, position)}"
        return ExpressionError(message, column=column, remedy=_END_OF)
    if error := _misread(kind, text, position, terminals):
        return error
    if terminals == {"$END"} and text[position] == ")":
        return ExpressionError("this `)` closes nothing", column=column, remedy="leave it out")
    if "UNIT" in terminals:
        return _unit(text, position)
    return ExpressionError(
        f"{_listed(terminals)} is expected here, not {_found(text, position)}",
        column=column,
        remedy=_EXAMPLES[kind],
    )


def _found(text: str, position: int) -> str:
    match = re.compile(r"[\w.]{1,40}").match(text, position)
    found = match[0] if match else text[position]
    return f"`{found}`" if found.isprintable() else "an invisible character"


def _misread(kind: str, text: str, position: int, terminals: set[str]) -> ExpressionError | None:
    """Something that people often write in place of what is meant: before the error, or at it."""
    for pattern, message, remedy in _AHEAD if kind == "clock" else ():
        said = re.search(pattern, text[:position])
        if said and re.match(r"of\b|\d|-\d\d-\d\d", text[position:]):
            words = {"found": said[0].strip(), "second": said[0].split()[-1]}
            return _said(message, remedy, words, said.start() + 1)
    for pattern, message, remedy in _misreadings(kind, terminals):
        if match := re.compile(pattern).match(text, position):
            column = position + 1
            if message == _IN_DIGITS and (said := re.search(r"\w+\s+$", text[:position])):
                column = said.start() + 1  # `two days`: the number is what is to be written anew
            return _said(message, remedy, {"found": match[0], "small": match[0].lower()}, column)
    return None


def _said(message: str, remedy: str, words: dict[str, str], column: int) -> ExpressionError:
    number = re.search(r"\d+", words["found"])
    words["number"] = number[0] if number else "N"
    return ExpressionError(message.format(**words), column=column, remedy=remedy.format(**words))


def _called(kind: str, word: str, column: int) -> ExpressionError:
    """Something before a `(` that takes none."""
    message, remedy = RESERVED.get(word, (f"`{word}` takes no parentheses", "leave them out"))
    if word in ("date", "time") and kind != "condition":
        return ExpressionError(SAME_DAY[0], column=column, remedy=SAME_DAY[1])
    if word in ("date", "time"):
        message = "this date cannot be read"
        remedy = 'write `date("2026-01-31")` or `date and time("2026-01-31T10:00:00Z")`'
    if word in ("earliest", "latest"):
        message, remedy = f"behind `{word}` stands `of`", f"write `{word} of (a, b)`"
    return ExpressionError(message, column=column, remedy=remedy)


def _misreadings(kind: str, terminals: set[str]) -> list[Misreading]:
    if kind != "condition":
        return [*_ANYWHERE, *_PERIODS]
    return [*_ANYWHERE, *_CONDITIONS, *(_VALUES_FIRST if "NAME" in terminals else [])]


def _ended(kind: str, text: str, column: int, terminals: set[str]) -> ExpressionError:
    remedy = _EXAMPLES[kind]
    if "_COMMA" in terminals:
        remedy = "between `{ }` or `[ ]` a phrase with commas stands in quotes"
        remedy = f"close the `)`; {remedy}" if "(" in text else f"{remedy}; {_EXAMPLES[kind]}"
    return ExpressionError(
        f"the {kind} ends too early: {_listed(terminals)} is missing", column=column, remedy=remedy
    )


def _listed(terminals: set[str]) -> str:
    names = {_WORDS.get(name, f"`{name.strip('_').lower()}`") for name in terminals}
    *first, last = sorted(names, key=lambda name: (name == "the end", name))
    return f"{', '.join(first)} or {last}" if first else last


_UNITS = [name for unit in Unit for name in (unit.value, unit.value.removesuffix("s"))]
_ALSO_SAID = {
    "business": "working days",
    "work": "working days",
    "calendar": "days",
    "minutes": "hours",
}


def _unit(text: str, position: int) -> ExpressionError:
    words = re.compile(r"[^\s,()]+(?:\s+(?!after\b|before\b|tell\b|remind\b)\w+)?")
    match = words.match(text, position)
    said = " ".join(match[0].split()) if match else text[position]
    first = said.split()[0]
    near = _ALSO_SAID.get(first) or nearest(said, _UNITS) or nearest(first, _UNITS)
    units = ", ".join(unit.value for unit in Unit)
    meant = f"did you mean `{near}`? " if near else ""
    return ExpressionError(
        f"`{said}` is not a unit of time",
        column=position + 1,
        remedy=f"{meant}the units are {units}",
    )
