"""Who may do what, according to the kind of principal they are, and to their duties. What they may
see of a single case is decided in `engine.visibility`.

`docs/reference/authority.md` has the table of `HOLDERS` too; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from casework.principal import Principal, PrincipalKind
from engine.agencies.duties import Duty
from engine.errors import Refusal


class Right(StrEnum):
    """What a use case lets somebody do."""

    OPERATE = "operate"
    """Run the installation: manage its registry, keys, records and operators."""
    COORDINATE = "coordinate"
    """See and publish pathways and move cases to their versions; see the registry, declare late
    holidays in it, and suspend agencies.
    """
    WATCH = "watch"
    """See the codes and the status of cases, without answers."""
    ACT = "act"
    """Do on behalf of an agency what the pathway lets it do."""
    ANSWER = "answer"
    """Do what a notice lets its holder do, and see its text."""
    READ = "read"
    """See what an agency may see."""
    DRIVE = "drive"
    """Carry out what is due."""
    ADMINISTER = "administer"
    """Admit and suspend staff: an operator may do so for anybody, an administrator only for
    colleagues.
    """
    MANAGE = "manage"
    """See the figures of an agency."""


_OPERATOR, _FOR_AGENCY, _STAFF, _SYSTEM, _LINK, _TELEPHONE, _TIME = (
    "operator",
    "operator for an agency",
    "staff",
    "system",
    "link",
    "telephone",
    "time",
)
_ADMINISTRATOR, _COORDINATOR, _MANAGER = "administrator", "coordinator", "manager"
OF_DUTIES: Mapping[Duty, str] = {
    Duty.ADMINISTERS: _ADMINISTRATOR,
    Duty.COORDINATES: _COORDINATOR,
    Duty.MANAGES: _MANAGER,
}
"""What each duty in the registry adds to `staff`."""
HOLDERS: Mapping[Right, frozenset[str]] = {
    Right.OPERATE: frozenset({_OPERATOR}),
    Right.COORDINATE: frozenset({_OPERATOR, _COORDINATOR}),
    Right.WATCH: frozenset({_OPERATOR, _TIME}),
    Right.ACT: frozenset({_FOR_AGENCY, _STAFF, _SYSTEM}),
    Right.ANSWER: frozenset({_LINK, _TELEPHONE}),
    Right.READ: frozenset({_FOR_AGENCY, _STAFF, _SYSTEM}),
    Right.DRIVE: frozenset({_OPERATOR, _TIME}),
    Right.ADMINISTER: frozenset({_OPERATOR, _ADMINISTRATOR}),
    Right.MANAGE: frozenset({_FOR_AGENCY, _MANAGER}),
}
"""Who has each right. What is due is done before anything that somebody asks for, on the authority of
time: nobody needs a right for it.
"""


def standings_of(by: Principal) -> frozenset[str]:
    """The words in `HOLDERS` that apply to somebody: the one for their kind, and those that their
    duties add to it.
    """
    kind = _FOR_AGENCY if by.kind is PrincipalKind.OPERATOR and by.agency else str(by.kind)
    return frozenset({kind, *(OF_DUTIES[each] for each in by.duties)})


def has(by: Principal, right: Right) -> bool:
    """Whether somebody has a right by their kind or their duties."""
    return not standings_of(by).isdisjoint(HOLDERS[right])


def require(by: Principal, right: Right) -> None:
    """Raises Refusal `not_authorised` unless the caller has the right; a program also needs a token
    that names the right.
    """
    if not has(by, right):
        raise Refusal(f"not_authorised.{right}")
    if by.kind is PrincipalKind.SYSTEM and right not in by.rights:
        raise Refusal("not_authorised.of_token")


def require_sight(by: Principal) -> None:
    """Raises Refusal `not_authorised` unless the caller may see something of cases: on behalf of an
    agency with a part in them (`READ`) or, without an agency, from outside (`WATCH`).
    """
    require(by, Right.READ if by.agency else Right.WATCH)


def require_over(by: Principal, agency: str, person: str) -> None:
    """Require the right to give one of an agency's staff access, or to suspend them.

    Source: separation of duties (nobody grants or restores their own access).

    Raises:
        Refusal: `not_authorised`; for an administrator also for their own account and for other
            agencies.
    """
    require(by, Right.ADMINISTER)
    if by.kind is PrincipalKind.OPERATOR:
        return
    if by.agency != agency:
        raise Refusal("not_authorised.of_another_agency")
    if by.person == person:
        raise Refusal("not_authorised.of_oneself")


def require_to_suspend(by: Principal, agency: str, person: str) -> None:
    """Require the right to suspend an agency (without a `person`) or one of its staff, and to lift
    such a suspension.

    An operator has this right over everybody, an administrator only over colleagues. A coordinator
    has it only over other agencies and their staff: at their own agency, they could shut out the
    administrator who would suspend them.

    Source: separation of duties (nobody restores their own access).

    Raises:
        Refusal: `not_authorised`.
    """
    is_operator = by.kind is PrincipalKind.OPERATOR
    if not person:
        require(by, Right.COORDINATE)
    elif is_operator or by.agency == agency or not has(by, Right.COORDINATE):
        require_over(by, agency, person)
    if not (person or is_operator) and by.agency == agency:
        raise Refusal("not_authorised.of_own_agency")
