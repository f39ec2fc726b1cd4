"""Help in the reader's language.

The English texts are where a command or an act is declared. The texts for agency workers are
translated in the catalogues, in the context `help`, paragraph by paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from engine.message import Message, message
from onward.spoken import helped, say, spoken

_OF_TYPER = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "COMMANDS_PANEL_TITLE": "Commands",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "OPTIONS_PANEL_TITLE": "Options",
    "REQUIRED_LONG_STRING": "[required]",
}
"""Texts that typer puts on help pages, under typer's names for them."""
_USAGE, _NO_COMMAND = "Usage:", "No such command "
_OR_A_VARIABLE, _VARIABLE = " (env var: ", "[env var: {}]"
Table = Sequence[tuple[str, Callable[..., Message]]]
"""Patterns of typer's and pydantic's sentences, each with what makes a message from its groups."""
_VALUES: Table = (
    (
        r"(.+) is not one of (.+?)\.?",
        lambda value, known: message("typed.not_one_of", value=value, known=known),
    ),
    (r"Input should be a valid integer.*", lambda: message("typed.no_whole_number")),
    (r"Input should be a valid number.*", lambda: message("typed.no_number")),
    (
        r"Input should be less than or equal to (\S+)",
        lambda most: message("typed.at_most", most=most),
    ),
    (
        r"Input should be greater than or equal to (\S+)",
        lambda least: message("typed.at_least", least=least),
    ),
)
_CALLS: Table = (
    (
        r"Option (.+) requires an argument\.",
        lambda which: message("typed.needs_value", which=which),
    ),
    (
        r"Option (.+) does not take a value\.",
        lambda which: message("typed.takes_no_value", which=which),
    ),
    (
        r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)",
        lambda which: message("typed.too_many", which=which),
    ),
    (r"Missing command\.", lambda: message("typed.missing_command")),
)
OF_EVERY_PAGE = (
    *_OF_TYPER.values(),
    _USAGE,
    "COMMAND [ARGS]...",
    "Show this message and exit.",
    "[OPTIONS]",
)
"""Texts that typer may put on any help page, whatever the command."""


def speaking(command: TyperCommand | TyperGroup) -> TyperCommand | TyperGroup:
    """Make the help pages of a command and its subcommands use the user's language. Returns the
    same command.
    """
    for each in _with_those_under(command):
        _speak(each)
    return command


def texts(command: TyperCommand | TyperGroup) -> Iterator[str]:
    """The help texts and metavars of a command and its subcommands, as declared."""
    for each in _with_those_under(command):
        for about in (each, *each.params):
            yield from filter(None, (_declared(about, name) for name in ("help", "metavar")))


def wrong_call(error: typer.TyperException) -> str:
    """What is wrong with a command as typed, in the user's language."""
    which, text = _which(error), error.format_message()
    match type(error).__name__:
        case "MissingParameter" if text.startswith("Missing option"):
            return say("typed.missing_option", which=which)
        case "MissingParameter":
            return say("typed.missing_argument", which=which)
        case "BadParameter" if which:
            return say("typed.wrong", which=which, why=_in_words(error.message))
        case "BadParameter":
            return say("typed.wrong_value", why=_in_words(error.message))
        case "NoSuchOption":
            return _no_option(which, getattr(error, "possibilities", None) or ())
    if text.startswith(_NO_COMMAND):
        return say("typed.no_command", which=text.removeprefix(_NO_COMMAND).removesuffix("."))
    return _of_a_table(_CALLS, text) or say("typed.otherwise", why=_plain(text))


def _which(error: Any) -> str:
    """The option or argument at fault, as typer names it; empty if the error names none."""
    if hint := getattr(error, "param_hint", None):
        return hint if isinstance(hint, str) else " / ".join(map(repr, hint))
    if param := getattr(error, "param", None):
        said, _, variable = str(param.get_error_hint()).partition(_OR_A_VARIABLE)
        return f"{said} {helped(_VARIABLE).format(variable[:-1])}" if variable else said
    return str(getattr(error, "option_name", ""))


def _no_option(which: str, near: Sequence[str]) -> str:
    if near:
        return say("typed.no_option_near", which=which, near=tuple(sorted(near)))
    return say("typed.no_option", which=which)


def _in_words(text: str) -> str:
    """Why a value is wrong, in our words where we have them, or else in those of typer and
    pydantic.
    """
    return _of_a_table(_VALUES, _plain(text)) or _plain(text)


def _of_a_table(table: Table, text: str) -> str:
    found = ((re.fullmatch(pattern, text), said) for pattern, said in table)
    return next((spoken(said(*match.groups())) for match, said in found if match), "")


def _plain(text: str) -> str:
    """The text without pydantic's prefix for an invalid value."""
    return text.replace("Value error, ", "")


def _with_those_under(command: Any) -> Iterator[Any]:
    yield command
    for each in getattr(command, "commands", {}).values():
        yield from _with_those_under(each)


def _speak(command: Any) -> None:
    page = command.format_help

    def format_help(ctx: typer.Context, formatter: Any) -> None:
        translate(command, ctx)
        page(ctx, formatter)

    def format_usage(ctx: typer.Context, formatter: Any) -> None:
        pieces = " ".join(command.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{helped(_USAGE)} ")

    command.format_help, command.format_usage = format_help, format_usage


def translate(command: Any, ctx: typer.Context) -> None:
    """Put the texts of one command's help page, with the lines on its subcommands, into the user's
    language.
    """
    from typer import rich_utils  # it makes help pages, which most commands do not need

    for name, text in _OF_TYPER.items():
        setattr(rich_utils, name, helped(text))
    for each in (command, *command.get_params(ctx), *getattr(command, "commands", {}).values()):
        for name in ("help", "metavar", "options_metavar", "subcommand_metavar"):
            if said := _declared(each, name):
                setattr(each, name, helped(said))


def _declared(part: Any, name: str) -> str | None:
    """An English text as it was declared, whatever language the last page was in."""
    texts: dict[str, str | None] = part.__dict__.setdefault("declared", {})
    return texts.setdefault(name, getattr(part, name, None))
