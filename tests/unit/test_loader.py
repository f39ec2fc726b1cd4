"""Reading a pathway: every error at its file, line and column, with a remedy, all at once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from engine.errors import DefinitionError
from engine.loader import load_pathway, reload_pathway
from engine.proofs import MOST_SITUATIONS, prove
from tests.factories import HEAD, ONE_STEP, pathway
from tests.told import advice, refused_with
from wording.sentences import placed

CORPUS = sorted((Path(__file__).parents[1] / "broken_pathways").glob("*.yaml"))
EXPECTED = re.compile(r"^# expected (.+)$", re.MULTILINE)
CHOSEN = {
    *["agree_to_it", "decide_it", "left", "left_since", "more", "ours", "review_2", "speaks"],
    *[
        "talk_2",
        "wait_on_2",
        "decision_2",
        "reopened_2",
        "host_2",
        "lead",
        "level_2",
        "level_3",
        "talk_about_everything",
    ],
    *["Act", "May", "we", "The", "wish", "en", "fr", "GH", "approved", "neutral", "success"],
    *["2", "4", "24", "2026", "hours", "day", "week", "month", "months", "year"],
    *[
        "case",
        "opened",
        "interrupt",
        "open",
        "side",
        "go",
        "on",
        "or",
        "until",
        "ground",
        "source",
        "statutory",
    ],
}
"""What somebody who mends a pathway chooses: a name, a value, a wording, a number, a moment or what
follows.
"""


def problems(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_pathway(text, "trial.yaml")
    return [placed(problem).removeprefix("trial.yaml:") for problem in caught.value.problems]


@cache
def refusal(path: Path) -> DefinitionError:
    """What is said of a file of the corpus."""
    with pytest.raises(DefinitionError) as caught:
        load_pathway(path.read_text(encoding="utf-8"), path.name)
    return caught.value


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_pathway_is_refused_with_exactly_what_is_wrong(path: Path) -> None:
    """The head of each file says what is expected and where; no echo of it elsewhere."""
    told = [placed(each).removeprefix(f"{path.name}:") for each in refusal(path).problems]
    assert told == EXPECTED.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_problem_has_a_remedy(path: Path) -> None:
    """Nobody is told only that something is wrong; nothing speaks of Python or of pydantic."""
    for problem in refusal(path).problems:
        assert advice(problem)
        assert problem.place.file == path.name
        assert not re.search(r"Input should|instance|NoneType|valid dict|str\b", placed(problem))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_pathway_is_mended_by_what_its_messages_say(path: Path) -> None:
    """Its mended twin has no fault, nor has a walk through its cases one; and whatever is written in
    it was there before, stands in the messages or is for its author to choose.
    """
    broken = path.read_text(encoding="utf-8")
    twin = (path.parent / "mended" / path.name).read_text(encoding="utf-8")
    assert prove(load_pathway(twin, path.name), MOST_SITUATIONS).faults == ()
    said = "\n".join(placed(each) for each in refusal(path).problems)
    if _words(broken):
        assert _words(twin) <= _words(broken) | _words(said) | CHOSEN


def test_every_mended_twin_belongs_to_a_broken_pathway() -> None:
    """What is no longer broken leaves no twin behind."""
    twins = {path.name: path for path in (CORPUS[0].parent / "mended").iterdir()}
    assert twins.keys() == {path.name for path in CORPUS}


def test_the_corpus_is_read_whole() -> None:
    """A file that expects nothing would prove nothing."""
    assert len(CORPUS) >= 58
    assert all(EXPECTED.search(path.read_text(encoding="utf-8")) for path in CORPUS)


def test_problems_come_in_the_order_of_the_text() -> None:
    """Of shape and of names together, as a person reads."""
    text = (CORPUS[0].parent / "two_errors_at_once.yaml").read_text(encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_pathway(text, "trial.yaml")
    lines = [problem.place.line for problem in caught.value.problems]
    assert len(lines) == 4
    assert lines == sorted(lines)


def test_a_column_counts_within_a_quoted_text_too() -> None:
    """The quotation mark is a column of its own."""
    text = HEAD + 'stages:\n  one:\n    steps:\n      go: {by: screener, due: "3 hurs"}\n'
    assert problems(text)[0].startswith(f"{len(text.splitlines())}:34: `hurs` is not a unit")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- one\n- two\n",
        "just words",
        "a: [1",
        "a: &x {b: *y}",
        "\0",
        "a: b: c",
        "%nonsense\n---\n",
        "a: " + "[" * 1000,
        "\n".join(" " * depth + "a:" for depth in range(300)),
        "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 9)),
    ],
)
def test_what_is_no_pathway_at_all_is_refused_in_one_line(text: str) -> None:
    """Never with a traceback."""
    assert len(problems(text)) == 1


def test_a_pathway_that_was_published_is_read_without_being_checked_again() -> None:
    """A stricter check of a later day must not stop cases under way."""
    unchecked = (HEAD + ONE_STEP).replace("consent: tell_home, refused: go on", "due: 1 hour")
    stricter = unchecked.replace("partner @ origin", "partner @ orign")
    assert reload_pathway(stricter, "trial.yaml").name == "trial"
    assert problems(stricter)
    with pytest.raises(DefinitionError):
        reload_pathway("pathway: trial\n", "trial.yaml")


def test_one_name_may_stand_where_several_may_and_a_period_alone_is_a_time() -> None:
    """The common case is not longer for the rare one."""
    body = """
stages:
  one:
    steps:
      go: {by: screener, due: 3 hours}
      on: {by: screener, after: go, due: {time: 2 days, assumed}}
"""
    steps = pathway(body).steps
    assert str(steps["on"].step.after) == "go"
    assert str(steps["go"].step.due and steps["go"].step.due.time) == "3 hours"
    assert steps["on"].step.due is not None
    assert steps["on"].step.due.assumed is True


def test_an_end_that_nobody_outside_is_told_may_be_named_for_what_happened() -> None:
    """Not one that others read."""
    body = "stages: {one: {steps: {go: {by: screener}}, then: end refugee}}"
    head = HEAD.replace("gone: withdrawn", "refugee: {kind: neutral, quiet: yes}")
    assert pathway(body, head).definition.ends["refugee"].is_untold
    with refused_with(DefinitionError, match="choose a neutral name"):
        pathway(body, head.replace("quiet: yes", "quiet: no"))


def test_the_pathway_of_the_step_benchmark_is_sound(project_root: Path) -> None:
    """It is run by hand, so nothing else would tell that the language has moved on."""
    load_pathway((project_root / "tests/benchmarks/reference.yaml").read_text(encoding="utf-8"))
