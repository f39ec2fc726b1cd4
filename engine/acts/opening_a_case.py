"""Open a case."""

from __future__ import annotations

from msgspec import field

from engine.acts.act import Act

__all__ = ["OpenCase"]


class OpenCase(Act, frozen=True, tag="open_case"):
    """Open a case with the actor's agency as the responsible one."""

    code: str
    country: str
    """The country of the pathway's first side."""
    roles: dict[str, str] = field(default_factory=dict)
    """Agencies chosen for roles, by role. A role that is left out goes, once it is needed, to the
    first agency that may hold it, in the order in which agencies are asked.
    """
    after: str = ""
    """Code of an earlier case of the same person."""
    known: tuple[str, ...] = ()
    """Protected fields that were answered in the earlier case, and that the agency may read there.
    """
