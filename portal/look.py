"""What every page is drawn with: the frame around it, the templates, the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined

from engine.message import Message, message
from portal import case_addresses
from wording.catalogues import LANGUAGES
from wording.sentences import as_line, in_words

COMPONENTS = (
    "BackLink",
    "Breadcrumbs",
    "Button",
    "Checkboxes",
    "DateInput",
    "Details",
    "ErrorMessage",
    "ErrorSummary",
    "ExitThisPage",
    "Fieldset",
    "Hint",
    "Input",
    "InsetText",
    "Label",
    "NotificationBanner",
    "Pagination",
    "Panel",
    "PasswordInput",
    "Radios",
    "Select",
    "ServiceNavigation",
    "SkipLink",
    "SummaryList",
    "Tag",
    "TaskList",
    "Textarea",
    "WarningText",
)
"""The macros of the design system that our templates may call, as `govukButton`; the style sheet
has the styles of these alone.
"""
_ADDRESSES = {
    name: each for name, each in vars(case_addresses).items() if name.endswith("_address")
}
"""The addresses of a case's pages, by the names that templates use."""
LEAVE = "/leave"
"""Where *exit this page* leads: it signs the reader out and shows an unrelated page."""


class Section(msgspec.Struct, frozen=True):
    """A part of the portal, as the navigation names it."""

    text: str
    href: str
    current: bool = False


class InvalidInput(msgspec.Struct, frozen=True):
    """A fault in what was sent, for the summary at the top of the page."""

    text: str
    href: str = ""
    """`#` and the id of the field; empty if it concerns no field."""


class Told(msgspec.Struct, frozen=True):
    """The result of the reader's last act, shown once."""

    text: str
    is_done: bool = True
    """Whether something was done; if not, the text is a remark, under another heading."""
    follows: str = ""
    """The address of the page that shows the act's entry and what followed; empty if the act was not in
    a case.
    """


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The frame around a page."""

    language: str
    here: str
    """The path and query of the page; changing the language leads back to it."""
    agency: str = ""
    """The code of the reader's agency; empty while nobody is signed in."""
    sections: Sequence[Section] = ()
    is_bare: bool = False
    """Whether somebody else is looking too, so that only the exit button is shown around the page.
    """
    is_in_english: bool = False
    """Whether the page exists in English only."""
    is_training: bool = False
    """Whether this is a training installation."""
    told: Sequence[Told] = ()
    faults: Sequence[InvalidInput] = ()

    def say(self, code: str, /, **values: object) -> str:
        """The text of a code, in the reader's language."""
        return in_words(Message(code, values), self.language)

    def say_in(self, language: str, code: str, /, **values: object) -> str:
        """The text of a code in a given language, for use beside words that are not in the page's
        language.
        """
        return in_words(Message(code, values), language)

    def words(self, message: Message) -> str:
        """The text of a message, for use within a sentence."""
        return in_words(message, self.language)

    def line(self, message: Message) -> str:
        """The text of a message that stands alone; it begins with a capital."""
        return as_line(message, self.language)

    def fault_at(self, ident: str) -> dict[str, str] | None:
        """The error of a field, as the macros of the design system take it; None if it has none."""
        found = next((each.text for each in self.faults if each.href == f"#{ident}"), "")
        return (
            {"text": found, "visuallyHiddenText": self.say("page.fault_before")} if found else None
        )

    def languages(self) -> list[tuple[str, str, str]]:
        """For each language: its code, its own name, and the address of this page in it."""
        return [
            (each, in_words(message("page.language"), each), _in_language(self.here, each))
            for each in LANGUAGES
        ]


def _in_language(here: str, language: str) -> str:
    """The address of a page in a language. It is relative, so it never leads to another host."""
    asked = dict(parse_qsl(urlsplit(here).query, keep_blank_values=True))
    return f"?{urlencode(asked | {'language': language})}"


def draw(template: str, frame: Frame, **values: Any) -> str:
    """A page as HTML.

    Raises:
        jinja2.UndefinedError: the template asks for a value that it was not given.
    """
    found = environment().get_template(template)
    return found.render(frame=frame, say=frame.say, language=frame.language, **values)


@cache
def environment() -> Environment:
    """The environment of our templates, with the macros that they may call.

    Our templates fail on a missing value. The macros expect a missing parameter to be empty, so
    they have an environment of their own.
    """
    ours = Environment(
        loader=PackageLoader("portal"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    theirs = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        auto_reload=False,
    )
    for name in COMPONENTS:
        module = theirs.get_template(_place_of(name)).module
        ours.globals[f"govuk{name}"] = getattr(module, f"govuk{name}")
    ours.globals |= {"static_url": static_url, "leave": LEAVE}
    ours.globals |= _ADDRESSES
    return ours


def _place_of(component: str) -> str:
    """The file of a component: `ErrorSummary` is in `components/error-summary/macro.html`."""
    folder = "".join(f"-{each.lower()}" if each.isupper() else each for each in component)
    return f"govuk_frontend_jinja/components/{folder.lstrip('-')}/macro.html"


@cache
def static_url(name: str) -> str:
    """The address of a file in `static/`. It changes with the file's content, so a browser may keep
    the file for good.
    """
    content = files("portal").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:12]}"
