"""Finds what a version lets agencies know and read that the previous version did not.

What is written is compared: who may know or read what, and under which conditions. How long a
consent is valid counts as a condition, and so does a clock that a condition names. Otherwise, the
time at which something is shown is not compared: a later deadline or an earlier step lets nobody
read what they could not read before. A changed condition counts as wider, since it cannot be told
here whether it holds in more cases or in fewer.

The comparison covers everything that `engine.visibility`, `engine.covering`, `engine.both_cases`
and `engine.quiet` base their decisions on; also who may open a step against the rules (`overrides`)
or reopen a case (`reopen`), since agencies may then read what the conditions would not have let them.

Whatever gives nobody new access is left out: who is told (`tell`, `late`, `alerts_linked`) and to
whom work is passed on, since both need cover; who may extend or shorten periods, and how `choose`
picks among agencies that may act anyway; `not_by`, which separates people of one agency, who read
the same; the kind of a request, since a request of any kind lets its receiver read what it shows;
and how long values are kept after the end, when nobody reads them. What is read out to the person
is compared in `engine.versions.reworded`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum

import msgspec

from engine.definition import (
    Basis,
    Consent,
    Definition,
    FormItem,
    Stage,
    Step,
    reopens_from,
)
from engine.links import LINK_WORDS
from engine.message import Message, message
from engine.phrases.conditions import Compare, Condition, atoms_in
from engine.phrases.vocabulary import names_in, parts_in
from engine.questions import vocabulary_of
from engine.state import RESPONSIBLE
from engine.versions.differences import Words, said
from engine.versions.redefined import in_names_of
from engine.versions.renames import Renames, renames

_SAYS_NOTHING = ("title", "label", "source", "assumed", "was", "bars", "tell")
"""Keys of a period or an interrupt that no condition depends on."""
_DONE = ("step", "decision", "hand_over", "arrival")
"""First words of the names by which a condition reads about a step."""
Limits = AbstractSet[str]
"""Everything that must hold, as text; the fewer conditions, the more cases meet them."""


class HowSeen(StrEnum):
    """How agencies come to know or read something."""

    COVERED = "covered"
    """A basis of law, or the person's consent, lets them know of the case or read the field."""
    AT_WORK = "at_work"
    """They have a task, or a task of theirs asks for the field, shows it, or needs it to reach the person."""
    VOTING = "voting"
    """A panel shows them the field."""
    ASKED = "asked"
    """They get a request, which may show them the field; or a request to or from them asks for it."""
    BEFORE_YES = "before_yes"
    """A request shows them the field even before they accept, since the field is not protected."""
    RESPONSIBLE = "responsible"
    """A request makes them responsible for the case."""
    OPENS = "opens"
    """They may open cases."""
    UNPROTECTED = "unprotected"
    """The field is not protected; in a comparison of two versions, it no longer is."""
    DERIVED = "derived"
    """The field is derived: agencies that may read every field it is derived from may read it too."""
    BROUGHT = "brought"
    """The answer to the field comes along from another case of the same person."""
    LINKED = "linked"
    """The agency of a linked case learns of this one, as far as a link's or merge's `needs`
    allow.
    """
    OVERRIDES = "overrides"
    """They may open a step against the rules, so that whoever does the step reads what its form asks
    for.
    """
    REOPENS = "reopens"
    """They may reopen a case that has ended, after which agencies may again read what they could
    before.
    """
    GOES_ON = "goes_on"
    """A stage goes on after an end, and with it the work in which agencies know and read the case."""
    TOLD = "told"
    """Agencies that took part learn how the case has ended."""
    READ_OUT = "read_out"
    """The person is asked for a consent in other words, or in a further language."""


