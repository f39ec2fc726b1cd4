"""The scenarios of one pathway after they were played: what was missed, what was not walked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from engine.coverage import Coverage
from engine.errors import EngineError
from engine.scenarios import Miss, Played
from onward.authoring.pathway_files import whole
from onward.spoken import placed, told


@dataclass(frozen=True, slots=True)
class Suite:
    """A pathway's file with its scenarios."""

    file: Path
    played: list[Played]
    coverage: Coverage

    @property
    def misses(self) -> list[Miss]:
        return [miss for each in self.played for miss in each.misses]

    def gaps(self) -> list[str]:
        """What no scenario walks, each at its line."""
        document = whole(self.file)
        return [
            f"{document.place(way.path, key=True)}: no scenario walks `{way}`"
            for way in self.coverage.missing
        ]


def junit_xml(suites: list[Suite], faults: Mapping[Path, EngineError]) -> str:
    """The report that build servers read: a suite a pathway, a case a scenario.

    Args:
        faults: why the scenarios of a pathway could not be played at all.
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
