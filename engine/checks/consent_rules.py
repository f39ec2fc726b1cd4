"""Consents: whom they name, what they show, and the words in which the person is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Consent
from engine.reading_out import PLACE, PLACES


def check_consent(names: Names, name: str, consent: Consent) -> Iterator[Fault]:
    path: Path = ("consents", name)
    for number, role in enumerate(consent.to):
        yield from names.role(role, (*path, "to", number))
    if consent.any and not consent.to:
        yield Fault((*path, "any"), "a class of whom was read out?", "add `to:` and a role")
    elif consent.shows and not consent.to:
        yield Fault((*path, "shows"), "who may see this?", "add `to:` and a role, or leave it out")
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
        remedy = f"add `consent: {name}` to the step in which the person is asked"
        yield Fault(path, "no step asks for this consent", remedy, absent=True)


def _shown(names: Names, consent: Consent, path: Path) -> Iterator[Fault]:
    for number, shown in enumerate(consent.shows):
        if shown not in names.d.data:
            yield unknown("field", shown, names.d.data, (*path, number))
        elif shown in names.birth_dates:
            yield Fault(
                (*path, number),
                f"`{shown}` is a date of birth: who is asked needs an age, not the day",
                "show a choice such as an age band; who needs the day asks for it in a form",
            )


def check_question(text: str, path: Path) -> Iterator[Fault]:
    """What is read out asks something, and can be filled in."""
    for place in PLACE.findall(text):
        if place not in PLACES:
            known = ", ".join(f"`{{{each}}}`" for each in PLACES)
            what = f"nothing can be filled in for `{{{place}}}`"
            yield Fault(path, what, f"known: {known}")
    if not text.strip():
        yield Fault(path, "nothing is asked here", "write what is read out to the person")
    if brace := re.search("[{}]", PLACE.sub(lambda found: " " * len(found[0]), text)):
        what = f"this `{brace[0]}` has no other half"
        yield Fault(path, what, "write for example `{agency}`", brace.start() + 1)


def _words(names: Names, consent: Consent, path: Path) -> Iterator[Fault]:
    """What is read out can be filled in, and the language can be known."""
    yield from check_question(consent.ask, (*path, "ask"))
    if "{agency}" in consent.ask and not consent.to:
        remedy = "add `to:` and a role, or ask without `{agency}`"
        yield Fault((*path, "ask"), "no agency can be named here", remedy)
    if consent.language is None:
        return
    field = names.d.data.get(consent.language)
    if field is None:
        yield unknown("field", consent.language, names.d.data, (*path, "language"))
    elif field.type != "choice" or field.many:
        remedy = f"make `{consent.language}` a choice, as in `choice: [en, fr, pt]`"
        yield Fault((*path, "language"), "a language is one of several words", remedy)
