"""Forms: every field exists, and the `when` of a field reads no field below it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import FormItem
from engine.message import finding
from engine.phrases.vocabulary import ANSWERED, names_in


def check_form(names: Names, form: tuple[FormItem, ...], path: Path) -> Iterator[Fault]:
    """Check a form, which is filled in from top to bottom; `path` leads to it."""
    for number, item in enumerate(form):
        where = (*path, number)
        if item.name not in names.d.data:
            yield unknown("field", item.name, names.d.data, where)
        if any(item.name == each.name for each in form[:number]):
            yield Fault(where, finding("form.asked_twice", field=item.name))
        yield from _when(names, item, form, where)


def _when(names: Names, item: FormItem, form: tuple[FormItem, ...], path: Path) -> Iterator[Fault]:
    """Check that the `when` of a field reads no field below it, and no `highest_of` that includes a
    field of the same form.
    """
    if item.when is None:
        return
    yield from names.expression(item.when, path)
    own = {each.name for each in form}
    later = {each.name for each in form[form.index(item) + 1 :]}
    for name, column in names_in(item.when, names.vocabulary):
        field = name.removesuffix(ANSWERED)
        parts = names.d.data[field].highest_of if field in names.d.data else ()
        if own.intersection(parts):
            what = finding("form.highest_of_itself", field=field, parts=parts)
            yield Fault(path, what, column=column)
        if field in later:
            yield Fault(
                path, finding("form.not_answered_yet", field=item.name, on=field), column=column
            )
