"""A case by the command line alone: published, opened, walked on both sides, looked at, proved.

No Prefect runs. On the main way, what opens a case, what reads from a pipe and what ends it are separate
processes, as people type the commands; starting one takes a second, so all else calls what `onward` calls.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.desk import LIBRARY, Desk, FarDesk

ASKED_FOR = ("--ground", "request")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One installation for all tests of this file; each opens cases of its own."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.set_up()
    return made


@pytest.fixture(name="far_desk")
def _far_desk(desk: Desk) -> FarDesk:
    """The same installation, from outside."""
    return FarDesk(desk.folder)


def test_the_library_is_published_and_a_case_is_opened_on_it(desk: Desk) -> None:
    """Publishing it twice is no harm; the agency that opens a case reads French."""
    file = str(LIBRARY / "adult_return.yaml")
    assert "adult_return version 3 published" in desk.do("publish", file)
    assert "was published already" in desk.do("publish", file)

    said = desk.do("open", "adult_return", "--country", "CI", "--as", "CI-UCT")

    assert re.match(r"[\w-]{9} inscrit\nouvert\xa0: first_talk\.1 \(Premier entretien\)", said)


def test_a_case_goes_home_by_commands_alone(desk: Desk, far_desk: FarDesk) -> None:
    """Two sides: a yes, a request, a no, the next receiver's yes, the journey, the end."""
    code = far_desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS", "--language", "fr")
    desk.do("accept", code, "look.1", "--as", "GH-DSW")
    (request,) = [
        each for each in desk.json("requests", "--as", "NG-NAPTIP") if each["code"] == code
    ]
    assert (request["hand_over"], request["sender"]) == ("ask_home.1", "GH-GPS")

    desk.do("see", code, "ask_home.1", "--as", "ng-naptip")
    far_desk.do("ask", code, "ask_home.1", "--as", "NG-NAPTIP", "--words", typed="When?\n")
    said = desk.do(
        "answer", "decline", code, "ask_home.1", "--as", "NG-NAPTIP", "--reason", "no_capacity"
    )
    assert said == f"{code} recorded\n", "who has said no does not read who has the person now"
    desk.do(
        "answer",
        "accept",
        code,
        "ask_home.1",
        "--as",
        "NG-RECEIVER",
        "--conditions",
        typed="Papers",
    )
    desk.do("prepare", code, "ask_home.1", "--as", "NG-RECEIVER")
    desk.do("complete", code, "travel.1", "--as", "GH-GPS")
    said = far_desk.do("arrive", code, "travel.1", "--as", "NG-RECEIVER")

    assert "ended: settled" in said
    shown = far_desk.json("case", code)
    assert (shown["status"], shown["end"]) == ("ended", "settled")
    assert shown["responsible"] == "NG-RECEIVER"
    assert shown["sides"] == {"host": "GH", "origin": "NG"}
    assert desk.json("verify", code) == [
        {"code": code, "entries": shown["entries"], "faults": [], "erased": False}
    ]


def test_a_refusal_ends_the_case(desk: Desk) -> None:
    """The person says no: nobody over the border hears of it."""
    code = desk.open()

    said = desk.do("consent", "refuse", code, "agree.1", "--as", "GH-GPS")

    assert "ended: stays" in said
    told = [text for entry in desk.json("log", code) for text in entry["told"]]
    assert "Consent refused" in told
    assert not any("NG-" in text for text in told)


def test_no_line_of_a_log_is_empty(desk: Desk) -> None:
    """Whom a case is kept from is said to nobody beside the log: it names the act alone."""
    code = desk.open()
    desk.do("prohibit", code, "NG-RECEIVER", "--as", "GH-GPS")
    lines = [line.split() for line in desk.do("log", code).splitlines()]
    assert ["GH-GPS", "Prohibition"] in [line[-2:] for line in lines]
    assert desk.json("log", code)[-1]["told"] == []


def test_tasks_are_claimed_declined_reassigned_and_started(desk: Desk) -> None:
    """What is declined goes to the responsible agency; a manual step is opened by hand."""
    code = desk.open()
    desk.do("decline", code, "look.1", "--as", "GH-DSW", "--reason", "unsafe", "--words", typed="W")
    owned = {t["id"]: t["agency"] for t in desk.json("case", code)["tasks"]}
    assert owned["look.1"] == "GH-GPS"
    desk.do("reassign", code, "look.1", "--to", "gh-dsw", "--as", "GH-GPS")
    desk.do("claim", code, "look.1", "--as", "GH-DSW", "--person", "gh-dsw-desk-1")
    (mine,) = [t for t in desk.json("tasks", "--agency", "GH-DSW") if t["code"] == code]
    assert (mine["task"], mine["claimed_by"]) == ("look.1", "gh-dsw-desk-1")

    assert "open: tidy.1 (Put in order)" in desk.do("start", code, "tidy", "--as", "GH-GPS")


