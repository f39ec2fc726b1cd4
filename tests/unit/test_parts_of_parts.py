"""A part that uses parts: parameters passed on, prefixes on prefixes, and no circle."""

from __future__ import annotations

from engine.loader import checked, load_pathway
from tests.regional import HEAD, problems, woven

ROUND = """\
part: round
with: [worker, since, often]
use:
  - part: look.yaml
    with: {who: $worker, what: Look after $since}
  - part: look.yaml
    as: second
    with: {who: $worker, what: Look once more}
steps:
  plan: {by: $worker, after: $since, due: $often after $since.done}
  close: {by: $worker, after: second_look, when: seen = well, otherwise: skip}
"""
LOOK = """\
part: look
with: [who, what]
data:
  seen: {choice: [well, ill]}
steps:
  look: {title: $what, by: $who, form: [seen], late: [remind $who], due: 1 week}
"""
USE = """\
use:
  - part: ../parts/round.yaml
    in: first
    as: spring
    with: {worker: desk, since: visit, often: 2 weeks}
  - part: ../parts/round.yaml
    in: first
    as: autumn
    with: {worker: manager, since: spring_close, often: 3 months}
"""
PARTS = {"parts/round": ROUND, "parts/look": LOOK}


def test_a_part_brings_the_parts_that_it_uses() -> None:
    """Each name has the prefixes of all uses that led to it; parameters are passed on."""
    document = woven(HEAD + USE, **PARTS)
    made = checked(document)
    steps = document.at(("stages", "first", "steps"))
    own = ["plan", "close", "look", "second_look"]
    brought = [f"{season}_{name}" for season in ("spring", "autumn") for name in own]
    assert list(steps) == ["talk", "agree", "visit", *brought]
    assert steps["autumn_second_look"]["form"] == ["autumn_second_seen"]
    assert steps["autumn_second_look"]["late"] == ["remind manager"]
    assert steps["spring_look"]["title"] == "Look after visit"
    assert steps["spring_close"]["after"] == "spring_second_look"
    assert steps["spring_close"]["when"] == "spring_seen = well"
    assert steps["autumn_plan"]["due"] == "3 months after spring_close.done"
    assert load_pathway(document.text).definition == made.definition


def test_a_part_puts_steps_into_a_stage_that_it_brings() -> None:
    """With `in`, as a pathway does."""
    stage = ROUND.replace("steps:\n", "stages:\n  care:\n    after: first\n    steps:\n").replace(
        "\n  plan", "\n      plan"
    )
    stage = stage.replace("\n  close", "\n      close") + "    then: end done\n"
    inside = stage.replace("part: look.yaml\n", "part: look.yaml\n    in: care\n")
    use = "use: [{part: ../parts/round.yaml, with: {worker: desk, since: visit, often: 2 weeks}}]\n"
    document = woven(HEAD + use, **{**PARTS, "parts/round": inside})
    assert list(document.at(("stages", "care", "steps"))) == [
        "plan",
        "close",
        "look",
        "second_look",
    ]
    elsewhere = inside.replace("in: care", "in: cure", 1)
    assert problems(HEAD + use, **{**PARTS, "parts/round": elsewhere}) == [
        "parts/round.yaml:5:9: there is no stage `cure` (did you mean `care`?)"
    ]


def test_what_is_wrong_in_the_inner_part_is_told_there() -> None:
    """And what is given wrong, where it is given."""
    assert problems(HEAD + USE, **{**PARTS, "parts/look": LOOK.replace("$who,", "$wo,")})[0] == (
        "parts/look.yaml:6:28: there is no parameter `wo` here (add it under the `with:` of the part;"
        " did you mean `who`?)"
    )
    wrong = ROUND.replace("{who: $worker", "{who: $wrker", 1)
    assert problems(HEAD + USE, **{**PARTS, "parts/round": wrong})[0].startswith(
        "parts/round.yaml:5:17: there is no parameter `wrker` here"
    )
    lacking = ROUND.replace("who: $worker, ", "", 1)
    assert problems(HEAD + USE, **{**PARTS, "parts/round": lacking})[0] == (
        "parts/round.yaml:4:5: the part `look` needs `who` (write `with: {who: ...}`)"
    )
    role = USE.replace("worker: manager", "worker: manger")
    assert problems(HEAD + role, **PARTS)[0].startswith(
        "nation/nation.yaml:12:20: there is no role `manger`"
    )


def test_what_two_parts_bring_alike_is_told_in_the_part_that_uses_them() -> None:
    """It is to write a prefix there."""
    twice = ROUND.replace("    as: second\n", "").replace("second_look", "look")
    assert problems(HEAD + USE, **{**PARTS, "parts/round": twice}) == [
        "parts/round.yaml:6:5: `data.seen` already exists (write `as:` and a prefix)",
        "parts/round.yaml:6:5: `steps.look` already exists (write `as:` and a prefix)",
    ]


def test_a_part_cannot_use_itself_by_any_way_round() -> None:
    """The whole circle is named, where it closes."""
    back = LOOK + "use: [{part: round.yaml, with: {worker: $who, since: look, often: 1 day}}]\n"
    assert problems(HEAD + USE, **{**PARTS, "parts/look": back}) == [
        (
            "parts/look.yaml:7:14: a part cannot use itself (break the circle: lib/parts/round.yaml ->"
            " lib/parts/look.yaml -> lib/parts/round.yaml)"
        )
    ]
    itself = LOOK + "use: [{part: look.yaml}]\n"
    assert problems(HEAD + USE, **{**PARTS, "parts/look": itself}) == [
        (
            "parts/look.yaml:7:14: a part cannot use itself (break the circle: lib/parts/round.yaml ->"
            " lib/parts/look.yaml -> lib/parts/look.yaml)"
        )
    ]


def test_a_part_is_no_template() -> None:
    """It is made of parts, and patches nothing."""
    odd = ROUND + "extends: ../region/region.yaml\n"
    assert problems(HEAD + USE, **{**PARTS, "parts/round": odd})[0].startswith(
        "parts/round.yaml:12:1: unknown word `extends`"
    )
