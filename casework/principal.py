"""Who is asking: somebody authenticated. Only `authenticating` and `holders` make one."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.agencies.duties import Duty

SYSTEM = "system:"
"""How an agency's own program is named where an operator's code might stand."""


class PrincipalKind(StrEnum):
    """The kind of a principal, whatever it may do in a case."""

    STAFF = "staff"
    """One of an agency's own people."""
    OPERATOR = "operator"
    """Somebody who runs the machine; if an agency is named, they enter what it told them."""
    SYSTEM = "system"
    """An agency's own program: nobody in particular of that agency."""
    LINK = "link"
    """Somebody who opened the link in a notice to an agency, without signing in."""
    TELEPHONE = "telephone"
    """Somebody who told the code of a notice to the responsible agency, which enters what they say.
    """
    TIME = "time"
    """What happens by itself: no person."""


BY_LINK = f"{PrincipalKind.LINK}:"
"""How the person begins whom nobody knows who acts by a link; the reference of its notice follows."""


class Because(StrEnum):
    """Why an operator enters something for an agency."""

    TELEPHONE = "telephone"
    PAPER = "paper"
    OUTAGE = "outage"
    """The agency cannot reach the installation."""
    TRAINING = "training"
    """Nobody is real; only in an installation for training."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated somebody, and whom they act for."""

    kind: PrincipalKind
    agency: str = ""
    """The agency that acts; empty for an operator as such, and for time."""
    person: str = ""
    """The agency's staff code, never a name; of an operator as such, the operator's code. Of a link, `link:` and
    the reference of its notice; on the telephone, who that was: a function, or a name.
    """
    roles: tuple[str, ...] = ()
    """Types of roles that the person works in at the agency."""
    duties: frozenset[Duty] = frozenset()
    """Duties that the registry gives to one of an agency's staff, in addition to their roles."""
    language: str = ""
    """An ISO 639 code."""
    entered_by: str = ""
    """Who enters it for the agency: the code of an operator, or `system:NAME` for the agency's own program. On the
    telephone, the responsible agency, and who there.
    """
    because: Because | None = None
    """Why somebody else does so."""
    rights: tuple[str, ...] = ()
    """What a program was given access for."""
    notice: str = ""
    """The reference of the notice that they hold, who have no account."""
    authenticated: str = ""
    """How: `account NAME`."""

    @property
    def known_as(self) -> str:
        """Who it was, in the record of something done for no agency: an operator's code, or an agency and a staff
        code with a blank between, as no operator is called.
        """
        return f"{self.agency} {self.person}" if self.kind is PrincipalKind.STAFF else self.person
