"""A new version while cases run, as an operator types it: publish, impact, migrate, back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework import case_moves, migrating, moving
from casework.context import Onward
from tests.desk import LIBRARY, PATHWAY, Desk, Done

SECOND = PATHWAY.replace("version: 1", "version: 2\nrunning_cases: ask").replace(
    "due: {time: 2 working days,", "due: {time: 6 working days,"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Version 1, the agencies, and one case past its first talk."""
    made = Desk(tmp_path)
    made.set_up()
    return made


def written(desk: Desk, text: str) -> str:
    file = desk.folder / "passage.yaml"
    file.write_text(text)
    return str(file)


def test_a_version_for_which_agencies_are_asked(desk: Desk) -> None:
    """Impact of the file, before it is published; then by agency; then back."""
    code, file = desk.open(), written(desk, SECOND)
    said = desk.do("impact", file)
    assert "passage version 2: 1 running case: 0 unaffected, 0 stays, 1 can move, 0 cannot" in said
    assert "days later" in said
    assert f"can move: {code}" in said
    (case,) = desk.json("impact", file)["cases"]
    assert (case["code"], case["word"]) == (code, "can move")
    assert [each["about"] for each in case["deadlines"]] == ["look.1"]
    said = desk.do("publish", file)
    assert "ask: 1 running case on older versions stays there until somebody moves it" in said
    assert "running_cases: ask" in desk.refused("migrate", "passage@2")
    assert desk.do("migrate", "passage@2", "--preview", "--responsible", "GH-GPS").endswith(
        "1 case would move\n"
    )
    assert desk.json("case", code)["version"] == 1
    said = desk.do("migrate", "passage@2", "--responsible", "GH-GPS")
    assert said.endswith("1 case moved\n")
    assert desk.json("case", code)["version"] == 2
    log = desk.do("log", code)
    assert "operator operator-1" in log
    assert "Moved from version 1 to 2" in log
    seen = desk.do("migrate", "passage@2", "--revert", "--preview")
    assert "days earlier" in seen
    assert desk.json("case", code)["version"] == 2
    assert desk.do("migrate", "passage@2", "--revert") == seen.replace("would move", "moved")
    assert desk.json("case", code)["version"] == 1
    assert "0 with faults" in desk.do("verify")


def test_a_version_that_moves_its_cases_as_it_is_published(desk: Desk) -> None:
    """Those that cannot move are named with the reason; the others are on it at once."""
    code = desk.open()
    moves = SECOND.replace("running_cases: ask", "running_cases: migrate")
    assert desk.do("publish", written(desk, moves)).endswith("migrate: 1 case moved\n")
    assert desk.json("case", code)["version"] == 2
    assert "rule of version 2" in desk.do("log", code)
    gone = moves.replace("version: 2", "version: 3").replace("      look:", "      gaze:")
    done = desk.run("publish", written(desk, gone))
    said = done.stdout
    assert done.returncode == 1, "as migrate does"
    assert f"cannot: task look.1 is open, but step look no longer exists: {code}" in said
    assert said.endswith("migrate: 0 cases moved, 1 cannot\n")
    again = desk.run("publish", written(desk, gone))
    assert (again.returncode, "1 running case stays on older versions" in again.stdout) == (1, True)
    (line,) = desk.json("cases", "--cannot-move")
    assert (line["code"], line["cannot_move_to"]) == (code, 3)
    assert "contact; cannot move to version 3, which is in force" in desk.do("cases")
    assert "cannot move to version 3" in desk.do("case", code)
    assert "Cannot move to version 3, which is in force" in desk.do("log", code)
    done = desk.run("migrate", "passage@3", "--json")
    (one,) = json.loads(done.stdout)
    assert (done.returncode, one["word"]) == (1, "cannot")
    assert {
        "code": "hinders.step_of_task_gone",
        "values": {"task": "look.1", "step": "look"},
        "text": "task look.1 is open, but step look no longer exists",
    } in one["reasons"]


def test_publishing_again_goes_on_with_the_cases(desk: Desk) -> None:
    """As after a kill: what the version has still to move is moved, and what was called off is said."""
    moves = SECOND.replace("running_cases: ask", "running_cases: migrate")
    desk.do("publish", written(desk, moves))
    opened = ("open", "passage", "--country", "GH", "--as", "GH-GPS", "--version", "1")
    code = desk.do(*opened).split()[0]
    said = desk.do("publish", written(desk, moves))
    assert "passage version 2 was published already" in said
    assert said.endswith("migrate: 1 case moved\n")
    assert desk.json("case", code)["version"] == 2
    desk.do("migrate", "passage@2", "--revert")
    said = desk.do("publish", written(desk, moves))
    assert "migrate: 0 cases moved\nmigrate: 1 running case stays on older versions" in said
    assert "`onward migrate passage@2` moves those that can move" in said


