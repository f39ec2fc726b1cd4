"""Loads master keys from the environment, a command, or a private file.

They are never in the database. If they are lost, everything sealed is lost.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import shlex
import subprocess
from pathlib import Path

from engine.message import message
from models.keys import KEY_BYTES, SealError
from models.private_files import is_open, make_folder, mode_of, write_first

log = logging.getLogger("onward.keys")

_COMMAND_SECONDS = 30


class MasterKeyError(SealError):
    """The master keys cannot be read; the text says where and how to mend it."""


def parse(text: str, where: str) -> list[bytes]:
    """Parse base64 keys separated by spaces; the first is in use, the others only open older
    records.
    """
    keys = []
    for number, word in enumerate(text.replace(",", " ").split(), 1):
        try:
            key = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise MasterKeyError(
                message("master_key.no_key", where=where, number=number, bytes=KEY_BYTES)
            )
        keys.append(key)
    if not keys:
        raise MasterKeyError(message("master_key.none", where=where))
    return keys


def from_command(command: str) -> list[bytes]:
    """The keys that a command prints, such as one that reads a secret store."""
    try:
        done = subprocess.run(
            shlex.split(command),
            check=True,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # Its output may hold a key.
        raise MasterKeyError(
            message("master_key.command_failed", why=type(error).__name__)
        ) from None
    return parse(done.stdout, "the command for the master key")


def from_file(path: Path, *, make: bool) -> list[bytes]:
    """The keys in a file that only its owner may read.

    Args:
        make: create the file if it is missing. If sealed records already exist, a new key would
            open none of them and hide the loss of the old one.
    """
    if not path.exists():
        if not make:
            raise MasterKeyError(message("master_key.missing", file=str(path)))
        _make(path)
    try:
        mode = mode_of(path)
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = type(error).__name__
        raise MasterKeyError(message("master_key.unread", file=str(path), why=why)) from None
    if is_open(mode):  # and may have been read: that is for its owner to judge
        raise MasterKeyError(message("master_key.open_to_all", file=str(path), mode=f"{mode:04o}"))
    return parse(text, str(path))


def _make(path: Path) -> None:
    make_folder(path.parent)
    if not write_first(path, base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n"):
        return
    log.warning(
        "A master key was made: %s. Back it up apart from the database: without it nothing that"
        " was recorded can be read again.",
        path,
    )
