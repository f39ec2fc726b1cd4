"""The list of all commands, written from the commands themselves.

`python -m tests.command_list` writes onward/commands/__init__.py: what an act declares comes in by itself, and so
does each changed line of help. A command that is written by hand is put under its users there, with its
module, and gets its line of help.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from engine.commands import WAYS
from onward.commands import COMMANDS

FILE = Path(__file__).parents[1] / "onward" / "commands" / "__init__.py"
_ACTS = "acts"
_AGENCIES = "For agencies"
_WIDTH = 100


def helps(module: str) -> dict[str, str]:
    """The commands of a module, each with its line of help."""
    group: Any = typer.main.get_group(import_module(f"onward.commands.{module}").app)
    return {
        name: " ".join(str(command.help).split("\n\n")[0].split())
        for name, command in group.commands.items()
    }


def listed() -> dict[str, dict[str, tuple[str, str]]]:
    """By users: each command with its module and its line of help."""
    found = {
        users: {
            name: (each.module, helps(each.module)[name])
            for name, each in commands.items()
            if name in helps(each.module)
        }
        for users, commands in COMMANDS.items()
    }
    acts = dict.fromkeys(way.command[0] for _, way in WAYS)
    for name in acts:
        found[_AGENCIES].setdefault(name, (_ACTS, helps(_ACTS)[name]))
    return found


def text() -> str:
    """The file as it should be."""
    before, _, behind = FILE.read_text(encoding="utf-8").partition("COMMANDS: ")
    _, _, after = behind.partition("\n}\n")
    return f"{before}COMMANDS: dict[str, dict[str, Listed]] = {{\n{''.join(_lines())}}}\n{after}"


def _lines() -> Iterator[str]:
    for users, commands in listed().items():
        yield f'    "{users}": {{\n'
        for name, (module, said) in commands.items():
            line = f'        "{name}": Listed("{module}", "{said}"),\n'
            if len(line) > _WIDTH + 1:
                line = (
                    f'        "{name}": Listed(\n'
                    f'            "{module}",\n            "{said}",\n        ),\n'
                )
            yield line
        yield "    },\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
