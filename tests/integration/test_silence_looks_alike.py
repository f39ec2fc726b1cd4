"""However its part in a case ended, an agency gets the same afterwards, byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from casework import queries
from casework.acting import do
from casework.context import Onward
from engine import commands as c
from engine.acts.confirming import ConfirmStop
from engine.numbering import shown
from tests.case_of_all_relations import Codes, _played
from tests.erased import erase_case
from tests.installations import installation
from tests.portals import Browser, portal_of
from tests.principals import OPERATOR, staff
from tests.programs import Program

ONE = staff("GH-ONE", "ama")
READERS = ("NG-ASKED", "NG-HOME", "NG-NO")
"""Asked, has accepted, has declined."""


def _shut_out(onward: Onward, code: str) -> None:
    for agency in READERS:
        do(onward, code, c.Prohibit(agency=agency), ONE)


def _withdraw(onward: Onward, code: str) -> None:
    """And whoever has to stop confirms that it has."""
    do(onward, code, c.WithdrawConsent(consent="tell"), ONE)
    state = queries.case(onward, code, by=OPERATOR).state
    for stop in state.stops:
        do(onward, code, ConfirmStop(stop=shown(state, "GH-ONE", stop)), ONE)


def _end(onward: Onward, code: str) -> None:
    do(onward, code, c.Raise(interrupt="over"), ONE)


def _merge(onward: Onward, code: str) -> None:
    do(onward, code, c.Merge(case=code, into=_played(onward)), ONE)


def _erase(onward: Onward, code: str) -> None:
    _end(onward, code)
    erase_case(onward, code)


WAYS: Mapping[str, Callable[[Onward, str], None]] = {
    "withdrawal": _withdraw,
    "shut out": _shut_out,
    "end": _end,
    "merge": _merge,
    "erasure": _erase,
}
_IDENTS = ("ask_other.1", "ask_friend.1", "ask_home.1", "ask_third.1", "travel.1", "visit.1")
_PAGES = (
    "",
    "/timeline",
    "/person",
    "/picture",
    *(f"/{kind}/{ident}" for kind in ("tasks", "requests") for ident in _IDENTS),
    "/do/answer.accept",
    "/do/stopped",
)
_LISTS = ("/", "/requests", "/requests/sent")
_HEADERS = ("content-type", "etag", "location", "cache-control")
"""Pages are compressed, so their length depends on the letters of the code."""


@pytest.fixture
def onward(made_on_sqlite: Path, tmp_path: Path) -> Iterator[Onward]:
    file = shutil.copy(made_on_sqlite, tmp_path / "onward.db")
    with closing(installation(f"sqlite:///{file}", tmp_path)) as onward:
        yield onward


def _got(onward: Onward, code: str, agency: str) -> dict[str, object]:
    """All that an agency's browser and program can get of a case, without its code."""
    browser, program = Browser(portal_of(onward)).sign_in(agency, "ama"), Program(onward, agency)
    asked = {path: f"/cases/{code}{path}" for path in _PAGES}
    found: dict[str, object] = {}
    for name, path in asked.items():
        about = {"about": "ask_other.1"}
        for answer in (browser.get(path), program.get(path), browser.post(path, about)):
            kept = {each: answer.headers.get(each) for each in _HEADERS}
            text = answer.text.replace(code, "CODE")
            found[f"{name} {answer.request.method} {len(found)}"] = (answer.status_code, kept, text)
    for path in _LISTS:
        found[f"list {path}"] = code in browser.get(path).text
    for ident in _IDENTS:
        done = program.do(code, "answer.accept", hand_over=ident)
        found[f"accept {ident}"] = (done.status_code, done.text.replace(code, "CODE"))
    return found


def test_what_is_got_afterwards_does_not_tell_what_ended_it(onward: Onward) -> None:
    """Nor from a code that never was: pages, programs, forms and lists, with status and headers."""
    Codes(onward)
    codes = {name: _played(onward) for name in WAYS}
    for name, way in WAYS.items():
        way(onward, codes[name])
    for agency in READERS:
        never = _got(onward, "0000-0000", agency)
        for name, code in codes.items():
            assert _got(onward, code, agency) == never, (agency, name)
