"""What an agency is offered in a case now: each declared way to act, once for each thing it may be
about.

An agency is offered exactly what `decide` accepts: `choices` and asides. Asides are acts outside
the course that the pathway sets: they change who does something or when it is due, or go against
the pathway. Each declares who might ask for it. Asides have no form, so each is tried with `decide`
itself. That takes longer than the checks of `permitted`; therefore walks, simulations and
rehearsals use only `choices`.
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
    """What the act is listed under, by its name, id or code: a task, request, consent, interrupt,
    step, named clock, agency or other case; empty for the case itself.
    """
    subject: str
    """What the act itself names. It differs from `about` only for an interrupt that is resolved in
    a task.
    """
    owed: bool
    """Whether somebody is waiting for the act."""
    possible: tuple[c.AnyAct, ...]
    """The acts that would be accepted, if need be after a form is filled in. They differ only in
    the values of their fields.
    """

    def values(self, field: str) -> tuple[str, ...]:
        """The possible values of a field, in the order of the pathway or the registry."""
        found = (getattr(each, field) for each in self.possible)
        several = (each if isinstance(each, tuple) else (each,) for each in found)
        return tuple(dict.fromkeys(str(one) for each in several for one in each if one))

    @property
    def named(self) -> dict[str, object]:
        """The field that says what the act is about, with its value; empty if that is the case
        itself or still has to be asked.
        """
        subject = self.act.declared.subject if self.act.declared else None
        return {subject.field: self.subject} if subject and self.subject else {}

    @property
    def asks_about(self) -> ActWord | None:
        """The field that says what the act is about, if the person acting has to fill it in; else
        None.
        """
        subject = self.act.declared.subject if self.act.declared else None
        return subject if subject and not self.subject else None


def offered(
    view: View, agency: str, *, fully: type[Act] | None = None, nobody: bool = False
) -> list[Offered]:
    """Everything that an agency may do, beginning with what is owed.

    Args:
        fully: the act for which every possible value is wanted. For other acts that may go to any
            of many agencies or colleagues, only one value is found, because trying each takes time.
        nobody: whether no particular person asks, as with a program. Acts by which the asker takes
            on work are then left out.
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
    """The declared way of making such an act; None if there is none."""
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
    """The asides that are possible now, in an order that depends only on the case. An act that
    needs a reason gets the first one on its list.

    Args:
        wanted: whether to try an act at all; called only after the acts before it were yielded.
    """
    for kind in c.ACTS:
        if kind.asides is None or kind.declared is None:
            continue
        verb = kind.declared.ways[0].verb
        for asked in kind.asides(view):
            if wanted(kind, asked) and is_accepted(
                view, asked.act, asked.agency, happened=asked.used
            ):
                what = finding("way.aside", subject=asked.subject, verb=verb)
                yield PossibleAct(
                    agency=asked.agency, act=asked.act, what=what, about=asked.about, owed=False
                )


def goes_by_its_code(kind: type[Act]) -> bool:
    """Whether an act is about an agency or another case, which is shown by its code, not by a label."""
    subject = kind.declared.subject if kind.declared else None
    return subject is not None and subject.kind in (WordKind.AGENCY, WordKind.CASE)


def is_about_an_agency(kind: type[Act]) -> bool:
    """Whether the subject of an act is an agency, to be chosen from a list of many."""
    subject = kind.declared.subject if kind.declared else None
    return subject is not None and subject.kind is WordKind.AGENCY


def _goes_to_many(kind: type[Act]) -> bool:
    """Whether one of the act's fields may be any of many agencies or colleagues."""
    words = kind.declared.words if kind.declared else ()
    return any(word.kind in (WordKind.AGENCY, WordKind.STAFF) for word in words)


def _is_for_oneself(act: c.AnyAct) -> bool:
    """Whether the person who acts takes the work on themselves."""
    words = act.declared.words if act.declared else ()
    return any(word.else_oneself and not getattr(act, word.field) for word in words)


def _met(kind: type[Act], about: str) -> tuple[type[Act], str]:
    return kind, "" if is_about_an_agency(kind) else about
