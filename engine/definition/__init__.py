"""A pathway as a coordinator writes it: a type for every part of its YAML.

Expressions are parsed together with the definition; `checks` tells whether the names in them exist.
A JSON Schema for editors comes from the same models (`engine.schemas`).
"""

from engine.definition.bases import Basis, Ground
from engine.definition.consents import Consent, Stopping
from engine.definition.data import DataField
from engine.definition.ends import End, Reopening, reopens_from
from engine.definition.entries import Entry, EntryName, Flag, Path, walked
from engine.definition.forms import FormItem
from engine.definition.interrupts import ALL, Interrupt
from engine.definition.kept_for import Retention
from engine.definition.link_terms import Links
from engine.definition.panels import Panel
from engine.definition.roles import Role
from engine.definition.steps import Arrival, Repeat, Series, Stage, Step, periods_from
from engine.definition.templates import Heading, Part, PathwayFile, Use
from engine.definition.times import (
    Extension,
    NamedTime,
    Running,
    Shortening,
    Time,
    answered_lengths,
    birth_dates,
    moments_of,
    most_answered,
)
from engine.definition.whole import Definition, RunningCases
from engine.definition.words import words_at

__all__ = [
    "ALL",
    "Arrival",
    "Basis",
    "Consent",
    "DataField",
    "Definition",
    "End",
    "Entry",
    "EntryName",
    "Extension",
    "Flag",
    "FormItem",
    "Ground",
    "Heading",
    "Interrupt",
    "Links",
    "NamedTime",
    "Panel",
    "Part",
    "Path",
    "PathwayFile",
    "Reopening",
    "Repeat",
    "Retention",
    "Role",
    "Running",
    "RunningCases",
    "Series",
    "Shortening",
    "Stage",
    "Step",
    "Stopping",
    "Time",
    "Use",
    "answered_lengths",
    "birth_dates",
    "moments_of",
    "most_answered",
    "periods_from",
    "reopens_from",
    "walked",
    "words_at",
]
