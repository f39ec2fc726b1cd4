"""What a command does not need, it does not import: a start is most of what a command takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import FOR_TRAINING

ROOT = Path(__file__).parents[2]
PATHWAY = ROOT / "pathways" / "nigeria" / "adult_return.yaml"
HEAVY = (
    "alembic",
    "apprise",
    "babel",
    "casework.context",
    "drawsvg",
    "engine.commands",
    "engine.definition",
    "engine.loader",
    "engine.phrases.grammar",
    "holidays",
    "httpx",
    "prefect",
    "psycopg",
    "rich.table",
    "ruamel.yaml",
    "sqlalchemy",
    "sqlalchemy.dialects.postgresql",
    "webauthn",
)
LANGUAGE = {"engine.definition", "engine.phrases.grammar", "ruamel.yaml"}
"""What whoever reads a pathway needs."""
RUN = f"""
import sys
from onward import cli
cli.run(sys.argv[1:])
import json
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def brought(*words: str, home: Path) -> set[str]:
    """The heavy ones that a command has brought along, of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=ROOT,
        env={**os.environ, **FOR_TRAINING, "ONWARD_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (("--help",), {"rich.table"}),
        (("check", "--help"), {*LANGUAGE, "engine.commands", "engine.loader", "rich.table"}),
        (("schema",), {*LANGUAGE, "engine.commands"}),
        (("diff", str(PATHWAY), str(PATHWAY)), {*LANGUAGE, "engine.loader", "babel"}),
        (("tasks", "--as", "GH-GPS"), {"casework.context", "sqlalchemy"}),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_a_command_brings_along_what_it_needs(
    tmp_path: Path, words: tuple[str, ...], needed: set[str]
) -> None:
    assert brought(*words, home=tmp_path / "home") == needed


def test_a_list_is_shown_without_a_word_to_anybody(tmp_path: Path) -> None:
    """Nothing is sent, nobody is woken, no pathway is read, and no table is made where all is up to date."""
    brought(
        "registry", "load", str(PATHWAY.parents[1] / "west_africa/agencies.yaml"), home=tmp_path
    )
    needed = {"casework.context", "sqlalchemy"}
    assert brought("tasks", "--as", "GH-GPS", home=tmp_path) == needed


def test_a_check_in_a_process_of_its_own_brings_along_no_database() -> None:
    """A coordinator waits for it, with each file that they send."""
    asks = "import sys; from portal import ready_to_check; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
