"""What the flows are given: cases to look after, their story, notices that leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import delivering, migrating, queries
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from casework.impersonal import EndKind, TryLater
from casework.public_addresses import page_of_run
from casework.publishing import publish_pathway
from engine import commands as c
from engine.errors import Refusal
from engine.message import message
from flows.driving import Driving
from models.columns import table_of
from models.notices import NoticeAttempt, OwedNotice
from notifiers.base import ChannelFault, Recipient, Rendered
from notifiers.memory import MemoryChannel
from tests.installations import (
    CANARY,
    HOME,
    SCREEN,
    START,
    addresses,
    asked_home,
    move_clock,
    opened,
    ready,
    references,
)
from tests.laws import version
from tests.principals import OPERATOR
from wording.sentences import as_line, in_words

ALL = ("GH-ONE email", "GH-ONE sms", "NG-HOME email", "NG-TWO email")
_NOTICES, _ATTEMPTS = table_of(OwedNotice), table_of(NoticeAttempt)


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: MemoryChannel) -> Iterator[Onward]:
    """An installation whose agencies can all be reached."""
    made = ready(url, tmp_path, channel=channel)
    yield replace(made, addresses=addresses(*ALL))
    made.close()


@pytest.fixture
def driving(onward: Onward) -> Driving:
    """mypy proves that it is what the flows need."""
    return CaseDriving(onward)


ASKED = """      ask_home:
        hand_over: home
        after: assess
        needs: consent.referral
        seen: 2 working days
        answer: 15 working days
        declined: end stays
        silent: tell manager
"""
REST = "      rest: {by: manager, after: %s}\n"
WITH_REQUEST = version(
    2, (ASKED, ASKED.replace("end stays", "go on") + REST % "ask_home"), on="2026-01-01"
)
WITHOUT_REQUEST = version(3, (ASKED, REST % "assess"), on="2026-01-01")


def status_of(onward: Onward, reference: str) -> str:
    with onward.store.read() as connection:
        query = select(_NOTICES.c.status).where(_NOTICES.c.reference == reference)
        return str(connection.execute(query).scalar_one())


def test_a_case_is_claimed_by_one_and_found_again_after_a_turn(
    onward: Onward, driving: Driving
) -> None:
    """The lease keeps others away; whoever acts makes the case fresh."""
    code = opened(onward)
    (ref,) = driving.due(driving.now(), 10)
    assert (ref.code, ref.pressing, ref.is_open, ref.flow_run_id) == (code, True, True, None)
    assert driving.due(driving.now(), 10) == []
    do(onward, code, c.Claim(task="interview.1"), SCREEN)
    assert [ref.code for ref in driving.due(driving.now(), 10)] == [code]


def test_a_lease_that_ran_out_is_taken_over(onward: Onward, driving: Driving) -> None:
    """Leases count real time: a stored clock may stand still."""
    opened(onward)
    assert len(driving.due(driving.now(), 10)) == 1
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(lease_until=1.0))
    assert len(driving.due(driving.now(), 10)) == 1


def test_a_case_that_is_up_to_date_needs_nobody(driving: Driving, onward: Onward) -> None:
    """Its facts are told, its notices sent, its run remembered."""
    code = opened(onward)
    driving.remember_run(code, "run-1")
    driving.told(code, driving.story(code)[-1].number)
    for notice in driving.notices(code):
        driving.deliver(notice)
    assert driving.notices(code) == []
    assert driving.due(driving.now(), 10) == []
    assert driving.run_of(code) == "run-1"
    later = driving.now() + timedelta(days=2)
    assert [ref.pressing for ref in driving.due(later, 10)] == [True]


def test_of_many_cases_the_longest_overdue_are_taken_first(
    onward: Onward, driving: Driving
) -> None:
    """Before those that only have a notice to send, and nothing that could be overdue."""
    moments = (None, START - timedelta(days=1), START - timedelta(days=2))
    codes = [opened(onward) for _ in moments]
    with onward.store.write() as connection:
        for code, at in zip(codes, moments, strict=True):
            connection.execute(update(CASES).where(CASES.c.code == code).values(due_at=at))
    taken = [driving.due(START, 1)[0].code for _ in moments]
    assert taken == codes[::-1]


def test_open_cases_come_in_pages(onward: Onward, driving: Driving) -> None:
    """Each once, in the order of their codes."""
    codes = sorted(opened(onward) for _ in range(3))
    first = driving.open_cases("", 2)
    assert [ref.code for ref in [*first, *driving.open_cases(first[-1].code, 2)]] == codes


def test_the_story_and_the_status_tell_nothing_personal(onward: Onward, driving: Driving) -> None:
    """Labels, codes and words of the pathway."""
    code = asked_home(onward)
    story, status = driving.story(code), driving.status(code, in_words)
    assert "Asked NG-HOME: Ask home" in [as_line(each.said) for each in story]
    assert (status.waiting_for, status.countries) == ("Awaiting home answer", ("GH", "NG"))
    assert CANARY not in f"{story}{status}"
    do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    ended = driving.status(code, in_words)
    assert (ended.end, ended.end_kind, ended.next_moment) == ("Done", EndKind.SUCCESS, None)


def test_a_case_is_linked_by_the_public_address_alone(onward: Onward) -> None:
    """Of the agencies' pages, and of Prefect; a run that is not known yet has no page."""
    code = opened(onward)
    assert CaseDriving(onward).status(code, in_words).page == ""
    public = replace(onward, portal="https://onward.example", prefect="https://prefect.example")
    assert CaseDriving(public).status(code, in_words).page == f"https://onward.example/cases/{code}"
    assert page_of_run(onward, "some-run") == ""
    assert page_of_run(public, None) == ""
    assert page_of_run(public, "some-run") == "https://prefect.example/runs/flow-run/some-run"


