"""Notes on what a definition declares and does not use."""

from __future__ import annotations

from engine.checks.unused import loose_ends
from tests.factories import HEAD, ONE_STEP, pathway
from tests.played import adult_return
from tests.told import sentence

IDLE = """
  spare_role: legal_aid @ host
data:
  spare_field: {number}
"""


def notes(text: str, head: str = HEAD) -> list[str]:
    return [sentence(each) for each in loose_ends(pathway(text, head).definition)]


def test_what_nothing_uses_is_worth_a_look() -> None:
    """A role, a field, a clock, and an interrupt after which nothing is different."""
    idle = ONE_STEP + "\nclocks: {spare_clock: 3 days after case.opened}\n"
    idle += "interrupts: {spare: {raised_by: [screener]}, goes: {raised_by: [screener], then: end stays}}\n"
    said = notes(idle, HEAD.replace("\ndata:\n", IDLE, 1))
    assert "nothing uses role `spare_role`" in said
    assert "nothing uses field `spare_field`" in said
    assert "nothing uses clock `spare_clock`" in said
    assert "nothing follows interrupt `spare`" in said
    assert not [each for each in said if "`goes`" in each]


def test_a_role_that_only_has_rights_is_used() -> None:
    """Who may grant more time need have no step."""
    head = HEAD.replace("\ndata:\n", "\n  board: supervisor @ host\ndata:\n", 1)
    longer = "due: {time: 3 days, extend: {by: 3 days, role: board}}"
    text = ONE_STEP.replace("by: screener", f"by: screener, {longer}", 1)
    assert "nothing uses role `board`" not in notes(text, head)


def test_what_is_named_anywhere_is_used() -> None:
    """In conditions, forms, periods, and as what binds a side: the library has no loose end."""
    assert not list(loose_ends(adult_return().definition))


def test_a_period_of_the_law_names_the_law() -> None:
    """`statutory` without `source` is a number that nobody can look up."""
    text = ONE_STEP.replace("by: screener", "by: screener, due: {time: 3 days, kind: statutory}", 1)
    named = text.replace("kind: statutory", "kind: statutory, source: Act 3")
    what = "this period is set by law, but no law is named"
    assert notes(text).count(what) == 1
    assert what not in notes(named)
