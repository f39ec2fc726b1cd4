"""What a form asks for, item by item: `risk`, `note?`, `passport when home_country = NG`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from engine.definition.entries import ConditionText, Entry, EntryName, misread, read_phrase
from engine.message import finding
from engine.phrases.expressions import parse_condition


class FormItem(Entry):
    """One field of a form."""

    name: EntryName
    required: bool = True
    """False if a `?` follows the name: the field may then stay unanswered."""
    when: ConditionText | None = None
    """The field is asked only if this condition holds; while that is not known, the field may stay
    unanswered.
    """

    def __str__(self) -> str:
        name = self.name if self.required else f"{self.name}?"
        return f"{name} when {self.when}" if self.when else name


_ITEM = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?P<may>\?)?(?P<when>\s+when\s(?P<condition>.*))?")


def _item(value: object) -> FormItem:
    if isinstance(value, FormItem):
        return value
    found = _ITEM.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise misread("form_item", finding("form.item"))
    condition = None
    if found["when"]:
        # Blanks in place of what comes before, so that columns count within the whole item.
        condition = read_phrase(
            parse_condition, " " * found.start("condition") + found["condition"]
        )
    return FormItem(name=found["name"], required=not found["may"]).model_copy(
        update={"when": condition}
    )


Form = Annotated[
    tuple[
        Annotated[FormItem, PlainValidator(_item), WithJsonSchema({"type": "string"})],
        ...,
    ],
    "as `form` and `answers` are written",
]
