"""Reads a pathway's YAML and reports its errors together, each with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap

from engine.checks import check
from engine.checks.names import Fault
from engine.definition import Definition, PathwayFile
from engine.documents.blanks import blank_problem, blanks
from engine.documents.document import Document, Path, load_document, plain
from engine.documents.echoes import place_of
from engine.documents.lookalikes import lookalikes
from engine.documents.misshapen import shape_problems, written
from engine.errors import DefinitionError, Place, Problem
from engine.message import finding
from engine.pathway import Pathway
from engine.templates import ReadBeside, alone, read_pathway
from engine.templates.inserting import subject_of


def load_pathway(text: str, file: str = "pathway.yaml", beside: ReadBeside = alone) -> Pathway:
    """Read, check and prepare a pathway; `beside` reads the files that the pathway includes.

    Raises:
        DefinitionError: it has faults; each is given with its file, line and column.
    """
    return checked(read_pathway(text, file, beside))


def checked(document: Document) -> Pathway:
    """Check and prepare a pathway that was read together with whatever it includes.

    Raises:
        DefinitionError: it has faults; each is given with its file, line and column.
    """
    if foreign := [each for source in document.sources for each in lookalikes(source)]:
        raise DefinitionError(sorted(foreign, key=document.position))
    if "registry" in document.root and "pathway" not in document.root:
        where = document.place(("registry",), key=True)
        raise DefinitionError([Problem(where, finding("file.registry"))])
    root = plain(document.root)
    cut = list(blanks(root, Definition))
    problems = [blank_problem(document, path, Definition) for path in cut]
    if isinstance(root.get("version"), float):  # pydantic would accept `1.0` as a whole number
        problems.append(Problem(document.place(("version",)), finding("version.with_a_point")))
    definition = None
    try:
        definition = Definition.model_validate(root)
    except ValidationError as error:
        problems += shape_problems(error, document, PathwayFile, set(cut))
        cut += [written(place_of(each), document) for each in error.errors()]
    if cut:
        definition = _what_remains(root, cut)
    if definition:
        problems += problems_of(
            document,
            [
                each
                for each in check(definition)
                if not (_near(each.path, cut) or _is_echo(each, cut))
            ],
        )
    problems += [trap for source in document.sources for trap in _yaml_traps(source)]
    if problems or definition is None:
        raise DefinitionError(sorted(_told_of_removals(problems, document), key=document.position))
    return Pathway(definition)


def _told_of_removals(problems: list[Problem], document: Document) -> list[Problem]:
    """Merge all problems about a name that a patch removed into one, at the removal."""
    lacking: dict[Path, list[Problem]] = {}
    for problem in problems:
        missing = _subject(problem.message.values.get("missing"))
        for path in document.removed:
            if path[-1] == missing:
                lacking.setdefault(path, []).append(problem)
                break
    told = [each for found in lacking.values() for each in found]
    return [each for each in problems if each not in told] + [
        Problem(
            document.removed[path],
            finding(
                "removed.still_used",
                path=".".join(map(str, path)),
                places=tuple(str(each.place) for each in found),
            ),
        )
        for path, found in lacking.items()
    ]


def reload_pathway(text: str, file: str) -> Pathway:
    """Load a pathway that was checked when it was published.

    It is not checked again, because a stricter check added later must not stop running cases.

    Raises:
        DefinitionError: this Onward cannot read it as a pathway.
    """
    document = load_document(text, file)
    try:
        return Pathway(Definition.model_validate(plain(document.root)))
    except ValidationError as error:
        raise DefinitionError(shape_problems(error, document, Definition)) from None


def problems_of(document: Document, faults: Iterable[Fault]) -> list[Problem]:
    """Faults of a definition at their places in the text."""
    return [Problem(_place(document, each), each.message) for each in faults]


def _what_remains(root: Any, cut: list[Path]) -> Definition | None:
    """A definition without its malformed parts, so that the rest can still be checked; None if the
    rest makes no definition.
    """
    for path in sorted(set(cut), key=len, reverse=True):
        node = root
        for part in path[:-1]:
            node = node[part]
        if path and isinstance(node, dict):
            node.pop(path[-1], None)
    try:
        return Definition.model_validate(root)
    except ValidationError:
        return None


def _place(document: Document, fault: Fault) -> Place:
    """Where to report a fault: at the name of an entry, if all of it is at fault; at a word, if the
    fault is about one.
    """
    here = document.at(written(fault.path, document))
    is_entry = isinstance(document.at(fault.path), CommentedMap)
    offset = fault.column - 1
    if fault.word and isinstance(here, str) and not fault.name:
        found = re.search(rf"(?<![\w.]){re.escape(fault.word)}(?![\w.])", here)
        offset = found.start() if found else offset
    return document.place(fault.path, key=is_entry or fault.name, offset=offset)


def _is_echo(fault: Fault, cut: list[Path]) -> bool:
    """Whether a fault only arises because a part was cut out: a name seems unknown, or something seems
    never to be asked, answered or bound.
    """
    names = {str(path[-1]) for path in cut if len(path) in (2, 4) or path[-2:-1] == ("decide",)}
    spoken_of = map(_subject, fault.message.values.values())
    return not names.isdisjoint(spoken_of) or (
        fault.absent and any(path[:1] in (("stages",), ("data",)) for path in cut)
    )


def _subject(value: object) -> str:
    """The name in a value; empty if the value is not text."""
    return subject_of(value) if isinstance(value, str) else ""


def _near(path: Path, cut: list[Path]) -> bool:
    """Whether something only seems missing or unexplained because a part was cut out."""
    return any(
        path == each[:-1]
        or (
            path[:-1] == each[: len(path) - 1]
            and path[-1] in ("otherwise", "late", "lapsed", "panel")
        )
        for each in cut
    )


_TITLED = re.compile(r"^\s*(?:title|label|ask|source):\s*[^\"'#\s][^#]*?\s#\S")


def _yaml_traps(document: Document) -> list[Problem]:
    """Faults for texts cut short because ` #` starts a comment in YAML."""
    return [
        Problem(
            Place(document.file, number, line.index(" #") + 2),
            finding("text.comment"),
        )
        for number, line in enumerate(document.text.splitlines(), 1)
        if _TITLED.match(line)
    ]
