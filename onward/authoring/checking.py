"""Finds faults in pathways and the files beside them, and walks through their possible cases."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from engine.checking import check, rated
from engine.templates import Source
from onward.authoring.pathway_files import (
    RATES,
    REGISTRY,
    SCENARIOS,
    beside_of,
    files_of_library,
    read,
)
from onward.spoken import placed


@dataclass(frozen=True, slots=True)
class Checked:
    """The results for one pathway, or for several together."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assumptions: list[dict[str, str]] = field(default_factory=list)
    walks: list[dict[str, Any]] = field(default_factory=list)

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
        EngineError, OSError: a pathway, or a file beside it, cannot be read.
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
    """How worker processes start. On Linux they are forked, so that none has to load Onward again.

    They are started afresh on other systems, and if this process has other threads, since forking
    could then copy an inconsistent state.
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def check_one(file: Path, most: int) -> Checked:
    """Check one pathway and the files beside it. Faults are given with their line and column.

    Args:
        most: the most situations to examine.

    Raises:
        EngineError, OSError: one of these files cannot be read.
    """
    rates, registry = _beside(file, file.stem + RATES), _beside(file, REGISTRY)
    checkup = check(
        read(file),
        str(file),
        files_of_library(file),
        beside_of,
        most,
        registry=registry,
        scenarios=_beside(file, file.stem + SCENARIOS),
    )
    found = Checked(
        problems=[placed(each) for each in checkup.problems],
        notes=[placed(each) for each in checkup.notes],
        assumptions=[
            {"place": str(each.place), "what": each.what, "number": each.number}
            for each in checkup.assumptions
        ],
    )
    if rates and checkup.pathway:
        found.problems.extend(map(placed, rated(rates, registry, checkup.pathway)))
    if walked := checkup.walked:
        found.walks.append({"file": str(file), **msgspec.structs.asdict(walked)})
    return found


def _beside(file: Path, name: str) -> Source | None:
    """The file of that name beside a pathway; None if there is none."""
    there = file.with_name(name)
    return Source(str(there), read(there)) if there.is_file() else None
