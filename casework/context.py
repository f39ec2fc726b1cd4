"""What every use case receives: the installation, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from casework.clock import TimeSource
from casework.library import Library
from casework.states import States
from casework.waking import Waker
from models.keys import Keyring
from models.session import Store
from notifiers.addresses import AddressBook
from notifiers.base import Channel


@dataclass(frozen=True, kw_only=True)
class Onward:
    """An installation, as a process sees it."""

    store: Store
    keys: Keyring
    clock: TimeSource
    waker: Waker
    addresses: AddressBook
    channel: Channel
    library: Library = field(default_factory=Library)
    states: States = field(default_factory=States)

    def close(self) -> None:
        self.store.close()


class Actor(msgspec.Struct, frozen=True):
    """Who asks: an agency, and one of its staff by a code that is never a name."""

    agency: str
    person: str = ""
