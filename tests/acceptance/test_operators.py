"""Who runs an installation, what they enter for agencies, and what stands on record of both."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock
from unittest.mock import ANY

import pytest

from casework.authenticating import account
from tests.desk import FOR_TRAINING, FORM, LIBRARY, PATHWAY, ROOT, Desk, FarDesk
from tests.typed_commands import CODE, COMMANDS, Typed

AS_POLICE, TELEPHONE = ("--as", "GH-GPS"), ("--because", "telephone")
NIGHT = "nightshift"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An installation in which people are real."""
    return set_up(Desk(tmp_path))


@pytest.fixture
def training(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.set_up()
    return made


def set_up(desk: Desk) -> Desk:
    for name in FOR_TRAINING:
        del desk.environment[name]
    desk.set_up()
    return desk


def opened(desk: Desk, *because: str) -> str:
    said = desk.do("open", "passage", "--country", "GH", "--as", "GH-GPS", *because)
    return said.split()[0]


@contextmanager
def sitting_at_night() -> Iterator[None]:
    """Commands are typed by another account of the machine."""
    with mock.patch("casework.authenticating.account", return_value=NIGHT):
        yield


def change(desk: Desk, statement: str) -> None:
    """As somebody does who can write the database."""
    with closing(sqlite3.connect(desk.home / "onward.db")) as database:
        assert database.execute(statement).rowcount == 1
        database.commit()


def test_a_list_of_suspensions_says_who_made_each(training: Desk) -> None:
    code = training.open()
    training.do("agency", "suspend", "GH-GPS")
    assert "operator operator-1" in training.do("log", code), "and not that time did"
    (line,) = [each for each in training.do("agency", "list").splitlines() if "GH-GPS" in each]
    assert line.split()[:2] == ["GH-GPS", "operator"]


def test_the_account_that_sets_up_is_the_first_operator(desk: Desk) -> None:
    (first,) = desk.json("operator", "list")
    assert (first["code"], first["account"], first["removed_at"]) == ("operator-1", account(), None)
    begun = desk.json("operator", "log")[0]
    assert (begun["number"], begun["operator"], begun["act"]) == (1, "operator-1", "set_up")
    assert begun["about"] == {"account": account(), "code": "operator-1", "training": "no"}


@pytest.mark.parametrize(
    "words",
    [
        ("cases",),
        ("log", CODE),
        ("verify",),
        ("publish", "{folder}/passage.yaml"),
        ("operator", "add", "operator-9", "--account", NIGHT),
        ("tasks", *AS_POLICE, *TELEPHONE),
        ("claim", CODE, "talk.1", *AS_POLICE, *TELEPHONE),
    ],
    ids=lambda words: words[0],
)
def test_another_account_is_told_in_one_line_how_it_is_added(
    desk: Desk, words: tuple[str, ...]
) -> None:
    """Whatever it asks for, also to be an operator: only one who is adds it."""
    with sitting_at_night():
        said = desk.refused(*(word.format(folder=desk.folder) for word in words))
    assert said == (
        f"the account {NIGHT} is not an operator of this installation: an operator can add it with"
        f" `onward operator add CODE --account {NIGHT}`\n"
    )
    assert [each["account"] for each in desk.json("operator", "list")] == [account()]


def test_another_account_starts_nothing_either(desk: Desk) -> None:
    """What `up` starts reads every case."""
    with sitting_at_night():
        assert f"{NIGHT} is not an operator" in desk.refused("up")


def test_an_account_that_was_added_may_until_it_is_removed(desk: Desk) -> None:
    """What it enters has its own code; it may be added once more, under the same one."""
    add = ("operator", "add", "operator-2", "--account", NIGHT)
    desk.do(*add)
    with sitting_at_night():
        code = opened(desk, *TELEPHONE)
        assert desk.json("log", code)[0]["entered_by"] == "operator-2"
    assert "operator-2, who is or was an operator" in desk.refused(*add)
    other = ("operator", "add", "operator-2", "--account", "dayshift")
    assert "operator-2, who is or was an operator" in desk.refused(*other)
    desk.do("operator", "remove", "operator-2")
    with sitting_at_night():
        assert "is not an operator of this installation" in desk.refused("cases")
    assert desk.json("operator", "list")[1]["removed_at"]
    desk.do(*add)
    with sitting_at_night():
        assert code in desk.do("cases")
    assert "0 with faults" in desk.do("verify")


def test_the_last_operator_stays(desk: Desk) -> None:
    """One may remove oneself only where somebody else is left."""
    remove = ("operator", "remove", "operator-1")
    assert "there is no operator operator-7" in desk.refused("operator", "remove", "operator-7")
    assert "is the last operator" in desk.refused(*remove)
    desk.do("operator", "add", "operator-2", "--account", NIGHT)
    desk.do(*remove)
    with sitting_at_night():
        assert "is the last operator" in desk.refused("operator", "remove", "operator-2")


def test_what_was_done_stands_on_record(desk: Desk) -> None:
    """Each act once, by whom; what was refused or changed nothing is not among them."""
    code = opened(desk, *TELEPHONE)
    asked = (*AS_POLICE, *TELEPHONE)
    desk.do("complete", code, "talk.1", *asked, "--answers", "-", typed=FORM)
    desk.do("raise", code, "leaves", *asked)
    desk.do("publish", str(desk.folder / "passage.yaml"))
    desk.refused("operator", "remove", "operator-1")
    desk.do("operator", "add", "operator-2", "--account", NIGHT)
    with sitting_at_night():
        desk.do("rotate-keys")
        desk.do("erase", "case", code, "--ground", "order", "--yes")
    desk.do("operator", "remove", "operator-2")
    assert [(each["operator"], each["act"], each["about"]) for each in done(desk)] == [
        ("operator-1", "publish", {"pathway": "passage", "version": "1"}),
        ("operator-1", "load_registry", {"registry": "west_africa"}),
        ("operator-1", "operator_add", {"account": NIGHT, "code": "operator-2"}),
        ("operator-2", "rotate_keys", {"master_key": ANY}),
        ("operator-2", "erase", {"ground": "order", "owner": f"case:{code}"}),
        ("operator-1", "operator_remove", {"code": "operator-2"}),
    ]
    shown = desk.do("operator", "log")
    assert "operator-2   rotate keys" in shown
    assert f"owner case:{code}" in shown


def done(desk: Desk) -> list[dict[str, object]]:
    """What operators did since it was set up."""
    log: list[dict[str, object]] = desk.json("operator", "log")
    assert [each["number"] for each in log] == [*range(1, len(log) + 1)]
    return log[1:]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE operator_log SET operator = 'operator-2' WHERE number = 2", "2 was changed"),
        ("UPDATE operator_log SET act = 'rotate_keys' WHERE number = 2", "2 was changed"),
        ("UPDATE operator_log SET about = '{}' WHERE number = 3", "3 was changed"),
        ("UPDATE operator_log SET about = 'x' WHERE number = 3", "3 cannot be read: about"),
        (
            "UPDATE operator_log SET made_at = '2026-01-01 00:00:00' WHERE number = 1",
            "1 was changed",
        ),
        ("DELETE FROM operator_log WHERE number = 2", "2 is missing"),
    ],
)
def test_what_was_changed_in_the_record_is_named(desk: Desk, statement: str, fault: str) -> None:
    assert desk.run("verify").stderr == ""
    change(desk, statement)
    done = desk.run("verify")
    assert (done.returncode, done.stdout) == (1, "0 cases (0 entries): 0 with faults\n")
    assert done.stderr == f"act of operators {fault} (table operator_log)\n"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE installation SET is_training = NOT is_training",
            "installation 1 was changed (table installation)",
        ),
        (
            f"INSERT INTO operators VALUES (2, 1, 'operator-2', '{NIGHT}', '2026-03-02', NULL)",
            "operator operator-2 was added: no record mentions it (table operators)",
        ),
        (
            "UPDATE operators SET account = account || '-2'",
            "operator operator-1 was changed (table operators)",
        ),
    ],
)
def test_what_was_changed_beside_the_record_is_named(
    desk: Desk, statement: str, fault: str
) -> None:
    """By somebody who can write the database: no command does it."""
    change(desk, statement)
    with mock.patch("casework.authenticating.account", return_value=_account_now(desk)):
        assert desk.refused("verify") == f"{fault}\n"


