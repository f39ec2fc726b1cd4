"""Backs an installation up while it runs: database, secrets and private files, in one sealed file.

It is sealed to the public half of a recovery key, which stays in the installation; the private half
exists only on paper. So somebody who has the installation, but not that paper, cannot open a backup
that they find, even one from before an erasure.
"""

from __future__ import annotations

import base64
import binascii
import errno
import io
import os
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection

from casework import authority, certificates, operators
from casework.authority import Right
from casework.context import Onward
from casework.kept_files import RECOVERY, files_of, secrets_of
from casework.operator_rows import accounts_of
from casework.principal import Principal
from casework.settings import Settings
from engine.errors import Coded, Refusal, why_of
from engine.message import message
from models.copies import copy
from models.migrating import revision_of
from models.private_files import FILE, make_file, replace_file
from models.sealed_files import Sealing, new_pair
from models.secret_keys import as_text

MANIFEST, DATABASE, SECRETS, FILES = "manifest.json", "database", "secrets/", "files/"
"""The names of a backup's members, or the prefixes of those for secrets and files."""
FORMAT = 1


class BackupError(Coded):
    """A backup cannot be written or read; the text says why."""


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup contains. This is the first member of the backup."""

    format: int = FORMAT
    made_at: datetime
    store: str
    """`sqlite` or `postgresql`."""
    schema: str
    accounts: list[str]
    """The operators' accounts, one of which must restore the backup."""


def new_recovery_key(onward: Onward, settings: Settings, by: Principal) -> bytes:
    """Make the key that opens the backups made from now on, until another key is made. Its private
    half is returned to be printed, and stored nowhere.
    """
    authority.require(by, Right.OPERATE)
    private, public = new_pair()
    with onward.store.write() as connection:
        operators.note(onward, connection, by, "recovery_key")
    replace_file(settings.home / RECOVERY, base64.b64encode(public).decode() + "\n")
    return private


def require_free(target: Path) -> None:
    """Raises BackupError if a backup could not be written to this path: the path exists already, or
    its folder does not.
    """
    if target.exists():
        raise BackupError(message("backup.there", file=str(target)))
    if not target.absolute().parent.is_dir():
        why = os.strerror(errno.ENOENT)
        raise BackupError(message("backup.unwritten", file=str(target), why=why))


def has_recovery_key(settings: Settings) -> bool:
    return (settings.home / RECOVERY).exists()


def back_up(onward: Onward, settings: Settings, target: Path, by: Principal) -> BackupManifest:
    """Write a backup into a new file.

    Raises:
        Refusal: `no_recovery_key`.
        BackupError: the recovery key cannot be read; or the file exists already, or cannot be
            written.
        StoreError: the database cannot be copied.
        SealError: a secret is not available.
        ErasureListError: the list of erasures cannot be read or written.
    """
    authority.require(by, Right.OPERATE)
    public = _public(settings)
    onward.erasures.add(certificates.certificates(onward, by))
    secrets = dict(secrets_of(settings))
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="backup-") as folder:
        database = Path(folder) / DATABASE
        copy(onward.store, database)
        # A secret that came into use meanwhile belongs to the copied data too.
        for secret, keys in secrets_of(settings):
            secrets[secret] = [
                *keys,
                *(each for each in secrets.get(secret, []) if each not in keys),
            ]
        with onward.store.read() as connection:
            manifest = _manifest(onward, connection)
        texts = {f"{SECRETS}{secret}": as_text(keys) for secret, keys in secrets.items()}
        try:
            with _made(target) as file:
                _write(file, public, manifest, texts, database, settings)
        except OSError as error:
            why = why_of(error)
            raise BackupError(message("backup.unwritten", file=str(target), why=why)) from None
    with onward.store.write() as connection:
        operators.note(onward, connection, by, "backup")
    return manifest


def _public(settings: Settings) -> bytes:
    try:
        text = (settings.home / RECOVERY).read_text("ascii")
        return base64.b64decode(text.strip(), validate=True)
    except FileNotFoundError:
        raise Refusal("no_recovery_key") from None
    except (OSError, ValueError, binascii.Error):
        raise BackupError(message("backup.no_key", file=str(settings.home / RECOVERY))) from None


def _manifest(onward: Onward, connection: Connection) -> BackupManifest:
    return BackupManifest(
        made_at=onward.clock.now(),
        store=onward.store.kind,
        schema=revision_of(onward.store) or "",
        accounts=accounts_of(connection),
    )


def _made(target: Path) -> BinaryIO:
    require_free(target)
    make_file(target)
    return target.open("wb")


def _write(
    file: BinaryIO,
    public: bytes,
    manifest: BackupManifest,
    texts: dict[str, str],
    database: Path,
    settings: Settings,
) -> None:
    sealing = Sealing(file, public)
    with tarfile.open(fileobj=sealing, mode="w|") as archive:
        _add(archive, MANIFEST, msgspec.json.encode(manifest))
        for name, text in texts.items():
            _add(archive, name, text.encode())
        for name, path in files_of(settings):
            _add(archive, FILES + name, path.read_bytes())
        archive.add(database, DATABASE, recursive=False)
    sealing.finish()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), FILE
    archive.addfile(member, io.BytesIO(content))
