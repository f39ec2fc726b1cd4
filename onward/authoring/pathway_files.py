"""Reading what coordinators write: a pathway, what stands beside it, what it brings in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.coding import Coded, read_codes
from engine.definition import Definition
from engine.documents.document import Document
from engine.errors import EngineError
from engine.loader import checked
from engine.pathway import Pathway
from engine.speaking import Languages, read_languages
from engine.templates import Beside, Source, read_pathway
from models.private_files import is_open, mode_of

SCENARIOS = ".scenarios.yaml"
RATES = ".rates.yaml"
_BESIDE = re.compile(r"(?P<name>[^.]+)\.(?P<what>[^.]+)\.yaml")
"""`home.fr.yaml` stands beside `home.yaml`, and so does whatever has a word between dots."""
REGISTRY = "agencies.yaml"
_PUBLISHED = re.compile(r"([a-z][a-z0-9_]*)@([0-9]+)")
_PARTS = "parts"
"""The folder of what is no pathway by itself."""


def published(given: str) -> tuple[str, int] | None:
    """Name and number of `NAME@VERSION`; None for what is a file.

    Raises:
        EngineError: it is neither.
    """
    if found := _PUBLISHED.fullmatch(given):
        return found[1], int(found[2])
    name, sign, _ = given.partition("@")
    if sign and not Path(given).exists():
        raise EngineError(
            f"there is no file {given}, and a published version reads NAME@VERSION with its number:"
            f" {name or 'safe_return'}@2"
        )
    return None


def pathway_of(given: str) -> Pathway:
    """A file is read whole and checked; what was published stands alone, as it was.

    Raises:
        EngineError: it cannot be read, or is not right.
        Refusal: `unknown_pathway`.
    """
    named = published(given)
    if named is None:
        return checked(whole(Path(given)))
    # Two files are compared without the records, which take a second to bring along.
    from casework.publishing import published_version
    from onward.installation import installation

    with installation() as onward:
        return published_version(onward, *named)


def read(file: Path) -> str:
    """The text of a file.

    Raises:
        EngineError: it is a folder, or not UTF-8.
    """
    if file.is_dir():
        raise EngineError(f"{file} is a folder: name one file in it")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise EngineError(
            f"{file} is not a text in UTF-8: save it again in that encoding"
        ) from None


def read_private(file: Path) -> str:
    """The text of a file that says what is known of people.

    Raises:
        EngineError: as `read` and `require_private` do.
    """
    require_private(file)
    return read(file)


def require_private(file: Path) -> None:
    """Raises EngineError for a file that others on this machine can read, where a system tells that."""
    if not file.exists():
        if "=" in file.name:
            raise EngineError(
                "name a file with the answers in it: they must not stand in a command"
            )
        return
    mode = mode_of(file)
    if file.is_file() and is_open(mode):  # a pipe has no place in a folder
        raise EngineError(
            f"{file}: others on this machine can read it (mode {mode:04o}), and it says what is known"
            f" of people: chmod 600 {file}"
        )


def whole(file: Path) -> Document:
    """A pathway with all that it brings in from other files.

    Raises:
        EngineError: it cannot be read or woven.
    """
    return read_pathway(read(file), str(file), files_of_library(file))


def languages(file: Path, definition: Definition) -> Languages:
    """What the pathway of a file speaks beside English.

    Raises:
        DefinitionError: with everything that is wrong or missing in its translations.
    """
    beside = files_of_library(file)
    return read_languages(read(file), str(file), definition, beside, beside_of)


def codes(file: Path, definition: Definition) -> Coded:
    """The standards in whose columns the cases of a pathway can be exported.

    Raises:
        DefinitionError: with everything that is wrong in their lists.
    """
    beside = files_of_library(file)
    return read_codes(read(file), str(file), definition, beside, beside_of)


def files_of_library(file: Path) -> Beside:
    """Reads what is named in a pathway's file or in those that it brings in.

    They must be in the library of that file: the folder above its own, with all that is in it. A
    pathway from elsewhere cannot make us read what is none of its business.
    """
    library = file.resolve().parent.parent

    def beside(name: str, path: str) -> Source:
        found = Path(os.path.normpath(Path(name).parent / path))
        if Path(path).is_absolute() or not found.resolve().is_relative_to(library):
            raise EngineError(f"`{path}` leads out of the library {library.name or library}/")
        if not found.is_file():
            raise EngineError(f"there is no file {found}")
        return Source(str(found), read(found))

    return beside


def beside_of(file: str) -> dict[str, Source]:
    """What stands beside a pathway or a part, by the word in its name.

    Raises:
        EngineError: one is not UTF-8.
    """
    found = {}
    for each in sorted(Path(file).parent.glob(f"{Path(file).stem}.*.yaml")):
        named = _BESIDE.fullmatch(each.name)
        if named:
            found[named["what"]] = Source(str(each), read(each))
    return found


def pathway_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The pathways among files and in folders; what stands beside them is left out.

    Raises:
        EngineError: a path leads nowhere, or a folder holds no pathway.
    """
    for path in paths:
        if path.is_dir():
            found = [each for each in sorted(path.rglob("*.yaml")) if _is_pathway(each)]
            if not found:
                raise EngineError(f"{path} holds no pathway")
            yield from found
        elif path.is_file():
            yield _beside_what(path)
        else:
            raise EngineError(f"there is no file {path}")


def _is_pathway(file: Path) -> bool:
    return (
        _beside_what(file) == file
        and file.name != REGISTRY
        and file.resolve().parent.name != _PARTS
    )


def _beside_what(file: Path) -> Path:
    """The pathway that a file belongs to: itself, if it is none.

    Raises:
        EngineError: there is none of that name.
    """
    named = _BESIDE.fullmatch(file.name)
    if named is None:
        return file
    pathway = file.with_name(f"{named['name']}.yaml")
    if not pathway.is_file():
        raise EngineError(f"{file} stands beside no pathway: there is no {pathway.name}")
    return pathway
