"""Channels that really send: over SMTP and HTTP to servers on this machine, and the twin."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from apprise import NotifyBase
from pydantic import SecretStr

from notifiers.apprise_channel import REFERENCE_HEADER, AppriseChannel
from notifiers.base import ChannelFault, DeliveryError, Recipient, Rendered
from notifiers.memory import MemoryChannel
from tests.far_ends import Arrived, Mailbox, MailRig, MemoryRig, Rig, Web, WebRig

REFERENCE = "7K2F-9QXM-12"
PATIENCE_SECONDS = 30
"""Less than a minute, after which the library would give up by itself."""
MESSAGE = Rendered(
    subject=f"Onward {REFERENCE} : une tâche vous attend",
    body=f"Une tâche vous attend.\nRéférence : {REFERENCE}\nÉtape : à lire <b> & *fin*",
    language="fr",
)


@pytest.fixture(name="memory_rig")
def _memory_rig() -> MemoryRig:
    return MemoryRig()


@pytest.fixture(name="mail_rig")
def _mail_rig() -> Iterator[MailRig]:
    mailbox = Mailbox()
    mailbox.start()
    yield MailRig(mailbox)
    mailbox.stop()


@pytest.fixture(name="web_rig")
def _web_rig() -> Iterator[WebRig]:
    with Web() as web:
        Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield WebRig(web)
        web.shutdown()


@pytest.fixture(name="rig", params=["memory_rig", "mail_rig", "web_rig"])
def _rig(request: pytest.FixtureRequest) -> Rig:
    rig: Rig = request.getfixturevalue(request.param)
    return rig


def refused(rig: Rig, recipient: Recipient) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        rig.channel.send(recipient, MESSAGE, REFERENCE)
    return caught.value


class TestEveryChannel:
    """What the flows rely on, whichever channel it is."""

    def test_a_message_arrives_once_with_its_words_and_its_reference(self, rig: Rig) -> None:
        """Letter by letter: nothing is added, translated to HTML or cut off."""
        rig.channel.send(rig.recipient("a"), MESSAGE, REFERENCE)

        assert rig.arrived() == [Arrived("a", MESSAGE.subject, MESSAGE.body, REFERENCE)]

    def test_each_message_goes_to_its_own_recipient(self, rig: Rig) -> None:
        """Nobody sees for whom else a channel works."""
        for name in ("a", "b"):
            rig.channel.send(rig.recipient(name), MESSAGE, REFERENCE)

        assert [each.to for each in rig.arrived()] == ["a", "b"]

    def test_a_second_send_carries_the_same_reference(self, rig: Rig) -> None:
        """So a reader recognises a duplicate."""
        for _ in range(2):
            rig.channel.send(rig.recipient("a"), MESSAGE, REFERENCE)

        assert [each.reference for each in rig.arrived()] == [REFERENCE, REFERENCE]

    @pytest.mark.parametrize("kind", MailRig.ANSWERS)
    def test_a_refusal_says_its_kind_and_the_next_try_arrives(
        self, rig: Rig, kind: ChannelFault
    ) -> None:
        """What to do next hangs on the kind: wait, take the next channel, call the operator."""
        rig.refuse("a", kind)

        assert refused(rig, rig.recipient("a")).kind is kind
        assert rig.arrived() == []

        rig.channel.send(rig.recipient("a"), MESSAGE, REFERENCE)
        assert len(rig.arrived()) == 1

    def test_a_refusal_of_one_does_not_touch_another(self, rig: Rig) -> None:
        """Agencies share channels."""
        rig.refuse("a", ChannelFault.TRANSIENT)
        rig.channel.send(rig.recipient("b"), MESSAGE, REFERENCE)

        assert [each.to for each in rig.arrived()] == ["b"]

    def test_an_error_names_the_channel_and_never_the_address(self, rig: Rig) -> None:
        """Not even in a traceback that shows the local variables."""
        recipient = rig.recipient("a")
        rig.refuse("a", ChannelFault.UNKNOWN_ADDRESS)
        error = refused(rig, recipient)

        assert error.message.values == {"channel": recipient.channel}
        assert error.__traceback__ is not None
        # Without this test's own frame, which knows the address.
        inside = error.__traceback__.tb_next
        report = traceback.TracebackException(type(error), error, inside, capture_locals=True)
        text = "".join(report.format())
        assert "recipient = " in text
        for secret in ("secret.example", "/secret/", "memory://", "127.0.0.1"):
            assert secret not in text


@pytest.mark.parametrize("rig_name", ["mail_rig", "web_rig"])
def test_libraries_log_nothing_while_we_send(
    rig_name: str,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Even with all logging switched on: not the address, not a word of the notice."""
    rig: Rig = request.getfixturevalue(rig_name)
    with caplog.at_level(logging.DEBUG):
        rig.channel.send(rig.recipient("a"), MESSAGE, REFERENCE)
        rig.refuse("a", ChannelFault.PERMANENT)
        refused(rig, rig.recipient("a"))
    names = {record.name.partition(".")[0] for record in caplog.records}

    assert names.isdisjoint({"apprise", "urllib3"})
    shown = capfd.readouterr()
    assert "secret" not in shown.out + shown.err


