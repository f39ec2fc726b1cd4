"""The files and secrets that an installation keeps outside its database and cannot recreate.
Together with the database, they make up a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from casework.settings import Settings
from models.secret_keys import Secret


class KeptFile(NamedTuple):
    """A file to back up. Its name in the backup is its usual path in the installation's folder."""

    name: str
    place: Callable[[Settings], Path | None]


RECOVERY = "recovery.pub"
"""The public key to which backups are sealed."""
KEPT_FILES = (
    KeptFile("addresses.yaml", lambda settings: settings.addresses_file),
    KeptFile("checkpoints", lambda settings: settings.checkpoints_file),
    KeptFile("erasures.jsonl", lambda settings: settings.erasures_file),
    KeptFile(RECOVERY, lambda settings: settings.home / RECOVERY),
    KeptFile("prefect/password", lambda settings: settings.home / "prefect" / "password"),
)


def secrets_of(settings: Settings) -> Iterator[tuple[Secret, list[bytes]]]:
    """The secrets that this installation has, each with its keys, wherever they are kept.

    Raises:
        SealError: one of them is not available.
    """
    for secret in Secret:
        if settings.has(secret):
            yield secret, settings.keys(secret, first_time=False)


def files_of(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Each file that exists, by its name in a backup."""
    for name, place in KEPT_FILES:
        path = place(settings)
        if path is not None and path.is_file():
            yield name, path