class Sight(msgspec.Struct, frozen=True, order=True):
    """One way in which some agencies may know of a case, or read a field of it."""

    who: str
    """A type of role and its side, such as `police @ host`, or `responsible`; empty for no role in
    particular.
    """
    what: str
    """The field; empty if agencies only learn that the case exists. For some ways, it is instead
    the kind of link, the stage, the end, or the consent.
    """
    way: HowSeen
    only: tuple[str, ...] = ()
    """The conditions, as sorted text. For `DERIVED` these are the fields it is derived from, for
    `READ_OUT` the words and their language.
    """

    @property
    def told(self) -> Message:
        """Who sees what, without the conditions."""
        if not self.who:
            return message(f"pathways.widens_all.{self.way}", what=self.what)
        if self.what:
            return message(f"pathways.widens.{self.way}", who=self.who, what=self.what)
        return message(f"pathways.widens_case.{self.way}", who=self.who)

    @property
    def role_type(self) -> str:
        return self.who.partition(" @ ")[0]

    def is_within(self, other: Sight) -> bool:
        """Whether `other` already grants the same, under no additional condition."""
        same = (self.who, self.what, self.way) == (other.who, other.what, other.way)
        return same and set(other.only) <= set(self.only)


def widened(old: Definition | None, new: Definition, names: Renames | None = None) -> list[Sight]:
    """What the new version lets agencies know or read that the old one did not allow, or allowed
    only under additional or different conditions. It does not report that a new field is not
    protected, nor that agencies are told of a new end.

    Args:
        old: the previous version; None for a first version, of which everything is returned.
        names: the renames from old to new; by default, taken from `was` in the new version.
    """
    if old is None:
        return sorted(sights(new))
    names = renames(old, new) if names is None else names
    there = in_names_of(old, names)
    before = list(sights(there))
    found = (
        each
        for each in sights(new)
        if not any(each.is_within(other) for other in before)
        and (each.way is not HowSeen.UNPROTECTED or each.what in there.data)
        and (each.way is not HowSeen.TOLD or each.what in there.ends)
    )
    return sorted(found)


def sights(definition: Definition) -> set[Sight]:
    """Everything that a version lets agencies know and read."""
    found = _Sights(definition)
    return {
        *found.of_cover(),
        *found.of_steps(),
        *found.of_ends(),
        *found.of_fields(),
        *found.of_links(),
        *found.of_rights(),
    }


