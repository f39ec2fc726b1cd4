"""Reads and checks a pathway's code lists, which lie beside it and its templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from engine.checks.faults import Fault, unknown
from engine.code_lists import CodeList, ColumnCodes, sources_of, words_of
from engine.definition import Definition
from engine.definition.codes import CODES, CodesFile
from engine.documents.blanks import read_as
from engine.documents.document import Document, Path, load_document, plain
from engine.errors import DefinitionError, Problem, in_order
from engine.message import Message, finding
from engine.questions import hidden_names
from engine.templates import Around, ReadBeside
from engine.templates.reading import heading_of

NO_CODES = frozenset({"scenarios", "rates"})
"""The words in the names of files beside a pathway that are not code lists: `home.rates.yaml`."""


class CodeLists(msgspec.Struct, frozen=True):
    """The code lists of a pathway."""

    lists: Mapping[str, CodeList]
    left_out: tuple[Problem, ...]
    """For each list of the pathway's template that does not apply here, the first reason why."""


class _Written(msgspec.Struct, frozen=True):
    column: ColumnCodes
    document: Document


def read_codes(
    text: str, file: str, definition: Definition, beside: ReadBeside, around: Around
) -> CodeLists:
    """Read the code lists of a valid pathway.

    A patch inherits the columns of its template's list and may override them. A list that only the
    template has is left out if it does not fit.

    Raises:
        DefinitionError: a list has faults; each is given with its place.
    """
    document = load_document(text, file)
    own = _read(document.file, around)
    problems: list[Problem] = []
    left_out: list[Problem] = []
    lists: dict[str, CodeList] = {}
    for name, written in _gathered(document, beside, around).items():
        columns = {column: each.column for column, each in written.items()}
        wrong = [
            _placed(written[column].document, column, fault)
            for column, fault in _faults_in(columns, definition)
        ]
        if wrong and name not in own:
            stem = document.file.rpartition("/")[2].removesuffix(".yaml")
            own_file = f"{stem}.{name}.yaml"
            what = finding("codes.left_out", codes=name, why=wrong[0].message, file=own_file)
            left_out.append(Problem(document.place(()), what))
        elif wrong:
            problems += wrong
        else:
            lists[name] = CodeList(name=name, columns=columns)
    if problems:
        raise DefinitionError(in_order(problems))
    return CodeLists(lists, tuple(left_out))


def _faults_in(
    columns: Mapping[str, ColumnCodes], definition: Definition
) -> Iterator[tuple[str, Fault]]:
    """The faults in a code list, each with its column and the path within the column. A list must
    give a code to every possible answer, and export only fields that may be exported.
    """
    sources, closed = sources_of(definition), _closed(definition)
    for name, column in columns.items():
        for fault in _faults_in_column(column, sources, closed):
            yield name, fault


def _closed(definition: Definition) -> dict[str, Message]:
    """The fields that no code list may export, each with the reason: protected ones and dates of
    birth. Other fields with several values may be exported, although conditions must not read them.
    """
    fields = definition.data
    return {
        name: finding(
            "codes.protected" if fields[name].is_protected else "codes.day_or_moment", name=name
        )
        for name in hidden_names(definition)
        if name in fields and (fields[name].is_protected or not fields[name].many)
    }


def _faults_in_column(
    column: ColumnCodes, sources: Mapping[str, object], closed: Mapping[str, Message]
) -> Iterator[Fault]:
    where: Path = ("from",)
    if why := closed.get(column.source):
        yield Fault(where, why)
        return
    if column.source not in sources:
        yield unknown("name", column.source, sources, where)
        return
    words = words_of(sources[column.source])  # type: ignore[arg-type]  # as `sources_of` gives it
    if words is None:
        yield Fault(where, finding("codes.day_or_moment", name=column.source))
        return
    for word in column.values:
        if word not in words:
            yield unknown("answer", word, words, ("values", word))
    without = [word for word in words if word not in column.values]
    if without and (column.values or words != ("yes", "no")):
        yield Fault(where, finding("codes.no_code", answers=tuple(without), name=column.source))


def _placed(document: Document, column: str, fault: Fault) -> Problem:
    there: Path = ("columns", column, *fault.path)
    if not document.holds(there):  # a source in its short form, without the key
        there = ("columns", column)
    return Problem(document.place(there, key=fault.path[0] == "values"), fault.message)


def _gathered(
    document: Document, beside: ReadBeside, around: Around
) -> dict[str, dict[str, _Written]]:
    heading = heading_of(document)
    found: dict[str, dict[str, _Written]] = {}
    if heading and heading.extends:
        template = beside(document.file, heading.extends)
        found = _gathered(load_document(template.text, template.file), beside, around)
    for name, list_document in _read(document.file, around).items():
        found.setdefault(name, {}).update(_columns(list_document))
    return found


def _read(file: str, around: Around) -> dict[str, Document]:
    return {
        name: _checked(load_document(source.text, source.file), name)
        for name, source in around(file).items()
        if re.fullmatch(CODES, name) and name not in NO_CODES
    }


def _checked(document: Document, name: str) -> Document:
    written = read_as(CodesFile, document).codes
    if written != name:
        what = finding("codes.named_otherwise", codes=name, written=written)
        raise DefinitionError([Problem(document.place(("codes",)), what)])
    return document


def _columns(document: Document) -> Iterator[tuple[str, _Written]]:
    for name, column in CodesFile.model_validate(plain(document.root)).columns.items():
        coded = ColumnCodes(source=column.source, values=column.values, unknown=column.unknown)
        yield name, _Written(coded, document)
