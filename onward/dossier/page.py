"""Makes the dossier's page in a language that has a catalogue, with every value escaped. If the
pathway has no translation into the page's language, its own words are in another language.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, partial
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined

from casework.bystanders import with_names
from casework.dossier import ConsentAsked, Dossier, HeldAnswer
from engine.agencies.registry import Agency
from engine.countries import name_in
from engine.grounds import ShownGround, said_of
from engine.locales import locale_of
from engine.message import Message, message
from engine.translation import OWN
from engine.translation import words as named
from wording.sentences import as_line, in_words

RIGHTS = (
    message("dossier.right.know"),
    message("dossier.right.correct"),
    message("dossier.right.withdraw"),
    message("dossier.right.object"),
    message("dossier.right.erase"),
    message("dossier.right.complain"),
)
LEFT_OUT = (
    message("dossier.left_out.others"),
    message("dossier.left_out.staff"),
    message("dossier.left_out.places"),
    message("dossier.left_out.kept_from"),
)


def page_of(found: Dossier, language: str, *, unnamed: bool = False) -> str:
    """The page as HTML.

    Args:
        language: a language that has a catalogue.
        unnamed: whether to give each agency's kind and country instead of its name.
    """
    reader = Reader(found, language, unnamed)
    template = _templates().get_template("page.html")
    return template.render(of=found, reader=reader, say=reader.worded)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("onward.dossier", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )


class ShownDisclosure(msgspec.Struct, frozen=True):
    """A disclosure, as the page shows it."""

    day: str
    to: str
    what: tuple[str, ...]
    way: str
    why: tuple[str, ...]
    over: str


class Reader:
    """Puts what the page says into one language."""

    rights, left_out = RIGHTS, LEFT_OUT

    def __init__(self, found: Dossier, language: str, unnamed: bool) -> None:
        self.found, self.language, self._unnamed = found, language, unnamed
        self._locale = locale_of(language)
        self._zone = ZoneInfo(found.zone)
        self._names = {code: self._called(each) for code, each in found.agencies.items()}

    def worded(self, code: str, /, **values: object) -> str:
        return as_line(Message(code, values), self.language, self.found.words)

    @property
    def lacks_words(self) -> str:
        """The name of the requested language, if the page is in another one; otherwise empty."""
        wanted = self.found.wanted
        return self.language_name(wanted) if wanted and wanted != self.language else ""

    @property
    def lacks_pathway(self) -> bool:
        """Whether the questions are in a language other than the page's."""
        return self.found.words.language != self.language

    def language_name(self, code: str) -> str:
        try:
            return Locale.parse(code).get_display_name(self.language) or code
        except (UnknownLocaleError, ValueError):
            return code

    def agency(self, code: str) -> str:
        """What the page calls an agency: its name, or its kind and country if its name is withheld
        or the page is to name no agency. An unknown agency is called by its code.
        """
        return self._names.get(code, code)

    def agencies(self, codes: Iterable[str]) -> str:
        return ", ".join(map(self.agency, codes))

    def _called(self, agency: Agency) -> str:
        if not self._is_unnamed(agency):
            return agency.name
        kind = self.found.words.named(agency.roles[0], "role_types")
        kind = named(kind) if kind == agency.roles[0] else kind
        return self.worded("dossier.place", kind=kind, country=self.country(agency.country))

    def _is_unnamed(self, agency: Agency) -> bool:
        return self._unnamed or agency.unnamed

    def country(self, code: str) -> str:
        return name_in(code, self.language, OWN)

    def receiver(self, to: str) -> str:
        return self.worded(f"dossier.to.{to}")

    def reason(self) -> str:
        return in_words(message(f"dossier.reason.{self.found.reason}"), self.language)

    def told(self, said: Message) -> str:
        return as_line(said, self.language)

    # moments

    def day(self, at: datetime | None) -> str:
        if at is None:
            return ""
        return format_date(at.astimezone(self._zone).date(), "long", locale=self._locale)

    def moment(self, at: datetime) -> str:
        return format_datetime(at, "d MMMM y HH:mm", tzinfo=self._zone, locale=self._locale)

    # answers

    def question(self, name: str) -> str:
        """The question that was answered; for words written beside an act, such as a reason, a
        line that names the step of that act.
        """
        asked = self.found.words.question(name)
        word, _, about = name.rpartition(" ")
        if asked != name or not word:
            return asked if asked != name else named(name)
        step = about.partition(".")[0]
        return self.worded("dossier.words", about=self.found.words.label(step, named(step)))

    def value(self, answer: HeldAnswer) -> str:
        value = answer.value
        if isinstance(value, list | tuple):
            return ", ".join(map(partial(self._one, answer.kind), value))
        return self._one(answer.kind, value)

    def _one(self, kind: str, value: object) -> str:
        if isinstance(value, bool):
            return self.worded("shown.yes" if value else "shown.no")
        if kind == "country":
            return self.country(str(value))
        return self.found.words.value(value)

    # what was told

    def happened(self, said: Message) -> str:
        return as_line(with_names(said, self._names), self.language, self.found.words)

    def consent(self, asked: ConsentAsked) -> str:
        title = self.found.words.named(asked.name, "consent_titles")
        return named(title) if title == asked.name else title

    def asked_in(self, asked: ConsentAsked) -> str:
        """The words that were read out, with kind and country in place of names not to be shown."""
        text = asked.words.text
        for code, each in self.found.agencies.items():
            if self._is_unnamed(each):
                text = text.replace(each.name, self._names[code])
        return text

    def how_exact(self, asked: ConsentAsked) -> str:
        """A note on whether `asked_in` gives exactly the words that were read out."""
        if not asked.words.is_exact:
            return self.worded("dossier.words_not_exact")
        if self.asked_in(asked) != asked.words.text:
            return self.worded("dossier.words_without_names")
        return self.worded("dossier.words_exact")

    def status(self, asked: ConsentAsked) -> str:
        return as_line(asked.status, self.language)

    def disclosed(self) -> list[ShownDisclosure]:
        return [
            ShownDisclosure(
                day=self.day(each.at),
                to=self.receiver(each.to) if each.to in _RECEIVERS else self.agency(each.to),
                what=tuple(map(self.question, each.fields)) or (self.worded("disclosed.case"),),
                way=self.worded(f"way.{each.way}"),
                why=tuple(map(self._ground, each.by)) or (self.worded("ground.not_kept"),),
                over=self._over(each.crosses),
            )
            for each in self.found.disclosed
        ]

    def _over(self, crosses: tuple[str, str] | None) -> str:
        if crosses is None:
            return ""
        here, there = map(self.country, crosses)
        return self.worded("dossier.over", here=here, there=there)

    def _ground(self, ground: ShownGround) -> str:
        said = said_of(ground)
        values = {key: self._as_day(each) for key, each in said.values.items()}
        return as_line(Message(said.code, values), self.language, self.found.words)

    def _as_day(self, value: object) -> object:
        return format_date(value, "long", locale=self._locale) if isinstance(value, date) else value


_RECEIVERS = ("person", "guardian", "representative")
