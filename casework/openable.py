"""The pathways on which an agency may open a case."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from sqlalchemy import select

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from casework.publishing import version_to_open
from engine.agencies.registry import Agency
from engine.errors import Refusal
from engine.pathway import Pathway
from engine.translation import OWN
from models.columns import table_of
from models.definitions import PathwayVersion
from models.installation import Installation

_INSTALLATION, _VERSIONS = table_of(Installation), table_of(PathwayVersion)


class Openable(msgspec.Struct, frozen=True, kw_only=True):
    """A pathway on which an agency may open a case."""

    name: str
    title: str
    language: str
    """The language of the title: the reader's, or else the pathway's own."""


def require_opens(pathway: Pathway, agency: Agency | None) -> None:
    """Refuse an agency that may not do the first step. If that step names no role in `by`, any
    agency may open a case. An agency that the registry does not list (None) is refused elsewhere.

    Raises:
        Refusal: `not_able`.
    """
    if agency and not pathway.definition.may_be_opened_by(agency.roles):
        types = tuple(sorted(pathway.definition.opening_types))
        raise Refusal("not_able.opening", agency=agency.code, types=types)


def openable(onward: Onward, by: Principal, language: str = OWN) -> list[Openable]:
    """The pathways in effect whose first step the caller's agency may do, sorted by title; none if
    the agency is not in the registry, or not valid today.
    """
    authority.require(by, Right.ACT)
    with onward.store.read() as connection:
        installation = connection.execute(select(_INSTALLATION)).one()
        now = onward.clock.within(installation.clock_at)
        at = installation.reference_version
        known = onward.library.reference(connection, at).registry.by_code.get(by.agency)
        is_there = known is not None and known.is_valid(now.date())
        found = []
        for name in connection.scalars(select(_VERSIONS.c.name).distinct()).all():
            with suppress(Refusal):  # not in effect yet
                version, pathway = version_to_open(onward, connection, name, None, now)
                if known and is_there and pathway.definition.may_be_opened_by(known.roles):
                    spoken = onward.library.speaking(connection, version, at).spoken(language)
                    found.append(Openable(name=name, title=spoken.title, language=spoken.language))
    return sorted(found, key=lambda each: each.title)
