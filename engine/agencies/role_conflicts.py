"""Types of role that a registry keeps apart, and agencies and staff who hold two of them anyway.

Source: separation of duties: who decides on status neither refers nor gives support, and nobody
approves their own work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.agencies.entries import AgencyEntry, SeparationEntry
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.message import finding
from engine.nearest import suggestion

ANY = "any"


def others_of(entry: SeparationEntry, agencies: Mapping[str, AgencyEntry]) -> set[str]:
    """The types of role that an entry's role is kept apart from; for `any`, every other type that
    some agency holds.
    """
    others = _held(agencies) if ANY in entry.others else set(entry.others)
    return others - {entry.role}


def check_separation(
    separation: Iterable[SeparationEntry], agencies: Mapping[str, AgencyEntry], document: Document
) -> Iterator[Problem]:
    held = _held(agencies)
    for number, entry in enumerate(separation):
        path: Path = ("separation", number)
        yield from _unknown(entry, held, path, document)
        others = others_of(entry, agencies)
        if entry.role in entry.others:
            what = finding("roles_apart.from_itself", role=entry.role)
            yield Problem(document.place((*path, "from")), what)
        elif entry.within == "registry":
            yield from _held_together(entry, others, agencies, document)


def _held(agencies: Mapping[str, AgencyEntry]) -> set[str]:
    return {role for agency in agencies.values() for role in agency.roles}


def _unknown(
    entry: SeparationEntry, held: set[str], path: Path, document: Document
) -> Iterator[Problem]:
    """Faults for types that no agency holds: a misspelt type would keep nothing apart."""
    named: list[tuple[str, Path]] = [(entry.role, (*path, "role"))]
    named += [(each, (*path, "from", at)) for at, each in enumerate(entry.others) if each != ANY]
    for role, where in named:
        if role not in held:
            what = finding("roles_apart.no_holder", role=role, known=suggestion(role, held))
            yield Problem(document.place(where), what)


def _held_together(
    entry: SeparationEntry,
    others: set[str],
    agencies: Mapping[str, AgencyEntry],
    document: Document,
) -> Iterator[Problem]:
    for code, agency in agencies.items():
        path: Path = ("agencies", code)
        if entry.between == "agencies":
            yield from _both(entry, others, code, agency.roles, (*path, "roles"), document)
            continue
        for person, staff in agency.staff.items():
            where = (*path, "staff", person)
            roles = staff.roles_at(agency)
            yield from _both(entry, others, person, roles, where, document)


def _both(
    entry: SeparationEntry,
    others: set[str],
    who: str,
    roles: tuple[str, ...],
    path: Path,
    document: Document,
) -> Iterator[Problem]:
    both = [each for each in roles if each in others] if entry.role in roles else []
    if both:
        what = finding("roles_apart.both", who=who, roles=(entry.role, *both))
        yield Problem(document.place(path), what)
