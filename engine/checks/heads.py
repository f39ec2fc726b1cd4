"""The head of a definition: sides, roles, data, consents and named clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import neutral
from engine.checks.consents import check_consent
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import ALL
from engine.expressions import RESERVED
from engine.pathway import RESPONSIBLE, words
from engine.syntax import Moment


def check_heads(names: Names) -> Iterator[Fault]:
    for name, (_, side) in names.role_types.items():
        if name == RESPONSIBLE:
            what = f"`{name}` is the role of whoever answers for the case"
            yield Fault(("roles", name), what, "choose another name", name=True)
        if side not in names.d.sides:
            yield unknown("side", side, names.d.sides, ("roles", name))
    for number, role in enumerate(names.d.overrides):
        yield from names.holder(role, ("overrides", number))
    yield from _data(names)
    for name, consent in names.d.consents.items():
        yield from check_consent(names, name, consent)
    for name, timing in names.d.clocks.items():
        yield from names.time(timing, ("clocks", name), anchored=True)
        if name in names.d.data:
            path: Path = ("clocks", name)
            yield Fault(path, f"`{name}` is a field too", "give each its own name", name=True)
    if names.d.review.time != Moment(duration=getattr(names.d.review.time, "duration", None)):
        yield Fault(("review",), "a review comes again and again", "write a period alone")
    yield from _bound_sides(names)
    yield from _reserved(names)
    rooms: dict[str, Iterable[str]] = {
        "stages": names.d.stages,
        "ends": names.d.ends,
        "roles": names.d.roles,
    }
    outside: list[Path] = [("pathway",), *((room, n) for room, ns in rooms.items() for n in ns)]
    yield from _neutral(names, outside)


def _data(names: Names) -> Iterator[Fault]:
    for name, field in names.d.data.items():
        path: Path = ("data", name)
        if field.binds and field.binds not in names.d.sides:
            yield unknown("side", field.binds, names.d.sides, (*path, "binds"))
        if field.binds and field.type != "country":
            yield Fault((*path, "binds"), "only a country can bind a side", "add `country`")
        if field.many and (field.binds or field.ordered or field.signature):
            word = "binds" if field.binds else "ordered" if field.ordered else "signature"
            what = f"`{word}` is about one value"
            yield Fault((*path, "many"), what, f"leave `many` or `{word}` out")
        if field.signature and field.protected:
            what = "a signature says who and when, and nothing of the person"
            yield Fault((*path, "protected"), what, "leave `protected` out")
        if field.ordered and field.type != "choice":
            yield Fault((*path, "ordered"), "only choices can be ordered", "leave `ordered` out")


_OURS = frozenset({"case", "clock", "consent", "interrupt", "review"})
"""Words with which the engine names moments and tasks of its own."""


def _reserved(names: Names) -> Iterator[Fault]:
    """Words of the expressions cannot name what stands in them."""
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
        what = f"`{ALL}` has a meaning of its own"
        yield Fault(("stages", ALL), what, "choose another name")
    for name, path in ours:
        if name in _OURS:
            yield Fault(path, f"`{name}` has a meaning of its own", "choose another name")
    for name, path in places:
        if name in RESERVED:
            yield Fault(path, f"`{name}` is a word of the language", "choose another name")


def _bound_sides(names: Names) -> Iterator[Fault]:
    bound = {field.binds for field in names.d.data.values()}
    for number, side in enumerate(names.d.sides):
        if number and side not in bound:
            yield Fault(
                ("sides", number),
                f"nothing ever binds side `{side}`",
                f"add a field such as `{side}_country: {{country, binds: {side}}}`",
                absent=True,
            )


def _neutral(names: Names, outside: list[Path]) -> Iterator[Fault]:
    """Names of these are shown in lists outside, as they stand."""
    for path in outside:
        name = names.d.pathway if path == ("pathway",) else str(path[-1])
        for word in neutral.forbidden_words(words(name))[:1]:
            what = f"`{word}` would be shown outside"
            yield Fault(path, what, "choose a neutral name", name=len(path) > 1)
