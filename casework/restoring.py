"""Restores a backup, either where there is nothing yet, or in a scratch place to see whether it
works.

Whatever was erased since the backup was made is erased again before anybody can read it, and
nothing is sent until an operator has confirmed that the database was restored.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import msgspec
from pydantic import SecretStr
from sqlalchemy import func, select

from casework import data_keys, operators
from casework.authenticating import account, operator
from casework.backing_up import (
    DATABASE,
    FILES,
    FORMAT,
    MANIFEST,
    SECRETS,
    BackupError,
    BackupManifest,
)
from casework.bootstrap import connect
from casework.case_rows import CASES
from casework.context import Onward
from casework.erasing import replay
from casework.erasure_list import Certificate, ErasureList
from casework.kept_files import KEPT_FILES
from casework.leaving import sign_all_out
from casework.principal import Principal
from casework.sealing.against import verify_log
from casework.sealing.rollback import mark_restored
from casework.settings import Settings
from casework.verifying import verify_all, verify_installation
from engine.errors import Refusal, why_of
from engine.message import Message, message
from models.copies import put_back
from models.migrating import revision_of
from models.private_files import make_folder, write_first
from models.sealed_files import OpenedFile
from models.secret_keys import Secret
from models.session import Store


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What a restored backup contained."""

    manifest: BackupManifest
    cases: int
    erased_again: list[Certificate]
    """Certificates of whatever was erased after the backup, and was therefore erased again."""
    data_keys_at: datetime | None
    """When its data keys were last replaced; None if they never were."""


