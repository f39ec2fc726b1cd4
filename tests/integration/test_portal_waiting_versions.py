"""Versions that show more, in the pages: proposed, seen by somebody of another agency, agreed to or not; both stores."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import update

from casework import proposed_versions, published
from casework.context import Onward
from casework.publishing import publish_pathway
from casework.verifying import verify_installation
from models.columns import table_of
from models.definitions import ProposedVersion
from tests.installations import AGENCIES, PATHWAY
from tests.portals import Browser, RealTime, Sent, portal_of, read
from tests.principals import OPERATOR, coordinator
from tests.trial_translations import FRENCH

AMA = coordinator("GH-ONE", "ama")
WIDER = PATHWAY.replace("version: 1", "version: 2").replace("to: [manager]", "to: [manager, home]")
NARROWER = PATHWAY.replace("version: 1", "version: 2").replace("shows: [risk]", "shows: []")
AS_BEFORE = PATHWAY.replace("version: 1", "version: 3")
BOTH = AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}").replace(
    "roles: [case_manager], channels: [email]}",
    "roles: [case_manager], channels: [email], staff: {yaw: {coordinates: yes}}}",
)


@pytest.fixture(name="agencies")
def _agencies() -> str:
    return BOTH


@pytest.fixture(name="ama")
def _ama(onward: Onward, time: RealTime) -> Browser:
    """She coordinates at one agency."""
    return Browser(portal_of(onward, time)).sign_in("GH-ONE", "ama")


@pytest.fixture(name="yaw")
def _yaw(onward: Onward, ama: Browser, time: RealTime) -> Browser:
    """He coordinates at another agency."""
    return Browser(portal_of(onward, time)).sign_in("GH-TWO", "yaw")


WAITING, WAITING_THIRD = "/proposed-versions/trial/2", "/proposed-versions/trial/3"
MORE = "@ origin: a consent or a basis lets them know of the case"


def send(ama: Browser) -> None:
    ama.send("/pathways/new", files=[Sent("file", "trial.yaml", WIDER.encode())])


def confirmed(ama: Browser) -> dict[str, str]:
    """The form of the page that says what proposing does."""
    page = ama.get("/pathways/draft/publish").text
    return dict(re.findall(r'name="(mark|version)" value="([^"]+)"', page))


def propose(ama: Browser) -> None:
    send(ama)
    ama.post("/pathways/draft/publish", confirmed(ama))


def mark_on(page: httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'name="(mark)" value="([^"]+)"', page.text))


def test_a_version_that_shows_more_is_proposed_and_published_once_somebody_else_agrees(
    onward: Onward, ama: Browser, yaw: Browser
) -> None:
    send(ama)
    before = read(ama.get("/pathways/draft/publish"))
    assert MORE in before
    assert "Somebody else has to agree to this" in before
    form = confirmed(ama)
    for _ in range(2):
        done = ama.post("/pathways/draft/publish", form)
        assert done.url.path == WAITING, "sent twice it is proposed once"
    assert "Take the proposal back" in read(done)
    assert "Agree" not in read(done)
    assert "trial@2 Proposed Mon, 2 Mar 2026, 09:00 GMT by GH-ONE ama" in read(yaw.get("/pathways"))
    page = yaw.get(WAITING)
    assert MORE in read(page)
    assert "changed law to: manager → [manager, home]" in read(page)
    assert "to: [manager, home]" in yaw.get(f"{WAITING}/text").text
    assert yaw.get(f"{WAITING}/picture").status_code == httpx.codes.OK
    done = yaw.post(f"{WAITING}/agree", mark_on(page))
    assert done.url.path == "/pathways/trial/2"
    assert "Published by GH-TWO yaw Proposed by GH-ONE ama" in read(done)
    assert yaw.get(WAITING).status_code == httpx.codes.NOT_FOUND
    assert verify_installation(onward, OPERATOR) == []


def test_what_the_person_is_asked_is_shown_in_each_language(ama: Browser, yaw: Browser) -> None:
    files = [
        Sent("file", "trial.yaml", WIDER.encode()),
        Sent("files", "trial.fr.yaml", FRENCH.encode()),
    ]
    ama.send("/pathways/new", files=files)
    assert "`referral` in other words" in read(ama.get("/pathways/draft/publish"))
    ama.post("/pathways/draft/publish", confirmed(ama))
    page = yaw.get(WAITING)
    assert "referral (en) May we tell {agency} about you?" in read(page)
    assert '<span lang="fr">Pouvons-nous parler de vous à {agency} ?</span>' in page.text
    assert "Compared with 1" in read(page)


def test_a_question_beside_a_published_version_waits_under_its_number(
    onward: Onward, ama: Browser, yaw: Browser
) -> None:
    files = [Sent("file", "trial.yaml", PATHWAY.encode())]
    files += [Sent("files", "trial.fr.yaml", FRENCH.encode())]
    ama.send("/pathways/new", files=files)
    done = ama.post("/pathways/draft/publish", confirmed(ama))
    assert done.url.path == "/proposed-versions/trial/1"
    page = yaw.get("/proposed-versions/trial/1")
    assert (
        "`referral` in other words or in another language (fr: Pouvons-nous parler de vous"
        in read(page)
    )
    done = yaw.post("/proposed-versions/trial/1/agree", mark_on(page))
    assert done.url.path == "/pathways/trial/1"
    assert published.line(onward, "trial", OPERATOR)[0].languages == ("fr",)


def test_what_a_draft_shows_only_since_the_look_is_shown_before_it_is_proposed(
    onward: Onward, ama: Browser
) -> None:
    ama.send("/pathways/new", files=[Sent("file", "trial.yaml", AS_BEFORE.encode())])
    form = confirmed(ama)
    publish_pathway(onward, NARROWER, OPERATOR)
    again = ama.post("/pathways/draft/publish", form)
    assert again.url.path == "/pathways/draft/publish"
    assert "Somebody else has to agree to this" in read(again)
    assert proposed_versions.waiting(onward, AMA) == []
    assert ama.post("/pathways/draft/publish", confirmed(ama)).url.path == WAITING_THIRD


def test_what_has_faults_by_now_is_not_published(
    onward: Onward, ama: Browser, yaw: Browser
) -> None:
    propose(ama)
    with onward.store.write() as connection:
        spoilt = WIDER.replace("after: interview", "after: nowhere", 1)
        connection.execute(update(table_of(ProposedVersion)).values(text=spoilt))
    done = yaw.post(f"{WAITING}/agree", mark_on(yaw.get(WAITING)))
    assert done.status_code == httpx.codes.CONFLICT
    assert "nowhere" in read(done)


def test_whoever_proposed_it_cannot_agree_whatever_they_send(
    onward: Onward, ama: Browser, yaw: Browser
) -> None:
    propose(ama)
    form = mark_on(yaw.get(WAITING))
    assert form
    for way in ("agree", "decline"):
        sent = ama.post(f"{WAITING}/{way}", form | {"why": "other"})
        assert sent.status_code == httpx.codes.CONFLICT
    assert [each.number for each in published.line(onward, "trial", AMA)] == [1]


def test_it_is_declined_with_a_reason_that_whoever_proposed_it_reads(
    ama: Browser, yaw: Browser
) -> None:
    propose(ama)
    empty = yaw.post(f"{WAITING}/decline")
    assert empty.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "Choose why you do not agree" in read(empty)
    yaw.post(f"{WAITING}/decline", {"why": "no_basis"})
    said = read(ama.get("/pathways"))
    assert "trial@2, proposed by GH-ONE ama, was declined by GH-TWO yaw" in said
    assert "No law or agreement stands behind it." in said


def test_it_is_taken_back_by_whoever_proposed_it(ama: Browser, yaw: Browser) -> None:
    propose(ama)
    assert ama.post(f"{WAITING}/take-back").url.path == "/pathways"
    assert "Waits for" not in read(yaw.get("/pathways"))
