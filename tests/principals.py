"""Who asks in a test, as if they had been authenticated."""

from __future__ import annotations

from casework.authenticating import TIME
from casework.principal import Principal, PrincipalKind

__all__ = ["OPERATOR", "TIME", "operator", "staff"]


def operator(code: str) -> Principal:
    """Who runs the installation."""
    return Principal(kind=PrincipalKind.OPERATOR, person=code, authenticated="a test")


OPERATOR = operator("op-1")


def staff(agency: str, person: str = "") -> Principal:
    """Somebody of an agency."""
    return Principal(kind=PrincipalKind.STAFF, agency=agency, person=person, authenticated="a test")
