"""The fields of a form: how each is drawn, and how the values that a browser sends are read as
answers.

Days and moments have several inputs, which do not rely on a browser's calendar and can be typed on
any keyboard. Input that cannot be read is kept as typed, and the form says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

import msgspec

from casework.filling_in import AskedField
from engine.countries import name_in, names
from engine.definition import DataField
from engine.forms import typed
from engine.locales import base_of
from engine.message import Message, message
from engine.translation import OWN
from wording.sentences import as_line

Sent = Mapping[str, Sequence[str]]
"""What a browser sent, by input."""
NAMED = "answer-"
"""The prefix of the names and ids of inputs, because a field may have the same name as anything
else on the page.
"""
MOST_RADIOS = 8
"""The most radio buttons; for more options, a drop-down list is shorter on a phone."""


class Widget(StrEnum):
    """How a field is drawn."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    RADIOS = "radios"
    CHECKBOXES = "checkboxes"
    SELECT = "select"
    DAY = "day"
    MOMENT = "moment"
    LINES = "lines"
    """Several values, one per line."""


class Option(msgspec.Struct, frozen=True):
    """An option to choose."""

    value: str
    text: str
    language: str = ""
    """The language of the text; empty if it is that of the surrounding page."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field as a page draws it."""

    name: str
    """The name of its input; days and moments have one input per part."""
    title: str
    widget: Widget
    options: Sequence[Option] = ()
    required: bool = True
    protected: bool = False
    """Whether it is protected, so that the browser must neither store it nor send it to a spell
    checker.
    """
    hint: str = ""
    fault: str = ""
    language: str = ""
    """The language of the title; empty if it is that of the page."""
    sent: Sent = {}

    @property
    def own(self) -> Sent:
        """The values of its own inputs, by name."""
        parts = (self.name, *(f"{self.name}-{part}" for part in (*_DAY, "time")))
        return {name: self.sent[name] for name in parts if name in self.sent}

    @property
    def values(self) -> Sequence[str]:
        return self.sent.get(self.name, ())

    @property
    def value(self) -> str:
        return next(iter(self.values), "")

    @property
    def choices(self) -> list[dict[str, object]]:
        """The options in the form that the macros of the design system take."""
        return [
            {
                "value": each.value,
                "text": each.text,
                "checked": (chosen := each.value in self.values),
                "selected": chosen,
                "attributes": _in(each.language),
                "label": {"attributes": _in(each.language)},
            }
            for each in self.options
        ]

    @property
    def attributes(self) -> dict[str, str]:
        """The HTML attributes of the element with the title: the title's language, if it differs
        from the page's.
        """
        return _in(self.language)

    def part(self, part: str) -> str:
        return _first(self.sent, f"{self.name}-{part}")

    @property
    def first_id(self) -> str:
        """The id that the summary of faults links to."""
        return f"{self.name}-day" if self.widget in (Widget.DAY, Widget.MOMENT) else self.name


def _in(language: str) -> dict[str, str]:
    return {"lang": language} if language else {}


def field_of(
    asked: AskedField, language: str, *, sent: Sent | None = None, fault: str = ""
) -> Field:
    """A field of a pathway's form.

    Args:
        sent: the values of its inputs.
        fault: what is wrong with them, in words.
    """
    widget, ours = widget_of(asked.field), base_of(language)
    return Field(
        name=f"{NAMED}{asked.name}",
        title=asked.title,
        language="" if asked.language == ours else asked.language,
        widget=widget,
        options=_options(asked, widget, language) if widget in _OF_OPTIONS else (),
        required=asked.required,
        protected=asked.field.is_protected,
        fault=fault,
        sent=sent or {},
    )


_OF_OPTIONS = (Widget.RADIOS, Widget.CHECKBOXES, Widget.SELECT)


def widget_of(field: DataField) -> Widget:
    """How a field is drawn, by its type and whether it has several values."""
    if field.many:
        return Widget.CHECKBOXES if field.words else Widget.LINES
    if field.words:
        return Widget.RADIOS if len(field.words) <= MOST_RADIOS else Widget.SELECT
    return _LOOKS[field.type]


