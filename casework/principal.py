"""Who asks: an authenticated somebody. Only `casework.authenticating` makes one."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class PrincipalKind(StrEnum):
    """What somebody is, whatever they may do in one case."""

    STAFF = "staff"
    """One of an agency's own people."""
    OPERATOR = "operator"
    """Who runs the machine; for an agency, if one is named, as that agency told them."""
    TIME = "time"
    """What happens by itself: no person."""


class Because(StrEnum):
    """Why an operator enters something for an agency."""

    TELEPHONE = "telephone"
    PAPER = "paper"
    OUTAGE = "outage"
    """The agency cannot reach the installation."""
    TRAINING = "training"
    """Nobody is real; only in an installation for training."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was authenticated, and for whom they act."""

    kind: PrincipalKind
    agency: str = ""
    """The agency that acts; empty for an operator as such, and for time."""
    person: str = ""
    """The agency's staff code, never a name; of an operator as such, the operator's code."""
    roles: tuple[str, ...] = ()
    """Types of roles that the person works in at the agency."""
    language: str = ""
    """An ISO 639 code."""
    entered_by: str = ""
    """The code of the operator who enters it for the agency."""
    because: Because | None = None
    """Why an operator does so."""
    authenticated: str = ""
    """How: `account NAME`."""
