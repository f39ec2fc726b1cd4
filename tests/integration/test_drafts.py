"""What somebody has typed is there again: after a session that ran out, an error, or when they were called away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from casework import drafts, sessions
from casework.acting import do
from casework.context import Onward
from casework.drafts import DraftOf
from casework.driving import COUNT_SECONDS, CaseDriving
from casework.looks import looks
from casework.registering import register
from casework.resealing import replace_data_keys
from casework.verifying import verify
from casework.worklists import tasks
from engine import commands as c
from engine.errors import Refusal
from models.columns import table_of
from models.drafts import DraftRow
from tests.erased import erase_case, erase_person
from tests.installations import AGENCIES, CANARY, SCREEN, START, opened
from tests.portals import Browser, Held, RealTime, portal_of, read
from tests.principals import OPERATOR, staff

_DRAFTS = table_of(DraftRow)
_TYPED = {"about": "interview.1", "answer-full_name": CANARY, "answer-home_country": "NG"}
_HALF = _TYPED | {"answer-home_country": ""}
_SENT = {name: [value] for name, value in _HALF.items() if name != "about"}
ATO = staff("GH-ONE", "ato")


class Ama:
    """Ama's phone, and what she signs in with."""

    def __init__(self, onward: Onward) -> None:
        self.time = RealTime()
        self.phone = Browser(portal_of(onward, self.time))
        self.held: Held = self.phone.set_up("GH-ONE", "ama")

    def is_away(self) -> None:
        self.time.pass_by(sessions.IDLE)

    def signs_in(self) -> str:
        """Where she then is: the page's address and what it holds."""
        self.time.pass_by(timedelta(minutes=1))  # no code of her app is taken twice
        page = self.phone.post("/sign-in", self.held.form(self.time.now()))
        return f"{page.request.url.raw_path.decode()} {page.text}"


@pytest.fixture
def ama(onward: Onward) -> Ama:
    return Ama(onward)


def _left(onward: Onward) -> int:
    with onward.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(_DRAFTS)) or 0)


def test_a_form_that_is_sent_after_the_session_ran_out_is_there_again_as_it_was_typed(
    onward: Onward, ama: Ama
) -> None:
    code = opened(onward)
    ama.is_away()
    page = ama.phone.post(f"/cases/{code}/do/complete", _HALF)
    assert (read(page).startswith("Sign in"), CANARY in page.text) == (True, False)
    there = ama.signs_in()
    assert there.startswith(f"/cases/{code}/do/complete?about=interview.1 ")
    assert CANARY in there
    assert "You kept this on" in there
    assert "There is a problem" not in there
    done = ama.phone.post(f"/cases/{code}/do/complete", _TYPED)
    assert "Recorded: It is done" in read(done)
    assert _left(onward) == 0


def test_a_session_that_was_last_seen_a_day_ago_keeps_nothing_more(
    onward: Onward, ama: Ama
) -> None:
    code = opened(onward)
    for left, passed in ((0, sessions.COMES_BACK), (1, sessions.COMES_BACK - timedelta(minutes=2))):
        other = Ama(onward)
        other.time.pass_by(passed)
        other.phone.post(f"/cases/{code}/do/complete", _HALF)
        assert _left(onward) == left


def test_a_form_of_a_session_that_ran_out_is_kept_over_no_newer_draft(
    onward: Onward, ama: Ama
) -> None:
    code = opened(onward)
    page = f"/cases/{code}/do/complete?about=interview.1"
    ama.phone.post(f"/cases/{code}/keep/complete", _HALF)
    ama.is_away()
    elsewhere = Browser(portal_of(onward, ama.time))
    elsewhere.post("/sign-in", ama.held.form(ama.time.now()))
    ama.phone.post(f"/cases/{code}/do/complete", _HALF | {"answer-full_name": "Second"})
    assert "Second" in elsewhere.get(page).text, "over an older one it is"
    elsewhere.post(f"/cases/{code}/keep/complete", _HALF | {"answer-full_name": "Third"})
    ama.phone.post(f"/cases/{code}/do/complete", _HALF)
    kept = elsewhere.get(page).text
    assert ("Third" in kept, CANARY in kept) == (True, False)


