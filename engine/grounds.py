"""The grounds for a disclosure, as they are recorded with it.

What lets an agency know and read is decided in `engine.visibility`. Here the grounds are put in a
form that can still be shown later, whatever has become of the consent, the registry or the version
by then.

Source: for one case, every recipient, field and legal basis (D20); the basis of each transfer over
    a border (D15).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from engine.countries import country_of
from engine.message import Message, message
from engine.resolved import resolved


class GroundKind(StrEnum):
    """What lets an agency know of a case, or read an answer."""

    CONSENT = "consent"
    """The person, or a guardian for them, has agreed."""
    STATUTORY = "statutory"
    """A law says who is told."""
    VITAL_INTEREST = "vital_interest"
    """Somebody's life or health is in danger."""
    COURT = "court"
    """A court has ordered that somebody is told."""
    RESPONSIBLE = "responsible"
    """The agency is responsible for the case."""
    OPENED = "opened"
    """The agency has opened the case."""
    ACCEPTED = "accepted"
    """The agency has accepted a request."""
    COLLECTED = "collected"
    """The agency has collected the answer itself."""
    ANSWERED = "answered"
    """The answer was given in reply to the agency's request."""
    AGREED = "agreed"
    """The agency of another case of the person asked for the answers, and the person agreed there."""
    ALIKE = "alike"
    """The answer appears only in statistics, among so many similar persons that nobody can be
    identified.
    """
    OWN_RIGHT = "own_right"
    """The person's own right to know what is held."""
    FAREWELL = "farewell"
    """The agency knew of something, and is told that this is over."""


BY_PERSON_OR_LAW = frozenset(
    {
        GroundKind.CONSENT,
        GroundKind.STATUTORY,
        GroundKind.VITAL_INTEREST,
        GroundKind.COURT,
        GroundKind.AGREED,
    }
)
"""Grounds that rest on a consent, or on a law or court order."""


class ShownGround(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One ground, with everything needed to show it later."""

    kind: GroundKind
    name: str = ""
    """The name of the consent or basis; for a request its id, for statistics the least number of
    similar persons; empty for any other ground.
    """
    version: int = 0
    """For a consent, the pathway version whose text was read out; for a basis, the version that
    declares it. 0 for any other ground.
    """
    given_at: datetime | None = None
    """When the consent was given; None if that is not told, and for any other ground."""
    source: str = ""
    """The article of the law, or the order, behind a basis. Empty if the pathway names none,
    and for any other ground.
    """


@resolved
class Disclosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fields that were disclosed together, from the same agencies and on the same grounds."""

    fields: tuple[str, ...] = ()
    """Names under which answers are stored; none if an agency only learns that the case exists."""
    of: tuple[str, ...] = ()
    """The agencies that had collected the fields, first the one that filled them in; or else the
    agency that was responsible for the case. Empty in records from before this was kept.
    """
    by: tuple[ShownGround, ...] = ()
    """Every ground on which this could be disclosed at that time; empty in records from before
    this was kept.
    """

    def crosses(self, to: str) -> tuple[str, str] | None:
        """The country of the first agency in `of` and that of the agency `to`, if the disclosure
        crossed a border; else None.
        """
        here = country_of(self.of[0]) if self.of else ""
        there = country_of(to)
        return (here, there) if here and here != there else None


def said_of(ground: ShownGround) -> Message:
    """A ground, worded for readers of a list of disclosures."""
    match ground.kind:
        case GroundKind.CONSENT if ground.given_at:
            at, version = ground.given_at.date(), ground.version
            return message("ground.consent_on", consent=ground.name, day=at, version=version)
        case GroundKind.CONSENT:
            return message("ground.consent", consent=ground.name, version=ground.version)
        case GroundKind.STATUTORY:
            return message("ground.statutory", source=_source(ground))
        case GroundKind.VITAL_INTEREST:
            return message("ground.vital_interest", source=_source(ground))
        case GroundKind.COURT:
            return message("ground.court", source=_source(ground))
        case GroundKind.ALIKE:
            return message("ground.alike", number=ground.name)
    return _OTHERS[ground.kind]


def _source(ground: ShownGround) -> Message | str:
    return ground.source or message("ground.no_source", basis=ground.name)


_OTHERS = {
    GroundKind.RESPONSIBLE: message("ground.responsible"),
    GroundKind.OPENED: message("ground.opened"),
    GroundKind.ACCEPTED: message("ground.accepted"),
    GroundKind.COLLECTED: message("ground.collected"),
    GroundKind.ANSWERED: message("ground.answered"),
    GroundKind.AGREED: message("ground.agreed"),
    GroundKind.OWN_RIGHT: message("ground.own_right"),
    GroundKind.FAREWELL: message("ground.farewell"),
}
