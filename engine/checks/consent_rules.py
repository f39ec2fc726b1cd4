"""Consents: who is named, what is shown, and the wording of the question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Consent
from engine.message import finding
from engine.reading_out import PLACE, PLACES


def check_consent(names: Names, name: str, consent: Consent) -> Iterator[Fault]:
    path: Path = ("consents", name)
    for number, role in enumerate(consent.to):
        yield from names.role(role, (*path, "to", number))
    if consent.any and not consent.to:
        yield Fault((*path, "any"), finding("consent.any_of_nobody"))
    elif consent.shows and not consent.to:
        yield Fault((*path, "shows"), finding("consent.shows_nobody"))
    yield from _shown(names, consent, (*path, "shows"))
    for number, step in enumerate(consent.reconfirm_before):
        if step not in names.steps:
            yield unknown("step", step, names.steps, (*path, "reconfirm_before", number))
    if consent.withdrawn:
        yield from names.reaction(consent.withdrawn, (*path, "withdrawn"))
    if consent.guardian is not None:
        yield from names.expression(consent.guardian, (*path, "guardian"))
    yield from _words(names, consent, path)
    if name not in names.asked_consents:
        yield Fault(path, finding("consent.not_asked", consent=name), absent=True)


def _shown(names: Names, consent: Consent, path: Path) -> Iterator[Fault]:
    for number, shown in enumerate(consent.shows):
        if shown not in names.d.data:
            yield unknown("field", shown, names.d.data, (*path, number))
        elif shown in names.birth_dates:
            yield Fault((*path, number), finding("consent.shows_birth_date", field=shown))


def check_question(text: str, path: Path) -> Iterator[Fault]:
    """Check that the question is not empty, and that its braces only mark known placeholders."""
    for place in PLACE.findall(text):
        if place not in PLACES:
            known = tuple(f"{{{each}}}" for each in PLACES)
            yield Fault(path, finding("question.place", place=place, known=known))
    if not text.strip():
        yield Fault(path, finding("question.empty"))
    if brace := re.search("[{}]", PLACE.sub(lambda found: " " * len(found[0]), text)):
        yield Fault(
            path, finding("question.half_a_brace", brace=brace[0]), column=brace.start() + 1
        )


def _words(names: Names, consent: Consent, path: Path) -> Iterator[Fault]:
    """Check that the question can be filled in, and that the field named by `language` can tell in
    which language the question is asked.
    """
    yield from check_question(consent.ask, (*path, "ask"))
    if "{agency}" in consent.ask and not consent.to:
        yield Fault((*path, "ask"), finding("question.no_agency"))
    if consent.language is None:
        return
    field = names.d.data.get(consent.language)
    if field is None:
        yield unknown("field", consent.language, names.d.data, (*path, "language"))
    elif field.type != "choice" or field.many:
        yield Fault((*path, "language"), finding("consent.language", field=consent.language))
