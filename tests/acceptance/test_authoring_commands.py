"""A coordinator at the command line: check, test and schema.

Starting a process takes longer than most of these commands, so that only some are: of each kind of
end, and of what is read from a pipe.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from tests.desk import Desk, Done

ROOT = Path(__file__).parents[2]
PATHWAY = """\
pathway: visit
version: 1
title: Ask and visit
effective: 2026-01-01
sides: [host]
roles:
  manager: case_manager @ host
data:
  wants_visit: {yes_no}
stages:
  contact:
    steps:
      ask: {by: manager, form: [wants_visit], due: {time: 2 working days, assumed: yes}}
      visit: {by: manager, after: ask, when: wants_visit = yes, otherwise: end no_visit, due: 1 month}
    then: end visited
ends: {visited: success, no_visit: neutral}
"""
SCENARIOS = """\
scenarios: visit
cases:
  welcome:
    opened: 2026-03-02 09:00
    by: GH-DSW
    country: GH
    roles: {manager: GH-DSW}
    play:
      - at: 2026-03-02 10:00
        by: GH-DSW
        do: complete ask
        answers: {wants_visit: true}
        expect: {open: [visit], due: {visit: 2026-04-02}}
      - at: +2 days
        by: GH-DSW
        do: complete visit
        expect: {end: visited}