class _Sights:
    def __init__(self, definition: Definition) -> None:
        self._d = definition
        self._vocabulary = vocabulary_of(definition)

    def of_cover(self) -> Iterator[Sight]:
        for basis in self._d.bases.values():
            limits = self._when(basis.when) | self._when(basis.until, "until")
            yield from self._shown(basis.to, ("", *basis.shows), HowSeen.COVERED, limits)
        for name, consent in self._d.consents.items():
            limits = {f"consent.{name}"} | ({f"valid {consent.valid}"} if consent.valid else set())
            limits |= set() if consent.any else {"one agency"}
            limits |= self._when(consent.guardian, "guardian if")
            limits |= {f"asked again before {each}" for each in consent.reconfirm_before}
            for asker in self._askers(name):
                also = {*limits, f"asked by {asker}"}
                yield from self._shown(consent.to, ("", *consent.shows), HowSeen.COVERED, also)

    def _askers(self, consent: str) -> set[str]:
        """The types of role, with their sides, that record what the person says. A consent that no
        step asks for is never given.
        """
        asking = (each for each in self._steps if each.consent == consent)
        return {self._agencies(each)[0] for step in asking for each in step.by or (RESPONSIBLE,)}

    @property
    def _steps(self) -> list[Step]:
        return [step for stage in self._d.stages.values() for step in stage.steps.values()]

    def of_steps(self) -> Iterator[Sight]:
        for name, stage in self._d.stages.items():
            of_stage = self._when(stage.when) | self._when(stage.stops_when, "until")
            of_stage |= self._first_of(name, self._d.stages)
            for step_name, step in stage.steps.items():
                limits = of_stage | self._when(step.when) | self._when(step.stops_when, "until")
                limits |= self._first_of(step_name, stage.steps)
                limits |= {f"begun by {self._named(step.started_by)}"} if step.manual else set()
                limits |= {f"another agency than of {each}" for each in step.other_agency_than}
                yield from self._of_step(step, limits | set(step.needs))
        opening = {each for each in self._d.roles if self._opens(each)}
        yield from self._shown(opening, ("",), HowSeen.OPENS)

    def _first_of(self, name: str, among: Mapping[str, Stage] | Mapping[str, Step]) -> Limits:
        """What an option of a choice (`one_of`) requires besides its own condition: that no earlier
        option is taken.
        """
        choice = among[name].one_of
        found = set[str]()
        for each, part in among.items():
            if each == name or not choice:
                break
            if part.one_of == choice:
                found |= self._when(part.when, "unless") or {f"unless {each}"}
        return found

    def _opens(self, role: str) -> bool:
        known = self._d.roles[role]
        return known.type in self._d.opening_types and known.side == self._d.sides[0]

    def _of_step(self, step: Step, limits: Collection[str]) -> Iterator[Sight]:
        does = step.by or (() if step.panel else (RESPONSIBLE,))
        members = step.panel.members if step.panel else ()
        yield from self._shown((*does, *members), ("",), HowSeen.AT_WORK, limits)
        yield from self._asked((*does, *members), step.form, HowSeen.AT_WORK, limits)
        yield from self._shown(does, step.shows, HowSeen.AT_WORK, limits)
        if step.reaches_person:
            yield from self._shown(does, self._safe_contact, HowSeen.AT_WORK, limits)
        if step.arrival:
            yield from self._shown((step.arrival.confirmed_by,), ("",), HowSeen.AT_WORK, limits)
        for role in members:
            shown = (*step.panel.shows, *step.panel.shows_to.get(role, ())) if step.panel else ()
            yield from self._shown((role,), shown, HowSeen.VOTING, limits)
        if step.hand_over:
            yield from self._of_request(step, does, limits)

    @property
    def _safe_contact(self) -> tuple[str, ...]:
        return tuple(name for name, field in self._d.data.items() if field.safe_contact)

    def _of_request(
        self, step: Step, sends: Collection[str], limits: Collection[str]
    ) -> Iterator[Sight]:
        yield from self._asked((*sends, *step.receivers), step.answers, HowSeen.ASKED, limits)
        for role in step.receivers:
            shown = self._shown_by_cover(role, step)
            yield from self._shown((role,), ("", *shown), HowSeen.ASKED, limits)
            plain = [each for each in shown if not self._d.data[each].is_protected]
            yield from self._shown((role,), plain, HowSeen.BEFORE_YES, limits)
            if step.kind in (None, "request") and step.responsibility != "stays":
                yield from self._shown((role,), ("",), HowSeen.RESPONSIBLE, limits)

    def _shown_by_cover(self, role: str, step: Step) -> list[str]:
        needed = {each.removeprefix("consent.") for each in step.needs}
        covers: list[Consent | Basis] = [*self._d.bases.values()]
        covers += (each for name, each in self._d.consents.items() if name in needed)
        return [field for each in covers if role in each.to for field in each.shows]

    def of_ends(self) -> Iterator[Sight]:
        for name, end in self._d.ends.items():
            closes = (end.by or RESPONSIBLE, *((end.approved_by,) if end.approved_by else ()))
            if (
                end.takes_closing
            ):  # few cases come to this end, so what it asks for says little about others
                yield from self._shown(closes, ("",), HowSeen.AT_WORK, {f"at end {name}"})
            yield from self._asked(closes, end.form, HowSeen.AT_WORK, {f"at end {name}"})

    def of_fields(self) -> Iterator[Sight]:
        for name, field in self._d.data.items():
            if not field.is_protected:
                yield Sight("", name, HowSeen.UNPROTECTED)
            if field.highest_of:
                yield Sight("", name, HowSeen.DERIVED, tuple(sorted(field.highest_of)))
        for name in self._d.links.brings:
            needs = self._d.links.needs.get("same_person", ())
            yield Sight(RESPONSIBLE, name, HowSeen.BROUGHT, tuple(sorted(needs)))

    def of_links(self) -> Iterator[Sight]:
        for word in LINK_WORDS:
            needs = self._d.links.needs.get(word, ())
            # Without a consent, an agency must know of the case anyway; with one, that consent is
            # enough.
            yield Sight("", word, HowSeen.LINKED, tuple(sorted(needs)) or ("no consent",))

    def of_rights(self) -> Iterator[Sight]:
        yield from self._shown(self._d.overrides, ("",), HowSeen.OVERRIDES)
        reopen = self._d.reopen
        for end in reopens_from(reopen, self._d.ends):
            if reopen:
                yield from self._shown(reopen.by, (end,), HowSeen.REOPENS, {f"at {reopen.at}"})
        for name, stage in self._d.stages.items():
            lived = (each for each in self._d.ends if stage.outlives(each))
            yield from (Sight("", name, HowSeen.GOES_ON, (f"after {each}",)) for each in lived)
        yield from (
            Sight("", name, HowSeen.TOLD) for name, end in self._d.ends.items() if not end.quiet
        )

    def _asked(
        self,
        roles: Collection[str],
        form: Iterable[FormItem],
        way: HowSeen,
        limits: Collection[str],
    ) -> Iterator[Sight]:
        for item in form:
            yield from self._shown(roles, (item.name,), way, {*limits, *self._when(item.when)})

    def _shown(
        self, roles: Iterable[str], what: Iterable[str], way: HowSeen, limits: Collection[str] = ()
    ) -> Iterator[Sight]:
        fields = tuple(what)
        for role in roles:
            who, only = self._agencies(role)
            bounds = tuple(sorted({*limits, *only}))
            yield from (Sight(who, each, way, bounds) for each in fields)

    def _agencies(self, role: str) -> tuple[str, Limits]:
        """The agencies that may hold a role: their type and side, and anything else required of
        them.
        """
        known = self._d.roles.get(role)
        if known is None:
            return role, frozenset()
        binds = (name for name, field in self._d.data.items() if field.binds == known.side)
        bars = (
            f"until interrupt.{name}; {self._raised(name)}"
            for name, each in self._d.interrupts.items()
            if not {role, known.side}.isdisjoint(each.bars)
        )
        fits = {f"area {known.area}"} if known.area else set()
        fits |= {f"language {known.language}"} if known.language else set()
        fits |= {f"for {word}" for word in known.words}
        side = {f"{known.side} is {name}" for name in (" or ".join(sorted(binds)),) if name}
        return f"{known.type} @ {known.side}", frozenset({*fits, *bars, *side})

    def _when(self, condition: Condition | None, word: str = "when") -> Limits:
        """A condition, with everything it depends on besides answers: the periods it mentions, who
        raises or does what it mentions, which interrupts set its fields, and the order of choices.
        If any of these differ, it is another condition.
        """
        if condition is None:
            return frozenset()
        clocks = (
            f"{name}: {_counted(said(self._d.clocks[name]))}"
            for name in parts_in(condition, self._vocabulary, "clock")
        )
        raised = map(self._raised, parts_in(condition, self._vocabulary, "interrupt"))
        steps = (each for room in _DONE for each in parts_in(condition, self._vocabulary, room))
        done = map(self._done, dict.fromkeys(steps))
        read = (name for name, _ in names_in(condition, self._vocabulary) if name in self._d.data)
        set_by = (
            self._raised(name)
            for field in dict.fromkeys(read)
            for name, each in self._d.interrupts.items()
            if field in each.set
        )
        ranks = (
            f"{each.left}: {' < '.join(self._d.data[each.left.text].words)}"
            for each in atoms_in(condition)
            if isinstance(each, Compare) and each.operator.needs_order
            if each.left.text in self._d.data
        )
        parts = dict.fromkeys((*clocks, *raised, *done, *set_by, *ranks))
        return frozenset({"; ".join((f"{word} {condition}", *parts))})

    def _raised(self, interrupt: str) -> str:
        return f"{interrupt}: {_counted(said(self._d.interrupts[interrupt]))}"

    def _done(self, name: str) -> str:
        """Who does a step, answers its request or confirms the arrival, as text."""
        step = next(each.steps[name] for each in self._d.stages.values() if name in each.steps)
        members = step.panel.members if step.panel else ()
        confirms = (step.arrival.confirmed_by,) if step.arrival else ()
        does = (*step.by, *members, *step.receivers, *confirms)
        return f"{name}: by {self._named(does)}"

    def _named(self, roles: Collection[str]) -> str:
        return " or ".join(sorted({self._agencies(each)[0] for each in roles})) or RESPONSIBLE


def _counted(words: Words) -> str:
    """The parts of a period or an interrupt that a condition about it depends on."""
    kept = {word: text for word, text in words.items() if word not in _SAYS_NOTHING}
    return ", ".join(f"{word} {text}".strip() for word, text in kept.items())
