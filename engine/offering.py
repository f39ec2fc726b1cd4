"""What an agency may do now in a case, as it is offered to it: each declared way once for each thing it is about.

Made from `choices` and the acts beside the course of a case, so that what is offered is what `decide` accepts. Those
acts (who does a thing, by when it is due, and what is done against the pathway) say themselves who might ask for them.
None has a form, so `decide` itself is asked whether each is possible. That takes longer than the questions of
`permitted`, so they are kept apart from `choices`, which is all that walks, simulations and rehearsals use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from engine import commands as c
from engine.acts.act import Act, Aside
from engine.acts.declared import ActWord, Way, WordKind
from engine.choices import PossibleAct, choices
from engine.message import finding
from engine.permitted import is_accepted
from engine.view import View


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """One way to act, about one thing."""

    act: type[Act]
    way: Way
    about: str
    """The task, request, consent, interrupt or step where it is offered, by its name or id in the case; empty for
    the case.
    """
    subject: str
    """What the act itself names. It differs from `about` only for an interrupt that a task is there
    to resolve.
    """
    owed: bool
    """Somebody waits for it."""
    possible: tuple[c.AnyAct, ...]
    """The acts that would be accepted; they differ in their words only."""

    def values(self, field: str) -> tuple[str, ...]:
        """What a word may be, in the order of the pathway or the registry."""
        found = (getattr(each, field) for each in self.possible)
        several = (each if isinstance(each, tuple) else (each,) for each in found)
        return tuple(dict.fromkeys(str(one) for each in several for one in each if one))

    @property
    def named(self) -> dict[str, object]:
        """The word that says what it is about, by its field; none if that is the case, or is asked."""
        subject = self.act.declared.subject if self.act.declared else None
        return {subject.field: self.subject} if subject and self.subject else {}

    @property
    def asks_about(self) -> ActWord | None:
        """The word that says what it is about, if whoever acts has to name that."""
        subject = self.act.declared.subject if self.act.declared else None
        return subject if subject and not self.subject else None


def offered(
    view: View, agency: str, *, fully: type[Act] | None = None, nobody: bool = False
) -> list[Offered]:
    """Everything that an agency may do, what is owed first.

    Args:
        fully: the act whose possible words are all wanted. For other acts that may go to any of
            many agencies only one is found, because each is tried.
        nobody: whether nobody in particular asks, as a program does, who takes nothing upon themselves.
    """
    found: dict[tuple[tuple[str, ...], str], Offered] = {}
    for each in _possible(view, agency, fully, nobody):
        way, subject = way_of(each.act), subject_of(each.act)
        if way is None:
            continue
        about = each.about if subject else ""
        before = found.get((way.command, about))
        found[way.command, about] = Offered(
            act=type(each.act),
            way=way,
            about=about,
            subject=subject,
            owed=each.owed,
            possible=(*(before.possible if before else ()), each.act),
        )
    return sorted(found.values(), key=lambda each: not each.owed)


def way_of(act: c.AnyAct) -> Way | None:
    """The declared way that makes such an act."""
    ways = act.declared.ways if act.declared else ()
    fits = (
        way for way in ways if all(getattr(act, name) == value for name, value in way.fixed.items())
    )
    return next(fits, None)


def subject_of(act: c.AnyAct) -> str:
    """What an act is about; empty if that is the case itself."""
    subject = act.declared.subject if act.declared else None
    return str(getattr(act, subject.field)) if subject else ""


def _possible(
    view: View, agency: str, fully: type[Act] | None, nobody: bool
) -> Iterator[PossibleAct]:
    for each in choices(view, lambda _about, _name, _field: None):
        if each.agency == agency:
            yield each
    met: set[tuple[type[Act], str]] = set()

    def wanted(kind: type[Act], asked: Aside) -> bool:
        is_new = kind is fully or not _goes_to_many(kind) or _met(kind, asked.about) not in met
        is_for_them = not (nobody and _is_for_oneself(asked.act))
        return asked.agency == agency and is_new and is_for_them

    for each in asides(view, wanted=wanted):
        met.add(_met(type(each.act), each.about))
        yield each


def _all(kind: type[Act], asked: Aside) -> bool:
    return True


def asides(
    view: View, *, wanted: Callable[[type[Act], Aside], bool] = _all
) -> Iterator[PossibleAct]:
    """The acts beside the course of a case that are possible now, in an order that depends only on
    the case; an act with a reason gets the first one.

    Args:
        wanted: whether to try an act at all; asked only after the acts before it were yielded.
    """
    for kind in c.ACTS:
        if kind.asides is None or kind.declared is None:
            continue
        verb = kind.declared.ways[0].verb
        for asked in kind.asides(view):
            if wanted(kind, asked) and is_accepted(view, asked.act, asked.agency):
                agency, act, subject, about = asked
                what = finding("way.aside", subject=subject, verb=verb)
                yield PossibleAct(agency=agency, act=act, what=what, about=about, owed=False)


def goes_by_its_code(kind: type[Act]) -> bool:
    """Whether what it is about has no other name than a code: an agency, or another case."""
    subject = kind.declared.subject if kind.declared else None
    return subject is not None and subject.kind in (WordKind.AGENCY, WordKind.CASE)


def is_about_an_agency(kind: type[Act]) -> bool:
    """Whether what it is about is any of many agencies, to be chosen from a list."""
    subject = kind.declared.subject if kind.declared else None
    return subject is not None and subject.kind is WordKind.AGENCY


def _goes_to_many(kind: type[Act]) -> bool:
    """Whether one of its words is any of many agencies or colleagues."""
    words = kind.declared.words if kind.declared else ()
    return any(word.kind in (WordKind.AGENCY, WordKind.STAFF) for word in words)


def _is_for_oneself(act: c.AnyAct) -> bool:
    """Whether the person acting takes work upon themselves."""
    words = act.declared.words if act.declared else ()
    return any(word.else_oneself and not getattr(act, word.field) for word in words)


def _met(kind: type[Act], about: str) -> tuple[type[Act], str]:
    return kind, "" if is_about_an_agency(kind) else about
