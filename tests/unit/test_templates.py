"""A template and its patch: what is merged, what is refused, and at which line of which file."""

from __future__ import annotations

import pytest

from engine.assumptions import assumptions
from engine.errors import DefinitionError
from engine.loader import checked, load_pathway, reload_pathway
from engine.pathway import Pathway
from engine.templates import read_pathway
from tests.regional import HEAD, NATION, REGION, TEMPLATE, TOWN, problems, woven
from tests.told import refused_with


def nation(body: str) -> Pathway:
    return checked(woven(HEAD + body))


def test_a_patch_says_only_what_is_different() -> None:
    """Names that are not in it are as in the template; name and version are its own."""
    made = nation("stages: {first: {steps: {talk: {due: 48 hours}}}}\n")
    assert (made.name, made.version, made.definition.title) == ("nation", 1, "A template")
    assert list(made.steps) == ["talk", "agree", "visit"]
    talk = made.steps["talk"].step
    assert talk.due is not None
    assert (str(talk.due.time), talk.due.assumed) == ("48 hours", False)
    assert [item.name for item in talk.form] == ["risk"]


def test_mappings_merge_and_lists_stand_in_the_place_of_lists() -> None:
    """One rule for every list."""
    made = nation(
        "data: {risk: {choice: [none, low, high]}, money: {number}}\n"
        "stages: {first: {steps: {visit: {due: {time: 5 days}, form: [money]}}}}\n"
    )
    assert made.definition.data["risk"].choice == ("none", "low", "high")
    assert made.definition.data["risk"].ordered is True
    due = made.steps["visit"].step.due
    assert due is not None
    assert (str(due.time), due.source) == ("5 days", "Guidance")


def test_what_is_removed_may_be_said_anew() -> None:
    """Removing comes first, so nothing of the old entry is left in the new one."""
    made = nation(
        "remove: [stages.first.steps.visit]\n"
        "stages: {first: {steps: {visit: {by: manager, after: agree}}}}\n"
    )
    assert made.steps["visit"].step.due is None
    assert list(nation("remove: stages.first.steps.visit\n").steps) == ["talk", "agree"]


def test_a_patch_may_itself_be_extended() -> None:
    """What was fixed below stays fixed above."""
    town = "pathway: town\nversion: 1\nextends: nation.yaml\n"
    nation_text = HEAD + "fixed: stages.first.steps.visit\ntitle: Of the nation\n"
    text = town + "stages: {first: {steps: {talk: {by: manager}}}}\n"
    made = checked(woven(text, file=TOWN, **{"nation/nation": nation_text}))
    assert (made.name, made.definition.title) == ("town", "Of the nation")
    assert made.steps["talk"].step.by == ("manager",)
    text = town + "remove: [stages.first.steps.agree, stages.first.steps.visit.due]\n"
    assert problems(text, file=TOWN, **{"nation/nation": nation_text}) == [
        (
            "nation/town.yaml:4:10: `stages.first.steps.agree` is fixed in lib/region/region.yaml"
            " (leave it as it is there)"
        ),
        (
            "nation/town.yaml:4:36: `stages.first.steps.visit` is fixed in lib/nation/nation.yaml"
            " (leave it as it is there)"
        ),
    ]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("remove: stages.first.steps.agree\n", "4:9"),
        ("remove: [stages.first]\nstages: {first: {steps: {go: {by: desk}}}}\n", "4:10"),
        ("consents: {refer: {ask: Will you?}}\n", "4:20"),
        ("consents: {refer: {valid: 1 month}}\n", "4:20"),
        ("stages:\n  first:\n    steps:\n      agree:\n        optional: yes\n", "8:9"),
        ("stages: {first: none}\n", "4:10"),
    ],
)
def test_what_is_fixed_may_be_neither_removed_nor_changed(body: str, at: str) -> None:
    """Whether by a word in it, or by taking away what it stands in."""
    said = problems(HEAD + body)
    assert said[0].startswith(f"nation/nation.yaml:{at}: `")
    assert all("is fixed in lib/region/region.yaml" in each for each in said)


