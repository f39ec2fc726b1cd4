"""Sends through Apprise, which supports more than a hundred services by URL.

Its oddities stay here: it returns errors as values, with one result for all targets; it logs
addresses and texts; it signs with its own name; its URLs can ask for copies, for retries, and for
failures to be ignored.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from functools import cache

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from apprise.plugins.email import NotifyEmail
from apprise.result import AppriseResultStatus

from notifiers.base import ChannelFault, DeliveryError, Recipient, Rendered

REFERENCE_HEADER = "X-Onward-Reference"


# Libraries that log what they send, or where to. A filter only affects the logger it is added to.
_TALKATIVE = ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests_oauthlib")

_NOBODY = re.compile(r"There (?:are|were) (?:no|not)\b.*\bto (?:notify|deliver)")
_HTTP = re.compile(r"Failed to send .*\berror=(\d{3})\b")
# A refused recipient is reported as a dictionary, any other refusal as a plain tuple.
_SMTP = re.compile(r"Socket Exception: (\{)?.*?\((\d{3}), b")


class AppriseChannel:
    """A channel whose addresses are Apprise URLs: `mailtos://...`, `jsons://...`."""

    def __init__(self, *, timeout_seconds: float = 20.0) -> None:
        """`timeout_seconds` limits a whole `send`."""
        self._timeout_seconds = timeout_seconds
        self._asset = AppriseAsset(
            app_id="Onward",
            app_desc="Onward",
            app_url="",
            image_url_mask="",
            image_url_logo="",
            image_path_mask="",
            # A notice goes where it was addressed, nowhere else.
            http_redirects=False,
            pgp_autogen=False,
            pem_autogen=False,
            # Nothing is kept on disk.
            storage_mode="memory",
            timezone="UTC",
            language="en",
            service_timeout=timeout_seconds,
        )
        _quieten()

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> None:
        fault = self._deliver(recipient, message, reference)
        if fault is not None:
            raise DeliveryError(fault, recipient.channel)

    def _deliver(
        self, recipient: Recipient, message: Rendered, reference: str
    ) -> ChannelFault | None:
        # Only this frame holds the address, so a traceback of the error that `send` raises cannot
        # show it, even if it lists local variables.
        heard: list[ChannelFault] = []
        token = _heard.set(heard)
        try:
            service = self._service(recipient)
            if service is None:
                return ChannelFault.NOT_CONFIGURED
            _mark(service, reference)
            if self._notify(service, message):
                return None
        finally:
            _heard.reset(token)
        return heard[0] if heard else ChannelFault.TRANSIENT

    def _service(self, recipient: Recipient) -> NotifyBase | None:
        """The service of an address; None unless it is one service with one recipient and no
        copies.
        """
        try:
            service = Apprise.instantiate(recipient.address.get_secret_value(), asset=self._asset)
        except Exception:  # noqa: BLE001 - plugins raise what they like, the address in the text
            return None
        if service is None:
            return None
        # Retrying is up to the deliverer, which counts the attempts.
        service.retry = 0
        service.optional = False
        # The asset's limit ends our waiting; these limits end the thread that Apprise leaves
        # behind.
        service.socket_connect_timeout = self._timeout_seconds
        service.socket_read_timeout = self._timeout_seconds
        copies = getattr(service, "cc", None) or getattr(service, "bcc", None)
        return None if copies or len(service) != 1 else service

    def _notify(self, service: NotifyBase, message: Rendered) -> bool:
        apprise = Apprise(asset=self._asset)
        apprise.add(service)
        with apprise.notify(
            body=message.body, title=message.subject, body_format=NotifyFormat.TEXT
        ) as result:
            return result.status is AppriseResultStatus.SUCCESS and len(result) == 1


def _mark(service: NotifyBase, reference: str) -> None:
    """Add the reference as a header, if the service allows custom headers. Mail also gets a
    header that marks it as automatic.
    """
    headers = getattr(service, "headers", None)
    if isinstance(headers, dict):
        headers[REFERENCE_HEADER] = reference
        if isinstance(service, NotifyEmail):
            # RFC 3834: keeps out-of-office messages from answering.
            headers["Auto-Submitted"] = "auto-generated"


_heard: ContextVar[list[ChannelFault] | None] = ContextVar("heard", default=None)
"""The faults that the libraries have logged during this send; None outside a send."""


class _Discreet(logging.Filter):
    """A filter of log records. While this channel sends, it learns from them why the send failed,
    and keeps them from all handlers.

    Apprise gives the reason for a failure only in its log. At other times the logger works as
    usual, since Prefect's own notifications use Apprise too.
    """

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__()
        self._parent = logger.parent
        self._level = logger.level

    def filter(self, record: logging.LogRecord) -> bool:
        heard = _heard.get()
        if heard is None:
            usual = self._level or (self._parent.getEffectiveLevel() if self._parent else 0)
            return record.levelno >= usual
        fault = _fault(record.getMessage())
        if fault is not None:
            heard.append(fault)
        return False


@cache
def _quieten() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.addFilter(_Discreet(logger))
    # A mail server's answer is logged only at this level.
    logging.getLogger("apprise").setLevel(logging.DEBUG)


def _fault(text: str) -> ChannelFault | None:
    if _NOBODY.match(text):
        return ChannelFault.NOT_CONFIGURED
    if match := _HTTP.match(text):
        return _http_fault(int(match[1]))
    if match := _SMTP.match(text):
        return _smtp_fault(int(match[2]), recipient_refused=bool(match[1]))
    return None


def _http_fault(status: int) -> ChannelFault:
    """What an error status of HTTP means. Source: RFC 9110, section 15; RFC 6585 for 429."""
    if status in (401, 403, 407):
        return ChannelFault.NOT_CONFIGURED
    if status in (404, 410):
        return ChannelFault.UNKNOWN_ADDRESS
    if status in (408, 425, 429) or status >= 500:
        return ChannelFault.TRANSIENT
    return ChannelFault.PERMANENT


def _smtp_fault(code: int, *, recipient_refused: bool) -> ChannelFault:
    """What an error code of SMTP means. Source: RFC 5321, section 4.2.3; RFC 4954 for 53x."""
    if code < 500:
        return ChannelFault.TRANSIENT
    if code in (530, 534, 535, 538):
        return ChannelFault.NOT_CONFIGURED
    if recipient_refused and code in (550, 551, 553):
        return ChannelFault.UNKNOWN_ADDRESS
    return ChannelFault.PERMANENT
