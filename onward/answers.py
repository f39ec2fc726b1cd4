"""Answers of forms as a command takes them: typed, from a file, or asked for without an echo.

What is protected need not stand in a command, where the shell would remember it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from casework.context import Onward
from casework.translations import language_of
from casework.turn import hold
from engine.definition import DataField
from engine.errors import EngineError
from engine.forms import applies, fault_of, typed
from engine.pathway import FormField, Pathway
from engine.state import State
from engine.translation import Translation
from engine.translation import words as named
from onward.reading import read

STANDARD_INPUT = Path("-")

Answers = Annotated[
    list[str],
    typer.Option(
        "--answer",
        metavar="NAME=VALUE",
        help="One answer of the form; may be given again. A protected one works here too, but the"
        " shell remembers it: leave it out and it is asked for, or use --answers.",
    ),
]
AnswersFile = Annotated[
    Path | None,
    typer.Option(
        "--answers",
        metavar="FILE",
        help="Answers, one NAME=VALUE a line; - reads them from standard input.",
    ),
]
Words = Annotated[
    bool,
    typer.Option(
        "--words",
        help="Add words, which are kept as protected: asked for without an echo, or read from"
        " standard input.",
    ),
]


class Asked(msgspec.Struct, frozen=True):
    """A field of a task's form."""

    name: str
    title: str
    field: DataField
    required: bool
    applies: Callable[[Mapping[str, object]], bool | None] = lambda _: True
    """Whether it is asked, going by the answers above it; None where that is not known."""
    words: Mapping[str, str] = {}
    """What may be chosen, each with what it means to who is asked."""


def form_of(onward: Onward, code: str, about: str, agency: str) -> list[Asked]:
    """What a task, or a yes to a request, asks for, in the language of the agency; nothing if the
    case has no such one.

    Raises:
        Refusal: `unknown_case`.
    """
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        words = held.pathway.spoken(language_of(connection, agency))
    task, request = held.state.tasks.get(about), held.state.hand_overs.get(about)
    form: tuple[FormField, ...] = ()
    if request:
        form = held.pathway.answers_of(request)
    elif task:
        form = held.pathway.form_of(task)
    return [_asked(held.pathway, held.state, each, words) for each in form]


def _asked(pathway: Pathway, state: State, asked: FormField, words: Translation) -> Asked:
    fields = pathway.definition.data

    def applying(given: Mapping[str, object]) -> bool | None:
        open_ones = {
            name: value
            for name, value in given.items()
            if name in fields and not (fields[name].is_protected or fault_of(fields[name], value))
        }
        protected = [name for name in given if name in fields and fields[name].is_protected]
        return applies(asked, state, open_ones, protected)

    field = fields[asked.name]
    required = asked.required and asked.name not in state.from_before
    chosen = {word: words.words.get(word, word) for word in field.words}
    return Asked(asked.name, words.data[asked.name], field, required, applying, chosen)


def gather(form: Iterable[Asked], given: Iterable[str], file: Path | None) -> dict[str, object]:
    """The answers to a form; a terminal is asked for what is missing.

    Raises:
        EngineError: something is not an answer.
    """
    fields = {each.name: each for each in form}
    texts = texts_of(given, file)
    answers = {
        name: typed(fields[name].field, text) if name in fields else text
        for name, text in texts.items()
    }
    if sys.stdin.isatty() and file != STANDARD_INPUT:
        for each in fields.values():
            if each.required and each.name not in answers and each.applies(answers):
                answers[each.name] = typed(each.field, _prompted(each))
    return answers


def texts_of(given: Iterable[str], file: Path | None) -> dict[str, str]:
    """Answers as they were typed or stand in a file.

    Raises:
        EngineError: something is not an answer.
    """
    return read_answers(file) | dict(map(_split, given))


def typed_for(pathway: Pathway, texts: Mapping[str, str]) -> dict[str, object]:
    """Answers as the fields of a pathway want them."""
    fields = pathway.definition.data
    return {
        name: typed(fields[name], text) if name in fields else text for name, text in texts.items()
    }


def read_answers(file: Path | None) -> dict[str, str]:
    """The answers of a file, one a line; empty lines and those with # at their beginning are not.

    Raises:
        EngineError: it cannot be read, or a line is no answer.
    """
    if file is None:
        return {}
    text = sys.stdin.read() if file == STANDARD_INPUT else read(file)
    lines = (line.strip() for line in text.splitlines())
    return dict(_split(line) for line in lines if line and not line.startswith("#"))


def _split(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        # Not the text itself: it may be a protected answer that lost its name.
        raise EngineError("an answer reads NAME=VALUE, and one does not")
    return name.strip(), value.strip()


def _prompted(asked: Asked) -> str:
    hidden = asked.field.is_protected
    several = "several, with commas between: " if asked.field.many else ""
    known = (_meaning(word, asked.words.get(word, word)) for word in asked.field.words)
    words_known = f"{several}{', '.join(known)}".removesuffix(": ")
    choices = f" ({words_known})" if words_known else ""
    note = " (not shown)" if hidden else choices
    return str(typer.prompt(f"{asked.title}{note}", hide_input=hidden, err=True))


def _meaning(word: str, said: str) -> str:
    """The word to be typed, and what it means where it does not say so itself."""
    return word if said.lower() in (word, named(word).lower()) else f"{word} = {said}"


def words_of(wanted: bool, what: str) -> str:
    """Protected words that go with an act, if they are wanted.

    Raises:
        EngineError: none were given.
    """
    if not wanted:
        return ""
    if sys.stdin.isatty():
        return str(typer.prompt(f"{what} (not shown)", hide_input=True, err=True))
    given = sys.stdin.read().strip()
    if not given:
        raise EngineError(f"{what.lower()} were announced, and standard input is empty")
    return given