def test_a_notice_is_handed_over_once(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """A second delivery of the same claim sends nothing."""
    code = opened(onward)
    (notice,) = driving.notices(code)
    assert driving.notices(code) == []
    assert driving.deliver(notice).delivered
    assert driving.deliver(notice).said.code == "prefect.settled_already"
    (sent,) = channel.sent
    assert (sent.reference, sent.recipient.channel) == (references(onward, code)[1], "email")
    assert CANARY not in repr(sent)


def test_a_channel_that_is_away_is_tried_again_then_the_next_one(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """With growing pauses, each attempt on record."""
    email, _ = onward.addresses.channels("GH-ONE")
    channel.fail(email, 9)
    code = opened(onward)
    moments: list[datetime] = []
    for _ in range(len(delivering.RETRY_MINUTES) + 1):
        (notice,) = driving.notices(code)
        with pytest.raises(TryLater) as later:
            driving.deliver(notice)
        moments.append(later.value.moment)
        move_clock(onward, later.value.moment)
    waits = [(b - a).total_seconds() / 60 for a, b in zip([START, *moments], moments, strict=False)]
    assert waits == [*delivering.RETRY_MINUTES, 0]
    (notice,) = driving.notices(code)
    assert driving.deliver(notice).said == message("prefect.handed_over", channel="sms")
    assert status_of(onward, references(onward, code)[1]) == "sent"
    with onward.store.read() as connection:
        tried = connection.execute(select(_ATTEMPTS.c.channel, _ATTEMPTS.c.outcome)).all()
    assert [tuple(row) for row in tried] == [("email", "transient")] * 5 + [("sms", "sent")]


class _SaysNothing(MemoryChannel):
    """A service whose answers are not understood."""

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        super().send(recipient, message, reference)
        return False


def test_what_a_service_does_not_say_is_recorded_as_handed_over(onward: Onward) -> None:
    """The sealed record never says that it was sent."""
    code = opened(onward)
    silent = CaseDriving(replace(onward, channel=_SaysNothing()))
    (notice,) = silent.notices(code)

    assert silent.deliver(notice).said == message("prefect.not_said", channel="email")
    with onward.store.read() as connection:
        assert list(connection.scalars(select(_ATTEMPTS.c.outcome))) == ["handed over"]


def test_what_no_channel_takes_is_visible_and_owned(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """The responsible agency sees it, and it can be queued again once addresses are mended."""
    for recipient in onward.addresses.channels("GH-ONE"):
        channel.fail(recipient, 1, ChannelFault.UNKNOWN_ADDRESS)
    code = opened(onward)
    with pytest.raises(TryLater):
        driving.deliver(driving.notices(code)[0])
    assert not driving.deliver(driving.notices(code)[0]).delivered
    (line,) = queries.undeliverable(onward, by=OPERATOR)
    first = references(onward, code)[1]
    assert (line.reference, line.agency, line.owner) == (first, "GH-ONE", "GH-ONE")
    assert (line.attempts, line.why) == (2, "unknown address")
    assert delivering.retry_notice(onward, line.reference, by=OPERATOR) == "GH-ONE"
    assert driving.deliver(driving.notices(code)[0]).delivered
    assert queries.undeliverable(onward, by=OPERATOR) == []
    with pytest.raises(
        Refusal, match=rf"not_given_up notice={first} status=\(status\.notice\.sent\)"
    ):
        delivering.retry_notice(onward, line.reference, by=OPERATOR)
    with pytest.raises(Refusal, match="unknown_notice notice=NONE-0000-1"):
        delivering.retry_notice(onward, "NONE-0000-1", by=OPERATOR)


def test_an_agency_without_an_address_is_owned_too(onward: Onward) -> None:
    """Nothing is lost without anybody seeing it."""
    alone = CaseDriving(replace(onward, addresses=addresses()))
    code = opened(onward)
    assert not alone.deliver(alone.notices(code)[0]).delivered
    (line,) = queries.undeliverable(onward, by=OPERATOR)
    assert (line.reference, line.why) == (references(onward, code)[1], "not configured")


def test_consent_is_checked_once_more_when_a_notice_is_sent(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """Claimed before the person took it back, it does not leave afterwards."""
    code = asked_home(onward)
    claimed = {notice.agency: notice for notice in driving.notices(code)}
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    outcome = driving.deliver(claimed["NG-HOME"])
    assert not outcome.delivered
    assert status_of(onward, claimed["NG-HOME"].reference) == "cancelled"
    assert [sent for sent in channel.sent if sent.recipient.agency == "NG-HOME"] == []


def test_who_was_asked_is_told_to_stop_though_the_case_ends_with_the_consent(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """The end cancels what was not sent, and not that it is over."""
    code = asked_home(onward)
    assert not driving.has_ended(code)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    assert driving.has_ended(code)
    assert queries.case(onward, code, by=OPERATOR).state.status == "ended"
    left = {notice.agency: notice for notice in driving.notices(code)}
    assert driving.deliver(left["NG-HOME"]).delivered
    (sent,) = [each for each in channel.sent if each.recipient.agency == "NG-HOME"]
    assert "stop" in sent.message.subject


def test_a_notice_of_a_request_that_the_version_has_not_does_not_leave(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """It was answered before the notice left, and its step is gone with the case's move."""
    publish_pathway(onward, WITH_REQUEST, by=OPERATOR)
    code = asked_home(onward)
    (home,) = [notice for notice in driving.notices(code) if notice.agency == "NG-HOME"]
    do(onward, code, c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    publish_pathway(onward, WITHOUT_REQUEST, by=OPERATOR)
    assert migrating.move_case(onward, code, "trial", 3, OPERATOR).moved
    assert driving.deliver(home).said.code == "prefect.withheld"
    assert channel.sent == []


def test_a_lapsed_consent_stops_a_notice_by_itself(
    onward: Onward, driving: Driving, channel: MemoryChannel
) -> None:
    """The check at sending looks at the state, not at what was cancelled."""
    code = asked_home(onward)
    (home,) = [notice for notice in driving.notices(code) if notice.agency == "NG-HOME"]
    with onward.store.write() as connection:
        query = update(_NOTICES).where(_NOTICES.c.reference == home.reference)
        connection.execute(query.values(consent="never_given"))
    assert driving.deliver(home).said.code == "prefect.withheld"
    assert channel.sent == []


@pytest.mark.parametrize("why", [*ChannelFault, delivering.SUSPENDED])
def test_each_reason_for_which_a_notice_is_given_up_has_words(why: str) -> None:
    given_up = queries.UndeliveredLine(
        reference="7K2F-9QXM-1", agency="NG-HOME", kind="attention", label="Look", attempts=1,
        why=str(why), owner="", case="",
    )  # fmt: skip
    assert len({as_line(given_up.said, each) for each in ("en", "fr", "pt")}) == 3
