"""Moves by hand to a version that lets agencies know or read more than the case's own version does.
Such a move is refused if somebody else could agree to the wider access, and nobody has.

Source: separation of duties (nobody grants their own access).
"""

from __future__ import annotations

from sqlalchemy import Connection

from casework import proposed_versions
from casework.context import Onward
from casework.principal import Principal, PrincipalKind
from casework.version_lines import VersionLine
from engine.errors import Refusal
from engine.versions.widening import widened


def require_no_wider(
    onward: Onward, connection: Connection, line: VersionLine, at: int, number: int, by: Principal
) -> None:
    """Refuse a move between published versions, forward or back, that shows agencies more without
    anybody's agreement.

    The newest version in force may show more, since that was agreed to when it was published, and
    new cases are opened on it. A version may also show more if it moves cases by its own rule,
    since it was compared with the versions of those cases. Nothing is refused if nobody else could
    agree.

    Raises:
        Refusal: `wider_version`, with what it additionally shows.
    """
    if by.kind is PrincipalKind.TIME or number == _newest_in_force(onward, line):
        return
    if not proposed_versions.is_somebody_else(onward, connection, by):
        return
    old, onto = line.pathways[at].definition, line.onto(at, number)
    shows = widened(old, onto.pathway.definition, onto.names)
    if shows:
        told = tuple(dict.fromkeys(each.told for each in shows))
        name = onto.pathway.name
        raise Refusal("wider_version", pathway=name, version=number, before=at, shows=told)


def _newest_in_force(onward: Onward, line: VersionLine) -> int:
    today = onward.clock.now().date()
    return max(
        (n for n, each in line.pathways.items() if each.definition.effective <= today), default=0
    )