def test_an_interrupt_suspends_and_is_resolved(desk: Desk) -> None:
    """Nobody came: the journey rests until it is known what happened; another one ends all."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    desk.do("answer", "accept", code, "ask_home.1", "--as", "NG-NAPTIP")
    desk.do("complete", code, "travel.1", "--as", "GH-GPS")
    desk.do("no-show", code, "travel.1", "--as", "NG-NAPTIP")
    assert desk.json("case", code)["stages"]["passage"] == "suspended"

    desk.do("resolve", code, "no_show", "--as", "GH-GPS")
    assert desk.json("case", code)["stages"]["passage"] == "open"

    assert "ended: withdrawn" in desk.do("raise", code, "leaves", "--as", "GH-GPS")


def test_a_step_is_skipped_and_opened_against_the_rules(desk: Desk) -> None:
    """By the role that the pathway names; the case shows it from then on."""
    code = desk.open()
    reason = ("--reason", "done_elsewhere")
    assert "manager may act against the rules" in desk.refused(
        "skip", code, "look", "--as", "GH-GPS", *reason
    )
    desk.do("skip", code, "look", "--as", "GH-DSW", *reason, "--words", typed="By phone\n")
    desk.do("open-step", code, "look", "--as", "GH-DSW", "--reason", "urgent")

    flagged = desk.json("case", code)["overrides"]
    assert [each["how"] for each in flagged] == ["skipped", "opened"]
    assert "“Look around” skipped (done elsewhere), “Look around” opened (urgent)" in desk.do(
        "case", code
    )
    assert "phone" not in desk.do("log", code)


def test_a_consent_is_withdrawn_and_the_request_taken_back(desk: Desk) -> None:
    """What was asked on its ground is off at once, and the sender may revoke by itself too."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")

    desk.do("consent", "withdraw", code, "referral", "--as", "GH-GPS")

    assert desk.json("case", code)["consents"] == {"referral": "withdrawn"}
    assert [r for r in desk.json("requests", "--as", "NG-NAPTIP") if r["code"] == code] == []
    other = desk.open()
    desk.do("consent", "give", other, "agree.1", "--as", "GH-GPS")
    assert "ended: stays" in desk.do("revoke", other, "ask_home.1", "--as", "GH-GPS")


def test_lists_are_tables_for_people_and_json_for_programs(desk: Desk) -> None:
    """Due moments stand in the zone of who owes, codes are never broken in two."""
    code = desk.open()
    for words in (
        ("cases",),
        ("cases", "--status", "open", "--limit", "3"),
        ("tasks", "--agency", "GH-GPS"),
        ("requests", "--agency", "NG-NAPTIP"),
        ("undelivered",),
        ("log", code),
        ("verify",),
    ):
        assert isinstance(desk.json(*words), list), words
    assert code in desk.do("cases", "--limit", "1000")
    assert code.lower() not in desk.do("case", code.lower().replace("-", ""))
    table = desk.do("tasks", "--as", "GH-GPS")
    assert re.search(rf"{code} +agree\.1 +Ask for agreement +consent +assigned", table)
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    assert re.search(rf"{code} +ask_home\.1 .* WAT\b", desk.do("requests", "--as", "NG-NAPTIP"))
    assert "nothing to do" in desk.do("tasks", "--as", "GH-IOM")


def test_the_person_shows_only_to_who_needs_it(desk: Desk) -> None:
    """No list, no log and no error says a protected word; the agency that asks for it sees it."""
    code = desk.open()
    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")

    assert "Full name: Person 7" in desk.do("person", code, "--as", "GH-GPS")
    assert "no open task" in desk.refused("person", code, "--as", "NG-NAPTIP")
    everywhere = "".join(
        desk.do(*words)
        for words in (
            ("case", code, "--json"),
            ("log", code, "--json"),
            ("log", code),
            ("cases", "--json"),
            ("tasks", "--as", "GH-GPS", "--json"),
        )
    )
    assert "Person 7" not in everywhere


def test_the_log_needs_the_master_key(desk: Desk) -> None:
    """Under another key nothing is shown, and it says which key it takes."""
    code = desk.open()
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    said = desk.refused("log", code, ONWARD_MASTER_KEY=other)

    assert "provide the key under which this database was written" in said


def test_master_keys_rotate(tmp_path: Path) -> None:
    """With the new key first all is wrapped again, and then the new one alone opens it."""
    desk, (old, new) = Desk(tmp_path), ("A" * 43 + "=", "B" * 42 + "A=")
    desk.environment["ONWARD_MASTER_KEY"] = old
    desk.set_up()
    code = desk.open()

    desk.environment["ONWARD_MASTER_KEY"] = f"{new} {old}"
    assert desk.do("rotate-keys") == "2 keys were wrapped again\n"

    desk.environment["ONWARD_MASTER_KEY"] = new
    assert "0 with faults" in desk.do("verify", code)
    assert "Person 7" in desk.do("person", code, "--as", "GH-GPS")