"""


def onward(*words: str, cwd: Path) -> Done:
    """The command within this process."""
    with chdir(cwd):
        return Desk(cwd).run(*words)


def process(*words: str, cwd: Path, typed: str = "") -> Done:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "onward", *words],
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "visit.yaml").write_text(PATHWAY)
    (tmp_path / "visit.scenarios.yaml").write_text(SCENARIOS)
    shutil.copy(ROOT / "pathways" / "west_africa" / "agencies.yaml", tmp_path)
    return tmp_path


def test_check_passes_a_sound_pathway_and_lists_what_is_assumed(folder: Path) -> None:
    """Numbers that no policy sets are shown with their place."""
    result = process("check", ".", "--json", cwd=folder)

    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout)
    assert said.pop("notes") == [], "no country has a second agency of the type"
    assert said == {
        "problems": [],
        "assumptions": [
            {
                "place": "visit.yaml:13:47",
                "what": "stages contact steps ask due",
                "number": "2 working days",
            }
        ],
        "walks": [
            {
                "file": "visit.yaml",
                "situations": 4,
                "complete": True,
                "stopped": False,
                "doubtful": [],
            }
        ],
    }


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (3, "stopped after 3 situations, so it is not known which parts no case ever reaches"),
        (
            6,
            "4 situations walked through; a part of the others was left out, so it is not certain that a case reaches `again`",
        ),
        (99, "4 situations walked through, with none left"),
    ],
    ids=["the walk", "the second look", "neither"],
)
def test_check_says_which_look_was_cut_short(folder: Path, most: int, said: str) -> None:
    """What was walked to its end did not stop, though not everything was looked for farther."""
    never = "      again: {by: manager, after: visit, when: wants_visit = no, otherwise: skip}\n"
    (folder / "visit.yaml").write_text(
        PATHWAY.replace("    then: end v", f"{never}    then: end v")
    )

    result = onward("check", "visit.yaml", "--situations", str(most), cwd=folder)

    assert f"visit.yaml: {said}" in result.stdout


def test_check_notes_an_answer_that_only_tells_before_an_end(folder: Path) -> None:
    """A note, and no error: it may be meant so."""
    told = PATHWAY.replace("due: 1 month", "decide: {well: go on, ill: tell manager}, due: 1 month")
    (folder / "visit.yaml").write_text(told)

    result = onward("check", "visit.yaml", cwd=folder)

    assert result.returncode == 0, result.stdout
    column = told.splitlines()[13].index("tell manager") + 1
    assert result.stdout.startswith(f"visit.yaml:14:{column}: `ill` only tells `manager`: ")
    assert "check whether `end visited` is meant" in result.stdout


def test_check_notes_a_place_of_which_the_registry_beside_a_pathway_has_no_days(
    folder: Path,
) -> None:
    """A note too: cases may run with another registry."""
    elsewhere = PATHWAY.replace("time: 2 working days,", "time: 2 working days, calendar: FR,")
    (folder / "visit.yaml").write_text(elsewhere)

    result = onward("check", "visit.yaml", cwd=folder)

    assert result.returncode == 0, result.stdout
    column = elsewhere.splitlines()[12].index("FR") + 1
    assert f"visit.yaml:13:{column}: there is no calendar for FR in agencies.yaml" in result.stdout
    assert "name the place there under `countries`, as in `FR: {}`" in result.stdout


def test_check_tells_each_error_at_its_line_and_column(folder: Path) -> None:
    """Two errors of different sorts are told in one go, and the exit code says so."""
    broken = PATHWAY.replace("visit: {by: manager", "visit: {by: manger").replace(
        "due: 1 month", "due: 1 mnth"
    )
    (folder / "visit.yaml").write_text(broken)

    result = process("check", "visit.yaml", cwd=folder)

    assert result.returncode == 1
    places = [line.split(": ")[0] for line in result.stdout.splitlines()[:2]]
    assert places == ["visit.yaml:14:19", "visit.yaml:14:96"]
    assert "manager" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_scenarios_are_played(folder: Path) -> None:
    """Every scenario beside a pathway is walked, and counted."""
    result = onward("test", "visit.yaml", cwd=folder)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("1 scenario played, 0 expectations missed; ")


def test_one_faulty_file_does_not_keep_the_others_from_being_played(folder: Path) -> None:
    """Its fault is told, the others are played, and the command fails."""
    for name in ("other", "third"):
        (folder / f"{name}.yaml").write_text(PATHWAY)
        (folder / f"{name}.scenarios.yaml").write_text(SCENARIOS)
    (folder / "other.scenarios.yaml").write_text(
        SCENARIOS.replace("complete visit", "complete vist")
    )
    (folder / "third.yaml").write_text(PATHWAY.replace("after: ask", "after: aks"))

    result = onward("test", ".", "--junit", "report.xml", cwd=folder)

    assert result.returncode == 1
    assert result.stdout.startswith("1 scenario played, 0 expectations missed; ")
    assert result.stdout.rstrip().endswith("; 2 pathways not played")
    assert "no step `vist`" in result.stderr
    assert "third.yaml:14:35" in result.stderr
    report = (folder / "report.xml").read_text()
    assert report.count('errors="1"') == 2
    assert 'name="welcome"' in report


def test_a_missed_expectation_is_told_at_its_place(folder: Path) -> None:
    """What was seen stands beside what was expected."""
    (folder / "visit.scenarios.yaml").write_text(SCENARIOS.replace("2026-04-02", "2026-04-01"))

    result = process("test", "visit.yaml", cwd=folder)

    assert result.returncode == 1
    assert "visit.scenarios.yaml:13:" in result.stdout
    assert "visit is due 2026-04-02, not 2026-04-01" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "missing.yaml"), "there is no file missing.yaml"),
        (("test", "lonely.yaml"), "lonely.yaml has no scenarios"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    """No traceback reaches a user."""
    (folder / "lonely.yaml").write_text(PATHWAY)

    result = onward(*words, cwd=folder)

    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_every_command_takes_a_patched_pathway(folder: Path) -> None:
    """Its scenarios stand beside the patch; it is told of the template by a path from its folder."""
    template = folder / "region" / "visit.yaml"
    template.parent.mkdir()
    (folder / "visit.yaml").rename(template)
    head = "pathway: visit\nversion: 2\nextends: {}\nstages: {{contact: {{steps: {{ask: {{due: {}}}}}}}}}\n"
    (folder / "visit.yaml").write_text(head.format("region/visit.yaml", "3 working days"))
    for command in ("check", "test"):
        result = onward(command, "visit.yaml", cwd=folder)
        assert result.returncode == 0, result.stdout + result.stderr

    (folder / "visit.yaml").write_text(head.format("region/visit.yaml", "3 wrking days"))
    assert onward("check", "visit.yaml", cwd=folder).stdout.startswith("visit.yaml:4:41: ")


def test_the_library_of_the_docs_passes_and_differs_as_they_say(tmp_path: Path) -> None:
    """Written into folders, each pathway is well, and the parts are taken for none."""
    page = (ROOT / "docs/reference/templates.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"^```yaml file=(\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    checked = onward("check", ".", cwd=tmp_path)
    assert checked.stdout.splitlines()[-1] == "5 pathways: nothing wrong", checked.stdout
    for words, said in re.findall(
        r"^\$ onward (diff .*?)\n(.*?)^```", page, re.MULTILINE | re.DOTALL
    ):
        assert onward(*words.split(), cwd=tmp_path).stdout == said
        read = json.loads(onward(*words.split(), "--json", cwd=tmp_path).stdout)
        assert read[-1]["entry"] == "visit"
        assert {each["section"] for each in read} == {"head", "steps"}
    same = onward("diff", "hills/home.yaml", "hills/home.yaml", cwd=tmp_path)
    assert same.stdout.endswith("they mean the same\n")


def test_a_pathway_may_not_name_a_file_outside_of_its_library(folder: Path) -> None:
    """Neither by going up, nor by a path from the root, nor by a link."""
    inside = folder / "a" / "b" / "visit.yaml"
    inside.parent.mkdir(parents=True)
    (inside.parent / "link.yaml").symlink_to(folder / "visit.yaml")
    for path in ("../../visit.yaml", str(folder / "visit.yaml"), "link.yaml"):
        inside.write_text(f"pathway: visit\nversion: 2\nextends: {path}\n")
        said = onward("check", str(inside), cwd=folder).stdout.splitlines()[0]
        assert f"visit.yaml:3:10: `{path}` leads out of the library a/" in said


def test_the_schema_is_json(folder: Path) -> None:
    """An editor can read it."""
    result = process("schema", cwd=folder)

    assert json.loads(result.stdout)["title"] == "Pathway"
    assert result.stderr == ""


def test_simulate_tells_draws_and_says_what_it_is(folder: Path) -> None:
    """Tables and charts from the same seed as the JSON; without a rates file it says so."""
    words = ("simulate", "visit.yaml", "--cases", "40", "--seed", "3")
    told = onward(*words, "--charts", "charts", cwd=folder)
    assert told.returncode == 0, told.stderr
    assert "This is not a forecast" in told.stdout
    assert "every rate has its default value" in told.stderr
    drawn = {file.name for file in (folder / "charts").iterdir()}
    assert {"visit.waits_by_step.svg", "visit.late_by_agency.svg", "visit.ends.svg"} <= drawn
    for file in (folder / "charts").iterdir():
        svg = file.read_text()
        assert "not a forecast" in svg
        assert not re.search(r"(href|src)=.https?:", svg)
        assert re.search(r'<svg[^>]* width="1000"', svg), "opens in its own size"
    read = json.loads(onward(*words, "--json", cwd=folder).stdout)
    assert sum(row["cases"] for row in read["ends"]) == 40
    assert f"{read['ends'][0]['cases']}" in told.stdout
    assert [row["name"] for row in read["sides"]] == ["host"]


def test_a_chart_in_which_one_takes_much_longer_still_shows_the_others(folder: Path) -> None:
    """Each line stands for ten times the one before, the title says so, and every bar has its length."""
    rates = "rates: visit\nsteps: {ask: {wait: 12 hours}, visit: {wait: %s}}\n"
    widths = {}
    for name, wait in (("alike", "2 days"), ("wide", "200 days")):
        (folder / "visit.rates.yaml").write_text(rates % wait)
        onward("simulate", "visit.yaml", "--cases", "40", "--charts", name, cwd=folder)
        svg = (folder / name / "visit.waits_by_step.svg").read_text()
        assert ("each grid line is ten" in svg) is (name == "wide")
        bars = re.findall(r'<rect [^>]*?width="([\d.]+)"[^>]*class="rect reactive', svg)
        widths[name] = sorted(float(each) for each in bars)
    assert all(found[0] > found[-1] / 20 for found in widths.values())


def test_simulate_says_what_is_wrong_with_rates_at_its_place(folder: Path) -> None:
    """A name that the pathway does not have; nothing is simulated."""
    (folder / "visit.rates.yaml").write_text("rates: visit\nsteps:\n  aks: {minutes: 5}\n")
    told = onward("simulate", "visit.yaml", "--cases", "5", cwd=folder)
    assert told.returncode == 1
    assert told.stderr == "visit.rates.yaml:3:3: there is no step `aks` (did you mean `ask`?)\n"
    missing = onward("simulate", "visit.yaml", "--rates", "other.yaml", cwd=folder)
    assert (missing.returncode, missing.stderr) == (1, "other.yaml: No such file or directory\n")


def test_check_says_what_is_wrong_with_rates_beside_a_pathway(folder: Path) -> None:
    """Steps, outcomes and agencies; and what is wrong with the registry that they are held against."""
    (folder / "visit.rates.yaml").write_text(
        "rates: visit\nstaff: {GH-DSX: 1}\nsteps:\n  aks: {minutes: 5}\n  visit: {outcomes: {well: 1}}\n"
    )
    told = onward("check", "visit.yaml", cwd=folder)
    assert told.returncode == 1
    assert told.stdout.splitlines()[:3] == [
        "visit.rates.yaml:2:9: there is no agency `GH-DSX` (did you mean `GH-DSW`?)",
        "visit.rates.yaml:4:3: there is no step `aks` (did you mean `ask`?)",
        (
            "visit.rates.yaml:5:11: `outcomes` has no meaning for this step"
            " (leave it out; known here: minutes, wait)"
        ),
    ]
    (folder / "visit.rates.yaml").write_text("rates: visit\n")
    assert onward("check", "visit.yaml", cwd=folder).returncode == 0
    (folder / "agencies.yaml").write_text("registry: trial\nagencies: {GH-DSW: {name: One}}\n")
    assert (
        "agencies.yaml:2:12: `country` is missing"
        in onward("check", "visit.yaml", cwd=folder).stdout
    )


def test_a_rehearsal_is_saved_beside_its_pathway_and_passes_as_a_scenario(folder: Path) -> None:
    """Lines from a pipe; what stood in the file stays, and a change of the pathway is noticed."""
    lines = "complete ask\nyes\njump to next\nsave in_the_room\nquit\n"
    told = process("rehearse", "visit.yaml", "--by", "GH-DSW", cwd=folder, typed=lines)
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    assert "GH-DSW: visit.1" in told.stdout
    assert (folder / "visit.scenarios.yaml").read_text().startswith(SCENARIOS)
    assert "2 scenarios played, 0 expectations missed" in onward("test", ".", cwd=folder).stdout
    (folder / "visit.yaml").write_text(PATHWAY.replace("due: 1 month", "due: 3 weeks"))
    missed = onward("test", ".", cwd=folder)
    assert missed.returncode == 1
    assert "[in_the_room]" in missed.stdout


def test_a_rehearsal_begins_where_a_scenario_stands(folder: Path) -> None:
    """An unknown one is named, with those that there are."""
    (folder / "lines.txt").write_text("# nothing more to do\nwhy visit\n")
    words = ("rehearse", "visit.yaml", "--script", "lines.txt", "--scenario")
    assert "now: done" in onward(*words, "welcome", cwd=folder).stdout
    told = onward(*words, "other", cwd=folder)
    assert told.returncode == 1
    assert told.stderr == "visit.scenarios.yaml has no scenario `other`: it has welcome\n"
