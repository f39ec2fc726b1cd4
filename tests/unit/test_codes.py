"""Answers in the columns of a standard: each has a code, nothing protected has one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine import commands as c
from engine.coding import CodeLists, read_codes
from engine.errors import DefinitionError
from engine.loader import checked
from engine.state import Answer
from engine.templates import Around, Source, read_pathway
from onward.authoring.pathway_files import beside_of, files_of_library, pathway_files, read, whole
from tests.factories import DESK, Case
from tests.shelf import shelf
from tests.told import advice, sentence
from tests.unit.test_library_data import PICKLISTS
from wording.sentences import placed

CORPUS = sorted((Path(__file__).parents[1] / "broken_codes").glob("*.yaml"))
EXPECTED = re.compile(r"^# expected (.+)$", re.MULTILINE)
LIBRARY = Path(__file__).parents[2] / "pathways"

HEAD = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
roles:
  desk: desk @ host
data:
  full_name: {text, protected}
  faith: {choice: [one, other], protected}
  born: {date}
  home_country: {country, binds: origin}
  speaks: {choice: [en, fr, other]}
  work: {choice: [farm, house, street], many}
  married: {yes_no}
  children: {number}
"""
BODY = """\
stages:
  start:
    steps:
      talk:
        by: desk
        form: [full_name?, faith?, born?, home_country?, speaks?, work?, married?, children?]
        decide: {yes_: go on, no_: end stays}
    then: end done
ends: {done: success, stays: neutral}
"""
CODES = """\
codes: htcds
standard: A standard
columns:
  Language: {from: speaks, values: {en: eng, fr: fra, other: ""}, unknown: und}
  Work: {from: work, values: {farm: Agriculture, house: Domestic, street: Begging}}
  Married: married
  Children: children
  Home: side.origin.country
  Country: home_country
  Status: {from: case.status, values: {open: Active, ended: Closed}}
  Reason: {from: case.end, values: {done: Done, stays: Stays}}
  Decision: {from: decision.talk, values: {yes_: "Yes", no_: "No"}}
"""


def beside(files: Mapping[str, str]) -> Around:
    """What stands beside a file, among files of a mapping."""

    def found(file: str) -> dict[str, Source]:
        names = re.compile(rf"{re.escape(file.removesuffix('.yaml'))}\.([^.]+)\.yaml")
        matches = {name: names.fullmatch(name) for name in files}
        return {each[1]: Source(name, files[name]) for name, each in matches.items() if each}

    return found


def coded(files: Mapping[str, str], file: str = "a/trial.yaml") -> CodeLists:
    definition = checked(read_pathway(files[file], file, shelf(files))).definition
    return read_codes(files[file], file, definition, shelf(files), beside(files))


