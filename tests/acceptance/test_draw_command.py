"""`onward draw`: to the screen, to files, of a pathway and of a case."""

from __future__ import annotations

from pathlib import Path

from tests.desk import LIBRARY, Desk


def test_a_pathway_is_drawn_as_text_as_a_file_and_as_sheets(tmp_path: Path) -> None:
    """Without an installation."""
    desk, file = Desk(tmp_path), str(LIBRARY / "adult_return.yaml")
    assert desk.do("draw", file).count("```mermaid") == 8
    page = tmp_path / "adult.html"
    desk.do("draw", file, "--as", "html", "--out", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    written = desk.do(
        "draw", file, "--as", "svg", "--out", str(tmp_path / "adult.svg")
    ).splitlines()
    assert str(tmp_path / "adult.overview.svg") in written
    assert all(Path(each).read_text(encoding="utf-8").startswith("<svg") for each in written)


def test_a_case_is_drawn_where_it_is(tmp_path: Path) -> None:
    """On its own pathway, with who has what; none of its answers."""
    desk = Desk(tmp_path)
    desk.set_up()
    code = desk.open()
    said = desk.do("draw", "--case", code)
    assert code in said
    assert "with GH-DSW" in said
    assert "Person 7" not in said


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    """Neither a file nor a case, both, or sheets to nowhere."""
    desk, file = Desk(tmp_path), str(LIBRARY / "adult_return.yaml")
    assert "name a pathway's file, or a case" in desk.refused("draw")
    assert "name a pathway's file, or a case" in desk.refused("draw", file, "--case", "7K2F-9QXM")
    assert "say where they go with --out" in desk.refused("draw", file, "--as", "svg")
