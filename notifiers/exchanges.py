"""What was said on the wire during one send.

Apprise keeps the status and body of an answer to itself: its result holds English sentences only.
So the two libraries by which it sends are overheard, while this process sends and only then.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

_SMTP_VERBS = frozenset(
    {"ehlo", "helo", "starttls", "auth", "mail", "rcpt", "data", "rset", "quit"}
)
_NOT_WRITTEN = (
    requests.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
)


class Web:
    """One request, and its answer if one came."""

    def __init__(self) -> None:
        self.status = 0
        """The status of the answer; 0 if none came."""
        self.media_type = ""
        self.body = b""
        self.is_cut = True
        """Whether the request may have been read by the service although no answer came."""


class Mail:
    """One conversation with a mail server."""

    def __init__(self) -> None:
        self.replies: list[tuple[str, int]] = []
        """Each reply's code, with the command that it answers (empty for the greeting)."""
        self.verb = ""


class Exchanges:
    """The requests and conversations of one send, in order."""

    def __init__(self) -> None:
        self.web: list[Web] = []
        self.mail: list[Mail] = []


_heard: ContextVar[Exchanges | None] = ContextVar("heard", default=None)


@contextmanager
def overheard() -> Iterator[Exchanges]:
    """What is said on the wire within this context, and in the threads started from it."""
    _overhear()
    heard = Exchanges()
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def is_sending() -> bool:
    return _heard.get() is not None


@cache
def _overhear() -> None:
    _overhear_web()
    _overhear_mail()


def _overhear_web() -> None:
    sent = requests.Session.send

    def send(self: requests.Session, request: Any, **options: Any) -> requests.Response:
        heard = _heard.get()
        if heard is None:
            return sent(self, request, **options)
        heard.web.append(exchange := Web())
        try:
            response = sent(self, request, **options)
        except requests.RequestException as error:
            exchange.is_cut = _may_have_been_read(error)
            raise
        exchange.status, exchange.is_cut = response.status_code, False
        exchange.media_type = response.headers.get("Content-Type", "").lower()
        exchange.body = response.content
        return response

    requests.Session.send = send  # type: ignore[method-assign] # there is no hook for every session


def _may_have_been_read(error: requests.RequestException) -> bool:
    if isinstance(error, _NOT_WRITTEN):
        return False
    # A connection that could not be made is told from one that was lost by what lies beneath.
    return not any(isinstance(each, NewConnectionError) for each in _beneath(error))


def _beneath(error: BaseException) -> Iterator[BaseException]:
    seen = [error]
    while seen:
        each = seen.pop()
        yield each
        told = (*each.args, getattr(each, "reason", None))
        seen += [error for error in told if isinstance(error, BaseException)]


def _overhear_mail() -> None:
    put, got, connected = smtplib.SMTP.putcmd, smtplib.SMTP.getreply, smtplib.SMTP.connect

    def connect(self: smtplib.SMTP, *given: Any, **options: Any) -> tuple[int, bytes]:
        heard = _heard.get()
        if heard is not None:
            heard.mail.append(Mail())
        return connected(self, *given, **options)

    def putcmd(self: smtplib.SMTP, cmd: str, args: str = "") -> None:
        heard = _heard.get()
        # The answers to a challenge are sent as commands too, and they are secret.
        if heard is not None and heard.mail and cmd.lower() in _SMTP_VERBS:
            heard.mail[-1].verb = cmd.lower()
        put(self, cmd, args)

    def getreply(self: smtplib.SMTP) -> tuple[int, bytes]:
        code, text = got(self)
        heard = _heard.get()
        if heard is not None and heard.mail:
            heard.mail[-1].replies.append((heard.mail[-1].verb, code))
        return code, text

    smtplib.SMTP.connect = connect  # type: ignore[method-assign] # nothing else sees the codes
    smtplib.SMTP.putcmd = putcmd  # type: ignore[method-assign]
    smtplib.SMTP.getreply = getreply  # type: ignore[method-assign]