def problems(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        coded({"a/trial.yaml": HEAD + BODY, "a/trial.htcds.yaml": text})
    assert all(advice(problem) for problem in refused.value.problems)
    return [
        placed(problem).removeprefix("a/trial.htcds.yaml:") for problem in refused.value.problems
    ]


def line(case: Case) -> dict[str, str]:
    found = coded({"a/trial.yaml": HEAD + BODY, "a/trial.htcds.yaml": CODES})
    return found.lists["htcds"].line_of(case.pathway, case.state, lambda _: True)


def test_an_answer_stands_in_its_column_by_its_code() -> None:
    """Several values in the order of the standard; a wish of the author for what is not known."""
    case = Case(BODY, head=HEAD)
    assert line(case) == {
        "Language": "und",
        "Work": "",
        "Married": "",
        "Children": "",
        "Home": "",
        "Country": "",
        "Status": "Active",
        "Reason": "",
        "Decision": "",
    }
    answers: dict[str, Answer] = {
        "speaks": "fr",
        "work": ("street", "farm"),
        "married": True,
        "children": 2,
        "home_country": "NG",
    }
    case.do(c.Complete(task="talk.1", answers=answers, outcome="yes_"))
    assert line(case) == {
        "Language": "fra",
        "Work": "Agriculture;Begging",
        "Married": "true",
        "Children": "2",
        "Home": "NG",
        "Country": "NG",
        "Status": "Closed",
        "Reason": "Done",
        "Decision": "Yes",
    }


def test_an_answer_for_which_the_standard_has_no_code_leaves_its_cell_empty() -> None:
    """It is written down that it has none, so it is no oversight."""
    case = Case(BODY, head=HEAD)
    case.do(c.Complete(task="talk.1", answers={"speaks": "other"}, outcome="no_"), DESK)
    assert (line(case)["Language"], line(case)["Reason"]) == ("", "Stays")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_list_is_refused_with_exactly_what_is_wrong(path: Path) -> None:
    """The head of each file says what is expected and where."""
    text = path.read_text(encoding="utf-8")
    assert problems(text) == EXPECTED.findall(text)


def test_a_date_of_birth_is_refused_as_any_day_is() -> None:
    """Not as if it were protected, which the pathway does not say."""
    clocks = "clocks: {of_age: {time: birthday 18 of born}}\n"
    codes = "codes: htcds\nstandard: A standard\ncolumns: {Born: born}\n"
    with pytest.raises(DefinitionError) as refused:
        coded({"a/trial.yaml": HEAD + BODY + clocks, "a/trial.htcds.yaml": codes})
    (problem,) = refused.value.problems
    assert sentence(problem).startswith("`born` is a day or a moment")


def test_the_corpus_is_read_whole() -> None:
    """A file that expects nothing would prove nothing."""
    assert len(CORPUS) >= 9
    assert all(EXPECTED.search(path.read_text(encoding="utf-8")) for path in CORPUS)


PATCH = "pathway: other\nversion: 1\nextends: ../a/trial.yaml\ntitle: Another\n"


def test_a_patch_has_the_columns_of_its_template_and_may_write_some_anew() -> None:
    """Column by column."""
    files = {"a/trial.yaml": HEAD + BODY, "a/trial.htcds.yaml": CODES, "b/other.yaml": PATCH}
    assert len(coded(files, "b/other.yaml").lists["htcds"].columns) == 9
    own = "codes: htcds\ncolumns: {Children: speaks.answered}\n"
    columns = coded(files | {"b/other.htcds.yaml": own}, "b/other.yaml").lists["htcds"].columns
    assert (len(columns), columns["Children"].source) == (9, "speaks.answered")


def test_a_list_of_a_template_that_does_not_hold_for_a_patch_is_left_out_with_a_word() -> None:
    """Until the patch writes the column anew."""
    patch = PATCH + "data: {speaks: {choice: [en, ha]}}\n"
    files = {"a/trial.yaml": HEAD + BODY, "a/trial.htcds.yaml": CODES, "b/other.yaml": patch}
    found = coded(files, "b/other.yaml")
    assert found.lists == {}
    (note,) = found.left_out
    assert placed(note).startswith(
        "b/other.yaml:1:1: the codes `htcds` are left out: there is no answer `fr`"
    )
    assert advice(note) == "write a column of your own in other.htcds.yaml"
    own = "codes: htcds\ncolumns:\n  Language: {from: speaks, values: {en: eng, ha: hau}}\n"
    assert coded(files | {"b/other.htcds.yaml": own}, "b/other.yaml").left_out == ()


@pytest.mark.parametrize("file", list(pathway_files([LIBRARY])), ids=lambda file: str(file.parent))
def test_the_codes_of_the_library_are_those_of_the_standard(file: Path) -> None:
    """A column that the standard has a list for holds only what is in it; what is ours says so."""
    definition = checked(whole(file)).definition
    found = read_codes(read(file), str(file), definition, files_of_library(file), beside_of)
    assert found.left_out == ()
    assert set(found.lists) == ({"htcds"} if file.stem == "adult_return" else set())
    for each in found.lists.values():
        for name, column in each.columns.items():
            assert re.match(r"(prs|vic|cas|own)_[A-Z]", name), name
            if name in PICKLISTS:
                used = {*column.values.values(), column.unknown} - {""}
                assert used <= set(PICKLISTS[name].split()), name
