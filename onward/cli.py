"""The command `onward`: one command per use case; errors are told in words, without a traceback."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from engine.errors import InWords, why_of
from onward import STOPPED
from onward.commands import COMMANDS
from onward.helping import speaking, wrong_call
from onward.spoken import helped, nobody_reads, say, told

_MODULES = {name: each.module for listed in COMMANDS.values() for name, each in listed.items()}


class _Commands(Mapping[str, TyperCommand | TyperGroup]):
    """The commands by name; each one's module is imported on demand."""

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        return _built(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


@cache
def _built(name: str) -> TyperCommand | TyperGroup:
    """A command or group, from what its module declares; built at most once in a process."""
    module = import_module(f"onward.commands.{_MODULES[name]}")
    alone = typer.main.get_group(_alone(name, module.app))
    return speaking(cast(TyperCommand, alone.commands[name]))


def _alone(name: str, declared: typer.Typer) -> typer.Typer:
    """An app with a single command or group of a module. Building the others too would take longer
    than running the command.
    """
    made = typer.Typer()
    made.registered_commands = [
        each
        for each in declared.registered_commands
        if name
        == (each.name or typer.main.get_command_name(getattr(each.callback, "__name__", "")))
    ]
    made.registered_groups = [each for each in declared.registered_groups if each.name == name]
    return made


class _Onward(TyperGroup):
    """All commands. Each is imported when it is used; none are imported just to list them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = cast(dict[str, Any], _Commands())

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """List all commands with their lines of help."""
        lines = {
            name: TyperCommand(name, help=each.help, rich_help_panel=helped(users))
            for users, listed in COMMANDS.items()
            for name, each in listed.items()
        }
        all_of_them = TyperGroup(
            name=self.name,
            commands=cast(dict[str, Any], lines),
            help=self.help,
            params=self.params,
            rich_markup_mode=self.rich_markup_mode,
        )
        speaking(all_of_them).format_help(ctx, formatter)


app = typer.Typer(cls=_Onward, add_completion=False, pretty_exceptions_enable=False)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata  # needed only here

        typer.echo(f"onward {metadata.version('onward')}")
        raise typer.Exit


@app.callback()
def onward(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_tell_version,
            is_eager=True,
            help="Print the version of Onward.",
        ),
    ] = False,
) -> None:
    """Drives cases along declared pathways across agencies and borders."""


def main() -> None:
    """Run a command. A refusal or fault is printed in words and ends with a non-zero exit code."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run a command. Returns the exit code: 0 if all is well, 2 for a usage error, 130 after
    Ctrl-C; otherwise 1, as for a refusal or fault.

    Args:
        words: the command with its arguments; without any, the help is printed.
    """
    nobody_reads()
    try:
        return app(list(words) or ["--help"], standalone_mode=False) or 0
    except typer.Abort as stopped:
        # Leaving a question with Ctrl-C is not the same as answering no.
        left = isinstance(stopped.__context__, KeyboardInterrupt)
        return _said(say("typed.stopped"), STOPPED if left else 1)
    except typer.TyperException as error:
        return _said(say("typed.see_help", wrong=wrong_call(error)), 2)
    except InWords as error:
        return _said(told(error))
    except OSError as error:
        return _said(_of_a_file(error))
    except UnicodeEncodeError as error:
        return _said(_no_text(error))
    except Exception as error:  # noqa: BLE001 - its text may hold what somebody answered
        reason = _of_the_database(error)
        if reason:
            return _said(say("fault.database", reason=reason))
        return _said(say("fault.onward", where=_place(error)))


def _said(text: str, code: int = 1) -> int:
    typer.echo(text, err=True)
    return code


def _of_a_file(error: OSError) -> str:
    file, why = str(error.filename or ""), why_of(error)
    if not file:
        return why
    match error.errno:
        case errno.ENOENT:
            return say("file.no_such", file=file)
        case errno.EACCES | errno.EPERM:
            return say("file.not_allowed", file=file)
        case errno.ENOSPC:
            return say("file.no_room", file=file)
    return say("file.otherwise", file=file, why=why)


def _no_text(error: UnicodeEncodeError) -> str:
    """The message for undecodable input, or output that cannot be encoded. The text itself is not
    shown.
    """
    if error.reason == "surrogates not allowed":
        return say("typed.no_utf8")
    return say("typed.cannot_be_shown", encoding=error.encoding)


def _of_the_database(error: Exception) -> str:
    """The first line of the database driver's message, which never contains stored values. If there
    is none, the type of SQLAlchemy's error; empty if the error is not SQLAlchemy's.
    """
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # takes a third of a second

    if not isinstance(error, SQLAlchemyError):
        return ""
    text = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    return next(iter(text.splitlines()), type(error).__name__)


def _place(error: Exception) -> str:
    """The type of an error and where it was raised, without its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"
