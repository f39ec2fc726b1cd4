"""Help that a worker of an agency meets: every paragraph has its words in each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po

from engine.commands import WAYS
from engine.translation import OWN
from onward import helping
from onward.cli import app
from onward.commands import COMMANDS
from wording.catalogues import LANGUAGES
from wording.sentences import helped


def helps(root: Path, language: str) -> dict[str, str]:
    """The texts of help that have other words, by what they are in English."""
    with (root / "wording" / f"{language}.po").open("rb") as file:
        found = read_po(file, locale=language, abort_invalid=True)
    return {str(each.id): str(each.string) for each in found if each.context == "help"}


def read_by_workers() -> set[str]:
    """The paragraphs of all help that a worker of an agency meets, and what an act asks for."""
    everything: Any = typer.main.get_group(app)
    names = (*COMMANDS["For agencies"], *COMMANDS["To look things up"], *_ALSO_FOR_WORKERS)
    said = [text for name in names for text in helping.texts(everything.commands[name])]
    declared = [act.declared for act, _ in WAYS if act.declared]
    said += [each.protected.prompt for each in declared if each.protected]
    said += [*COMMANDS, *helping.OF_EVERY_PAGE, everything.help]
    said += [option.help for option in everything.params]
    return {" ".join(each.split()) for text in said for each in text.split("\n\n")}


_ALSO_FOR_WORKERS = ("clock", "open")
"""Commands that stand among those of operators."""


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != OWN])
def test_all_help_that_a_worker_meets_has_words_in_each_language(
    project_root: Path, language: str
) -> None:
    """And none is left that no command has."""
    met, words = read_by_workers(), helps(project_root, language)
    assert met - set(words) == set()
    assert set(words) - met == set()
    assert all(words.values())
    assert {text for text in met if helped(text, language) == text} == _HELP_ALIKE[language]


_HELP_ALIKE: dict[str, set[str]] = {
    "fr": {
        "Arguments",
        "CODE",
        "CODE...",
        "Conditions",
        "MOMENT",
        "Options",
        "PHRASE",
        "Question",
        "XX",
        "[OPTIONS]",
    },
    "pt": {"XX"},
}
