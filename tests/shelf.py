"""Files of a library that stand in a mapping instead of a folder."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from engine.errors import CodedError
from engine.message import message
from engine.templates import ReadBeside, Source


def shelf(files: Mapping[str, str]) -> ReadBeside:
    """Reads the files of a mapping from path to text."""

    def beside(file: str, path: str) -> Source:
        found = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        if found not in files:
            raise CodedError(message("file.none", file=found))
        return Source(found, files[found])

    return beside