def _account_now(desk: Desk) -> str:
    with closing(sqlite3.connect(desk.home / "onward.db")) as database:
        return str(database.execute("SELECT account FROM operators WHERE id = 1").fetchone()[0])


def test_one_that_was_for_training_says_so_too(training: Desk) -> None:
    """Made real by a change of its row, it would say so of people who are not."""
    change(training, "UPDATE installation SET is_training = 0")
    del training.environment["ONWARD_TRAINING"]
    said = "installation 1 was changed (table installation)\n"
    assert training.refused("verify") == said


def test_training_is_no_reason_where_people_are_real(desk: Desk) -> None:
    """Neither an option nor the environment makes it one, and nothing is recorded."""
    words = ("open", "passage", "--country", "GH", "--as", "GH-GPS")
    said = "people in this installation are real: --because must be telephone, paper or outage\n"
    assert desk.refused(*words, "--because", "training") == said
    assert desk.refused(*words, ONWARD_BECAUSE="training") == said
    assert desk.do("cases") == "no cases\n"


@pytest.mark.parametrize("words", [("registry", "load"), ("publish",)], ids=" ".join)
def test_one_that_stands_never_comes_to_be_for_training(desk: Desk, words: tuple[str, ...]) -> None:
    file = desk.folder / ("passage.yaml" if words == ("publish",) else "agencies.yaml")
    said = desk.refused(*words, str(file), "--training")
    assert said.startswith(
        "this installation was not set up for training, and this cannot be changed"
    )
    assert desk.refused(*words, str(file), ONWARD_TRAINING="yes") == said
    assert desk.json("operator", "log")[0]["about"]["training"] == "no"
    assert "0 with faults" in desk.do("verify")


