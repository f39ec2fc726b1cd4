"""The texts of notices in each language, from `templates/*.yaml`."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import msgspec

from engine.locales import base_of
from engine.neutral import forbidden_words
from notifiers.base import Notice, NoticeKind, Rendered

FALLBACK = "en"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The subject and the opening sentence of one kind of notice."""

    subject: str
    opening: str


class NoticeLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines that make up notices."""

    reference: str
    label: str
    labels: str
    """The line for several labels."""
    due: str
    link: str
    """The line with the link. It ends with the link, so that every mail program recognises it."""
    code: str
    sign_in: str
    training: str
    """The first line of a notice in a training installation."""
    training_subject: str


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language."""

    locale: str
    due: str
    """The pattern for a due moment, as a date pattern of Unicode CLDR. It shows the offset from UTC
    rather than the zone's name, which would reveal a place.
    """
    generic_label: str
    lines: NoticeLines
    kinds: dict[NoticeKind, Wording]


# msgspec works out the type here rather than in the threads that send the first notices: one of
# them would use what another has only half worked out, which crashes the process.
msgspec.json.Decoder(Texts)


def render(notice: Notice) -> Rendered:
    """Write a notice. It gives its kind, reference, labels and due moment, how to answer, and
    whether it is for training, and never anything else.

    A missing language falls back to English, and `Rendered.language` says so. A label that is not
    neutral is replaced by the generic word: no pathway with such a label can be published, so this is
    a second safeguard.
    """
    language = written_in(notice.language)
    texts = load(language)
    wording, lines = texts.kinds[notice.kind], texts.lines
    labels = _labels(notice, texts)
    subject = wording.subject.format(reference=notice.reference)
    if notice.is_training:
        subject = lines.training_subject.format(subject=subject)
    body = [
        *((lines.training,) if notice.is_training else ()),
        wording.opening,
        lines.reference.format(reference=notice.reference),
        lines.label.format(label=labels[0])
        if len(labels) == 1
        else lines.labels.format(labels=", ".join(labels)),
    ]
    if notice.due_at is not None:
        body.append(lines.due.format(due=_moment(notice.due_at, notice.zone, texts)))
    if notice.link:
        body.append(lines.link.format(link=notice.link))
    if notice.code:
        body.append(lines.code.format(code=notice.code))
    body.append(lines.sign_in)
    return Rendered(
        subject=subject,
        body="\n".join(body),
        language=language,
    )


def _labels(notice: Notice, texts: Texts) -> list[str]:
    """The labels of a notice, without repeats. If some are missing or not neutral, the generic word
    takes their place, at the end.
    """
    given = dict.fromkeys((notice.label, *notice.others))
    named = [each for each in given if each and not forbidden_words(each)]
    return named if len(named) == len(given) else [*named, texts.generic_label]


@cache
def languages() -> tuple[str, ...]:
    """The languages that notices can be written in."""
    folder = files("notifiers") / "templates"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))


@cache
def load(language: str) -> Texts:
    """The texts of one of `languages()`."""
    from ruamel.yaml import YAML  # most commands send nothing

    file = files("notifiers") / "templates" / f"{language}.yaml"
    return msgspec.convert(
        YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")), Texts
    )


def written_in(wanted: str) -> str:
    """The language in which a notice is written: `fr-CI` and `FR` give `fr`; English if there are no
    texts in the language that is wanted.
    """
    base = base_of(wanted)
    return base if base in languages() else FALLBACK


def _moment(at: datetime, zone: str, texts: Texts) -> str:
    from babel.dates import format_datetime  # most commands send nothing

    return format_datetime(at, texts.due, tzinfo=ZoneInfo(zone), locale=texts.locale)
