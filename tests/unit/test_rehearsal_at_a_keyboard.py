"""What a rehearsal asks of who types: a reason to decline, and whether to quit what is not saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.field_types import FIELD_TYPES
from engine.scenarios import load_scenarios
from onward.rehearsal.lines import WrittenLines
from onward.rehearsal.loop import Workshop
from tests.factories import HOME, lawful
from tests.unit.test_rehearsal import SOUND, begun

ASKED = ("complete talk risk=low visits=1 home_country=NG", "give agree", f"as {HOME}")


class Keyboard(WrittenLines):
    """Lines of somebody who sees each question before."""

    can_ask = True


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    return Told(tmp_path / "trial.scenarios.yaml", capsys)


class Told:
    """Plays lines, and gives what was shown."""

    def __init__(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file, self._capsys = file, capsys

    def by(self, *lines: str, of: type[WrittenLines] = Keyboard, sound: str = SOUND) -> str:
        Workshop(begun(lawful(sound)), of(lines), self.file).run()
        return self._capsys.readouterr().out


def test_a_decline_asks_for_its_reason(told: Told) -> None:
    """Until it is one; then it is declined for that, as in a scenario."""
    said = told.by(*ASKED, "decline send", "capacity", "no_capacity", "save refused")
    assert "why (no_capacity, outside_mandate, conflict_of_interest, unsafe, other): " in said
    assert "`capacity` is not a reason: did you mean `no_capacity`?" in said
    scenario = load_scenarios(told.file.read_text()).file.cases["refused"]
    assert scenario.play[-1].do == "decline send for no_capacity"


def test_whatever_needs_a_reason_of_a_list_asks_for_it(told: Told) -> None:
    """Each of its own list, as the act declares it."""
    said = told.by("skip talk", "urgent", "save skipped", sound=f"{SOUND}overrides: [screener]\n")
    assert "why (not_needed, done_elsewhere, not_possible, urgent, persons_wish, other): " in said
    scenario = load_scenarios(told.file.read_text()).file.cases["skipped"]
    assert scenario.play[-1].do == "skip talk for urgent"


def test_a_decline_with_its_reason_or_of_nothing_is_not_asked(told: Told) -> None:
    """And one that is asked and not answered declines nothing."""
    assert "why (" not in told.by(*ASKED, "decline send for unsafe")
    assert "why (" not in told.by("decline settle")
    said = told.by(*ASKED, "decline send")
    assert "nothing was done (unknown_reason)" in said
    assert "request send.1: decline" not in said


QUESTION = "The last moves are not saved: `save NAME` saves them. Quit all the same (yes, no)? "


def test_quit_asks_where_something_is_not_saved(told: Told) -> None:
    """No goes on; yes ends it; what is saved then is kept, and ends it too."""
    said = told.by(ASKED[0], "quit", "no", "list", "quit", "yes", "never read")
    assert said.count(QUESTION) == 2
    assert "agree.1" in said.split(QUESTION)[1]
    assert "never read" not in said
    assert "is not a command of the rehearsal" not in said
    said = told.by(ASKED[0], "quit", "save a_try", "never read")
    assert "case a_try" in said
    assert "never read" not in said
    assert told.by(ASKED[0], "quit", "save no", "list", "quit", "yes").count(QUESTION) == 2


def test_quit_does_not_ask_where_all_is_saved_or_nothing_was_done(told: Told) -> None:
    """Also after more was done and taken back again."""
    assert QUESTION not in told.by("quit")
    assert QUESTION not in told.by(ASKED[0], "undo", "quit")
    assert QUESTION not in told.by(ASKED[0], "save a_try", ASKED[1], "undo", "quit")
    assert QUESTION in told.by(ASKED[0], "save b_try", ASKED[1], "quit", "yes")


def test_lines_of_a_file_are_not_asked(told: Told) -> None:
    """Nobody is there to answer: what follows is the next command."""
    assert QUESTION not in told.by(ASKED[0], "quit", of=WrittenLines)


@pytest.mark.parametrize("name", ["no", "on", "null", "true", "y", "1st", "First", "a-b", "a" * 41])
def test_what_cannot_be_a_name_is_not_saved(told: Told, name: str) -> None:
    """YAML would read some of them as something else."""
    assert f"`{name}` is not a name" in told.by(ASKED[0], f"save {name}", "quit", "yes")
    assert not told.file.exists()


def test_a_name_of_two_words_is_no_name_and_a_file(told: Told, tmp_path: Path) -> None:
    """A file has a dot or a folder in it."""
    assert "`first try` is not a name" in told.by(ASKED[0], "save first try", "quit", "yes")
    other = tmp_path / "other.yaml"
    assert "case first" in told.by(ASKED[0], f"save first {other}", "quit")
    assert other.exists()


@pytest.mark.parametrize("kind", [*FIELD_TYPES, "choice: [one, other]"])
@pytest.mark.parametrize("many", ["", ", many"])
def test_something_stands_for_a_protected_answer_of_each_type(
    told: Told, kind: str, many: str
) -> None:
    """As for a nationality, or the languages that somebody speaks: nobody types it, and the form takes it."""
    sound = SOUND.replace("note: {text}", f"note: {{{kind}, protected{many}}}")
    said = told.by("complete talk risk=low visits=1 home_country=NG", "what", sound=sound)
    assert "note: protected" in said
    assert "give agree" in said


def test_several_numbers_are_typed_in_one_line(told: Told) -> None:
    """With commas between them, as in a cell of a file."""
    sound = SOUND.replace("visits: {number}", "visits: {number, many}")
    said = told.by("complete talk", "low", "1, 2", "NG", "what", sound=sound)
    assert "give agree" in said


@pytest.mark.parametrize(
    ("kind", "line", "answer"),
    [
        ("yes_no", "y", True),
        ("yes_no", "N", False),
        ("yes_no", "no", False),
        ("number, many", "1, 2,", [1, 2]),
    ],
)
def test_an_answer_is_typed_in_short(told: Told, kind: str, line: str, answer: object) -> None:
    """A letter for yes or no; a list with a comma after each."""
    sound = SOUND.replace("visits: {number}", f"visits: {{{kind}}}")
    told.by("complete talk", "low", line, "NG", "save a_try", sound=sound)
    scenario = load_scenarios(told.file.read_text()).file.cases["a_try"]
    assert scenario.play[-1].answers["visits"] == answer
