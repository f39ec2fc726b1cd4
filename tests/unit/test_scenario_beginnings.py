"""A scenario may begin where another one stands; where that leads nowhere is told at its place."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionError
from engine.scenarios import Played, load_scenarios
from tests.unit.test_scenarios import CALENDARS, HEAD, PATHWAY, REGISTRY, TALK
from wording.sentences import placed

ASKED = "      - {at: +1 hour, by: GH-DESK, do: give ask_person}\n"
SENT = "      - {at: +1 hour, by: GH-DESK, do: offer refer}\n"
ONE = HEAD + TALK % "" + ASKED + SENT


def _case(begins: str, *moments: str, name: str = "two") -> str:
    play = "".join(f"\n      - {{at: +1 hour, {each}}}" for each in moments) or " []"
    return f"  {name}:\n{begins}    play:{play}\n"


def _played(text: str, name: str) -> Played:
    return load_scenarios(text, "s.yaml").play(name, PATHWAY, REGISTRY, CALENDARS)


def _faults(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(text, "s.yaml")
    return [placed(each) for each in refused.value.problems]


def test_a_scenario_goes_on_where_another_one_ends() -> None:
    """Its first `+1 hour` is counted from the other's last moment."""
    accepts = "by: GH-HELP, do: accept refer, expect: {end: done}"
    played = _played(ONE + _case("    begins: one\n", accepts), "two")
    assert played.misses == ()
    assert (played.state.status, played.state.end) == ("ended", "done")
    assert len(played.decisions) == len(_played(ONE, "one").decisions) + 1


def test_a_scenario_goes_on_after_what_another_one_does() -> None:
    """The person says yes in one case and no in the other; what both begin with is written once."""
    other = _case(
        "    begins: one\n    until: complete talk\n",
        "by: GH-DESK, do: refuse ask_person, expect: {end: declined}",
    )
    assert _played(ONE + other, "two").misses == ()


def test_a_beginning_may_itself_begin_with_another() -> None:
    """And `until` may name what the first in the line does."""
    text = ONE + _case(
        "    begins: one\n    until: give ask_person\n", "by: GH-DESK, do: offer refer"
    )
    third = _case(
        "    begins: two\n    until: complete talk\n",
        "expect: {open: [ask_person]}",
        name="three",
    )
    assert _played(text + third, "three").misses == ()
    whole = _case("    begins: two\n", "expect: {agency: {refer: GH-HELP}}", name="three")
    assert _played(text + whole, "three").misses == ()


def test_the_order_in_the_file_does_not_matter() -> None:
    """The first may begin with the last."""
    first = HEAD.replace(
        "    opened: 2026-03-02 09:00\n    by: GH-DESK\n    country: GH\n", "    begins: two\n"
    )
    opening = "    opened: 2026-03-02 09:00\n    by: GH-DESK\n    country: GH\n"
    text = first + ASKED + f"  two:\n{opening}    play:\n{TALK % ''}"
    assert {task.step for task in _played(text, "one").state.open_tasks()} == {"refer"}


def test_what_the_other_misses_is_told_once_where_it_stands() -> None:
    """The one that begins with it meets its own expectations."""
    text = (
        HEAD + TALK % ", expect: {open: []}" + _case("    begins: one\n", "expect: {open: [talk]}")
    )
    assert [miss.scenario for miss in _played(text, "one").misses] == ["one"]
    (miss,) = _played(text, "two").misses
    assert (miss.scenario, miss.word) == ("two", "open")
    assert "open steps: ask_person, not talk" in placed(miss.problem)


def test_where_the_other_is_refused_this_one_does_not_get_on() -> None:
    """It fails by itself, so that a report of each scenario shows both."""
    refused = "      - {at: +1 hour, by: GH-HELP, do: give ask_person}\n"
    text = HEAD + TALK % "" + refused + _case("    begins: one\n", "expect: {open: []}")
    (miss,) = _played(text, "two").misses
    assert (miss.scenario, miss.word) == ("two", "begins")
    line = HEAD.count("\n") + 2
    why = "(expect.refusal reason=not_yours why=(refused.not_yours"
    assert str(miss.problem).startswith(
        f"s.yaml:{line + 2}:13: expect.stops place=s.yaml:{line}:9 why={why}"
    )


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        ("    begins: oen\n", "13: there is no scenario `oen` (did you mean `one`?)"),
        ("    begins: two\n", "13: `two` begins with itself"),
        (
            "    begins: one\n    until: complete tak\n",
            "12: there is no act `complete tak` (did you mean `complete talk`?)",
        ),
        (
            "    begins: one\n    by: GH-DESK\n",
            "5: `by` is for an opening, and this scenario begins with `one` instead",
        ),
        ("    until: complete talk\n", "5: `until` needs a `begins`"),
        ("    by: GH-DESK\n    country: GH\n", "3: `opened` is missing (add `opened:`, or"),
    ],
)
def test_a_beginning_that_leads_nowhere_is_told_at_its_place(begins: str, said: str) -> None:
    faults = _faults(ONE + _case(begins))
    assert any(said in each for each in faults), faults


def test_what_is_done_twice_is_no_place_to_begin() -> None:
    """Neither the first nor the second is taken silently."""
    text = ONE + SENT + _case("    begins: one\n    until: offer refer\n")
    (fault,) = _faults(text)
    assert "2 times (name an act" in fault


def test_an_attempt_that_is_refused_is_no_place_to_begin() -> None:
    """What is tried, refused and then done is done once; what is only refused is not done."""
    tried = (
        "      - {at: +1 hour, by: GH-HELP, do: give ask_person, expect: {refused: not_yours}}\n"
    )
    text = HEAD + TALK % "" + tried + ASKED + SENT
    until = "    begins: one\n    until: give ask_person\n"
    played = _played(
        text + _case(until, "expect: {open: [refer], holds: consent.referral.given}"), "two"
    )
    assert played.misses == ()
    (fault,) = _faults(HEAD + TALK % "" + tried + _case(until))
    assert "there is no act `give ask_person`" in fault


def test_scenarios_that_begin_with_each_other_are_refused_at_both() -> None:
    """And the one that begins with one of them is not told a second fault."""
    pair = _case("    begins: three\n") + _case("    begins: two\n", name="three")
    outside = _case("    begins: two\n    until: complete talk\n", name="four")
    two, three = _faults(ONE + pair + outside)
    assert "`two` begins with itself, through `three` (let one of them open a case)" in two
    assert "`three` begins with itself, through `two`" in three