def test_a_page_that_was_asked_for_after_the_session_ran_out_is_the_next_one(
    onward: Onward, ama: Ama
) -> None:
    code = opened(onward)
    ama.is_away()
    ama.phone.get(f"/cases/{code}/do/decline?about=interview.1")
    assert ama.signs_in().startswith(f"/cases/{code}/do/decline?about=interview.1 ")
    ama.is_away()
    ama.phone.post(f"/cases/{code}/discard/complete", {"about": "interview.1"})
    assert ama.signs_in().startswith(f"/cases/{code} "), "the page above what cannot be opened"
    ama.is_away()
    ama.phone.get("/devices")
    ama.phone.cookies.delete("back")
    ama.phone.cookies.set("back", "//elsewhere.example/requests")
    assert ama.signs_in().startswith("/ ")


def test_a_colleague_on_the_same_phone_comes_back_nowhere_and_reads_nothing(
    onward: Onward, ama: Ama
) -> None:
    code, phone = opened(onward), ama.phone
    ato = Browser(portal_of(onward, ama.time)).set_up("GH-ONE", "ato")
    ama.is_away()
    phone.post(f"/cases/{code}/do/complete", _HALF)
    page = phone.post("/sign-in", ato.form(ama.time.now()))
    assert page.request.url.raw_path == b"/"
    page = phone.get(f"/cases/{code}/do/complete?about=interview.1")
    assert (page.status_code, CANARY in page.text) == (200, False)
    assert drafts.kept(onward, DraftOf(code, "complete", "interview.1"), ATO, START) is None


def test_whoever_has_signed_out_leaves_nothing_by_a_form_that_is_still_open(
    onward: Onward, ama: Ama
) -> None:
    code, session = opened(onward), ama.phone.cookies.get("session")
    ama.phone.post("/sign-out")
    assert read(ama.phone.get(f"/cases/{code}/tasks/interview.1")).startswith("Sign in")
    ama.is_away()
    ama.phone.cookies.set("session", str(session))
    ama.phone.post(f"/cases/{code}/do/complete", _HALF)
    assert _left(onward) == 0


def test_what_was_typed_survives_an_error_and_is_kept_or_thrown_away_on_purpose(
    onward: Onward, ama: Ama
) -> None:
    code, task = opened(onward), "tasks/interview.1"
    ama.phone.post(f"/cases/{code}/do/complete", _HALF)
    assert CANARY in ama.phone.get(f"/cases/{code}/{task}").text
    again = ama.phone.post(f"/cases/{code}/discard/complete", _HALF)
    assert ("The draft was deleted" in read(again), CANARY in again.text) == (True, False)
    assert "is kept for 3 days" in read(ama.phone.post(f"/cases/{code}/keep/complete", _HALF))
    assert CANARY in ama.phone.get(f"/cases/{code}/{task}").text


def test_a_draft_ends_with_its_task_whoever_does_it_and_after_three_days(onward: Onward) -> None:
    first, second = opened(onward), opened(onward)
    for code in (first, second):
        drafts.keep(onward, DraftOf(code, "complete", "interview.1"), _SENT, SCREEN, START)
    answers = {"full_name": CANARY, "home_country": "NG"}
    do(onward, first, c.Complete(task="interview.1"), ATO, answers=answers)
    assert _left(onward) == 1
    drafts.keep(onward, DraftOf(first, "complete", "interview.1"), _SENT, SCREEN, START)
    assert _left(onward) == 1, "of what is over nothing is kept"
    at = START + drafts.LASTS
    assert drafts.kept(onward, DraftOf(second, "complete", "interview.1"), SCREEN, at) is None
    third = opened(onward)
    drafts.keep(onward, DraftOf(third, "complete", "interview.1"), _SENT, SCREEN, at)
    assert _left(onward) == 1


def test_a_form_that_was_sent_twice_leaves_nothing(onward: Onward, ama: Ama) -> None:
    code = opened(onward)
    for _ in range(2):  # the second time it leads to the task, which says who has done it
        assert ama.phone.post(f"/cases/{code}/do/complete", _TYPED).is_success
    assert _left(onward) == 0


@pytest.mark.parametrize("erase", [erase_case, erase_person])
def test_an_erasure_takes_what_was_left_of_forms(onward: Onward, erase: object) -> None:
    assert callable(erase)
    code = opened(onward)
    answers = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=answers)
    do(onward, code, c.RecordConsent(task="agree.1", given=False), SCREEN)
    form = DraftOf(code, "prohibit", "GH-TWO")
    drafts.keep(onward, form, _SENT, SCREEN, START)
    found = drafts.kept(onward, form, SCREEN, START)
    assert found is not None
    assert found.sent == _SENT
    erase(onward, code)
    assert _left(onward) == 0


