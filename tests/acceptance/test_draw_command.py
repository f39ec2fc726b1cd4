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
    assert "name one thing to draw" in desk.refused("draw")
    assert "name one thing to draw" in desk.refused("draw", file, "--case", "7K2F-9QXM")
    assert "say where to put them with --out" in desk.refused("draw", file, "--as", "svg")


def test_sheets_go_into_a_folder_that_is_there(tmp_path: Path) -> None:
    """And not beside it; a page too, under the name of its pathway."""
    desk, file = Desk(tmp_path), str(LIBRARY / "adult_return.yaml")
    folder = tmp_path / "pictures"
    folder.mkdir()
    for form in ("svg", "html", "mermaid"):
        written = desk.do("draw", file, "--as", form, "--out", str(folder)).splitlines()
        assert {Path(each).parent for each in written} == {folder}
    names = {each.name for each in folder.iterdir()}
    assert {"adult_return.overview.svg", "adult_return.html", "adult_return.md"} <= names
    assert list(tmp_path.glob("*.svg")) == []


def test_what_was_published_is_drawn_by_its_name_and_version(tmp_path: Path) -> None:
    """As it is compared; a number that is none is told as such."""
    desk = Desk(tmp_path)
    desk.set_up()
    assert "First talk" in desk.do("draw", "passage@1")
    desk.do("draw", "passage@1", "--as", "html", "--out", str(tmp_path))
    assert (tmp_path / "passage@1.html").is_file()
    assert "version 9 of passage has not been published" in desk.refused("draw", "passage@9")
    for command in (("draw",), ("impact",), ("diff", "passage@1")):
        said = desk.refused(*command, "passage@two")
        assert "a published version is written NAME@VERSION, such as passage@2" in said


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A device that is full says no name by itself; a folder is no pathway."""
    desk, file = Desk(tmp_path), str(LIBRARY / "adult_return.yaml")
    if Path("/dev/full").exists():
        assert "/dev/full cannot be written: No space" in desk.refused(
            "draw", file, "--out", "/dev/full"
        )
    lost = tmp_path / "nowhere" / "x.html"
    said = desk.refused("draw", file, "--as", "html", "--out", str(lost))
    assert said.strip() == f"{lost} cannot be written: there is no folder {lost.parent}"
    assert "is a folder: name one file in it" in desk.refused("publish", str(tmp_path))
