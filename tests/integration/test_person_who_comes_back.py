"""One person's cases that two agencies agree to link, on both stores: what comes along, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework import links_shown, queries
from casework.acting import do
from casework.context import Onward
from casework.opening import open_case
from engine import commands as c
from engine.acts.looking import IdentitySeen
from engine.errors import Refusal
from tests.erased import erase_person
from tests.inside import whole_log
from tests.installations import CANARY, SCREEN
from tests.linked_cases import AWAY, came_back, read, state, whole, with_links


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_links(url, tmp_path)) as made:
        yield made


def test_a_person_who_comes_back_is_known_as_far_as_both_agreed(onward: Onward) -> None:
    """From a third country, to a case that has ended; who says yes says what comes along."""
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    (asked,) = links_shown.proposals(onward, SCREEN)
    assert (asked.code, asked.agency, asked.brings) == (first, "TG-AID", ("full_name",))
    with pytest.raises(Refusal, match="not_asked_for"):
        do(onward, first, c.Agree(case=second, brings=("home_country",)), SCREEN)
    do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)
    assert queries.protected_values(onward, second, AWAY) == {"full_name": CANARY}
    facts = [fact for line in whole_log(onward, first) for fact in line.facts]
    looks = [(each.agency, each.fields) for each in facts if isinstance(each, IdentitySeen)]
    assert looks == [("TG-AID", ("full_name",))]
    # No form need ask again.
    do(onward, second, c.Complete(task="interview.1"), AWAY, answers={"home_country": "NG"})
    assert whole(onward, first, second)


def test_nothing_crosses_a_border_before_the_person_was_asked(onward: Onward) -> None:
    """Refused where the pathway asks; where it does not, nobody there hears of it."""
    first, second = came_back(onward, consent=False)
    with pytest.raises(Refusal, match=r"no_consent\.link"):
        do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    with pytest.raises(Refusal, match=r"no_consent\.link"):
        open_case(onward, "asking", "TG", AWAY, after=first)
    plain = open_case(onward, "trial", "TG", AWAY, after=first).code
    assert read(onward, plain, AWAY) == [("same_person", "proposed")]
    assert links_shown.proposals(onward, SCREEN) == []


def test_what_the_person_takes_back_ends_what_waits_for_a_yes(onward: Onward) -> None:
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    do(onward, second, c.WithdrawConsent(consent="before"), AWAY)
    assert links_shown.proposals(onward, SCREEN) == []
    with pytest.raises(Refusal, match="not_proposed"):
        do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)
    assert state(onward, first).links == state(onward, second).links == {}


def test_what_has_ended_waits_for_no_yes(onward: Onward) -> None:
    """Though the person still agrees: to agree would be refused."""
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    do(onward, second, c.Raise(interrupt="dies"), AWAY)
    assert state(onward, second).status == "ended"
    assert links_shown.proposals(onward, SCREEN) == []
    with pytest.raises(Refusal, match="not_proposed"):
        do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)


def test_parted_again_a_case_no_longer_knows_what_came_along(onward: Onward) -> None:
    """It was another person after all; by the agency of either."""
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)
    do(onward, first, c.Unlink(case=second), SCREEN)
    assert queries.protected_values(onward, second, AWAY) == {}
    assert state(onward, second).protected == state(onward, second).from_before == ()
    assert state(onward, first).links == state(onward, second).links == {}
    assert whole(onward, first, second)


def test_what_was_answered_anew_stays_when_they_are_parted(onward: Onward) -> None:
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)
    form = {"full_name": "Own Q. Answer", "home_country": "NG"}
    do(onward, second, c.Complete(task="interview.1"), AWAY, answers=form)
    do(onward, second, c.Unlink(case=first), AWAY)
    assert queries.protected_values(onward, second, AWAY) == {"full_name": "Own Q. Answer"}
    assert state(onward, second).protected == ("full_name",)
    assert whole(onward, first, second)


def test_what_is_erased_of_one_case_is_gone_from_the_other_and_hides_nothing(
    onward: Onward,
) -> None:
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)
    erase_person(onward, first)
    assert queries.protected_values(onward, second, AWAY) == {}
    assert whole(onward, first, second)


def test_what_came_along_is_gone_with_the_person_of_the_later_case(onward: Onward) -> None:
    first, second = came_back(onward)
    do(onward, second, c.Link(case=first, word="same_person"), AWAY)
    do(onward, first, c.Agree(case=second, brings=("full_name",)), SCREEN)
    do(onward, second, c.Raise(interrupt="dies"), AWAY)
    erase_person(onward, second)
    assert queries.protected_values(onward, second, AWAY) == {}
    assert queries.protected_values(onward, first, SCREEN)["full_name"] == CANARY
    assert whole(onward, first, second)
