"""A part that pathways use: parameters, a prefix, and where it does not fit."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionError
from engine.loader import checked, load_pathway
from tests.regional import HEAD, TEMPLATE, TOWN, problems, woven
from tests.told import refused_with

PART = """\
part: visits
with: [worker, since, often]
data:
  found: {choice: [safe, unsafe], title: What was found at $since}
steps:
  look:
    title: Look and ask
    by: $worker
    after: $since
    due: $often after $since.done
    form: [found]
    late: [remind $worker]
  look_again:
    by: $worker
    after: look
    when: found = unsafe and step.look.done
    otherwise: skip
"""
USE = """\
use:
  - part: ../parts/visits.yaml
    in: first
    with: {worker: desk, since: visit, often: 1 week}
  - part: ../parts/visits.yaml
    in: first
    as: late
    with: {worker: manager, since: look_again, often: 3 months}
"""


def test_a_part_is_put_in_as_often_as_it_is_used() -> None:
    """Parameters are filled in, and with a prefix each of its own names is another one."""
    document = woven(HEAD + USE, **{"parts/visits": PART})
    made = checked(document)
    steps = made.definition.stages["first"].steps
    names = ["talk", "agree", "visit", "look", "look_again", "late_look", "late_look_again"]
    assert list(steps) == names
    first, late = document.at(("stages", "first", "steps")), "late_look_again"
    assert first["look"]["due"] == "1 week after visit.done"
    assert first["late_look"]["form"] == ["late_found"]
    assert first["late_look"]["late"] == ["remind manager"]
    assert first["late_look"]["title"] == "Look and ask"
    assert first[late]["when"] == "late_found = unsafe and step.late_look.done"
    assert document.at(("data", "late_found", "title")) == "What was found at look_again"
    assert load_pathway(document.text).definition == made.definition


def test_a_name_made_of_a_parameter_is_its_users_and_gets_no_prefix() -> None:
    part = PART.replace("with: [worker, since, often]", "with: [worker, since, often, again]")
    part = part.replace("  look_again:", "  $again:").replace(
        "after: $since", "after: [$since, $again]", 1
    )
    part = part.replace("after: look\n", "after: $since\n")
    use = USE.partition("  - part: ../parts/visits.yaml\n    in: first\n    as")[0].replace(
        "often: 1 week}", "often: 1 week, again: anew}\n    as: late"
    )
    document = woven(HEAD + use, **{"parts/visits": part})
    steps = document.at(("stages", "first", "steps"))
    assert list(steps)[-2:] == ["late_look", "anew"]
    assert steps["late_look"]["after"] == ["visit", "anew"]
    assert steps["anew"]["when"] == "late_found = unsafe and step.late_look.done"


def test_a_patch_changes_what_a_part_brought_to_its_template() -> None:
    """To the patch it is a pathway like any other."""
    text = "pathway: town\nversion: 1\nextends: nation.yaml\n"
    text += "stages: {first: {steps: {late_look: {due: 1 month}}}}\n"
    others = {"parts/visits": PART, "nation/nation": HEAD + USE}
    made = checked(woven(text, file=TOWN, **others))
    due = made.steps["late_look"].step.due
    assert due is not None
    assert str(due.time) == "1 month"


@pytest.mark.parametrize(
    ("use", "part", "said"),
    [
        (
            USE.replace("worker: desk", "worker: dsk"),
            PART,
            "nation/nation.yaml:7:20: there is no role `dsk`",
        ),
        (
            USE.replace("worker: desk, ", ""),
            PART,
            "nation/nation.yaml:5:5: the part `visits` needs `worker`",
        ),
        (
            USE.replace("worker: desk", "wrker: desk, worker: desk"),
            PART,
            (
                "nation/nation.yaml:7:12: the part `visits` has no parameter `wrker`"
                " (did you mean `worker`?)"
            ),
        ),
        (
            USE.replace("    as: late\n", ""),
            PART,
            "nation/nation.yaml:8:5: `data.found` already exists (write `as:` and a prefix)",
        ),
        (
            USE.replace("in: first", "in: frst", 1),
            PART,
            "nation/nation.yaml:6:9: there is no stage `frst` (did you mean `first`?)",
        ),
        (
            USE.replace("    in: first\n", "", 1),
            PART,
            "nation/nation.yaml:5:5: this does not say which stage gets the steps of `visits`",
        ),
        (
            USE,
            PART.replace("remind $worker", "remind $wrker"),
            "parts/visits.yaml:12:12: there is no parameter `wrker` here",
        ),
        (
            USE,
            PART.replace("safe, unsafe", "look, unsafe"),
            "parts/visits.yaml:4:20: `look` is both a name in this part",
        ),
        (USE, PART.replace("form:", "from:"), "parts/visits.yaml:11:5: unknown word `from`"),
        (USE, PART.replace("steps:\n", "stps:\n"), "parts/visits.yaml:5:1: unknown word `stps`"),
        (
            USE.replace("visits.yaml", "visit.yaml"),
            PART,
            "nation/nation.yaml:5:11: there is no file lib/parts/visit.yaml",
        ),
        (
            USE.replace("parts/visits.yaml", "region/region.yaml"),
            PART,
            "nation/nation.yaml:5:11: lib/region/region.yaml is not a part",
        ),
        (
            USE + "stages: {first: {steps: {visit: {when: yes}}}}\nused: []\n",
            PART,
            "nation/nation.yaml:13:1: unknown word `used`",
        ),
        ("use: {part: x}\n", PART, "nation/nation.yaml:4:6: a list is expected here"),
    ],
)
def test_a_part_that_does_not_fit_is_refused(use: str, part: str, said: str) -> None:
    """What was given wrong at the use, what is wrong in the part there."""
    told = problems(HEAD + use, **{"parts/visits": part})
    assert any(each.startswith(said) for each in told), told


def test_what_is_no_name_in_a_part_or_a_patch_is_refused_in_words() -> None:
    """Numbers, lists and mappings where none belong."""
    odd = PART.replace("[safe, unsafe]", "[1.5, [a], {b: c}]")
    assert problems(HEAD + USE + "title: -1.5\n", **{"parts/visits": odd})
    assert problems(HEAD + USE + "stages: 3\n", **{"parts/visits": PART})
    stage = "part: p\nstages: {last: {steps: 3}}\n"
    assert problems(HEAD + "use: [{part: ../p.yaml, as: x}]\n", p=stage)


def test_a_part_by_itself_is_no_pathway() -> None:
    """It is told what to do with it."""
    with refused_with(DefinitionError, match=r"1:1: this is a part, not a pathway"):
        load_pathway(PART)


def test_a_fixed_stage_takes_no_steps_of_a_part() -> None:
    """Adding is changing."""
    template = TEMPLATE.replace("fixed: [", "fixed: [stages.first, ")
    assert problems(HEAD + USE, template, **{"parts/visits": PART})[0].startswith(
        "nation/nation.yaml:5:5: `stages.first` is fixed in lib/region/region.yaml"
    )
