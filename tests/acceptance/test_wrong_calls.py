"""What is wrong with a command, a list or a setting is told in a line, and nothing is recorded."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.desk import FORM, ROOT, Desk, without_banner


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One installation for all tests of this file; each opens cases of its own."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    return made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("case", "0000-0000"), "there is no case 0000-0000"),
        (
            ("open", "nowhere", "--country", "GH", "--as", "GH-GPS"),
            "nowhere has not been published",
        ),
        (("open", "passage", "--country", "NG", "--as", "GH-GPS"), "cannot open a case in NG"),
        (("open", "passage", "--country", "GH", "--as", "GH-NONE"), "no agency GH-NONE"),
        (
            ("open", "passage", "--country", "GH", "--as", "GH-GPS", "--role", "manager"),
            "write --role as ROLE=AGENCY",
        ),
        (("publish", "missing.yaml"), "missing.yaml: No such file"),
        (("registry", "load", str(ROOT / "prefect.yaml")), "prefect.yaml:"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(desk: Desk, words: tuple[str, ...], said: str) -> None:
    """Nothing is recorded, the exit code says so, and no traceback is seen."""
    done = desk.run(*words)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--status", "closed"), "'closed' is not one of 'open', 'ended', 'merged'"),
        (("--after", "anybody at all"), "write a case code, such as 7K2F-9QXM"),
        (("--limit", "9" * 30), "less than or equal to 1000000"),
    ],
)
def test_a_list_of_what_cannot_be_is_refused_and_not_empty(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    """Who mistypes must not take it for `no cases`."""
    assert said in desk.refused("cases", *words, code=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("log", "nobody"), "write a case code, such as 7K2F-9QXM"),
        (("case", ""), "write a case code, such as 7K2F-9QXM"),
        (("migrate", "passage@1", "--case", "-"), "write a case code, such as 7K2F-9QXM"),
        (("undelivered", "--limit", "9" * 30), "less than or equal to 1000000"),
    ],
)
def test_what_is_no_code_and_no_number_is_not_looked_up(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    """Half of it would be told as if it had been typed."""
    assert said in desk.refused(*words, code=2)


NO_TEXT = "something that was typed, or an environment variable, is not UTF-8 text: correct it\n"


@pytest.mark.parametrize("words", [("resend", "\udcff"), ("resend", "--to", "\udcff"), ("tasks",)])
def test_bytes_that_are_no_text_are_no_fault_of_onward(desk: Desk, words: tuple[str, ...]) -> None:
    """A terminal with another encoding sends them."""
    assert desk.refused(*words, ONWARD_AGENCY="\udcff") == NO_TEXT


def test_a_notice_without_a_name_is_not_looked_up(desk: Desk) -> None:
    """As from a script in which a variable is empty."""
    assert "name either notices" in desk.refused("resend", "")
    assert "there is no notice -:" in desk.refused("resend", "-")


def test_a_home_that_is_a_file_is_told(desk: Desk) -> None:
    """Not that it exists."""
    file = desk.folder / "passage.yaml"
    said = desk.refused("publish", str(file), ONWARD_HOME=str(file))
    assert said == f"{file} is a file: ONWARD_HOME must name a folder\n"


def test_where_nobody_listens_a_command_ends_as_it_should(desk: Desk) -> None:
    """Whoever closes the output hears of no fault, and the act is done."""
    environment = {**os.environ, **desk.environment, "ONWARD_AGENCY": "GH-GPS"}
    call = [sys.executable, "-m", "onward", "open", "passage", "--country", "GH"]
    script = 'exec "$@" >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *call],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, without_banner(done.stderr)) == (0, "")


def test_ctrl_c_while_a_command_loads_is_no_traceback() -> None:
    """The first fifth of a second is that."""
    pressed = "raise KeyboardInterrupt"
    script = f"""
import sys
class Pressed:
    def find_spec(self, name, *rest):
        if name == "typer": {pressed}
sys.meta_path.insert(0, Pressed())
from onward.__main__ import main
main()
"""
    call = [sys.executable, "-c", script]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_wrong_turn_is_told_in_a_line(desk: Desk) -> None:
    """A refusal names what is wrong with a form, and never what was answered."""
    code = desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS").split()[0]
    talk = ("complete", code, "talk.1", "--as", "GH-GPS")

    assert "your agency has no part" in desk.refused("accept", code, "talk.1", "--as", "GH-DSW")
    assert "no open task jump.1" in desk.refused("accept", code, "jump.1", "--as", "GH-GPS")
    assert "reasons" in desk.refused("decline", code, "talk.1", "--reason", "x", "--as", "GH-GPS")
    wrong = FORM.replace("nights=3", "nights=some").replace("risk=low", "risk=lw")
    said = desk.refused(*talk, "--answers", "-", typed=wrong)
    assert (
        said.strip()
        == "nights: this is not a number, or is too large; risk: this is not one of low, high"
    )
    assert "full_name is not answered" in desk.refused(*talk, "--answer", "nights=3")
    assert "Person" not in desk.refused(*talk, "--answer", "Person 7")
    assert "mind is not asked here" in desk.refused(*talk, "--answer", "mind=3")
    late = desk.refused(*talk, "--at", "yesterday", code=2)
    assert "write day, hour and minutes" in late
    assert "only a person can claim a task" in desk.refused(
        "claim", code, "talk.1", "--as", "GH-GPS"
    )
    assert "--as" in desk.refused("accept", code, "talk.1", code=2)
    assert desk.json("case", code)["entries"] == 1


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("ONWARD_DATABASE_URL", "mysql://nobody@localhost/x", "not mysql"),
        ("ONWARD_DATABASE_URL", "no address", "address of the database cannot be read"),
        ("ONWARD_DATABASE_URL", "postgresql://x@127.0.0.1:1/x", "database"),
        ("ONWARD_MASTER_KEY", "short", "ONWARD_MASTER_KEY: key 1 is not 32 bytes"),
        ("ONWARD_CLOCK", "wall", "ONWARD_CLOCK:"),
        ("ONWARD_ADDRESSES", "missing.yaml", "missing.yaml: No such file"),
        ("ONWARD_CHANNEL_X", "y", "ONWARD_CHANNEL_X is not understood"),
    ],
)
def test_a_wrong_setting_is_told_in_a_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str
) -> None:
    """It names the setting, never a secret."""
    monkeypatch.setenv(setting, value)

    assert said in desk.refused("cases")


def test_a_staff_code_that_finds_no_room_is_refused_before_anything_is_done(desk: Desk) -> None:
    """It is kept beside the case, the task or the law; whatever the command, the limit is the same."""
    code = desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS").split()[0]
    for words in (
        ("claim", code, "talk.1", "--as", "GH-GPS", "--person"),
        ("export", "htcds", "--as", "GH-GPS", "--person"),
        ("operator", "add", "--account", "nightshift"),
    ):
        assert "at most 80 characters" in desk.refused(*words, "x" * 81, code=2)
    fits = desk.refused("claim", code, "talk.1", "--as", "GH-GPS", "--person", " " + "x" * 80)
    assert "this staff code of GH-GPS is not in the registry" in fits
