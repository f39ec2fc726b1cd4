"""Files that come with a form: how many, and how much of them; both stores."""

from __future__ import annotations

import anyio
import pytest
from starlette.types import Message

from casework.context import Onward
from casework.kept_pathways import KeptPathway
from casework.registering import register
from portal.app import application
from portal.checking_apart import checked_here
from portal.uploads import MOST_FILES, MOST_OF_FILE, MOST_WITH_FILES
from tests.installations import AGENCIES, PATHWAY
from tests.portals import Browser, Sent, portal_of, read
from tests.principals import OPERATOR


def test_what_is_sent_bit_by_bit_or_pasted_is_no_more_than_what_is_sent_at_once(
    onward: Onward,
) -> None:
    """Else a draft would grow for as long as somebody sends more."""
    register(onward, AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}"), OPERATOR)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    names = [f"part_{number}.yaml" for number in range(1, MOST_FILES + 1)]
    for some in (names[:1], names[1:10], names[10:-1], names[-1:]):  # beside the pathway's own
        beside = [Sent("files", each, b"a: b") for each in some]
        page = ama.send("/pathways/new", {"text": PATHWAY}, beside)
        assert page.status_code == (422 if names[-1] in some else 200)
    assert f"at most {MOST_FILES} files, with {MOST_WITH_FILES:,} bytes in all" in read(page)
    pasted = ama.send("/pathways/new", {"text": "x" * (MOST_OF_FILE + 1)})
    assert f"longer than {MOST_OF_FILE:,} bytes" in read(pasted)


def test_a_line_that_breaks_while_a_form_is_sent_is_no_fault_of_the_portal(
    onward: Onward,
) -> None:
    """It would stand in the log, with our code, and be counted among what went wrong."""
    came: list[Message] = [
        {"type": "http.request", "body": b"agency=GH-", "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Message] = []

    async def receive() -> Message:
        return came.pop(0)

    async def send(part: Message) -> None:
        answered.append(part)

    headers = [(b"host", b"localhost"), (b"sec-fetch-site", b"same-origin")]
    asked = {"type": "http", "method": "POST", "path": "/sign-in", "query_string": b""}
    anyio.run(application(portal_of(onward)), asked | {"headers": headers}, receive, send)
    assert answered[0]["status"] == 400


_RATES = "rates: trial\ncases_a_week: 3\nfirst: 2026-03-02\n"


@pytest.mark.parametrize(
    ("rates", "registry", "wrong"),
    [
        (_RATES, AGENCIES, ""),
        (_RATES.replace("trial", "other"), AGENCIES, "trial.rates.yaml:1"),
        (f"{_RATES}staff: {{GH-X: 1}}\n", AGENCIES, "trial.rates.yaml:4"),
        (f"{_RATES}staff: {{GH-X: 1}}\n", "", ""),
        (_RATES, "registry: [", "agencies.yaml:1"),
    ],
)
def test_the_rates_of_a_pathway_are_checked_as_the_command_does(
    rates: str, registry: str, wrong: str
) -> None:
    """With the registry that comes with them, or without one."""
    files = {"trial.yaml": PATHWAY, "trial.rates.yaml": rates}
    files |= {"agencies.yaml": registry} if registry else {}
    found = checked_here(KeptPathway(file="trial.yaml", files=files)).problems
    assert [str(each.place).rpartition(":")[0] for each in found] == ([wrong] if wrong else [])
