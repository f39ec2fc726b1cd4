"""Checks a pathway in a separate process. A walk through all cases that the pathway allows takes
seconds, and no other page should have to wait for it. A walk that does not end is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from functools import lru_cache
from multiprocessing.connection import Connection
from threading import Lock
from typing import TYPE_CHECKING

from msgspec.structs import replace

from casework.kept_pathways import KeptPathway
from engine.checking import Checkup, check, rated, tried
from engine.errors import CodedError, DefinitionError, Place, Problem, Refusal

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

SECONDS = 120.0
"""How many seconds a check may take."""
SCENARIOS, RATES, REGISTRY = "scenarios", "rates", "agencies.yaml"
LONGEST_FOLDER = 60
"""The most bytes in the path of the folder for temporary files: Python adds up to 40, and the path
of a socket may have 103.
"""
_ONE_AT_A_TIME = Lock()
_KEPT = 8
"""How many results a process caches, since the pages of one version ask for its result repeatedly.
"""


def checkup_of(draft: KeptPathway) -> Checkup:
    """Everything that `onward check` and, for its scenarios, `onward test` report about a pathway
    with its files.

    Raises:
        Refusal: `not_checked`, if the check takes too long or goes wrong.
    """
    return _remembered(draft.file, tuple(sorted(draft.files.items())))


def _started() -> ForkServerContext | SpawnContext:
    """How each process is started: as a copy of one that is ready to check, if the system can make
    such copies.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods() or not _has_room_for_a_socket():
        return multiprocessing.get_context("spawn")
    copies = multiprocessing.get_context("forkserver")
    copies.set_forkserver_preload(["portal.ready_to_check"])
    return copies


def _has_room_for_a_socket() -> bool:
    """Whether the path of the folder for temporary files is short enough to make a socket there,
    through which copies are requested.
    """
    try:
        return len(os.fsencode(tempfile.gettempdir())) <= LONGEST_FOLDER
    except FileNotFoundError:  # there is no such folder
        return False


_PROCESSES = _started()


@lru_cache(maxsize=_KEPT)
def _remembered(file: str, files: tuple[tuple[str, str], ...]) -> Checkup:
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_check, args=(there, file, dict(files)), daemon=True)
    with _ONE_AT_A_TIME, here:
        process.start()
        there.close()
        try:
            found = here.recv() if here.poll(SECONDS) else None
        except EOFError:  # the process has died
            found = None
        finally:
            process.kill()
            process.join()
    if not isinstance(found, Checkup):
        raise Refusal("not_checked", seconds=round(SECONDS))
    return found


def _check(answer: Connection, file: str, files: dict[str, str]) -> None:
    answer.send(checked_here(KeptPathway(file=file, files=files)))


def checked_here(draft: KeptPathway) -> Checkup:
    """Check a draft and its rates within this process, as `onward check` does. If nothing is wrong,
    play its scenarios as well, as `onward test` does.
    """
    registry = draft.beside(draft.file, REGISTRY) if REGISTRY in draft.files else None
    found = check(draft.text, draft.file, draft.beside, draft.around, registry=registry)
    around = draft.around(draft.file)
    rates, scenarios = around.get(RATES), around.get(SCENARIOS)
    misses = list[Problem]()
    if rates and found.pathway:
        misses += rated(rates, registry, found.pathway)
    if scenarios and found.pathway and not (found.problems or misses):
        try:
            misses = tried(scenarios, draft.beside(draft.file, REGISTRY), found.pathway)
        except DefinitionError as error:
            misses = error.problems
        except CodedError as error:
            misses = [Problem(Place(scenarios.file, 1, 1), error.message)]
    return replace(found, problems=(*found.problems, *misses), pathway=None)
