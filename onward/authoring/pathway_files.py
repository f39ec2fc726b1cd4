"""Reads coordinators' files: a pathway, the files beside it, and the files it includes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.documents.document import Document
from engine.errors import CodedError
from engine.loader import checked
from engine.message import message
from engine.pathway import Pathway
from engine.templates import ReadBeside, Source, read_pathway
from models.private_files import is_open, mode_of

SCENARIOS = ".scenarios.yaml"
RATES = ".rates.yaml"
_BESIDE = re.compile(r"(?P<name>[^.]+)\.(?P<what>[^.]+)\.yaml")
"""The name of a file beside a pathway, which has a word between dots: `home.fr.yaml` is beside
`home.yaml`.
"""
REGISTRY = "agencies.yaml"
_PUBLISHED = re.compile(r"([a-z][a-z0-9_]*)@([0-9]+)")
_PARTS = "parts"
"""The name of the folder for files that are not pathways by themselves."""


def published(given: str) -> tuple[str, int] | None:
    """The name and number in `NAME@VERSION`; None for anything else, which is taken for a file.

    Raises:
        EngineError: it has an `@`, but is neither of that form nor an existing file.
    """
    if found := _PUBLISHED.fullmatch(given):
        return found[1], int(found[2])
    name, sign, _ = given.partition("@")
    if sign and not Path(given).exists():
        raise CodedError(
            message("library.no_version", file=given, example=f"{name or 'safe_return'}@2")
        )
    return None


def pathway_of(given: str) -> Pathway:
    """Read and check a pathway's file completely, or load a published version as it was published.

    Raises:
        EngineError, OSError: it cannot be read, or has faults.
        Refusal: `unknown_pathway`: no such version is published.
    """
    named = published(given)
    if named is None:
        return checked(whole(Path(given)))
    # Not needed to compare two files, and loading the records takes a second.
    from casework.publishing import published_version
    from onward.installation import operating

    with operating() as (onward, by):
        return published_version(onward, *named, by)


def read(file: Path) -> str:
    """The text of a file.

    Raises:
        EngineError: it is a folder, or not UTF-8.
        OSError: it does not exist, or cannot be read.
    """
    if file.is_dir():
        raise CodedError(message("file.folder", file=str(file)))
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CodedError(message("file.no_utf8", file=str(file))) from None


def read_private(file: Path) -> str:
    """The text of a file with personal data.

    Raises:
        EngineError, OSError: as in `read` and `require_private`.
    """
    require_private(file)
    return read(file)


def require_private(file: Path) -> None:
    """Raises EngineError if others on this machine can read or change the file, as far as the
    system can tell. A missing file with a name like `age=30` is refused too: it is an answer.
    """
    if not file.exists():
        if "=" in file.name:
            raise CodedError(message("file.of_answers"))
        return
    mode = mode_of(file)
    if file.is_file() and is_open(mode):  # nobody else can open a pipe
        raise CodedError(message("file.open_to_all", file=str(file), mode=f"{mode:04o}"))


def whole(file: Path) -> Document:
    """A pathway with everything it includes from other files.

    Raises:
        EngineError, OSError: it cannot be read or assembled.
    """
    return read_pathway(read(file), str(file), files_of_library(file))


def files_of_library(file: Path) -> ReadBeside:
    """Returns a function that reads files named in a pathway's file, or in files it includes.

    It raises `EngineError` for a file that does not exist or is outside the pathway's library: the
    folder above the pathway's own, with everything in it. So a pathway from elsewhere cannot cause
    unrelated files to be read.
    """
    library = file.resolve().parent.parent

    def beside(name: str, path: str) -> Source:
        found = Path(os.path.normpath(Path(name).parent / path))
        if Path(path).is_absolute() or not found.resolve().is_relative_to(library):
            raise CodedError(
                message("library.outside", path=path, library=library.name or str(library))
            )
        if not found.is_file():
            raise CodedError(message("file.none", file=str(found)))
        return Source(str(found), read(found))

    return beside


def beside_of(file: str) -> dict[str, Source]:
    """The files beside a pathway or part, by the word in their names: `fr` for `home.fr.yaml`.

    Raises:
        EngineError, OSError: one cannot be read, or is not UTF-8.
    """
    found = {}
    for each in sorted(Path(file).parent.glob(f"{Path(file).stem}.*.yaml")):
        named = _BESIDE.fullmatch(each.name)
        if named:
            found[named["what"]] = Source(str(each), read(each))
    return found


def pathway_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The pathways that the given paths stand for. A file beside a pathway, such as its scenarios,
    stands for that pathway. A folder stands for all pathways in it, at any depth; registries, and
    files directly in a folder called `parts`, are left out.

    Raises:
        EngineError: a path does not exist, a folder holds no pathway, or the pathway that a file is
            named after does not exist.
    """
    for path in paths:
        if path.is_dir():
            found = [each for each in sorted(path.rglob("*.yaml")) if _is_pathway(each)]
            if not found:
                raise CodedError(message("library.no_pathway", folder=str(path)))
            yield from found
        elif path.is_file():
            yield _beside_what(path)
        else:
            raise CodedError(message("file.none", file=str(path)))


def _is_pathway(file: Path) -> bool:
    return (
        _beside_what(file) == file
        and file.name != REGISTRY
        and file.resolve().parent.name != _PARTS
    )


def _beside_what(file: Path) -> Path:
    """The pathway that a file is beside; the file itself if its name has no word between dots.

    Raises:
        EngineError: there is no pathway of that name.
    """
    named = _BESIDE.fullmatch(file.name)
    if named is None:
        return file
    pathway = file.with_name(f"{named['name']}.yaml")
    if not pathway.is_file():
        raise CodedError(message("library.beside_none", file=str(file), pathway=pathway.name))
    return pathway