_LOOKS = {
    "text": Widget.TEXT,
    "number": Widget.NUMBER,
    "yes_no": Widget.RADIOS,
    "date": Widget.DAY,
    "datetime": Widget.MOMENT,
    "country": Widget.SELECT,
}
"""How each type of `engine/field_types.py` is drawn."""


def _options(asked: AskedField, widget: Widget, language: str) -> tuple[Option, ...]:
    """The options of a field. A drop-down list starts with nothing chosen. Radio buttons cannot be
    unchecked, so an optional field gets one for no answer.
    """
    field, ours = asked.field, base_of(language)
    if field.country:
        options = _countries(ours)
    elif field.yes_no:
        options = (
            _ours("yes", message("shown.yes"), ours),
            _ours("no", message("shown.no"), ours),
        )
    else:
        options = tuple(Option(word, text, asked.language) for word, text in asked.words.items())
    if widget is Widget.SELECT:
        return (_ours("", message("page.choose"), ours), *options)
    if widget is Widget.RADIOS and not asked.required:
        return (*options, _ours("", message("page.no_answer"), ours))
    return options


def _ours(value: str, said: Message, language: str) -> Option:
    return Option(value, as_line(said, language), language)


@cache
def _countries(language: str) -> tuple[Option, ...]:
    known = [Option(code, name_in(code, language, OWN), language) for code in names()]
    return tuple(sorted(known, key=lambda each: _without_accents(each.text)))


def _without_accents(name: str) -> str:
    """The form of a name by which it is sorted: `Égypte` is listed under E."""
    letters = normalize("NFKD", name).casefold()
    return "".join(each for each in letters if not combining(each))


def answers_in(asked: Iterable[AskedField], sent: Sent, zone: ZoneInfo) -> dict[str, object]:
    """The answers that were sent, as the form expects them; those left empty are omitted.

    Args:
        zone: the zone in which moments are written.
    """
    read = {each.name: _answer(each.field, f"{NAMED}{each.name}", sent, zone) for each in asked}
    return {name: answer for name, answer in read.items() if answer not in ("", [])}


def _answer(field: DataField, name: str, sent: Sent, zone: ZoneInfo) -> object:
    match widget_of(field):
        case Widget.DAY:
            return _day(name, sent)
        case Widget.MOMENT:
            return _moment(name, sent, zone)
        case Widget.CHECKBOXES:
            return [*sent.get(name, ())]
        case Widget.LINES:
            one = field.model_copy(update={"many": False})
            lines = _first(sent, name).splitlines()
            return [typed(one, line.strip()) for line in lines if line.strip()]
    text = _first(sent, name).strip().replace("\r\n", "\n")
    return typed(field, text) if text else ""


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")


_DAY = ("year", "month", "day")
_TIME = re.compile(r"(\d{1,2})\s*(?:[:.hH]?\s*(\d{2})|[hH])?")
"""A time of day as people type it: `14:30`, `14.30`, `14h30`, `1430` or `14`."""


def day_sent(name: str, sent: Sent) -> date | None:
    """The day typed into a `DAY` field; None if it is not a valid day."""
    try:
        return date.fromisoformat(_day(name, sent))
    except ValueError:
        return None


def _day(name: str, sent: Sent) -> str:
    """A day as `2026-03-01`. If it is not a valid day, the parts that were filled in, joined by
    hyphens.
    """
    parts = [_first(sent, f"{name}-{part}").strip() for part in _DAY]
    try:
        year, month, day = map(int, parts)
        return date(year, month, day).isoformat()
    except ValueError:
        return "-".join(filter(None, parts))


def _moment(name: str, sent: Sent, zone: ZoneInfo) -> str:
    day, time = _day(name, sent), _first(sent, f"{name}-time").strip()
    try:
        found = _TIME.fullmatch(time)
        hour, minute = (int(each or 0) for each in found.groups()) if found else (24, 0)
        on = date.fromisoformat(day)
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone).isoformat()
    except ValueError:
        return f"{day} {time}".strip()