def _rows(onward: Onward) -> Iterator[dict[str, object]]:
    with onward.store.read() as connection:
        for row in connection.execute(select(_DRAFTS)):
            yield dict(row._mapping)


def test_what_was_left_is_ciphertext_that_opens_in_its_own_place_alone(onward: Onward) -> None:
    code, other = opened(onward), opened(onward)
    drafts.keep(onward, DraftOf(code, "complete", "interview.1"), _SENT, SCREEN, START)
    (row,) = _rows(onward)
    row.pop("id")
    assert CANARY.encode() not in bytes(row["sealed"])  # type: ignore[call-overload] # bytes of a row
    for moved in ({"person": "ato"}, {"way": "decline"}):
        with onward.store.write() as connection:
            connection.execute(insert(_DRAFTS).values(row | moved))
    assert drafts.kept(onward, DraftOf(code, "complete", "interview.1"), ATO, START) is None
    assert drafts.kept(onward, DraftOf(code, "decline", "interview.1"), SCREEN, START) is None
    assert drafts.kept(onward, DraftOf(other, "complete", "interview.1"), SCREEN, START) is None
    assert not verify(onward, code, OPERATOR).faults


def test_whoever_has_no_part_leaves_nothing_and_is_counted_as_looking(onward: Onward) -> None:
    form, chi = DraftOf(opened(onward), "complete", "interview.1"), staff("NG-TWO", "chi")
    for tried in (form, form._replace(code="7K2F-9QXM")):
        with pytest.raises(Refusal, match="unknown_case"):
            drafts.keep(onward, tried, _SENT, chi, START)
        with pytest.raises(Refusal, match="unknown_case"):
            drafts.kept(onward, tried, chi, START)
        with pytest.raises(Refusal, match="unknown_case"):
            drafts.discard(onward, tried, chi)
    assert _left(onward) == 0
    (line,) = looks(onward, OPERATOR, outside=True)
    assert (line.looks, line.outside) == (6, 6)


def test_nothing_is_kept_but_what_may_be_sent(onward: Onward) -> None:
    code = opened(onward)
    for way, about in (
        ("complete", "interview.2"),
        ("complete", ""),
        ("nonsense", "interview.1"),
        ("see", "interview.1"),
        ("", "x" * 500),
    ):
        drafts.keep(onward, DraftOf(code, way, about), _SENT, SCREEN, START)
    assert _left(onward) == 0
    drafts.keep(onward, DraftOf(code, "complete", "interview.1"), _SENT, SCREEN, START)
    assert _left(onward) == 1


def test_workers_delete_within_an_hour_what_nobody_has_come_back_to(onward: Onward) -> None:
    drafts.keep(onward, DraftOf(opened(onward), "complete", "interview.1"), _SENT, SCREEN, START)
    over = (START + drafts.LASTS).timestamp()
    real = [over - 1]
    driving = CaseDriving(onward, lambda: real[0])
    for at, left in ((over - 1, 1), (over, 1), (over - 1 + COUNT_SECONDS, 0)):
        real[0] = at
        driving.clear_away()
        assert _left(onward) == left


def test_what_its_author_was_not_shown_again_stays_unless_they_type_over_it(onward: Onward) -> None:
    form, unseen = DraftOf(opened(onward), "complete", "interview.1"), ["answer-full_name"]
    drafts.keep(onward, form, _SENT, SCREEN, START)
    for typed, is_kept in (("", CANARY), ("Another", "Another")):
        sent = {"answer-full_name": [typed], "answer-home_country": ["GH"]}
        drafts.keep(onward, form, sent, SCREEN, START, unseen=unseen)
        found = drafts.kept(onward, form, SCREEN, START)
        assert found is not None
        assert found.sent == {"answer-full_name": [is_kept], "answer-home_country": ["GH"]}


def test_no_former_key_opens_what_was_left(onward: Onward) -> None:
    code = opened(onward)
    drafts.keep(onward, DraftOf(code, "complete", "interview.1"), _SENT, SCREEN, START)
    replace_data_keys(onward, OPERATOR)
    assert _left(onward) == 0


def test_who_leaves_an_agency_leaves_no_draft(onward: Onward) -> None:
    code = opened(onward)
    drafts.keep(onward, DraftOf(code, "complete", "interview.1"), _SENT, SCREEN, START)
    register(onward, AGENCIES.replace("ama", "efua"), by=OPERATOR)
    assert _left(onward) == 0
    assert [each.task for each in tasks(onward, staff("GH-ONE", "efua"))] == ["interview.1"]
