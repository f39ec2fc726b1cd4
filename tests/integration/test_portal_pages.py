"""The agencies' pages: what is owed, how it is answered, and what is never shown."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from casework import queries
from casework.acting import do
from casework.case_part import case_part
from casework.context import Onward
from casework.looks import looks
from casework.publishing import publish_pathway
from casework.request_lists import requests
from casework.worklists import tasks
from engine.acts.act import Act
from engine.acts.consents import RecordConsent, WithdrawConsent
from engine.acts.tasks import Complete, Reassign
from engine.definition import DataField
from engine.forms import fault_of
from tests.installations import CANARY, PATHWAY, START, asked_home, move_clock, opened
from tests.portals import Browser, portal_of, read
from tests.principals import OPERATOR, staff

_INTERVIEW = {"about": "interview.1", "answer-full_name": CANARY, "answer-home_country": "NG"}


@pytest.fixture
def ama(onward: Onward) -> Browser:
    return Browser(portal_of(onward)).sign_in("GH-ONE", "ama")


def test_a_task_is_found_and_answered_in_three_pages(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    worklist = ama.get("/")
    assert f"Interview {code} By Tue 3 Mar, 09:00 \N{EN DASH} in 1 working day" in read(worklist)
    page = ama.get(f"/cases/{code}/tasks/interview.1")
    assert "What was decided" not in read(page)
    assert {"Full name", "Home country"} <= {*re.findall(r"Full name|Home country", read(page))}
    done = ama.post(f"/cases/{code}/do/complete", _INTERVIEW)
    line = queries.case_log(onward, code, by=OPERATOR)[1]
    assert line.hash.startswith(line.receipt)
    assert (
        f"Recorded: It is done. Case {code}, entry {line.receipt}, Mon, 2 Mar 2026, 09:00 GMT"
        in read(done)
    )
    (follows,) = re.findall(r'banner__link" href="([^"]+)"', done.text)
    told = read(ama.get(follows))
    assert f"Entry {line.receipt} Origin side is NG Done: Interview" in told
    assert [each.task for each in tasks(onward, staff("GH-ONE"))] == ["agree.1"]
    last = queries.case_log(onward, code, by=OPERATOR)[-1].entry.command
    assert (last.agency, last.person, last.entered_by) == ("GH-ONE", "ama", "")


def test_the_address_of_a_case_may_be_typed_as_people_type_codes(onward: Onward) -> None:
    """Whoever asks, and whether there is such a case or not."""
    for browser in (
        Browser(portal_of(onward)).sign_in("GH-ONE", "ama"),
        Browser(portal_of(onward)),
    ):
        for typed, more in (
            ("7k2f-91xm", ""),
            ("7K2F91XM", "/timeline?before=2"),
            ("7k2f-9lxm", "/do/stop?about=a%20b&language=fr"),
        ):
            answer = browser.get(f"/cases/{typed}{more}", follow=False)
            assert answer.status_code == 308
            assert answer.headers["location"] == f"/cases/7K2F-91XM{more}"
        for typed in ("7K2F-91XM", "7k2f-91x", "word"):
            assert browser.get(f"/cases/{typed}", follow=False).status_code != 308
    code = opened(onward)
    ama = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    assert code in read(ama.get(f"/cases/{code.lower().replace('-', '')}"))


def test_a_form_that_does_not_fit_says_where_and_keeps_what_was_typed(
    onward: Onward, ama: Browser
) -> None:
    code = opened(onward)
    typed = _INTERVIEW | {"answer-home_country": ""}
    page = ama.post(f"/cases/{code}/do/complete", typed)
    assert page.status_code == 422
    assert "There is a problem Home country: Answer this question" in read(page)
    assert f">\n{CANARY}</textarea>" in page.text or f">{CANARY}</textarea>" in page.text
    assert [each.task for each in tasks(onward, staff("GH-ONE"))] == ["interview.1"]


def test_of_a_day_too_long_ago_it_is_said_which_years_are_taken(
    onward: Onward, ama: Browser
) -> None:
    born = PATHWAY.replace("version: 1", "version: 2").replace("data:\n", "data:\n  born: {date}\n")
    text = born.replace("form: [full_name,", "form: [born, full_name,")
    publish_pathway(onward, text, by=OPERATOR)
    code, parts = opened(onward), ("born", "at")
    year_1850 = {
        f"answer-{name}-{part}": typed
        for name in parts
        for part, typed in (("year", "1850"), ("month", "3"), ("day", "2"), ("time", "10:00"))
    }
    page = read(ama.post(f"/cases/{code}/do/complete", _INTERVIEW | year_1850))
    assert "Born: This is not a calendar day from 1900 to 2199" in page
    assert "Give a day from 1900 to 2199, and the time" in page


def test_the_same_form_sent_twice_does_it_once(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    ama.post(f"/cases/{code}/do/complete", _INTERVIEW)
    before = len(queries.case_log(onward, code, by=OPERATOR))
    again = ama.post(f"/cases/{code}/do/complete", _INTERVIEW)
    assert "Nothing more was recorded" in read(again)
    assert "Done by ama" in read(again)
    assert len(queries.case_log(onward, code, by=OPERATOR)) == before


def test_a_case_is_opened_by_an_agency_whose_kind_begins_them(onward: Onward, ama: Browser) -> None:
    assert "Open a case" in read(ama.get("/"))
    assert "A trial" in read(ama.get("/open"))
    page = read(ama.insist("/open", {"pathway": "trial"}))
    assert "was opened on Mon, 2 Mar 2026, 09:00 GMT" in page
    assert [each.task for each in tasks(onward, staff("GH-ONE"))] == ["interview.1"]
    assert ama.post("/open", {"pathway": "other"}).status_code == 422
    bola = _of_home(onward)
    assert "Open a case" not in read(bola.get("/"))
    assert bola.get("/open").status_code == 409


def test_overdue_work_stands_first_and_is_said_in_words(onward: Onward, ama: Browser) -> None:
    late = opened(onward)
    move_clock(onward, START + timedelta(hours=30))
    new = opened(onward)
    page = read(ama.get("/"))
    assert page.index(late) < page.index(new)
    assert "Overdue since Tue 3 Mar, 09:00" in page


def test_a_real_code_and_an_invented_one_are_answered_alike(onward: Onward) -> None:
    real = asked_home(onward)
    stranger = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    stranger_of_two = _stranger(onward)
    for path in ("", "/tasks/interview.1", "/requests/ask_home.1", "/person", "/do/complete"):
        pages = [stranger_of_two.get(f"/cases/{code}{path}") for code in (real, "7K2F-9QXM")]
        texts = {page.text.replace(real, "CODE").replace("7K2F-9QXM", "CODE") for page in pages}
        assert len(texts) == 1, path
        assert {page.status_code for page in pages} == {404}
    assert stranger.get(f"/cases/{real}").status_code == httpx.codes.OK


def _stranger(onward: Onward) -> Browser:
    """Somebody of an agency that has no part in any case."""
    from casework.registering import register
    from tests.installations import AGENCIES

    listed = AGENCIES.replace(
        "roles: [case_manager], channels: [email]}", "roles: [case_manager], staff: {kojo: {}}}"
    )
    register(onward, listed, by=OPERATOR)
    return Browser(portal_of(onward)).sign_in("GH-TWO", "kojo")


def test_what_is_protected_stands_on_its_own_page_alone_and_the_look_is_recorded(
    onward: Onward, ama: Browser
) -> None:
    code = asked_home(onward)
    for path in ("/", "/requests", "/requests/sent", f"/cases/{code}", f"/cases/{code}/person"):
        assert CANARY not in ama.get(path).text, path
    before = len(queries.case_log(onward, code, by=OPERATOR))
    assert f"Full name {CANARY}" in read(ama.post(f"/cases/{code}/person"))
    assert len(queries.case_log(onward, code, by=OPERATOR)) == before + 1


def test_a_request_is_answered_by_its_receiver(onward: Onward) -> None:
    code = asked_home(onward)
    bola = _of_home(onward)
    assert f"Ask home {code}" in read(bola.get("/requests"))
    page = read(bola.get(f"/cases/{code}/requests/ask_home.1"))
    assert ("Risk low" in page.replace("Low", "low"), CANARY in page) == (True, False)
    form = {"about": "ask_home.1", "word-reason": "no_capacity"}
    done = bola.post(f"/cases/{code}/do/answer.decline", form)
    assert f"Recorded: Decline. Case {code}" in read(done)
    assert not requests(onward, staff("NG-HOME"))


def test_a_reason_that_nobody_gave_is_asked_for(onward: Onward) -> None:
    code, bola = asked_home(onward), _of_home(onward)
    page = bola.post(f"/cases/{code}/do/answer.decline", {"about": "ask_home.1"})
    assert (page.status_code, "Reason: Answer this question" in read(page)) == (422, True)
    made_up = {"about": "ask_home.1", "word-reason": "because"}
    assert bola.post(f"/cases/{code}/do/answer.decline", made_up).status_code == 409


def _of_home(onward: Onward) -> Browser:
    from casework.registering import register
    from tests.installations import AGENCIES

    with_staff = AGENCIES.replace(
        "name: Home, country: NG,", "name: Home, country: NG, staff: {bola: {}},"
    )
    register(onward, with_staff, by=OPERATOR)
    return Browser(portal_of(onward)).sign_in("NG-HOME", "bola")


@pytest.mark.parametrize(("language", "tasks_are"), [("fr", "Tâches"), ("pt", "Tarefas")])
def test_pages_speak_the_language_of_the_browser_or_the_chosen_one(
    onward: Onward, ama: Browser, language: str, tasks_are: str
) -> None:
    opened(onward)
    by_browser = ama.get("/", accept_language=f"de, {language};q=0.8, en;q=0.5")
    assert (tasks_are in by_browser.text, f'<html lang="{language}"' in by_browser.text) == (
        True,
        True,
    )
    assert "Tasks" in ama.get("/").text
    ama.get(f"/?language={language}")
    assert tasks_are in ama.get("/").text


def test_when_it_happened_is_asked_in_the_language_of_the_page(
    onward: Onward, ama: Browser
) -> None:
    page = read(ama.get(f"/cases/{opened(onward)}/do/complete?about=interview.1&language=fr"))
    assert "(facultatif)" in page
    assert "Jour" in page
    assert not {"(optional)", "Day", "Time"} & {*page.split()}


def test_an_agency_is_shut_out_by_choosing_it_from_a_list(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    assert read(ama.get(f"/cases/{code}")).count("Shut an agency out") == 1
    assert 'value="NG-TWO"' in ama.get(f"/cases/{code}/do/prohibit").text
    assert "NG-TWO" in ama.get(f"/cases/{code}/do/prohibit?about=NG-TWO").text
    done = ama.insist(f"/cases/{code}/do/prohibit", {"about": "NG-TWO"})
    assert "Recorded: Shut an agency out" in read(done)


def test_what_cannot_be_done_and_what_is_not_there_have_pages(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    assert ama.get(f"/cases/{code}/do/nothing?about=interview.1").status_code == 409
    assert ama.get(f"/cases/{code}/tasks/nothing.7").status_code == 404


def test_a_task_offers_what_may_be_done_with_it_and_nothing_else(onward: Onward) -> None:
    code, ama = opened(onward), staff("GH-ONE", "ama")
    offered = case_part(onward, code, ama).about("interview.1")
    ways = {each.way.name: each.owed for each in offered}
    assert ways == {
        "complete": True,
        "claim": False,
        "accept": False,
        "reassign": False,
    }
    for each in offered:
        if each.act is not Reassign:
            do(onward, opened(onward), each.possible[0], ama, answers=_ANSWERS.get(each.act))


_ANSWERS: dict[type[Act], dict[str, str]] = {Complete: {"full_name": CANARY, "home_country": "NG"}}


def test_of_acts_that_may_go_to_many_all_are_given_where_one_is_asked_for(onward: Onward) -> None:
    code, ama = opened(onward), staff("GH-ONE", "ama")
    do(onward, code, Complete(task="interview.1"), ama, answers=_ANSWERS[Complete])
    do(onward, code, RecordConsent(task="agree.1", given=True), ama)
    (one,) = (each for each in case_part(onward, code, ama).offered if each.act is Reassign)
    (asked,) = (
        each
        for each in case_part(onward, code, ama, fully=Reassign).offered
        if each.act is Reassign
    )
    assert len(one.possible) == 1
    assert (one.values("agency"), asked.values("agency")) == (("GH-ONE",), ("GH-ONE", "GH-TWO"))


def test_an_agency_that_was_only_asked_is_not_offered_what_the_person_agreed_to_for_others(
    onward: Onward,
) -> None:
    also = PATHWAY.replace("version: 1", "version: 2").replace(
        "consents:\n", 'consents:\n  care: {ask: "May we care for you?"}\n'
    )
    step = "      cared: {after: agree, consent: care, by: screener, refused: end stays}\n  second:"
    publish_pathway(onward, also.replace("  second:", step, 1), by=OPERATOR)
    code, ama = opened(onward), staff("GH-ONE", "ama")
    do(onward, code, Complete(task="interview.1"), ama, answers=_ANSWERS[Complete])
    do(onward, code, RecordConsent(task="agree.1", given=True), ama)
    do(onward, code, RecordConsent(task="cared.1", given=True), ama)
    do(onward, code, Complete(task="assess.1"), ama, answers={"risk": "low"})
    for agency, withdrawn in (("NG-HOME", {"referral"}), ("GH-ONE", {"referral", "care"})):
        offered = case_part(onward, code, staff(agency)).offered
        assert {each.subject for each in offered if each.act is WithdrawConsent} == withdrawn


def test_one_page_is_one_look(onward: Onward, ama: Browser) -> None:
    code = opened(onward)
    ama.get(f"/cases/{code}")
    (line,) = looks(onward, OPERATOR)
    assert line.looks == 1


def test_what_no_page_of_ours_sends_does_no_harm(onward: Onward, ama: Browser) -> None:
    """A cookie that says nothing of ours, a number of hundreds of digits, words behind nothing."""
    ama.cookies.set("said", "eyJjb2RlIjoicGFnZS50b2xkLm5vcGUiLCJ2YWx1ZXMiOnt9fQ==")
    assert ama.get("/").status_code == httpx.codes.OK
    assert fault_of(DataField(number=True), 10**400) is not None
    code, bola = asked_home(onward), _of_home(onward)
    form = {"about": "ask_home.1", "word-conditions": "yes"}
    bola.post(f"/cases/{code}/do/answer.accept", form)
    (asked,) = queries.case(onward, code, by=OPERATOR).state.hand_overs.values()
    assert not asked.conditions
