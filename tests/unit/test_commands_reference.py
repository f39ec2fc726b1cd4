"""docs/reference/commands.md knows every command and every option, and no other."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from engine.commands import WAYS
from onward.cli import app
from onward.commands import COMMANDS
from tests.command_list import FILE, helps, text

EVERYWHERE = {"--help", "--as", "--person", "--because"}
"""Told once, above the tables."""


def test_the_list_of_all_commands_says_what_each_module_says() -> None:
    """`onward --help` is written from the list alone, so it must not stray from the modules."""
    modules = sorted({each.module for listed in COMMANDS.values() for each in listed.values()})
    said = {name: (module, line) for module in modules for name, line in helps(module).items()}
    assert {
        name: tuple(each) for listed in COMMANDS.values() for name, each in listed.items()
    } == said


def test_a_command_has_the_module_of_its_name() -> None:
    """Whoever knows a command guesses its file; acts are made from what they declare, all in one."""
    named = {name: each.module for listed in COMMANDS.values() for name, each in listed.items()}
    acts = {way.command[0] for _, way in WAYS}
    assert named == {name: "acts" if name in acts else name.replace("-", "_") for name in named}


def test_the_list_of_all_commands_is_as_it_is_written_from_them() -> None:
    """After a change of an act: `python -m tests.command_list`."""
    assert FILE.read_text(encoding="utf-8") == text()


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Each command with its options."""
    for name, command in group.commands.items():
        path = (*words, name)
        if hasattr(command, "commands"):
            yield from commands(command, path)
        else:
            options = {opt for parameter in command.params for opt in parameter.opts}
            yield " ".join(path), {opt for opt in options if opt.startswith("--")} - EVERYWHERE


def told(text: str) -> dict[str, set[str]]:
    """The same, as the tables tell it."""
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line.startswith("| `onward "):
            first = line.split("|")[1]
            options = set(re.findall(r"--[a-z-]+", line)) - EVERYWHERE
            for words in re.findall(r"`onward ([a-z -]+?)(?: [A-Z\[-][^`]*)?`", first):
                found[words] = options
    return found


def test_the_reference_names_every_command_and_option(project_root: Path) -> None:
    """A new command or option is not finished before it stands there."""
    text = (project_root / "docs/reference/commands.md").read_text(encoding="utf-8")

    assert told(text) == dict(commands(typer.main.get_command(app)))


_FENCE = re.compile(r"^ *```[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^ *(?:\$ )?onward (.+)$", re.MULTILINE)


def typed(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Each command that a block of a page shows, by its page, in words; what a shell does with its
    output, and `...`, are left out.
    """
    for page in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        for block in _FENCE.findall(page.read_text(encoding="utf-8")):
            for line in _COMMAND.findall(block):
                words = shlex.split(line.partition(" > ")[0], comments=True)
                yield f"{page.name}: onward {line}", [each for each in words if each != "..."]


def left_over(words: list[str]) -> list[str]:
    """What a command does not take; an unknown command or option raises."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and not words[0].startswith("-"):
        command, words = command.commands[words[0]], words[1:]
    _, rest, _ = command.make_parser(command.context_class(command)).parse_args([*words])
    return [*rest]


def test_every_command_that_a_page_shows_can_be_typed(project_root: Path) -> None:
    """Its command and its options are there, and it takes as many words."""
    shown = list(typed(project_root))
    assert len(shown) > 90
    assert [line for line, words in shown if left_over(words)] == []


@pytest.mark.parametrize("line", ["verfy", "verify --agianst a"])
def test_an_unknown_command_or_option_would_be_seen(line: str) -> None:
    with pytest.raises((KeyError, typer.TyperException)):
        left_over(line.split())


def test_a_word_too_many_would_be_seen() -> None:
    assert left_over(["hold", "lift", "1", "2"]) == ["2"]
