"""Cover: whether a consent or a basis lets each agency know of a case and read what is shown to it,
and whether each basis of law is bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from engine.agencies.registry import Registry
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import (
    Basis,
    Consent,
    Definition,
    Extension,
    Ground,
    Shortening,
    Step,
    walked,
)
from engine.message import finding
from engine.phrases.conditions import Condition
from engine.phrases.syntax import BackTo, Tell
from engine.phrases.vocabulary import parts_in
from engine.state import RESPONSIBLE


def check_bases(names: Names) -> Iterator[Fault]:
    """Check that each basis either names a source or is marked as assumed, that its roles and fields
    exist, that its conditions are valid, and that a basis of vital interest is bounded.
    """
    for name, basis in names.d.bases.items():
        path: Path = ("bases", name)
        if basis.source and basis.assumed:
            yield Fault((*path, "assumed"), finding("basis.assumed_with_source"))
        elif not (basis.source or basis.assumed):
            yield Fault(path, finding("basis.no_source"))
        for number, role in enumerate(basis.to):
            yield from names.role(role, (*path, "to", number))
        for number, shown in enumerate(basis.shows):
            if shown not in names.d.data:
                yield unknown("field", shown, names.d.data, (*path, "shows", number))
        for word in ("when", "until"):
            condition = getattr(basis, word)
            if condition is not None:
                yield from names.expression(condition, (*path, word))
        if basis.ground is Ground.VITAL_INTEREST:
            yield from _bounded(names, basis, path)


def _bounded(names: Names, basis: Basis, path: Path) -> Iterator[Fault]:
    """Check that a basis of vital interest begins with an interrupt, that a clock ends it, and that a
    role that may not raise the interrupt decides whether the basis is confirmed or ends.

    Source: an override needs a role, a reason, limited time and a supervisor who is told (D3).
    """
    raised = _read(names, basis.when, "interrupt")
    if not raised:
        yield Fault((*path, "when") if basis.when else path, finding("basis.nobody_raises"))
    ends = basis.until
    if not _read(names, ends, "clock"):
        yield Fault((*path, "until") if ends else path, finding("basis.no_limit"))
    decided = _read(names, ends, "decision")
    raisers = {role for each in raised for role in names.d.interrupts[each].raised_by}
    deciders = {role for each in decided for role in names.steps[each][1].by}
    if not deciders - raisers:
        yield Fault((*path, "until") if ends else path, finding("basis.nobody_confirms"))


def _read(names: Names, condition: Condition | None, room: str) -> set[str]:
    """The names of one kind that a condition reads: its interrupts, clocks or decisions."""
    known: dict[str, Collection[str]] = {
        "interrupt": names.d.interrupts,
        "clock": names.d.clocks,
        "decision": names.steps,
    }
    return {*parts_in(condition, names.vocabulary, room)} & {*known[room]}


def check_cover(names: Names) -> Iterator[Fault]:
    """Check that a consent or a basis names each role whose agencies hear of a case, unless they
    open cases themselves. A role is reported once.
    """
    opening = names.d.opening_types
    told: set[str] = set()
    for role, path in _hearing(names):
        known = names.d.roles.get(role)
        if known is None or role in told or _opens(names, role, opening) or _covered(names, role):
            continue
        told.add(role)
        yield Fault(path, finding("cover.none", role=role))


def _opens(names: Names, role: str, opening: frozenset[str]) -> bool:
    """Whether an agency with that role may open cases: its type may do so, and its side is where
    cases open.
    """
    known = names.d.roles[role]
    return known.type in opening and known.side == names.d.sides[0]


def second_agencies(definition: Definition, registry: Registry | None = None) -> list[Fault]:
    """A note for each uncovered role whose agencies open cases: the agency that opened a case knows
    of the case, but a second agency with the role does not, though work may pass on to the second.

    Args:
        registry: the agencies there are; a role of which no country has two is left out.
    """
    names = Names(definition)
    opening, found = names.d.opening_types, dict[str, Path]()
    for name, (stage, step) in names.steps.items():
        for number, role in enumerate(step.by if step.passes_on is not False else ()):
            opens = role in definition.roles and _opens(names, role, opening)
            if opens and not _covered(names, role) and _has_two(registry, names.d.roles[role].type):
                found.setdefault(role, ("stages", stage, "steps", name, "by", number))
    return [
        Fault(path, finding("cover.second_agency", role=role, step=path[3]))
        for role, path in found.items()
    ]


def _has_two(registry: Registry | None, role_type: str) -> bool:
    """Whether some country has two agencies of the type; also true if no registry is known."""
    if registry is None:
        return True
    countries = Counter(each.country for each in registry.agencies if role_type in each.roles)
    return any(number > 1 for number in countries.values())


def types_of_nobody(definition: Definition, registry: Registry, file: str) -> list[Fault]:
    """A note for each role whose type no agency of a registry has: its work would always fall to
    the responsible agency, and nobody could be asked.

    Args:
        file: the name of the registry's file.
    """
    known = {each for agency in registry.agencies for each in agency.roles}
    return [
        Fault(("roles", name), finding("role.type_of_nobody", type=role.type, file=file), name=True)
        for name, role in definition.roles.items()
        if role.type not in known
    ]


def _covered(names: Names, role: str) -> bool:
    d = names.d
    covers: tuple[Consent | Basis, ...] = (*d.consents.values(), *d.bases.values())
    return any(role in each.to for each in covers)


def _hearing(names: Names) -> Iterator[tuple[str, Path]]:
    """Roles that get work or notices or have a right, each with the place that says so."""
    for name, (stage, step) in names.steps.items():
        yield from _of_step(step, ("stages", stage, "steps", name))
    for name, interrupt in names.d.interrupts.items():
        yield from _each(interrupt.tell, ("interrupts", name, "tell"))
        yield from _each(interrupt.raised_by, ("interrupts", name, "raised_by"))
    yield from _each(names.d.overrides, ("overrides",))
    yield from _each(names.d.reopen.by if names.d.reopen else (), ("reopen", "by"))
    for path, entry in walked(names.d):
        if isinstance(entry, Extension | Shortening):
            yield from _each(entry.role, (*path, "role"))


def told_instead(definition: Definition) -> list[Fault]:
    """A note for each uncovered role that a reaction tells, unless its agencies open cases: the
    responsible agency is told instead.

    What follows a silence is left out: it is a task, and whether its agency may know of the case is
    found out in the walk (`engine.proofs`).
    """
    names = Names(definition)
    opening, found = names.d.opening_types, dict[str, Path]()
    for path, entry in walked(definition):
        if path[:1] + path[2:3] + path[4:] == ("stages", "steps", "silent"):
            continue
        for role in _told_by(entry):
            if role in names.d.roles and not (
                _opens(names, role, opening) or _covered(names, role)
            ):
                found.setdefault(role, path)
    return [Fault(path, finding("cover.told_instead", role=role)) for role, path in found.items()]


def _told_by(reaction: object) -> Iterator[str]:
    """The role that a reaction tells, at once or after a `back to`; nothing for other reactions."""
    if isinstance(reaction, BackTo):
        yield from _told_by(reaction.then)
    elif isinstance(reaction, Tell):
        yield reaction.role


def _of_step(step: Step, path: Path) -> Iterator[tuple[str, Path]]:
    yield from _each(step.by, (*path, "by"))
    yield from _each(step.started_by, (*path, "started_by"))
    yield from _each(step.receivers[:1], path, "hand_over")
    yield from _each(step.receivers[1:], (*path, "fall_back"))
    if step.panel:
        yield from _each(step.panel.members, (*path, "panel", "members"))
    if step.arrival:
        yield step.arrival.confirmed_by, (*path, "arrival", "confirmed_by")
    for number, rung in enumerate(step.late):
        if rung.verb == "tell":
            yield rung.role, (*path, "late", number)
    for outcome, reaction in (step.decide or {}).items():
        if isinstance(reaction, Tell):
            yield reaction.role, (*path, "decide", outcome)


def _each(roles: Iterable[str], path: Path, word: str = "") -> Iterator[tuple[str, Path]]:
    """Roles, each with its place.

    Args:
        word: the key to use in the path of a single role that is not in a list.
    """
    for number, role in enumerate(roles):
        yield role, (*path, word or number)


def is_at_home(names: Names, role: str) -> bool:
    """Whether a role is on the side where cases open. An undeclared role counts as being there."""
    known = names.d.roles.get(role)
    return known is None or known.side == names.d.sides[0]


def check_shown(
    names: Names, step: Step, shown: str, roles: Iterable[str], path: Path
) -> Iterator[Fault]:
    """Check that each of these roles may read a field that the step shows it (D1)."""
    if shown not in names.d.data:
        yield unknown("field", shown, names.d.data, path)
        return
    for role in roles:
        if may_read(names, step, role, shown):
            continue
        if is_at_home(names, role):
            yield Fault(path, finding("shows.uncovered_at_home", field=shown, role=role))
        else:
            yield Fault(path, finding("shows.uncovered", field=shown, role=role))


def may_read(names: Names, step: Step, role: str, field: str) -> bool:
    """Whether a role may be able to read a field in a step, because a basis, or a consent that the
    step needs, shows it the field, or because the role collects the field. For a role of the first
    side, any consent of the pathway may show it. `responsible` may read anything.
    """
    d = names.d
    if role == RESPONSIBLE:  # whichever agency that is by then
        return True
    needed = {each.removeprefix("consent.") for each in step.needs}
    anywhere = is_at_home(names, role)
    consents = [each for name, each in d.consents.items() if anywhere or name in needed]
    covers: tuple[Consent | Basis, ...] = (*consents, *d.bases.values())
    if any(role in each.to and field in each.shows for each in covers):
        return True
    steps = (each for _, each in names.steps.values())
    return any(role in each.by and field in {i.name for i in each.form} for each in steps)
