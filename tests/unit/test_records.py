"""Records are read back as they were written, whatever Onward wrote them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from engine.commands import Act, Command, Complete, OpenCase
from engine.evolve import replay
from engine.facts import CaseOpened, Fact, FormRecorded, SideBound, TaskOpened
from engine.records import STATES, Format, RecordError
from engine.state import State, Task
from engine.statuses import TaskStatus
from engine.task_kinds import TaskKind
from engine.turn_records import ENTRIES, TurnRecord
from tests.told import refused_with
from wording.sentences import told

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TASK = Task(
    id="interview.1",
    step="interview",
    kind=TaskKind.WORK,
    role="screener",
    agency="GH-ONE",
    status=TaskStatus.ASSIGNED,
    opened_at=NOW,
)
FACTS = (
    CaseOpened(code="7K2F-9QXM", pathway="sample", version=1, agency="GH-ONE"),
    SideBound(side="host", country="GH"),
    TaskOpened(task=TASK),
    FormRecorded(task="interview.1", answers={"risk": "low", "count": 2, "sure": True}),
)


class Old(msgspec.Struct, frozen=True):
    """The newest shape of something that has changed twice."""

    full_name: str
    size: int


def test_a_state_is_read_as_it_was_written() -> None:
    """Moments keep their zone, kinds their type."""
    state = replay(FACTS)
    assert STATES.decode(STATES.encode(state)) == state
    assert STATES.decode(STATES.encode(State())) == State()


@pytest.mark.parametrize(
    "act",
    [OpenCase(code="7K2F-9QXM", country="GH"), Complete(task="interview.1", answers={"n": 1})],
)
def test_a_log_entry_is_read_as_it_was_written(act: OpenCase | Complete) -> None:
    """The command and its facts, each of its own type."""
    command = Command(act=act, agency="GH-ONE", person="a", occurred_at=NOW, recorded_at=NOW)
    entry = TurnRecord(command=command, facts=FACTS)
    assert ENTRIES.decode(ENTRIES.encode(entry)) == entry


def test_each_fact_says_what_it_changes_in_a_state() -> None:
    """Also one that changes nothing: what was forgotten is met here, not when the act is first done."""
    assert [each for each in Fact.__subclasses__() if "change" not in vars(each)] == []


def test_what_an_act_and_a_fact_are_called_in_records_is_called_so_once() -> None:
    """Wherever each is declared: a name that comes twice would be read as another."""
    for base in (Act, Fact):
        names = [each.__struct_config__.tag for each in base.__subclasses__()]
        assert len({*names}) == len(names) > 30


def test_an_old_record_is_lifted_version_by_version() -> None:
    """Each upcaster knows only the next schema."""
    upcasters = {
        1: lambda old: {"full_name": old["name"]},
        2: lambda old: {**old, "size": 0},
    }
    newest = Format("thing", Old, 3, upcasters)
    assert newest.decode(b'{"schema":1,"body":{"name":"a"}}') == Old("a", 0)
    assert newest.decode(b'{"schema":2,"body":{"full_name":"b"}}') == Old("b", 0)


def test_a_schema_without_an_upcaster_is_found_at_once() -> None:
    """Not when the first old case is touched."""
    with pytest.raises(ValueError, match="schema 2"):
        Format("thing", Old, 3, {1: lambda old: old})


@pytest.mark.parametrize("schema", [0, 99])
def test_an_unknown_schema_is_refused(schema: int) -> None:
    """A newer Onward wrote it: nothing is guessed."""
    with refused_with(RecordError, match=f"schema {schema}, .*: upgrade Onward"):
        STATES.decode(b'{"schema":%d,"body":{}}' % schema)


@pytest.mark.parametrize(
    "record", [b"", b"{", b'{"body":{}}', b'{"schema":1,"body":{"code":"Ama"}', b"[1]", b"\xff\xfe"]
)
def test_a_damaged_record_is_refused_without_being_quoted(record: bytes) -> None:
    """What is in it may be personal."""
    with refused_with(RecordError, match="damaged") as caught:
        STATES.decode(record)
    assert "Ama" not in told(caught.value)
