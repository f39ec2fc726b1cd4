"""Checks one pathway: its faults, and what a walk through all its possible cases shows."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from engine.agencies.file import load_registry
from engine.assumptions import Assumption, assumptions
from engine.checks.cover_rules import second_agencies, told_instead
from engine.checks.end_rules import idle_reopening
from engine.checks.faults import Fault
from engine.checks.midnights import unplaced_limits
from engine.checks.passing import passing_decisions
from engine.checks.places_of_periods import places_without_days
from engine.checks.silent_ends import silent_ends
from engine.checks.unused import loose_ends
from engine.coding import read_codes
from engine.definition import Definition
from engine.documents.document import Document
from engine.errors import DefinitionError, Problem
from engine.loader import checked, problems_of
from engine.message import message
from engine.pathway import Pathway
from engine.proofs import MOST_SITUATIONS, prove
from engine.scenarios import Played, load_scenarios
from engine.simulation.rates_file import load_rates
from engine.speaking import read_languages
from engine.templates import Around, ReadBeside, Source, read_pathway

AHEAD = 5
"""How many years beyond the last moment of the scenarios their calendars reach."""


class Walked(msgspec.Struct, frozen=True):
    """How far a walk through all possible cases got."""

    situations: int
    complete: bool
    """Whether the walk shows for certain what no case ever reaches."""
    stopped: bool
    """Whether the walk stopped at the limit, with more situations left to look at."""


class Checkup(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found in a pathway, each finding at its place."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    walked: Walked | None = None
    """None if no walk took place, because the pathway has faults."""
    pathway: Pathway | None = None
    """The pathway that was checked; None if it has faults of its own, so that it cannot be used."""


def check(
    text: str,
    file: str,
    beside: ReadBeside,
    around: Around,
    most: int = MOST_SITUATIONS,
    *,
    registry: Source | None = None,
) -> Checkup:
    """Check a pathway, and the translations and code lists around it.

    Args:
        most: the most situations to examine.
        registry: the registry beside the pathway, in which the places of its periods are looked up.
    """
    try:
        document = read_pathway(text, file, beside)
        pathway = checked(document)
    except DefinitionError as error:
        return Checkup(problems=tuple(error.problems))
    problems, notes = _around(text, file, pathway.definition, beside, around)
    walked = _walk(document, pathway, most)
    unplaced = _unplaced(pathway, registry) if registry else []
    return Checkup(
        problems=(*problems, *walked.problems),
        notes=(*notes, *problems_of(document, unplaced), *walked.notes),
        assumptions=tuple(assumptions(document)),
        walked=walked.walked,
        pathway=pathway,
    )


def _around(
    text: str, file: str, definition: Definition, beside: ReadBeside, around: Around
) -> tuple[list[Problem], list[Problem]]:
    """The faults in the files around a pathway, and notes on the parts of them that do not
    apply.
    """
    problems, notes = list[Problem](), list[Problem]()
    for read in (read_languages, read_codes):
        try:
            notes += read(text, file, definition, beside, around).left_out
        except DefinitionError as error:
            problems += error.problems
    return problems, notes


def _walk(document: Document, pathway: Pathway, most: int) -> Checkup:
    """What a walk through all possible cases of a faultless pathway shows, with notes on anything
    worth a look.
    """
    with _nothing_collected():
        proof = prove(pathway, most)
    definition = pathway.definition
    notes = (
        *silent_ends(definition),
        *loose_ends(definition),
        *unplaced_limits(definition),
        *passing_decisions(definition),
        *second_agencies(definition),
        *told_instead(definition),
        *idle_reopening(definition),
        *proof.notes,
    )
    return Checkup(
        problems=tuple(problems_of(document, proof.faults)),
        notes=tuple(problems_of(document, notes)),
        walked=Walked(proof.situations, proof.complete, proof.stopped),
    )


def _unplaced(pathway: Pathway, registry: Source) -> list[Fault]:
    """Notes on places that have no calendar in a registry; none if the registry has faults, which
    are told wherever it is used.
    """
    if not any(time.places for time in pathway.times):  # reading a registry takes a while
        return []
    try:
        known = load_registry(registry.text, registry.file).zones
    except DefinitionError:
        return []
    return places_without_days(pathway.definition, known, registry.file)


def tried(scenarios: Source, registry: Source, pathway: Pathway) -> list[Problem]:
    """Play a pathway's scenarios with a registry, and return what they expected that did not
    happen. Nothing is sent or stored.

    Raises:
        DefinitionError: the scenarios or the registry cannot be used.
        CalendarError: a country's holidays are known for none of the years that the scenarios
            need, or a moment such as `+3 working days` is beyond the calendars.
    """
    known = load_registry(registry.text, registry.file)
    played = load_scenarios(scenarios.text, scenarios.file)
    played.require_names(pathway, known.registry)
    first, last = played.years
    calendars = known.calendars(first - 1, last + AHEAD)
    return missed(played.play(each, pathway, known.registry, calendars) for each in played.names)


def rated(rates: Source, registry: Source | None, pathway: Pathway) -> list[Problem]:
    """What is wrong in a pathway's rates or in the registry used with them. Without a registry,
    agencies and countries are not checked.
    """
    try:
        known = load_registry(registry.text, registry.file).registry if registry else None
        load_rates(rates.text, rates.file, pathway, known)
    except DefinitionError as error:
        return error.problems
    return []


def missed(played: Iterable[Played]) -> list[Problem]:
    """Whatever the scenarios expected that did not happen, each at its place."""
    return [
        Problem(
            miss.problem.place,
            message("scenario.missed", what=miss.problem.message, scenario=miss.scenario),
        )
        for each in played
        for miss in each.misses
    ]


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A context in which the cyclic garbage collector, which finds next to nothing here, is off.

    A walk keeps everything it finds to the end, and scanning it again and again takes a tenth of
    the time to save a thirtieth of the memory.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
