"""The pictures of README.md, made from the pages as they are: `python -m tests.pictures [FOLDER]`.

Takes about a minute, since a Prefect server starts for one of them. Nobody in them is real.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect
from ruamel.yaml import YAML

from casework.acting import do
from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.opening import open_case
from casework.publishing import publish_pathway
from engine import commands as c
from engine.drawing.overview import overview
from engine.drawing.placing import sheets
from engine.drawing.svg import svg
from engine.loader import checked
from engine.templates import read_pathway
from onward.authoring.pathway_files import files_of_library
from onward.demonstration.mailbox import Mailbox
from onward.stack.stack import Stack
from tests.chromium import running_chromium
from tests.installations import PATHWAY as TRIAL
from tests.principals import OPERATOR, staff
from tests.running_stack import Running, SlowMailbox
from tests.served_portal import LIBRARY, MONDAY, Served, served_portal
from tests.unused_ports import unused_port
from wording.sentences import in_words

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
MOST_BYTES = 100_000
"""Of one picture."""
_PATHWAY = LIBRARY / "adult_return.yaml"
_AGENCY, _DESK = "CI-UCT", "desk-1"
_FIRST_TALK = {
    "full_name": "Sample",
    "birth_date": "1998-05-04",
    "adult_by_statement": "adult",
    "home_country": "NG",
    "speaks": "en",
    "immediate_danger": False,
    "asylum": "not_sought",
}


def worklist(browser: Browser, served: Served, to: Path) -> None:
    """The tasks of an agency, on a phone."""
    page = browser.new_page(viewport={"width": 360, "height": 780}, device_scale_factor=1.5)
    page.goto(served.link(_AGENCY, _DESK))
    page.get_by_role("button").last.click()
    page.goto(served.address)  # without the word that one is signed in
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.screenshot(path=to)
    page.close()


def new_version(browser: Browser, served: Served, to: Path) -> None:
    """How a new version of a pathway differs from the one before, as a coordinator reads it before publishing."""
    publish_pathway(served.onward, TRIAL, by=OPERATOR)
    page = browser.new_page(viewport={"width": 720, "height": 900})
    page.goto(served.link(_AGENCY, _DESK))
    page.get_by_role("button").last.click()
    page.goto(f"{served.address}/pathways/new")
    later = TRIAL.replace("version: 1", "version: 2").replace(
        "answer: 15 working", "answer: 10 working"
    )
    page.fill("#text", later)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.screenshot(path=to)
    page.close()


def case_in_prefect(browser: Browser, running: Running, code: str, to: Path) -> None:
    """The page of a case, as a manager reads it."""
    running.until(lambda: running.pages(code))
    page = browser.new_page(viewport={"width": 1000, "height": 1020})
    page.goto(f"{running.stack.ui_url}/login")
    asked = page.locator("input")
    asked.fill(running.password)
    asked.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{running.stack.ui_url}/artifacts/artifact/{running.page(code)}")
    drawn = page.locator("img[src^='data:image/svg+xml']")
    expect(drawn.first).to_be_visible()
    page.screenshot(path=to)
    page.close()


def drawing(to: Path) -> None:
    """A pathway at a glance, as `onward draw` makes it."""
    found = checked(read_pathway(_PATHWAY.read_text(), str(_PATHWAY), files_of_library(_PATHWAY)))
    to.write_text(svg(next(sheets(overview(found, in_words)))), encoding="utf-8")


def _cases(onward: Onward) -> str:
    """Some that have waited for different times; the code of one that has gone further."""
    clock, desk = onward.clock, staff(_AGENCY, _DESK)
    assert isinstance(clock, StoredClock)
    code = open_case(onward, "adult_return", "CI", desk).code
    do(onward, code, c.Complete(task="first_talk.1"), desk, answers=_FIRST_TALK)
    do(onward, code, c.RecordConsent(task="consent_help.1", given=True), desk)
    for hours in (20, 5, 2):
        clock.advance(onward.clock.now() + timedelta(hours=hours))
        open_case(onward, "adult_return", "CI", desk)
    return code


@contextmanager
def _stack(home: Path, onward: Onward) -> Iterator[Running]:
    """Prefect and a worker beside a portal that is served already."""
    with SlowMailbox() as mailbox:
        _let_notices_leave(home / "addresses.yaml", mailbox)
        with Stack(home, port=unused_port(), environment={"ONWARD_CLOCK": "stored"}) as stack:
            yield Running(stack, onward, mailbox)


def _let_notices_leave(addresses: Path, mailbox: Mailbox) -> None:
    listed = YAML(typ="safe").load((LIBRARY / "agencies.yaml").read_text())["agencies"]
    addresses.touch(mode=0o600)
    YAML().dump({each: {"email": mailbox.address(each, "email")} for each in listed}, addresses)


def main(folder: Path) -> None:
    """Make all pictures. Raises ValueError for one that is too large to be committed."""
    folder.mkdir(exist_ok=True)
    program = Path(shutil.which("chromium") or "/usr/bin/chromium")
    with tempfile.TemporaryDirectory() as home, running_chromium(program) as browser:
        with served_portal(Path(home), at=MONDAY) as served:
            code = _cases(served.onward)
            worklist(browser, served, folder / "worklist.png")
            new_version(browser, served, folder / "new_version.png")
            with _stack(Path(home), served.onward) as running:
                case_in_prefect(browser, running, code, folder / "prefect.png")
        drawing(folder / "pathway.svg")
    for made in sorted(folder.iterdir()):
        if made.stat().st_size > MOST_BYTES:
            raise ValueError(f"{made.name} has {made.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
