"""However many passwords or checks are asked for at once: pages go on, and whoever would wait too long is told so."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import pytest

from casework import impact, passwords
from casework.context import Onward
from casework.registering import register
from engine.errors import Refusal
from portal import checking_apart
from portal.app import application
from portal.pages import new_version
from portal.threads_apart import MANY_CASES, PASSWORDS
from tests.installations import AGENCIES, PATHWAY, opened
from tests.portals import ADDRESS, OURS, Browser, Sent, portal_of, read
from tests.principals import OPERATOR

_SENT = 60
"""More than the threads that all pages share."""
_FOR_GOOD = 120
"""Seconds after which what has not come will not come."""


def test_a_flood_of_passwords_stops_no_page_and_is_told_when_to_come_back(onward: Onward) -> None:
    """As long as none of them is looked at: those that wait wait apart, and have their answer in the end."""
    app = application(portal_of(onward))
    waiting = PASSWORDS.threads + PASSWORDS.most_waiting

    async def flood() -> None:
        sent, came = anyio.create_memory_object_stream[httpx.Response](_SENT)
        transport = httpx.ASGITransport(app)
        headers = {**OURS, "accept-language": "fr"}

        async def send(client: httpx.AsyncClient, number: int) -> None:
            form = {"agency": "GH-ONE", "person": f"guess-{number}", "password": "x", "code": "1"}
            await sent.send(await client.post("/sign-in", data=form, headers=headers))

        async with (
            httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client,
            sent,
            came,
            anyio.create_task_group() as group,
        ):
            held = [passwords._TURNS.acquire() for _ in range(passwords.AT_ONCE)]
            try:
                with anyio.fail_after(_FOR_GOOD):
                    for number in range(_SENT):
                        group.start_soon(send, client, number)
                    refused = [await came.receive() for _ in range(_SENT - waiting)]
                    page = await client.get("/sign-in")
            finally:
                passwords._TURNS.release(len(held))
            answered = [await came.receive() for _ in range(waiting)]
        assert page.status_code == httpx.codes.OK
        assert {each.status_code for each in refused} == {503}
        assert {each.headers["retry-after"] for each in refused} == {str(PASSWORDS.come_back)}
        assert all("Trop de personnes se connectent" in each.text for each in refused)
        assert {each.status_code for each in answered} == {403}, "a wrong password"

    anyio.run(flood)


def test_a_flood_of_checks_by_a_coordinator_stops_no_page_of_others(onward: Onward) -> None:
    """A check takes up to minutes, and one goes on at a time: the others wait apart, or are told to come back."""
    register(onward, AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}"), OPERATOR)
    opened(onward)
    checking_apart._remembered.cache_clear()
    portal = portal_of(onward)
    app = application(portal)
    ama = Browser(portal, app).sign_in("GH-ONE", "ama")
    waiting = MANY_CASES.threads + MANY_CASES.most_waiting

    async def flood() -> None:
        sent, came = anyio.create_memory_object_stream[httpx.Response](_SENT)
        transport = httpx.ASGITransport(app)

        async def ask(client: httpx.AsyncClient) -> None:
            await sent.send(await client.get("/pathways/trial/1/check", headers=OURS))

        async with (
            httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=ama.cookies) as client,
            sent,
            came,
            anyio.create_task_group() as group,
        ):
            with checking_apart._ONE_AT_A_TIME, anyio.fail_after(_FOR_GOOD):
                for _ in range(_SENT):
                    group.start_soon(ask, client)
                refused = [await came.receive() for _ in range(_SENT - waiting)]
                page = await client.get("/")
            answered = [await came.receive() for _ in range(waiting)]
        assert page.status_code == httpx.codes.OK
        assert {each.status_code for each in refused} == {503}
        assert {each.headers["retry-after"] for each in refused} == {str(MANY_CASES.come_back)}
        assert all("running checks" in each.text for each in refused)
        assert {each.status_code for each in answered} == {200}

    anyio.run(flood)


def test_one_page_weighs_as_many_cases_as_it_says(
    onward: Onward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those too that would have ended on the version's first day, and so are not counted."""
    register(onward, AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}"), by=OPERATOR)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    monkeypatch.setattr(new_version, "AT_ONCE", 1)
    looked_at: list[str] = []
    weigh = impact._weighed

    def counted(onward: Onward, code: str, *rest: Any, **more: Any) -> Any:
        looked_at.append(code)
        weigh(onward, code, *rest, **more)
        raise Refusal("closed", case=code)

    monkeypatch.setattr(impact, "_weighed", counted)
    codes = [opened(onward) for _ in range(3)]
    two = PATHWAY.replace("version: 1", "version: 2")
    ama.send("/pathways/new", files=[Sent("file", "trial.yaml", two.encode())])
    text = read(ama.get("/pathways/draft/impact?on_its_day=yes"))
    assert looked_at == codes[:1]
    assert "This page covers 1 cases; there may be more." in text
