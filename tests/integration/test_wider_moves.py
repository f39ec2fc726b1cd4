"""Nobody moves a case by hand to a version that shows more than its own, unless cases open on that one; both stores."""

from __future__ import annotations

import pytest

from casework import (
    answering_versions,
    migrating,
    moving,
    proposed_versions,
    queries,
    wider_moves,
)
from casework.case_moves import MoveOutcome
from casework.context import Onward
from casework.impact import CaseImpact, impact
from casework.moving import Moves
from casework.principal import Principal
from casework.publishing import publish_pathway
from casework.registering import register
from casework.version_lines import VersionLine, line_of
from engine.definition import Definition
from engine.versions.renames import Renames
from engine.versions.widening import Sight, widened
from tests.installations import AGENCIES, COORDINATED, PATHWAY, opened
from tests.laws import SECOND
from tests.principals import OPERATOR, TIME, coordinator

AMA, YAW = coordinator("GH-ONE", "ama"), coordinator("GH-TWO", "yaw")


@pytest.fixture(autouse=True)
def _shared(onward: Onward) -> None:
    register(onward, COORDINATED, OPERATOR)


def version(number: int, *changes: tuple[str, str], rule: str = "pin") -> str:
    text = PATHWAY.replace("version: 1", f"version: {number}\nrunning_cases: {rule}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


NARROW = ("shows: [risk], ask", "shows: [], ask")
WIDE = ("to: [manager]", "to: [manager, home]")


def publish(onward: Onward, text: str) -> None:
    """Somebody else agrees to it, where that is asked for."""
    made = publish_pathway(onward, text, AMA)
    if made.widens:
        number = made.number
        found = proposed_versions.to_answer(onward, "trial", number, YAW)
        answering_versions.agree(onward, "trial", number, found.mark, YAW)


def move(onward: Onward, code: str, number: int, by: Principal = AMA) -> MoveOutcome:
    which = Moves("trial", number, (code,))
    (foreseen,) = moving.foreseen(onward, which, by)
    (found,) = moving.moved(onward, which, by).outcomes
    assert (foreseen.word, foreseen.reasons) == (found.word, found.reasons)
    return found


def back(onward: Onward, code: str, number: int, by: Principal = AMA) -> MoveOutcome:
    (found,) = moving.moved_back(onward, Moves("trial", number, (code,)), by).outcomes
    return found


def weighed(onward: Onward, number: int, *, on_its_day: bool = False) -> CaseImpact:
    """What a version would mean for the only case on an older one."""
    (found,) = impact(onward, line(onward).pathways[number], AMA, on_its_day=on_its_day)
    return found


def line(onward: Onward) -> VersionLine:
    with onward.store.read() as connection:
        return line_of(onward, connection, "trial")


def on(onward: Onward, code: str) -> int:
    return queries.case(onward, code, OPERATOR).number


def why(outcome: MoveOutcome) -> list[str]:
    return [each.code for each in outcome.reasons]


REFUSED = ["refused.wider_version"]


@pytest.mark.parametrize("by", [AMA, YAW, OPERATOR])
def test_no_case_goes_back_to_what_shows_more(onward: Onward, by: Principal) -> None:
    """Neither by one who coordinates, nor by an operator where one does."""
    code = opened(onward)
    publish(onward, version(2, NARROW))
    assert move(onward, code, 2).moved
    found = back(onward, code, 2, by)
    assert why(found) == REFUSED
    (reason,) = found.reasons
    assert str(reason).startswith("refused.wider_version pathway=trial version=1 before=2 shows=")
    assert "pathways.widens.covered who=receiving_counterpart @ origin what=risk" in str(reason)
    assert on(onward, code) == 2


def test_all_of_them_stay_and_each_says_why(onward: Onward) -> None:
    codes = [opened(onward), opened(onward)]
    publish(onward, version(2, NARROW))
    assert all(move(onward, code, 2).moved for code in codes)
    made = moving.moved_back(onward, Moves("trial", 2), AMA)
    assert [why(each) for each in made.outcomes] == [REFUSED] * 2


def test_an_operator_alone_moves_them_where_nobody_else_could_agree(onward: Onward) -> None:
    code = opened(onward)
    publish(onward, version(2, NARROW))
    assert move(onward, code, 2).moved
    register(onward, AGENCIES, OPERATOR)
    assert back(onward, code, 2, OPERATOR).moved


def test_a_case_goes_back_to_what_shows_the_same_under_other_names(onward: Onward) -> None:
    code = opened(onward)
    publish(onward, SECOND)
    assert on(onward, code) == 1
    assert move(onward, code, 2).moved
    assert back(onward, code, 2).moved


def test_no_case_goes_on_to_a_wider_one_on_which_none_opens_any_more(onward: Onward) -> None:
    code = opened(onward)
    publish(onward, version(2, WIDE, rule="ask"))
    publish(onward, version(3, rule="ask"))
    said, refused = weighed(onward, 2), move(onward, code, 2)
    assert why(refused) == REFUSED
    assert (said.word, said.reasons, said.is_weighed) == (refused.word, refused.reasons, True)
    assert weighed(onward, 3).word == "unaffected"
    assert move(onward, code, 3).moved


def test_what_a_version_shows_more_is_found_once_for_all_cases_on_another(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two whole pathways are compared for it."""
    asked: list[Definition] = []

    def counted(old: Definition, new: Definition, names: Renames) -> list[Sight]:
        asked.append(new)
        return widened(old, new, names)

    codes = [opened(onward) for _ in range(3)]
    publish(onward, version(2, WIDE, rule="ask"))
    publish(onward, version(3, rule="ask"))
    monkeypatch.setattr(wider_moves, "widened", counted)
    found = list(impact(onward, line(onward).pathways[2], AMA))
    assert [(each.code, each.word) for each in found] == [(code, "cannot") for code in codes]
    assert len(asked) == 1


def test_a_case_goes_on_to_a_wider_one_on_which_cases_open(onward: Onward) -> None:
    code = opened(onward)
    publish(onward, version(2, WIDE, rule="ask"))
    assert weighed(onward, 2).word == "can move"
    assert move(onward, code, 2).moved


def test_what_is_not_in_effect_yet_is_weighed_as_on_its_day(onward: Onward) -> None:
    opened(onward)
    later = ("effective: 2026-01-01", "effective: 2026-12-01")
    publish(onward, version(2, WIDE, later, rule="ask"))
    assert weighed(onward, 2).word == "can move"
    assert weighed(onward, 2, on_its_day=True).word == "can move"


def test_what_moves_by_its_own_rule_was_agreed_to_and_moves(onward: Onward) -> None:
    code = opened(onward)
    publish(onward, version(2, WIDE, rule="migrate"))
    publish(onward, version(3))
    assert weighed(onward, 2).word == "can move"
    followed = migrating.follow_rules(onward, code, TIME)
    assert followed is not None
    assert followed.moved
    assert on(onward, code) == 2
