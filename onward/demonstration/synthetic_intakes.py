"""Synthetic intakes: rows of a CSV with columns of IOM's HTCDS and others of our own (see
`pathways/west_africa/cases.md`).
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import msgspec

from engine.errors import Coded
from engine.message import message
from engine.phrases.moments import read_moment

_FIELDS = {
    "home_country": "origin_country",
    "speaks": "contact_language",
    "asylum": "asylum",
    "risk": "risk",
}
"""Fields of the pathway that a column answers directly, each with that column."""
_NEEDS = {"health": "health", "psychosocial": "counselling"}
"""The needs that the pathway asks about in one field, as an intake and as the pathway call them.
Other needs have steps of their own.
"""
_BANDS = ((45, "from_45"), (25, "from_25_to_44"), (18, "from_18_to_24"))


class IntakeError(Coded):
    """A row cannot be used; the text names its line and column, never its content."""


class SyntheticIntake(msgspec.Struct, frozen=True, kw_only=True):
    """One made-up first contact with a person."""

    row: dict[str, str]
    host: str
    origin: str
    agency: str
    """The agency that opens the case."""
    opened_at: datetime

    def answer(self, field: str, step: str) -> str | None:
        """The answer to a field that is not protected; None if the intake does not give it.

        If the person's age is in doubt, the answer says so in the first interview only; later
        steps, which resolve the doubt, get no answer from here.
        """
        if field in _FIELDS:
            return self.row[_FIELDS[field]] or None
        if field == "needs":
            wanted = [_NEEDS[each] for each in self.row["needs"].split(";") if each in _NEEDS]
            return "several" if len(wanted) > 1 else next(iter(wanted), None)
        if field == "age_band" and self.row["prs_Birthdate"]:
            age = self.opened_at.year - date.fromisoformat(self.row["prs_Birthdate"]).year
            return next((band for least, band in _BANDS if age >= least), None)
        if field == "adult_by_statement":
            unsure = self.row["adult"] != "yes" and step == "first_talk"
            return "unsure" if unsure else "adult" if self.row["adult"] == "yes" else None
        return None

    def protected(self, field: str) -> str | None:
        """A protected answer: the person's name or date of birth, or neutral words for any other
        field. None if the row has no date of birth.
        """
        if field == "birth_date":
            return self.row["prs_Birthdate"] or None
        if field == "full_name":
            return f"{self.row['prs_FirstName']} {self.row['prs_SecondName']}"
        return "As talked about."


def read_intakes(text: str, file: str) -> list[SyntheticIntake]:
    """Read the intakes in the text of a CSV.

    Args:
        file: the name of the CSV's file, for errors.

    Raises:
        IntakeError: a column that every intake needs is missing, or `opened_at` is not a
            moment with a zone.
    """
    return [_intake(row, f"{file}:{line}") for line, row in enumerate(_rows(text), 2)]


def _rows(text: str) -> list[dict[str, str]]:
    return [dict(row) for row in csv.DictReader(io.StringIO(text))]


def _intake(row: dict[str, str], place: str) -> SyntheticIntake:
    try:
        opened = read_moment(row["opened_at"])
        if opened.tzinfo is None:
            raise ValueError
        return SyntheticIntake(
            row=row,
            host=row["host_country"],
            origin=row["origin_country"],
            agency=row["opening_agency"],
            opened_at=opened,
        )
    except KeyError as missing:
        column = str(missing.args[0])
        raise IntakeError(message("demonstration.no_column", place=place, column=column)) from None
    except ValueError:
        raise IntakeError(message("demonstration.no_moment", place=place)) from None
