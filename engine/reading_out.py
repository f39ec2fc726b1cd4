"""The words in which a person is asked for consent: how they must be read out, and how they were
read out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from engine.countries import is_country, name_in
from engine.errors import Refusal
from engine.locales import base_of
from engine.task_kinds import TaskKind
from engine.translation import OWN, Translation
from engine.turns import guardians
from engine.turns.task_lifecycle import find
from engine.view import View

if TYPE_CHECKING:
    from engine.acts.consents import RecordConsent
    from engine.pathway import Pathway

PLACES = ("agency", "country", "shown")
"""The names of the placeholders that a question may contain, as in `{agency}`."""
PLACE = re.compile(r"\{(\w*)\}")


class ReadOut(msgspec.Struct, frozen=True):
    """What is read out to the person, and how."""

    text: str
    language: str
    """The language in which the text is written."""
    wanted: str
    """The language in which the text must be said."""
    written_in: tuple[str, ...] = (OWN,)
    """The languages in which the pathway has the text."""
    giver: str = ""
    """`person` or `guardian`: who is to answer; empty if the pathway does not say."""


def read_out(
    view: View, task: str, agency: str, language: str | None = None, reader: str = OWN
) -> ReadOut:
    """What is to be read out to the person in a task that asks for consent.

    Args:
        agency: the agency that asks.
        language: the language to ask in. If it is left out, this is the language in the field that
            the consent names or, if there is none, the reader's.
        reader: the language of whoever reads it out; English is used if the pathway lacks it.

    Raises:
        Refusal: `not_a_consent`, or as in `task_lifecycle.find`.
    """
    asked = find(view, task, agency)
    if asked.kind is not TaskKind.CONSENT:
        raise Refusal("not_a_consent", task=task)
    name = view.pathway.steps[asked.step].step.consent or ""
    field = view.pathway.consent(name).language
    by_default = reader if reader in view.pathway.languages else OWN
    wanted = language or str(view.state.data.get(field or "") or by_default)
    written = view.pathway.spoken(wanted).language
    return ReadOut(
        text_of(view, name, written),
        written,
        base_of(wanted),
        view.pathway.languages,
        guardians.who_answers(view.pathway, view.state, name) or "",
    )


def text_of(view: View, consent: str, language: str = OWN) -> str:
    """The question with its agencies, its country and the titles of what is shown filled in.

    For a class of agencies, the question names the agency that would be asked first. If the pathway
    has no text in the language, the question is in English, for an interpreter.
    """
    asked, spoken = view.pathway.consent(consent), view.pathway.spoken(language)
    named = [_agency(view, role, spoken, first=bool(asked.any)) for role in asked.to]
    filled = {
        "agency": ", ".join(dict.fromkeys(named)),
        "country": _country(view, asked.to, spoken.language),
        "shown": ", ".join(_within(spoken.data[name]) for name in asked.shows),
    }
    return PLACE.sub(lambda place: filled[place[1]], spoken.consents[consent])


def hash_of(view: View, consent: str, language: str) -> str:
    """A hash that later proves which words were read out.

    Source: consent is recorded with the version of its text (D1).
    """
    return _hash(text_of(view, consent, language))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class WordsReadOut(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it was read out, as far as that is known."""

    text: str
    language: str
    is_exact: bool
    """Whether the words match the stored hash. If not, agencies named in them may have been
    renamed since, other agencies would be named today, or the consent has another name now.
    """


def words_read_out(
    view: View, pathways: Mapping[int, Pathway], consent: str, language: str
) -> WordsReadOut:
    """What the person was asked, in the version and language of that time.

    Args:
        pathways: the versions under which the case has run, by number.
        language: the language to use if the language in which the person was asked is not known.
    """
    given = view.state.consents[consent]
    pathway = pathways.get(given.version, view.pathway)
    if consent not in pathway.definition.consents:  # the consent had another name then
        pathway = view.pathway
    then = View(pathway, view.state, view.now, view.registry, view.calendars)
    spoken = given.language or language
    text = text_of(then, consent, spoken)
    return WordsReadOut(
        text=text,
        language=pathway.spoken(spoken).language,
        is_exact=_hash(text) == given.text_hash,
    )


def _within(text: str) -> str:
    """A title inside a sentence: its first letter in lower case, but not in `HIV test` or `A4 form`."""
    keeps = text[1:2].isupper() or text[1:2].isdigit()
    return text if keeps else text[:1].lower() + text[1:]


def _agency(view: View, role: str, spoken: Translation, *, first: bool) -> str:
    """The agency's name; the role's title if no agency is known yet."""
    found = view.candidates(role)[:1] if first else []
    code = found[0].code if found else recipient(view, role)
    known = view.registry.by_code.get(code or "")
    return known.name if known else _within(spoken.roles[role])


def recipient(view: View, role: str) -> str | None:
    """The agency that the consent names for a role: the one that would act in it.

    If all have declined, the first of them, which may be asked again. None if there is no agency
    for the role.
    """
    able = view.acting(role) or view.fitting(role)
    return able or next((each.code for each in view.candidates(role)), None)


def _country(view: View, to: tuple[str, ...], language: str) -> str:
    """The name of the recipients' country or, if the consent names nobody, of the country that a
    journey would lead to; empty if that is not known.
    """
    sides = [view.side_of(role) for role in to] or [*reversed(view.pathway.definition.sides)]
    known = (view.state.sides[side] for side in sides if side in view.state.sides)
    return next((name_in(code, language, OWN) for code in known), "")


def require_language(view: View, consent: str, act: RecordConsent) -> None:
    """Raises Refusal `wrong_language` if the language is neither a code nor one of the choices that
    the pathway offers for the person's language. This keeps free text out of consents.
    """
    field = view.pathway.definition.data.get(view.pathway.consent(consent).language or "")
    if not (is_language(act.language) or (field and act.language in field.words)):
        raise Refusal("wrong_language.no_code")


def require_understood(view: View, consent: str, act: RecordConsent) -> None:
    """Raises Refusal `wrong_language` unless the person could understand the question.

    Source: asked in a language that the person speaks, or with an interpreter (F38).
    """
    field = view.pathway.consent(consent).language
    if field is None or act.interpreter:
        return
    spoken = view.state.data.get(field)
    if spoken is None:
        raise Refusal("wrong_language.unknown", field=field)
    if spoken != act.language:
        raise Refusal("wrong_language.other", spoken=str(spoken), asked=act.language)


_CODE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}))?", re.IGNORECASE | re.ASCII)


def is_language(code: str) -> bool:
    """Whether a text is the code of a language, perhaps with a country: `ha`, `pt-BR` (BCP 47)."""
    found = _CODE.fullmatch(code)
    if found is None or found[1].lower() not in _codes():
        return False
    return found[2] is None or is_country(found[2].upper())


@cache
def _codes() -> frozenset[str]:
    from babel import Locale  # slow to import, and only consents need it

    return frozenset(Locale("en").languages)
