"""Cases as they are stored, with everything that is shown to nobody."""

from __future__ import annotations

from casework import log
from casework.context import Onward
from casework.held_case import hold
from engine.state import State
from engine.turn_records import TurnRecord


def whole_state(onward: Onward, code: str) -> State:
    with onward.store.read() as connection:
        return hold(onward, connection, code, lock=False).state


def whole_log(onward: Onward, code: str) -> list[TurnRecord]:
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
        entries = log.entries_of(connection, held.row.id, code, held.cipher)
    return [entry for _, entry in entries]
