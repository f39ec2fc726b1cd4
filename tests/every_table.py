"""An installation with rows in every table that is proved, and how to tamper with it past all that guards it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, text, update

from casework import (
    answering_versions,
    commencements,
    export_log,
    operators,
    placing_holds,
    suspending,
)
from casework.case_rows import CASES
from casework.context import Onward
from casework.declared_holidays import declare
from casework.export_log import ExportRecord
from casework.intake import IntakeRow, take_in
from casework.opening import open_case
from casework.principal import Principal
from casework.proved_of_cases import TABLES_OF_CASES
from casework.publishing import publish_pathway
from casework.registering import register
from casework.turn import take
from casework.verifying import verify, verify_all, verify_installation
from engine import commands as c
from engine.errors import Refusal
from engine.message import Message
from engine.templates import Source
from models.columns import METADATA
from tests.erased import erase_case, erase_person
from tests.installations import (
    AGENCIES,
    PATHWAY,
    SCREEN,
    as_if_sent,
    asked_home,
    ended,
    move_clock,
    opened,
)
from tests.laws import DAY, GONE, look_after, version
from tests.principals import OPERATOR, staff
from tests.retained import ORDER, hold
from tests.trial_translations import FRENCH

EITHER = """\
pathway: either
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {screener: first_responder @ host, manager: case_manager @ host}
stages:
  first:
    steps:
      interview: {by: [screener, manager], due: 24 hours}
    then: end done
ends: {done: success}
bases:
  law: {ground: statutory, source: The law, to: [manager]}
"""
SEPARATION = """\
separation:
  - {role: receiving_counterpart, from: case_manager, within: case}
  - {role: receiving_counterpart, from: first_responder, within: case}
