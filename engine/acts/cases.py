"""Acts on a case as a whole: open, reopen, look up the person, link, merge."""

from __future__ import annotations

from typing import ClassVar

from msgspec import field

from engine.acts.act import Act, Rule
from engine.acts.declared import (
    ActWord,
    Declared,
    Pair,
    Way,
    WordKind,
    behind_the_reason,
    reason_of,
)
from engine.acts.reason_lists import REOPEN_REASONS
from engine.turns import linking, looking, merging, reopening

__all__ = [
    "Follow",
    "Hear",
    "Link",
    "Look",
    "Merge",
    "OpenCase",
    "Reopen",
    "Unlink",
    "Unmerge",
]


class OpenCase(Act, frozen=True, tag="open_case"):
    """Open a case with the actor's agency as the responsible one."""

    code: str
    country: str
    """The country of the pathway's first side."""
    roles: dict[str, str] = field(default_factory=dict)
    """Agencies chosen for roles; every other role gets the first match in the registry."""
    after: str = ""
    """Code of an earlier case of the same person."""
    known: tuple[str, ...] = ()
    """Protected fields answered in the earlier case that the agency may read there."""


class Reopen(Act, frozen=True, tag="reopen"):
    """Reopen a case that has ended; `reason` comes from a fixed list."""

    reason: str

    rule: ClassVar = Rule(reopening.reopen, by_right=True, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("reopen",),
                help="Take up a case again that has ended, where its pathway lets your role do so.",
                verb="reopen",
            ),
        ),
        words=(reason_of(REOPEN_REASONS),),
        protected=behind_the_reason("reopened"),
    )


class Look(Act, frozen=True, tag="look"):
    """Read what is known of the person, even after the case has ended."""

    known: tuple[str, ...] = ()
    """Names of everything stored (for a request, of everything shown), never the values."""
    hand_over: str = ""
    """The request being looked at, if it is a request and not the person."""

    rule: ClassVar = Rule(looking.look, after_the_end=True)
    dated: ClassVar = False


class Follow(Act, frozen=True, tag="follow"):
    """A later case of the same person was opened; this one may have ended long ago."""

    case: str
    known: tuple[str, ...] = ()
    """Protected fields that the later case takes from this one."""

    rule: ClassVar = Rule(linking.follow, after_the_end=True)


class Hear(Act, frozen=True, tag="hear"):
    """Something threatens the person of a linked case. No agency asks for this."""

    case: str
    without: tuple[str, ...] = ()
    """Agencies that may not hear of that case."""

    rule: ClassVar = Rule(lambda turn, act, agency, who: linking.hear(turn, act), unasked=True)
    dated: ClassVar = False


_OTHER = ActWord(field="case", kind=WordKind.CASE, shown="OTHER", help="Another case, by its code.")


class Link(Act, frozen=True, tag="link"):
    """Record that the person of another case is a sibling, parent, witness ... of this one's."""

    case: str
    word: str

    rule: ClassVar = Rule(lambda turn, act, agency, who: linking.link(turn, act.case, act.word))
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
                choices=tuple(linking.WORDS),
                help=f"Who the other person is: {', '.join(linking.WORDS)}.",
            ),
        ),
        pair=Pair(
            lambda code, act: (
                act.case,
                Link(case=code, word=linking.WORDS.get(act.word, act.word)),
            )
        ),
    )


class Unlink(Act, frozen=True, tag="unlink"):
    """Record that the two cases have nothing to do with each other."""

    case: str

    rule: ClassVar = Rule(lambda turn, act, agency, who: linking.unlink(turn, act.case))
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


class Merge(Act, frozen=True, tag="merge"):
    """Merge two cases that were opened for one person: `case` closes and becomes part of `into`."""

    case: str
    into: str

    rule: ClassVar = Rule(merging.merge)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("merge",),
                help="Close a case that is a duplicate of another; neither record is lost.",
            ),
        ),
        words=(
            ActWord(field="into", kind=WordKind.CASE, shown="INTO", help="The case that stays."),
        ),
        case_in="case",
        pair=Pair(lambda code, act: (act.into, act)),
    )


class Unmerge(Act, frozen=True, tag="unmerge"):
    """Undo a merge: the cases turned out to be different people, and `case` opens again."""

    case: str
    into: str

    rule: ClassVar = Rule(merging.unmerge, after_the_end=True)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("unmerge",),
                help="Open a merged case again: it is no duplicate after all.",
            ),
        ),
        words=(
            ActWord(
                field="into", kind=WordKind.CASE, shown="INTO", help="The case it was merged into."
            ),
        ),
        case_in="case",
        pair=Pair(lambda code, act: (act.into, act), parts=True),
    )
