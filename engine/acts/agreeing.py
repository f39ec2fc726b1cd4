"""Agree to, or decline, a link or a merge that the agency of another case has proposed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engine import facts as f
from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Pair, PairOf, Way, WordKind
from engine.acts.looking import IdentitySeen
from engine.acts.merging import CaseTakenIn, close_as_duplicate
from engine.disclosing import brought_along
from engine.links import MERGE, ONE_PERSON, Agreement, Proposal
from engine.turns import proposing
from engine.turns.turn import Turn
from engine.view import View
from engine.withheld import OfPerson

__all__ = ["Agree", "BeAgreed", "BeAsked", "Disagree"]


def _agree(turn: Turn, act: Agree, agency: str, person: str) -> None:
    """Agree to the link or merge. If a link passes fields along to the other case, record them as
    seen by that case's agency.
    """
    turn.require_agency(agency, turn.state.responsible)
    asked = proposing.require_asked(turn, act.case)
    proposing.require_agreeable(turn, asked, act.brings)
    turn.stop_clocks(asked.about, "agreed")
    if asked.word == MERGE:
        turn.say(CaseTakenIn(case=act.case))
        return
    is_consented = asked.word == ONE_PERSON and asked.is_consented
    agreement = Agreement(agency=asked.agency, is_consented=is_consented)
    turn.say(f.CaseLinked(case=act.case, word=asked.word, agreement=agreement))
    if act.brings:
        disclosed = brought_along(turn, asked, act.brings)
        turn.say(IdentitySeen(agency=asked.agency, by="", fields=act.brings, disclosed=disclosed))


def _be_agreed(turn: Turn, act: BeAgreed, agency: str, person: str) -> None:
    proposal = proposing.be_agreed(turn, act.case, agency, act.brings)
    if proposal.word == MERGE:
        close_as_duplicate(turn, act.case, person)


def _disagree(turn: Turn, act: Disagree, agency: str, person: str) -> None:
    turn.require_agency(agency, turn.state.responsible)
    proposing.decline(turn, act.case)


def _awaited(view: View) -> list[tuple[str, Proposal]]:
    """The proposals that await an answer here, with the other case of each."""
    return [each for each in view.state.proposals.items() if each[1].awaits_us]


def _agreements(view: View) -> Iterator[Aside]:
    """For each awaited answer, agreements by the responsible agency: one that passes nothing along
    and, for each requested field, one that passes along this field alone.
    """
    for case, asked in _awaited(view):
        for brings in ((), *((name,) for name in asked.brings)):
            yield Aside(view.state.responsible, Agree(case=case, brings=brings), "", case)


def _disagreements(view: View) -> Iterator[Aside]:
    for case, _ in _awaited(view):
        yield Aside(view.state.responsible, Disagree(case=case), "", case)


_OTHER = ActWord(
    field="case",
    kind=WordKind.CASE,
    shown="OTHER",
    help="The case whose agency asks, as `onward proposals` shows it.",
)


class BeAsked(Act, frozen=True, tag="be_asked"):
    """The agency of another case proposes a link or a merge with this one. The act follows from that
    agency's act in the other case; no agency asks for it here.
    """

    case: OfPerson[str]
    proposal: Proposal
    """The proposal, as recorded in the other case."""

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: proposing.be_asked(turn, act.case, act.proposal, agency),
        after_the_end=True,
        unasked=True,
    )
    dated: ClassVar = False


class Agree(Act, frozen=True, tag="agree"):
    """Say yes to a link or a merge with another case."""

    case: OfPerson[str]
    brings: tuple[str, ...] = ()
    """Protected fields passed along to the other case; only for a link between two cases of the
    same person.
    """

    rule: ClassVar = Rule(_agree, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("agree",),
                help="Say yes to a link or a merge that the agency of another case has proposed.",
            ),
        ),
        words=(
            _OTHER,
            ActWord(
                field="brings",
                kind=WordKind.FIELDS,
                option="--brings",
                shown="FIELD,...",
                help="For two cases of one person: which of the answers that OTHER asks for come "
                "along to it.",
            ),
        ),
        alone=True,
        pair=Pair(PairOf.AGREED, "case", lambda code, act: BeAgreed(case=code, brings=act.brings)),
        weighty=True,
    )
    asides: ClassVar = _agreements


class BeAgreed(Act, frozen=True, tag="be_agreed"):
    """The agency of another case has said yes to what this case proposed. The act follows from that
    agency's act in the other case; no agency asks for it here.
    """

    case: OfPerson[str]
    brings: tuple[str, ...] = ()

    rule: ClassVar = Rule(_be_agreed, unasked=True)
    dated: ClassVar = False


class Disagree(Act, frozen=True, tag="disagree"):
    """Say no to a link or a merge with another case, whose agency is not told."""

    case: OfPerson[str]

    rule: ClassVar = Rule(_disagree, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("disagree",),
                help="Say no to a link or a merge that the agency of another case has proposed; that "
                "agency is not told, and reads only that nobody has answered.",
            ),
        ),
        words=(_OTHER,),
        alone=True,
    )
    asides: ClassVar = _disagreements
