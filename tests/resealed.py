"""Data keys that were replaced, and what is found of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select

from casework import data_keys
from casework.bootstrap import connect
from casework.context import Onward
from casework.resealing import Replacing, replace_data_keys
from casework.sealing.against import read_held, verify_log
from casework.sealing.handing_out import newest
from casework.sealing.sealer import seal
from casework.settings import Settings
from models.columns import METADATA, table_of
from models.resealings import Resealing
from notifiers.memory import MemoryChannel
from tests.every_table import Rows, found, past_all_guards, put_back, rows_of
from tests.installations import START
from tests.principals import OPERATOR
from wording.sentences import in_words

_RESEALINGS = table_of(Resealing)
HELD = ("cases", "people", "log_entries", "protected_values")
"""The tables that a resealing of a case and its person writes."""


def replaced(onward: Onward) -> Replacing:
    return replace_data_keys(onward, OPERATOR)


def held(onward: Onward) -> str:
    """A checkpoint that somebody else holds."""
    seal(onward, OPERATOR)
    return newest(onward, OPERATOR).written


def in_log(onward: Onward, note: str | None = None) -> Sequence[str]:
    found = verify_log(onward, OPERATOR, read_held(note) if note else None).faults
    return tuple(map(in_words, found))


def said(onward: Onward) -> set[str]:
    """Codes and rows of all that `verify` finds."""
    return {f"{each.code} {each.values.get('row', '')}".strip() for each in found(onward)}


def tables(onward: Onward, *names: str) -> dict[str, Rows]:
    with onward.store.read() as connection:
        return {name: rows_of(connection, METADATA.tables[name]) for name in names}


def restore_rows(onward: Onward, rows: dict[str, Rows]) -> None:
    with past_all_guards(onward) as connection:
        for name, each in rows.items():
            put_back(connection, METADATA.tables[name], each)


def behind(onward: Onward) -> dict[str, int]:
    return {**data_keys.standing(onward, OPERATOR).behind}


def former_owners(onward: Onward) -> list[str]:
    with onward.store.read() as connection:
        return [*connection.scalars(select(_RESEALINGS.c.owner).order_by(_RESEALINGS.c.number))]


def with_keys_in_files(url: str, home: Path) -> Settings:
    """An installation whose master key is in a file, as that of most."""
    return Settings(home=home, database_url=SecretStr(url), clock="stored", clock_starts=START)


def another(settings: Settings) -> Onward:
    """Another process of the installation."""
    return connect(settings, channel=MemoryChannel())
