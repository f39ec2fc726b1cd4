"""Who may do what, by kind. What they may see of one case is a matter of `engine.visibility`.

`docs/reference/authority.md` has the same table; a test compares the two.
"""

from __future__ import annotations

from enum import StrEnum

from casework.principal import Principal, PrincipalKind
from engine.errors import Refusal


class Right(StrEnum):
    """What a use case lets somebody do."""

    OPERATE = "operate"
    """Run the installation: registry, pathways, keys, records."""
    WATCH = "watch"
    """See codes of cases and how they stand, without answers."""
    ACT = "act"
    """Do for an agency what the pathway lets it do."""
    READ = "read"
    """See what an agency may see."""
    DRIVE = "drive"
    """Let happen what is due."""


_OPERATOR, _FOR_AGENCY, _STAFF, _TIME = "operator", "operator for an agency", "staff", "time"
HOLDERS: dict[Right, frozenset[str]] = {
    Right.OPERATE: frozenset({_OPERATOR}),
    Right.WATCH: frozenset({_OPERATOR, _TIME}),
    Right.ACT: frozenset({_FOR_AGENCY, _STAFF}),
    Right.READ: frozenset({_FOR_AGENCY, _STAFF}),
    Right.DRIVE: frozenset({_OPERATOR, _TIME}),
}
"""Who has a right. What is due happens before whatever somebody asks for, as time has it."""


def standing_of(by: Principal) -> str:
    """As what somebody asks, in the words of the table."""
    if by.kind is PrincipalKind.OPERATOR and by.agency:
        return _FOR_AGENCY
    return str(by.kind)


def require(by: Principal, right: Right) -> None:
    """Raises Refusal `not_authorised` unless somebody like that has the right."""
    if standing_of(by) not in HOLDERS[right]:
        raise Refusal(f"not_authorised.{right}")


def require_sight(by: Principal) -> None:
    """The right to see something of a case: as an agency with a part in it, or from outside."""
    require(by, Right.READ if by.agency else Right.WATCH)