def test_a_version_that_holds_from_a_later_day(desk: Desk) -> None:
    """Publish says on which day the cases move by themselves; before it nothing does, and it can be called
    off.
    """
    desk.open()
    later = SECOND.replace("running_cases: ask", "running_cases: migrate")
    later = later.replace("effective: 2026-01-01", "effective: 2030-01-01")
    said = desk.do("publish", written(desk, later))
    assert "migrate: 1 running case moves by itself on 2030-01-01 (UTC)" in said
    assert "takes effect only on 2030-01-01" in desk.refused("migrate", "passage@2")
    assert "as if the cases moved today" in desk.do("impact", "passage@2")
    done = desk.run("migrate", "passage@2", "--revert")
    assert done.stderr == "version 2 no longer moves cases by itself\n"
    assert done.stdout == "0 cases moved back\n"
    assert desk.run("migrate", "passage@2", "--revert").stderr == ""
    assert desk.do("impact", "passage@2").endswith(" UTC by operator-1\n")
    (change,) = desk.json("impact", "passage@2")["changes"]
    assert (change["word"], change["person"]) == ("called off", "operator-1")


def test_a_version_whose_day_comes_too_late_is_noted(desk: Desk) -> None:
    """A newer one is in effect before it: no case will open on it, and nobody else would say so."""
    later = SECOND.replace("effective: 2026-01-01", "effective: 2030-01-01")
    first = desk.run("publish", written(desk, later))
    assert (first.returncode, first.stderr) == (0, "")
    third = SECOND.replace("version: 2", "version: 3").replace("2026-01-01", "2029-12-31")
    done = desk.run("publish", written(desk, third))
    why = (
        "version 3 is in effect by then: cases are opened on version 2 only if somebody asks for"
        " it by number"
    )
    assert (done.returncode, done.stderr) == (
        0,
        f"version 2 takes effect on 2030-01-01, but {why} [note]\n",
    )
    fourth = third.replace("version: 3", "version: 4")
    moves = fourth.replace("running_cases: ask", "running_cases: migrate")
    said = desk.run("publish", written(desk, moves)).stderr.splitlines()
    assert [each[:9] for each in said] == ["version 2", "version 3"]
    last = third.replace("version: 3", "version: 5").replace("2029-12-31", "2026-01-01")
    said = desk.run("publish", written(desk, last)).stderr.splitlines()
    assert len(said) == 3
    assert "`onward migrate passage@4 --revert` calls that off [note]" in said[-1]
    desk.do("migrate", "passage@4", "--revert")
    said = desk.run("publish", written(desk, last)).stderr.splitlines()
    assert (
        said[-1]
        == f"version 4 takes effect on 2029-12-31, but {why.replace('3', '5').replace('version 2', 'version 4')} [note]"
    )


def test_who_acts_before_any_worker_acts_by_the_version_in_force(tmp_path: Path) -> None:
    """No worker has run since its day; one that cannot move is acted in by the old one."""
    desk = Desk(tmp_path)
    desk.environment |= {
        "ONWARD_CLOCK": "stored",
        "ONWARD_CLOCK_STARTS": "2026-03-02T09:00:00+00:00",
    }
    desk.set_up()
    code, held = desk.open(), desk.open()
    desk.do("start", held, "tidy", "--as", "GH-GPS")
    moves = SECOND.replace("running_cases: ask", "running_cases: migrate")
    moves = moves.replace("effective: 2026-01-01", "effective: 2026-03-03")
    moves = moves.replace("      look:\n", "      gaze:\n        was: look\n")
    moves = moves.replace("      tidy: {", "      clean: {")
    assert "2 running cases move by themselves" in desk.do("publish", written(desk, moves))
    desk.do("claim", code, "look.1", "--as", "GH-DSW", "--person", "gh-dsw-desk-1")
    assert desk.json("case", code)["version"] == 1
    desk.do("clock", "2026-03-03T08:00+00:00")
    assert "no open task look.1" in desk.refused("complete", code, "look.1", "--as", "GH-DSW")
    assert desk.json("case", code)["version"] == 2
    assert "rule of version 2" in desk.do("log", code)
    desk.do("complete", code, "gaze.1", "--as", "GH-DSW", "--person", "gh-dsw-desk-1")
    desk.do("complete", held, "look.1", "--as", "GH-DSW", "--person", "gh-dsw-desk-1")
    assert (desk.json("case", held)["version"], "Cannot move" in desk.do("log", held)) == (1, True)
    assert "0 with faults" in desk.do("verify")


