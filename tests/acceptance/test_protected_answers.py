"""Protected answers reach a command from a terminal, a file or standard input, and never in the command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desk import FORM, ROOT, Desk
from tests.terminal import NO_SCREEN, SCREEN, Terminal, terminal

CANARY = "Canary Q. Plainsong"
ON, OFF = "\x1b[?1049h", "\x1b[?1049l"
"""What a terminal is sent to show another screen, and to show the first one again."""
POLICE, OTHERS = ("--as", "GH-GPS"), ("--as", "GH-DSW")
"""Who opens the case, and an agency without a part in it yet."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One installation for all tests of this file; each opens cases of its own."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    return made


@pytest.fixture
def code(desk: Desk) -> str:
    """A case whose first form is not filled in."""
    return desk.do("open", "passage", "--country", "GH", *POLICE).split()[0]


@contextmanager
def at(desk: Desk, *words: str, kind: str = SCREEN) -> Iterator[Terminal]:
    with terminal(*words, environment=desk.environment, folder=ROOT, kind=kind) as shown:
        yield shown


def private(folder: Path, text: str, mode: int = 0o600) -> str:
    file = folder / "answers.txt"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_a_protected_answer_in_a_command_is_refused_and_not_repeated(desk: Desk, code: str) -> None:
    """It says what to do instead; whichever command it is, nothing is recorded."""
    answer = ("--answer", "nights=2", "--answer", f"full_name={CANARY}")
    for words in (
        ("complete", code, "talk.1", *POLICE),
        ("offer", code, "talk.1", *POLICE),
        ("answer", "accept", code, "ask_home.1", *POLICE),
    ):
        said = desk.refused(*words, *answer)
        assert said.startswith("full_name is protected, and must not be part of a command")
        assert "you are asked for it at the terminal, or use --answers FILE" in said
        assert CANARY not in said
    group = desk.run("together", "complete talk", code, *POLICE, *answer)
    assert group.returncode == 1
    assert "full_name is protected" in " ".join(group.stdout.split())
    assert CANARY not in group.stdout + group.stderr
    assert desk.json("case", code)["entries"] == 1


def test_what_is_written_behind_words_is_not_repeated(desk: Desk, code: str) -> None:
    """Nor where answers stand in place of a file."""
    for act in (("decline", code, "talk.1", "--reason", "unsafe"), ("ask", code, "ask_home.1")):
        said = desk.refused(*act, *POLICE, "--words", CANARY, code=2)
        assert "`--words` and `--conditions` take no value" in said
        assert CANARY not in said
    wrong = desk.refused("complete", code, "talk.1", *POLICE, "unexpected extra argument", code=2)
    assert "--words" not in wrong
    answer = f"full_name={CANARY}"
    for words in (
        ("complete", code, "talk.1", *POLICE, "--answers", answer),
        ("open", "passage", "--country", "GH", *POLICE, "--identity", answer),
        ("open", "passage", "--country", "GH", *POLICE, "--from", answer),
    ):
        said = desk.refused(*words)
        assert "name a file that contains the answers" in said
        assert CANARY not in said


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX only")
def test_a_file_of_answers_is_for_nobody_elses_eyes(desk: Desk, code: str, tmp_path: Path) -> None:
    """Whoever else can read it on this machine knows what it says."""
    complete = ("complete", code, "talk.1", *POLICE, "--answers")
    here = ("open", "passage", "--country", "GH", *POLICE)
    identity, rows = (*here, "--identity"), (*here, "--from")
    for mode in (0o644, 0o640, 0o604):
        file = private(tmp_path, FORM, mode)
        for words in (complete, identity, rows):
            said = desk.refused(*words, file)
            assert f"others on this machine can read or change it (mode {mode:04o})" in said
            assert f"chmod 600 {file}" in said
    assert desk.json("case", code)["entries"] == 1
    file = private(tmp_path, "full_name=Person 8\n", 0o400)
    opened = desk.do(*identity, file).split()[0]
    assert "Full name: Person 8" in desk.do("person", opened, *POLICE)
    desk.do(*complete, private(tmp_path, FORM))
    assert "Full name: Person 7" in desk.do("person", code, *POLICE)


def test_a_terminal_shows_what_is_protected_on_a_screen_that_goes(desk: Desk, code: str) -> None:
    """Whoever types a name sees it; when the form is filled in, nothing of it is there any more."""
    given = ("--answer", "nights=2", "--answer", "wants_visit=no")
    with at(desk, "complete", code, "talk.1", *POLICE, *given) as shown:
        assert ON in shown.answers("Full name: ", CANARY)
        shown.answers("Home country: ", "NG")
        shown.answers("Risk (low, high): ", "low")
        private_part = shown.waits_for(OFF)
        after = shown.waits_for("open: agree.1")
        assert shown.ends() == 0
    assert CANARY not in after
    assert OFF not in private_part.removesuffix(OFF)
    assert f"Full name: {CANARY}" in desk.do("person", code, *POLICE)


