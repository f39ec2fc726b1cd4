"""Requests of programs. Each is carried out once, however often it is sent within `KEPT`. Its
sender may ask that it be carried out only if the case has not changed since they saw it.

A request has a key chosen by its sender. The key is written in the same transaction that does what
is asked, so that if two requests arrive together one waits for the other, and after a crash either
both the key and the result exist or neither does. A refusal is kept as well if the case exists, so
that a repeated request gets the same answer.
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
"""How long a key stays bound to the request it was sent with."""
_CALLS = table_of(SystemCall)
_PLACE = "request of a program"


class KeptAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of a request, as it was kept."""

    code: str
    """The code of the case."""
    at: datetime
    refused: str = ""
    """The reason of the refusal, as programs read it; empty if the request was carried out."""


class AnsweredBefore(Exception):
    """The request was made before; `answer` is the result that it had."""

    def __init__(self, answer: KeptAnswer) -> None:
        self.answer = answer
        super().__init__()


class KeyedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a program, with its key."""

    token: int
    """The id of the token that it came with."""
    name: bytes
    """A digest of its key."""
    asked: bytes
    """What it asks for, encoded. This contains answers, so only a proof of it is stored."""
    proof: Proof
    at: datetime
    """When it came, in real time."""
    require: Callable[[Connection], None] | None = None
    """Called within the transaction; raises Refusal `changed_since` if the case is no longer what
    the sender has seen. None if that is not to be checked.
    """

    @property
    def _names(self) -> dict[str, object]:
        return {"token_id": self.token, "name": self.name}

    def begin(self, connection: Connection) -> None:
        """Take the key, before anything else is done in the transaction.

        Raises:
            AnsweredBefore: the request was made before.
            Refusal: `other_request` if the key was used for something else; `changed_since`.
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
        """Keep the result of the request."""
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
    """Wraps `turns` so that the request's key is taken, and its result kept, in the same
    transaction. Returns `turns` itself if there is no request.

    The function raises what `begin` raises. It also raises Refusal `unknown_case`; then no key is
    kept.
    """
    if keyed is None:
        return turns

    def within(connection: Connection) -> list[tuple[AMade, Newest]]:
        keyed.begin(connection)
        written = turns(connection)
        made, _ = written[0]
        refused = made.refusal.reason if made.refusal else ""
        if made.refusal and refused == "unknown_case":  # and there is no key to keep
            raise made.refusal
        keyed.end(connection, KeptAnswer(made.held.row.code, made.held.now, refused))
        return written

    return within


def forget(connection: Connection, codes: Collection[str]) -> None:
    """Delete the requests about erased cases, or about those of an erased person."""
    connection.execute(delete(_CALLS).where(_CALLS.c.code.in_(codes)))
