"""What is said of a name that leads nowhere."""

from __future__ import annotations

import pytest

from engine.message import message
from engine.nearest import listed, nearest, suggestion


@pytest.mark.parametrize(("name", "known"), [("lost", "closed"), ("travel", "talk")])
def test_what_is_hardly_alike_is_not_guessed(name: str, known: str) -> None:
    """Then all that there is is listed."""
    assert suggestion(name, [known, "zebra"]) == message("known.all", names=(known, "zebra"))


@pytest.mark.parametrize(("name", "known"), [("deu", "due"), ("mian", "main"), ("tlak", "talk")])
def test_two_letters_in_the_wrong_order_are_a_slip(name: str, known: str) -> None:
    """However short the word."""
    assert suggestion(name, [known, "other"]) == message("known.near", near=known)


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("step.tolk.done", "step.talk.done"),
        ("step.travel.done", None),
        ("step.talk.finished", None),
        ("talk.done", "step.talk.done"),
        ("visit.2", "visit.1"),
        ("complete rule", None),
        ("complete locat", "complete locate"),
        ("By", "by"),
        ("BY", "by"),
    ],
)
def test_a_name_of_several_parts_is_meant_if_each_of_them_is(name: str, guess: str | None) -> None:
    """What all names have in common makes none of them likely."""
    assert nearest(name, ["step.talk.done", "visit.1", "complete locate", "by"]) == guess


def test_of_many_names_the_nearest_ten_are_told_and_how_many_more() -> None:
    """A line that nobody reads to its end helps nobody."""
    names = [f"step_{number:02}" for number in range(40)] + ["visit_home"]
    said = listed("visit_family", names)
    assert said.startswith("visit_home, ")
    assert said.endswith(", and 31 more")
    assert len(said.split(", ")) == 11
    assert listed("x", ["b", "a"]) == "a, b"
