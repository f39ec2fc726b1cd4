"""Checks on the staff of each agency: their roles are the agency's, their days are in order, and a
deputy is a colleague.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.agencies.entries import AgencyEntry, StaffEntry
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.message import finding
from engine.nearest import suggestion


def check_staff(agencies: Mapping[str, AgencyEntry], document: Document) -> Iterator[Problem]:
    for code, agency in agencies.items():
        for person, entry in agency.staff.items():
            path: Path = ("agencies", code, "staff", person)
            yield from _roles(code, agency, entry, path, document)
            first, last = entry.valid_from, entry.valid_until
            if first and last and last < first:
                yield Problem(document.place((*path, "until")), finding("staff.ends_too_soon"))
            yield from _deputy(code, agency, person, path, document)


def _roles(
    code: str, agency: AgencyEntry, entry: StaffEntry, path: Path, document: Document
) -> Iterator[Problem]:
    for number, role in enumerate(entry.roles):
        if role not in agency.roles:
            what = finding("staff.no_such_role", agency=code, role=role, roles=agency.roles)
            yield Problem(document.place((*path, "roles", number)), what)


def _deputy(
    code: str, agency: AgencyEntry, person: str, path: Path, document: Document
) -> Iterator[Problem]:
    deputy, place = agency.staff[person].deputy, document.place((*path, "deputy"))
    if deputy is None:
        return
    if deputy == person:
        yield Problem(place, finding("staff.own_deputy", person=person))
    elif deputy not in agency.staff:
        known = suggestion(deputy, agency.staff.keys() - {person})
        what = finding("staff.no_deputy", agency=code, missing=deputy, known=known)
        yield Problem(place, what)
