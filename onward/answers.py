"""How commands take the answers of forms: as arguments, from a file or from standard input.

Protected answers are never arguments: every user of the machine can read those while the command
runs, and the shell stores them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.held import hold_for, view_of
from casework.principal import Principal
from engine.acts.filling import split_form
from engine.definition import DataField
from engine.errors import CodedError, Refusal
from engine.forms import applies, check_form, fault_in, fault_of, typed
from engine.message import Message, message
from engine.numbering import meant
from engine.pathway import Pathway
from engine.plans import FormField
from engine.state import HandOver, State, Task, TaskKind
from engine.translation import Translation
from engine.visibility import has
from onward.authoring.pathway_files import read_private
from onward.spoken import language

STANDARD_INPUT = Path("-")

Answers = Annotated[
    list[str],
    typer.Option(
        "--answer",
        metavar="NAME=VALUE",
        help="One answer of the form that is not protected; may be given again. Leave a protected"
        " one out and you are asked for it, or use --answers.",
    ),
]
AnswersFile = Annotated[
    Path | None,
    typer.Option(
        "--answers",
        metavar="FILE",
        help="Answers, one NAME=VALUE a line, in a file that only you can read; - reads them from"
        " standard input.",
    ),
]
Words = Annotated[
    bool,
    typer.Option(
        "--words",
        help="Add words, which are kept as protected: you are asked for them, or they are read from"
        " standard input. They never stand in the command.",
    ),
]


class AskedField(msgspec.Struct, frozen=True):
    """A field of a form."""

    name: str
    title: str
    field: DataField
    required: bool
    applies: Callable[[Mapping[str, object]], bool | None]
    """Whether it is asked, given the answers above it; None if not known."""
    fault: Callable[[object], Message | None]
    """What is wrong with an answer, if anything."""
    words: Mapping[str, str] = {}
    """The options, each with its meaning in the user's language."""

    @property
    def is_asked_for(self) -> bool:
        """Whether a terminal asks for it. An open, optional field can be given as an argument
        instead.
        """
        return self.required or self.field.is_protected


class Form(msgspec.Struct, frozen=True):
    """What is to be filled in, in the user's language."""

    asked: tuple[AskedField, ...]
    fields: Mapping[str, DataField]
    """All fields of the pathway."""
    require_fitting: Callable[[Mapping[str, object]], None]
    """Raises Refusal `wrong_form` if some of the given answers do not fit, whatever the others
    are.
    """

    def typed(self, texts: Mapping[str, str]) -> dict[str, object]:
        """Answers as the fields want them."""
        return typed_for(self.fields, texts)


def form_of(onward: Onward, code: str, about: str, by: Principal) -> Form:
    """The form of an agency's task, or for accepting a request to it, in the user's language; empty if it has neither.

    Raises:
        Refusal: `unknown_case`.
    """
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        held = hold_for(onward, connection, code, by, lock=False)
    view = view_of(held)
    pathway, state = held.pathway, held.state
    words = pathway.spoken(language())
    form: tuple[FormField, ...] = ()
    match meant(state, by.agency, about):
        case HandOver() as request if has(view, by.agency, request):
            form = pathway.answers_of(request)
        case Task() as task if has(view, by.agency, task):
            form = pathway.form_of(task)
            if task.kind is TaskKind.VOTE:  # each member has reasons of its own
                state = replace(state, from_before=())

    def require_fitting(answers: Mapping[str, object]) -> None:
        known, protected = split_form(answers, pathway)
        given = [each for each in form if each.name in answers]
        check_form(pathway, state, given, known, protected)

    asked = tuple(_asked(pathway, state, each, words) for each in form)
    return Form(asked, pathway.definition.data, require_fitting)


def _asked(pathway: Pathway, state: State, asked: FormField, words: Translation) -> AskedField:
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
    return AskedField(
        name=asked.name,
        title=words.data[asked.name],
        field=field,
        required=asked.required and asked.name not in state.from_before,
        applies=applying,
        fault=partial(fault_in, pathway, asked.name),
        words={word: words.words.get(word, word) for word in field.words},
    )


def given_answers(
    fields: Mapping[str, DataField], given: Iterable[str], file: Path | None
) -> dict[str, str]:
    """Parse answers from arguments or a file.

    Raises:
        CodedError: something is not an answer.
        Refusal: `protected`: a protected answer was given as an argument.
    """
    typed_in = dict(map(_split, given))
    open_to_all = tuple(name for name in typed_in if name in fields and fields[name].is_protected)
    if open_to_all:
        raise Refusal("protected", fields=open_to_all, n=len(open_to_all))
    return read_answers(file) | typed_in


def typed_for(fields: Mapping[str, DataField], texts: Mapping[str, str]) -> dict[str, object]:
    """Convert answers to the types of a pathway's fields."""
    return {
        name: typed(fields[name], text) if name in fields else text for name, text in texts.items()
    }


def read_answers(file: Path | None) -> dict[str, str]:
    """The answers in a file, one per line; empty lines and lines beginning with # are skipped.

    Raises:
        CodedError, EngineError: it cannot be read, others can read it too, or a line is not an answer.
    """
    if file is None:
        return {}
    text = sys.stdin.read() if file == STANDARD_INPUT else read_private(file)
    lines = (line.strip() for line in text.splitlines())
    return dict(_split(line) for line in lines if line and not line.startswith("#"))


def _split(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        # Not the text itself: it may be a protected answer that lost its name.
        raise CodedError(message("typed.no_answer"))
    return name.strip(), value.strip()
