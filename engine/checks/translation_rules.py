"""A translation says all that the pathway says to people, in words that may stand where they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine import neutral
from engine.checks.consent_rules import check_question
from engine.checks.faults import Fault, Path, unknown
from engine.checks.written import check_line, check_unseen
from engine.nearest import nearest
from engine.reading_out import PLACE
from engine.translation import Entries, Key, ShownText

_OUTSIDE = ("roles", "stages", "steps", "interrupts", "ends")
"""What stands in lists and notices: only neutral words (D4)."""
_KINDS: Mapping[str, str] = {
    "data": "field",
    "words": "choice or outcome",
}


def check_translation(
    said: Mapping[Key, str | ShownText], english: Entries
) -> Iterator[tuple[Key, Fault]]:
    """What is wrong with what is there, each with the path from its entry."""
    for key, text in said.items():
        section, name = key
        if key not in english:
            known = [other for kind, other in english if kind == section]
            kind = _KINDS.get(section, section.removesuffix("s"))
            yield key, unknown(kind, name, known, ())
            continue
        for fault in _text(section, text, english[key]):
            yield key, fault


def missing(said: Mapping[Key, str | ShownText], english: Entries) -> dict[str, list[str]]:
    """By section, the names that have no words in this language."""
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
        yield from _neutral(section, str(text), ())


def _shown(text: ShownText, own: ShownText) -> Iterator[Fault]:
    where: Path = ("label",) if text.label else ("title",)
    yield from check_line(text.title, ("title",))
    yield from check_line(text.label, ("label",))
    if own.label and not text.label:
        what = f"the pathway shows a label in place of this title: {own.label}"
        yield Fault(("title",), what, "write `{title: ..., label: ...}`")
    else:
        yield from _neutral("steps", text.outside, where)


def _neutral(section: str, text: str, path: Path) -> Iterator[Fault]:
    bad = neutral.forbidden_words(text) if section in _OUTSIDE else ()
    if bad:
        remedy = "add a neutral `label:`" if path == ("title",) else "choose neutral words"
        yield Fault(path, f"`{bad[0]}` may not stand in a notice", remedy)


def _question(text: str, own: str) -> Iterator[Fault]:
    yield from check_unseen(text.replace("\n", " "), ())
    faults = list(check_question(text, ()))
    yield from faults
    if faults:
        return
    places, wanted = PLACE.findall(text), PLACE.findall(own)
    for place in dict.fromkeys(places):
        if place not in wanted:
            near = nearest(place, wanted)
            remedy = f"did you mean `{{{near}}}`?" if near else "leave it out"
            what = f"`{{{place}}}` is not in the English question"
            found = re.search(re.escape(f"{{{place}}}"), text)
            yield Fault((), what, remedy, found.start() + 1 if found else 1)
    for place in dict.fromkeys(wanted):
        if place not in places:
            what = f"`{{{place}}}` is in the English question and not in this one"
            yield Fault((), what, f"say `{{{place}}}` where it belongs")
