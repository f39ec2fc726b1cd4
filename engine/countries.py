"""Which countries exist (ISO 3166-1 alpha-2, from `tzdata`), and their names by language (CLDR,
from Babel).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from engine.locales import locale_of
from engine.message import Message, finding

_ALSO_WRITTEN = {"EL": "GR", "UK": "GB"}
"""The European Union's own codes, which its agencies use on every form, each with the code of
ISO 3166-1 for the same country.
"""
_AGREED = {"XK": "Kosovo"}
"""Codes that ISO 3166-1 leaves to its users, and so lists in no table, but that the European Union
and IOM use. No other such code is accepted.
"""
EXAMPLE = "write a code of ISO 3166-1, as in `GH`"


def is_country(code: str) -> bool:
    """Whether a country has this code today; unassigned codes (`XA`) do not count."""
    return code in names()


def country_of(code: str) -> str:
    """The country at the start of an agency's or a place's code: `GH` for `GH-GPS` and for
    `GH-AF`.
    """
    return code.partition("-")[0]


def fault_of_country(code: str) -> Message:
    """What is wrong with a code that does not belong to any country, and how to mend it."""
    near = [_ALSO_WRITTEN[code]] if code in _ALSO_WRITTEN else _beginning_with(code)
    if not near:
        return finding("no_country", code=code)
    meant = tuple(finding("country", code=each, name=names()[each]) for each in near)
    return finding("no_country_so_near", code=code, meant=meant)


def code_of(name: str) -> str | None:
    """The code of a country by its English name: `India` gives `IN`. None if there is none."""
    wanted = name.strip().lower()
    return next((code for code, each in names().items() if each.lower() == wanted), None)


def _beginning_with(letters: str) -> list[str]:
    """The codes of the countries whose names begin with a wrong code: `BF` and `BI` for `BUR`.
    Empty if there are more than four.
    """
    found = [code for code, name in names().items() if name.upper().startswith(letters)]
    return found if len(found) <= _MOST_NAMED else []


_MOST_NAMED = 4


@cache
def name_in(code: str, *languages: str) -> str:
    """The name of a country in the first of these languages that has one: `NG` is Нигерия in `bg`.
    If none has, the code itself.

    Source: Unicode CLDR, territories.
    """
    from babel import (
        Locale,
        UnknownLocaleError,
    )  # slow to import, and few commands name a country

    for language in languages:
        try:
            known = Locale.parse(locale_of(language)).territories.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        if known:
            return str(known)
    return code


@cache
def names() -> dict[str, str]:
    """The English name of each country, by its code."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"]
    return {code: name.replace(" (UK)", "") for code, name in rows} | _AGREED