def test_outside_of_our_sends_the_libraries_log_as_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Prefect's own notifications use the same library; their warnings are not ours to hide."""
    AppriseChannel()
    logger = logging.getLogger("apprise")
    with caplog.at_level(logging.WARNING):
        # The logger decides here, not the handler.
        caplog.handler.setLevel(logging.NOTSET)
        logger.warning("shown")
        logger.debug("not shown")
    with caplog.at_level(logging.DEBUG):
        logger.debug("shown too")

    assert [record.message for record in caplog.records] == ["shown", "shown too"]


def test_a_mail_says_onward_and_never_the_librarys_name(mail_rig: MailRig) -> None:
    """In the raw source: headers, text and whatever a mail program hides."""
    mail_rig.channel.send(mail_rig.recipient("a"), MESSAGE, REFERENCE)
    _, raw = mail_rig.mailbox.kept[0]
    (mail,) = mail_rig.messages()

    assert b"apprise" not in raw.lower()
    assert b"http" not in raw.lower()
    assert mail["From"].addresses[0].addr_spec == "onward@host.example"
    assert mail.get_content_type() == "text/plain"
    assert mail["X-Application"] == "Onward"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert set(mail.keys()) == {
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding"),
        *("From", "To", "Subject", "Date", "Message-ID"),
        *("X-Application", "Auto-Submitted", REFERENCE_HEADER),
    }


def test_a_request_says_onward_and_never_the_librarys_name(web_rig: WebRig) -> None:
    """User-Agent, headers and content."""
    web_rig.channel.send(web_rig.recipient("a"), MESSAGE, REFERENCE)
    (request,) = web_rig.web.kept

    assert "apprise" not in f"{request}".lower()
    assert request.headers["User-Agent"] == "Onward"
    assert set(json.loads(request.body)) == {
        *("version", "title", "message", "attachments", "type"),
    }


def test_a_push_shows_no_picture_and_no_link(web_rig: WebRig) -> None:
    """A picture would be fetched from the library's own site by whoever reads the notice."""
    port = web_rig.web.server_port
    address = SecretStr(f"ntfy://127.0.0.1:{port}/topic?mode=private")
    recipient = Recipient(agency="NG-NAPTIP", channel="push", address=address)
    web_rig.channel.send(recipient, MESSAGE, REFERENCE)
    (request,) = web_rig.web.kept

    assert "apprise" not in f"{request}".lower()
    assert "http" not in request.body.decode().lower()
    assert request.headers["User-Agent"] == "Onward"


def test_a_refused_sender_is_not_taken_for_an_unknown_address(mail_rig: MailRig) -> None:
    """The agency's address is right; ours is not wanted there."""
    mail_rig.mailbox.answers["onward@host.example"] = "550 5.7.1 sender not wanted"

    assert refused(mail_rig, mail_rig.recipient("a")).kind is ChannelFault.PERMANENT


def test_a_redirect_is_not_followed(web_rig: WebRig) -> None:
    """A notice goes where it was addressed, nowhere else."""
    web_rig.web.answers["/secret/a"] = 302

    assert refused(web_rig, web_rig.recipient("a")).kind is ChannelFault.PERMANENT
    assert web_rig.web.kept == []


