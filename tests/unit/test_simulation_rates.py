"""Rates files: every fault at its place, and every default in the reference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.definition import DataField
from engine.errors import DefinitionError
from engine.loader import load_pathway
from engine.simulation.chance import Chance
from engine.simulation.picking import drawn_word
from engine.simulation.rates import Habits, Rates, Usual, usual_rates
from engine.simulation.rates_file import load_rates
from tests.factories import REGISTRY
from tests.told import refused_with
from tests.unit.test_simulation import PATHWAY
from wording.sentences import placed

HEAD = "rates: trial\n"


def problems(text: str) -> list[str]:
    pathway = load_pathway(PATHWAY)
    with pytest.raises(DefinitionError) as refused:
        load_rates(text, "t.rates.yaml", pathway, REGISTRY)
    return [placed(each) for each in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("rates: other\n", "1:8", "these rates are for `other`"),
        (f"{HEAD}step: {{}}\n", "2:1", "unknown word `step` (did you mean `steps`?)"),
        (f"{HEAD}steps: {{tolk: {{minutes: 5}}}}\n", "2:9", "did you mean `talk`"),
        (f"{HEAD}steps: {{talk: {{refused: 0.1}}}}\n", "2:16", "`refused` has no meaning for this step"),
        (f"{HEAD}steps: {{talk: {{minutes: 0}}}}\n", "2:25", "this number is too small"),
        (f"{HEAD}steps: {{agree: {{refused: 2}}}}\n", "2:26", "this number is too large"),
        (f"{HEAD}steps: {{agree: {{refused: often}}}}\n", "2:26", "a number is expected"),
        (f"{HEAD}steps: {{settle: {{outcomes: {{wel: 1}}}}}}\n", "2:29", "did you mean `well`"),
        (f"{HEAD}steps: {{settle: {{outcomes: {{well: 0}}}}}}\n", "2:28", "none of these ever happens"),
        (f"{HEAD}usual: {{wait: 3 working days}}\n", "2:15", "write hours, days, or weeks"),
        (f"{HEAD}usual: {{wait: soon}}\n", "2:15", ""),
        (f"{HEAD}interrupts: {{leafs: 0.1}}\n", "2:14", "did you mean `leaves`"),
        (f"{HEAD}interrupts: {{leaves: {{outcomes: {{over: 1}}}}}}\n", "2:34", "`leaves` has no outcome"),
        (f"{HEAD}answers: {{rsk: {{low: 1}}}}\n", "2:11", "did you mean `risk`"),
        (f"{HEAD}answers: {{risk: {{lo: 1}}}}\n", "2:18", "did you mean `low`"),
        (f"{HEAD}answers: {{home_country: {{XX: 1}}}}\n", "2:26", "the registry has no country `XX`"),
        (f"{HEAD}staff: {{GH-DSEK: 2}}\n", "2:9", "did you mean `GH-DESK`"),
        (f"{HEAD}staff: {{GH-DESK: 0}}\n", "2:18", "this number is too small"),
        (f"{HEAD}staff: {{GH-DESK: {{people: 2, hours: [16, 8]}}}}\n", "2:37", "do not end later than they begin"),
        (f"{HEAD}opened_by: {{GH-NONE: 1}}\n", "2:13", "there is no agency `GH-NONE`"),
        (
            f"{HEAD}opened_by: {{NG-HOME: 1}}\n", "2:13",
            "nobody in NG may do the first step (agencies in these countries may: GH",
        ),
        (f"{HEAD}cases_a_week: 0\n", "2:15", "write a number above 0"),
        (f"{HEAD}first: 2025-01-01\n", "2:8", "takes effect on 2026-01-01"),
        (f"{HEAD}first: soon\n", "2:8", "a day is expected"),
        (f"{HEAD}first:\n", "2:1", "`first` has no value"),
        (f"{HEAD}steps:\n", "2:1", "`steps` has no value"),
        (f"{HEAD}opened_by:\n", "2:1", "`opened_by` has no value"),
        (f"{HEAD}staff:\n  GH-DESK:\n", "3:3", "`GH-DESK` has no value"),
        (f"{HEAD}staff: {{GH-DESK: {{people: 2, hours: }}}}\n", "2:30", "`hours` has no value"),
        (f"{HEAD}steps:\n  talk:\n    minutes:\n", "4:5", "`minutes` has no value"),
        (f"{HEAD}interrupts: {{leaves: {{wait: }}}}\n", "2:23", "`wait` has no value"),
        (f"{HEAD}answers: {{risk: }}\n", "2:11", "`risk` has no value"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_line_and_column(text: str, place: str, said: str) -> None:
    """With what stands there, and how to mend it."""
    (problem,) = problems(text)
    assert problem.startswith(f"t.rates.yaml:{place}: "), problem
    assert said in problem


def test_every_fault_is_told_at_once() -> None:
    """Not one after the other."""
    assert len(problems(f"{HEAD}steps: {{a: {{}}, b: {{}}}}\nstaff: {{GH-X: 1}}\n")) == 3


def test_without_a_registry_its_names_are_not_looked_up() -> None:
    """What the pathway itself says is."""
    pathway = load_pathway(PATHWAY)
    named = f"{HEAD}staff: {{XX-ANY: 1}}\nanswers: {{home_country: {{XX: 1}}}}\n"
    load_rates(named, "t.rates.yaml", pathway, None)
    with refused_with(DefinitionError, match="there is no step `tolk`"):
        load_rates(f"{named}steps: {{tolk: {{minutes: 5}}}}\n", "t.rates.yaml", pathway, None)


def test_short_forms_mean_what_the_long_ones_mean() -> None:
    """`3` people, and a share of cases in which something is raised."""
    short = Rates.model_validate(
        {"rates": "a", "staff": {"GH-X": 3}, "interrupts": {"leaves": 0.5}}
    )
    long = Rates.model_validate(
        {
            "rates": "a",
            "staff": {"GH-X": {"people": 3}},
            "interrupts": {"leaves": {"raised": 0.5}},
        }
    )
    assert (short.staff, short.of_interrupt("leaves")) == (long.staff, long.of_interrupt("leaves"))


def test_a_step_keeps_what_is_usual_where_it_says_nothing() -> None:
    """And what it says wins, a nought too."""
    said = Rates.model_validate(
        {"rates": "a", "usual": {"minutes": 30, "silent": 0.5}, "steps": {"b": {"silent": 0}}}
    )
    assert (said.habit("b").minutes, said.habit("b").silent) == (30, 0)
    assert said.habit("c").silent == 0.5


def test_the_reference_tells_every_word_and_every_default(project_root: Path) -> None:
    """No default hides."""
    text = (project_root / "docs" / "reference" / "simulation.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|([^|]*)\|", text, re.MULTILINE))
    usual = usual_rates(load_pathway(PATHWAY)).usual
    for name in Usual.model_fields:
        value = getattr(usual, name)
        shown = "1 day" if name == "wait" else f"{value:g}"
        assert rows[name].strip() == shown, name
    assert set(Rates.model_fields) <= rows.keys()
    assert set(Habits.model_fields) <= rows.keys()


@pytest.mark.parametrize("words", [("yes", "no"), ("low", "medium", "high")])
def test_an_answer_is_another_than_the_first_as_often_as_the_rate_says(
    words: tuple[str, ...],
) -> None:
    field = DataField(choice=words)
    drawn = [drawn_word(field, 0.3, Chance(number)) for number in range(2000)]
    assert sum(each != words[0] for each in drawn) / len(drawn) == pytest.approx(0.3, abs=0.03)
    assert set(drawn) == set(words)


def test_it_may_be_said_of_a_step_whose_form_has_a_choice() -> None:
    pathway = load_pathway(PATHWAY)
    made = load_rates(
        f"{HEAD}steps: {{talk: {{otherwise: 0.5}}}}\n", "t.rates.yaml", pathway, REGISTRY
    )
    assert made.steps["talk"].otherwise == 0.5
    (said,) = problems(f"{HEAD}steps: {{agree: {{otherwise: 0.5}}}}\n")
    assert "`otherwise` has no meaning for this step" in said


def test_a_choice_of_one_word_has_no_other() -> None:
    assert drawn_word(DataField(choice=("only",)), 1.0, Chance(1)) == "only"
