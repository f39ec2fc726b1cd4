"""The files of a new pathway: rendered from templates, and tried before they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from engine.agencies.file import load_registry
from engine.coverage import coverage
from engine.errors import CodedError, DefinitionError, Problem
from engine.loader import load_pathway
from engine.message import Message, message
from engine.pathway import Pathway
from engine.proofs import prove
from engine.scenarios import load_scenarios
from engine.schemas import SCHEMAS, FileKind, schema_file
from onward.authoring.pathway_files import REGISTRY, SCENARIOS
from onward.starts.start import PARTS, MadeUpAgency, StartAnswers

_PLAIN = re.compile(r"(?!(?:null|true|false|yes|no|on|off)$)[^\W\d_][\w ,.()/'-]*", re.IGNORECASE)
"""Titles that need no quotes in YAML."""


def files_of(start: StartAnswers) -> dict[str, str]:
    """The texts by file name, the pathway first: pathway, scenarios, registry, and the schema of
    each.

    Raises:
        EngineError: the answers do not make a valid pathway, for example because a name is not
            neutral.
    """
    names = {
        FileKind.PATHWAY: f"{start.name}.yaml",
        FileKind.SCENARIOS: f"{start.name}{SCENARIOS}",
        FileKind.REGISTRY: REGISTRY,
    }
    templates, filled = _templates(), {"files": names, **_words(start)}
    written = {
        file: templates.get_template(f"{kind}.yaml.jinja").render(filled, schema=schema_file(kind))
        for kind, file in names.items()
    }
    try:
        faults = list(_faults(written, names))
    except DefinitionError as error:
        faults = [*map(_placed, error.problems)]
    if faults:
        raise CodedError(message("start.would_not_hold", faults=tuple(faults)))
    # Kept with the files, so that an editor needs no network and the folder can be moved.
    return {**written, **{schema_file(kind): _schema(kind) for kind in names}}


def _placed(problem: Problem) -> Message:
    what = message("start.fault", what=problem.message)
    return message("placed", place=str(problem.place), what=what)


@cache
def _templates() -> Environment:
    """The compiled templates; each is compiled once."""
    return Environment(
        loader=PackageLoader("onward.starts", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


@cache
def _schema(kind: FileKind) -> str:
    """The text of the schema for files of a kind."""
    return json.dumps(SCHEMAS[kind](), indent=2) + "\n"


def _words(start: StartAnswers) -> dict[str, object]:
    """The values that fill the templates, other than file names."""
    title, first = start.title, start.first_monday
    agencies = list(start.agencies())
    return {
        "name": start.name,
        "title": title if _PLAIN.fullmatch(title) else json.dumps(title, ensure_ascii=False),
        "effective": start.effective,
        "opened": first,
        "next_day": first + timedelta(days=1),
        "departs": first + timedelta(days=14),
        "departs_late": first + timedelta(days=500),
        "here": start.sides[0].name,
        "there": start.sides[1].name if len(start.sides) > 1 else "",
        "countries": [each.country for each in start.sides],
        "zones": start.zones,
        "agencies": agencies,
        "code": _codes(agencies),
        "lead": start.lead,
        "last": start.last,
        "before_the_last": start.before_the_last,
        "workers": start.workers,
        "manager": start.has("case_manager"),
        "chief": start.has("supervisor"),
        **{part: start.has(part) for part in PARTS},
    }


def _codes(agencies: Sequence[MadeUpAgency]) -> dict[str, list[str]]:
    """The agencies' codes by type of role, in the order in which a request goes to them."""
    found: dict[str, list[str]] = {}
    for each in agencies:
        found.setdefault(each.role, []).append(each.code)
    return found


def _faults(written: Mapping[str, str], names: Mapping[FileKind, str]) -> Iterator[Message]:
    """What `onward check` and `onward test --coverage` would report.

    Raises:
        DefinitionError: every fault of a file that fails its own checks. If the pathway fails
            them, neither the walk through its cases nor the scenarios are tried.
    """
    pathway = load_pathway(written[names[FileKind.PATHWAY]], names[FileKind.PATHWAY])
    yield from (message("start.fault", what=fault.message) for fault in prove(pathway).faults)
    yield from _misses(pathway, written, names)


def _misses(
    pathway: Pathway, written: Mapping[str, str], names: Mapping[FileKind, str]
) -> Iterator[Message]:
    known = load_registry(written[names[FileKind.REGISTRY]], names[FileKind.REGISTRY])
    scenarios = load_scenarios(written[names[FileKind.SCENARIOS]], names[FileKind.SCENARIOS])
    scenarios.require_names(pathway, known.registry)
    first, last = scenarios.years
    calendars = known.calendars(first - 1, last + 5)
    played = [scenarios.play(name, pathway, known.registry, calendars) for name in scenarios.names]
    for miss in (miss for each in played for miss in each.misses):
        what = message("scenario.missed", what=miss.problem.message, scenario=miss.scenario)
        yield message("placed", place=str(miss.problem.place), what=what)
    facts = [fact for each in played for turn in each.decisions for fact in turn.facts]
    yield from (message("start.not_walked", way=way) for way in coverage(pathway, facts).missing)