def test_verify_finds_a_changed_record(tmp_path: Path) -> None:
    """Whoever changes a row by hand is found out, case by case."""
    desk = Desk(tmp_path)
    desk.set_up()
    code = desk.open()
    with sqlite3.connect(tmp_path / "home" / "onward.db") as database:
        database.execute("UPDATE log_entries SET agency = 'GH-GIS' WHERE number = 2")
    database.close()

    done = desk.run("verify")

    assert done.returncode == 1
    assert f"{code}: entry 2 was changed (table log_entries)" in done.stdout.splitlines()


def test_erasing_leaves_a_chain_that_holds(desk: Desk) -> None:
    """After the end the key may be destroyed; the log is proved and cannot be read."""
    code = desk.open()
    assert "is open" in desk.refused("erase", "person", code, *ASKED_FOR, "--yes")
    desk.do("raise", code, "leaves", "--as", "GH-GPS")

    assert "stopped" in desk.refused("erase", "case", code, *ASKED_FOR, typed="n\n")[-40:]
    desk.do("erase", "person", code, *ASKED_FOR, "--yes")
    desk.do("erase", "case", code, *ASKED_FOR, "--yes")
    again, *_ = desk.do("erase", "both", code, *ASKED_FOR).splitlines()
    assert again == "there is nothing to erase: the keys were destroyed before"

    assert "erased" in desk.refused("log", code)
    (proved,) = desk.json("verify", code)
    assert (proved["faults"], proved["erased"]) == ([], True)
    person, case = desk.json("erase", "list")
    assert person["owner"].startswith("person:")
    assert (case["owner"], case["cases"], case["ground"]) == (f"case:{code}", [code], "request")
    assert "the keys were destroyed before" in desk.do("erase", "case", code, *ASKED_FOR, "--yes")
    assert f"case:{code}" in desk.do("erase", "list")


def test_a_refused_command_of_its_own_process_ends_with_one_line(far_desk: FarDesk) -> None:
    """Nothing but the line reaches the terminal, and the code of the process tells programs."""
    assert far_desk.refused("case", "0000-0000") == "there is no case 0000-0000\n"
    assert "--as" in far_desk.refused("accept", "0000-0000", "talk.1", code=2)


def test_the_same_commands_keep_their_records_in_postgresql(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    """By its URL alone."""
    desk = Desk(tmp_path, empty_postgres_url.replace("postgresql+psycopg", "postgresql"))
    desk.set_up()
    code = desk.open()

    desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")

    assert [each["code"] for each in desk.json("cases")] == [code]
    assert "0 with faults" in desk.do("verify")


def test_a_request_is_put_on_a_list_looked_at_and_answered_for_a_group(desk: Desk) -> None:
    """Each agency sees its own side of it; what was refused in one case is said."""
    codes = [desk.open() for _ in range(2)]
    for code in codes:
        desk.do("consent", "give", code, "agree.1", "--as", "GH-GPS")
    first = codes[0]
    assert first in desk.do("requests", "--as", "GH-GPS", "--sent")
    assert "has no waiting list" in desk.refused(
        "answer", "waitlist", first, "ask_home.1", "--as", "NG-NAPTIP"
    )
    shown = desk.json("request", first, "ask_home.1", "--as", "NG-NAPTIP")
    assert (shown["status"], shown["known"]) == ("offered", {"risk": "low"})
    assert "Risk: Low" in desk.do("request", first, "ask_home.1", "--as", "NG-NAPTIP")
    desk.do("answer", "accept", first, "ask_home.1", "--as", "NG-NAPTIP")
    group = ["together", "accept ask_home", *codes, "--as", "NG-NAPTIP"]
    done = desk.run(*group)
    assert (done.returncode, done.stderr) == (1, "refused in 1 of 2 cases\n")
    assert f"{first}" in done.stdout
    assert "ask_home.1 is accepted" in done.stdout
    assert desk.json("case", codes[1])["requests"] == []
    desk.do("together", "complete travel", *codes, "--as", "GH-GPS")
    with_form = ["--answer", "nights=2"]
    assert "refused in 2 of 2" in desk.refused(
        "together", "arrive travel", *codes, "--as", "GH-GPS", *with_form
    )
    desk.do("together", "arrive travel", *codes, "--as", "NG-NAPTIP")


def test_records_are_proved_by_a_process_that_has_done_nothing_before(
    desk: Desk, far_desk: FarDesk
) -> None:
    """It knows every table by itself, and not only those that another command has brought along."""
    desk.open()
    assert "0 with faults" in far_desk.do("verify")
