"""A whole pathway, as a coordinator writes it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from engine.definition.bases import Basis
from engine.definition.consents import Consent, Stopping, WrittenStopping
from engine.definition.data import DataField
from engine.definition.ends import Reopening, WrittenEnd
from engine.definition.entries import ConditionText, Entry, EntryName, EntryNames, Title
from engine.definition.interrupts import Interrupt
from engine.definition.kept_for import Retention
from engine.definition.link_terms import Links
from engine.definition.roles import RoleText
from engine.definition.steps import Stage
from engine.definition.times import NamedTiming, Time, Timing


class RunningCases(Entry):
    """What a new version means for cases running on earlier versions."""

    rule: Literal["pin", "migrate", "ask"]
    """`pin`: these cases stay where they are; `migrate`: they move; `ask`: each moves once its
    responsible agency agrees.
    """
    when: ConditionText | None = None
    """Only cases for which this holds move; the condition uses the names of this version."""


def _running_cases(value: object) -> object:
    """`migrate` is short for `{rule: migrate}`."""
    return {"rule": value} if isinstance(value, str) else value


_Written = Literal["pin", "migrate", "ask"] | RunningCases


class Definition(Entry):
    """A whole pathway."""

    pathway: EntryName
    """The pathway's name, in small letters; it stays the same over all versions."""
    version: Annotated[int, Field(ge=1)]
    """A whole number that rises with each version that is published."""
    title: Title
    """The pathway's title, as people read it."""
    effective: date
    """The first day on which cases may be opened on this version."""
    running_cases: Annotated[
        RunningCases, BeforeValidator(_running_cases, json_schema_input_type=_Written)
    ] = RunningCases(rule="pin")
    """What happens to cases running on earlier versions: `pin`, `migrate` or `ask`."""
    source: str | None = None
    """The law or agreement behind the pathway."""
    review: Timing = Field(
        default_factory=lambda: Time.model_validate({"time": "1 month", "assumed": True})
    )
    """How often the responsible agency is asked to look at an open case."""
    retention: Retention | None = None
    """How long the values of a case are kept once it has ended. A country's limits may change this
    period; if no period is given here, the limits alone decide.
    """
    sides: Annotated[tuple[EntryName, ...], Field(min_length=1)]
    """The sides. Cases are opened on the first; the country of each other side becomes known through a
    field that `binds` the side.
    """
    roles: Annotated[dict[EntryName, RoleText], Field(min_length=1)]
    """Who does what: `name: role_type @ side`."""
    overrides: EntryNames = ()
    """Roles that may skip or open a step against the rules, giving a reason; the case then stays
    flagged for good.
    """
    reopen: Reopening | None = None
    """Who may reopen a case that has ended, and where it then continues; if left out, nobody may."""
    data: dict[EntryName, DataField] = Field(default_factory=dict)
    """What is known of a case: fields with their types."""
    consents: dict[EntryName, Consent] = Field(default_factory=dict)
    """What the person is asked to agree to."""
    stop: WrittenStopping = Field(
        default_factory=lambda: Stopping.model_validate({"time": "3 days", "assumed": True})
    )
    """How long an agency has to confirm that it has stopped, once a consent is withdrawn."""
    bases: dict[EntryName, Basis] = Field(default_factory=dict)
    """Who may know of the case and read parts of it by law, whatever the person has said."""
    links: Links = Field(default_factory=Links)
    """What a link or a merge with another case needs, and which answers may then come along from it."""
    clocks: dict[EntryName, NamedTiming] = Field(default_factory=dict)
    """Periods and moments with names of their own."""
    stages: Annotated[dict[EntryName, Stage], Field(min_length=1)]
    """What is done, stage by stage and step by step."""
    interrupts: dict[EntryName, Interrupt] = Field(default_factory=dict)
    """What may happen at any time."""
    ends: Annotated[dict[EntryName, WrittenEnd], Field(min_length=1)]
    """How a case may end: `name: kind`."""

    @property
    def opening_types(self) -> frozenset[str]:
        """The types of the first step's roles: agencies with one of these types may open cases.
        Empty if that step names no declared role in `by`; then any agency may.
        """
        steps = (step for stage in self.stages.values() for step in stage.steps.values())
        by = first.by if (first := next(steps, None)) else ()
        return frozenset(self.roles[role].type for role in by if role in self.roles)

    def may_be_opened_by(self, types: Collection[str]) -> bool:
        """Whether an agency with these types may open cases, because it may do the first step. If that
        step names no declared role in `by`, any agency may.
        """
        able = self.opening_types
        return not able or not able.isdisjoint(types)
