"""Fields: what binds a side, what has an order, what follows from others."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import DataField


def check_data(names: Names) -> Iterator[Fault]:
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
        if field.highest_of:
            yield from _derived(names, name, field, (*path, "highest_of"))
    yield from _answered_though_derived(names)


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
