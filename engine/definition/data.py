"""What is known of a case: typed fields."""

from __future__ import annotations

from pydantic import model_validator

from engine.definition.entries import Entry, EntryName, EntryNames, Flag, Title, misread
from engine.field_types import FIELD_TYPES
from engine.message import finding


class DataField(Entry):
    """One thing that is known of a case. Exactly one of the words for a type is given."""

    title: Title | None = None
    """What the form asks."""
    was: EntryName | None = None
    """The field's name in the previous version, if it was renamed."""
    text: Flag = False
    """Free text; always protected."""
    number: Flag = False
    """A number."""
    yes_no: Flag = False
    """Yes or no."""
    date: Flag = False
    """A day."""
    datetime: Flag = False
    """A moment, with its zone."""
    country: Flag = False
    """A country, as two capital letters: `NG`."""
    choice: tuple[EntryName, ...] | None = None
    """One of the words of this list."""
    signature: Flag = False
    """Who has signed: `person`, `guardian` or `staff`; the time is a moment of the case."""
    ordered: Flag = False
    """The choices are listed from the lowest to the highest."""
    many: Flag = False
    """Several values, in a list; conditions may ask only whether the field is answered."""
    highest_of: EntryNames = ()
    """Makes this field the highest of these fields, once all of them are known; nobody answers it.
    Only for an ordered choice.
    """
    protected: Flag = False
    """Sealed, and shown only to those who need it. Never in a notice, a log or Prefect; a condition
    may ask only whether the field is known.
    """
    each_their_own: Flag = False
    """Answered for each case separately and never once for a group, as with a person's name or the
    risk to them.
    """
    safe_contact: Flag = False
    """How, when or in which words the person may be reached; always protected. It is read with each
    task of a step that `contacts` the person or `serves` something.
    """
    binds: EntryName | None = None
    """The side whose country the answer gives."""

    @model_validator(mode="after")
    def _one_type(self) -> DataField:
        types = [word for word in TYPE_WORDS if getattr(self, word)]
        if len(types) != 1:
            raise misread("field_type", finding("field.one_type", words=TYPE_WORDS))
        return self

    @property
    def type(self) -> str:
        return next(word for word in TYPE_WORDS if getattr(self, word))

    @property
    def words(self) -> tuple[str, ...]:
        """The possible answers of a choice or a signature; empty for any other type."""
        return SIGNERS if self.signature else self.choice or ()

    @property
    def is_protected(self) -> bool:
        """Whether the field is protected. All free text and every `safe_contact` field is, even if the
        definition does not say so.
        """
        return bool(self.protected or self.text or self.safe_contact)


TYPE_WORDS = (*FIELD_TYPES, "choice", "signature")
SIGNERS = ("person", "guardian", "staff")
