"""A case that cannot be read keeps nobody from the others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk import LIBRARY, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.environment |= {
        "ONWARD_CLOCK": "stored",
        "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00",
    }
    made.set_up()
    return made


def damage(desk: Desk, code: str) -> None:
    with closing(sqlite3.connect(desk.home / "onward.db")) as database:
        database.execute("UPDATE cases SET sealed_state = x'00' WHERE code = ?", (code,))
        database.commit()


def test_the_others_follow_a_registry(desk: Desk) -> None:
    """It is named, with what to do; the command says by its code that not all is done."""
    damaged, whole = desk.open(), desk.open()
    damage(desk, damaged)
    file = desk.folder / "agencies.yaml"
    ghana = "  GH: {zone: Africa/Accra, "
    registry = (LIBRARY / "agencies.yaml").read_text()
    file.write_text(registry.replace(ghana, f"{ghana}holidays: {{2026-03-03: Late}}, "))
    done = desk.run("registry", "load", str(file))
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == ["1 open case: 1 deadline moved"]
    assert done.stderr == f"{damaged}: a sealed record was changed or moved: run `onward verify`\n"
    assert [each["number"] for each in desk.json("log", whole)] == [1, 2, 3]
