"""Makes principals from people and programs whose identity was verified. Principals of people
without an account are made in `notice_holders`.

An operator is an account of the operating system, bound to a code. Whoever controls that account is
the operator; SECURITY.md says what protects against misuse of it.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from casework import operator_rows
from casework.agencies import AgencyHere, agency_here, require_listed
from casework.context import Onward
from casework.principal import SYSTEM, Because, Principal, PrincipalKind
from casework.suspensions import require_not_suspended
from engine.errors import Refusal
from models.columns import table_of
from models.installation import Installation
from models.prepared import first_row

if TYPE_CHECKING:
    from engine.agencies.registry import StaffMember

_INSTALLATION = table_of(Installation)
_IS_TRAINING = select(_INSTALLATION.c.is_training)

TIME = Principal(kind=PrincipalKind.TIME, authenticated="the installation itself")
"""The principal of everything that happens by itself."""


def by_rule_of(person: str) -> Principal:
    """The principal for what happens by the rule of a version that this person published."""
    return Principal(kind=PrincipalKind.TIME, person=person, authenticated=TIME.authenticated)


@cache
def account() -> str:
    """The name of the account that runs this process: on POSIX, the system's own name for it,
    whatever the environment says, or `uid-1000` if the system has none.
    """
    if os.name == "posix":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:  # an account without an entry, as in some containers
            return f"uid-{os.getuid()}"
    return getpass.getuser()


def operator(onward: Onward) -> Principal:
    """The operator that this process's account belongs to.

    The first account that uses an installation becomes its first operator, and that is recorded.

    Raises:
        Refusal: `not_an_operator`.
    """
    name = account()
    with onward.store.read() as connection:
        code = operator_rows.code_of(connection, name)
        is_first = code is None and not operator_rows.has_any(connection)
    if is_first:
        from casework import operators  # once in the life of an installation

        code = operators.begin(onward, name)
    if code is None:
        raise Refusal("not_an_operator", account=name)
    return Principal(kind=PrincipalKind.OPERATOR, person=code, authenticated=f"account {name}")


def entering(
    onward: Onward, by: Principal, agency: str, person: str = "", because: Because | None = None
) -> Principal:
    """The operator, entering what an agency told them.

    Args:
        by: the operator, acting as such or already for another agency.
        person: the staff code of whoever told them; empty for nobody in particular.
        because: why the agency does not enter it itself.

    Raises:
        Refusal: `unknown_agency`, `no_because`, `suspended_agency`, `unknown_staff`, or `no_staff`.
    """
    with onward.store.read() as connection:
        here = agency_here(connection, agency)
    return entering_for(onward, by, here, person, because)


def entering_for(
    onward: Onward, by: Principal, here: AgencyHere, person: str, because: Because | None
) -> Principal:
    """Like `entering`, for an agency that has already been looked up."""
    agency = here.code
    with onward.store.read() as connection:
        require_listed(connection, here)
        reason = _because(here.is_training, because)
        require_not_suspended(connection, agency, person)
        known = _of_staff(onward, connection, agency, person) if person else None
    return Principal(
        kind=PrincipalKind.OPERATOR,
        agency=agency,
        person=person,
        roles=known.roles if known else (),
        language=here.language,
        entered_by=by.entered_by or by.person,
        because=reason,
        authenticated=by.authenticated,
    )


def of_staff(onward: Onward, connection: Connection, agency: str, person: str) -> Principal:
    """One of an agency's own people, who has shown who they are.

    Raises:
        Refusal: `unknown_agency`, `suspended_agency`, `unknown_staff`, or `no_staff`.
    """
    here = agency_here(connection, agency)
    require_listed(connection, here)
    require_not_suspended(connection, agency, person)
    known = _of_staff(onward, connection, agency, person)
    return Principal(
        kind=PrincipalKind.STAFF,
        agency=agency,
        person=person,
        roles=known.roles,
        duties=known.duties,
        language=here.language,
        authenticated="session",
    )


def of_system(
    connection: Connection, agency: str, system: str, rights: Collection[str]
) -> Principal:
    """An agency's own program, which has shown its token.

    Raises:
        Refusal: `unknown_agency` or `suspended_agency`.
    """
    here = agency_here(connection, agency)
    require_listed(connection, here)
    require_not_suspended(connection, agency, "")
    return Principal(
        kind=PrincipalKind.SYSTEM,
        agency=agency,
        language=here.language,
        entered_by=f"{SYSTEM}{system}",
        rights=tuple(rights),
        authenticated="token",
    )


def _of_staff(onward: Onward, connection: Connection, agency: str, person: str) -> StaffMember:
    from casework.staffing import require_staff  # most look-ups are made as nobody in particular

    return require_staff(connection, agency, person, onward.clock.now().date())


def _because(is_training: bool, because: Because | None) -> Because:
    if because is None:
        raise Refusal("no_because.of_training" if is_training else "no_because.none")
    if because is Because.TRAINING and not is_training:
        raise Refusal("no_because.not_training")
    return because


def is_for_training(connection: Connection) -> bool:
    """Whether this is a training installation."""
    row = first_row(connection, _IS_TRAINING, {})
    return row is not None and bool(row.is_training)


def require_training(onward: Onward) -> None:
    """Raises Refusal `not_for_training` if people in this installation are real."""
    with onward.store.read() as connection:
        if not is_for_training(connection):
            raise Refusal("not_for_training")
