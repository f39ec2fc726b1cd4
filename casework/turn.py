"""The one transaction in which a case changes: it is locked, an act is decided, and the result is
recorded with all its consequences.

`take` runs this transaction for most acts, whoever asks for them. Other acts, such as looks and
moves to another version, have a transaction of their own and end with `conclude`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from casework import log
from casework.context import Onward
from casework.deciding import Attempt, Maker, after, attempt
from casework.held_case import hold
from casework.idempotency import KeyedRequest, kept
from casework.principal import Principal
from casework.recording import Turns, Written, record
from engine import in_flight
from engine.commands import AnyAct
from engine.decide import Decision
from engine.facts import LinkProposed
from engine.pathway import Pathway
from engine.projection import Seen, seen
from engine.state import State
from engine.view import View


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a turn. A turn with neither facts nor protected values records nothing."""

    code: str
    newest: Written
    """The newest entry of the case's log."""
    decision: Decision
    pathway: Pathway
    """The pathway version after the turn, with its texts."""
    view: View
    """The case after the turn, as shown to whoever acted: an agency or the operator."""

    @property
    def receipt(self) -> str:
        """The receipt for the newest entry; whoever acted may note it down."""
        return log.receipt(self.newest.hash)

    @property
    def seen(self) -> Seen:
        """What whoever acted may see of the case after the turn."""
        return seen(self.view)

    @property
    def state(self) -> State:
        return self.decision.state

    @property
    def proposed(self) -> dict[str, datetime | None]:
        """The codes of the cases with which a link or merge was proposed, each with the time until
        which it awaits an answer; None if no time was set.
        """
        made = (each for each in self.decision.facts if isinstance(each, LinkProposed))
        return {each.case: each.proposal.answer_by for each in made}

    @property
    def on_their_way(self) -> tuple[in_flight.OnItsWay, ...]:
        """Notices that the turn called off too late to hold back."""
        return in_flight.on_their_way(self.decision.facts)


def take(
    onward: Onward,
    code: str,
    ask: AnyAct | Maker,
    by: Principal,
    *,
    by_right: bool = False,
    occurred_at: datetime | None = None,
    values: Mapping[str, object] | None = None,
    keyed: KeyedRequest | None = None,
) -> Moved:
    """Lock a case, do what is asked, and record that with all its consequences. If the act is
    refused, only what is due is recorded.

    Args:
        by_right: whether a role's right may allow the act to an agency without a part in the case.
        occurred_at: when it happened, if not now; an offline report may be days old.
        values: protected values that belong to the act, to be sealed under the person's key.
        keyed: the request by which a program asks for the act, if one does.

    Raises:
        Refusal: why the act is not possible.
        Erased: the case was erased.
        AnsweredBefore: the request was answered before.
    """

    def turns(connection: Connection) -> Turns:
        held = hold(onward, connection, code, by=by, by_right=by_right)
        made = attempt(held, ask, by, occurred_at)
        return record(onward, connection, made, values=values)

    return conclude(onward, onward.store.change(kept(keyed, turns)))


def conclude(onward: Onward, written: Turns) -> Moved:
    """Finish after the commit: wake the runs of changed cases, and return the result of the first
    turn.

    Raises:
        Refusal: the command of that turn was refused.
    """
    for made, newest in written:
        if newest.number != made.held.row.version:
            onward.waker.wake(made.held.row.code)
    made, newest = written[0]
    if made.refusal is not None:
        raise made.refusal
    return moved(made, newest)


def moved(made: Attempt, newest: Written) -> Moved:
    """The result of a turn, with the view of the agency that acted."""
    return Moved(
        code=made.held.row.code,
        newest=newest,
        decision=made.decision,
        pathway=made.pathway,
        view=after(made, reader=made.command.agency),
    )
