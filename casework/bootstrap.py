"""Builds everything that a process needs, from its settings."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select

from casework import operator_rows
from casework.authenticating import account, require_training
from casework.case_rows import CASES
from casework.context import Onward
from casework.erasure_list import ErasureList
from casework.installation_clock import StoredClock, SystemClock, TimeSource
from casework.settings import Settings, SettingsError
from casework.waking import Sleeper, Waker
from casework.wrapping import require_known
from engine.message import message
from models.columns import table_of
from models.installation import Installation
from models.migrating import migrate, revision_of
from models.prepared import first_row
from models.private_files import close_to_others, make_folder
from models.proof import Proof
from models.secret_keys import Secret
from models.session import Store
from notifiers.addresses import AddressBook
from notifiers.base import Channel
from notifiers.late_channel import LateChannel

if TYPE_CHECKING:
    from casework.driving import CaseDriving

_WITHOUT_PARTIES = select(CASES.c.id).where(CASES.c.parties.is_(None)).limit(1)
"""Finds a case whose list of parties is missing. A partial index covers exactly such rows."""
_PROOF_KEY = select(table_of(Installation).c.proof_key)
_ANY_CASE = select(CASES.c.id).limit(1)


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
        set_up: create what is missing: the tables, the keys. If there is no operator yet, the
            account that runs this process becomes the first.
        training: set it up as a training installation, which it then stays.

    Raises:
        Refusal: `not_for_training`: the installation exists already, and is not for training.
        NotSetUp: there is no installation here, and `set_up` is False.
        NotPrivate: other accounts may read the folder or the database, and cannot be shut out.
        SettingsError, StoreError, SealError, AddressError: what is wrong, where, and how to mend
            it.
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
        proof = _proof(settings, store)
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
            portal=settings.portal or "",
            prefect=settings.prefect or "",
        )
        with store.read() as connection:
            # Other keys would seal new records that the right ones cannot open.
            require_known(onward, connection)
            has = _has(connection)
        _make_up_for(onward, has)
        if set_up:
            _begin(onward, training, has)
        return onward
    except BaseException:
        store.close()
        raise


def _proof(settings: Settings, store: Store) -> Proof:
    """The `Proof` of an installation; if it never had a proof key, one is made.

    Raises:
        SettingsError: its records have no proof although there is a key, or they were proved with
            another key.
        SealError: the key is not available.
    """
    had = settings.has(Secret.PROOF)
    with store.read() as connection:
        key_id = _proof_key(connection)
        is_bare = key_id is None and had and not settings.proof_begins
        if is_bare and (operator_rows.has_any(connection) or _has_cases(connection)):
            raise SettingsError(message("proof.never_began"))
    proof = Proof(settings.keys(Secret.PROOF, first_time=key_id is None))
    if key_id is not None and not proof.knows(key_id):
        raise SettingsError(message("proof.other_key", key=key_id.hex()))
    return proof


class _Has(NamedTuple):
    """What an installation has in its tables."""

    proofs: bool
    lists: bool
    operators: bool
    cases: bool


def _has(connection: Connection) -> _Has:
    return _Has(
        proofs=_proof_key(connection) is not None,
        lists=first_row(connection, _WITHOUT_PARTIES, {}) is None,
        operators=operator_rows.has_any(connection),
        cases=_has_cases(connection),
    )


def _make_up_for(onward: Onward, has: _Has) -> None:
    """Write the proofs and lists that an older version of Onward did not write."""
    if not has.proofs:
        from casework import first_proofs  # once in the life of an installation

        first_proofs.begin(onward)
    if not has.lists:
        from casework import first_lists  # after some migrations

        first_lists.write_lists(onward)


def _begin(onward: Onward, training: bool, has: _Has) -> None:
    """Make the account that sets up the installation its first operator, if it has none. An
    installation with cases never becomes one for training. Raises Refusal `not_for_training` if
    `training` is asked for and the installation is not for training.
    """
    if not has.operators:
        from casework import operators  # once in the life of an installation

        operators.begin(onward, account(), training=training and not has.cases)
    if training:
        require_training(onward)


def _apprise() -> Channel:
    from notifiers.apprise_channel import AppriseChannel  # takes a quarter of a second

    return AppriseChannel()


def _is_empty(store: Store) -> bool:
    """Whether the installation has no cases yet, so that its keys may still have to be made."""
    with store.read() as connection:
        return not _has_cases(connection)


def _has_cases(connection: Connection) -> bool:
    return first_row(connection, _ANY_CASE, {}) is not None


def _proof_key(connection: Connection) -> bytes | None:
    row = first_row(connection, _PROOF_KEY, {})
    return row and row.proof_key


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
    from casework.driving import CaseDriving  # loads all that may happen in a case

    return CaseDriving(connect(settings))
