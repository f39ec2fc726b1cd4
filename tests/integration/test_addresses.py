"""The addresses of the channels: read from a private file or the environment, never shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from notifiers.addresses import AddressBook
from notifiers.base import AddressError
from wording.sentences import told

SECRET = "mailto://desk:pa55@mail.example?to=desk@example.org"
FILE = f"""\
NG-NAPTIP:
  sms: "sms://secret.example"
  email: "{SECRET}"
GH-DOVVSU:
  email: {SECRET}
"""


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "channels.yaml"


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def names(book: AddressBook, agency: str, order: tuple[str, ...] = ()) -> list[str]:
    return [each.channel for each in book.channels(agency, order)]


def refusal(path: Path | None, environ: dict[str, str] | None = None) -> str:
    """The text of the refusal, which never holds an address."""
    with pytest.raises(AddressError) as caught:
        AddressBook.load(path, environ or {})
    text = told(caught.value)
    assert "example" not in text
    assert caught.value.__cause__ is None
    # What a traceback would print after "During handling of ...".
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return text


def test_a_file_gives_the_channels_in_the_order_of_its_lines(path: Path) -> None:
    """The first line is tried first."""
    book = AddressBook.load(written(path, FILE), {})

    assert names(book, "NG-NAPTIP") == ["sms", "email"]
    assert book.channels("GH-DOVVSU")[0].address.get_secret_value() == SECRET
    assert book.channels("GH-DOVVSU")[0].agency == "GH-DOVVSU"
    assert book.channels("SN-NOBODY") == ()


def test_a_book_without_an_address_is_known_as_such(path: Path) -> None:
    """So that whoever starts Onward is warned."""
    assert not AddressBook.load(None, {})
    assert AddressBook.load(written(path, FILE), {})


def test_the_order_of_the_registry_wins(path: Path) -> None:
    """A channel without an address is left out, one that the registry forgot comes last."""
    book = AddressBook.load(written(path, FILE), {})

    assert names(book, "NG-NAPTIP", ("email", "pager")) == ["email", "sms"]


def test_the_environment_wins_over_the_file_and_adds_to_it(path: Path) -> None:
    """A container has no file; an operator overrides one address for a day."""
    environ = {
        "ONWARD_CHANNEL_NG_NAPTIP_SMS": "sms://other",
        "ONWARD_CHANNEL_CI_CNLTP_NORD_EMAIL": "mailto://north",
        "ONWARD_CHANNELS": "not ours",
    }
    book = AddressBook.load(written(path, FILE), environ)

    assert names(book, "NG-NAPTIP") == ["sms", "email"]
    assert book.channels("NG-NAPTIP")[0].address.get_secret_value() == "sms://other"
    assert names(book, "CI-CNLTP-NORD") == ["email"]
    assert book.channels("CI-CNLTP") == ()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps its permissions elsewhere")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o660])
def test_a_file_that_others_can_reach_is_refused(path: Path, mode: int) -> None:
    """With the mode, and the command that mends it."""
    text = refusal(written(path, FILE, mode))

    assert f"mode {mode:04o}" in text
    assert f"chmod 600 {path}" in text


def test_a_missing_file_is_named(path: Path) -> None:
    """Not an empty book, which would lose every notice in silence."""
    assert str(path) in refusal(path)


def test_an_empty_file_is_an_empty_book(path: Path) -> None:
    """The start of a new installation."""
    assert AddressBook.load(written(path, "# none yet\n"), {}).channels("NG-NAPTIP") == ()


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (f"NG-NAPTIP:\n  email: {SECRET}\n email: [{SECRET}\n", "3:2", "not YAML"),
        (f"NG-A:\n  email: {SECRET}\n  email: {SECRET}\n", "3:3", "appears twice"),
        (f"- {SECRET}\n", "1:1", "not a list of agencies"),
        (f"NG-A: {SECRET}\n", "1:1", "no channels"),
        (f"naptip:\n  email: {SECRET}\n", "1:1", "looks like NG-NAPTIP"),
        (f"NG-A:\n  e_mail: {SECRET}\n", "2:3", "one lower-case word"),
        ("NG-A:\n  email: 12\n", "2:3", "is empty or not text"),
        (f"NG-A:\n  email:\n    to: {SECRET}\n", "2:3", "is empty or not text"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(path: Path, text: str, place: str, what: str) -> None:
    """File, line, column, what is wrong; never the line itself, which holds an address."""
    message = refusal(written(path, text))

    assert f"{path}:{place}" in message
    assert what in message


def test_all_problems_of_a_file_are_told_at_once(path: Path) -> None:
    """Nobody mends a file one error at a time."""
    text = refusal(written(path, f"NG-A:\n  E: {SECRET}\nb:\n  email: {SECRET}\nNG-C:\n"))

    assert [each.split(": ")[0] for each in text.split("; ")] == [
        f"{path}:2:3",
        f"{path}:3:1",
        f"{path}:5:1",
    ]


def test_a_file_that_is_no_text_is_refused(path: Path) -> None:
    """A word processor's file, say."""
    path.write_bytes(b"\xff\xfe\x00")
    path.chmod(0o600)

    assert "UTF-8" in refusal(path)


@pytest.mark.parametrize("name", ["ONWARD_CHANNEL_EMAIL", "ONWARD_CHANNEL_NG_NAPTIP_1"])
def test_a_variable_that_cannot_be_read_is_refused(name: str) -> None:
    """A slip in a name must not lose an address in silence."""
    assert f"{name} is not understood" in refusal(None, {name: SECRET})


def test_an_empty_variable_is_refused() -> None:
    """It would take the place of an address in the file."""
    assert "is empty" in refusal(None, {"ONWARD_CHANNEL_NG_NAPTIP_EMAIL": " "})


def test_a_book_shows_no_address(path: Path) -> None:
    """In a log or a debugger."""
    book = AddressBook.load(written(path, FILE), {})

    assert "example" not in f"{book} {book!r} {book.channels('NG-NAPTIP')!r}"