def test_pinned_cases_move_by_name_alone(desk: Desk) -> None:
    """What `pin` means, and the way round it."""
    code, other = desk.open(), desk.open()
    pinned = SECOND.replace("running_cases: ask", "running_cases: pin")
    assert "pin: 2 running cases on older versions stay there" in desk.do(
        "publish", written(desk, pinned)
    )
    assert "running_cases: pin" in desk.refused("migrate", "passage@2")
    assert desk.do("migrate", "passage@2", "--case", code).endswith("1 case moved\n")
    assert [desk.json("case", each)["version"] for each in (code, other)] == [2, 1]
    assert "combined with --responsible" in desk.refused(
        "migrate", "passage@2", "--revert", "--responsible", "GH-DESK"
    )
    assert (
        "this case is on passage version 1"
        in desk.run("migrate", "passage@2", "--revert", "--case", other).stdout
    )


def both(desk: Desk, *words: str) -> Done:
    """What a preview says and how it ends, which is as the real one does."""
    seen = desk.run("migrate", *words, "--preview")
    done = desk.run("migrate", *words)
    said = seen.stdout.replace("would move", "moved"), seen.stderr, seen.returncode
    assert said == (done.stdout, done.stderr, done.returncode)
    return done


def test_a_preview_is_refused_as_the_move_is(desk: Desk) -> None:
    """With the same words and the same exit code, and it shows the same."""
    code, ended = desk.open(), desk.open()
    desk.do("raise", ended, "leaves", "--as", "GH-GPS")
    for number, rule in ((2, "pin"), (3, "ask")):
        text = SECOND.replace("version: 2", f"version: {number}")
        desk.do(
            "publish", written(desk, text.replace("running_cases: ask", f"running_cases: {rule}"))
        )
    late = SECOND.replace("version: 2", "version: 4").replace("2026-01-01", "2030-01-01")
    desk.do("publish", written(desk, late))
    assert "running_cases: pin" in both(desk, "passage@2", "--responsible", "GH-GPS").stderr
    assert "running_cases: ask" in both(desk, "passage@3").stderr
    assert "takes effect only on 2030-01-01" in both(desk, "passage@4", "--case", code).stderr
    assert (
        "there is no agency XX-NOPE" in both(desk, "passage@3", "--responsible", "xx-nope").stderr
    )
    assert f"cannot: this case is ended: {ended}" in both(desk, "passage@3", "--case", ended).stdout
    unknown = both(desk, "passage@3", "--case", "2345-6789")
    assert (unknown.returncode, "there is no case 2345-6789" in unknown.stdout) == (1, True)
    written(desk, SECOND.replace("version: 2", "version: 5"))
    draft = str(desk.folder / "passage.yaml")
    assert "version 5 of passage has not been published" in both(desk, draft, "--case", code).stderr
    moved = both(desk, "passage@3", "--case", code, "--case", code)
    assert moved.stdout.endswith("1 case moved\n"), "a case that is named twice moves once"
    there = both(desk, "passage@3", "--case", code)
    assert (there.returncode, there.stdout) == (0, "0 cases moved, 1 there already\n")
    below = both(desk, "passage@2", "--case", code)
    assert (
        below.returncode,
        "already on a later version of passage: version 3" in below.stdout,
    ) == (1, True)


def test_cases_and_their_agency_are_not_named_together(desk: Desk) -> None:
    """An agency that is not responsible for the case would be passed over in silence."""
    code = desk.open()
    desk.do("publish", written(desk, SECOND))
    words = ("migrate", "passage@2", "--case", code, "--responsible", "NG-RECEIVER")
    for call in (words, (*words, "--preview")):
        assert "--responsible, not both" in desk.refused(*call)
    assert desk.json("case", code)["version"] == 1


