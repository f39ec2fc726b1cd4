"""What stands beside a pathway, from a coordinator's file to the screen of an agency and a table."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from models.private_files import HAS_MODES, mode_of
from tests.desk import FRENCH, LIBRARY, Desk

CODES = """\
codes: htcds
columns:
  Risk: {from: risk, values: {low: Low, high: High}}
  Home: side.origin.country
"""
POLICE = "  GH-GPS:\n"
WITH_STAFF = (
    (LIBRARY / "agencies.yaml")
    .read_text(encoding="utf-8")
    .replace(POLICE, f"{POLICE}    staff: {{s1: {{}}, s2: {{}}}}\n")
)
"""Who exports has a staff code."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An installation whose pathway speaks French and has codes."""
    folder = tmp_path_factory.mktemp("desk")
    made = Desk(folder)
    made.set_up()
    (folder / "passage.fr.yaml").write_text(FRENCH, encoding="utf-8")
    (folder / "passage.htcds.yaml").write_text(CODES, encoding="utf-8")
    made.do("publish", str(folder / "passage.yaml"))
    made.load(WITH_STAFF)
    return made


def test_a_worklist_and_a_case_are_read_in_french(desk: Desk) -> None:
    """The names that are typed stay as they are."""
    code = desk.open()
    (task,) = [
        t for t in desk.json("tasks", "--as", "GH-GPS", "--language", "fr") if t["step"] == "agree"
    ]
    assert task["label"] == "Demander l'accord"
    said = desk.do("case", code, "--language", "fr")
    assert "Demander et rentrer" in said
    assert "Contact\N{NO-BREAK SPACE}: ouvert" in said
    assert "Demander l'accord" in said
    known = desk.do("person", code, "--as", "GH-GPS", "--language", "fr")
    assert known == "Nom complet\N{NO-BREAK SPACE}: Person 7\n"


def test_the_question_is_read_out_in_the_language_in_which_it_is_asked(desk: Desk) -> None:
    """Where there are no words, the English ones come with a word to have them interpreted."""
    code = desk.open()
    words = desk.do("consent", "words", code, "agree.1", "--as", "GH-GPS", "--language", "fr")
    assert words.startswith("Pouvons-nous nous adresser à ")
    other = desk.run("consent", "words", code, "agree.1", "--as", "GH-GPS", "--language", "ha")
    assert other.stdout.startswith("May we ask ")
    assert "have it interpreted" in other.stderr


def test_publishing_again_mends_what_stands_beside(desk: Desk) -> None:
    """The version and its text are the same."""
    file = desk.folder / "passage.fr.yaml"
    file.write_text(FRENCH.replace("Faire le tour", "Regarder"), encoding="utf-8")
    said = desk.do("publish", str(desk.folder / "passage.yaml"))
    assert "was published already" in said
    assert "translations: fr" in said
    assert "code lists: htcds" in said
    assert "new or corrected: fr" in said


OWN = ("--own", "--at-least", "1")
"""Each line may leave, of one's own cases alone."""


def test_cases_are_exported_and_that_is_on_record(desk: Desk) -> None:
    """As a table or as JSON; to a file or to the screen."""
    desk.open()
    asked = ("export", "htcds", "--as", "GH-GPS", "--person", "s1", *OWN)
    done = desk.run(*asked)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {(row["Risk"], row["Home"], row["pathway"]) for row in rows} == {
        ("Low", "NG", "passage")
    }
    assert "protect this export as carefully as the cases themselves" in done.stderr
    out = desk.folder / "cases.json"
    desk.do(*asked, "--format", "json", "--out", str(out), "--since", "2020-01")
    assert json.loads(out.read_text(encoding="utf-8"))["lines"] == rows
    few = desk.run("export", "htcds", "--as", "GH-GPS", "--person", "s2")
    assert few.stdout == "pathway,opened,end_kind,open_for,Risk,Home\n"
    assert "fewer than 11" in few.stderr
    assert [line["person"] for line in desk.json("exports")] == ["s1", "s1", "s2"]
    assert "0 with faults" in desk.do("verify")


@pytest.mark.skipif(not HAS_MODES, reason="Windows keeps its permissions elsewhere")
@pytest.mark.parametrize("stood", [None, 0o644])
def test_what_is_written_of_cases_is_for_its_owner_alone(
    desk: Desk, tmp_path: Path, stood: int | None
) -> None:
    """Exports and pictures of a case, whatever the umask; a file that stood open is closed."""
    code = desk.open()
    table, picture = tmp_path / "cases.csv", tmp_path / "case.md"
    for file in (table, picture) if stood else ():
        file.touch(stood or 0o600)
    before = os.umask(0)
    try:
        asked = ("export", "htcds", "--as", "GH-GPS", "--person", "s1", *OWN)
        desk.do(*asked, "--out", str(table))
        desk.do("draw", "--case", code, "--out", str(picture))
        desk.do("draw", "--case", code, "--as", "svg", "--out", str(tmp_path))
    finally:
        os.umask(before)
    assert "NG" in table.read_text(encoding="utf-8")
    drawn = list(tmp_path.glob("*.svg"))
    assert drawn
    assert {mode_of(each) for each in (table, picture, *drawn)} == {0o600}


def test_what_cannot_be_exported_is_refused_in_one_line(desk: Desk) -> None:
    """With a way to mend it."""
    assert "publish a version" in desk.refused(
        "export", "other", "--as", "GH-GPS", "--person", "s1"
    )
    assert "with --person" in desk.refused("export", "htcds", "--as", "GH-GPS")
    few = ("export", "htcds", "--as", "GH-GPS", "--person", "s1", "--at-least", "10")
    assert "add --own" in desk.refused(*few)
    assert "2026-01" in desk.refused("export", "htcds", "--as", "GH-GPS", "--since", "2026", code=2)


def test_check_tells_what_is_wrong_beside_a_pathway(desk: Desk, tmp_path: Path) -> None:
    """Naming the file beside it is enough."""
    for name in ("passage.yaml", "passage.fr.yaml", "passage.htcds.yaml"):
        text = (desk.folder / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("Partenaire}", "''}").replace("low: Low, ", ""), "utf-8"
        )
    done = desk.run("check", str(tmp_path / "passage.fr.yaml"))
    assert done.returncode == 1
    assert "passage.fr.yaml:3:58: a text is missing here" in done.stdout
    assert "passage.htcds.yaml:3:16: no code for `low` of `risk`" in done.stdout
