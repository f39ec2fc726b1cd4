"""A pathway as a coordinator has sent it, with all its files.

This is a module of its own, so that a process that only checks pathways loads it and the engine,
but nothing of the database.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.errors import CodedError
from engine.message import finding
from engine.templates import Source

YAML = ".yaml"


class KeptPathway(msgspec.Struct, frozen=True, kw_only=True):
    """A pathway, with the files beside it and those it includes."""

    file: str
    """The name of the pathway's own file."""
    files: Mapping[str, str]
    """The text of each file by its name."""

    @property
    def text(self) -> str:
        """The text of the pathway's own file."""
        return self.files[self.file]

    def beside(self, _name: str, path: str) -> Source:
        """A file that another one includes. It is found by its name alone, whatever folder is
        given.

        Raises:
            CodedError: `files` holds no file of this name.
        """
        name = path.rpartition("/")[2]
        if name not in self.files:
            raise CodedError(finding("file.not_sent", path=path, name=name))
        return Source(name, self.files[name])

    def around(self, file: str) -> dict[str, Source]:
        """The files named like `file` with one more word in the name, by that word. For example,
        `home.fr.yaml` beside `home.yaml` is found under `fr`.
        """
        stem = file.removesuffix(YAML)
        words = {
            each: each.removeprefix(f"{stem}.").removesuffix(YAML)
            for each in self.files
            if each.startswith(f"{stem}.") and each != file
        }
        return {
            word: Source(each, self.files[each]) for each, word in words.items() if "." not in word
        }
