"""Cases open at the agencies that may do the first step, whichever way somebody opens them; both stores."""

from __future__ import annotations

import pytest

from casework.context import Onward
from casework.foreseeing import foresee_opening
from casework.openable import openable
from casework.opening import open_case
from casework.publishing import publish_pathway
from engine.errors import Refusal
from tests.installations import PATHWAY, SCREEN
from tests.principals import OPERATOR, staff

MANAGER = staff("GH-TWO", "yaw")


def test_an_agency_opens_what_its_list_says(onward: Onward) -> None:
    assert [each.name for each in openable(onward, SCREEN)] == ["trial"]
    assert open_case(onward, "trial", "GH", SCREEN).state.opened_by == "GH-ONE"


def test_no_other_agency_opens_it_though_it_has_another_role(onward: Onward) -> None:
    assert openable(onward, MANAGER) == []
    with pytest.raises(Refusal, match=r"not_able\.opening"):
        open_case(onward, "trial", "GH", MANAGER)
    with pytest.raises(Refusal, match=r"not_able\.opening"):
        foresee_opening(onward, "trial", "GH", MANAGER, "en")


def test_where_the_first_step_names_no_role_any_agency_of_the_country_does(onward: Onward) -> None:
    vote = """\
      vote:
        panel: {members: [manager, screener], quorum: 1, agree: majority, tied: here, no_quorum: here}
        decide: {there: go on, here: go on}
        due: 5 days
"""
    text = PATHWAY.replace("      interview:\n", f"{vote}      interview:\n", 1)
    text = text.replace("to: [manager]", "to: [screener, manager]").replace(
        "version: 1", "version: 2"
    )
    publish_pathway(onward, text, OPERATOR)
    assert [each.name for each in openable(onward, MANAGER)] == ["trial"]
    assert open_case(onward, "trial", "GH", MANAGER).state.opened_by == "GH-TWO"
