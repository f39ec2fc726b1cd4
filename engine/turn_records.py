"""Serialises log entries: what was asked of a case, and what it led to."""

from __future__ import annotations

import msgspec

from engine.commands import Command
from engine.facts import AnyFact
from engine.records import Format


class TurnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One turn."""

    command: Command
    facts: tuple[AnyFact, ...]


ENTRIES: Format[TurnRecord] = Format("log entry", TurnRecord, 1, {})
