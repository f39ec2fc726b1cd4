"""Fields: what binds a side, what has an order, what follows from others."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import DataField
from engine.questions import country_of


def check_data(names: Names) -> Iterator[Fault]:
    for name, field in names.d.data.items():
        path: Path = ("data", name)
        if field.binds and field.binds not in names.d.sides:
            yield unknown("side", field.binds, names.d.sides, (*path, "binds"))
        if field.binds and field.type != "country":
            yield Fault((*path, "binds"), "only a country can bind a side", "add `country`")
        elif field.binds:
            yield from _binding(names, name, field, (*path, "binds"))
        if field.many and (field.binds or field.ordered or field.signature):
            word = "binds" if field.binds else "ordered" if field.ordered else "signature"
            what = f"`{word}` is about one value"
            yield Fault((*path, "many"), what, f"leave `many` or `{word}` out")
        if field.signature and field.protected:
            what = "a signature says who and when, and nothing of the person"
            yield Fault((*path, "protected"), what, "leave `protected` out")
        if field.ordered and field.type != "choice":
            yield Fault((*path, "ordered"), "only choices can be ordered", "leave `ordered` out")
        if field.each_their_own and (field.signature or field.highest_of):
            what = "nobody answers it" if field.highest_of else "a signature is each person's own"
            yield Fault((*path, "each_their_own"), what, "leave `each_their_own` out")
        if field.highest_of:
            yield from _derived(names, name, field, (*path, "highest_of"))
    yield from _answered_though_derived(names)


def _binding(names: Names, name: str, field: DataField, path: Path) -> Iterator[Fault]:
    """A side becomes known by one answer, which everybody may know."""
    side = field.binds or ""
    fields = names.d.data.items()
    first = next(other for other, each in fields if each.binds == side)
    if side == names.d.sides[0]:
        what = f"`{side}` is where cases open: it is known from the start"
        yield Fault(path, what, f"leave `binds` out, and ask `{country_of(side)}`")
    elif field.is_protected:
        what = "a protected answer stays unknown: no side is bound by it"
        yield Fault(path, what, "leave `protected` or `binds` out")
    elif first != name:
        what = f"`{first}` binds side `{side}` already"
        yield Fault(path, what, f"ask for `{first}`, or leave `binds` out in one of the two")


def _derived(names: Names, name: str, field: DataField, path: Path) -> Iterator[Fault]:
    if not field.ordered or field.is_protected:
        what = "only choices that are ordered and not protected have a highest"
        yield Fault(path, what, "add `choice` and `ordered`")
        return
    if len(field.highest_of) < 2:
        yield Fault(path, "the highest of one is that one", "name two fields or more")
    for number, other in enumerate(field.highest_of):
        known = names.d.data.get(other)
        where = (*path, number)
        if known is None:
            yield unknown("field", other, names.d.data, where)
        elif known.highest_of:
            yield Fault(where, f"`{other}` follows from others itself", "name those instead")
        elif (known.choice, known.ordered, known.is_protected) != (field.choice, True, False):
            what = f"`{other}` does not have the same choices in the same order as `{name}`"
            yield Fault(where, what, "write both alike, `ordered` and not protected")


def _answered_though_derived(names: Names) -> Iterator[Fault]:
    """Nobody answers what follows from other answers."""
    derived = {name for name, field in names.d.data.items() if field.highest_of}
    places: list[tuple[str, Path]] = []
    for step_name, (stage, step) in names.steps.items():
        for word, form in (("form", step.form), ("answers", step.answers)):
            places += [
                (item.name, ("stages", stage, "steps", step_name, word, number))
                for number, item in enumerate(form)
            ]
    for end_name, end in names.d.ends.items():
        places += [
            (item.name, ("ends", end_name, "form", number)) for number, item in enumerate(end.form)
        ]
    for raised, interrupt in names.d.interrupts.items():
        places += [(field, ("interrupts", raised, "set", field)) for field in interrupt.set]
    for field, path in places:
        if field in derived:
            what = f"`{field}` follows from other fields, nobody answers it"
            yield Fault(path, what, f"ask for {_listed(names.d.data[field].highest_of)}")


def _listed(fields: tuple[str, ...]) -> str:
    return " or ".join(f"`{each}`" for each in fields)
