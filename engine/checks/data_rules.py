"""Fields: how they bind a side, are ordered, or follow from other fields."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import DataField
from engine.message import finding
from engine.questions import country_name


def check_data(names: Names) -> Iterator[Fault]:
    for name, field in names.d.data.items():
        path: Path = ("data", name)
        if field.binds and field.binds not in names.d.sides:
            yield unknown("side", field.binds, names.d.sides, (*path, "binds"))
        if field.binds and field.type != "country":
            yield Fault((*path, "binds"), finding("binds.no_country"))
        elif field.binds:
            yield from _binding(names, name, field, (*path, "binds"))
        if field.many and (field.binds or field.ordered or field.signature):
            word = "binds" if field.binds else "ordered" if field.ordered else "signature"
            yield Fault((*path, "many"), finding("data.many", word=word))
        if field.signature and field.protected:
            yield Fault((*path, "protected"), finding("data.signature_protected"))
        if field.ordered and field.type != "choice":
            yield Fault((*path, "ordered"), finding("data.ordered"))
        if field.each_their_own and (field.signature or field.highest_of):
            what = finding(
                "each_their_own.derived" if field.highest_of else "each_their_own.signature"
            )
            yield Fault((*path, "each_their_own"), what)
        if field.highest_of:
            yield from _derived(names, name, field, (*path, "highest_of"))
    yield from _answered_though_derived(names)


def _binding(names: Names, name: str, field: DataField, path: Path) -> Iterator[Fault]:
    """Check that a field does not bind the first side, that no other field binds the same side, and
    that the field is not protected, since every agency may learn the side.
    """
    side = field.binds or ""
    fields = names.d.data.items()
    first = next(other for other, each in fields if each.binds == side)
    if side == names.d.sides[0]:
        yield Fault(path, finding("binds.first_side", side=side, name=country_name(side)))
    elif field.is_protected:
        yield Fault(path, finding("binds.protected"))
    elif first != name:
        yield Fault(path, finding("binds.twice", side=side, field=first))


def _derived(names: Names, name: str, field: DataField, path: Path) -> Iterator[Fault]:
    if not field.ordered:
        yield Fault(path, finding("highest.of_what"))
        return
    if field.is_protected:
        yield Fault(path, finding("highest.of_protected"))
        return
    if len(field.highest_of) < 2:
        yield Fault(path, finding("highest.of_one"))
    for number, other in enumerate(field.highest_of):
        known = names.d.data.get(other)
        where = (*path, number)
        if known is None:
            yield unknown("field", other, names.d.data, where)
        elif known.highest_of:
            yield Fault(where, finding("highest.of_derived", field=other))
        elif (known.choice, known.ordered, known.is_protected) != (field.choice, True, False):
            yield Fault(where, finding("highest.of_other_choices", field=other, of=name))


def _answered_though_derived(names: Names) -> Iterator[Fault]:
    """Faults where a form asks for, or an interrupt sets, a field that follows from other fields."""
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
            parts = names.d.data[field].highest_of
            yield Fault(path, finding("highest.answered", field=field, parts=parts))