def test_what_is_fixed_may_be_said_again() -> None:
    """Only a change is refused."""
    assert nation("consents: {refer: {ask: May we?}}\n").steps


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "stages: {first: {steps: {vsit: {due: 2 days}}}}\n",
            (
                "4:26: lib/region/region.yaml has no `stages.first.steps.vsit` to change"
                " (did you mean `visit`?)"
            ),
        ),
        (
            "stages: {second: {then: end done}}\n",
            (
                "4:10: lib/region/region.yaml has no `stages.second` to change"
                " (if it is meant to be new, add `steps:`)"
            ),
        ),
        (
            "remove: [stages.first.steps.vsit.due]\n",
            (
                "4:10: there is no `stages.first.steps.vsit.due`"
                " (did you mean `stages.first.steps.visit.due`?)"
            ),
        ),
        (
            "fixed: [data.money]\n",
            "4:9: there is no `data.money` (known there: risk)",
        ),
        (
            "stages: {first: {steps: {visit: {due: }}}}\n",
            (
                "4:34: `due` has no value (a clock reads like `24 hours`, `15 working days"
                " after ask_home.offered` or `earliest of (90 days, decide.done)`, or take it out"
                " of the template with `remove: [stages.first.steps.visit.due]`)"
            ),
        ),
        (
            "remove: 3\n",
            "4:9: a list is expected here (write it in brackets, as in `[one, two]`)",
        ),
    ],
)
def test_a_patch_of_what_is_not_there_is_refused(body: str, said: str) -> None:
    """A misspelt name does not quietly become something new."""
    assert problems(HEAD + body) == [f"nation/nation.yaml:{said}"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "stages: {frist: {steps: {talk: {due: 2 days}}}}\n",
            "4:10: lib/region/region.yaml has no `stages.frist` to change (did you mean `first`?)",
        ),
        (
            "data: {risk: {text}}\n",
            (
                "4:15: `risk` is a `choice` in lib/region/region.yaml, and a field has only one type"
                " (add `remove: [data.risk]`, and write the field again)"
            ),
        ),
    ],
)
def test_a_patch_that_seems_to_change_what_it_does_not_is_refused(body: str, said: str) -> None:
    """A stage with a slip in its name is no new one; a type does not take another's place."""
    assert problems(HEAD + body) == [f"nation/nation.yaml:{said}"]


@pytest.mark.parametrize(
    ("removed", "used_at"),
    [("clocks.far", "17:67"), ("consents.refer", "16:47, lib/region/region.yaml:17:46")],
)
def test_what_is_removed_is_told_with_the_phrases_that_use_it(removed: str, used_at: str) -> None:
    """Whatever word stands before its name there, and nothing else is told of it."""
    template = TEMPLATE.replace(
        "fixed: [consents.refer, stages.first.steps.agree]",
        "clocks: {far: 3 days after talk.done}",
    ).replace(
        "visit: {by: desk, after: agree,",
        "visit: {by: desk, after: agree, needs: consent.refer, when: clock.far.reached, otherwise: skip,",
    )
    (said,) = problems(HEAD + f"remove: [{removed}]\n", template)
    used = f"`{removed}` is still used: lib/region/region.yaml:{used_at}"
    assert said.startswith(f"nation/nation.yaml:4:10: {used} (")


def test_what_is_removed_and_still_used_is_told_where_it_is_removed() -> None:
    """Once, with every place where it is used."""
    (said,) = problems(HEAD + "remove: [roles.manager]\n")
    assert said.startswith("nation/nation.yaml:4:10: `roles.manager` is still used: ")
    assert "region/region.yaml:" in said


def test_each_error_points_to_the_line_of_the_file_that_has_it() -> None:
    """Of the patch where the patch says it, of the template where that does; the patch first."""
    broken = TEMPLATE.replace("end stays", "end sty").replace("to: manager", "to: manger")
    said = problems(HEAD + "stages: {first: {steps: {talk: {by: dsk}}}}\n", broken)
    assert [each.partition(": ")[0] for each in said] == [
        "nation/nation.yaml:4:37",
        "region/region.yaml:11:15",
        "region/region.yaml:16:67",
    ]


