"""What is wrong with a text that is not YAML, told at the slip: the library reports it where it no
longer understands the text, which may be far below.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ruamel.yaml.error import MarkedYAMLError

from engine.errors import Place, Problem
from engine.message import Message, finding

SLIPS = (
    (re.compile(r"^[ ]*(?:- )?[\w.-]*:?[ ]*(?=[\u00a0\u2007\u202f\u3000])"), "space"),
    (re.compile(r"^[^\"']*?\w:[ ]*(?=[\u201c\u201d\u201e\u00ab\u2018\u201a])"), "quote"),
    (re.compile(r"^[ ]*(?:- )?\w+:[ ]*'[^']*(?='\w)"), "apostrophe"),
    (re.compile(r"^[ ]*(?:- )?[a-z_]\w*:(?=[^\s:/])"), "no_space"),
    (re.compile(r"^[ ]*(?:- )?[a-z_]\w*[ ]*(?=[\uff1a\ufe55\ua789])"), "colon"),
)
"""Slips in a line that make YAML complain elsewhere; each match ends at the slip."""

_Found = tuple[int, Message]
"""The position of a slip in the text, and what is wrong there."""


def syntax_problem(error: MarkedYAMLError, text: str, file: str) -> Problem:
    """The problem of a text that cannot be read as YAML, at its place."""
    mark = error.problem_mark or error.context_mark
    where, said = mark.index if mark else 0, (error.problem or "this is not YAML").strip()
    if "duplicate key" in said:
        found = where, finding("yaml.twice", said=said.split(" with value")[0])
    else:
        begun = error.context_mark.index if error.context_mark else where
        found = (
            _open_quote(text, where)
            or _slip(text, where)
            or _explained(f"{error.context}: {said}", text, begun, where)
            or (where, finding("yaml.no_yaml", said=said))
        )
    at, message = found
    place = Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    return Problem(place, message)


_QUOTED = r"""(?:^|(?<=[\s\[{,]))(?:#[^\n]*|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)"""
"""A comment, or what is in quotes, up to the end of the text if nothing closes them."""
_QUOTED_TEXT = re.compile(_QUOTED, re.DOTALL | re.MULTILINE)
_NEXT_WORD = re.compile(r"\n[ ]*(?:- )?[a-z_]\w*:(?:\s|$)")


def _open_quote(text: str, before: int) -> _Found | None:
    """A quote that seems to end in another line, behind words that do not belong to its text."""
    for quoted in _QUOTED_TEXT.finditer(text, 0):
        if quoted.start() > before:
            return None
        if quoted[0][0] in "\"'" and _NEXT_WORD.search(quoted[0]):
            return quoted.start(), finding("yaml.open_quote")
    return None


def _slip(text: str, where: int) -> _Found | None:
    """The slip that explains an error. Looks in the line of the error and in the last line before it
    that is not blank.
    """
    above = text[:where].rpartition("\n")[0].rstrip()
    for begin in (_line(text, where)[0], above.rfind("\n") + 1):
        for pattern, code in SLIPS:
            if found := pattern.match(text[begin:].partition("\n")[0]):
                return begin + found.end(), finding(f"slip.{code}")
    return None


def _line(text: str, where: int) -> tuple[int, str]:
    """Where the line begins, and the part of it before the position."""
    begin = text.rfind("\n", 0, where) + 1
    return begin, text[begin:where]


def _explained(said: str, text: str, begun: int, where: int) -> _Found | None:
    """The slip behind what the library says; None if it is none of those known.

    Args:
        begun: the position of what the library was reading.
        where: the position at which it gave up.
    """
    for pattern, meant in _SAID.items():
        if re.search(pattern, said):
            found = (where, meant) if isinstance(meant, Message) else meant(text, begun, where)
            if found:
                return found
    return None


_BRACKET = re.compile(rf"{_QUOTED}|[\[\]{{}}]", re.DOTALL | re.MULTILINE)
_CLOSES = {"[": "]", "{": "}"}


def _in_brackets(text: str, begun: int, where: int) -> _Found:
    if not _is_closed(text, begun):
        opens = text[begun]
        return begun, finding("yaml.open_bracket", opens=opens, closes=_CLOSES[opens])
    word = (
        re.compile(r"[\w.-]+(?=\s*:?$)").search(text[begun:where]) if text[where] == ":" else None
    )
    at = begun + word.start() if word else where
    return at, finding("yaml.no_comma", word=re.split(r"[\s:,]", text[at:], maxsplit=1)[0])


def _is_closed(text: str, begun: int) -> bool:
    """Whether the bracket at the position is closed by the one that belongs to it."""
    due: list[str] = []
    for found in _BRACKET.finditer(text, begun):
        if found[0] in _CLOSES:
            due.append(_CLOSES[found[0]])
        elif found[0] in _CLOSES.values() and (found[0] != due.pop() or not due):
            return not due and found[0] == _CLOSES[text[begun]]
    return False


def _no_colon(text: str, begun: int, _: int) -> _Found:
    word = re.compile(r"(?:- )?[\w.-]*").match(text, begun)
    return word.end() if word else begun, finding("yaml.no_colon")


_BEGINS_OTHERWISE = re.compile(r"(?:[:,\[{-] +)([@`%&*!|>])")


def _begins_otherwise(text: str, _: int, where: int) -> _Found | None:
    """The sign at the beginning of a value that makes YAML read it as something else."""
    begin, _before = _line(text, where)
    *_others, found = (None, *_BEGINS_OTHERWISE.finditer(text, begin, where + 1))
    return found and (found.start(1), finding("yaml.begins_otherwise", sign=found[1]))


_BEGINS_WITH_A_PAIR = re.compile(r"[^#]*?(?::|-) +([\"'\[{])")


def _ends_too_soon(text: str, _: int, where: int) -> _Found | None:
    """A quote or bracket that begins a value and closes before its end."""
    begin, before = _line(text, where)
    found = _BEGINS_WITH_A_PAIR.match(before)
    return found and (begin + found.start(1), finding("yaml.ends_too_soon", sign=found[1]))


def _other_colon(text: str, _: int, where: int) -> _Found | None:
    """A colon too many in the line, or one that the line above lacks."""
    begin, before = _line(text, where)
    if re.match(r" *(?:- )?[\w.-]+: .*\S", before):
        return where, finding("yaml.second_colon")
    above = re.search(r"^ *(?:- )?([a-z_]\w*)(?: [^:\n]*)?\n\s*\Z", text[:begin], re.MULTILINE)
    return above and (above.end(1), finding("yaml.no_colon"))


def _left_open(_: str, begun: int, __: int) -> _Found:
    return begun, finding("yaml.open_quote")


_SAID: dict[str, Callable[[str, int, int], _Found | None] | Message] = {
    r"expected ',' or '[\]}]'": _in_brackets,
    r"expected the node content, but found ','": finding("yaml.two_commas"),
    r"could not find expected ':'": _no_colon,
    r"'\\t'": finding("yaml.tab"),
    r"escape": finding("yaml.backslash"),
    r"quoted scalar": _left_open,
    r"cannot start any token|alias|anchor|block scalar": _begins_otherwise,
    r"expected <block end>, but found '[\]}]'": finding("yaml.closes_nothing"),
    r"expected <block end>": _ends_too_soon,
    r"mapping values are not allowed": _other_colon,
    r"expected <block end>|<document start>|mapping values are not allowed": finding(
        "yaml.does_not_fit"
    ),
}
"""For each thing that the library says, what it means there, or how to find the slip; the first one
that finds any counts.
"""
