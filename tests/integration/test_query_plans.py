"""What is asked often is answered by an index, however many cases are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from casework import delivering, request_lists, settling, worklists
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impersonal import ClaimedNotice
from models.session import driver_of
from tests.installations import PATHWAY, START, opened, ready, references
from tests.principals import TIME, staff

GROWING = {"cases", "tasks", "task_shares", "hand_overs", "notices", "log_entries"}
OFTEN: dict[str, Callable[[Onward, str], object]] = {
    "a worklist": lambda onward, _: worklists.tasks(onward, staff("GH-ONE")),
    "requests": lambda onward, _: request_lists.requests(onward, staff("NG-HOME")),
    "sent requests": lambda onward, _: request_lists.sent_requests(onward, staff("GH-ONE")),
    "cases that need work": lambda onward, _: CaseDriving(onward).due(START, 10),
    "what is due in a case": lambda onward, code: settling.settle_due(onward, code, by=TIME),
    "notices of a case": lambda onward, code: delivering.claim_notices(onward, code, by=TIME),
    "a notice": lambda onward, code: delivering.deliver(
        onward,
        ClaimedNotice(reference=references(onward, code)[1], agency="GH-ONE", attempt=1),
        by=TIME,
    ),
}


class Noting:
    """A driver's connection or cursor that notes what is sent past SQLAlchemy, and sends it."""

    def __init__(self, statements: list[tuple[str, Any]], connection: Connection) -> None:
        self._driver, self._statements = driver_of(connection), statements

    def execute(self, statement: str, parameters: Any) -> Any:
        self._statements.append((statement, tuple(parameters)))
        return self._driver.execute(statement, parameters)

    def cursor(self) -> Noting:
        return self

    def close(self) -> None:
        """A cursor that was not made."""


@pytest.fixture
def onward(sqlite_url: str, tmp_path: Path) -> Iterator[Onward]:
    """SQLite tells its plan word for word; a partial index there must match to the letter. A version that
    moves running cases is in force.
    """
    second = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: migrate")
    with closing(ready(sqlite_url, tmp_path, pathways=(PATHWAY, second))) as made:
        yield made


@pytest.mark.parametrize("name", OFTEN)
def test_what_is_asked_often_reads_no_whole_table(
    onward: Onward, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement of it walks through all cases, tasks, requests or notices."""
    code = opened(onward)
    statements: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(onward.store.engine, "before_cursor_execute", note)
    with monkeypatch.context() as patch:
        patch.setattr("models.prepared.driver_of", partial(Noting, statements))
        OFTEN[name](onward, code)
    event.remove(onward.store.engine, "before_cursor_execute", note)
    assert statements
    with onward.store.read() as connection:
        plans = [
            line[-1]
            for statement, parameters in statements
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
            for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    found = "ix_cases_open_by_version (pathway_version_id=?)"
    assert name != "cases that need work" or any(found in line for line in plans)
    # An index of what is rare may be walked; `installation` has one row.
    scans = [line.removeprefix("SCAN ") for line in plans if line.startswith("SCAN")]
    walked = {line.partition(" ")[0] for line in scans if "INDEX ix_cases_" not in line}
    assert walked & GROWING == set(), plans
