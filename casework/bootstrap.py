"""Builds everything that a process needs, from its settings."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from casework import first_proofs, operators
from casework.authenticating import account, require_training
from casework.clock import StoredClock, SystemClock, TimeSource
from casework.context import Onward
from casework.erasure_list import ErasureList
from casework.held import CASES
from casework.settings import Settings, SettingsError
from casework.waking import Sleeper, Waker
from casework.wrapping import require_known
from engine.message import message
from models.migrating import migrate, revision_of
from models.private_files import close_to_others, make_folder
from models.proof import Proof
from models.secret_keys import Secret
from models.session import Store
from notifiers.addresses import AddressBook
from notifiers.base import Channel
from notifiers.late_channel import LateChannel

if TYPE_CHECKING:
    from casework.driving import CaseDriving


class NotSetUp(SettingsError):
    """There is no installation yet where the settings point."""

    def __init__(self, settings: Settings) -> None:
        nothing = message("settings.nothing_in_database")
        if settings.database_url is None:
            nothing = message("settings.nothing_in", folder=str(settings.home))
        super().__init__(nothing)


def connect(
    settings: Settings | None = None,
    *,
    waker: Waker | None = None,
    channel: Channel | None = None,
    set_up: bool = True,
    training: bool = False,
) -> Onward:
    """Connect to an installation, migrating its tables.

    Args:
        set_up: create what is missing: the tables, the keys. The account that does so is the
            first operator.
        training: set it up for training, for good.

    Raises:
        Refusal: `not_for_training`: it stands, and is not for training.
        NotSetUp: nothing was set up here, and `set_up` is False.
        NotPrivate: other accounts may read its folder or its records, and it cannot be closed.
        SettingsError, StoreError, SealError, AddressError: what is wrong, where, and how to mend it.
    """
    settings = settings or Settings.read()
    if set_up:
        if settings.home.exists() and not settings.home.is_dir():
            raise SettingsError(message("settings.home_is_file", file=str(settings.home)))
        make_folder(settings.home)
    store = Store(settings.store_url)
    try:
        revision = revision_of(store)
        if not (set_up or revision):
            raise NotSetUp(settings)
        close_to_others(settings.home, *store.files())
        migrate(store, known=revision)
        proof = first_proofs.proof_of(settings, store)
        onward = Onward(
            store=store,
            keys=settings.keyring(first_time=set_up and _is_empty(store)),
            signing_seeds=lambda first: settings.keys(Secret.SIGNING, first_time=first),
            checkpoints_file=settings.checkpoints_file,
            clock=_clock(settings, store, proof),
            proof=proof,
            waker=waker or Sleeper(),
            addresses=AddressBook.load(settings.addresses_file, os.environ),
            channel=channel or LateChannel(_apprise),
            erasures=ErasureList(settings.erasures_file),
        )
        with store.read() as connection:
            # Other keys would seal new records that the right ones cannot open.
            require_known(onward, connection)
        first_proofs.begin(onward)
        if set_up:
            _begin(onward, training)
        return onward
    except BaseException:
        store.close()
        raise


def _begin(onward: Onward, training: bool) -> None:
    """Make the account that sets it up its first operator; with cases it is never for training."""
    with onward.store.read() as connection:
        has_begun = operators.has_any(connection)
    if not has_begun:
        operators.begin(onward, account(), training=training and _is_empty(onward.store))
    if training:
        require_training(onward)


def _apprise() -> Channel:
    from notifiers.apprise_channel import AppriseChannel  # a quarter of a second

    return AppriseChannel()


def _is_empty(store: Store) -> bool:
    """Whether the store holds no data yet, so that no key is in use."""
    with store.read() as connection:
        return connection.execute(select(CASES.c.id).limit(1)).first() is None


def _clock(settings: Settings, store: Store, proof: Proof) -> TimeSource:
    if settings.clock == "system":
        return SystemClock()
    clock = StoredClock(store, proof)
    clock.start(settings.clock_starts or SystemClock().now())
    return clock


def driving() -> CaseDriving:
    """The cases as the flows see them; created once per process and settings."""
    return _driving(Settings.read())


@cache
def _driving(settings: Settings) -> CaseDriving:
    from casework.driving import CaseDriving  # brings all that may become of a case

    return CaseDriving(connect(settings))