def test_a_terminal_without_such_a_screen_does_not_show_it(desk: Desk, code: str) -> None:
    """Other answers are typed in the open."""
    given = ("--answer", "nights=2", "--answer", "wants_visit=no")
    with at(desk, "complete", code, "talk.1", *POLICE, *given, kind=NO_SCREEN) as shown:
        shown.answers("Full name (not shown): ", CANARY)
        shown.answers("Home country: ", "NG")
        shown.answers("Risk (low, high): ", "low")
        shown.waits_for("open: agree.1")
        assert shown.ends() == 0
    assert (CANARY in shown.seen, ON in shown.seen, "NG" in shown.seen) == (False, False, True)
    assert f"Full name: {CANARY}" in desk.do("person", code, *POLICE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("complete", "{}", "talk.1", *OTHERS), "there is no case"),
        (("complete", "{}", "talk.1", *POLICE, "--outcome", "good"), "has no outcomes"),
        (("complete", "{}", "talk.9", *POLICE), "no open task talk.9"),
        (
            ("complete", "{}", "talk.1", *POLICE, "--answer", "nights=x"),
            "nights: this is not a number, or is too large",
        ),
        (("complete", "{}", "talk.1", *POLICE, "--answer", "mind=3"), "mind is not asked here"),
        (("complete", "{}", "talk.1", *POLICE, "--at", "2030-01-01T00:00+00:00"), "in the future"),
        (("decline", "{}", "talk.1", *POLICE, "--reason", "x", "--words"), "one of these reasons"),
        (("decline", "{}", "talk.1", *OTHERS, "--reason", "unsafe", "--words"), "there is no case"),
        (
            ("skip", "{}", "agree", *POLICE, "--reason", "emergency", "--words"),
            "may act against the rules",
        ),
    ],
)
def test_who_may_not_is_told_before_anything_is_asked(
    desk: Desk, code: str, words: tuple[str, ...], said: str
) -> None:
    """Nobody fills in a form, or writes words, for an act that is refused whatever they say."""
    with at(desk, *(word.format(code) for word in words)) as shown:
        assert shown.ends() == 1
    assert said in shown.seen, shown.seen
    assert ON not in shown.seen


def test_an_answer_that_does_not_fit_is_asked_again_at_once(desk: Desk, code: str) -> None:
    """The others are not typed twice."""
    given = ("--answer", "wants_visit=no", "--answer", "home_country=NG")
    with at(desk, "complete", code, "talk.1", *POLICE, *given) as shown:
        shown.answers("Full name: ", CANARY)
        shown.answers("Nights: ", "some")
        shown.answers("this is not a number, or is too large\nNights: ", "2")
        shown.answers("Risk (low, high): ", "lw")
        shown.answers("this is not one of low, high\nRisk (low, high): ", "low")
        shown.waits_for("open: agree.1")
        assert shown.ends() == 0


def test_words_that_were_announced_are_asked_for_until_there_are_some(
    desk: Desk, code: str
) -> None:
    """Blanks are none: the act is not done without its words."""
    decline = ("decline", code, "talk.1", "--reason", "unsafe", "--words")
    with at(desk, *decline, *POLICE) as shown:
        shown.answers("Details of the reason: ", "  ")
        shown.answers("Details of the reason: ", CANARY)
        shown.waits_for(f"{code} recorded")
        assert shown.ends() == 0


def test_what_was_typed_is_not_lost_by_a_refusal(desk: Desk, code: str) -> None:
    """It can be gone through again, as where a colleague has passed the task on for a moment."""
    given = ("--answer", "wants_visit=no", "--answer", "home_country=NG", "--answer", "nights=2")
    reassign = ("reassign", code, "talk.1", *POLICE, "--to")
    with at(desk, "complete", code, "talk.1", *POLICE, *given) as shown:
        shown.answers("Full name: ", CANARY)
        shown.waits_for("Risk (low, high): ")
        desk.do(*reassign, "GH-GIS")
        shown.types("low")
        refused = shown.answers("Go over what you typed and try again? [y/N]: ", "y")
        assert "another agency" in refused
        assert CANARY not in refused[refused.index(OFF) :]
        desk.do(*reassign, "GH-GPS")
        shown.answers(f"Full name [{CANARY}]: ", "")
        shown.answers("Risk (low, high) [low]: ", "high")
        shown.waits_for("open: agree.1")
        assert shown.ends() == 0
    assert f"Full name: {CANARY}" in desk.do("person", code, *POLICE)
    kept = [each for each in desk.folder.rglob("*") if each.is_file()]
    assert not any(CANARY.encode() in each.read_bytes() for each in kept)


def test_who_gives_up_after_a_refusal_has_recorded_nothing(desk: Desk, code: str) -> None:
    """The command ends as it does where nothing was typed."""
    decline = ("decline", code, "talk.1", "--reason", "unsafe", "--words")
    with at(desk, *decline, *POLICE, kind=NO_SCREEN) as shown:
        shown.waits_for("Details of the reason (not shown): ")
        desk.do("reassign", code, "talk.1", *POLICE, "--to", "GH-GIS")
        shown.types(CANARY)
        shown.answers("try again? [y/N]: ", "y")
        shown.answers("Details of the reason (not shown; Enter keeps what you typed): ", "")
        shown.answers("try again? [y/N]: ", "n")
        assert shown.ends() == 1
    assert CANARY not in shown.seen
    assert desk.json("case", code)["entries"] == 2


def test_who_is_shown_nothing_of_the_person_is_told_so(desk: Desk, code: str) -> None:
    """It is not recorded as a look; once something is known, it is shown."""
    assert desk.do("person", code, *POLICE) == (
        "nothing to show: there is nothing about the person that GH-GPS may read now\n"
    )
    assert desk.json("person", code, *POLICE) == {}
    assert desk.json("case", code)["entries"] == 1
    desk.do("complete", code, "talk.1", *POLICE, "--answers", "-", typed=FORM)
    assert desk.do("person", code, *POLICE) == "Full name: Person 7\n"
    assert desk.json("case", code)["entries"] == 3
