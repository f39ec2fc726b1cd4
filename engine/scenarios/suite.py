"""The scenarios of one file: read, checked against their pathway, played."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from engine.agencies.registry import Registry
from engine.decide import Decision
from engine.documents.blanks import read_as
from engine.documents.document import Document, Path, load_document
from engine.errors import DefinitionError, EngineError, Problem, message_of
from engine.message import message
from engine.pathway import Pathway
from engine.scenarios.beginnings import PlacedMoment, check_beginnings, moments_of, opening_of
from engine.scenarios.expectations import Missed
from engine.scenarios.file import OpenedAt, ScenarioFile
from engine.scenarios.names import check_names
from engine.scenarios.playing import Player
from engine.state import State
from engine.time.calendars import Calendars


class Miss(msgspec.Struct, frozen=True):
    """An expectation that was not met."""

    scenario: str
    word: str
    """The word of `expect` that was not met. It is `at` or `holidays` if the moment could not be
    played, and `begins` if the earlier scenario, from which this one goes on, stopped because an
    act was not refused as expected.
    """
    problem: Problem


class Played(msgspec.Struct, frozen=True):
    """A scenario that was played: its missed expectations, and every turn."""

    name: str
    misses: tuple[Miss, ...]
    player: Player
    """The player at the end."""

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(self.player.decisions)

    @property
    def state(self) -> State:
        return self.player.state


class Scenarios:
    """The scenarios of one file, ready to be played."""

    def __init__(self, file: ScenarioFile, document: Document) -> None:
        self.file, self._document = file, document

    @property
    def names(self) -> list[str]:
        return list(self.file.cases)

    @property
    def years(self) -> tuple[int, int]:
        """The years of the first and last moments that the file writes in full, in `opened` or
        `at`.
        """
        moments: list[OpenedAt | None] = [each.opened for each in self.file.cases.values()]
        moments += [play.at for each in self.file.cases.values() for play in each.play]
        years = [each.year for each in moments if isinstance(each, datetime)]
        return min(years), max(years)

    def require_names(self, pathway: Pathway, registry: Registry) -> None:
        """Raises DefinitionError with every name that is not in the pathway or the registry, and
        with whatever else does not fit them.
        """
        problems = check_names(self.file, self._document, pathway, registry)
        if problems:
            raise DefinitionError(problems)

    def play(self, name: str, pathway: Pathway, registry: Registry, calendars: Calendars) -> Played:
        """Play one scenario; nothing is sent, nothing is stored, no clock is read.

        Stops at a refusal that was not expected, or where an expected refusal does not come,
        because later errors would only follow from that.

        Raises:
            DefinitionError: the case cannot even be opened.
            CalendarError: a moment such as `+3 working days` is beyond the calendars.
        """
        player = Player(pathway, registry, calendars)
        misses: list[Miss] = []
        try:
            player.open(opening_of(self.file, name))
        except EngineError as error:
            place = self._document.place(("cases", name), key=True)
            raise DefinitionError([Problem(place, message_of(error))]) from None
        for moment in moments_of(self.file, name):
            seen = list(player.turn(moment.play))
            misses += self._misses(name, moment, seen)
            if any(word == "refused" for word, _ in seen):
                break
        return Played(name, tuple(misses), player)

    def _misses(self, name: str, moment: PlacedMoment, seen: list[Missed]) -> Iterator[Miss]:
        """The missed expectations of a moment. If the moment belongs to a scenario with which this
        one begins, only what stops the playing is reported here.
        """
        for word, why in seen:
            path: Path = (*moment.path, "expect", word)
            place = self._document.place(path if self._document.holds(path) else moment.path)
            if moment.case == name:
                yield Miss(name, word, Problem(place, why))
            elif word == "refused":
                here = self._document.place(("cases", name, "begins"))
                yield Miss(
                    name,
                    "begins",
                    Problem(here, message("expect.stops", place=str(place), why=why)),
                )


def load_scenarios(text: str, file: str = "scenarios.yaml") -> Scenarios:
    """Read a scenario file. Its names are checked later, by `Scenarios.require_names`.

    Raises:
        DefinitionError: it has faults; each is given at its place.
    """
    document = load_document(text, file)
    read = read_as(ScenarioFile, document)
    if problems := check_beginnings(read, document):
        raise DefinitionError(problems)
    return Scenarios(read, document)
