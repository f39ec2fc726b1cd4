"""What bystanders and former receivers do not read: codes of places to stay, and ends that are quiet; on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.driving import CaseDriving
from casework.explaining import explain
from casework.impersonal import EndKind
from engine import commands as c
from engine.errors import Refusal
from tests.installations import AGENCIES, HOME, PATHWAY, SCREEN, asked_home, ready
from tests.principals import OPERATOR
from wording.sentences import as_line, in_words

_AGENCIES = AGENCIES.replace("NG-HOME: {", "NG-HOME: {unnamed: yes, ")
_QUIET = (
    PATHWAY.replace("done: success", "done: {kind: success, quiet: yes}")
    .replace("assess: {by: manager", "assess: {by: screener")
    .replace("silent: tell manager", "silent: tell screener\n        responsibility: stays")
)
NEUTRAL = "Receiving counterpart in NG"


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(ready(url, tmp_path, agencies=_AGENCIES, pathways=[_QUIET])) as made:
        yield made


def ended(onward: Onward) -> str:
    code = asked_home(onward)
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    return code


def test_prefect_reads_of_an_agency_without_a_name_what_it_is_and_where(onward: Onward) -> None:
    """In the story, in the tasks and where a notice goes; the operator reads its code."""
    code, driving = asked_home(onward), CaseDriving(onward)
    said = [as_line(line.said) for line in driving.story(code)]
    assert any(NEUTRAL in line for line in said), said
    assert not [line for line in said if "NG-HOME" in line]
    assert NEUTRAL in [notice.agency for notice in driving.notices(code)]
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    assert [task.agency for task in driving.status(code, in_words).tasks] == [NEUTRAL]
    assert "NG-HOME" in {
        each.agency for each in queries.case(onward, code, by=OPERATOR).state.hand_overs.values()
    }


def test_a_quiet_end_reads_closed_in_prefect(onward: Onward) -> None:
    """Neither its name nor its kind is told."""
    code, driving = ended(onward), CaseDriving(onward)
    status = driving.status(code, in_words)
    assert (status.end, status.known_end, status.end_kind) == ("Closed", "Closed", EndKind.NEUTRAL)
    said = [as_line(line.said) for line in driving.story(code)]
    assert any("Closed" in line for line in said)
    assert not [line for line in said if line.endswith("Done")]
    assert queries.case(onward, code, by=OPERATOR).state.end == "done"


def test_a_former_receiver_reads_nothing_of_a_case_that_has_ended(onward: Onward) -> None:
    """Who answers for it reads which end it has."""
    code = ended(onward)
    assert "done" in in_words(explain(onward, code, "", SCREEN).is_now)
    with pytest.raises(Refusal, match="unknown_case"):
        explain(onward, code, "", HOME)
