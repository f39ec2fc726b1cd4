"""Principals: whoever is asking, once authenticated. Only `authenticating` and
`notice_holders` make one.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from engine.agencies.duties import Duty

SYSTEM = "system:"
"""The prefix that marks an agency's own program where an operator's code might appear."""


class PrincipalKind(StrEnum):
    """What kind of principal this is. It does not say what the principal may do in a case."""

    STAFF = "staff"
    """One of an agency's own people."""
    OPERATOR = "operator"
    """Somebody who runs the installation; if an agency is named, they enter what it told them."""
    SYSTEM = "system"
    """An agency's own program: nobody in particular of that agency."""
    LINK = "link"
    """Somebody who opened the link in a notice to an agency, without signing in."""
    TELEPHONE = "telephone"
    """Somebody who told the code of a notice to the responsible agency, which enters what
    they say.
    """
    TIME = "time"
    """No person: whatever happens by itself."""


BY_LINK = f"{PrincipalKind.LINK}:"
"""The prefix of `person` for somebody unknown who acts by a link; the notice's reference
follows.
"""


class Because(StrEnum):
    """Why somebody enters something for an agency that is not theirs."""

    TELEPHONE = "telephone"
    PAPER = "paper"
    OUTAGE = "outage"
    """The agency cannot reach the installation."""
    TRAINING = "training"
    """It is for practice; only in a training installation, which holds no real cases."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody authenticated, and the agency they act for."""

    kind: PrincipalKind
    agency: str = ""
    """The agency that acts; empty for time, and for an operator who acts for no agency."""
    person: str = ""
    """The staff code, never a name; for an operator who acts for no agency, the operator's code.
    For a link, `link:` and the reference of its notice. On the telephone, who is calling: a
    function or a name. For time, the publisher of the version whose rule makes something happen;
    empty if no rule does.
    """
    roles: tuple[str, ...] = ()
    """Types of roles that the person works in at the agency."""
    duties: frozenset[Duty] = frozenset()
    """Duties that the registry gives to one of an agency's staff, in addition to their roles."""
    language: str = ""
    """The agency's first language, an ISO 639 code."""
    entered_by: str = ""
    """Who enters what somebody else does; empty if nobody does. It is an operator's code, or
    `system:NAME` for the agency's own program. For a caller on the telephone, it may also be a
    staff member of the responsible agency, by the codes of both.
    """
    because: Because | None = None
    """Why somebody outside the agency enters what it does; None if nobody outside does."""
    rights: tuple[str, ...] = ()
    """What a program was given access for."""
    notice: str = ""
    """The reference of the notice, for a holder without an account."""
    authenticated: str = ""
    """How they were authenticated, such as `account NAME` or `session`."""

    @property
    def known_as(self) -> str:
        """The name under which operating, administering and coordinating are recorded: an
        operator's code, or an agency and a staff code separated by a blank, which no operator's
        code contains.
        """
        return f"{self.agency} {self.person}" if self.kind is PrincipalKind.STAFF else self.person
