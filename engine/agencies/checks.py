"""What an agency of a registry says of itself: it must hold the roles, and know who stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.agencies.entries import AgencyEntry, CountryEntry
from engine.countries import fault_of_country, is_country
from engine.documents.document import Document, Path
from engine.errors import Problem
from engine.nearest import nearest


def check_agencies(agencies: Mapping[str, AgencyEntry], document: Document) -> Iterator[Problem]:
    for code, agency in agencies.items():
        path: Path = ("agencies", code)
        yield from _where(code, agency, document)
        first, last = agency.valid_from, agency.valid_until
        if first and last and last < first:
            what = f"{code} ends before it begins"
            place = document.place((*path, "until"))
            yield Problem(place, what, "`until` is its last day, `from` its first")
        for role in agency.capacity:
            if role not in agency.roles:
                yield Problem(
                    document.place((*path, "capacity", role), key=True),
                    f"{code} does not hold the role `{role}`",
                    f"its roles: {', '.join(agency.roles)}",
                )
        yield from _leave(code, agency, agencies, document)


def check_countries(countries: Mapping[str, CountryEntry], document: Document) -> Iterator[Problem]:
    """Each country under `countries` is one, and a member for a day at least."""
    for country, entry in countries.items():
        path: Path = ("countries", country)
        if not is_country(country):
            yield Problem(document.place(path, key=True), *fault_of_country(country))
        first, outside = entry.member.valid_from, entry.member.valid_until
        if first and outside and outside <= first:
            place = document.place((*path, "member", "until"))
            what = f"{country} leaves before it is a member"
            yield Problem(place, what, "`until` is the first day outside, `from` the first inside")


_COUNTRY = re.compile("[A-Z]{2}")


def _where(code: str, agency: AgencyEntry, document: Document) -> Iterator[Problem]:
    """Its country and the areas that it serves; its code begins with the country."""
    path: Path = ("agencies", code)
    if not is_country(agency.country):
        yield Problem(document.place((*path, "country")), *fault_of_country(agency.country))
    elif not code.startswith(f"{agency.country}-"):
        what = f"the code of an agency in {agency.country} begins with `{agency.country}-`"
        yield Problem(document.place(path, key=True), what, "correct the code or the country")
    for number, area in enumerate(agency.areas):
        if _COUNTRY.fullmatch(area) and not is_country(area):
            place = document.place((*path, "areas", number))
            yield Problem(place, *fault_of_country(area))


def _leave(
    code: str, agency: AgencyEntry, agencies: Mapping[str, AgencyEntry], document: Document
) -> Iterator[Problem]:
    for number, leave in enumerate(agency.leave):
        path: Path = ("agencies", code, "leave", number)
        if leave.last < leave.first:
            what = "this leave ends before it begins"
            yield Problem(document.place((*path, "until")), what, "`until` is its last day")
        place = document.place((*path, "alternate"))
        if leave.alternate is None:
            continue
        if leave.alternate == code:
            yield Problem(place, f"{code} cannot stand in for itself", "name another agency")
        elif leave.alternate not in agencies:
            near = nearest(leave.alternate, agencies)
            remedy = f"did you mean {near}?" if near else "add it under `agencies`"
            yield Problem(place, f"there is no agency {leave.alternate}", remedy)
        elif not set(agency.roles) & set(agencies[leave.alternate].roles):
            yield Problem(
                place,
                f"{leave.alternate} holds none of the roles of {code}",
                "name one that does, or nobody",
            )
