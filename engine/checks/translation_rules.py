"""Checks the texts of a translation: each must belong to something in the pathway and use only
words that are allowed there. Also lists what has no text in the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine import neutral
from engine.checks.consent_rules import check_question
from engine.checks.faults import Fault, Path, unknown
from engine.checks.written import check_line, check_unseen
from engine.message import finding
from engine.nearest import nearest
from engine.reading_out import PLACE
from engine.translation import Entries, Key, ShownText

_OUTSIDE = ("roles", "stages", "steps", "interrupts", "ends")
"""The sections whose texts are shown in lists and notices, and so have only neutral words (D4)."""
KINDS: Mapping[str, str] = {
    "data": "field",
    "words": "choice_or_outcome",
    "consent_titles": "consent",
    "role_types": "role_type",
    "bases": "basis",
}


def check_translation(
    said: Mapping[Key, str | ShownText], english: Entries
) -> Iterator[tuple[Key, Fault]]:
    """Faults in the texts of a translation, each with the key of its entry; the fault's path is
    relative to that entry. A missing text is not a fault.
    """
    for key, text in said.items():
        section, name = key
        if key not in english:
            known = [other for kind, other in english if kind == section]
            kind = KINDS.get(section, section.removesuffix("s"))
            yield key, unknown(kind, name, known, ())
            continue
        for fault in _text(section, text, english[key]):
            yield key, fault


def missing(said: Mapping[Key, str | ShownText], english: Entries) -> dict[str, list[str]]:
    """By section, the names that have no text in this language."""
    found: dict[str, list[str]] = {}
    for section, name in english:
        if (section, name) not in said:
            found.setdefault(section, []).append(name)
    return found


def _text(section: str, text: str | ShownText, own: str | ShownText) -> Iterator[Fault]:
    if isinstance(text, ShownText) and isinstance(own, ShownText):
        yield from _shown(text, own)
    elif section == "consents":
        yield from _question(str(text), str(own))
    else:
        yield from check_line(str(text), ())
        if not neutral.forbidden_words(str(own)):  # else it is the name of an end that is not told
            yield from _neutral(section, str(text), ())


def _shown(text: ShownText, own: ShownText) -> Iterator[Fault]:
    where: Path = ("label",) if text.label else ("title",)
    yield from check_line(text.title, ("title",))
    yield from check_line(text.label, ("label",))
    if own.label and not text.label:
        yield Fault(("title",), finding("translation.label", label=own.label))
    else:
        yield from _neutral("steps", text.outside, where)


def _neutral(section: str, text: str, path: Path) -> Iterator[Fault]:
    bad = neutral.forbidden_words(text) if section in _OUTSIDE else ()
    if bad:
        if path == ("title",):
            yield Fault(path, finding("name.not_for_notices", word=bad[0]))
        else:
            yield Fault(path, finding("translation.not_for_notices", word=bad[0]))


def _question(text: str, own: str) -> Iterator[Fault]:
    yield from check_unseen(text.replace("\n", " "), ())
    faults = list(check_question(text, ()))
    yield from faults
    if faults:
        return
    places, wanted = PLACE.findall(text), PLACE.findall(own)
    for place in dict.fromkeys(places):
        if place not in wanted:
            what = finding("translation.place_of_its_own", place=place)
            if near := nearest(place, wanted):
                what = finding("translation.place_like", place=place, near=near)
            found = re.search(re.escape(f"{{{place}}}"), text)
            yield Fault((), what, column=found.start() + 1 if found else 1)
    for place in dict.fromkeys(wanted):
        if place not in places:
            yield Fault((), finding("translation.place_missing", place=place))
