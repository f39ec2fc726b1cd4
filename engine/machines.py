"""The state machines, as data, run by the library `transitions`.

The statuses listed in `STATUSES` change in no other way: `move` gives the next one or refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from threading import local
from typing import Any, Literal, overload

from transitions import Machine, MachineError

from engine.errors import Refusal
from engine.message import message
from engine.statuses import (
    OPEN_TASK,
    UNANSWERED,
    CasePhase,
    ConsentStatus,
    NoticeStatus,
    ProposalStatus,
    RequestStatus,
    TaskStatus,
)

_OPEN_TASK = sorted(map(str, OPEN_TASK))
_ASKED = sorted(map(str, UNANSWERED))

Row = Sequence[Any]
"""A trigger, the status or statuses from which it leads, and the one to which it leads."""

TABLES: Mapping[str, Sequence[Row]] = {
    "case": [
        ["open", "new", "open"],
        ["end", "open", "ended"],
        ["reopen", "ended", "open"],
        ["merge", "open", "merged"],
        ["unmerge", "merged", "open"],
    ],
    "task": [
        ["assign", "new", "assigned"],
        ["accept", "assigned", "accepted"],
        ["claim", _OPEN_TASK, "claimed"],
        ["pass_on", [*_OPEN_TASK, "suspended"], "assigned"],
        ["complete", _OPEN_TASK, "done"],
        ["suspend", _OPEN_TASK, "suspended"],
        ["resume", "suspended", "assigned"],
        ["withdraw", [*_OPEN_TASK, "suspended"], "withdrawn"],
    ],
    "hand_over": [
        ["offer", "new", "offered"],
        ["see", ["offered", "silent"], "seen"],
        ["ask", ["offered", "seen", "silent", "waiting"], "asked"],
        ["wait_list", ["offered", "seen", "asked", "silent"], "waiting"],
        ["accept", _ASKED, "accepted"],
        ["decline", _ASKED, "declined"],
        ["silence", ["offered", "seen", "asked", "waiting"], "silent"],
        ["wait_on", "silent", "offered"],
        ["answer", _ASKED, "answered"],
        ["inform", "new", "informed"],
        ["note", "informed", "noted"],
        ["revoke", [*_ASKED, "accepted", "prepared", "answered", "informed", "noted"], "revoked"],
        ["prepare", "accepted", "prepared"],
        ["depart", ["accepted", "prepared"], "departed"],
        ["arrive", ["departed", "no_show"], "arrived"],
        ["no_show", "departed", "no_show"],
        ["close", ["accepted", "prepared", "arrived"], "closed"],
    ],
    "consent": [
        ["give", ["none", "refused", "withdrawn", "expired", "given"], "given"],
        ["refuse", ["none", "given", "expired", "withdrawn", "refused"], "refused"],
        ["withdraw", ["given", "expired"], "withdrawn"],
        ["expire", "given", "expired"],
    ],
    "proposal": [
        ["propose", "new", "waiting"],
        ["silence", "waiting", "silent"],
        ["wait_on", "silent", "waiting"],
        ["decline", ["waiting", "silent"], "declined"],
    ],
    "notice": [
        ["queue", "new", "queued"],
        ["begin", ["queued", "sending"], "sending"],
        ["send", ["sending", "recalled"], "sent"],
        ["fail", "sending", "queued"],
        ["fail", "recalled", "cancelled"],
        ["give_up", ["queued", "sending"], "undeliverable"],
        ["give_up", "recalled", "cancelled"],
        ["lose", ["sending", "recalled"], "sent"],
        ["retry", "undeliverable", "queued"],
        ["cancel", ["queued", "undeliverable"], "cancelled"],
        ["recall", "sending", "recalled"],
    ],
}
"""Which trigger leads from which status to which. Everything else is refused."""

FIRST = {
    "case": "new",
    "task": "new",
    "hand_over": "new",
    "consent": "none",
    "proposal": "new",
    "notice": "new",
}
"""The initial status of each kind."""


class _Carrier:
    """The object that `transitions` works on: a plain mutable one, compared by identity."""


class _Running(local):
    """One machine and carrier per kind and thread, because creating them costs far more than a
    move.
    """

    def __init__(self) -> None:
        self.machines = {kind: _machine(kind) for kind in TABLES}


def _machine(kind: str) -> tuple[Machine, _Carrier]:
    carrier = _Carrier()
    states: set[str] = {FIRST[kind]}
    for _, sources, target in TABLES[kind]:
        states |= {target, *([sources] if isinstance(sources, str) else sources)}
    machine = Machine(
        model=carrier,
        states=sorted(states),
        transitions=[list(row) for row in TABLES[kind]],
        initial=FIRST[kind],
        auto_transitions=False,
        send_event=False,
    )
    return machine, carrier


_running = _Running()


STATUSES: Mapping[str, type[StrEnum]] = {
    "case": CasePhase,
    "task": TaskStatus,
    "hand_over": RequestStatus,
    "consent": ConsentStatus,
    "proposal": ProposalStatus,
    "notice": NoticeStatus,
}


@overload
def move(kind: Literal["case"], status: str, trigger: str) -> CasePhase: ...
@overload
def move(kind: Literal["task"], status: str, trigger: str) -> TaskStatus: ...
@overload
def move(kind: Literal["hand_over"], status: str, trigger: str) -> RequestStatus: ...
@overload
def move(kind: Literal["consent"], status: str, trigger: str) -> ConsentStatus: ...
@overload
def move(kind: Literal["proposal"], status: str, trigger: str) -> ProposalStatus: ...
@overload
def move(kind: Literal["notice"], status: str, trigger: str) -> NoticeStatus: ...
@overload
def move(kind: str, status: str, trigger: str) -> StrEnum: ...
@cache
def move(kind: str, status: str, trigger: str) -> StrEnum:
    """The status that a trigger leads to. Results are cached, so `transitions` finds each only once.

    Raises:
        Refusal: the trigger is not possible in that status (reason `not_possible`).
    """
    machine, carrier = _running.machines[kind]
    machine.set_state(str(status), carrier)
    try:
        machine.events[trigger].trigger(carrier)
    except MachineError:
        how = message(f"status.{kind}.{status}")
        raise Refusal(f"not_possible.of_{kind}", status=how) from None
    return STATUSES[kind](machine.get_model_state(carrier).name)


def sources(kind: str, trigger: str = "") -> frozenset[str]:
    """The statuses in which a trigger is possible; if no trigger is given, those that any trigger
    can change.
    """
    return frozenset(
        status
        for word, sources, _ in TABLES[kind]
        if trigger in ("", word)
        for status in ([sources] if isinstance(sources, str) else sources)
    )
