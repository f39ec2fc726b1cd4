"""What the pages for operators list of an installation is what there is: settings, files, tables."""

from __future__ import annotations

import re
from pathlib import Path

from casework.kept_files import KEPT_FILES
from casework.resealing import REWRITTEN
from casework.settings import Settings
from casework.wrapping import WITH_KEYS
from models.secret_keys import Secret


def page_of(root: Path, name: str) -> str:
    return (root / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")


def test_each_setting_has_one_row(project_root: Path) -> None:
    page = page_of(project_root, "run")
    rows = page.partition("## Settings\n")[2].partition("\n## ")[0]
    told = re.findall(
        r"`(ONWARD_[A-Z_]+)`", "\n".join(re.findall(r"^\|([^|]*)\|", rows, re.MULTILINE))
    )
    settings = {f"ONWARD_{name.upper()}" for name in Settings.model_fields}
    assert len(told) == len(set(told))
    assert settings - set(told) == set()


def test_each_file_of_an_installation_has_its_row(project_root: Path) -> None:
    page = page_of(project_root, "run")
    rows = page.partition("| in the folder |")[2].partition("\n\n")[0]
    told = set(re.findall(r"^\| `([\w.]+)", rows, re.MULTILINE))
    kept = {each.name.partition("/")[0] for each in KEPT_FILES}
    assert (kept | {each.file for each in Secret}) - told == set()


def test_the_tables_that_a_rotation_rewrites_are_named(project_root: Path) -> None:
    """None of them can be used while it is rewritten."""
    by_page = {"run": {each.name for each in WITH_KEYS}, "after-a-theft": {*REWRITTEN}}
    for name, tables in by_page.items():
        told = re.findall(r"rewriting(?: of)? ([^(]*) \(", page_of(project_root, name))
        assert [set(re.findall(r"`(\w+)`", each)) for each in told] == [tables]
