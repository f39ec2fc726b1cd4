"""Filters of a worklist: which part somebody wants to see, and what they can choose from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.principal import Principal
from engine.countries import country_of, name_in
from engine.translation import OWN
from models.columns import table_of
from models.definitions import PathwayVersion
from models.installation import Installation
from models.work import CaseTask

if TYPE_CHECKING:
    from engine.pathway import Pathway

_TASKS, _VERSIONS = table_of(CaseTask), table_of(PathwayVersion)
_INSTALLATION = table_of(Installation)


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks of a worklist are wanted; all by default."""

    overdue: bool = False
    mine: bool = False
    """Only tasks claimed by the reader."""
    unclaimed: bool = False
    since: datetime | None = None
    """Only tasks opened after this time."""
    role: str = ""
    """Only tasks of this role, by its name."""
    stage: str = ""
    """Only tasks in this stage, as `PATHWAY.STAGE`."""
    country: str = ""
    """Only tasks in cases whose responsible agency is in this country."""

    def conditions(
        self, onward: Onward, connection: Connection, by: Principal
    ) -> Iterator[ColumnElement[bool]]:
        if self.overdue:
            yield _TASKS.c.overdue
        if self.mine:
            yield _TASKS.c.claimed_by == by.person
        if self.unclaimed:
            yield _TASKS.c.claimed_by == ""
        if self.since:
            yield _TASKS.c.opened_at > self.since
        if self.role:
            yield _TASKS.c.role == self.role
        if self.country:
            yield CASES.c.responsible.startswith(f"{self.country}-", autoescape=True)
        if self.stage:
            yield _in_stage(onward, connection, self.stage)


def _in_stage(onward: Onward, connection: Connection, wanted: str) -> ColumnElement[bool]:
    """The condition that a task's step is in a stage, in any version of the pathway."""
    name, _, stage = wanted.partition(".")
    ids = connection.scalars(select(_VERSIONS.c.id).where(_VERSIONS.c.name == name)).all()
    pathways = (onward.library.pathway(connection, each) for each in ids)
    steps = {
        step for pathway in pathways for step, plan in pathway.steps.items() if plan.stage == stage
    }
    return and_(CASES.c.pathway == name, _TASKS.c.step.in_(sorted(steps)))


class FilterChoice(NamedTuple):
    """A value that a worklist can be filtered by."""

    value: str
    text: str
    """What the reader sees for the value, in their language if there is a translation."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency can filter its worklist by."""

    stages: tuple[FilterChoice, ...]
    roles: tuple[FilterChoice, ...]
    """The roles that the agency may hold."""
    countries: tuple[FilterChoice, ...]


def choices(onward: Onward, by: Principal, language: str = OWN) -> Choices:
    """What the agency can filter by: stages and roles from the newest versions of the pathways in
    which it may act, and the countries of all agencies in the registry.
    """
    authority.require(by, Right.READ)
    with onward.store.read() as connection:
        at = connection.scalar(select(_INSTALLATION.c.reference_version)) or 0
        registry = onward.library.reference(connection, at).registry
        known = registry.by_code.get(by.agency)
        types = frozenset(known.roles if known else ())
        found = [each for each in onward.library.newest(connection, at) if _acts_in(each, types)]
    stages, roles = dict[str, str](), dict[str, str]()
    for pathway in found:
        spoken = pathway.spoken(language)
        for stage in pathway.definition.stages:
            stages[f"{pathway.name}.{stage}"] = spoken.stage(stage)
        for role, plan in pathway.roles.items():
            if plan.type in types:
                roles.setdefault(role, spoken.roles[role])
    countries = {country_of(code) for code in registry.by_code}
    named = {code: name_in(code, language, OWN) for code in countries}
    return Choices(
        stages=tuple(FilterChoice(*each) for each in stages.items()),
        roles=tuple(
            FilterChoice(*each) for each in sorted(roles.items(), key=lambda each: each[1])
        ),
        countries=tuple(
            FilterChoice(*each) for each in sorted(named.items(), key=lambda each: each[1])
        ),
    )


def _acts_in(pathway: Pathway, types: frozenset[str]) -> bool:
    return any(plan.type in types for plan in pathway.roles.values())
