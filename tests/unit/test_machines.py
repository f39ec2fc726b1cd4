"""The state machines: what leads where, and what is refused."""

from __future__ import annotations

import threading
from inspect import unwrap
from itertools import product

import pytest

from engine.errors import Refusal
from engine.machines import FIRST, STATUSES, TABLES, move, sources
from engine.statuses import AGREED, NOTICE_UNDER_WAY, OPEN_TASK, UNANSWERED

moved = unwrap(move)
"""By the machine itself: `move` remembers what it was asked before."""
ROWS = [
    (kind, trigger, source, target)
    for kind, rows in TABLES.items()
    for trigger, sources, target in rows
    for source in ([sources] if isinstance(sources, str) else sources)
]
LAST = {
    "proposal": {"declined"},
    "case": set(),  # it may be reopened, where its pathway lets somebody
    "task": {"done", "withdrawn"},
    "hand_over": {"declined", "revoked", "closed"},
    "consent": set[str](),
    "notice": {"sent", "cancelled"},
}
"""Where nothing more follows; a consent may always be asked for again."""


def statuses(kind: str) -> set[str]:
    found = {FIRST[kind]}
    return found.union(*({source, target} for k, _, source, target in ROWS if k == kind))


def triggers(kind: str) -> set[str]:
    return {row[0] for row in TABLES[kind]}


@pytest.mark.parametrize(("kind", "trigger", "source", "target"), ROWS)
def test_a_trigger_leads_where_the_table_says(
    kind: str, trigger: str, source: str, target: str
) -> None:
    """Each row of each table."""
    assert move(kind, source, trigger) == target


@pytest.mark.parametrize("kind", TABLES)
def test_everything_else_is_refused(kind: str) -> None:
    """With one stable word, and a text that says what is not possible."""
    allowed = {(source, trigger) for k, trigger, source, _ in ROWS if k == kind}
    refused = set(product(statuses(kind), triggers(kind))) - allowed
    assert refused
    for status, trigger in refused:
        with pytest.raises(Refusal, match=f"status.{kind}.{status}") as refusal:
            move(kind, status, trigger)
        assert refusal.value.reason == "not_possible"


@pytest.mark.parametrize("kind", TABLES)
def test_the_statuses_of_a_table_are_those_that_have_a_name(kind: str) -> None:
    """Each of them, and no other."""
    assert statuses(kind) == {*STATUSES[kind]}


@pytest.mark.parametrize("kind", TABLES)
def test_a_trigger_is_decided_by_one_row(kind: str) -> None:
    """No status has two rows for the same trigger: the second would never be taken."""
    rows = [(trigger, source) for k, trigger, source, _ in ROWS if k == kind]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("kind", TABLES)
def test_every_status_is_reachable(kind: str) -> None:
    """From the first one."""
    reached, todo = set[str](), [FIRST[kind]]
    while todo:
        status = todo.pop()
        reached.add(status)
        todo += [t for k, _, s, t in ROWS if k == kind and s == status and t not in reached]
    assert reached == statuses(kind)


@pytest.mark.parametrize("kind", TABLES)
def test_only_what_is_over_leads_nowhere(kind: str) -> None:
    """Nothing stays for ever in a state that somebody waits in."""
    with_a_way_out = {source for k, _, source, _ in ROWS if k == kind}
    assert statuses(kind) - with_a_way_out == LAST[kind]


def test_the_words_of_the_state_are_words_of_the_tables() -> None:
    """A misspelt status would silently belong to no set."""
    assert statuses("task") >= OPEN_TASK
    assert statuses("hand_over") >= UNANSWERED | AGREED
    assert not UNANSWERED & AGREED


def test_a_refused_move_leaves_nothing_behind() -> None:
    """The next one starts from its own status."""
    with pytest.raises(Refusal):
        moved("task", "done", "accept")
    assert moved("task", "assigned", "accept") == "accepted"


def test_each_thread_moves_for_itself() -> None:
    """A web server and a ticker move at the same time."""
    wrong: list[str] = []

    def often(status: str, trigger: str, target: str) -> None:
        wrong.extend(
            found for _ in range(500) if (found := moved("task", status, trigger)) != target
        )

    rows = [("assigned", "accept", "accepted"), ("suspended", "resume", "assigned")] * 3
    threads = [threading.Thread(target=often, args=row) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("kind", TABLES)
def test_from_where_something_leads_on_is_asked_of_the_table(kind: str) -> None:
    """By one trigger, or by any."""
    assert sources(kind) == statuses(kind) - LAST[kind]
    for trigger in triggers(kind):
        assert sources(kind, trigger) == {row[2] for row in ROWS if row[:2] == (kind, trigger)}


def test_a_notice_under_way_is_one_that_somebody_still_looks_after() -> None:
    """What was given up waits for a person, and nothing waits before it is queued."""
    assert sources("notice") - {"new", "undeliverable"} == NOTICE_UNDER_WAY
