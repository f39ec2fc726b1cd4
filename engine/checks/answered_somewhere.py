"""Every unprotected field that a condition, a period or a `highest_of` reads must be answered
somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path
from engine.definition import answered_lengths, moments_of, walked
from engine.message import finding
from engine.phrases.conditions import Condition
from engine.phrases.vocabulary import ANSWERED, names_in


def check_asked(names: Names) -> Iterator[Fault]:
    """Faults for unprotected fields that are read although no form asks for them, no interrupt sets
    them, and they do not follow from others (`highest_of`).
    """
    forms = [(*step.form, *step.answers) for _, step in names.steps.values()]
    forms += [end.form for end in names.d.ends.values()]
    asked = {item.name for form in forms for item in form}
    if asked - names.d.data.keys():
        return  # one of the two is misspelt, which is reported already
    asked |= {field for interrupt in names.d.interrupts.values() for field in interrupt.set}
    derived = {name: field.highest_of for name, field in names.d.data.items() if field.highest_of}
    asked |= derived.keys()
    read = [(path, moment.anchor or "", 1) for path, moment in moments_of(names.d)]
    read += [
        (path, name.removesuffix(ANSWERED), column)
        for path, condition in conditions_in(names.d)
        for name, column in names_in(condition, names.vocabulary)
    ]
    read += [(path, length.field, 1) for path, length in answered_lengths(names.d)]
    read += [
        (("data", name, "highest_of", number), field, 1)
        for name, of in derived.items()
        for number, field in enumerate(of)
    ]
    known = names.d.data.items()
    never = {name for name, field in known if not field.is_protected and name not in asked}
    for path, field, column in read:
        if field in never:
            yield Fault(path, finding("asked_by_nobody", field=field), column=column, absent=True)


def conditions_in(node: object) -> Iterator[tuple[Path, Condition]]:
    """Every condition in a definition, with its place."""
    return ((path, part) for path, part in walked(node) if isinstance(part, Condition))