class Drilled(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was restored in a scratch place and checked."""

    restored: Restored
    faults: tuple[Message, ...]
    """The faults that `onward verify` finds in it."""


class Unpacked(msgspec.Struct, frozen=True, kw_only=True):
    """A backup, unpacked into a private folder."""

    manifest: BackupManifest
    database: Path
    texts: dict[str, str]
    """Secrets and files, by their names in the installation's folder."""


def unpack(source: Path, private: bytes, folder: Path) -> Unpacked:
    """Open a backup.

    Args:
        private: the recovery key.
        folder: a private folder for the contents.

    Raises:
        NotOpened: it was sealed to another key, or is damaged.
        BackupError: it cannot be read, or was made by a newer Onward.
        Refusal: `not_an_operator`: this account is not an operator in the backup.
    """
    try:
        with source.open("rb") as file:
            reading = OpenedFile(file, private)
            with tarfile.open(fileobj=reading, mode="r|") as archive:
                found = _unpacked(archive, folder)
            reading.read()  # read to the end, so it is complete
    except (OSError, tarfile.TarError) as error:
        said = message("backup.unread", file=str(source), why=why_of(error))
        raise BackupError(said) from None
    if account() not in found.manifest.accounts:
        raise Refusal("not_an_operator.in_backup", account=account())
    return found


def restore(settings: Settings, backup: Unpacked, lists: Sequence[Path]) -> Restored:
    """Restore a backup to the database and folder in the settings. Both must be empty, except for
    files and secrets that may be kept.

    Args:
        lists: lists of erasures, in addition to those in the installation's folder and the backup.

    Raises:
        Refusal: `something_there`: there is a database already, or a secret that is not the
            backup's; `not_an_operator`: this account is not an operator in the backup.
        BackupError: the backup is of another kind of database.
        StoreError, SealError, SettingsError, ErasureListError: what is wrong, and how to mend it.
    """
    known = [each for path in lists for each in ErasureList(path).read()]
    with closing(Store(settings.store_url)) as store:
        if store.kind != backup.manifest.store:
            raise BackupError(
                message("backup.other_store", kind=backup.manifest.store, here=store.kind)
            )
        make_folder(settings.home)
        if revision_of(store) is not None:
            raise Refusal("something_there.database")
        place = next(iter(store.files()), None)
    _put_texts(settings, backup.texts)
    if place is None:
        return _restored(settings, backup, known)
    # Beside its place, so that a restoration that is killed leaves nothing that could be used.
    beside = place.with_name(f"{place.name}.restoring-{token_hex(4)}")
    there = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{beside}")})
    try:
        done = _restored(there, backup, known)
        os.link(beside, place)
    except FileExistsError:
        raise Refusal("something_there.database") from None
    finally:
        for end in ("", "-wal", "-shm"):
            beside.with_name(f"{beside.name}{end}").unlink(missing_ok=True)
    return done


def _restored(settings: Settings, backup: Unpacked, known: Sequence[Certificate]) -> Restored:
    """Fill a new database from a backup, erase again what was erased since, sign everybody out, and
    mark the database as restored.

    Args:
        known: erasures that may be missing from the installation's own list.
    """
    with closing(Store(settings.store_url)) as store:
        put_back(backup.database, store)
        with store.write() as connection:
            mark_restored(connection)
    with closing(connect(settings, set_up=False)) as onward:
        by = operator(onward)
        again = replay(onward, [*onward.erasures.read(), *known], by)
        with onward.store.write() as connection:
            at = backup.manifest.made_at.isoformat(timespec="minutes")
            operators.note(onward, connection, by, "restore", of=at)
            cases = connection.scalar(select(func.count()).select_from(CASES))
            sign_all_out(connection)
            replaced_at = data_keys.last_replaced(connection)
    return Restored(
        manifest=backup.manifest,
        cases=int(cases or 0),
        erased_again=again,
        data_keys_at=replaced_at,
    )


def drill(
    settings: Settings, backup: Unpacked, lists: Sequence[Path], url: str, home: Path
) -> Drilled:
    """Restore a backup into a scratch folder and an empty database, and verify its contents.

    Args:
        lists: lists of erasures, in addition to the installation's own and that of the backup.
        url: the URL of the scratch database.
        home: the scratch folder.

    Raises: as in `restore`.
    """
    given = {f"{secret}_key{end}": None for secret in Secret for end in ("", "_command")}
    scratch = settings.model_copy(
        update=given
        | {
            "home": home,
            "database_url": SecretStr(url),
            "addresses": None,
            "erasures": None,
            "checkpoints": None,
        }
    )
    restored = restore(scratch, backup, [*lists, settings.erasures_file])
    with closing(connect(scratch, set_up=False)) as onward:
        return Drilled(restored=restored, faults=tuple(_faults(onward, operator(onward))))


def _faults(onward: Onward, by: Principal) -> list[Message]:
    found: list[Message] = [
        message("told.line", name=each.code, value=fault)
        for each in verify_all(onward, by)
        for fault in each.faults
    ]
    found += verify_installation(onward, by)
    return [*found, *verify_log(onward, by).faults]


def _unpacked(archive: tarfile.TarFile, folder: Path) -> Unpacked:
    """Read the members in one pass, in the order in which they were written; no name in the archive
    is used as a path.
    """
    content: dict[str, bytes] = {}
    for member in archive:
        file = archive.extractfile(member)
        if file is None:
            continue
        if member.name != DATABASE:
            content[member.name] = file.read()
            continue
        with (folder / DATABASE).open("wb") as target:
            while chunk := file.read(1 << 20):
                target.write(chunk)
    try:
        manifest = msgspec.json.decode(content.get(MANIFEST, b""), type=BackupManifest)
    except msgspec.MsgspecError:
        manifest = None
    if manifest is None or manifest.format > FORMAT:
        raise BackupError(message("backup.newer"))
    names = {f"{SECRETS}{each}": each.file for each in Secret}
    names |= {FILES + each.name: each.name for each in KEPT_FILES}
    texts = {there: content[name].decode() for name, there in names.items() if name in content}
    return Unpacked(manifest=manifest, database=folder / DATABASE, texts=texts)


def _put_texts(settings: Settings, texts: Mapping[str, str]) -> None:
    """Write secrets and files. An existing file is kept, since it may hold newer checkpoints; so is
    an existing secret with the same content.

    Raises:
        Refusal: `something_there`: an existing secret is a different one, so it belongs to another
            installation.
    """
    places = {each.name: each.place(settings) for each in KEPT_FILES}
    paths = {name: places.get(name) or settings.home / name for name in texts}
    for secret in Secret:
        path = paths.get(secret.file)
        if path and path.exists() and path.read_text().split() != texts[secret.file].split():
            raise Refusal("something_there.file", file=str(path))
    for name, path in paths.items():
        make_folder(path.parent)
        if not path.exists():
            write_first(path, texts[name])
