"""The services whose answers are understood: where each says whether it took a message, and why not.

One row for each. The codes are those of the page that the row names.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from notifiers.base import ChannelFault

_T, _P = ChannelFault.TRANSIENT, ChannelFault.PERMANENT
_U, _N = ChannelFault.UNKNOWN_ADDRESS, ChannelFault.NOT_CONFIGURED


class Medium(StrEnum):
    """What reaches the reader."""

    TEXT = "text"
    MAIL = "mail"
    PUSH = "push"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """How the answers of a service are read. A place is a path into the body, such as
    `messages.0.status`.
    """

    page: str
    """The documentation of its answers."""
    medium: Medium
    success: str = ""
    """The place that says that a message was taken; empty if the HTTP status alone says it."""
    is_taken: frozenset[str] = frozenset()
    """What stands there then; empty if anything may."""
    reasons: tuple[str, ...] = ()
    """The places of the reason for a refusal; the first one with a known code counts."""
    faults: Mapping[str, ChannelFault] = {}


def _codes(**codes: str) -> dict[str, ChannelFault]:
    """Codes by the fault that they mean: `T`, `P`, `U` and `N`."""
    kinds = {"T": _T, "P": _P, "U": _U, "N": _N}
    return {code: kinds[kind] for kind, listed in codes.items() for code in listed.split()}


_VONAGE = Service(
    page="https://developer.vonage.com/en/api-errors/sms",
    medium=Medium.TEXT,
    success="messages.0.status",
    is_taken=frozenset({"0"}),
    reasons=("messages.0.status",),
    faults=_codes(T="1 5 10 13", P="2 3 12 22 23", U="6 7 33", N="4 8 9 11 14 15 29 32"),
)
_CLICKSEND = Service(
    page="https://developers.clicksend.com/docs/#application-status-codes",
    medium=Medium.TEXT,
    success="data.messages.0.status",
    is_taken=frozenset({"SUCCESS"}),
    reasons=("data.messages.0.status", "response_code"),
    faults=_codes(
        T="THROTTLED TOO_MANY_REQUESTS INTERNAL_SERVER_ERROR SERVICE_UNAVAILABLE",
        U="INVALID_RECIPIENT MISSING_PHONE_NUMBER",
        N="INSUFFICIENT_CREDIT INVALID_CREDENTIALS MISSING_CREDENTIALS INVALID_SENDER_ID"
        " ACCOUNT_NOT_ACTIVATED COUNTRY_NOT_ENABLED FORBIDDEN UNAUTHORIZED NO_CREDIT",
    ),
)
_TWILIO = Service(
    page="https://www.twilio.com/docs/api/errors",
    medium=Medium.TEXT,
    success="status",
    is_taken=frozenset(
        {"queued", "accepted", "scheduled", "sending", "sent", "delivered", "read", "receiving"}
    ),
    reasons=("error_code", "code"),
    faults=_codes(
        T="20429 21611 30001 30003 30008 30023 63018",
        P="21610 21612 21617 30004 30007 63016",
        U="21211 21217 21614 30005 30006 63003 63024",
        N="20003 20005 20006 20404 21212 21408 21603 21606 21608 21659 21660 30002 30034 63007",
    ),
)
_AFRICAS_TALKING = Service(
    page="https://developers.africastalking.com/docs/sms/sending/bulk",
    medium=Medium.TEXT,
    success="SMSMessageData.Recipients.0.statusCode",
    is_taken=frozenset({"100", "101", "102"}),
    reasons=(
        "SMSMessageData.Recipients.0.status",
        "SMSMessageData.Recipients.0.statusCode",
        "SMSMessageData.Recipients",
    ),
    faults=_codes(
        T="InternalServerError GatewayError 500 501",
        P="UserInBlacklist CouldNotRoute DoNotDisturbRejection RiskHold RejectedByGateway"
        " 401 406 407 409 502",
        U="InvalidPhoneNumber UnsupportedNumberType 403 404",
        # An empty list comes with a refusal of the account or the sender.
        N="InsufficientBalance InvalidSenderId 402 405 []",
    ),
)
_INFOBIP = Service(
    page="https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes",
    medium=Medium.TEXT,
    success="messages.0.status.groupName",
    is_taken=frozenset({"OK", "ACCEPTED", "PENDING", "DELIVERED"}),
    reasons=("messages.0.status.name",),
    faults=_codes(
        T="REJECTED_FLOODING_FILTER REJECTED_SYSTEM_ERROR UNDELIVERABLE_REJECTED_PLATFORM",
        U="REJECTED_PREFIX_MISSING REJECTED_DESTINATION MISSING_TO",
        N="REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED REJECTED_NETWORK"
        " REJECTED_SOURCE REJECTED_SENDER REJECTED_DESTINATION_NOT_REGISTERED"
        " REJECTED_ROUTE_NOT_AVAILABLE",
    ),
)
_WHATSAPP = Service(
    page="https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
    medium=Medium.PUSH,
    success="messages.0.id",
    reasons=("error.code",),
    faults=_codes(
        T="1 2 4 80007 130429 131000 131016 131048 131056 131057 133004",
        P="130472 131030 131047 131049 131050 131051",
        U="131021 131026",
        N="0 3 10 33 190 200 368 131005 131031 131042 131045 133010",
    ),
)
_MATRIX = Service(
    page="https://spec.matrix.org/latest/client-server-api/#standard-error-response",
    medium=Medium.PUSH,
    success="event_id",
    reasons=("errcode",),
    faults=_codes(
        T="M_LIMIT_EXCEEDED",
        P="M_TOO_LARGE M_BAD_JSON",
        U="M_NOT_FOUND",
        N="M_FORBIDDEN M_UNKNOWN_TOKEN M_MISSING_TOKEN M_USER_DEACTIVATED M_GUEST_ACCESS_FORBIDDEN",
    ),
)
_NTFY = Service(page="https://docs.ntfy.sh/publish/", medium=Medium.PUSH)
_HOOK = Service(page="https://www.rfc-editor.org/rfc/rfc9110#section-15", medium=Medium.PUSH)
_MAIL = Service(page="https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3", medium=Medium.MAIL)

_SERVICES = {
    "vonage nexmo": _VONAGE,
    "clicksend": _CLICKSEND,
    "twilio": _TWILIO,
    "atalk": _AFRICAS_TALKING,
    "infobip": _INFOBIP,
    "whatsapp": _WHATSAPP,
    "matrix matrixs": _MATRIX,
    "ntfy ntfys": _NTFY,
    "json jsons xml xmls form forms": _HOOK,
    "mailto mailtos": _MAIL,
}
_BY_SCHEME = {scheme: each for schemes, each in _SERVICES.items() for scheme in schemes.split()}


def service_at(url: str) -> Service | None:
    """The service of an Apprise URL; None if its answers are not understood."""
    return _BY_SCHEME.get(url.partition("://")[0].strip().lower())
