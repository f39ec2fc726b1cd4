"""Commands: what somebody asks of a case. They hold the names of protected values, never the
values.

Each act is declared in `engine.acts`; this module collects them all.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Union

import msgspec

from engine.acts.act import *
from engine.acts.arrivals import *
from engine.acts.by_itself import *
from engine.acts.cases import *
from engine.acts.consents import *
from engine.acts.declared import Way
from engine.acts.interrupts import *
from engine.acts.periods import *
from engine.acts.requests import *
from engine.acts.steps import *
from engine.acts.tasks import *

if TYPE_CHECKING:
    AnyAct = Act
else:
    AnyAct = Union[tuple(Act.__subclasses__())]  # noqa: UP007 - by their number, as a log has them


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act, who asks for it, and when: `occurred_at` may be days before `recorded_at`."""

    act: AnyAct
    agency: str
    """Code of the actor's agency; empty when time alone acts."""
    person: str = ""
    """Staff code of the actor, never a name."""
    occurred_at: datetime
    recorded_at: datetime


WAYS: tuple[tuple[type[Act], Way], ...] = tuple(
    (act, way) for act in Act.__subclasses__() if act.declared for way in act.declared.ways
)
"""Every way in which an agency asks for something, with its act."""
