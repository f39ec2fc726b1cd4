"""A command for each way in which an agency asks for an act, generated from the act's declaration,
and `onward consent words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from msgspec.structs import fields
from typer.core import TyperCommand

from casework.acting import do, words_to_read_out
from casework.principal import Because
from casework.settling import come_into_force
from casework.turn import Moved
from engine.acts.declared import ActWord, Declared, Way, WordKind, required
from engine.acts.making import made
from engine.commands import WAYS, Act
from onward.answers import Answers, AnswersFile, Words
from onward.asking import PendingAct, with_form, with_words
from onward.installation import acting
from onward.options import (
    Agency,
    CaseCode,
    Entered,
    OccurredAt,
    Person,
    TaskId,
    case_code,
    language_code,
)
from onward.printing import show_turn
from onward.spoken import say

app = typer.Typer()
_GROUPS = {
    "consent": typer.Typer(help="What the person agrees to: words, give, refuse, withdraw."),
    "answer": typer.Typer(help="Answer a request: accept or decline."),
}
for _name, _group in _GROUPS.items():
    app.add_typer(_group, name=_name)
ReadIn = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        parser=language_code,
        help="The language in which the person is asked, such as fr. Default: the answer "
        "that the consent names for it, or English.",
    ),
]


@_GROUPS["consent"].command("words")
def read_out(
    code: CaseCode,
    task: TaskId,
    agency: Agency,
    person: Person = "",
    because: Entered = None,
    language: ReadIn = None,
) -> None:
    """Print the text to read out to the person whom TASK asks."""
    with acting(agency, person, because) as (onward, who):
        come_into_force(onward, code, who)  # the answer will refer to the text that is read out
        said = words_to_read_out(onward, code, task, who, language)
    typer.echo(said.text)
    if said.language != said.wanted:
        lacking = say("told.no_words", wanted=said.wanted, language=said.language)
        typer.echo(lacking, err=True)


_ASKS_FOR_WORDS = frozenset({"words", "conditions"})
"""Options that ask for protected words, and take no value themselves."""


class _Turn(TyperCommand):
    """A command that keeps protected words out of its errors. After an option that prompts for such
    words, surplus arguments may be these words, so the error does not repeat them.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given, behind, _ = self.make_parser(ctx).parse_args(args=[*args])
        if behind and _ASKS_FOR_WORDS & given.keys():
            ctx.fail(say("typed.behind_words"))
        return super().parse_args(ctx, args)


_PARSERS: Mapping[WordKind, Callable[[str], str]] = {
    WordKind.CASE: case_code,
    WordKind.LANGUAGE: language_code,
    WordKind.AGENCY: lambda text: text.strip().upper(),
}
"""The parser of a word that people type, by the word's kind; words of other kinds have none."""


def _parameters(act: type[Act], declared: Declared) -> Iterator[Parameter]:
    """The parameters of a command, in the order in which its help shows them."""
    yield _option("code", CaseCode)
    options = [word for word in declared.words if word.option]
    yield from (_parameter(act, word) for word in declared.words if not word.option)
    if declared.fill:
        yield _option("answer", Answers, [])
        yield _option("answers", AnswersFile, None)
    yield from (_parameter(act, word) for word in options)
    if declared.protected and not declared.protected.announced:
        yield _option("words", Words, False)
    if declared.late:
        yield _option("at", OccurredAt, None)
    yield _option("by_agency", Agency)
    yield _option("by_person", Person, "")
    yield _option("because", Entered, None)


def _parameter(act: type[Act], word: ActWord) -> Parameter:
    if word.kind is WordKind.FLAG:
        flag = Annotated[bool, typer.Option(word.option, help=word.help)]
        return _option(word.field, flag, False)
    default = Parameter.empty if word.field in required(act) else _default(act, word.field)
    if word.kind is WordKind.FIELDS:
        default = ""
    shown: Any = {
        "metavar": word.shown or None,
        "parser": _PARSERS.get(word.kind),
        "help": word.help,
    }
    about = typer.Option(word.option, **shown) if word.option else typer.Argument(**shown)
    kind = str | None if default is None else str
    return _option(word.field, Annotated[kind, about], default)


def _option(name: str, annotation: Any, default: object = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _default(act: type[Act], field: str) -> object:
    return next(each.default for each in fields(act) if each.name == field)


def _command(act: type[Act], way: Way, declared: Declared) -> Callable[..., None]:
    def command(
        code: str, by_agency: str, by_person: str, because: Because | None, **given: Any
    ) -> None:
        with acting(by_agency, by_person, because) as (onward, who):
            come_into_force(onward, code, who)
            asked = made(act, way, code, _words(declared, given))
            moved = _done(PendingAct(onward, who, code, asked, given.get("at")), declared, given)
            show_turn(onward, moved, who)

    command.__name__ = "_".join(way.command)
    signature = Signature([*_parameters(act, declared)])
    command.__signature__ = signature  # type: ignore[attr-defined] # what typer reads
    return command


def _words(declared: Declared, given: Mapping[str, Any]) -> dict[str, object]:
    """The words of the act by field, as given on the command line; lists are split at commas."""
    return {
        word.field: _names(given[word.field]) if word.kind is WordKind.FIELDS else given[word.field]
        for word in declared.words
    }


def _names(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _done(doing: PendingAct, declared: Declared, given: Mapping[str, Any]) -> Moved:
    """Do the act with its form and words, asking for what is missing."""

    def with_all(form: Mapping[str, object], words: str) -> Moved:
        return do(
            doing.onward,
            doing.code,
            doing.act,
            doing.who,
            answers=form,
            words=words,
            occurred_at=doing.at,
        )

    def on_words(form: Mapping[str, object]) -> Moved:
        protected = declared.protected
        if protected is None:
            return with_all(form, "")
        wanted = bool(given[protected.announced or "words"])
        return with_words(doing, wanted, protected.prompt, lambda said: with_all(form, said))

    if declared.fill is None or declared.subject is None:
        return on_words({})
    about, file = str(getattr(doing.act, declared.subject.field)), given["answers"]
    return with_form(doing, about, given["answer"], cast("Path | None", file), on_words)


def _register() -> None:
    for act, way in WAYS:
        *group, name = way.command
        home = _GROUPS[group[0]] if group else app
        if act.declared:
            command = _command(act, way, act.declared)
            home.command(name, cls=_Turn, help=way.help)(command)


_register()
