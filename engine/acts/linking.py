"""Link the cases of related people (a sibling, a parent, a witness) or of one person, and pass
alerts between them.

The responsible agencies of both cases agree to a link: one proposes it, the other accepts or
declines. An agency that is responsible for both cases links them at once. A case opened as a
person's later case is linked to the earlier one without a proposal.

Source: siblings, mother and child, groups of witnesses: separate codes, shared safety (F60).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from engine import both_cases
from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import ActWord, Declared, Pair, PairOf, Way, WordKind
from engine.acts.looking import IdentitySeen
from engine.disclosing import answers_disclosed
from engine.errors import Refusal
from engine.facts import CaseLinked, CaseUnlinked, Fact, PersonKnown
from engine.links import EARLIER, LATER, RELATED
from engine.message import Message, message
from engine.state import State
from engine.statuses import CasePhase
from engine.turns import proposing
from engine.turns.turn import Turn
from engine.view import View
from engine.visibility import readable
from engine.withheld import OfPerson

__all__ = ["BeUnlinked", "Follow", "Hear", "Link", "Unlink"]


class AlertHeard(Fact, frozen=True, tag="alert_heard"):
    """Something threatens the person of a linked case."""

    case: OfPerson[str]
    told: tuple[str, ...] = ()
    """Agencies asked to look; empty if none was, and in older records, where only the notices show
    who was asked.
    """
    for_person: ClassVar = False

    def change(self, state: State) -> State:
        return state

    def story(self) -> Message:
        return message("log.case.alert")


def come_after(turn: Turn, case: str, known: tuple[str, ...]) -> None:
    """Record that the person has an earlier case, so that its answers need not be asked for again.

    Only fields that are protected in this pathway as well are taken over. Answers that are not
    protected stay with the earlier case; this one makes its own assessment.
    """
    turn.say(CaseLinked(case=case, word=EARLIER))
    fields = turn.pathway.definition.data
    shared = tuple(name for name in known if name in fields and fields[name].is_protected)
    if shared:
        turn.say(PersonKnown(fields=shared))


def _follow(turn: Turn, act: Follow, agency: str, person: str) -> None:
    """Record that the person has a later case, even if this case has ended.

    The agency that opens the later case has seen the answers that are taken over into it, so this
    is recorded like any look.
    """
    turn.say(CaseLinked(case=act.case, word=LATER))
    seen = readable(turn, act.known, agency)
    if seen:
        disclosed = answers_disclosed(turn, agency, seen)
        turn.say(IdentitySeen(agency=agency, by=person, fields=seen, disclosed=disclosed))


def _link(turn: Turn, act: Link, agency: str, person: str) -> None:
    """Propose the link, or record it if the agency answers for the other case too. Neither case
    reveals anything of the other.
    """
    turn.require_agency(agency, turn.state.responsible)
    if act.word not in RELATED:
        raise Refusal("unknown_link", related=tuple(RELATED))
    is_open = turn.state.status == CasePhase.OPEN
    if not (is_open or (act.agreed and both_cases.may_be_asked(turn, act.word))):
        raise Refusal("closed.case", status=message(f"status.case.{turn.state.status}"))
    proposing.require_new(turn, act.case, act.word)
    if act.agreed:
        turn.say(CaseLinked(case=act.case, word=act.word))
    else:
        proposing.propose(turn, act.case, act.word)


def _unlink(turn: Turn, act: Unlink, agency: str, person: str) -> None:
    """Separate the cases, or take back what this case has proposed."""
    proposal = turn.state.proposals.get(act.case)
    if act.case in turn.state.links:
        _part(turn, act.case, act.kept)
    elif proposal and proposal.is_ours:
        proposing.drop(turn, act.case)
    else:
        raise Refusal("not_linked", case=act.case, other=turn.state.code)


def _be_unlinked(turn: Turn, act: BeUnlinked, agency: str, person: str) -> None:
    """The other case is separated from this one, or its agency takes back what it had proposed."""
    proposal = turn.state.proposals.get(act.case)
    if act.case in turn.state.links:
        _part(turn, act.case, act.kept)
    elif proposal and proposal.awaits_us:  # a refusal stays on record
        proposing.drop(turn, act.case)


def _part(turn: Turn, case: str, kept: tuple[str, ...]) -> None:
    agreed = turn.state.agreed.get(case)
    brought = agreed.brings if agreed else ()
    gone = tuple(each for each in brought if each not in kept)
    turn.say(CaseUnlinked(case=case, forgotten=gone))


def _hear(turn: Turn, act: Hear, agency: str, person: str) -> None:
    """Tell the responsible agency, and each agency with an open task, to look. Those that may not
    know of this case or of the link are left out. Nobody is told while a consent that the link
    needs is not in force.

    The notice says nothing about the other case. Raises Refusal if this case is not linked with
    that one.
    """
    word = turn.state.links.get(act.case)
    if word is None:
        raise Refusal("not_linked", case=act.case, other=turn.state.code)
    at_work = [each for task in turn.state.open_tasks() for each in task.agencies]
    # Nobody is told in another's place: the agency responsible here may be shut out of the other
    # case.
    told = tuple(
        each
        for each in dict.fromkeys((turn.state.responsible, *at_work))
        if each not in act.without
        and turn.may_know(each)
        and both_cases.is_agreed_by_person(turn, word)
    )
    turn.say(AlertHeard(case=act.case, told=told))
    for each in told:
        turn.tell(each, "attention", "case", "Look at a linked case")


def alert_is_heard(facts: Iterable[Fact]) -> bool:
    """Whether the alert of a linked case has reached somebody."""
    return any(isinstance(each, AlertHeard) and each.told for each in facts)


def alert_unheard(view: View) -> tuple[Fact, ...]:
    """Tell the responsible agency to look, because in some linked case nobody could be told of this
    case's alert.
    """
    turn = Turn.on(view)
    turn.tell(turn.state.responsible, "attention", "case", "A linked case was not told")
    return tuple(turn.facts)


class Follow(Act, frozen=True, tag="follow"):
    """A later case of the same person was opened; this one may have ended long ago."""

    case: OfPerson[str]
    known: tuple[str, ...] = ()
    """Protected fields that the later case takes from this one."""

    rule: ClassVar = Rule(_follow, after_the_end=True)


class Hear(Act, frozen=True, tag="hear"):
    """Something threatens the person of a linked case. The act follows from what happened in that
    case; no agency asks for it here.
    """

    case: OfPerson[str]
    without: tuple[str, ...] = ()
    """Agencies of this case that must not know of its link with the other case."""

    rule: ClassVar = Rule(_hear, unasked=True)
    dated: ClassVar = False


def _with_any_case(view: View) -> Iterator[Aside]:
    """Offer each kind of link to the responsible agency, with the other case still to be named."""
    for word in RELATED:
        yield Aside(view.state.responsible, Link(case="", word=word), "", "")


def _from_each(view: View) -> Iterator[Aside]:
    """Offer the responsible agency to unlink each linked case, and to take back each link or merge
    that this case has proposed.
    """
    ours = (case for case, each in view.state.proposals.items() if each.is_ours)
    for case in (*view.state.links, *ours):
        yield Aside(view.state.responsible, Unlink(case=case), "", case)


_OTHER = ActWord(field="case", kind=WordKind.CASE, shown="OTHER", help="Another case, by its code.")


class Link(Act, frozen=True, tag="link"):
    """Say how the person of another case is related to this case's person, such as a sibling or a
    witness, or that they are the same person.
    """

    case: OfPerson[str]
    word: OfPerson[str]
    agreed: bool = False
    """The agency is responsible for both cases, so nobody else has to agree."""

    rule: ClassVar = Rule(_link, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("link",),
                help="Say that the person of another case is a sibling, a parent, a witness ... of"
                " this one's, or the same person; the agency responsible for that case has to agree.",
            ),
        ),
        words=(
            _OTHER,
            ActWord(
                field="word",
                kind=WordKind.CHOICE,
                option="--is",
                shown="WORD",
                choices=tuple(RELATED),
                help=f"Who the other person is: {', '.join(RELATED)}.",
            ),
        ),
        pair=Pair(
            PairOf.PROPOSED,
            "case",
            lambda code, act: Link(
                case=code, word=RELATED.get(act.word, act.word), agreed=act.agreed
            ),
        ),
        weighty=True,
    )
    asides: ClassVar = _with_any_case


class Unlink(Act, frozen=True, tag="unlink"):
    """Record that this case and another have nothing to do with each other, or take back the link
    or merge that this one has proposed.
    """

    case: OfPerson[str]
    kept: tuple[str, ...] = ()
    """Protected fields for which this case has answers of its own; these are kept, while what came
    with the link is forgotten.
    """

    rule: ClassVar = Rule(_unlink, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("unlink",),
                help="Say that two cases have nothing to do with each other, or take back a link"
                " or a merge that your agency has proposed.",
            ),
        ),
        words=(_OTHER,),
        pair=Pair(PairOf.PARTED, "case", lambda code, act: BeUnlinked(case=code)),
        weighty=True,
    )
    asides: ClassVar = _from_each


class BeUnlinked(Act, frozen=True, tag="be_unlinked"):
    """The agency of another case has unlinked that case from this one, or has taken back what it had
    proposed. The act follows from that agency's act in the other case; no agency asks for it here.
    """

    case: OfPerson[str]
    kept: tuple[str, ...] = ()

    rule: ClassVar = Rule(_be_unlinked, after_the_end=True, unasked=True)
    dated: ClassVar = False
