"""The mailbox of the demonstration takes what the real channel sends."""

from __future__ import annotations

from pydantic import SecretStr

from notifiers.apprise_channel import AppriseChannel
from notifiers.base import Recipient, Rendered
from onward.demonstration.mailbox import Mailbox


def test_a_notice_that_came_twice_is_recognised_by_its_reference() -> None:
    """Both are kept, each with its reference, its addressee and its subject."""
    channel, message = (
        AppriseChannel(timeout_seconds=10),
        Rendered(subject="One", body="Text", language="en"),
    )
    with Mailbox() as mailbox:
        address = SecretStr(mailbox.address("NG-NAPTIP", "email"))
        recipient = Recipient(agency="NG-NAPTIP", channel="email", address=address)
        for reference in ("7K2F-9QXM-1", "7K2F-9QXM-2", "7K2F-9QXM-1"):
            channel.send(recipient, message, reference)
        assert mailbox.by_reference() == {"7K2F-9QXM-1": 2, "7K2F-9QXM-2": 1}
        assert {each.to for each in mailbox.received()} == {"ng-naptip.email@mailbox.example"}
        assert {each.subject for each in mailbox.received()} == {"One"}
