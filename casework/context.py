"""What every use case receives: the installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.clock import TimeSource
from casework.library import Library
from casework.sealing.checkpoint_file import CheckpointFile
from casework.sealing.signing import Signing
from casework.states import States
from casework.waking import Waker
from models.keys import Keyring
from models.session import Store
from notifiers.addresses import AddressBook
from notifiers.base import Channel

if TYPE_CHECKING:
    from casework.erasure_list import ErasureList


@dataclass(frozen=True, kw_only=True)
class Onward:
    """An installation, as a process sees it."""

    store: Store
    keys: Keyring
    signing: Signing
    checkpoints: CheckpointFile
    clock: TimeSource
    waker: Waker
    addresses: AddressBook
    channel: Channel
    erasures: ErasureList
    """What was erased, outside the database."""
    library: Library = field(default_factory=Library)
    states: States = field(default_factory=States)

    def close(self) -> None:
        self.store.close()
