"""Looks are counted per person and hour, and refused above what the registry sets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework import delivering, links_shown, queries
from casework.case_rows import hold_installation
from casework.context import Onward
from casework.explaining import explain
from casework.impersonal import ClaimedNotice
from casework.looks import LookLine, looks
from casework.registering import register
from casework.request_view import request
from engine.errors import Refusal
from engine.message import message
from models.notices import OF_NO_CASE
from notifiers.memory import MemoryChannel
from tests.installations import (
    AGENCIES,
    HOME,
    HOME_TWO,
    SCREEN,
    START,
    addresses,
    asked_home,
    move_clock,
    ready,
)
from tests.outside import PATIENCE_SECONDS
from tests.principals import OPERATOR, TIME, staff

NO_CASE = "0000-0000"


def limited(onward: Onward, looks_an_hour: int) -> None:
    register(onward, f"{AGENCIES}looks_an_hour: {looks_an_hour}\n", OPERATOR)


def counts(onward: Onward, *, outside: bool = False) -> list[tuple[str, str, int, int, int]]:
    def of(line: LookLine) -> tuple[str, str, int, int, int]:
        return line.agency, line.person, line.looks, line.outside, line.refused

    return [of(line) for line in looks(onward, OPERATOR, outside=outside)]


def test_every_look_is_counted_whatever_comes_of_it(onward: Onward) -> None:
    """Those at cases that are not theirs apart, whether there is such a case or not."""
    code = asked_home(onward)
    request(onward, code, "ask_home.1", HOME)
    explain(onward, code, "", HOME)
    queries.protected_values(onward, code, SCREEN)
    with pytest.raises(Refusal):
        links_shown.links(onward, code, HOME_TWO)
    with pytest.raises(Refusal):
        explain(onward, NO_CASE, "", HOME_TWO)
    assert counts(onward) == [
        ("GH-ONE", "ama", 1, 0, 0),
        ("NG-HOME", "bola", 2, 0, 0),
        ("NG-TWO", "chi", 2, 2, 0),
    ]
    assert counts(onward, outside=True) == [("NG-TWO", "chi", 2, 2, 0)]


def test_the_operator_as_such_is_not_counted(onward: Onward) -> None:
    """They see codes and how cases stand, and no answer."""
    explain(onward, asked_home(onward), "", OPERATOR)
    assert counts(onward) == []


def test_above_what_the_registry_sets_they_are_refused_until_the_next_hour(
    onward: Onward,
) -> None:
    """For that person alone; guessing codes is a look like any other."""
    limited(onward, 2)
    code = asked_home(onward)
    for _ in range(2):
        explain(onward, code, "", HOME)
    for asked in (code, NO_CASE):
        with pytest.raises(Refusal, match="too_many_looks"):
            explain(onward, asked, "", HOME)
    explain(onward, code, "", SCREEN)
    assert ("NG-HOME", "bola", 2, 0, 2) in counts(onward)
    move_clock(onward, START + timedelta(hours=1))
    explain(onward, code, "", HOME)
    assert [line.looks for line in looks(onward, OPERATOR) if line.agency == "NG-HOME"] == [2, 1]


OVERSEEN = f"{AGENCIES}oversight: [GH-TWO]\n"


def own_notices(onward: Onward) -> list[ClaimedNotice]:
    return delivering.claim_notices(onward, OF_NO_CASE, by=TIME)


def test_oversight_hears_once_a_day_of_each_agency_that_looks_outside(onward: Onward) -> None:
    """Not of looks at its own cases, nor of each one; a notice with no word of a case or of whom."""
    channel = onward.channel
    assert isinstance(channel, MemoryChannel)
    onward = replace(onward, addresses=addresses("GH-TWO email"))
    register(onward, OVERSEEN, OPERATOR)
    code = asked_home(onward)
    explain(onward, code, "", HOME)
    assert own_notices(onward) == []
    for by in (HOME_TWO, HOME_TWO, staff(HOME_TWO.agency, "dayo")):
        with pytest.raises(Refusal, match="unknown_case"):
            explain(onward, code, "", by)
    (claimed,) = own_notices(onward)
    assert (claimed.agency, own_notices(onward)) == ("GH-TWO", [])
    assert delivering.deliver(onward, claimed, by=TIME).said == message(
        "prefect.handed_over", channel="email"
    )
    (sent,) = channel.sent
    assert "attention" in sent.message.body
    said = sent.message.subject + sent.message.body
    assert not [each for each in (code, "NG-TWO", "chi", "dayo") if each in said]
    (of_it,) = {line.notices for line in looks(onward, OPERATOR, outside=True)}
    assert of_it == (claimed.reference,)
    move_clock(onward, START + timedelta(days=1))
    with pytest.raises(Refusal, match="unknown_case"):
        explain(onward, NO_CASE, "", HOME_TWO)
    (again,) = own_notices(onward)
    assert again.reference != claimed.reference


def test_oversight_does_not_hear_of_its_own_looks(onward: Onward) -> None:
    register(onward, f"{AGENCIES}oversight: [NG-TWO, GH-TWO]\n", OPERATOR)
    with pytest.raises(Refusal, match="unknown_case"):
        explain(onward, NO_CASE, "", HOME_TWO)
    assert [each.agency for each in own_notices(onward)] == ["GH-TWO"]


def test_what_oversight_cannot_be_told_is_listed_and_sent_again(onward: Onward) -> None:
    """As any notice: it has no address yet, which is the operator's to mend."""
    register(onward, OVERSEEN, OPERATOR)
    with pytest.raises(Refusal, match="unknown_case"):
        explain(onward, NO_CASE, "", HOME)
    (claimed,) = own_notices(onward)
    assert not delivering.deliver(onward, claimed, by=TIME).delivered
    (line,) = queries.undeliverable(onward, OPERATOR)
    assert (line.reference, line.agency, line.owner) == (claimed.reference, "GH-TWO", "")
    mended = replace(onward, addresses=addresses("GH-TWO email"))
    assert delivering.retry_notice(mended, line.reference, by=OPERATOR) == "GH-TWO"
    (again,) = own_notices(mended)
    assert delivering.deliver(mended, again, by=TIME).delivered


def test_who_looks_waits_for_nobody_who_locks_the_installation(
    postgres_url: str, tmp_path: Path
) -> None:
    """A person and an hour have a row of their own. On SQLite each writer waits for every other."""
    with closing(ready(postgres_url, tmp_path)) as onward:
        code = asked_home(onward)
        with ThreadPoolExecutor(max_workers=1) as other, onward.store.write() as connection:
            hold_installation(onward, connection)
            other.submit(explain, onward, code, "", HOME).result(PATIENCE_SECONDS)


def test_a_registry_that_sets_no_number_lets_them_look(onward: Onward) -> None:
    """And one that is loaded later without it lifts it."""
    limited(onward, 1)
    register(onward, AGENCIES, OPERATOR)
    code = asked_home(onward)
    for _ in range(3):
        explain(onward, code, "", HOME)
