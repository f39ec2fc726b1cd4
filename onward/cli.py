"""The command `onward`: one command a use case, one clear line an error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from casework.settings import SettingsError
from engine.errors import EngineError
from models.keys import SealError
from models.session import StoreError
from notifiers.base import NotifierError
from onward import (
    acting,
    answering,
    authoring,
    demo,
    diffing,
    exporting,
    linking,
    looking,
    managing,
    overriding,
    reopening,
    running,
)
from onward.intakes import IntakeError
from onward.stack import StackError

app = typer.Typer(
    help="Drives cases along declared pathways across agencies and borders.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
USERS = {
    "To try it": [demo],
    "For coordinators": [authoring, diffing],
    "For agencies": [acting, answering, linking, overriding, reopening],
    "To look things up": [looking],
    "For operators": [managing, exporting, running],
}
for users, modules in USERS.items():
    for module in modules:
        for command in (*module.app.registered_commands, *module.app.registered_groups):
            command.rich_help_panel = users
        app.add_typer(module.app)

IN_WORDS = (
    EngineError,
    IntakeError,
    NotifierError,
    SealError,
    SettingsError,
    StackError,
    StoreError,
)
"""Errors whose text is meant for the user."""


def main() -> None:
    """Run a command; a refusal or a fault is told in words and ends with a code that is not 0."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """The exit code: 0, 1 for a refusal or a fault, 2 for a wrong call, 130 after Ctrl-C."""
    try:
        return app(list(words) or ["--help"], standalone_mode=False) or 0
    except typer.Abort:
        return _said("stopped: nothing was recorded")
    except typer.TyperException as error:
        return _said(f"{error.format_message()} (see --help)", 2)
    except IN_WORDS as error:
        return _said(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _said(f"{where}{error.strerror or type(error).__name__}")
    except SQLAlchemyError as error:
        return _said(f"the database does not do what it should: {_reason(error)}")
    except Exception as error:  # noqa: BLE001 - its text may hold what somebody answered
        return _said(f"this is a fault of Onward, please report it: {_place(error)}")


def _said(text: str, code: int = 1) -> int:
    typer.echo(text, err=True)
    return code


def _reason(error: SQLAlchemyError) -> str:
    """What the driver says, in one line; values never stand in it."""
    text = str(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
    return next(iter(text.splitlines()), type(error).__name__)


def _place(error: Exception) -> str:
    """The kind of an error and where it was raised, without its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"
