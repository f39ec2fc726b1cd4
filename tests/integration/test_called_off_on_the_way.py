"""A notice that is called off while it is being sent: known to who calls it off, followed by a stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from casework import delivering, queries
from casework.acting import do
from casework.context import Onward
from casework.impersonal import ClaimedNotice, TryLater
from casework.turn import Moved
from casework.verifying import verify
from engine import commands as c
from engine.facts import NoticeOnItsWay
from engine.loader import checked
from engine.templates import read_pathway
from models.columns import table_of
from models.notices import NoticeAttempt
from models.notices import OwedNotice as NoticeRow
from notifiers.base import ChannelFault, Recipient, Rendered
from notifiers.memory import MemoryChannel
from onward.demonstration.summary import PERHAPS_SENT, summarise
from onward.printing import show_turn
from tests.installations import (
    PATHWAY,
    SCREEN,
    START,
    addresses,
    asked_home,
    move_clock,
    ready,
)
from tests.principals import OPERATOR, TIME, staff

_NOTICES, _ATTEMPTS = table_of(NoticeRow), table_of(NoticeAttempt)
DIED = "gone"
"""Why a channel ends the process that sends."""


class SlowChannel(MemoryChannel):
    """Something happens while a notice is on its way to one agency."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        if recipient.agency == "NG-HOME":
            meanwhile, self.meanwhile = self.meanwhile, lambda: None
            meanwhile()
        return super().send(recipient, message, reference)

    def to_home(self) -> list[str]:
        """What NG-HOME got: the number of each notice and its subject."""
        return [
            f"{each.reference.rpartition('-')[2]} {each.message.subject.partition(': ')[2]}"
            for each in self.sent
            if each.recipient.agency == "NG-HOME"
        ]


@pytest.fixture
def channel() -> SlowChannel:
    return SlowChannel()


@pytest.fixture
def onward(url: str, tmp_path: Path, channel: SlowChannel) -> Iterator[Onward]:
    made = ready(url, tmp_path, channel=channel)
    yield replace(made, addresses=addresses("GH-ONE email", "NG-HOME email", "NG-TWO email"))
    made.close()


def deliver_all(onward: Onward, code: str) -> None:
    while notices := delivering.claim_notices(onward, code, by=TIME):
        for notice in notices:
            delivering.deliver(onward, notice, by=TIME)


def to_home(onward: Onward, code: str) -> ClaimedNotice:
    """The request to NG-HOME, claimed; what else is owed has left."""
    found = delivering.claim_notices(onward, code, by=TIME)
    (home,) = [each for each in found if each.agency == "NG-HOME"]
    for each in found:
        if each is not home:
            delivering.deliver(onward, each, by=TIME)
    return home


def statuses(onward: Onward, code: str) -> dict[str, str]:
    with onward.store.read() as connection:
        query = select(_NOTICES.c.reference, _NOTICES.c.status)
        return {
            row.reference.removeprefix(f"{code}-"): row.status for row in connection.execute(query)
        }


def attempts(onward: Onward, reference: str) -> list[str]:
    with onward.store.read() as connection:
        query = select(_ATTEMPTS.c.outcome).join(_NOTICES, _NOTICES.c.id == _ATTEMPTS.c.notice_id)
        return list(connection.scalars(query.where(_NOTICES.c.reference == reference)))


def dies() -> None:
    raise KeyboardInterrupt(DIED)


def die_while_sending(onward: Onward, channel: SlowChannel, notice: ClaimedNotice) -> None:
    """The worker is killed between sending and recording, and its lease runs out."""
    channel.meanwhile = dies
    with pytest.raises(KeyboardInterrupt, match=DIED):
        delivering.deliver(onward, notice, by=TIME)
    with onward.store.write() as connection:
        connection.execute(update(_NOTICES).values(lease_until=1.0))


def withdraw(onward: Onward, code: str) -> Moved:
    return do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)


def prohibit(onward: Onward, code: str) -> Moved:
    return do(onward, code, c.Prohibit(agency="NG-HOME"), SCREEN)


def on_their_way(moved: Moved) -> list[str]:
    facts = moved.decision.facts
    return [fact.agency for fact in facts if isinstance(fact, NoticeOnItsWay)]


CALLED_OFF = [(withdraw, "please stop and confirm"), (prohibit, "no longer needed")]


