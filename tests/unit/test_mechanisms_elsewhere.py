"""Mechanisms of other countries: written from the documentation alone, their dates counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.loader import checked
from onward.authoring.pathway_files import pathway_files, whole
from onward.authoring.scenarios import play_all
from wording.sentences import placed

MECHANISMS = list(pathway_files([Path(__file__).parents[1] / "mechanisms"]))


@pytest.mark.parametrize("file", MECHANISMS, ids=lambda file: file.stem)
def test_a_mechanism_of_another_country_comes_out_right_to_the_day(file: Path) -> None:
    """Each moment that a person has counted with a calendar of paper."""
    checked(whole(file))
    misses = [miss for played in play_all(file, None) for miss in played.misses]
    assert not misses, "\n".join(placed(miss.problem) for miss in misses)
    assert len(MECHANISMS) == 17
