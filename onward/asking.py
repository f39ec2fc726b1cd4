"""Asks at a terminal for the answers of an act's form, and for the words that accompany the act;
without a terminal, reads the words from standard input.

If an act would be refused whatever the answers are, nothing is asked. After any other refusal, what
was typed can be corrected. Typed text stays in this command's memory and is never written to disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import typer
from rich.console import Console

from casework.acting import require_possible
from casework.context import Onward
from casework.filling_in import AskedField, FormToFill, form_of
from casework.principal import Principal
from casework.turn import Moved
from engine.commands import AnyAct
from engine.errors import CodedError, InWords
from engine.forms import typed
from engine.message import message
from engine.translation import words as named
from onward.answers import STANDARD_INPUT, given_answers
from onward.spoken import helped, language, say, spoken, told

Kept = TypeVar("Kept")
_WITHOUT_A_SCREEN = ("", "dumb", "unknown", "linux")
"""Values of `TERM` for terminals that have no alternate screen."""


class PendingAct(msgspec.Struct, frozen=True):
    """An act that a command is about to do, before its answers and words are known."""

    onward: Onward
    who: Principal
    code: str
    act: AnyAct
    at: datetime | None = None
    """When the act happened; None for now."""

    def require_possible(self) -> None:
        """Raises Refusal for an act that no answer could make possible."""
        require_possible(self.onward, self.code, self.act, self.who, self.at)


def with_form(
    doing: PendingAct,
    about: str,
    given: list[str],
    file: Path | None,
    do: Callable[[dict[str, object]], Moved],
) -> Moved:
    """Do an act with the answers of its form. At a terminal, missing answers are asked for if they
    are required or protected, unless `file` is standard input.

    Args:
        about: the id of the task or request.
        given: answers given as arguments: `NAME=VALUE`.
        file: a file with further answers; None if there is none.
        do: does the act with all answers, by name.

    Raises:
        EngineError, OSError: the file cannot be read, or others can read it too; something is not
            an answer, or a question is answered twice.
        Refusal: the act is not possible; `protected` if a protected answer was given as an
            argument.
        typer.Exit: the act was refused, and the user does not want to try again.
    """
    form = form_of(doing.onward, doing.code, about, doing.who, language())
    answers = form.typed(given_answers(form.fields, given, file))
    if file == STANDARD_INPUT or not sys.stdin.isatty():
        return do(answers)
    doing.require_possible()
    form.require_fitting(answers)

    def fill_in(before: Mapping[str, str]) -> dict[str, str]:
        return _filled_in(form, answers, before)

    return _until_done(fill_in, lambda texts: do(answers | form.typed(texts)))


def with_words(doing: PendingAct, wanted: bool, prompt: str, do: Callable[[str], Moved]) -> Moved:
    """Do an act with the protected words that accompany it: asked for at a terminal, otherwise read
    from standard input.

    Args:
        wanted: whether the user wants to add such words; if not, the act is done without them.
        prompt: how a terminal prompts for them, in English, as the act declares it.

    Raises:
        CodedError: standard input is empty.
        Refusal: why the act is not possible.
        typer.Exit: the act was refused, and the user does not want to try again.
    """
    if not wanted:
        return do("")
    what = helped(prompt)
    if not sys.stdin.isatty():
        said = sys.stdin.read().strip()
        if not said:
            raise CodedError(message("typed.nothing_announced"))
        return do(said)
    doing.require_possible()

    def ask(before: Mapping[str, str]) -> dict[str, str]:
        with _screen(private=True) as shown:
            return {what: _prompted(what, before.get(what, ""), shown=shown)}

    return _until_done(ask, lambda said: do(said[what]))


def _until_done(
    ask: Callable[[Mapping[str, str]], dict[str, str]], do: Callable[[dict[str, str]], Moved]
) -> Moved:
    """Ask and do; after a refusal, ask again as often as the user wants, keeping what was typed. If
    nothing was typed, the refusal is raised.
    """
    texts = ask({})
    while True:
        try:
            return do(texts)
        except InWords as error:
            if not texts:
                raise
            typer.echo(told(error), err=True)
            if not _confirmed(say("asked.try_again")):
                raise typer.Exit(1) from None
        texts = ask(texts)


def _confirmed(question: str) -> bool:
    """Whether the user says yes, in their language or in English; Enter means no."""
    while True:
        said = str(typer.prompt(question, default="", show_default=False, err=True)).strip().lower()
        if said in say("asked.yes").split():
            return True
        if not said or said in say("asked.no").split():
            return False


def _filled_in(
    form: FormToFill, answers: Mapping[str, object], before: Mapping[str, str]
) -> dict[str, str]:
    """Ask for each missing answer whose field applies. Returns the texts typed, by field name."""
    missing = [each for each in form.asked if each.is_asked_for and each.name not in answers]
    so_far, texts = dict(answers), dict[str, str]()
    with _screen(private=any(each.field.is_protected for each in missing)) as shown:
        for each in missing:
            if not each.applies(so_far):
                continue
            text = _answered(each, before.get(each.name, ""), shown=shown)
            if text:
                texts[each.name] = text
                so_far[each.name] = typed(each.field, text)
    return texts


def _answered(asked: AskedField, before: str, *, shown: bool) -> str:
    """The text of an answer to a field, asked for again until it is valid; empty if nothing was
    typed.
    """
    is_shown = shown or not asked.field.is_protected
    question = asked.title + _choices(asked)
    question = question if asked.required else say("asked.may_stay_empty", question=question)
    while True:
        text = _prompted(question, before, shown=is_shown, required=asked.required)
        fault = asked.fault(typed(asked.field, text)) if text else None
        if fault is None:
            return text
        typer.echo(spoken(fault), err=True)


def _prompted(question: str, before: str, *, shown: bool, required: bool = True) -> str:
    unseen = say("asked.not_shown", question=question)
    if before:
        unseen = say("asked.not_shown_kept", question=question)
    while True:
        answer = typer.prompt(
            question if shown else unseen,
            default=before or (None if required else ""),
            show_default=bool(before) and shown,
            hide_input=not shown,
            err=True,
        )
        if (text := str(answer).strip()) or not required:  # blanks are no answer
            return text


@contextmanager
def _screen(*, private: bool) -> Iterator[bool]:
    """A context for protected input. Yields whether the input may be shown while it is typed.

    It is easy to mistype a name that one cannot see. So the input is shown on the terminal's
    alternate screen, which leaves nothing behind, not even in the scrollback. Without such a
    screen, nothing is echoed.
    """
    terminal, console = os.environ.get("TERM", ""), Console(stderr=True)
    has_screen = console.is_terminal and not console.legacy_windows
    if os.name == "posix":
        has_screen = has_screen and terminal not in _WITHOUT_A_SCREEN
    if not (private and has_screen):
        yield False
        return
    with console.screen(hide_cursor=False):
        typer.echo(f"{say('asked.does_not_stay')}\n", err=True)
        yield True


def _choices(asked: AskedField) -> str:
    known = tuple(_meaning(word, asked.words.get(word, word)) for word in asked.field.words)
    if not asked.field.many:
        return f" ({', '.join(known)})" if known else ""
    several = say("asked.several")
    return f" ({say('told.line', name=several, value=known) if known else several})"


def _meaning(word: str, said: str) -> str:
    """The word to type, with its meaning if that is not obvious."""
    return word if said.lower() in (word, named(word).lower()) else f"{word} = {said}"
