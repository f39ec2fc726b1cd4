"""Which notices of a turn are sent, and which of them are one."""

from __future__ import annotations

from engine import facts as f


def owed(
    number: int, about: str, kind: str = "no_longer_needed", agency: str = "A"
) -> f.NoticeOwed:
    label = about.partition(".")[0].capitalize()
    return f.NoticeOwed(number=number, agency=agency, kind=kind, about=about, label=label)


def test_what_is_over_for_one_agency_is_one_notice_that_names_all_of_it() -> None:
    """Under the first number; another agency has its own."""
    facts = [
        owed(1, "talk.1"),
        owed(2, "visit.1", agency="B"),
        owed(3, "call.1"),
        owed(4, "call.2"),
    ]
    one, other = f.still_owed(facts)
    assert (one.owed.number, one.owed.about, one.labels) == (1, "talk.1", "Talk, Call")
    assert one.also == (("call.1", "Call"), ("call.2", "Call"))
    assert (other.owed.number, other.also) == (2, ())


def test_what_is_over_is_never_told_after_what_begins_since() -> None:
    """The same step may have begun again in between, and the first word must not seem to end it."""
    facts = [owed(1, "talk.1"), owed(2, "talk.2", "task_assigned"), owed(3, "call.1")]
    assert [each.owed.number for each in f.still_owed(facts)] == [1, 2, 3]


def test_another_kind_of_notice_stays_one_of_its_own() -> None:
    """Each task is assigned by itself, and to stop is more than that something is off."""
    facts = [owed(n, f"talk.{n}", "task_assigned") for n in (1, 2)]
    assert [each.owed for each in f.still_owed(facts)] == facts
    facts = [owed(1, "talk.1"), owed(2, "call.1", "stop_and_confirm")]
    assert [each.owed for each in f.still_owed(facts)] == facts


def test_a_notice_that_the_turn_has_cancelled_is_no_part_of_another() -> None:
    """Only `since` takes farewells back."""
    facts = [owed(1, "talk.1"), owed(2, "call.1"), f.NoticesCancelled(since=1)]
    assert f.still_owed(facts) == [f.Outgoing(owed(1, "talk.1"))]
