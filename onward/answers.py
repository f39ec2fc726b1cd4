"""How commands take the answers of forms: as arguments, from a file or from standard input.

Protected answers are never arguments: every user of the machine can read a command's arguments
while it runs, and the shell stores them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from engine.definition import DataField
from engine.errors import CodedError, Refusal
from engine.message import message
from onward.authoring.pathway_files import read_private

STANDARD_INPUT = Path("-")

Answers = Annotated[
    list[str],
    typer.Option(
        "--answer",
        metavar="NAME=VALUE",
        help="An answer of the form; may be repeated. Not for protected answers: you are "
        "asked for those, or use --answers.",
    ),
]
AnswersFile = Annotated[
    Path | None,
    typer.Option(
        "--answers",
        metavar="FILE",
        help="A file of answers that only you can read, one NAME=VALUE per line; - reads "
        "standard input.",
    ),
]
Words = Annotated[
    bool,
    typer.Option(
        "--words",
        help="Add words, which are stored as protected. You are asked for them, or they are "
        "read from standard input; they are never part of the command.",
    ),
]


def given_answers(
    fields: Mapping[str, DataField], given: Iterable[str], file: Path | None
) -> dict[str, str]:
    """The answers in arguments and in a file, as typed, by name.

    Raises:
        CodedError: something is not an answer, or a question is answered twice.
        EngineError, OSError: the file cannot be read, or others can read it too.
        Refusal: `protected`: a protected answer was given as an argument.
    """
    typed_in = _each_once(map(_split, given))
    open_to_all = tuple(name for name in typed_in if name in fields and fields[name].is_protected)
    if open_to_all:
        raise Refusal("protected", fields=open_to_all, n=len(open_to_all))
    return _each_once((*read_answers(file).items(), *typed_in.items()))


def read_answers(file: Path | None) -> dict[str, str]:
    """The answers in a file, or in standard input for `-`, as typed, by name: one per line. Empty
    lines and lines beginning with `#` are skipped. Without a file, there are none.

    Raises:
        EngineError, OSError: the file cannot be read, others can read it too, a line is not an
            answer, or a question is answered twice.
    """
    if file is None:
        return {}
    text = sys.stdin.read() if file == STANDARD_INPUT else read_private(file)
    lines = (line.strip() for line in text.splitlines())
    return _each_once(_split(line) for line in lines if line and not line.startswith("#"))


def _each_once(answers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The answers by name. Raises CodedError if a name occurs twice."""
    found: dict[str, str] = {}
    for name, value in answers:
        if name in found:
            raise CodedError(message("typed.answered_twice", field=name))
        found[name] = value
    return found


def _split(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        # Not the text itself, which may be a protected answer that lost its name.
        raise CodedError(message("typed.no_answer"))
    return name.strip(), value.strip()
