"""Link cases of related people (a sibling, a parent, a witness), and alerts among them.

Source: siblings, mother and child, groups of witnesses: separate codes, shared safety (F60).
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from engine.acts.act import Act, Rule
from engine.acts.declared import ActWord, Declared, Pair, Way, WordKind
from engine.acts.looking import IdentitySeen
from engine.errors import Refusal
from engine.facts import Fact, PersonKnown
from engine.message import Message, message
from engine.state import State
from engine.turns.turn import Turn
from engine.visibility import readable
from engine.withheld import OfPerson

__all__ = ["Follow", "Hear", "Link", "Unlink"]

WORDS = {
    "sibling": "sibling",
    "parent": "child",
    "child": "parent",
    "partner": "partner",
    "witness": "witness",
}
"""How the person of a linked case is related to this one's, and the reverse."""
EARLIER, LATER = "earlier", "later"
"""Cases of one person, opened one after the other: no words of anybody's, `open` says them."""
SAME_PERSON = frozenset({EARLIER, LATER})


class CaseLinked(Fact, frozen=True, tag="case_linked"):
    """The person of `case` is a `word` of this one's."""

    case: OfPerson[str]
    word: OfPerson[str]

    def change(self, state: State) -> State:
        return replace(state, links={**state.links, self.case: self.word})


class CaseUnlinked(Fact, frozen=True, tag="case_unlinked"):
    case: OfPerson[str]

    def change(self, state: State) -> State:
        left = {case: word for case, word in state.links.items() if case != self.case}
        return replace(state, links=left)


class AlertHeard(Fact, frozen=True, tag="alert_heard"):
    """Something threatens the person of a linked case."""

    case: OfPerson[str]
    told: tuple[str, ...] = ()
    """Agencies asked to look; in older records only the notices show them."""

    def change(self, state: State) -> State:
        return state

    def story(self) -> Message:
        return message("log.case.alert")


def come_after(turn: Turn, case: str, known: tuple[str, ...]) -> None:
    """The person has an earlier case, whose answers need not be asked again.

    Only protected fields that this pathway also has. Open answers belong to that case; this one
    makes its own assessment.
    """
    turn.say(CaseLinked(case=case, word=EARLIER))
    fields = turn.pathway.definition.data
    shared = tuple(name for name in known if name in fields and fields[name].is_protected)
    if shared:
        turn.say(PersonKnown(fields=shared))


def _follow(turn: Turn, act: Follow, agency: str, person: str) -> None:
    """The person has a later case; this is recorded even if the case has ended.

    The agency has seen what it takes along, so that is recorded as for any look.
    """
    turn.say(CaseLinked(case=act.case, word=LATER))
    seen = readable(turn, act.known, agency)
    if seen:
        turn.say(IdentitySeen(agency=agency, by=person, fields=seen))


def _link(turn: Turn, act: Link, agency: str, person: str) -> None:
    """Record the link by code only; neither case reveals anything of the other."""
    if act.word not in WORDS:
        raise Refusal("unknown_link", related=tuple(WORDS))
    if act.case == turn.state.code:
        raise Refusal("same_case")
    if act.case in turn.state.links:
        raise Refusal("linked_already", case=act.case, other=turn.state.code)
    turn.say(CaseLinked(case=act.case, word=act.word))


def _unlink(turn: Turn, act: Unlink, agency: str, person: str) -> None:
    if act.case not in turn.state.links:
        raise Refusal("not_linked", case=act.case, other=turn.state.code)
    turn.say(CaseUnlinked(case=act.case))


def _hear(turn: Turn, act: Hear, agency: str, person: str) -> None:
    """Tell every agency working on this case to look, except those that may not know of the other case.

    The notice says nothing about that case.
    """
    if act.case not in turn.state.links:
        return
    at_work = [each for task in turn.state.open_tasks() for each in task.agencies]
    # Nobody hears in another's place: who answers for this case may be shut out of the other.
    told = tuple(
        each
        for each in dict.fromkeys((turn.state.responsible, *at_work))
        if each not in act.without and turn.may_know(each)
    )
    turn.say(AlertHeard(case=act.case, told=told))
    for each in told:
        turn.tell(each, "attention", "case", "Look at a linked case")


class Follow(Act, frozen=True, tag="follow"):
    """A later case of the same person was opened; this one may have ended long ago."""

    case: OfPerson[str]
    known: tuple[str, ...] = ()
    """Protected fields that the later case takes from this one."""

    rule: ClassVar = Rule(_follow, after_the_end=True)


class Hear(Act, frozen=True, tag="hear"):
    """Something threatens the person of a linked case. No agency asks for this."""

    case: OfPerson[str]
    without: tuple[str, ...] = ()
    """Agencies that may not hear of that case."""

    rule: ClassVar = Rule(_hear, unasked=True)
    dated: ClassVar = False


_OTHER = ActWord(field="case", kind=WordKind.CASE, shown="OTHER", help="Another case, by its code.")


class Link(Act, frozen=True, tag="link"):
    """Record that the person of another case is a sibling, parent, witness ... of this one's."""

    case: OfPerson[str]
    word: OfPerson[str]

    rule: ClassVar = Rule(_link)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("link",),
                help="Say that the person of OTHER is a sibling, a parent, a witness ... of this"
                " one's.",
            ),
        ),
        words=(
            _OTHER,
            ActWord(
                field="word",
                kind=WordKind.CHOICE,
                option="--is",
                shown="WORD",
                choices=tuple(WORDS),
                help=f"Who the other person is: {', '.join(WORDS)}.",
            ),
        ),
        pair=Pair(
            lambda code, act: (act.case, Link(case=code, word=WORDS.get(act.word, act.word)))
        ),
    )


class Unlink(Act, frozen=True, tag="unlink"):
    """Record that the two cases have nothing to do with each other."""

    case: OfPerson[str]

    rule: ClassVar = Rule(_unlink)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("unlink",),
                help="Say that two cases have nothing to do with each other.",
            ),
        ),
        words=(_OTHER,),
        pair=Pair(lambda code, act: (act.case, Unlink(case=code)), parts=True),
    )
