"""The installation with which most of these tests begin, and a browser in front of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from casework.context import Onward
from tests.installations import AGENCIES, PATHWAY, ready

if TYPE_CHECKING:  # half of these tests need no portal, and it takes as long to import as all else
    from tests.authenticators import Device
    from tests.portals import Browser, Held, RealTime


@pytest.fixture
def agencies() -> str:
    """The registry with which an installation begins; a module that begins with another one says so."""
    return AGENCIES


@pytest.fixture
def pathways() -> tuple[str, ...]:
    """The pathways with which it begins."""
    return (PATHWAY,)


@pytest.fixture
def onward(url: str, tmp_path: Path, agencies: str, pathways: tuple[str, ...]) -> Iterator[Onward]:
    """The trial pathway and its agencies, on a store of either kind."""
    with closing(ready(url, tmp_path, agencies=agencies, pathways=pathways)) as made:
        yield made


@pytest.fixture
def time() -> RealTime:
    """The moment at the desks of those who use the pages."""
    from tests.portals import RealTime

    return RealTime()


@pytest.fixture
def browser(onward: Onward, time: RealTime) -> Browser:
    from tests.portals import Browser, portal_of

    return Browser(portal_of(onward, time))


@pytest.fixture
def ama(browser: Browser) -> Held:
    """Her account with an app; she is signed in."""
    return browser.set_up("GH-ONE", "ama")


@pytest.fixture
def device(browser: Browser, ama: Held, time: RealTime) -> Device:
    """On which she has added a passkey; she is signed out."""
    from tests.authenticators import Device, add_passkey

    made = Device()
    assert add_passkey(browser, made, name="work phone").is_success
    browser.post("/sign-out")
    time.pass_by(timedelta(seconds=30))
    return made
