"""What an answer on the wire means for a notice."""

from __future__ import annotations

from typing import Any

import msgspec

from notifiers.base import ChannelFault
from notifiers.exchanges import Exchanges, Mail, Web
from notifiers.services import Service


def fault_in(heard: Exchanges, service: Service | None, *, was_taken: bool) -> ChannelFault | None:
    """Why a message was not taken; None if it was.

    Args:
        was_taken: what the messaging library believes. It counts only where nothing else is known.
    """
    if heard.mail:
        return None if was_taken else _mail_fault(heard.mail[-1])
    if not heard.web:
        if was_taken:
            return None
        # These services are only reached over the wire: without a recipient, nothing is written.
        return ChannelFault.NOT_CONFIGURED if service else ChannelFault.TRANSIENT
    if not was_taken:
        # Before it sends, a plugin may look up what need not be there; what it looked up last
        # before it gave up is what stopped it.
        failed = [each for each in heard.web if not 200 <= each.status < 300]
        if failed:
            return _refusal(failed[-1], service)
    return _read(heard.web[-1], service, was_taken=was_taken)


def _refusal(answer: Web, service: Service | None) -> ChannelFault:
    if not answer.status:
        return ChannelFault.CUT if answer.is_cut else ChannelFault.TRANSIENT
    known = _reason(answer, service) if service else None
    return known or _http_fault(answer.status)


def _read(answer: Web, service: Service | None, *, was_taken: bool) -> ChannelFault | None:
    """What an answer with a status of success says."""
    if service is None:
        return None if was_taken else ChannelFault.TRANSIENT
    if _is_page(answer):
        return ChannelFault.NOT_UNDERSTOOD
    if not service.success:
        return None if was_taken else ChannelFault.TRANSIENT
    said = _at(_parsed(answer), service.success)
    if said and (said in service.is_taken or not service.is_taken):
        return None
    if reason := _reason(answer, service):
        return reason
    return ChannelFault.PERMANENT if said else ChannelFault.NOT_UNDERSTOOD


def _reason(answer: Web, service: Service) -> ChannelFault | None:
    body = _parsed(answer)
    for place in service.reasons:
        known = service.faults.get(_at(body, place))
        if known:
            return known
    return None


def _parsed(answer: Web) -> Any:
    try:
        return msgspec.json.decode(answer.body)
    except msgspec.MsgspecError:
        return None


def _at(body: Any, place: str) -> str:
    """What stands at a place of a body; empty if nothing does."""
    for step in place.split("."):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return ""
    return "" if body is None else str(body)


def _is_page(answer: Web) -> bool:
    """Whether a web page was answered, as by a proxy or a captive portal."""
    start = answer.body.lstrip()[:9].lower()
    return "html" in answer.media_type or start.startswith((b"<!doctype", b"<html"))


def _http_fault(status: int) -> ChannelFault:
    """What an error status of HTTP means. Source: RFC 9110, section 15; RFC 6585 for 429."""
    if status in (401, 402, 403, 407):
        return ChannelFault.NOT_CONFIGURED
    if status in (404, 410):
        return ChannelFault.UNKNOWN_ADDRESS
    if status in (408, 425, 429) or status >= 500:
        return ChannelFault.TRANSIENT
    return ChannelFault.PERMANENT


def _mail_fault(mail: Mail) -> ChannelFault:
    """What the last refusal of SMTP means. Source: RFC 5321, section 4.2.3; RFC 4954 for 53x."""
    refused = [(v, code) for v, code in mail.replies if code >= 400 and v not in ("rset", "quit")]
    if not refused:
        is_cut = mail.replies and mail.replies[-1] == ("data", 354)
        return ChannelFault.CUT if is_cut else ChannelFault.TRANSIENT
    verb, code = refused[-1]
    if code < 500:
        return ChannelFault.TRANSIENT
    if code in (530, 534, 535, 538):
        return ChannelFault.NOT_CONFIGURED
    if verb == "rcpt" and code in (550, 551, 553):
        return ChannelFault.UNKNOWN_ADDRESS
    return ChannelFault.PERMANENT
