"""Checks on the agencies, staff and countries of a registry: that stand-ins and deputies exist,
that an agency and its stand-in have a role in common, and that codes, places, roles and days are
right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.agencies.entries import AgencyEntry, CountryEntry, StaffEntry
from engine.checks.retention_rules import check_limits
from engine.countries import fault_of_country, is_country
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.message import finding
from engine.nearest import nearest, suggestion


def check_agencies(agencies: Mapping[str, AgencyEntry], document: Document) -> Iterator[Problem]:
    for code, agency in agencies.items():
        path: Path = ("agencies", code)
        yield from _where(code, agency, document)
        first, last = agency.valid_from, agency.valid_until
        if first and last and last < first:
            place = document.place((*path, "until"))
            yield Problem(place, finding("agency.ends_too_soon", agency=code))
        for role in agency.capacity:
            if role not in agency.roles:
                yield Problem(
                    document.place((*path, "capacity", role), key=True),
                    finding("agency.no_such_role", agency=code, role=role, roles=agency.roles),
                )
        yield from _leave(code, agency, agencies, document)


def check_countries(countries: Mapping[str, CountryEntry], document: Document) -> Iterator[Problem]:
    """Check that each code under `countries` is a country, each membership lasts at least a day,
    and retention periods are valid.
    """
    for country, entry in countries.items():
        path: Path = ("countries", country)
        if not is_country(country):
            yield Problem(document.place(path, key=True), fault_of_country(country))
        first, outside = entry.member.valid_from, entry.member.valid_until
        if first and outside and outside <= first:
            place = document.place((*path, "member", "until"))
            yield Problem(place, finding("country.leaves_too_soon", country=country))
        if entry.retention:
            for fault in check_limits(entry.retention, (*path, "retention")):
                yield Problem(document.place(fault.path), fault.message)


_COUNTRY = re.compile("[A-Z]{2}")


def _where(code: str, agency: AgencyEntry, document: Document) -> Iterator[Problem]:
    """Check that the agency's country exists, that its code begins with the country, and that each
    area of two capital letters is a country.
    """
    path: Path = ("agencies", code)
    if not is_country(agency.country):
        yield Problem(document.place((*path, "country")), fault_of_country(agency.country))
    elif not code.startswith(f"{agency.country}-"):
        what = finding("agency.code", country=agency.country)
        yield Problem(document.place(path, key=True), what)
    for number, area in enumerate(agency.areas):
        if _COUNTRY.fullmatch(area) and not is_country(area):
            place = document.place((*path, "areas", number))
            yield Problem(place, fault_of_country(area))


def _leave(
    code: str, agency: AgencyEntry, agencies: Mapping[str, AgencyEntry], document: Document
) -> Iterator[Problem]:
    for number, leave in enumerate(agency.leave):
        path: Path = ("agencies", code, "leave", number)
        if leave.last < leave.first:
            yield Problem(document.place((*path, "until")), finding("leave.ends_too_soon"))
        place = document.place((*path, "alternate"))
        if leave.alternate is None:
            continue
        if leave.alternate == code:
            yield Problem(place, finding("leave.stands_in_for_itself", agency=code))
        elif leave.alternate not in agencies:
            what = finding("leave.no_agency", missing=leave.alternate)
            if near := nearest(leave.alternate, agencies):
                what = finding("leave.agency_near", missing=leave.alternate, near=near)
            yield Problem(place, what)
        elif not set(agency.roles) & set(agencies[leave.alternate].roles):
            what = finding("leave.no_role", alternate=leave.alternate, agency=code)
            yield Problem(place, what)


def check_staff(agencies: Mapping[str, AgencyEntry], document: Document) -> Iterator[Problem]:
    """Check that roles are the agency's own, days are in order, and deputies are colleagues."""
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
