"""Whatever a condition or a period reads must be answered somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.conditions import Condition, names_in
from engine.definition import Entry
from engine.pathway import form_field
from engine.vocabulary import ANSWERED


def check_asked(names: Names) -> Iterator[Fault]:
    """Fields that are read though no form asks for them and nothing sets them."""
    asked = {form_field(text).name for _, step in names.steps.values() for text in step.form}
    if asked - names.d.data.keys():
        return  # one of them is misspelt, and that is told already
    asked |= {field for interrupt in names.d.interrupts.values() for field in interrupt.set}
    for path, condition in conditions_in(names.d):
        for name, column in names_in(condition, names.vocabulary):
            field = name.removesuffix(ANSWERED)
            if field in names.d.data and field not in names.hidden and field not in asked:
                what = f"nobody ever asks for `{field}`"
                yield Fault(path, what, "put it into the `form` of a step before", column)


def conditions_in(node: object, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """Every condition of a definition, with the place where it stands."""
    if isinstance(node, Condition):
        yield path, node
    elif isinstance(node, Entry):
        for name in type(node).model_fields:
            yield from conditions_in(getattr(node, name), (*path, name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from conditions_in(value, (*path, key))
    elif isinstance(node, tuple):
        for number, value in enumerate(node):
            yield from conditions_in(value, (*path, number))
