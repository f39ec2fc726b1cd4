"""Acting on a notice without an account: by the link that stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from casework import queries
from casework.acting import do
from casework.by_notice import act, held_notice
from casework.case_part import case_part
from casework.context import Onward
from casework.delivering import claim_notices, deliver
from casework.held_case import hold, view_of
from casework.manifest import said
from casework.proved_tables import TABLES
from casework.registering import register
from casework.verifying import verify_all, verify_installation
from engine import commands as c
from engine.acts_by_notice import offered_to_holder
from engine.errors import Refusal
from models.agencies import AgencyRow
from models.columns import table_of
from notifiers.base import Recipient, Rendered
from notifiers.memory import MemoryChannel
from tests.installations import AGENCIES, CANARY, SCREEN
from tests.noticed import (
    about,
    accepted,
    asked,
    asked_by_link,
    browser_of,
    delivered,
    entries,
    holder,
    link_in,
    told_in,
    with_notices,
)
from tests.portals import ADDRESS, read
from tests.principals import OPERATOR, TIME


@pytest.fixture(name="onward")
def _onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    with closing(with_notices(url, tmp_path)) as made:
        yield made


def test_a_request_is_accepted_by_its_link_and_the_log_says_by_which(onward: Onward) -> None:
    code, link = asked_by_link(onward)
    browser = browser_of(onward)
    assert "Accept Decline We have seen it" in read(browser.get(link))
    page, reference = browser.post(f"{link}/answer.accept"), link.split("/")[2]
    last = queries.case_log(onward, code, by=OPERATOR)[-1]
    command = last.entry.command
    assert f"Accept Recorded under {reference} Mon, 2 Mar 2026, 10:00" in read(page)
    assert (command.agency, command.person) == ("NG-HOME", f"link:{reference}")
    assert (command.entered_by, command.because) == ("", "")
    assert queries.case(onward, code, OPERATOR).state.hand_overs["ask_home.1"].status == "accepted"
    assert [each.faults for each in verify_all(onward, OPERATOR)] == [()]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whoever_only_opens_a_link_changes_nothing(onward: Onward, method: str) -> None:
    """Scanners of mail open every link, and every link behind it."""
    code, link = asked_by_link(onward)
    before, browser = entries(onward, code), browser_of(onward)
    for path in (link, f"{link}/answer.accept", f"{link}/answer.decline", f"{link}/see"):
        browser.ask(method, path)
    assert entries(onward, code) == before
    assert "ask_home" not in browser.get(link).text


class _Dying(MemoryChannel):
    """Sends, and then the worker dies before it records that."""

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        super().send(recipient, message, reference)
        raise KeyboardInterrupt


def test_a_notice_that_is_sent_twice_has_the_same_link(onward: Onward) -> None:
    code, dying = asked(onward), _Dying()
    (owed,) = (each for each in claim_notices(onward, code, TIME) if each.agency == "NG-HOME")
    with pytest.raises(KeyboardInterrupt):
        deliver(replace(onward, channel=dying), owed, TIME)
    deliver(onward, owed, TIME)
    (first,), (again,) = dying.sent, delivered(onward, code, "NG-HOME")
    assert link_in(again) == link_in(first.message.body) != ""
    assert told_in(again) == told_in(first.message.body) != ""


def test_what_is_sent_twice_is_done_once_with_the_same_receipt(onward: Onward) -> None:
    code, link = asked_by_link(onward)
    browser = browser_of(onward)
    first = read(browser.post(f"{link}/answer.accept"))
    before = entries(onward, code)
    assert read(browser.post(f"{link}/answer.accept")) == first
    by = holder(onward, link)
    receipts = [act(onward, by, "answer.accept", {}, {}) for _ in range(2)]
    assert receipts[0] == receipts[1] == held_notice(onward, by).receipts[0]
    assert entries(onward, code) == before


def test_a_form_from_another_site_does_nothing_by_a_link(onward: Onward) -> None:
    code, link = asked_by_link(onward)
    before, browser = entries(onward, code), browser_of(onward)
    for sent in ({"sec-fetch-site": "cross-site"}, {"origin": "http://elsewhere.example"}, {}):
        assert browser.post(f"{link}/answer.accept", headers=sent).status_code == 403
    assert entries(onward, code) == before


def test_a_stop_is_confirmed_by_the_link_of_who_is_to_stop(onward: Onward) -> None:
    """The responsible agency may confirm it too, but not by a notice."""
    code, _ = accepted(onward)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    link = link_in(delivered(onward, code, "NG-HOME")[-1])
    with onward.store.read() as connection:
        held = hold(onward, connection, code, lock=False)
    (stop,) = held.state.open_stops()
    assert offered_to_holder(view_of(held), "GH-ONE", stop.id) == []
    assert "Recorded under" in read(browser_of(onward).post(f"{link}/stopped"))
    assert not queries.case(onward, code, OPERATOR).state.open_stops()


def test_whoever_opens_the_way_in_the_database_is_found(onward: Onward) -> None:
    agencies = table_of(AgencyRow)
    assert verify_installation(onward, OPERATOR) == []
    with onward.store.write() as connection:
        way = update(agencies).where(agencies.c.code == "NG-TWO")
        connection.execute(way.values(without_account=["link"]))
    (fault,) = verify_installation(onward, OPERATOR)
    assert fault.values["row"] == "agency NG-TWO"


def test_an_agency_that_was_proved_before_there_were_links_stays_proved() -> None:
    """Its digest was made without the column."""
    before = dict.fromkeys(TABLES["agencies"].columns, "")
    assert "without_account" not in said("agencies", before | {"without_account": []})
    assert said("agencies", before | {"without_account": ["link"]})["without_account"] == ["link"]


def test_a_link_lets_do_what_its_notice_is_about_and_nothing_else(onward: Onward) -> None:
    _, notices = accepted(onward)
    offered = {
        label: {*held_notice(onward, holder(onward, link)).offered}
        if (link := link_in(about(notices, label)))
        else set()
        for label in ("Get ready", "Where", "Look", "Note", "Weigh", "Weigh again", "Choose")
    }
    assert offered["Get ready"] == {"accept", "decline", "complete", "extend"}
    assert offered["Where"] == {"accept", "decline", "complete"}
    assert offered["Look"] == {"accept", "decline"}, "what its form asks is not neutral"
    assert offered["Note"] == {"accept", "decline"}, "its form asks for what is protected"
    assert offered["Weigh"] == offered["Weigh again"] == set(), "four eyes"
    assert offered["Choose"] == set(), "a decision"


def test_an_open_form_is_filled_in_and_a_wrong_one_says_where(onward: Onward) -> None:
    code, notices = accepted(onward)
    link, browser = link_in(about(notices, "Where")), browser_of(onward)
    page = browser.get(f"{link}/complete")
    assert "Where it is" in read(page)
    assert browser.post(f"{link}/complete", {"filled": "yes"}).status_code == 422
    assert "Recorded under" in read(browser.post(f"{link}/complete", {"answer-place": "near"}))
    assert queries.case(onward, code, OPERATOR).state.tasks["where.1"].status == "done"


def test_a_period_is_made_longer_once_by_each_link(onward: Onward) -> None:
    code, notices = accepted(onward)
    link, browser = link_in(about(notices, "Get ready")), browser_of(onward)
    for _ in range(2):
        assert "Recorded under" in read(browser.post(f"{link}/extend"))
        assert "extend" not in held_notice(onward, holder(onward, link)).offered
    (clock,) = (
        each
        for each in queries.case(onward, code, OPERATOR).state.clocks.values()
        if each.about.startswith("prepare")
    )
    assert len(clock.extensions) == 1


def test_declining_takes_a_reason_and_leaves_a_receipt(onward: Onward) -> None:
    _, link = asked_by_link(onward)
    browser = browser_of(onward)
    assert browser.post(f"{link}/answer.decline").status_code == 422
    form = {"word-reason": "no_capacity"}
    done = read(browser.post(f"{link}/answer.decline", form))
    assert "Recorded under" in done
    assert "There is nothing more to do with this link" in done
    assert read(browser.get(link)) == done
    assert browser.post(f"{link}/answer.accept").status_code == 410


def test_no_words_of_ones_own_are_asked_for_and_no_moment(onward: Onward) -> None:
    _, link = asked_by_link(onward)
    form = browser_of(onward).get(f"{link}/answer.decline").text
    assert "word-reason" in form
    assert "<textarea" not in form
    assert "answer-at" not in form


def test_a_link_shows_nothing_but_the_words_of_its_notice(onward: Onward) -> None:
    code, notices = accepted(onward)
    browser = browser_of(onward)
    for link in filter(None, map(link_in, notices)):
        for path in (link, f"{link}/accept", f"{link}/complete"):
            page = browser.get(path)
            assert CANARY not in page.text
            assert "Full name" not in page.text
            assert f"/cases/{code}" not in page.text
    by = holder(onward, link_in(about(notices, "Get ready")))
    with pytest.raises(Refusal, match=r"not_authorised\.read"):
        case_part(onward, code, by)
    with pytest.raises(Refusal, match=r"not_authorised\.act"):
        do(onward, code, c.Accept(task="prepare.1"), by)


def test_the_pages_of_a_link_are_kept_by_nobody_and_named_to_nobody(onward: Onward) -> None:
    _, link = asked_by_link(onward)
    for answer in (
        browser_of(onward).get(link),
        browser_of(onward).get(f"{link}/answer.accept"),
        browser_of(onward).get(f"{link}a"),
        browser_of(onward).post(f"{link}/answer.accept", follow=False),
    ):
        assert answer.headers["referrer-policy"] == "strict-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert not [each for each in answer.cookies if each != "said"]


def test_only_agencies_that_the_registry_names_get_links(onward: Onward) -> None:
    code = asked(onward)
    assert all(not link_in(each) for each in delivered(onward, code, "GH-ONE"))
    register(onward, AGENCIES, by=OPERATOR)
    (notice,) = delivered(onward, asked(onward), "NG-HOME")
    assert (link_in(notice), "code" in notice) == ("", False)


def test_a_notice_says_nothing_of_links_where_there_is_nothing_to_do_by_one(onward: Onward) -> None:
    code, notices = accepted(onward)
    assert ADDRESS not in about(notices, "Choose")
    assert not claim_notices(onward, code, TIME)
