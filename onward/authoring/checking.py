"""Checks pathways: their faults, and what a walk through all their cases shows."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.agencies.file import load_registry
from engine.assumptions import assumptions
from engine.checks.end_rules import idle_reopening
from engine.checks.midnights import unplaced_limits
from engine.checks.passing import passing_decisions
from engine.checks.silent_ends import silent_ends
from engine.checks.unused import loose_ends
from engine.errors import DefinitionError
from engine.loader import checked, problems_of
from engine.pathway import Pathway
from engine.proofs import prove
from engine.simulation.rates_file import load_rates
from onward.authoring.pathway_files import RATES, REGISTRY, codes, languages, read, whole
from onward.spoken import placed


@dataclass(frozen=True, slots=True)
class Checked:
    """The results for one pathway, or for several together."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assumptions: list[dict[str, str]] = field(default_factory=list)
    walks: list[dict[str, str | int | bool]] = field(default_factory=list)

    def add(self, other: Checked) -> None:
        self.problems.extend(other.problems)
        self.notes.extend(other.notes)
        self.assumptions.extend(other.assumptions)
        self.walks.extend(other.walks)


def check_all(files: Sequence[Path], most: int) -> Checked:
    """Check pathways, in parallel if there are processors for it.

    Args:
        most: the most situations to examine in each.

    Raises:
        EngineError: one of them cannot be read.
    """
    found = Checked()
    workers = min(len(files), os.cpu_count() or 1)
    if workers < 2:
        for file in files:
            found.add(check_one(file, most))
        return found
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(_start())) as pool:
        largest_first = sorted(files, key=lambda file: -file.stat().st_size)
        looks = {file: pool.submit(check_one, file, most) for file in largest_first}
        for file in files:
            found.add(looks[file].result())
    return found


def _start() -> Literal["fork", "spawn"]:
    """The start method: a process without other threads can be forked, having loaded all of
    Onward.

    Elsewhere forking could copy an inconsistent state, so each worker starts afresh.
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Switch off the cyclic garbage collector, which finds next to nothing here.

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


@_nothing_collected()
def check_one(file: Path, most: int) -> Checked:
    """Everything about one pathway and the files beside it, each fault at its line and column."""
    found = Checked()
    try:
        document = whole(file)
        pathway = checked(document)
        _check_beside(file, pathway, found)
    except DefinitionError as error:
        found.problems.extend(map(placed, error.problems))
        return found
    proof = prove(pathway, most)
    found.problems.extend(map(placed, problems_of(document, proof.faults)))
    definition = pathway.definition
    notes = (
        *silent_ends(definition),
        *loose_ends(definition),
        *unplaced_limits(definition),
        *passing_decisions(definition),
        *idle_reopening(definition),
        *proof.notes,
    )
    found.notes.extend(map(placed, problems_of(document, notes)))
    found.walks.append(
        {
            "file": str(file),
            "situations": proof.situations,
            "complete": proof.complete,
            "stopped": proof.stopped,
        }
    )
    found.assumptions.extend(
        {"place": str(each.place), "what": each.what, "number": each.number}
        for each in assumptions(document)
    )
    return found


def _check_beside(file: Path, pathway: Pathway, found: Checked) -> None:
    """Translations, lists of codes and rates; all of them are looked at before it is told."""
    for read_beside in (languages, codes):
        try:
            found.notes.extend(map(placed, read_beside(file, pathway.definition).left_out))
        except DefinitionError as error:
            found.problems.extend(map(placed, error.problems))
    try:
        _check_rates(file, pathway)
    except DefinitionError as error:
        found.problems.extend(map(placed, error.problems))


def _check_rates(file: Path, pathway: Pathway) -> None:
    """Against the registry that stands there too; without one, no agency and no country is looked up.

    Raises:
        DefinitionError: with everything that is wrong in the rates, or in that registry.
    """
    rates, beside = file.with_name(file.stem + RATES), file.with_name(REGISTRY)
    if not rates.is_file():
        return
    known = load_registry(read(beside), str(beside)).registry if beside.is_file() else None
    load_rates(read(rates), str(rates), pathway, known)
