"""Plays the scenarios beside a pathway, and reports which expectations were not met and what no
scenario covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from engine.agencies.file import LoadedRegistry, load_registry
from engine.checking import AHEAD
from engine.coverage import Coverage, coverage
from engine.errors import CodedError, EngineError, Problem
from engine.loader import checked
from engine.message import message
from engine.scenarios import Miss, Played, load_scenarios
from onward.authoring.pathway_files import REGISTRY, SCENARIOS, read, whole
from onward.spoken import placed, say, told


@dataclass(frozen=True, slots=True)
class Suite:
    """The results of playing the scenarios of a pathway's file."""

    file: Path
    played: list[Played]
    coverage: Coverage

    @property
    def misses(self) -> list[Miss]:
        return [miss for each in self.played for miss in each.misses]

    def gaps(self) -> list[str]:
        """A line of text for each thing that no scenario covers, with its place in the file."""
        document = whole(self.file)
        return [
            say("done.not_walked", place=str(document.place(way.path, key=True)), way=str(way))
            for way in self.coverage.missing
        ]


def junit_xml(suites: list[Suite], faults: Mapping[Path, EngineError]) -> str:
    """A report for build servers, in JUnit's format: a test suite per pathway, a test case per
    scenario.

    Args:
        faults: the faults of pathways whose scenarios could not be played at all, by file.
    """
    root = ElementTree.Element("testsuites")
    for file, fault in faults.items():
        node = ElementTree.SubElement(
            root, "testsuite", name=file.stem, tests="1", failures="0", errors="1"
        )
        case = ElementTree.SubElement(node, "testcase", name=file.stem, classname=file.stem)
        error = ElementTree.SubElement(case, "error", message=told(fault).partition("\n")[0])
        error.text = told(fault)
    for suite in suites:
        failed = sum(bool(each.misses) for each in suite.played)
        node = ElementTree.SubElement(
            root,
            "testsuite",
            name=suite.file.stem,
            tests=str(len(suite.played)),
            failures=str(failed),
        )
        for each in suite.played:
            case = ElementTree.SubElement(
                node, "testcase", name=each.name, classname=suite.file.stem
            )
            if each.misses:
                first = placed(each.misses[0].problem)
                failure = ElementTree.SubElement(case, "failure", message=first)
                failure.text = "\n".join(placed(miss.problem) for miss in each.misses)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def play_all(file: Path, registry: Path | None, only: str | None = None) -> Iterator[Played]:
    """Play every scenario of a pathway, or one of them.

    Args:
        registry: the registry to use; None for the one beside the pathway.
        only: the name of the one scenario to play; None for all.

    Raises:
        EngineError, OSError: the pathway, its scenarios or the registry cannot be used, or no
            scenario has the name given as `only`.
    """
    pathway = checked(whole(file))
    beside = file.with_name(file.stem + SCENARIOS)
    known = registry_beside(file, registry)
    if not beside.is_file():
        raise CodedError(message("library.no_scenarios", file=str(file), beside=beside.name))
    scenarios = load_scenarios(read(beside), str(beside))
    scenarios.require_names(pathway, known.registry)
    if only is not None and only not in scenarios.names:
        raise no_scenario(beside, only, scenarios.names)
    first, last = scenarios.years
    calendars = known.calendars(first - 1, last + AHEAD)
    for name in scenarios.names if only is None else (only,):
        yield scenarios.play(name, pathway, known.registry, calendars)


def no_scenario(file: Path, wanted: str, known: Iterable[str]) -> CodedError:
    """The error for a scenario that is not in its file."""
    said = message("library.no_scenario", file=str(file), wanted=wanted, known=tuple(known))
    return CodedError(said)


def play_suite(file: Path, registry: Path | None) -> Suite:
    played = list(play_all(file, registry))
    facts = [fact for each in played for turn in each.decisions for fact in turn.facts]
    return Suite(file, played, coverage(checked(whole(file)), facts))


def days_not_known(file: Path, registry: Path | None) -> list[Problem]:
    """Notes on countries of the registry whose holidays are not known far enough ahead: to the end
    of the year after the scenarios end. Empty if there are no scenarios.
    """
    beside = file.with_name(file.stem + SCENARIOS)
    if not beside.is_file():
        return []
    _, last = load_scenarios(read(beside), str(beside)).years
    return registry_beside(file, registry).ends_early(last + 1)


def registry_beside(pathway: Path, given: Path | None) -> LoadedRegistry:
    """The registry to try a pathway with: the one given, or the one beside it.

    Raises:
        EngineError, OSError: there is none, or it cannot be used.
    """
    file = given or pathway.with_name(REGISTRY)
    if not file.is_file():
        raise CodedError(message("library.no_registry", file=str(file)))
    return load_registry(read(file), str(file))
