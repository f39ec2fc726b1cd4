"""What is recorded about a disclosure: the grounds on which `engine.visibility` allows it at that
moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine import both_cases
from engine.collecting import collectors
from engine.covering import all_named
from engine.grounds import Disclosed, GroundKind, ShownGround
from engine.links import Proposal
from engine.notice_kinds import FAREWELL
from engine.plans import BasisPlan
from engine.state import HandOver
from engine.view import View
from engine.visibility import covered_by, known_by

if TYPE_CHECKING:
    from engine.visibility import By


def answers_disclosed(view: View, agency: str, names: Iterable[str]) -> tuple[Disclosed, ...]:
    """Answers that an agency reads now, with the agencies that collected them and the grounds for
    reading them.

    Args:
        names: the names they are stored under, all of which `engine.visibility` lets the agency
            read.
    """
    return _alike(view, names, lambda name: covered_by(view, agency, name))


def brought_along(view: View, asked: Proposal, names: Iterable[str]) -> tuple[Disclosed, ...]:
    """Answers passed along to another case of the person, as the agency of the other case asked.

    If the person agreed in the other case, that agreement is the only ground recorded here.
    Otherwise the grounds are the consents that the pathway asks for before such a link or, if it
    asks for none, whatever lets the agency know of this case.
    """
    by: list[By] = [*both_cases.needed(view, asked.word)]
    by = [GroundKind.AGREED] if asked.is_consented else by or [*known_by(view, asked.agency)]
    return _alike(view, names, lambda _: by)


def _alike(
    view: View, names: Iterable[str], by_what: Callable[[str], Iterable[By]]
) -> tuple[Disclosed, ...]:
    found: dict[tuple[tuple[str, ...], tuple[ShownGround, ...]], list[str]] = {}
    for name in names:
        of = collectors(view.pathway, view.state, name) or (view.state.responsible,)
        by = dict.fromkeys(ground_of(view, each) for each in by_what(name))
        found.setdefault((of, tuple(by)), []).append(name)
    return tuple(Disclosed(fields=tuple(each), of=of, by=by) for (of, by), each in found.items())


def case_disclosed(view: View, agency: str, kind: str) -> Disclosed:
    """What a notice discloses to an agency if it is sent now: that the case exists. The grounds are
    those on which the agency may know of the case. If there are none, a farewell is its own ground.

    Args:
        kind: the kind of notice.
    """
    by = tuple(dict.fromkeys(ground_of(view, each) for each in known_by(view, agency)))
    if not by and kind in FAREWELL:
        by = (ShownGround(kind=GroundKind.FAREWELL),)
    return Disclosed(of=(view.state.responsible,), by=by)


def may_be_told(view: View, consent: str) -> tuple[str, ...]:
    """Every agency that a consent names, directly or by its class."""
    return tuple(all_named(view, view.state.consents[consent]))


def ground_of(view: View, by: By) -> ShownGround:
    """What lets an agency know of the case or read an answer, in the form in which it is recorded."""
    match by:
        case GroundKind():
            return ShownGround(kind=by)
        case BasisPlan(name=name, basis=basis):
            kind, source = GroundKind(basis.ground), basis.source or ""
            return ShownGround(kind=kind, name=name, version=view.pathway.version, source=source)
        case HandOver(id=ident):
            return ShownGround(kind=GroundKind.ACCEPTED, name=ident)
    given = view.state.consents[by]
    return ShownGround(
        kind=GroundKind.CONSENT, name=by, version=given.version, given_at=given.given_at
    )
