"""Every command of `onward`, read from the program itself, with something for each word that it must have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import typer

from onward.cli import app

CODE = "7K2F-9QXM"
"""A case that there is not."""
_ONE_WAY = {"open": ("passage", "--country", "GH")}
"""Words of commands that need one thing or another."""


class Typed(NamedTuple):
    """A command as it is typed, but for who asks."""

    words: tuple[str, ...]
    name: str
    for_agency: bool
    """Whether an agency can ask for it: it has `--as AGENCY`."""
    by_agency: bool
    """Whether only an agency can: it must have one."""


def _typed(group: Any, *path: str) -> Iterator[Typed]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _typed(command, *path, name)
            continue
        words = [*path, name, *_ONE_WAY.get(name, ())]
        asking = [
            each for each in command.params if "--as" in each.opts and each.metavar == "AGENCY"
        ]
        for each in command.params:
            if each.required and each not in asking:
                is_option = each.param_type_name == "option"
                words += [each.opts[0], "GH"] if is_option else [CODE]
        required = any(each.required for each in asking)
        yield Typed(tuple(words), " ".join((*path, name)), bool(asking), required)


COMMANDS = tuple(_typed(typer.main.get_command(app)))
