"""The words in which the person was asked to agree, found again by their stored digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from engine.pathway import Pathway
from engine.reading_out import text_of
from engine.view import View


class WordsReadOut(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it was read out, as far as that is known."""

    text: str
    language: str
    is_exact: bool
    """The words match the stored digest. Otherwise agencies in them have been renamed since, or
    others would be named today.
    """


def words_read_out(
    view: View, pathways: Mapping[int, Pathway], consent: str, language: str
) -> WordsReadOut:
    """What the person was asked, in the version and language of that time.

    Args:
        language: the language to use if it is not known in which the person was asked.
    """
    given = view.state.consents[consent]
    pathway = pathways.get(given.version, view.pathway)
    if consent not in pathway.definition.consents:  # it had another name then
        pathway = view.pathway
    then = View(pathway, view.state, view.now, view.registry, view.calendars)
    written = pathway.spoken(given.language or language).language
    text = text_of(then, consent, given.language or language)
    is_exact = hashlib.sha256(text.encode()).hexdigest() == given.text_hash
    return WordsReadOut(text=text, language=written, is_exact=is_exact)
