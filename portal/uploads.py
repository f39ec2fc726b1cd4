"""Files that come with a form. They stay in memory, and are only ever read as text."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import NamedTuple

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from engine.errors import CodedError
from engine.message import message

MOST_FILES = 20
MOST_OF_FILE = 200_000
"""The largest file that is accepted, in bytes."""
MOST_WITH_FILES = 1_000_000
"""The largest form with files that is accepted, in bytes."""
_MOST_FIELDS = 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)?\.yaml")
_LONGEST_NAME = 80


class Upload(NamedTuple):
    """A file as a browser has sent it."""

    field: str
    name: str
    body: bytes

    def text(self) -> str:
        """The content, with line feeds as its only line endings.

        Raises:
            CodedError: it is not text, it is too long, or its name is too long or not of the form
                `_NAME`.
        """
        if len(self.name) > _LONGEST_NAME or not _NAME.fullmatch(self.name):
            raise CodedError(message("pathways.upload.name", most=_LONGEST_NAME))
        _require_short(self.name, len(self.body))
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError:
            raise CodedError(message("file.no_utf8", file=self.name)) from None
        if "\0" in text:
            raise CodedError(message("pathways.upload.no_text", file=self.name))
        return with_our_lines(text)


def require_short(name: str, text: str) -> None:
    """Raise CodedError if the pasted text is longer than a file may be."""
    _require_short(name, len(text.encode()))


def _require_short(name: str, size: int) -> None:
    if size > MOST_OF_FILE:
        raise CodedError(message("pathways.upload.long", file=name, most=MOST_OF_FILE))


def require_few(files: Mapping[str, str]) -> None:
    """Raise CodedError if files that were sent in several forms exceed the limits of one form."""
    size = sum(len(each.encode()) for each in files.values())
    if len(files) > MOST_FILES or size > MOST_WITH_FILES:
        raise CodedError(message("pathways.upload.many", n=MOST_FILES, most=MOST_WITH_FILES))


def with_our_lines(text: str) -> str:
    """The text with line feeds as its only line endings, as if it were read from a file."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_with_files(request: Request) -> bool:
    """Whether a form was sent as multipart, as one with files is."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def uploads_of(request: Request) -> Sequence[Upload]:
    """The files that came with a form; empty until `fields_of` has read the form."""
    found: Sequence[Upload] = getattr(request.state, "uploads", ())
    return found


async def fields_of(request: Request, body: bytes) -> list[tuple[str, str]]:
    """The fields of a form that may have files; `uploads_of` returns the files afterwards.

    Raises:
        ValueError: the body is not such a form, or has too many parts.
    """

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers,
        once(),
        max_files=MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=MOST_WITH_FILES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise ValueError from error
    fields, uploads = list[tuple[str, str]](), list[Upload]()
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if (
                value.filename or content
            ):  # if no file is chosen, a browser sends a nameless empty one
                uploads.append(Upload(name, value.filename or "", content))
        else:
            fields.append((name, value))
    await form.close()
    request.state.uploads = uploads
    return fields
