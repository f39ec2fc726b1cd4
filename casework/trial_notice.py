"""Sends a message that is about nothing, to see what a provider answers at an address."""

from __future__ import annotations

from pydantic import SecretStr

from casework import authority
from casework.authority import Right
from casework.context import Onward
from casework.principal import Principal
from engine.message import Message, message
from models.notices import OF_NO_CASE
from notifiers.base import DeliveryError, Recipient, Rendered
from notifiers.services import service_at


def try_address(
    onward: Onward, address: SecretStr, trial: Rendered, by: Principal
) -> tuple[bool, Message]:
    """Whether a trial left, and what the provider's answer was taken for. Nothing is recorded."""
    authority.require(by, Right.OPERATE)
    url = address.get_secret_value()
    to = Recipient(agency="", channel="trial", address=address)
    try:
        says_so = onward.channel.send(to, trial, f"{OF_NO_CASE}-00000000")
    except DeliveryError as error:
        return False, message(f"trial.fault.{error.kind.name.lower()}")
    known = service_at(url)
    if says_so and known:
        return True, message("trial.sent", medium=message(f"trial.medium.{known.medium}"))
    return True, message("trial.not_said", service=url.partition(":")[0])
