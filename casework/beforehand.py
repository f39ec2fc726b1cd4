"""Whether an act is possible, before anybody is asked for its form or for words."""

from __future__ import annotations

from datetime import datetime

from casework.context import Actor, Onward
from casework.held import hold
from casework.settling import settle_due
from casework.turn import attempt
from engine.commands import AnyAct


def require_possible(
    onward: Onward, code: str, act: AnyAct, by: Actor, occurred_at: datetime | None = None
) -> None:
    """Refuse an act that no answer would make possible; nothing of it is done.

    What was due is recorded where it is refused, as by the act itself.

    Args:
        act: without the answers of its form.

    Raises:
        Refusal: why it is not possible, but for a form that is not filled in.
    """
    with onward.store.read() as connection:
        held = hold(onward, connection, code, by=by, lock=False)
        refusal = attempt(held, act, by, occurred_at).refusal
    if refusal is not None and refusal.reason != "wrong_form":
        settle_due(onward, code)
        raise refusal