@pytest.mark.parametrize(("call_off", "stop"), CALLED_OFF)
def test_who_calls_off_a_notice_that_is_being_sent_knows_and_a_stop_follows(
    onward: Onward,
    channel: SlowChannel,
    call_off: Any,
    stop: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is answered, stands in the log, and the agency is told to stop, barred or not."""
    code = asked_home(onward)
    home = to_home(onward, code)
    found: list[Moved] = []

    def meanwhile() -> None:
        found.append(call_off(onward, code))
        waiting = [each.agency for each in delivering.claim_notices(onward, code, by=TIME)]
        assert "NG-HOME" not in waiting  # the stop overtakes nothing

    channel.meanwhile = meanwhile
    assert delivering.deliver(onward, home, by=TIME).delivered
    (moved,) = found
    assert on_their_way(moved) == ["NG-HOME"]
    show_turn(onward, moved, staff("GH-ONE"))
    assert (
        "one notice is on its way to NG-HOME: anything that is still sent will be followed by a notice to stop"
        in capsys.readouterr().out
    )
    logged = queries.case_log(onward, code, by=OPERATOR)[moved.newest.number - 1].entry.facts
    assert [fact.agency for fact in logged if isinstance(fact, NoticeOnItsWay)] == ["NG-HOME"]
    deliver_all(onward, code)
    assert [each.partition(" ")[2] for each in channel.to_home()] == [
        "a request waits for your answer",
        stop,
    ]
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_a_barred_agency_is_told_to_stop_nothing_that_no_channel_took(
    onward: Onward, channel: SlowChannel
) -> None:
    """It was called off meanwhile, so it is not tried again, and nothing is left to be stopped."""
    code = asked_home(onward)
    home = to_home(onward, code)
    (email,) = onward.addresses.channels("NG-HOME")
    channel.fail(email, 1)
    channel.meanwhile = lambda: prohibit(onward, code)
    with pytest.raises(TryLater) as later:
        delivering.deliver(onward, home, by=TIME)
    move_clock(onward, later.value.moment)
    deliver_all(onward, code)
    assert channel.to_home() == []
    number = home.reference.rpartition("-")[2]
    assert statuses(onward, code)[number] == "cancelled"
    assert set(statuses(onward, code).values()) <= {"sent", "cancelled"}


@pytest.mark.parametrize(("call_off", "stop"), CALLED_OFF)
def test_a_notice_that_may_have_been_taken_is_stopped_if_it_was_called_off(
    onward: Onward, channel: SlowChannel, call_off: Callable[[Onward, str], Moved], stop: str
) -> None:
    """The connection was lost once it was written, so it counts as sent, and the stop follows."""
    code = asked_home(onward)
    home = to_home(onward, code)
    (email,) = onward.addresses.channels("NG-HOME")
    channel.fail(email, 1, ChannelFault.CUT)
    channel.meanwhile = lambda: call_off(onward, code)
    with pytest.raises(TryLater) as later:
        delivering.deliver(onward, home, by=TIME)
    move_clock(onward, later.value.moment)
    deliver_all(onward, code)

    assert attempts(onward, home.reference) == [ChannelFault.CUT]
    assert statuses(onward, code)[home.reference.rpartition("-")[2]] == "sent"
    assert [each.partition(" ")[2] for each in channel.to_home()] == [stop]
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_what_a_dead_worker_was_sending_is_sent_again_under_its_reference(
    onward: Onward, channel: SlowChannel
) -> None:
    """At least once: nobody knows whether it has left."""
    code = asked_home(onward)
    home = to_home(onward, code)
    die_while_sending(onward, channel, home)
    assert statuses(onward, code)[home.reference.rpartition("-")[2]] == "sending"
    assert queries.next_moment(onward, by=OPERATOR) == START  # whoever looks for work finds it
    deliver_all(onward, code)
    assert len(channel.to_home()) == 1
    assert attempts(onward, home.reference) == ["sent"]


@pytest.mark.parametrize(("call_off", "stop"), CALLED_OFF)
def test_what_a_dead_worker_was_sending_counts_as_sent_once_it_is_called_off(
    onward: Onward, channel: SlowChannel, call_off: Any, stop: str
) -> None:
    """It is not sent again, and the stop follows."""
    code = asked_home(onward)
    home = to_home(onward, code)
    die_while_sending(onward, channel, home)
    assert on_their_way(call_off(onward, code)) == ["NG-HOME"]
    deliver_all(onward, code)
    assert [each.partition(" ")[2] for each in channel.to_home()] == [stop]
    assert attempts(onward, home.reference) == ["unknown"]
    assert set(statuses(onward, code).values()) <= {"sent", "cancelled"}


def test_the_demonstration_misses_no_message_of_which_nobody_knows_whether_it_left(
    onward: Onward, channel: SlowChannel
) -> None:
    """One that was handed over must be in the mailbox."""
    code = asked_home(onward)
    home = to_home(onward, code)
    die_while_sending(onward, channel, home)
    withdraw(onward, code)
    deliver_all(onward, code)
    arrived = Counter(each.reference for each in channel.sent)
    assert home.reference not in arrived
    pathway = checked(read_pathway(PATHWAY, "trial.yaml"))
    summary = summarise(onward, pathway, {}, arrived, [])
    assert (summary.faults, summary.notices[PERHAPS_SENT]) == ((), 1)
    lost, _ = arrived.popitem()
    (fault,) = summarise(onward, pathway, {}, arrived, []).faults
    assert lost in fault


def test_what_may_not_leave_again_counts_as_sent(onward: Onward, channel: SlowChannel) -> None:
    """Its consent does not stand any more, though nobody has called it off."""
    code = asked_home(onward)
    home = to_home(onward, code)
    die_while_sending(onward, channel, home)
    with onward.store.write() as connection:
        query = update(_NOTICES).where(_NOTICES.c.reference == home.reference)
        connection.execute(query.values(consent="never_given"))
    deliver_all(onward, code)
    assert (channel.to_home(), attempts(onward, home.reference)) == ([], ["unknown"])


def test_a_notice_that_another_worker_is_sending_is_left_to_it(
    onward: Onward, channel: SlowChannel
) -> None:
    """Its lease stands: neither claimed nor delivered a second time."""
    code = asked_home(onward)
    home = to_home(onward, code)
    with onward.store.write() as connection:
        query = update(_NOTICES).where(_NOTICES.c.reference == home.reference)
        connection.execute(query.values(status="sending", lease_by="elsewhere:::"))
    assert delivering.claim_notices(onward, code, by=TIME) == []
    assert delivering.deliver(onward, home, by=TIME).said.code == "prefect.settled_already"
    assert channel.to_home() == []