def test_an_address_cannot_forgive_a_failure_or_try_again_by_itself(web_rig: WebRig) -> None:
    """Apprise's `optional=yes` calls a failure a success; `retry=` hides attempts from the log."""
    web_rig.refuse("a", ChannelFault.TRANSIENT)
    recipient = web_rig.recipient("a", "?optional=yes&retry=3&wait=0")

    assert refused(web_rig, recipient).kind is ChannelFault.TRANSIENT
    assert web_rig.web.kept == []


@pytest.mark.parametrize(
    "options",
    ["&cc=b@secret.example", "&bcc=b@secret.example", ",b@secret.example"],
)
def test_an_address_with_a_second_recipient_is_refused(mail_rig: MailRig, options: str) -> None:
    """One result for two recipients could not be recorded truly."""
    assert refused(mail_rig, mail_rig.recipient("a", options)).kind is ChannelFault.NOT_CONFIGURED
    assert mail_rig.mailbox.kept == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "desk@secret.example",
        "nosuch://secret.example",
        "mailto://secret.example/?to=nobody",
        "mailto://127.0.0.1:9/?from=a@host.example&to=secret",
        "mailto://secret.example:99999/?to=a@secret.example",
        "json://",
        "windows://[::1",
    ],
)
def test_an_address_that_means_nothing_is_not_configured(address: str) -> None:
    """The operator is told, without the address."""
    recipient = Recipient(agency="NG-NAPTIP", channel="email", address=SecretStr(address))
    with pytest.raises(DeliveryError) as caught:
        AppriseChannel().send(recipient, MESSAGE, REFERENCE)

    assert caught.value.kind is ChannelFault.NOT_CONFIGURED
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        (
            "mailto://127.0.0.1:{port}/?from=a@host.example&to=a@host.example",
            ChannelFault.TRANSIENT,
        ),
        ("json://127.0.0.1:{port}", ChannelFault.CUT),
    ],
)
def test_a_server_that_never_answers_is_given_up(
    address: str, fault: ChannelFault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time that was given, not by the library's own limits, as something to try again."""
    for limit in ("socket_connect_timeout", "socket_read_timeout"):
        monkeypatch.setattr(NotifyBase, limit, 3600.0)
    # On the way out the server closes first, so that nobody is left to wait for it.
    with ThreadPoolExecutor() as aside, socket.create_server(("127.0.0.1", 0)) as silent:
        url = SecretStr(address.format(port=silent.getsockname()[1]))
        recipient = Recipient(agency="NG-NAPTIP", channel="email", address=url)
        channel = AppriseChannel(timeout_seconds=0.2)
        sent = aside.submit(channel.send, recipient, MESSAGE, REFERENCE)
        with pytest.raises(DeliveryError) as caught:
            sent.result(PATIENCE_SECONDS)

    assert caught.value.kind is fault


def test_a_server_that_is_down_is_transient() -> None:
    """It will be up again."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    url = SecretStr(f"mailto://127.0.0.1:{port}/?from=a@host.example&to=a@host.example")
    recipient = Recipient(agency="NG-NAPTIP", channel="email", address=url)
    with pytest.raises(DeliveryError) as caught:
        AppriseChannel(timeout_seconds=5).send(recipient, MESSAGE, REFERENCE)

    assert caught.value.kind is ChannelFault.TRANSIENT


@pytest.mark.parametrize("host", ["127.0.0.1:9", "nowhere.invalid"])
def test_a_request_that_nobody_can_have_read_is_tried_again(host: str) -> None:
    """Nobody listens there, or the name is not known: it cannot have been taken."""
    address = SecretStr(f"json://{host}/")
    recipient = Recipient(agency="NG-NAPTIP", channel="hook", address=address)
    with pytest.raises(DeliveryError) as caught:
        AppriseChannel(timeout_seconds=10).send(recipient, MESSAGE, REFERENCE)

    assert caught.value.kind is ChannelFault.TRANSIENT


def test_the_twin_fails_as_often_as_it_was_told_to() -> None:
    """For rehearsing a channel that stays down for a while."""
    memory = MemoryChannel()
    recipient = MemoryRig().recipient("a")
    memory.fail(recipient, 2)
    outcomes = []
    for _ in range(3):
        try:
            memory.send(recipient, MESSAGE, REFERENCE)
            outcomes.append("sent")
        except DeliveryError as error:
            outcomes.append(error.kind.value)

    assert outcomes == ["transient", "transient", "sent"]
