"""Whoever has no link of a notice, or a wrong one: guessing is slow, and tells nobody which notices there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework.by_notice import act, held_notice
from casework.context import Onward
from casework.tries import LIMITS, Purpose
from engine.errors import Refusal
from tests.noticed import asked, delivered, link_in, with_notices
from tests.portals import Browser, portal_of
from tests.principals import OPERATOR, TIME, staff


@pytest.fixture(name="onward")
def _onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_notices(url, tmp_path)) as made:
        yield made


def _link(onward: Onward) -> str:
    """That of NG-HOME's request in a case."""
    return link_in(delivered(onward, asked(onward), "NG-HOME")[-1])


def test_a_guesser_is_held_up_and_whoever_has_the_link_is_not(onward: Onward) -> None:
    link = _link(onward)
    browser = Browser(portal_of(onward))
    statuses = [
        browser.get(f"{link[:-6]}aaaaaa").status_code
        for _ in range(LIMITS[Purpose.LINK].at_once + 1)
    ]
    assert statuses == [410] * LIMITS[Purpose.LINK].at_once + [429]
    assert browser.get(link).status_code == 200


def test_wrong_links_are_counted_in_one_row_and_tell_nobody_which_notices_there_are(
    onward: Onward,
) -> None:
    link = _link(onward)
    browser, most = Browser(portal_of(onward)), LIMITS[Purpose.LINK].at_once
    made_up = [f"/n/7K2F-9QXM-4TQ9B2M{number}/aaaa" for number in range(2, 2 + most // 2)]
    real = [f"{link[:-6]}aaaaaa"] * (most - len(made_up))
    assert {browser.get(each).status_code for each in (*made_up, *real)} == {410}
    assert [browser.get(each).status_code for each in (made_up[0], real[0])] == [429, 429]
    with onward.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sign_in_tries").scalar_one() == 1


def test_no_link_fits_another_notice_nor_another_installation(onward: Onward) -> None:
    link, other = _link(onward), _link(onward)
    swapped = link.replace(link.split("/")[3], other.split("/")[3])
    assert swapped not in (link, other)
    assert Browser(portal_of(onward)).get(swapped).status_code == 410


def test_nobody_without_a_notice_asks_for_what_is_in_one(onward: Onward) -> None:
    for by in (OPERATOR, TIME, staff("NG-HOME", "bola")):
        with pytest.raises(Refusal, match=r"not_authorised\.answer"):
            held_notice(onward, by)
        with pytest.raises(Refusal, match=r"not_authorised\.answer"):
            act(onward, by, "accept", {}, {})
