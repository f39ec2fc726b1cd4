"""Sends through Apprise, which supports more than a hundred services by URL.

Its oddities stay here: it returns errors as values, with one result for all targets; it logs
addresses and texts; it signs with its own name; its URLs can ask for copies, for retries, and for
failures to be ignored.
"""

from __future__ import annotations

import logging
from functools import cache

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from apprise.manager_plugins import NotificationManager
from apprise.plugins.email import NotifyEmail
from apprise.result import AppriseResultStatus

from notifiers.base import ChannelFault, DeliveryError, Recipient, Rendered
from notifiers.exchanges import is_sending, overheard
from notifiers.infobip import NotifyInfobip
from notifiers.services import service_at
from notifiers.verdicts import fault_in

REFERENCE_HEADER = "X-Onward-Reference"


# Libraries that log what they send, or where to. A filter only affects the logger it is added to.
_TALKATIVE = ("apprise", "urllib3.connectionpool", "urllib3.util.retry", "requests_oauthlib")


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
        _prepare()

    def send(self, recipient: Recipient, message: Rendered, reference: str) -> bool:
        fault, says_so = self._deliver(recipient, message, reference)
        if fault is not None:
            raise DeliveryError(fault, recipient.channel)
        return says_so

    def _deliver(
        self, recipient: Recipient, message: Rendered, reference: str
    ) -> tuple[ChannelFault | None, bool]:
        """Why it was not taken, if so, and whether the service's answers are understood."""
        # Only this frame holds the address, so a traceback of the error that `send` raises cannot
        # show it, even if it lists local variables.
        known = service_at(recipient.address.get_secret_value())
        with overheard() as heard:
            plugin = self._service(recipient)
            if plugin is None:
                return ChannelFault.NOT_CONFIGURED, False
            _mark(plugin, reference)
            was_taken = self._notify(plugin, message)
            return fault_in(heard, known, was_taken=was_taken), known is not None

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
        service.socket_connect_timeout = self._timeout_seconds / 2
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


class _Discreet(logging.Filter):
    """A filter of log records that keeps them from all handlers while this channel sends, since
    they show addresses. At other times the logger works as usual, since Prefect's own
    notifications use Apprise too.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not is_sending()


@cache
def _prepare() -> None:
    NotificationManager().add(NotifyInfobip, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_Discreet())
