"""Languages by their codes, and the locales in which they are written."""

from __future__ import annotations

from functools import cache

_LOCALES = {"en": "en_GB", "pt": "pt_PT"}
"""The CLDR's English is American by default, its Portuguese Brazilian; West Africa writes neither."""


def base_of(language: str) -> str:
    """`fr-CI` and `FR` both give `fr`."""
    return language.replace("_", "-").partition("-")[0].strip().lower()


def locale_of(language: str) -> str:
    """The CLDR locale in which names and dates of a language are written: `fr`, `pt_PT`."""
    base = base_of(language)
    return _LOCALES.get(base, base)


@cache
def language_name(code: str, language: str) -> str:
    """The name of a language as another one has it: `fr` is French in `en`. Empty if it has none.

    Source: Unicode CLDR, languages.
    """
    from babel import Locale  # few commands name a language, and it takes a while

    return str(Locale.parse(locale_of(language)).languages.get(code, ""))
