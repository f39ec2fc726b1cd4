"""The top level of a definition: sides, roles, data, consents and named clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import neutral
from engine.checks.consent_rules import check_consent
from engine.checks.data_rules import check_data
from engine.checks.link_rules import check_links
from engine.checks.names import Fault, Names, Path
from engine.checks.role_rules import check_role
from engine.checks.time_rules import check_named, check_review
from engine.definition import ALL
from engine.message import finding
from engine.phrases.expressions import RESERVED
from engine.phrases.grammar import FIRST_YEAR, LAST_YEAR
from engine.translation import words


def check_heads(names: Names) -> Iterator[Fault]:
    yield from _version(names)
    for name, role in names.d.roles.items():
        yield from check_role(names, name, role)
    for number, name in enumerate(names.d.overrides):
        yield from names.holder(name, ("overrides", number))
    yield from check_data(names)
    for name, consent in names.d.consents.items():
        yield from check_consent(names, name, consent)
    if names.d.stop.tell:
        yield from names.holder(names.d.stop.tell, ("stop", "tell"))
    yield from check_named(names)
    yield from check_review(names, ("review",))
    yield from check_links(names)
    yield from _bound_sides(names)
    yield from _reserved(names)
    rooms: dict[str, Iterable[str]] = {
        "stages": names.d.stages,
        "ends": names.d.ends,
        "roles": names.d.roles,
    }
    outside: list[Path] = [("pathway",), *((room, n) for room, ns in rooms.items() for n in ns)]
    yield from _neutral(names, outside)


_LAST_VERSION = 999_999


def _version(names: Names) -> Iterator[Fault]:
    """Versions and years that can only be typing errors."""
    if names.d.version > _LAST_VERSION:
        yield Fault(("version",), finding("version.too_large", most=_LAST_VERSION))
    if not FIRST_YEAR <= names.d.effective.year <= LAST_YEAR:
        yield Fault(
            ("effective",),
            finding(
                "year.out_of_bounds", year=names.d.effective.year, first=FIRST_YEAR, last=LAST_YEAR
            ),
        )


_OURS = frozenset({"case", "clock", "consent", "interrupt", "review"})
"""Words the engine uses for moments and tasks of its own."""


def _reserved(names: Names) -> Iterator[Fault]:
    """Words of the expression language cannot be used as names."""
    places: list[tuple[str, Path]] = [(name, ("data", name)) for name in names.d.data]
    places += [(name, ("stages", stage, "steps", name)) for name, (stage, _) in names.steps.items()]
    for field, kind in names.d.data.items():
        choices = kind.choice or ()
        places += [
            (value, ("data", field, "choice", number))
            for number, value in enumerate(choices)
            if value not in ("yes", "no")
        ]
    rooms: dict[str, Iterable[str]] = {
        "stages": names.d.stages,
        "interrupts": names.d.interrupts,
    }
    ours = [(name, path) for name, path in places if path[0] == "stages"]
    ours += [(name, (room, name)) for room, entries in rooms.items() for name in entries]
    if ALL in names.d.stages:
        yield Fault(("stages", ALL), finding("name.meaning_of_its_own", name=ALL))
    for name, path in ours:
        if name in _OURS:
            yield Fault(path, finding("name.meaning_of_its_own", name=name))
    for name, path in places:
        if name in RESERVED:
            yield Fault(path, finding("name.word_of_the_language", name=name))


def _bound_sides(names: Names) -> Iterator[Fault]:
    bound = {field.binds for field in names.d.data.values()}
    for number, side in enumerate(names.d.sides):
        if number and side not in bound and side not in names.d.sides[:number]:
            yield Fault(("sides", number), finding("side.never_bound", side=side), absent=True)


def _neutral(names: Names, outside: list[Path]) -> Iterator[Fault]:
    """These names are shown in lists outside the engine exactly as they are written."""
    for path in outside:
        name = names.d.pathway if path == ("pathway",) else str(path[-1])
        for word in neutral.forbidden_words(words(name))[:1]:
            yield Fault(path, finding("name.not_neutral", word=word), name=len(path) > 1)
