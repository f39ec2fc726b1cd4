"""What every use case receives: the installation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from casework.installation_clock import TimeSource
from casework.library import Library
from casework.states import States
from casework.waking import Waker
from models.keys import Keyring
from models.proof import Proof
from models.session import Store
from notifiers.addresses import AddressBook
from notifiers.base import Channel

if TYPE_CHECKING:
    from casework.erasure_list import ErasureList
    from casework.sealing.checkpoint_file import CheckpointFile
    from casework.sealing.signing import Signing


@dataclass(frozen=True, kw_only=True)
class Onward:
    """An installation, as a process sees it."""

    store: Store
    keys: Keyring
    signing_seeds: Callable[[bool], Sequence[bytes]]
    """Reads the seeds of the keys that sign checkpoints; its argument says whether a seed may be
    made.
    """
    checkpoints_file: Path
    proof: Proof
    clock: TimeSource
    waker: Waker
    addresses: AddressBook
    channel: Channel
    erasures: ErasureList
    """The list of erasures, kept outside the database."""
    portal: str = ""
    """The public address of the agencies' pages, without a trailing slash; empty if none is
    configured.
    """
    prefect: str = ""
    """The public address of Prefect's pages; empty if none is configured."""
    library: Library = field(default_factory=Library)
    states: States = field(default_factory=States)

    @cached_property
    def signing(self) -> Signing:
        from casework.sealing.signing import Signing  # few commands seal anything

        return Signing(self.signing_seeds)

    @cached_property
    def checkpoints(self) -> CheckpointFile:
        from casework.sealing.checkpoint_file import CheckpointFile

        return CheckpointFile(self.checkpoints_file)

    def close(self) -> None:
        self.store.close()