def test_one_for_training_says_so_with_whatever_it_says(tmp_path: Path) -> None:
    """On standard error, so that what a program reads stays what it is; in the reader's language."""
    desk = Desk(tmp_path)
    desk.environment = {"ONWARD_HOME": str(desk.home)}
    banners = {
        "en": "Training: nobody in this installation is real.",
        "fr": "Formation\N{NO-BREAK SPACE}: personne n'est réel dans cette installation.",
        "pt": "Formação: ninguém nesta instalação é real.",
    }
    with mock.patch("tests.desk.without_banner", str):
        desk.do("registry", "load", str(LIBRARY / "agencies.yaml"), "--training")
        for language, banner in banners.items():
            done = desk.run("cases", "--json", ONWARD_LANGUAGE=language)
            assert (json.loads(done.stdout), done.stderr) == ([], f"{banner}\n")
        asked = ("tasks", "--as", "CI-CNLTP", "--because", "training")
        assert desk.run(*asked).stderr == f"{banners['fr']}\n"
        (tmp_path / "passage.yaml").write_text(PATHWAY)
        desk.do("publish", str(tmp_path / "passage.yaml"))
        assert desk.run("diff", "passage@1", "passage@1").stderr == f"{banners['en']}\n"


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.for_agency], ids=lambda each: each.name
)
def test_without_a_reason_nothing_is_said_of_a_case(
    asked: tuple[Desk, str], command: Typed
) -> None:
    """Word for word the same of a case that there is and of one that there is not."""
    desk, code = asked
    said = {
        desk.refused(*(case if word == CODE else word for word in command.words), *AS_POLICE)
        for case in (code, CODE)
    }
    assert said == {
        "say with --because why you enter this for the agency: telephone, paper or outage\n"
    }


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str]:
    """An installation and a case in it, for tests that change neither."""
    desk = set_up(Desk(tmp_path_factory.mktemp("asked")))
    return desk, opened(desk, *TELEPHONE)


def test_in_one_for_training_the_reason_is_said_once_for_all(training: Desk) -> None:
    del training.environment["ONWARD_BECAUSE"]
    said = training.refused("tasks", "--as", "GH-GPS")
    assert "--because training, or set ONWARD_BECAUSE=training for all commands" in said
    assert training.run("tasks", "--as", "GH-GPS", ONWARD_BECAUSE="training").returncode == 0


@pytest.mark.parametrize(
    ("language", "by", "reasons"),
    [
        ("en", "entered by operator-1", ("by telephone", "from paper", "because of an outage")),
        ("fr", "saisi par operator-1", ("par téléphone", "sur papier", "en raison d'une panne")),
        ("pt", "registado por operator-1", ("por telefone", "em papel", "devido a uma avaria")),
    ],
)
def test_what_is_entered_stands_in_the_log_as_entered(
    logged: tuple[Desk, str], language: str, by: str, reasons: tuple[str, ...]
) -> None:
    """Below the agency: by whom, and why; in each language in which a log is read."""
    desk, code = logged
    lines = desk.do("log", code, "--language", language).splitlines()
    entered = [number for number, line in enumerate(lines) if f"{by}, " in line]
    for number, agency, reason in zip(
        entered, ("GH-GPS", "GH-GPS", "GH-DSW"), reasons, strict=True
    ):
        assert agency in lines[number - 1]
        assert f"{by}, {reason} " in lines[number]


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str]:
    """A case of which each entry was told in another way."""
    desk = set_up(Desk(tmp_path_factory.mktemp("logged")))
    code, police = opened(desk, *TELEPHONE), ("--as", "GH-GPS", "--person", "ama")
    talk = ("complete", code, "talk.1", *police, "--because", "paper", "--answers", "-")
    desk.do(*talk, typed=FORM)
    welfare = ("--as", "GH-DSW", "--person", "gh-dsw-desk-1")
    desk.do("complete", code, "look.1", *welfare, "--because", "outage")
    return desk, code


def test_a_program_reads_who_entered_it_for_whom(logged: tuple[Desk, str]) -> None:
    desk, code = logged
    names = ("agency", "person", "entered_by", "because")
    assert [tuple(each[name] for name in names) for each in desk.json("log", code)] == [
        ("GH-GPS", "", "operator-1", "telephone"),
        ("GH-GPS", "ama", "operator-1", "paper"),
        ("GH-DSW", "gh-dsw-desk-1", "operator-1", "outage"),
    ]


def test_a_set_up_that_was_killed_before_its_first_operator_is_finished_by_the_next_command(
    tmp_path: Path,
) -> None:
    """Each in a process of its own, as each has loaded only the tables that it needs."""
    desk = FarDesk(tmp_path)
    environment = {**os.environ, **desk.environment}
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environment, check=False)
    assert killed.returncode == KILLED_WITH
    desk.do("registry", "load", str(LIBRARY / "agencies.yaml"))
    assert "0 with faults" in desk.do("verify")


KILLED_WITH = 9
KILLED = f"""
import os
from casework import operators
from casework.bootstrap import connect

operators.begin = lambda *_, **__: os._exit({KILLED_WITH})
connect(set_up=True)
"""
