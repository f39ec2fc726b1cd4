"""What comes first: all of a list, any of several, so many of them."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.errors import DefinitionError
from engine.message import finding
from tests.factories import Case, pathway
from tests.told import refused_with
from wording.sentences import told

THREE = """
stages:
  one:
    steps:
      first: {by: screener}
      second: {by: screener}
      third: {by: screener, when: risk = high, otherwise: skip}
      last: {by: screener, after: "AFTER", decide: {yes: go on, no: go on}}
      ask: {by: screener, form: [risk]}
"""


def three(after: str) -> Case:
    return Case(THREE.replace("AFTER", after))


def test_any_of_several_is_the_first_of_them() -> None:
    """The others go on beside it."""
    case = three("any of (first, second, third)")

    case.complete("second.1")

    assert case.open == ["ask.1", "first.1", "last.1"]


def test_so_many_of_several_are_waited_for() -> None:
    """One is not enough, the third is not needed."""
    case = three("2 of (first, second, ask)")

    case.complete("first.1")
    waiting = case.open
    case.complete("second.1")

    assert waiting == ["ask.1", "second.1"]
    assert case.open == ["ask.1", "last.1"]


def test_what_was_passed_over_does_not_count_as_done() -> None:
    """Nothing has come of it."""
    case = three("any of (third, first)")

    case.complete("ask.1", risk="low")

    assert case.state.steps["third"] == "skipped"
    assert "last.1" not in case.open


def test_where_too_few_are_left_nothing_is_waited_for_once_all_are_settled() -> None:
    """A case never hangs on what cannot come any more."""
    case = three("2 of (third, first)")

    case.complete("ask.1", risk="low")
    case.complete("first.1")

    assert "last.1" in case.open


def test_a_stage_waits_in_the_same_way() -> None:
    """For steps and for stages."""
    case = Case("""
stages:
  one: {steps: {a: {by: screener}}}
  two: {steps: {b: {by: screener}}}
  both: {after: "any of (one, two)", steps: {c: {by: screener}}}
""")

    case.complete("b.1")

    assert case.open == ["a.1", "c.1"]


def test_a_manual_step_says_what_it_comes_after() -> None:
    """In the words of the pathway."""
    case = Case("""
stages:
  one:
    steps:
      a: {by: screener}
      b: {by: screener}
      c: {by: screener, manual: yes, after: "any of (a, b)"}
""")

    reason = case.refused(c.Start(step="c"))
    case.complete("a.1")
    case.do(c.Start(step="c"))

    assert reason == "too_early"
    assert case.open == ["b.1", "c.1"]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("3 of (first, second)", "out of bounds"),
        ("any of (first, first)", "`first` appears twice"),
        ("any of (first)", "`,` is expected"),
        ("any (first, second)", "`any` takes no parentheses"),
        ("[first, any of (second)]", "a list here may only contain names"),
        ("any of (first, secnd)", "there is no step or stage `secnd`"),
        ("3", "`of` is missing"),
    ],
)
def test_what_cannot_be_meant_is_refused(after: str, said: str) -> None:
    """With what is wrong, at its place."""
    with pytest.raises(DefinitionError) as refused:
        pathway(THREE.replace('"AFTER"', after if after[0] == "[" else f'"{after}"'))

    assert said in told(refused.value)


CIRCLE = """
stages:
  one:
    steps:
      a: {by: screener, after: "AFTER"}
      b: {by: screener, after: a}
      c: {by: screener}
      d: {by: screener, optional: yes, after: two}
  two: {after: one, steps: {e: {by: screener}}}
"""


def test_a_circle_that_another_way_leads_out_of_is_none() -> None:
    """`any of` needs only one that can come; who is optional is not waited for."""
    assert pathway(CIRCLE.replace("AFTER", "any of (b, c)")).steps


def test_a_circle_without_a_way_out_is_refused() -> None:
    """Both would be needed."""
    with pytest.raises(DefinitionError) as refused:
        pathway(CIRCLE.replace('"AFTER"', "[b, c]"))

    said = [problem.message for problem in refused.value.problems]
    assert said == [finding("after.waits_for_itself", way=("a", "b", "a"))]


def test_a_required_step_cannot_wait_for_the_end_of_its_own_stage() -> None:
    """The stage would wait for it."""
    with refused_with(DefinitionError, match="each waits for the next: `a`, `one`, `a`"):
        pathway("stages: {one: {steps: {a: {by: screener, after: one}, b: {by: screener}}}}")


def test_a_long_chain_is_looked_at_link_by_link() -> None:
    """A thousand stages, the last of which stands first: each waits for the next, and none for
    itself. To look through all of them for each would take the better part of a minute.
    """
    last = 1000
    chain = "".join(
        f"  s{number}: {{steps: {{t{number}: {{by: screener}}}}"
        + (f", after: s{number + 1}}}\n" if number < last else "}\n")
        for number in range(last + 1)
    )
    assert len(pathway(f"stages:\n{chain}").steps) == last + 1
