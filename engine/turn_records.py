"""Serialises log entries: what was asked of a case, and what it led to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

import msgspec

from engine.commands import Command
from engine.facts import Fact
from engine.records import Format

if TYPE_CHECKING:
    AnyFact = Fact
else:
    # This includes the facts of acts, all of which `commands` has imported.
    AnyFact = Union[tuple(Fact.__subclasses__())]  # noqa: UP007 - by their number, as a log has them


class TurnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One turn: the command, and the facts it led to."""

    command: Command
    facts: tuple[AnyFact, ...]


ENTRIES: Format[TurnRecord] = Format("log entry", TurnRecord, 1, {})