"""
LIMITS = """\
{zone: Africa/Accra, retention: {at_least: {time: 3 years, assumed: yes}, at_most:
    {time: 9 years, source: The law}}}"""
NAMES = {"full_name": "full_name", "home_country": "home_country"}
EXPORT = ExportRecord(
    codes="htcds", pathways=(), since=date(2026, 1, 1), until=None, at_least=1, cases=1, lines=1,
    content_hash="00",
)  # fmt: skip


def fill(onward: Onward) -> None:
    """Do whatever is recorded anywhere, most of it twice."""
    register(onward, AGENCIES.replace("{zone: Africa/Accra}", LIMITS) + SEPARATION, by=OPERATOR)
    publish_pathway(
        onward,
        PATHWAY,
        file="trial.yaml",
        around=lambda _: {"fr": Source("trial.fr.yaml", FRENCH)},
        by=OPERATOR,
    )
    publish_pathway(onward, EITHER, by=OPERATOR)
    _erase_and_hold_some(onward)
    asked = [asked_home(onward) for _ in range(2)]
    as_if_sent(onward)
    for _ in range(2):
        roles = {"screener": "GH-ONE", "manager": "GH-TWO"}
        open_case(onward, "either", "GH", SCREEN, roles=roles)
        open_case(onward, "trial", "GH", SCREEN, after=asked[0])
    for number in range(2):
        row = IntakeRow(
            number=number, pathway="trial", country="GH", agency="GH-ONE",
            cells={"full_name": f"Person {number}", "home_country": "NG"},
        )  # fmt: skip
        take_in(onward, [row], _ama, NAMES)
        export_log.write_down(onward, EXPORT, SCREEN, ())
        declare(onward, "GH", date(2026, 9, 15 + number), "Mourning", OPERATOR)
        suspending.suspend(onward, "NG-TWO", OPERATOR)
        suspending.lift(onward, "NG-TWO", OPERATOR)
    stays = [opened(onward) for _ in range(2)]
    _second_versions(onward)
    move_clock(onward, DAY)
    look_after(onward)
    for code in stays:
        take(onward, code, c.Claim(task="interview.1"), SCREEN, values={"full_name": "Person 9"})


def _second_versions(onward: Onward) -> None:
    """One of them is called off, and again; another is proposed, and taken back."""
    publish_pathway(onward, version(2, *GONE), by=OPERATOR)
    publish_pathway(
        onward, EITHER.replace("version: 1", "version: 2\nrunning_cases: migrate"), by=OPERATOR
    )
    commencements.call_off(onward, "either", 2, OPERATOR)
    commencements.call_again(onward, "either", 2, OPERATOR)
    operators.add(onward, "op-2", "nightshift", OPERATOR)
    wider = EITHER.replace("version: 1", "version: 3").replace(
        "to: [manager]", "to: [manager, screener]"
    )
    for _ in range(2):
        publish_pathway(onward, wider, by=OPERATOR)
        answering_versions.take_back(onward, "either", 3, OPERATOR)


def _erase_and_hold_some(onward: Onward) -> None:
    for _ in range(2):
        code = ended(onward)
        erase_case(onward, code)
        erase_person(onward, code)
    for person in (False, True):
        code = ended(onward)
        number = hold(onward, code, person=person)
        with suppress(Refusal):
            erase_case(onward, code)  # the request is remembered
        placing_holds.lift(onward, number, ORDER, OPERATOR)


def _ama(agency: str) -> Principal:
    return staff(agency, "ama")


def found(onward: Onward) -> list[Message]:
    """All that `verify` finds."""
    of_cases = [fault for each in verify_all(onward, OPERATOR) for fault in each.faults]
    return [*of_cases, *verify_installation(onward, OPERATOR)]


def is_named(onward: Onward, table: str, row: Mapping[str, Any]) -> bool:
    """Whether what `verify` finds names that table; nothing further is verified once it does.

    Args:
        row: what was tampered with, as it was: its case comes first.
    """
    return any(each.values.get("table") == table for each in _found_of(onward, table, row))


def _found_of(onward: Onward, table: str, row: Mapping[str, Any]) -> Iterator[Message]:
    """All that `verify` finds, beginning where a table of this kind is looked at."""
    parts = [_of_cases, _of_installation]
    for part in parts if table in TABLES_OF_CASES else reversed(parts):
        yield from part(onward, row)


def _of_installation(onward: Onward, _row: Mapping[str, Any]) -> Iterator[Message]:
    yield from verify_installation(onward, OPERATOR)


def _of_cases(onward: Onward, row: Mapping[str, Any]) -> Iterator[Message]:
    """The case of the row comes first, then the newest one."""
    first = CASES.c.id == row.get("case_id", row["id"])
    with onward.store.read() as connection:
        codes = connection.scalars(
            select(CASES.c.code).order_by(first.desc(), CASES.c.id.desc())
        ).all()
    for code in codes:
        yield from verify(onward, code, OPERATOR).faults


@contextmanager
def past_all_guards(onward: Onward) -> Iterator[Connection]:
    """A connection with which the store lets references lead nowhere."""
    if onward.store.kind == "sqlite":
        with onward.store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            connection.exec_driver_sql("BEGIN")
    else:
        with onward.store.write() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection


Rows = Sequence[Mapping[str, Any]]


def rows_of(connection: Connection, table: Table) -> Rows:
    return [{**row} for row in connection.execute(select(table).order_by("id")).mappings()]


def snapshot(onward: Onward, names: Iterable[str]) -> dict[str, Rows]:
    """All rows of some tables."""
    with onward.store.read() as connection:
        return {name: rows_of(connection, METADATA.tables[name]) for name in names}


def put_back(connection: Connection, table: Table, rows: Rows) -> None:
    """The table as it was."""
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), rows)


def other(value: Any) -> Any:
    """Another value of its type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"more"
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, dict):
        return {**value, "more": "x"}
    return [*value, "x"]


def edit(connection: Connection, table: Table, row: Mapping[str, Any], **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == row["id"]).values(values))
