"""Common mistakes in phrases, with messages that help."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.errors import ExpressionError
from engine.message import Message, finding
from engine.nearest import nearest
from engine.phrases.syntax import Unit

RESERVED: dict[str, Message] = {
    "now": finding("reserved.time"),
    "today": finding("reserved.time"),
    "true": finding("reserved.true"),
    "false": finding("reserved.false"),
    "null": finding("reserved.null"),
    "yes": finding("reserved.yes"),
    "no": finding("reserved.no"),
    **{word: finding("reserved.word", word=word) for word in ("and", "or", "not", "in")},
}
"""Words that cannot name a field or a step, with the message for each.

Of these, only `yes` and `no` may stand as values in a condition.
"""

_ONE = (r"\s+".join(unit.removesuffix("s").split()) for unit in Unit)
UNIT = f"(?:{'|'.join(_ONE)})s?"
"""A pattern for a unit of time, singular or plural."""
WORDS = {
    "NAME": "name",
    "ROLE": "name",
    "WORD": "value",
    "QUALIFIED": "value",
    "COUNTRY": "value",
    "NUMBER": "value",
    "DATE": "value",
    "DATE_TIME": "value",
    "COMPARISON": "comparison",
    "AMOUNT": "whole_number",
    "UNIT": "unit",
    "_BIRTHDAY": "name",
    "_END_OF": "name",
    "DAY": "name",
    "$END": "end",
}
"""For each terminal that is described and not spelled out, the word for it in the catalogue."""
_WRITTEN = {
    "_OPEN": ("(",),
    "_CLOSE": (")",),
    "_COMMA": (",",),
    "SPAN": ("month", "quarter", "year"),
    "_EARLIEST": ("earliest of",),
    "_LATEST": ("latest of",),
    "_ANY_OF": ("any of",),
    "_NEXT_RECEIVER": ("next receiver",),
    "_AT_MOST": ("at most",),
    "_BACK_TO": ("back to",),
    "_GO_ON": ("go on",),
}
"""How a terminal symbol of the grammar is written, if its name does not show that."""

Misreading = tuple[str, str]
"""A pattern for the text that begins at the error (in `AHEAD`: that ends there), and the code of
the message.
"""

ANYWHERE: list[Misreading] = [
    (r"\.\w|\w+(\.\w+)*\.(?!\w)", "point_at_the_edge"),
    (r"[a-z]\w*[A-Z]\w*|[A-Z][a-z]\w*|[A-Z]{4,}", "capitals"),
    (r"-[a-z_]", "dash"),
]
CONDITIONS: list[Misreading] = [
    (r"==+", "two_equals"),
    (r"=>|≥", "at_least"),
    (r"=<|≤", "at_most"),
    (r"<>|≠", "unequal"),
    (r"(less|fewer|lower|smaller|more|greater|higher|equals?|contains)\b", "sign"),
    (r"is\s+not\b", "is_not"),
    (r"is\b", "is"),
    (r"not\s+in\b", "not_in"),
    (r"not\b", "not"),
    (r"(AND|OR|NOT|IN)\b", "capital_word"),
    (r"&+", "and"),
    (r"\|+", "or"),
    (r"!(?!=)", "not_sign"),
    (r"[\"'\u2018\u2019\u201c\u201d]", "quotes"),
    (r"[-+*/%^]", "calculates"),
    (r"\d{4}-\d\d-\d\d[T ]\d\S*", "time_without_quotes"),
    (r"\d{4}-\d\d?-\d\d?", "date_without_quotes"),
    (r"[A-Z]{3}\b", "three_capitals"),
    (r"[\[{]", "brackets"),
    (r"(=|!=|<=?|>=?)", "two_comparisons"),
]
VALUES_FIRST: list[Misreading] = [
    (r"-?\d|(?!IN\b|OR\b)[A-Z]{2}\b", "value_first"),
]
SAME_DAY = finding("misread.same_day")
TWO_WORDS: list[Misreading] = [
    (r"(?!and\b|or\b|in\b)[a-z]\w*", "two_words"),
]
"""What stands where a comparison is expected."""
_OF = (r"of\b", "before_of")
AFTER: list[Misreading] = [
    _OF,
    (r"\w+(\.\w+)+", "name_alone"),
    (r"(,|and\b|or\b|&|\+)", "several_names"),
]
PERIODS: list[Misreading] = [
    (r"(within|in)\s+(?=\d)", "within"),
    (r"((?<=\d)|(?<=\d\s))(to\b|or\b|[-\u2013])\s*\d", "range"),
    (r"(the\s+)?\d+(st|nd|rd|th)\s+(day\s+)?(of|after)\s+\w+", "day_of_a_month"),
    (r"(the\s+)?(last\s+)?day\s+of\b", "last_day"),
    (r"(the\s+)?end\s+of\b", "before_end_of"),
    (r"(from|since)\b", "since"),
    (r"\d+(st|nd|rd|th)\b", "age"),
    (r"\?", "perhaps"),
    _OF,
    (r"\d+[.,]\d", "fraction"),
    (r"-\d", "negative"),
    (r"[-+]|(and|plus)\b", "sum"),
    (rf"{UNIT}\b", "in_digits"),
    (r"\d+[a-zA-Z]", "no_space"),
]


AHEAD: list[Misreading] = [
    (r"\b\d{4}$", "same_day"),
    (r"\bwithin\s+$", "within"),
    (r"\b(after|before)\s+(earliest|latest)\s+$", "two_moments"),
    (r"\b(earlier|first|sooner|soonest)\s+$", "earlier"),
    (r"\b(later|last)\s+$", "later"),
    (r"\b(beginning|start)\s+$", "beginning"),
]
"""Misreadings of a clock expression that the text before the error reveals."""


def unit_named(text: str) -> Unit:
    """The unit named by a text such as `day` or `working days`, however it is spaced."""
    return Unit(f"{' '.join(text.split()).removesuffix('s')}s")


def explain(kind: str, text: str, position: int, expected: Iterable[str]) -> ExpressionError:
    """The error for a text that stops making sense at `position`, counted from 0.

    Args:
        kind: the kind of phrase that the text should be.
        expected: the terminals of the grammar that would fit there.
    """
    terminals = set(expected) - {"PERHAPS"} or {"$END"}  # a `?` is never what is missing
    column = position + 1
    if not text.strip():
        return ExpressionError(finding("phrase.empty", kind=noun(kind), example=example(kind)))
    if position >= len(text.rstrip()):
        return ExpressionError(_ended(kind, text, terminals), column=column)
    if text[position] == "(" and (said := re.search(r"\w+\s*$", text[:position])):
        what = _called(kind, said[0].strip(), text[position:])
        return ExpressionError(what, column=said.start() + 1)
    if most := re.search(r"at\s+most\s+\d+\s+$", text[:position]):
        return ExpressionError(finding("phrase.at_most", most=most[0].strip()), column=column)
    wanted, found = _wanted(terminals), _found(text, position)
    if terminals & {"_THE", "SPAN"}:
        return ExpressionError(finding("phrase.end_of", wanted=wanted, found=found), column=column)
    if error := _misread(kind, text, position, terminals):
        return error
    if terminals == {"$END"} and text[position] == ")":
        return ExpressionError(finding("phrase.closes_nothing"), column=column)
    if "UNIT" in terminals:
        return ExpressionError(_unit(text, position), column=column)
    what = finding("phrase.expected", wanted=wanted, found=found, example=example(kind))
    return ExpressionError(what, column=column)


def noun(kind: str) -> Message | str:
    """The name of a kind of phrase."""
    return finding("phrase.what_comes_first") if kind == "after" else kind


def example(kind: str) -> Message:
    """An example of a kind of phrase."""
    return finding(f"example.{kind}")


def _found(text: str, position: int) -> Message:
    match = re.compile(r"[\w.]{1,40}").match(text, position)
    found = match[0] if match else text[position]
    if found.isprintable():
        return finding("token.written", text=found)
    return finding("token.invisible")


def _misread(kind: str, text: str, position: int, terminals: set[str]) -> ExpressionError | None:
    """The error for a common mistake at the position or just before it; None if there is none."""
    for pattern, code in AHEAD if kind == "clock" else ():
        said = re.search(pattern, text[:position])
        if said and re.match(r"of\b|\d|-\d\d-\d\d", text[position:]):
            return _said(code, said[0], said.start() + 1, text)
    for pattern, code in _misreadings(kind, terminals):
        if match := re.compile(pattern).match(text, position):
            column = position + 1
            if code == "in_digits" and (said := re.search(r"\w+\s+$", text[:position])):
                column = said.start() + 1  # in `two days` the number has to be rewritten
            return _said(code, match[0], column, text)
    return None


def _said(code: str, written: str, column: int, text: str) -> ExpressionError:
    number = re.search(r"\d+", written)
    period = re.search(r"\d.*", text)
    what = finding(
        f"misread.{code}",
        found=written.strip(),
        small=written.lower(),
        last=written.split()[-1],
        name="_".join((*text[: column - 1].split()[-1:], written)),
        period=re.sub(r"\b(of|from|since)\b", "after", period[0]) if period else "",
        number=number[0] if number else "N",
    )
    return ExpressionError(what, column=column)


def _called(kind: str, word: str, called: str) -> Message:
    """The message for a name that is followed by `(` as if it were a function."""
    if word in ("date", "time"):
        if kind != "condition":
            return SAME_DAY
        is_whole = re.match(r"\(\"\d{4}-\d\d-\d\d[^()]*\"\)", called)
        return finding("misread.value_first" if is_whole else "phrase.date")
    if word in ("earliest", "latest"):
        return finding("phrase.without_of", word=word)
    return RESERVED.get(word) or finding("phrase.no_parentheses", word=word)


def _misreadings(kind: str, terminals: set[str]) -> list[Misreading]:
    if kind in ("after", "reaction"):
        return [*ANYWHERE, *(AFTER if kind == "after" else [_OF])]
    if kind != "condition":
        return [*ANYWHERE, *PERIODS]
    first = VALUES_FIRST if "NAME" in terminals else []
    return [*ANYWHERE, *first, *CONDITIONS, *(TWO_WORDS if "COMPARISON" in terminals else [])]


def _ended(kind: str, text: str, terminals: set[str]) -> Message:
    wanted = _wanted(terminals)
    if "_COMMA" not in terminals:
        return finding("phrase.ends_early", kind=noun(kind), wanted=wanted, example=example(kind))
    if "(" in text:
        return finding("phrase.not_closed", kind=noun(kind), wanted=wanted)
    return finding("phrase.ends_at_a_comma", kind=noun(kind), wanted=wanted, example=example(kind))


def _wanted(terminals: set[str]) -> tuple[Message, ...]:
    """A list of what is expected: words with a single spelling first, the end of the text last."""
    written = {
        text
        for name in terminals - WORDS.keys()
        for text in _WRITTEN.get(name, (name.strip("_").lower(),))
    }
    words = {WORDS[name] for name in terminals & WORDS.keys()}
    return (
        *(finding("token.written", text=text) for text in sorted(written)),
        *(
            finding(f"token.{word}")
            for word in sorted(words, key=lambda each: (each == "end", each))
        ),
    )


_UNITS = [name for unit in Unit for name in (unit.value, unit.value.removesuffix("s"))]
_ALSO_SAID = {
    "business": "working days",
    "work": "working days",
    "calendar": "days",
    "minutes": "hours",
}


def _unit(text: str, position: int) -> Message:
    words = re.compile(r"[^\s,()]+(?:\s+(?!after\b|before\b|tell\b|remind\b)\w+)?")
    match = words.match(text, position)
    said = " ".join(match[0].split()) if match else text[position]
    first = said.split()[0]
    near = _ALSO_SAID.get(first) or nearest(said, _UNITS) or nearest(first, _UNITS)
    units = tuple(unit.value for unit in Unit)
    if near:
        return finding("phrase.unit_near", said=said, near=near, units=units)
    return finding("phrase.unit", said=said, units=units)
