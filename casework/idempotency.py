"""Requests of programs: each is done once, however often it is sent, and only to what its sender knows.

A request has a key that its sender has made up. The key is written in the very transaction that does what is
asked, so that of two which arrive together one waits for the other, and after a crash either both are there
or neither is. A refusal by a case is kept as well, for a repeated request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, delete, select, update

from casework.held_case import Held
from engine.errors import Refusal
from models.columns import table_of
from models.proof import Proof
from models.systems import SystemCall
from models.writing import put_in

KEPT = timedelta(days=7)
"""How long a key belongs to the request it was sent with."""
_CALLS = table_of(SystemCall)
_PLACE = "request of a program"


class KeptAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of a request."""

    code: str
    """The case."""
    at: datetime
    refused: str = ""
    """Why nothing was done, as programs read it: a refusal's reason."""


class AnsweredBefore(Exception):
    """It was asked before, and this came of it."""

    def __init__(self, answer: KeptAnswer) -> None:
        self.answer = answer
        super().__init__()


class KeyedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a program."""

    token: int
    """The id of the token that it came with."""
    name: bytes
    """A digest of its key."""
    asked: bytes
    """What it asks, encoded. It holds answers, so only its proof is kept."""
    proof: Proof
    at: datetime
    """In real time."""
    require: Callable[[Connection], None] | None = None
    """Raises Refusal `changed_since` if the case is not what its sender has seen."""

    @property
    def _names(self) -> dict[str, object]:
        return {"token_id": self.token, "name": self.name}

    def begin(self, connection: Connection) -> None:
        """Take the key, before anything else is done in the transaction.

        Raises:
            Answered: it was asked before.
            Refusal: `other_request`: the key stands for something else; `changed_since`.
        """
        connection.execute(delete(_CALLS).where(_CALLS.c.made_at < self.at - KEPT))
        asked = self.proof.of(_PLACE, self.asked)
        row = {**self._names, "asked": asked, "made_at": self.at, "code": "", "answer": b""}
        if not put_in(connection, SystemCall, ("token_id", "name"), row):
            raise self._answered(connection)
        if self.require:
            self.require(connection)

    def _answered(self, connection: Connection) -> Exception:
        there = select(_CALLS.c.asked, _CALLS.c.answer).filter_by(**self._names)
        row = connection.execute(there).one()
        if not self.proof.holds(row.asked, _PLACE, self.asked):
            return Refusal("other_request")
        return AnsweredBefore(msgspec.json.decode(row.answer, type=KeptAnswer))

    def end(self, connection: Connection, answer: KeptAnswer) -> None:
        """Keep what came of it."""
        kept = update(_CALLS).filter_by(**self._names)
        said = msgspec.json.encode(answer)
        connection.execute(kept.values(code=answer.code, answer=said))


class Made(Protocol):
    """What was decided for a case, or why it was refused."""

    @property
    def held(self) -> Held: ...
    @property
    def refusal(self) -> Refusal | None: ...


AMade = TypeVar("AMade", bound=Made)
Newest = TypeVar("Newest")
Turns = Callable[[Connection], list[tuple[AMade, Newest]]]


def kept(keyed: KeyedRequest | None, turns: Turns[AMade, Newest]) -> Turns[AMade, Newest]:
    """The turns of a request, with its key in their transaction."""
    if keyed is None:
        return turns

    def within(connection: Connection) -> list[tuple[AMade, Newest]]:
        keyed.begin(connection)
        written = turns(connection)
        made, _ = written[0]
        refused = made.refusal.reason if made.refusal else ""
        if made.refusal and refused == "unknown_case":  # nor is a key kept where there is none
            raise made.refusal
        keyed.end(connection, KeptAnswer(made.held.row.code, made.held.now, refused))
        return written

    return within


def forget(connection: Connection, codes: Collection[str]) -> None:
    """Delete what was asked about erased cases, or about those of an erased person."""
    connection.execute(delete(_CALLS).where(_CALLS.c.code.in_(codes)))
