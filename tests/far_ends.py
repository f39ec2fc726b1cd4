"""The far ends of channels: a mailbox, a web server, and the twin's memory, with their channels."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Protocol

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from notifiers.apprise_channel import REFERENCE_HEADER, AppriseChannel
from notifiers.base import Channel, ChannelFault, Recipient
from notifiers.memory import MemoryChannel


class Arrived(NamedTuple):
    """What came out at the far end."""

    to: str
    subject: str
    body: str
    reference: str


class Rig(Protocol):
    """A channel and the far end of it."""

    channel: Channel

    def recipient(self, name: str) -> Recipient: ...

    def refuse(self, name: str, kind: ChannelFault) -> None:
        """Refuse the next message to that name."""

    def arrived(self) -> list[Arrived]: ...


class MemoryRig:
    def __init__(self) -> None:
        self.memory = MemoryChannel()
        self.channel: Channel = self.memory

    def recipient(self, name: str) -> Recipient:
        address = SecretStr(f"memory://{name}")
        return Recipient(agency="NG-NAPTIP", channel="memo", address=address)

    def refuse(self, name: str, kind: ChannelFault) -> None:
        self.memory.fail(self.recipient(name), 1, kind)

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                sent.recipient.address.get_secret_value().removeprefix("memory://"),
                sent.message.subject,
                sent.message.body,
                sent.reference,
            )
            for sent in self.memory.sent
        ]


class Mailbox(Controller):
    """An SMTP server that keeps the raw source of what it took, on a port of its own choice."""

    def __init__(self) -> None:
        self.kept: list[tuple[list[str], bytes]] = []
        self.answers: dict[str, str] = {}
        super().__init__(self, hostname="127.0.0.1", port=0)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.pop(address, None)
        if answer:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.pop(address, None)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.kept.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


class MailRig:
    ANSWERS = {  # noqa: RUF012 - a table, never changed
        ChannelFault.TRANSIENT: "451 4.3.0 try again later",
        ChannelFault.PERMANENT: "554 5.7.1 not wanted",
        ChannelFault.UNKNOWN_ADDRESS: "550 5.1.1 no such user",
        ChannelFault.NOT_CONFIGURED: "530 5.7.0 sign in first",
    }

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.channel: Channel = AppriseChannel(timeout_seconds=10)

    def recipient(self, name: str, options: str = "") -> Recipient:
        url = f"mailto://127.0.0.1:{self.mailbox.port}/?from=onward@host.example"
        address = SecretStr(f"{url}&to={name}@secret.example{options}")
        return Recipient(agency="NG-NAPTIP", channel="email", address=address)

    def refuse(self, name: str, kind: ChannelFault) -> None:
        self.mailbox.answers[f"{name}@secret.example"] = self.ANSWERS[kind]

    def messages(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(raw, policy=email.policy.default)
            for _, raw in self.mailbox.kept
        ]

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                str(mail["To"]).partition("@")[0],
                str(mail["Subject"]),
                # On the wire a line ends in CRLF, and so does the last.
                "\n".join(mail.get_content().splitlines()),
                str(mail[REFERENCE_HEADER]),
            )
            for mail in self.messages()
        ]


class Request(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Web(ThreadingHTTPServer):
    """A web server that keeps the requests it took."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.kept: list[Request] = []
        self.answers: dict[str, int] = {}


class Answer(BaseHTTPRequestHandler):
    server: Web

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(self.path, 200)
        if status == 200:
            self.server.kept.append(Request(self.path, dict(self.headers), body))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


class WebRig:
    ANSWERS = {  # noqa: RUF012 - a table, never changed
        ChannelFault.TRANSIENT: 503,
        ChannelFault.PERMANENT: 400,
        ChannelFault.UNKNOWN_ADDRESS: 410,
        ChannelFault.NOT_CONFIGURED: 401,
    }

    def __init__(self, web: Web) -> None:
        self.web = web
        self.channel: Channel = AppriseChannel(timeout_seconds=10)

    def recipient(self, name: str, options: str = "") -> Recipient:
        address = SecretStr(f"json://127.0.0.1:{self.web.server_port}/secret/{name}{options}")
        return Recipient(agency="NG-NAPTIP", channel="hook", address=address)

    def refuse(self, name: str, kind: ChannelFault) -> None:
        self.web.answers[f"/secret/{name}"] = self.ANSWERS[kind]

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                request.path.rpartition("/")[2],
                (content := json.loads(request.body))["title"],
                content["message"],
                request.headers[REFERENCE_HEADER],
            )
            for request in self.web.kept
        ]
