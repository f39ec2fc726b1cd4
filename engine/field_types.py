"""The types of fields: what fits each, how it is typed and read, and what may stand for an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

import msgspec

from engine.countries import is_country
from engine.message import Message, message
from engine.phrases.expressions import Country, DateTime, Day, Number, ValueType, YesNo
from engine.phrases.moments import read_moment

MOST_NUMBER = 1e15
"""The largest number that may be answered: above it, not every system can tell a whole number from
the next one.
"""


class FieldType(msgspec.Struct, frozen=True, kw_only=True):
    """What distinguishes a type of field from the others."""

    fits: Callable[[object], bool]
    """Whether an answer is of this type."""
    not_one: Message
    """What is wrong with an answer that is not."""
    example: Callable[[datetime], bool | float | str]
    """An answer where it makes no difference which; a day or moment is the one that is given."""
    asked_as: ValueType | None
    """What a condition reads an answer as; None if it may ask only whether there is one."""
    typed: Callable[[str], object] = str
    """Converts typed text; text that does not fit is left as it is."""


def _is_day(answer: object) -> bool:
    try:
        return isinstance(answer, str) and _is_near(date.fromisoformat(answer), answer)
    except ValueError:
        return False


def _is_near(day: date, answer: str) -> bool:
    """Whether an answer begins with this day, written in full, and the year is plausible."""
    return day.isoformat() == answer[:10] and 1900 <= day.year < 2200


def _is_moment(answer: object) -> bool:
    try:
        if not isinstance(answer, str):
            return False
        moment = read_moment(answer)
        return moment.tzinfo is not None and _is_near(moment.date(), answer)
    except ValueError:
        return False


def _is_number(answer: object) -> bool:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    # By comparison, since a whole number of hundreds of digits cannot be converted to a float.
    return -MOST_NUMBER <= answer <= MOST_NUMBER


def _number(text: str) -> object:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


_TYPED_YES_NO = {"yes": True, "true": True, "no": False, "false": False}

FIELD_TYPES: Mapping[str, FieldType] = {
    "text": FieldType(
        fits=lambda answer: isinstance(answer, str),
        not_one=message("answer.text"),
        example=lambda _: "Text",
        asked_as=None,
    ),
    "number": FieldType(
        fits=_is_number,
        not_one=message("answer.number"),
        example=lambda _: 1,
        asked_as=Number(),
        typed=_number,
    ),
    "yes_no": FieldType(
        fits=lambda answer: isinstance(answer, bool),
        not_one=message("answer.yes_no"),
        example=lambda _: True,
        asked_as=YesNo(),
        typed=lambda text: _TYPED_YES_NO.get(text.lower(), text),
    ),
    "date": FieldType(
        fits=_is_day,
        not_one=message("answer.date"),
        example=lambda at: at.date().isoformat(),
        asked_as=Day(),
    ),
    "datetime": FieldType(
        fits=_is_moment,
        not_one=message("answer.datetime"),
        example=lambda at: at.isoformat(timespec="seconds"),
        asked_as=DateTime(),
    ),
    "country": FieldType(
        fits=lambda answer: isinstance(answer, str) and is_country(answer),
        not_one=message("answer.country"),
        example=lambda _: "GH",
        asked_as=Country(),
        typed=str.upper,
    ),
}
"""By the word for the type in a definition. A choice and a signature have none: they list the words
that may be answered.
"""
