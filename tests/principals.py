"""Who asks in a test, as if they had been authenticated."""

from __future__ import annotations

from casework.authenticating import TIME
from casework.principal import SYSTEM, Principal, PrincipalKind
from engine.agencies.duties import Duty

__all__ = ["OPERATOR", "TIME", "administrator", "coordinator", "operator", "staff", "system"]


def operator(code: str) -> Principal:
    """Who runs the installation."""
    return Principal(kind=PrincipalKind.OPERATOR, person=code, authenticated="a test")


OPERATOR = operator("operator-1")


def staff(agency: str, person: str = "", *duties: Duty) -> Principal:
    """Somebody of an agency."""
    return Principal(
        kind=PrincipalKind.STAFF,
        agency=agency,
        person=person,
        duties=frozenset(duties),
        authenticated="a test",
    )


def administrator(agency: str, person: str) -> Principal:
    """One of an agency's staff who administers its accounts."""
    return staff(agency, person, Duty.ADMINISTERS)


def coordinator(agency: str, person: str) -> Principal:
    """One of an agency's staff who coordinates pathways."""
    return staff(agency, person, Duty.COORDINATES)


def system(agency: str, *rights: str) -> Principal:
    """A program of an agency, which reads and acts if nothing is said."""
    return Principal(
        kind=PrincipalKind.SYSTEM,
        agency=agency,
        entered_by=f"{SYSTEM}records",
        rights=rights or ("read", "act"),
        authenticated="a test",
    )
