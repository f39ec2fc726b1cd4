"""Checks one pathway: its faults, and what a walk through all its possible cases shows."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import msgspec
from msgspec.structs import replace

from engine.agencies.file import load_registry
from engine.assumptions import Assumption, assumptions
from engine.checks.cover_rules import second_agencies, told_instead, types_of_nobody
from engine.checks.earlier_rounds import counted_from_before
from engine.checks.end_rules import idle_reopening
from engine.checks.faults import Fault
from engine.checks.midnights import unplaced_limits
from engine.checks.passing import passing_decisions
from engine.checks.places_of_periods import places_without_days
from engine.checks.silent_ends import silent_ends
from engine.checks.told_late import moved_by_late_reports
from engine.checks.unread import unread_fields
from engine.checks.unused import loose_ends
from engine.coding import read_codes
from engine.definition import Definition
from engine.documents.document import Document
from engine.errors import DefinitionError, EngineError, Problem
from engine.loader import checked, problems_of
from engine.message import Message, message
from engine.pathway import Pathway
from engine.proofs import DOUBT, MOST_SITUATIONS, Proven, prove
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
    doubtful: tuple[str, ...] = ()
    """The parts of which it is not certain that a case reaches them: neither the walk nor a
    scenario that passes has.
    """


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
    scenarios: Source | None = None,
) -> Checkup:
    """Check a pathway, and the translations and code lists around it.

    Args:
        most: the most situations to examine.
        registry: the registry beside the pathway, in which its agencies and the places of its
            periods are looked up.
        scenarios: the scenarios beside the pathway. What one of them reaches is not doubted; they
            are played only if the walk leaves a doubt.
    """
    try:
        document = read_pathway(text, file, beside)
        pathway = checked(document)
    except DefinitionError as error:
        return Checkup(problems=tuple(error.problems))
    problems, notes = _around(text, file, pathway.definition, beside, around)
    proof = _proven(pathway, most, registry, scenarios)
    walked = _walk(document, pathway, proof)
    beside_registry = _beside_registry(pathway, registry)
    return Checkup(
        problems=(*problems, *walked.problems),
        notes=(*notes, *problems_of(document, beside_registry), *walked.notes),
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


def _proven(
    pathway: Pathway, most: int, registry: Source | None, scenarios: Source | None
) -> Proven:
    """What a walk through all possible cases shows, without doubts that a scenario dispels."""
    with _nothing_collected():
        proof = prove(pathway, most)
    doubts = [each for each in proof.notes if each.message.code == DOUBT]
    if not (doubts and registry and scenarios):
        return proof
    seen = _reached(scenarios, registry, pathway)
    dispelled = [each for each in doubts if (each.path[0], _part(each)) in seen]
    notes = tuple(each for each in proof.notes if each not in dispelled)
    is_complete = proof.complete or len(dispelled) == len(doubts)
    return replace(proof, notes=notes, complete=is_complete)


def _part(doubt: Fault) -> str:
    """The stage, step, end or interrupt that a doubt is about."""
    what = doubt.message.values["what"]
    return str(what.values["part"]) if isinstance(what, Message) else ""


def _reached(scenarios: Source, registry: Source, pathway: Pathway) -> set[tuple[str, str]]:
    """What the scenarios reach that meet every expectation: each part by its section."""
    found: set[tuple[str, str]] = set()
    with suppress(EngineError):  # told by `onward test`
        for each in _played(scenarios, registry, pathway):
            state = each.state
            if not each.misses:
                found |= {("stages", name) for name in (*state.runs, *state.stages)}
                found |= {("ends", state.end)}
                raised = (name for name in state.moments if name.startswith("interrupt."))
                found |= {("interrupts", name.split(".")[1]) for name in raised}
    return found


def _walk(document: Document, pathway: Pathway, proof: Proven) -> Checkup:
    """What a walk through all possible cases of a faultless pathway shows, with notes on anything
    worth a look.
    """
    definition = pathway.definition
    notes = (
        *silent_ends(definition),
        *loose_ends(definition),
        *unread_fields(definition),
        *unplaced_limits(definition),
        *moved_by_late_reports(definition),
        *counted_from_before(definition),
        *passing_decisions(definition),
        *told_instead(definition),
        *idle_reopening(definition),
        *proof.notes,
    )
    return Checkup(
        problems=tuple(problems_of(document, proof.faults)),
        notes=tuple(problems_of(document, notes)),
        walked=Walked(
            proof.situations,
            proof.complete,
            proof.stopped,
            tuple(_part(each) for each in proof.notes if each.message.code == DOUBT),
        ),
    )


def _beside_registry(pathway: Pathway, registry: Source | None) -> list[Fault]:
    """Notes on what depends on the agencies and calendars of the registry beside a pathway. If there
    is none, or it has faults, which are told wherever it is used, any agency might be there.
    """
    definition = pathway.definition
    if registry is None:
        return second_agencies(definition)
    try:
        known = load_registry(registry.text, registry.file)
    except DefinitionError:
        return second_agencies(definition)
    return [
        *second_agencies(definition, known.registry),
        *types_of_nobody(definition, known.registry, registry.file),
        *places_without_days(definition, known.zones, registry.file),
    ]


def tried(scenarios: Source, registry: Source, pathway: Pathway) -> list[Problem]:
    """Play a pathway's scenarios with a registry, and return what they expected that did not
    happen. Nothing is sent or stored.

    Raises:
        DefinitionError: the scenarios or the registry cannot be used.
        CalendarError: a country's holidays are known for none of the years that the scenarios
            need, or a moment such as `+3 working days` is beyond the calendars.
    """
    return missed(_played(scenarios, registry, pathway))


def _played(scenarios: Source, registry: Source, pathway: Pathway) -> Iterator[Played]:
    known = load_registry(registry.text, registry.file)
    played = load_scenarios(scenarios.text, scenarios.file)
    played.require_names(pathway, known.registry)
    first, last = played.years
    calendars = known.calendars(first - 1, last + AHEAD)
    return (played.play(each, pathway, known.registry, calendars) for each in played.names)


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
