"""`onward diff` of what was published, which stands alone and never changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk import PATHWAY, Desk

SECOND = PATHWAY.replace("version: 1", "version: 2").replace("due: 24 hours", "due: 48 hours")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two published versions; the file on the desk has gone on to a third."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    file = made.folder / "passage.yaml"
    for text in (PATHWAY, SECOND):
        file.write_text(text)
        made.do("publish", str(file))
    third = SECOND.replace("version: 2", "version: 3").replace("title: Look around", "title: Look")
    file.write_text(third)
    return made


def test_two_published_versions_are_compared(desk: Desk) -> None:
    """By name and number, without a file at hand."""
    assert desk.do("diff", "passage@1", "passage@2").splitlines() == [
        "passage version 1 -> passage version 2",
        "head",
        "  changed version: 1 -> 2",
        "steps",
        "  changed talk due: 24 hours -> 48 hours",
    ]


def test_a_file_is_compared_with_what_was_published(desk: Desk) -> None:
    """Either may come first."""
    file = str(desk.folder / "passage.yaml")
    said = desk.do("diff", "passage@2", file)
    assert "  changed look title: Look around -> Look\n" in said
    found = json.loads(desk.do("diff", file, "passage@2", "--json"))
    (look,) = [each for each in found if each["entry"] == "look"]
    assert (look["before"], look["after"]) == ("Look", "Look around")


def test_a_patch_is_published_whole(tmp_path: Path) -> None:
    """Its template may have changed since; the published text has not."""
    desk = Desk(tmp_path)
    template, patch = tmp_path / "lib/region/passage.yaml", tmp_path / "lib/coast/passage.yaml"
    for file in (template, patch):
        file.parent.mkdir(parents=True)
    template.write_text(PATHWAY)
    patch.write_text("pathway: coast\nversion: 1\nextends: ../region/passage.yaml\ntitle: Coast\n")
    desk.do("publish", str(patch))
    assert desk.do("diff", "coast@1", str(patch)).endswith("they mean the same\n")
    template.write_text(SECOND)
    assert "  changed talk due: 24 hours -> 48 hours\n" in desk.do("diff", "coast@1", str(patch))


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("passage@7", "version 7 of passage has not been published (published: 1, 2)\n"),
        ("pasage@1", "version 1 of pasage has not been published\n"),
        (
            "passage@",
            (
                "there is no file passage@; a published version is written NAME@VERSION, such as"
                " passage@2\n"
            ),
        ),
    ],
)
def test_what_was_not_published_is_told(desk: Desk, version: str, said: str) -> None:
    """With the versions that there are; what is no version is taken for a file."""
    assert desk.refused("diff", "passage@1", version) == said


def test_an_empty_place_stays_empty(tmp_path: Path) -> None:
    """Nothing was published here."""
    desk = Desk(tmp_path)
    assert "there is no installation in" in desk.refused("diff", "passage@1", "passage@2")
    assert not desk.home.exists()
