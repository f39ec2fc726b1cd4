"""What one step costs: a task completed, next tasks assigned, entry sealed and chained, notices
queued, all durable; by the use case that the portal calls, on the reference pathway.

Run beside its peers with the folder of the comparison on PYTHONPATH (it brings `harness` and
`reference`); alone, it is one of the scripts that `run_all.py --also` takes.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import harness
import reference
from pydantic import SecretStr
from sqlalchemy import func, select

from casework import opening, queries, verifying, worklists
from casework.acting import do
from casework.bootstrap import connect
from casework.case_rows import CASES
from casework.context import Onward
from casework.publishing import publish_pathway
from casework.registering import register
from casework.settings import Settings
from engine import commands as c
from models.columns import table_of
from models.notices import OwedNotice
from models.work import CaseTask
from notifiers.memory import MemoryChannel
from tests.principals import OPERATOR, staff

PATHWAY = Path(__file__).with_name("reference.yaml")
TRACKS = {
    "shelter": "lodging_provider",
    "health": "visiting_provider",
    "legal": "advising_provider",
}
"""Role of the comparison to our neutral name of it."""
ROLES = {role: TRACKS.get(role, role) for role in ("screener", "manager", *TRACKS)}
AGENCIES = {role: staff(f"GH-{role.upper()}", "staff") for role in ROLES}
STEPS = {"consent": "agreement"}
"""Task of the comparison to our name of it, where the language keeps the word for itself."""
TASKS = {ours: theirs for theirs, ours in STEPS.items()}
MASTER_KEY = "bWFzdGVyLWtleS1mb3ItdGVzdHMtb25seS0zMi1ieXQ="


def registry() -> str:
    lines = ["registry: reference", "countries:", "  GH: {zone: Africa/Accra}", "agencies:"]
    for role, actor in AGENCIES.items():
        lines.append(
            f"  {actor.agency}: {{name: {role}, country: GH, roles: [{ROLES[role]}],"
            " channels: [email], staff: {staff: {}}}"
        )
    return "\n".join(lines) + "\n"


def start(onward: Onward) -> str:
    return opening.open_case(onward, "reference", "GH", AGENCIES["screener"]).code


def step(onward: Onward, code: str, task: str, answers: dict[str, str]) -> None:
    do(
        onward,
        code,
        c.Complete(task=f"{STEPS.get(task, task)}.1"),
        AGENCIES[reference.role(task)],
        answers=answers,
    )


def open_tasks(onward: Onward, code: str) -> set[str]:
    """From the rows, as a worklist would see them."""
    rows = table_of(CaseTask)
    query = (
        select(rows.c.step)
        .join(CASES, CASES.c.id == rows.c.case_id)
        .where(CASES.c.code == code, rows.c.is_open)
    )
    with onward.store.read() as connection:
        return {TASKS.get(name, name) for name in connection.scalars(query)}


def check_end(onward: Onward, code: str) -> None:
    """Finished; the chain holds, the replay gives the state; 20 tasks with their forms, 20 notices."""
    state = queries.case(onward, code, by=OPERATOR).state
    assert (state.status, state.end) == ("ended", "finished"), state.status
    assert [task.status for task in state.tasks.values()] == ["done"] * 20
    forms = [
        fact
        for line in queries.case_log(onward, code, by=OPERATOR)
        for fact in line.entry.facts
        if type(fact).__name__ == "FormRecorded"
    ]
    assert len(forms) == 20
    found = verifying.verify(onward, code, by=OPERATOR)
    assert (found.entries, found.faults) == (21, ()), found
    notices = table_of(OwedNotice)
    query = select(func.count()).where(notices.c.reference.like(f"{code}-%"))
    with onward.store.read() as connection:
        assert connection.execute(query).scalar_one() == 20


def fill(onward: Onward, number: int) -> None:
    """Other cases that are open meanwhile, without waiting for the disk at each."""
    for _ in range(number):
        start(onward)


def settle(onward: Onward, store: str) -> None:
    with onward.store.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if store == "postgres":
            raw.autocommit = True
        harness.settle(raw, store)
        if store == "postgres":
            raw.autocommit = False


def main() -> None:
    args = harness.arguments(__doc__).parse_args()
    with (
        harness.scratch(args.store, args.dsn) as place,
        tempfile.TemporaryDirectory(prefix="onward-bench-") as home,
    ):
        onward = connect(
            Settings(
                home=Path(home),
                database_url=SecretStr(url_of(args.store, place)),
                master_key=SecretStr(MASTER_KEY),
            ),
            channel=MemoryChannel(),
        )
        register(onward, registry(), by=OPERATOR)
        publish_pathway(onward, PATHWAY.read_text(encoding="utf-8"), by=OPERATOR)
        fill(onward, args.open)
        settle(onward, args.store)
        measure(args, onward)
        onward.close()


def url_of(store: str, place: str) -> str:
    if store == "sqlite":
        return f"sqlite:///{place}"
    from psycopg import conninfo

    parts = conninfo.conninfo_to_dict(place)
    user, host = parts.get("user", "postgres"), parts.get("host", "127.0.0.1")
    return f"postgresql://{user}@{host}:{parts.get('port', 5432)}/{parts['dbname']}"


def measure(args: Any, onward: Onward) -> None:
    ours = version("onward")
    harness.measure_worklist(
        args, "Onward", ours, lambda role: worklists.tasks(onward, AGENCIES[role])
    )
    harness.measure_walks(
        args,
        "Onward",
        "loaded",
        ours,
        start=lambda: start(onward),
        step=lambda code, task, form: step(onward, code, task, form),
        open_tasks=lambda code: open_tasks(onward, code),
        check_end=lambda code: check_end(onward, code),
    )


if __name__ == "__main__":
    main()
