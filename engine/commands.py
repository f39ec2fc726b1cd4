"""Commands: what somebody asks of a case. They hold the names of protected values, never the
values.

Each act is declared in a module of `engine.acts`; this module collects them all, and names those
that other modules refer to, such as `commands.Complete`.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Union

import msgspec

from engine import acts
from engine.acts.act import *
from engine.acts.agreeing import *
from engine.acts.arrivals import *
from engine.acts.by_itself import *
from engine.acts.consents import *
from engine.acts.declared import Way
from engine.acts.interrupts import *
from engine.acts.linking import *
from engine.acts.looking import *
from engine.acts.merging import *
from engine.acts.opening_a_case import *
from engine.acts.periods import *
from engine.acts.prohibiting import *
from engine.acts.reopening import *
from engine.acts.requests import *
from engine.acts.steps import *
from engine.acts.tasks import *

for _module in iter_modules(acts.__path__, f"{acts.__name__}."):
    import_module(_module.name)

ACTS: tuple[type[Act], ...] = tuple(Act.__subclasses__())
"""Everything that may be asked of a case."""
if TYPE_CHECKING:
    AnyAct = Act
else:
    AnyAct = Union[ACTS]  # noqa: UP007 - by their number, as a log has them


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act, who asks for it, and when: `occurred_at` may be days before `recorded_at`."""

    act: AnyAct
    agency: str
    """Code of the agency that acts; empty if none does: when time alone acts, an operator suspends an
    agency, or a case is moved to another version.
    """
    person: str = ""
    """Who acts: a staff code or an operator's code. If somebody uses the link in a notice, `link:`
    and the reference of the notice. On the telephone, who called; only a caller may be given by
    name. When time alone acts, whoever published the version whose rule applies, or empty.
    """
    entered_by: str = ""
    """Who entered the act for the agency: an operator's code, or `system:NAME` for the agency's own
    program. For a telephone call, the code of the responsible agency and that of its staff member
    (`NG-HOME ada`), or the operator or program that acts for them. Empty if nobody entered it for
    the agency.
    """
    because: str = ""
    """Why somebody outside the agency entered it: `telephone`, `paper`, `outage` or `training`;
    empty if nobody did.
    """
    occurred_at: datetime
    recorded_at: datetime


WAYS: tuple[tuple[type[Act], Way], ...] = tuple(
    (act, way) for act in ACTS if act.declared for way in act.declared.ways
)
"""Every way in which an agency asks for something, with its act."""
