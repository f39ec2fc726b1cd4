"""Every part of a page, on one page: for a browser, and for whoever wants to look at it.

`python -m tests.gallery FOLDER` photographs it, narrow and wide, light, dark and on paper.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, Route

from engine.countries import name_in, names
from portal.due import due, full_moment
from portal.fields import NAMED, Field, Option, Widget
from portal.look import Frame, InvalidInput, Section, Told, environment
from tests.chromium import running_chromium

ADDRESS = "https://portal.test"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
ACCRA = ZoneInfo("Africa/Accra")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing but our own files, and nothing within the page."""
COLD_BYTES, WARM_BYTES = 60_000, 15_000
"""What a page may weigh, compressed, at the first visit and once the browser has the files."""
_STATIC = Path(__file__).parents[1] / "portal" / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def _templates() -> Environment:
    """The portal's templates, and the gallery's, which extends them."""
    pages = environment()
    ours = FileSystemLoader(Path(__file__).parent / "pages")
    assert pages.loader
    return pages.overlay(loader=ChoiceLoader([pages.loader, ours]))


def gallery(language: str = "en", *, agency: str = "GH-DSW") -> str:
    """The page; of a stranger without an agency."""
    frame = Frame(
        language=language,
        here="/work?stage=arrival",
        agency=agency,
        sections=[
            Section("Work", "/", current=True),
            *(Section(name, f"/{name.lower()}") for name in ("Requests", "Cases", "Registry")),
        ],
        is_training=True,
        told=[Told("The answer is recorded."), Told("A draft was kept.", is_done=False)],
        faults=[
            InvalidInput("Say the day it happened", f"#{NAMED}day-day"),
            InvalidInput("Nobody has signed"),
        ],
    )
    owed = {
        "late": due(_at(20), NOW, ACCRA, language),
        "today": due(_at(27), NOW, ACCRA, language),
        "soon": due(_at(30), NOW, ACCRA, language, working_days=1),
    }
    page = _templates().get_template("gallery.html")
    return page.render(
        frame=frame,
        say=frame.say,
        language=language,
        owed=owed,
        fields=_fields(language),
        at=full_moment(NOW, ACCRA, language),
    )


def _at(day: int) -> datetime:
    return datetime.combine(date(2026, 11, day), time(16), UTC)


def _fields(language: str) -> list[Field]:
    """One of each widget, some with faults."""
    words = [Option(word, word.capitalize()) for word in ("low", "middle", "high")]
    countries = [Option(code, name_in(code, language)) for code in names()]
    return [
        _field("day", Widget.DAY, fault="Say a day, as 27 3 2026", day="31", month="2"),
        _field("moment", Widget.MOMENT, day="1", month="12", year="2026", time="9:30"),
        _field("words", Widget.TEXT, hint="Only who needs it can read this.", protected=True),
        _field("days", Widget.NUMBER, fault="Write a number", required=False, whole="many"),
        _field("either", Widget.RADIOS, options=words[:2]),
        _field("risk", Widget.RADIOS, options=words, fault="Choose one"),
        _field("several", Widget.CHECKBOXES, options=words, whole="low"),
        _field("country", Widget.SELECT, options=countries, whole="GH"),
        _field("lines", Widget.LINES),
        _field("line", Widget.LINE),
    ]


def _field(
    name: str,
    widget: Widget,
    *,
    options: Sequence[Option] = (),
    fault: str = "",
    hint: str = "",
    required: bool = True,
    protected: bool = False,
    **sent: str,
) -> Field:
    """With what its inputs hold, by part; `whole` if it has one."""
    inputs = {"whole": f"{NAMED}{name}"}
    return Field(
        name=f"{NAMED}{name}",
        title=f"What is asked as {widget}?",
        widget=widget,
        options=options,
        required=required,
        protected=protected,
        hint=hint,
        fault=fault,
        sent={inputs.get(part, f"{NAMED}{name}-{part}"): [text] for part, text in sent.items()},
    )


def show(page: Page, html: str) -> None:
    """Open a page as the portal would serve it, with its files and its policy."""

    def answer(route: Route) -> None:
        asked = _STATIC / urlsplit(route.request.url).path.removeprefix("/static/")
        kind = _KINDS.get(asked.suffix)
        if kind:
            route.fulfill(body=asked.read_bytes(), content_type=kind)
        else:
            policy = {"content-security-policy": POLICY}
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)

    page.route("**/*", answer)
    page.goto(f"{ADDRESS}/")


def photograph(browser: Browser, folder: Path) -> None:
    """Pictures of the gallery, one for each width and scheme."""
    for width in (320, 360, 1280):
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            show(page, gallery())
            page.screenshot(path=folder / f"{width}-{scheme}.png", full_page=True)
            if scheme == "dark":
                page.emulate_media(media="print")
                page.screenshot(path=folder / f"{width}-print.png", full_page=True)
            page.close()


if __name__ == "__main__":
    with running_chromium(Path("/usr/bin/chromium")) as chromium:
        photograph(chromium, Path(sys.argv[1]))
