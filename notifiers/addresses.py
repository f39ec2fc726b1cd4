"""The addresses of the channels. They are secret: no error or `repr` here shows one."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from engine.errors import why_of
from engine.message import Message, message
from notifiers.base import AddressError, Recipient

PREFIX = "ONWARD_CHANNEL_"
_AGENCY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]+)+")
# A single word, so that a variable's name can be read in only one way.
_CHANNEL = re.compile(r"[a-z][a-z0-9]*")
_VARIABLE = re.compile(rf"{PREFIX}([A-Z]{{2}}(?:_[A-Z0-9]+)+)_([A-Z][A-Z0-9]*)")
_SHAPE = "write one line for each agency (NG-NAPTIP:), below it lines like  email: mailto://..."

_Book = dict[str, dict[str, SecretStr]]


class AddressBook:
    """Each agency's channels with their addresses."""

    def __init__(self, recipients: Sequence[Recipient]) -> None:
        self._by_agency: dict[str, dict[str, Recipient]] = {}
        for each in recipients:
            self._by_agency.setdefault(each.agency, {})[each.channel] = each

    def __repr__(self) -> str:
        return f"AddressBook({len(self._by_agency)} agencies)"

    def __bool__(self) -> bool:
        """Whether there is any address at all."""
        return bool(self._by_agency)

    @classmethod
    def load(cls, path: Path | None, environ: Mapping[str, str]) -> AddressBook:
        """Read addresses from a file and from the environment, which takes precedence.

        Raises:
            AddressError: names every fault of the file with its place and remedy, or says that the
                file cannot be read or parsed. Faults of the environment are named only if the file
                has none.
        """
        book = _from_file(path) if path else {}
        for agency, channels in _from_environment(environ).items():
            book.setdefault(agency, {}).update(channels)
        return cls(
            [
                Recipient(agency=agency, channel=channel, address=address)
                for agency, channels in book.items()
                for channel, address in channels.items()
            ]
        )

    def channels(self, agency: str, order: Sequence[str] = ()) -> tuple[Recipient, ...]:
        """An agency's channels in the order to try them; empty if it has none.

        The channels in `order` (from the registry) come first. The rest follow: those of the file
        in its order, then those of the environment by name.
        """
        known = self._by_agency.get(agency, {})
        names = dict.fromkeys([*(name for name in order if name in known), *known])
        return tuple(known[name] for name in names)


def _from_environment(environ: Mapping[str, str]) -> _Book:
    book: _Book = {}
    problems = []
    for name in sorted(name for name in environ if name.startswith(PREFIX)):
        match = _VARIABLE.fullmatch(name)
        if not match:
            problems.append(message("address.no_variable", variable=name, prefix=PREFIX))
        elif not environ[name].strip():
            problems.append(message("address.empty_variable", variable=name))
        else:
            agency, channel = match[1].replace("_", "-"), match[2].lower()
            book.setdefault(agency, {})[channel] = SecretStr(environ[name].strip())
    _refuse(problems)
    return book


def _from_file(path: Path) -> _Book:
    data = _parsed(path, _read(path))
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise AddressError(_at(f"{path}:1:1", message("address.no_list", shape=_SHAPE)))
    book: _Book = {}
    problems: list[Message] = []
    for agency, channels in data.items():
        if not _AGENCY.fullmatch(str(agency)):
            problems.append(_at(_place(path, data, agency), message("address.no_code")))
        elif not isinstance(channels, dict):
            what = message("address.no_channels", agency=str(agency), shape=_SHAPE)
            problems.append(_at(_place(path, data, agency), what))
        else:
            problems += _channel_problems(path, channels)
            book[agency] = {str(c): SecretStr(str(url).strip()) for c, url in channels.items()}
    _refuse(problems)
    return book


def _channel_problems(path: Path, channels: Any) -> list[Message]:
    problems = []
    for channel, url in channels.items():
        place = _place(path, channels, channel)
        if not _CHANNEL.fullmatch(str(channel)):
            problems.append(_at(place, message("address.no_channel")))
        elif not isinstance(url, str) or not url.strip():
            problems.append(_at(place, message("address.no_text", channel=str(channel))))
    return problems


def _at(place: str, what: Message) -> Message:
    return message("placed", place=place, what=what)


def _place(path: Path, mapping: Any, key: object) -> str:
    line, column = mapping.lc.key(key)
    return f"{path}:{line + 1}:{column + 1}"


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            # Windows stores permissions elsewhere and reports every file as readable by all.
            if os.name == "posix" and mode & 0o077:
                raise AddressError(
                    message("address.open_to_all", file=str(path), mode=f"{mode:04o}")
                )
            return file.read()
    except UnicodeDecodeError:
        raise AddressError(message("file.no_utf8", file=str(path))) from None
    except OSError as error:
        raise AddressError(message("address.no_file", file=str(path), why=why_of(error))) from None


def _parsed(path: Path, text: str) -> Any:
    # Every command asks where the addresses are, and most installations have no file of them.
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="rt", pure=True).load(text)
    except YAMLError as error:
        # The library's own text would quote the line, and with it the address.
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        is_twice = isinstance(error, DuplicateKeyError)
    what = message("address.twice" if is_twice else "address.no_yaml", shape=_SHAPE)
    raise AddressError(_at(place, what))


def _refuse(problems: Sequence[Message]) -> None:
    if problems:
        raise AddressError(message("several", what=tuple(problems)))