def test_what_is_back_already_is_no_failure(desk: Desk) -> None:
    """Of two who move cases back at once, each case is moved back once, and both are right."""
    code, other = desk.open(), desk.open()
    desk.do("publish", written(desk, SECOND))
    desk.do("migrate", "passage@2", "--case", code)
    assert desk.do("migrate", "passage@2", "--revert").endswith("1 case moved back\n")
    again = desk.run("migrate", "passage@2", "--revert", "--case", code)
    assert (again.returncode, again.stdout) == (0, "0 cases moved back, 1 there already\n")
    never = desk.run("migrate", "passage@2", "--revert", "--case", other)
    assert (
        never.returncode,
        "this case is on passage version 1" in never.stdout,
    ) == (
        1,
        True,
    )


def test_after_ctrl_c_it_is_said_what_is_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that the same command goes on, as it does."""
    codes = [desk.open() for _ in range(3)]
    desk.do("publish", written(desk, SECOND))
    move_case = migrating.move_case

    def pressed(onward: Onward, code: str, *given: Any, **named: Any) -> case_moves.MoveOutcome:
        if code == codes[1]:
            raise KeyboardInterrupt
        return move_case(onward, code, *given, **named)

    command = ("migrate", "passage@2", "--responsible", "GH-GPS")
    with monkeypatch.context() as patched:
        patched.setattr(migrating, "move_case", pressed)
        done = desk.run(*command)
    assert done.returncode == 130
    assert done.stdout.endswith("1 case moved\n")
    assert (
        done.stderr
        == "stopped: everything listed above is done; run the same command again to continue\n"
    )
    assert desk.do(*command).endswith("2 cases moved\n")


def test_a_preview_that_is_stopped_claims_nothing_as_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not say that it could be continued."""
    desk.open()
    desk.do("publish", written(desk, SECOND))

    def pressed(*_: Any, **__: Any) -> Iterator[case_moves.MoveOutcome]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(moving, "preview_cases", pressed)
    done = desk.run("migrate", "passage@2", "--preview", "--responsible", "GH-GPS")
    assert (done.returncode, done.stderr) == (130, "")


def test_a_draft_that_keeps_a_published_number_is_not_weighed(desk: Desk) -> None:
    """It would be weighed as what it is not: its number says which text that is."""
    code, file = desk.open(), written(desk, SECOND)
    desk.do("publish", file)
    written(desk, SECOND.replace("6 working days", "9 working days"))
    words = (
        "version 2 of passage has already been published with a different text: write `version: 3`"
    )
    for call in (("impact",), ("migrate", "--preview"), ("migrate", "--case", code)):
        assert words in desk.refused(*call, file)
    written(desk, PATHWAY.replace("2 working days", "9 working days"))
    assert "version 1 of passage has already been published with a different text" in desk.refused(
        "impact", file
    )
    written(desk, SECOND)
    assert "1 can move" in desk.do("impact", file)


def test_a_pathway_is_not_published_while_something_fails(desk: Desk) -> None:
    """Neither what the walk finds, nor a scenario that misses, nor a number from before."""
    extra = "      extra: {by: screener, after: travel, when: not hand_over.ask_home.accepted, otherwise: skip}"
    never = SECOND.replace("    then: end settled", f"{extra}\n    then: end settled")
    assert "passage.yaml:" in desk.refused_at_length("publish", written(desk, never))
    scenarios = """\
scenarios: passage
cases:
  wrong:
    opened: 2026-03-02 09:00
    by: GH-GPS
    country: GH
    play:
      - {at: +1 hour, expect: {open: [travel]}}
"""
    (desk.folder / "passage.scenarios.yaml").write_text(scenarios)
    said = desk.run("publish", written(desk, SECOND), "--registry", str(LIBRARY / "agencies.yaml"))
    assert said.returncode == 1
    assert "passage.scenarios.yaml:" in said.stderr
    assert "version 2 of passage has not been published" in desk.refused(
        "diff", "passage@1", "passage@2"
    )


def test_a_moved_case_is_explained_and_drawn_under_its_new_names(desk: Desk) -> None:
    """What was written down under the old ones does not stand in the way."""
    code = desk.open()
    renamed = SECOND.replace("running_cases: ask", "running_cases: migrate")
    renamed = renamed.replace("      look:\n", "      gaze:\n        was: look\n")
    desk.do("publish", written(desk, renamed))
    assert desk.json("case", code)["version"] == 2
    for words in (("explain", code), ("explain", code, "gaze"), ("explain", code, "gaze.1")):
        assert "gaze" in desk.do(*words).lower()
    desk.do("complete", code, "gaze.1", "--as", "GH-DSW", "--person", "gh-dsw-desk-1")
    assert "Look around" in desk.do("log", code)
