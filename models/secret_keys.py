"""The secrets of an installation: each from the environment, a command, or a private file.

Secrets are never in the database. `Secret` says what each is for. Each is a list of 32-byte keys in
base64, so that keys can be replaced: the first is in use, the others serve what was made before.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import shlex
import subprocess
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from engine.errors import why_of
from engine.message import message
from models.keys import KEY_BYTES, SealError
from models.private_files import is_open, make_folder, mode_of, replace_file, write_first

log = logging.getLogger("onward.keys")

_COMMAND_SECONDS = 30


class Secret(StrEnum):
    """A secret. Its value is part of the names of its file (`master.key`) and of its settings
    (`ONWARD_MASTER_KEY`, `ONWARD_MASTER_KEY_COMMAND`).
    """

    MASTER = "master"
    """Wraps the data keys: one for each case, person and account, and one for the secret for
    intake marks (AES-256).
    """
    PROOF = "proof"
    """Proves that nobody without it has changed a record (HMAC-SHA-256)."""
    SIGNING = "signing"
    """Signs checkpoints (the seed of an Ed25519 key)."""

    @property
    def label(self) -> str:
        return f"{self} key"

    @property
    def file(self) -> str:
        """The name of the secret's file in the installation's folder."""
        return f"{self}.key"

    @property
    def setting(self) -> str:
        """The environment variable that may hold the secret. With `_COMMAND` at the end, it is the
        variable that may hold a command which prints the secret.
        """
        return f"ONWARD_{self}_KEY".upper()


_WITHOUT = {
    Secret.MASTER: "nothing that was recorded can be read again",
    Secret.PROOF: "nothing that was recorded can be proved again",
    Secret.SIGNING: "no further checkpoint can be signed in this installation's name",
}


class SecretKeyError(SealError):
    """The keys cannot be read; the text says where the fault is and how to mend it."""


def parse(text: str, where: str) -> list[bytes]:
    """Parse base64 keys separated by spaces or commas.

    Args:
        where: names the source in errors.

    Raises:
        SecretKeyError: there is no key, or one has the wrong form.
    """
    keys = []
    for number, word in enumerate(text.replace(",", " ").split(), 1):
        try:
            key = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise SecretKeyError(
                message("secret_key.no_key", where=where, number=number, bytes=KEY_BYTES)
            )
        keys.append(key)
    if not keys:
        raise SecretKeyError(message("secret_key.none", where=where))
    return keys


def from_command(secret: Secret, command: str) -> list[bytes]:
    """The keys that a command prints, such as one that reads a secret store.

    Raises:
        SecretKeyError: the command failed or took too long, or what it printed cannot be parsed.
    """
    try:
        done = subprocess.run(
            shlex.split(command),
            check=True,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # Its output may contain a key.
        said = message("secret_key.command_failed", secret=secret.label, why=why_of(error))
        raise SecretKeyError(said) from None
    return parse(done.stdout, f"the command for the {secret.label}")


def from_file(secret: Secret, folder: Path, *, make: bool) -> list[bytes]:
    """The keys in a file that only its owner may read.

    Args:
        folder: the installation's folder.
        make: create the file if it is missing. Must be false if records were already made with a
            key, since a new key would fit none of them and hide the loss of the old one.

    Raises:
        SecretKeyError: the file is missing, cannot be read or parsed, or is open to others.
    """
    path = folder / secret.file
    if not path.exists():
        if not make:
            raise SecretKeyError(message("secret_key.missing", file=str(path), secret=secret.label))
        _make(secret, path)
    try:
        mode = mode_of(path)
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        said = message("secret_key.unread", file=str(path), why=why_of(error))
        raise SecretKeyError(said) from None
    if is_open(mode):  # and may have been read, which its owner has to judge
        raise SecretKeyError(message("secret_key.open_to_all", file=str(path), mode=f"{mode:04o}"))
    return parse(text, str(path))


def bring_in(secret: Secret, folder: Path) -> None:
    """Put a new key first in the secret's file; the others stay. Raises SecretKeyError, as
    `from_file` does.
    """
    known = from_file(secret, folder, make=False)
    _write(secret, folder, [os.urandom(KEY_BYTES), *known])


def retire(secret: Secret, folder: Path) -> int:
    """Keep only the first key in the secret's file. Returns how many others were removed. Raises
    SecretKeyError, as `from_file` does.
    """
    first, *others = from_file(secret, folder, make=False)
    _write(secret, folder, [first])
    return len(others)


def as_text(keys: Sequence[bytes]) -> str:
    """Keys as text that `parse` reads."""
    return " ".join(base64.b64encode(each).decode() for each in keys) + "\n"


def _write(secret: Secret, folder: Path, keys: Sequence[bytes]) -> None:
    replace_file(folder / secret.file, as_text(keys))


def _make(secret: Secret, path: Path) -> None:
    make_folder(path.parent)
    if not write_first(path, as_text([os.urandom(KEY_BYTES)])):
        return
    log.warning(
        "A %s was made: %s. Back it up apart from the database: without it %s.",
        secret.label,
        path,
        _WITHOUT[secret],
    )
