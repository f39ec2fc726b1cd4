"""Steps that get in touch with the person: a field must say how the person may safely be reached,
and the agency doing the step must be able to read it.

Source: a person is reached only by a way marked safe, and not at all if none is known (D5); nothing
is served on a child (D6).
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.cover_rules import may_read
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Step
from engine.message import finding


def check_ways(names: Names) -> Iterator[Fault]:
    """Check that a field saying how to reach the person is a text or a choice."""
    for name, field in names.d.data.items():
        if field.safe_contact and field.type not in ("text", "choice"):
            yield Fault(("data", name, "safe_contact"), finding("data.safe_contact"))


def check_contact(names: Names, name: str, step: Step, path: Path) -> Iterator[Fault]:
    word = "serves" if step.serves else "contacts"
    if not step.reaches_person:
        return
    where = (*path, word)
    ways = tuple(field for field, each in names.d.data.items() if each.safe_contact)
    if step.hand_over or not step.by:
        yield Fault(where, finding("contact.nobody", word=word))
    elif not ways:
        yield Fault(where, finding("contact.no_way", step=name))
    else:
        for role in step.by:
            if not any(may_read(names, step, role, each) for each in ways):
                yield Fault(where, finding("contact.not_shown", role=role, fields=ways))
    yield from _served(names, step, where)


def _served(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    """Check that `serves` names a signature field of the step's form."""
    field = step.serves
    if field is None:
        return
    known = names.d.data.get(field)
    if known is None:
        yield unknown("field", field, names.d.data, path)
    elif not known.signature:
        yield Fault(path, finding("serves.no_signature", field=field))
    elif field not in {item.name for item in step.form}:
        yield Fault(path, finding("serves.not_asked", field=field))