def test_what_is_missing_is_told_where_the_patch_speaks_of_it() -> None:
    """A condition without its other way, and a patch without a version."""
    assert problems("pathway: nation\nextends: ../region/region.yaml\n") == [
        "nation/nation.yaml:1:1: `version` is missing (add `version:`)"
    ]
    said = problems(HEAD + "stages: {first: {steps: {visit: {when: risk = low}}}}\n")
    assert said == [
        (
            "nation/nation.yaml:4:40: this does not say what happens if the condition does not hold"
            " (add `otherwise:`, as in `otherwise: skip` or `otherwise: end <name>`)"
        ),
    ]


def test_a_circle_is_refused_with_its_files() -> None:
    """Wherever it begins."""
    said = problems(HEAD, TEMPLATE + "extends: ../nation/nation.yaml\n", **{"nation/nation": HEAD})
    assert said == [
        (
            "region/region.yaml:21:10: a pathway cannot extend itself (break the circle:"
            f" {NATION} -> {REGION} -> {NATION})"
        )
    ]


def test_a_file_that_is_not_there_or_may_not_be_read_is_told() -> None:
    """At the word that names it."""
    assert problems("extends: ../region/regoin.yaml\n") == [
        (
            "nation/nation.yaml:1:10: there is no file lib/region/regoin.yaml"
            " (check the file and its path, which is relative to the folder of the file that names it)"
        )
    ]
    alone = (
        r"self-contained \(write what is in `\.\./region/region\.yaml` into the pathway itself\)"
    )
    with refused_with(DefinitionError, match=alone):
        load_pathway(HEAD, NATION)
    assert problems("remove: stages.x\n")[0].startswith(
        "nation/nation.yaml:1:1: there is no template to remove anything from"
    )


def test_a_template_that_is_no_yaml_is_told_at_its_own_line() -> None:
    """Not at the patch, which is well."""
    assert problems(HEAD, "pathway: region\n\tversion: 1\n") == [
        "region/region.yaml:2:1: there is a tab where spaces are needed (indent with spaces)"
    ]


def test_an_unknown_word_at_the_top_may_be_one_of_a_template() -> None:
    """The nearest word is looked for among all that may stand there."""
    assert "did you mean `fixed`?" in problems(HEAD + "fixd: [roles]\n")[0]


def test_the_whole_stands_alone_and_means_the_same() -> None:
    """Read again without any other file it is the same pathway; a plain file is kept as it is."""
    document = woven(HEAD + "title: 'Yes: no # so'\nremove: stages.first.steps.visit.due\n")
    made = checked(document)
    assert load_pathway(document.text).definition == made.definition
    assert reload_pathway(document.text, "nation version 1").definition == made.definition
    assert not {"extends", "remove", "fixed", "use"} & set(document.root)
    plain = TEMPLATE.replace("fixed:", "# fixed:")
    assert read_pathway(plain).text == plain


def test_an_assumption_of_the_template_is_listed_at_its_line_there() -> None:
    """Whoever patches it may set the number."""
    places = [str(each.place) for each in assumptions(woven(HEAD))]
    assert places == [f"{REGION}:15:51"]
    assert not assumptions(woven(HEAD + "stages: {first: {steps: {talk: {due: 24 hours}}}}\n"))


def test_whatever_may_be_a_whole_entry_may_be_added_by_a_patch() -> None:
    """One of each kind that the language has."""
    made = nation(
        "data: {money: {number}}\n"
        "consents: {money: {ask: May we?}}\n"
        "stages:\n"
        "  second:\n"
        "    steps:\n"
        "      pay: {by: desk, form: [money]}\n"
        "      ask: {by: desk, consent: money, refused: go on}\n"
        "  first:\n"
        "    steps:\n"
        "      pass_on: {hand_over: manager, needs: consent.refer, answer: 2 days,"
        " declined: go on, silent: tell desk, after: agree}\n"
        "      vote: {panel: {members: [desk, manager], quorum: 1, agree: all, tied: no_plan, no_quorum: no_plan}, due: 1 week,"
        " decide: {plan: go on, no_plan: go on}}\n"
        "interrupts: {leaves: {raised_by: desk, then: end stays}}\n"
    )
    assert {"pay", "ask", "pass_on", "vote"} < set(made.steps)
