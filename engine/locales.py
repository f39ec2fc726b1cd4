"""Languages by their codes, and the locales in which they are written."""

from __future__ import annotations

from functools import cache

_LOCALES = {"en": "en_GB", "pt": "pt_PT"}
"""CLDR's default English is American and its default Portuguese Brazilian; neither is used in West
Africa.
"""


def base_of(language: str) -> str:
    """A language's code alone, in small letters: `fr` for `fr-CI` and for `FR`."""
    return language.replace("_", "-").partition("-")[0].strip().lower()


def locale_of(language: str) -> str:
    """The CLDR locale for writing names and dates in a language: `fr`, `pt_PT`."""
    base = base_of(language)
    return _LOCALES.get(base, base)


@cache
def language_name(code: str, language: str) -> str:
    """The name of a language in another language: `fr` is French in `en`. Empty if there is none.

    Source: Unicode CLDR, languages.
    """
    from babel import Locale  # slow to import, and few commands name a language

    return str(Locale.parse(locale_of(language)).languages.get(code, ""))
