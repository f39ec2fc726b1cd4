"""What agencies' own programs read and do, and that each thing is done once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import suspending, systems
from casework.authority import Right
from casework.context import Onward
from casework.idempotency import KEPT
from casework.looks import looks
from casework.queries import case_log
from engine.commands import WAYS
from engine.errors import Refusal
from models.columns import table_of
from models.systems import SystemCall, SystemToken
from tests.erased import erase_case, erase_person
from tests.installations import CANARY, asked_home, opened
from tests.portals import Browser, portal_of
from tests.principals import OPERATOR
from tests.programs import LASTS, Program, reason
from wording.sentences import told

_CALLS, _TOKENS = table_of(SystemCall), table_of(SystemToken)
FORM = {"full_name": CANARY, "home_country": "NG"}


def test_a_program_opens_a_case_and_works_it_to_a_request(onward: Onward) -> None:
    """As staff would do it, over a border, each step read before it is done."""
    screen, home = Program(onward, "GH-ONE"), Program(onward, "NG-HOME")
    made = screen.post("/cases", {"pathway": "trial"})
    code = made.json()["case"]
    assert made.status_code == 201
    assert made.headers["location"] == f"/api/v1/cases/{code}"

    (line,) = screen.get("/tasks").json()["items"]
    assert (line["code"], line["task"]) == (code, "interview.1")
    task = screen.get(f"/cases/{code}/tasks/interview.1").json()
    assert task["form"]["required"] == ["full_name", "home_country"]
    assert screen.do(code, "complete", task="interview.1", answers=FORM).status_code == 200
    assert screen.do(code, "consent.give", task="agree.1", language="en").status_code == 200
    assert screen.do(code, "complete", task="assess.1", answers={"risk": "low"}).is_success

    (asked,) = home.get("/requests").json()["items"]
    shown = home.get(f"/cases/{code}/requests/{asked['hand_over']}").json()
    assert (shown["sender"], shown["known"]) == ("GH-ONE", {"risk": "low"})
    assert home.do(code, "answer.accept", hand_over=asked["hand_over"]).is_success
    assert screen.get(f"/cases/{code}").json()["requests"][0]["status"] == "closed"


def test_the_log_says_which_program_has_sent_it(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE", name="shelter-records"), opened(onward)
    screen.do(code, "complete", task="interview.1", answers=FORM)
    command = case_log(onward, code, OPERATOR)[-1].entry.command
    assert (command.agency, command.person) == ("GH-ONE", "")
    assert command.entered_by == "system:shelter-records"


def test_a_program_claims_a_task_for_a_colleague_alone(onward: Onward) -> None:
    """It is nobody, so it has to name who is to have the task, and is offered it where there is somebody to name."""
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    (offer,) = (e for e in screen.get(f"/cases/{code}").json()["offers"] if e["act"] == "claim")
    assert offer["values"] == {"colleague": ["ama"]}
    assert reason(screen.do(code, "claim", task="interview.1")) == "wrong_request"
    assert screen.do(code, "claim", task="interview.1", colleague="ato").is_success
    task = screen.get(f"/cases/{code}/tasks/interview.1").json()
    assert task["claimed_by"] == "ato"


def test_a_program_of_an_agency_without_staff_is_offered_no_claim(onward: Onward) -> None:
    code = asked_home(onward)
    home = Program(onward, "NG-HOME")
    assert "claim" not in {e["act"] for e in home.get(f"/cases/{code}").json()["offers"]}


def test_a_program_reads_no_more_than_its_agency(onward: Onward) -> None:
    """What is protected is not in a case as programs read it, whoever collected it."""
    code = asked_home(onward)
    for agency in ("GH-ONE", "NG-HOME"):
        assert CANARY not in Program(onward, agency).get(f"/cases/{code}").text
    stranger = Program(onward, "NG-TWO")
    answers = [stranger.get(f"/cases/{each}") for each in (code, "AAAA-2222")]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].text.replace(code, "") == answers[1].text.replace("AAAA-2222", "")


def test_a_list_is_read_page_by_page(onward: Onward) -> None:
    screen, codes = Program(onward, "GH-ONE"), {opened(onward) for _ in range(3)}
    found, after = list[str](), ""
    while True:
        page = screen.get(f"/tasks?limit=2&after={after}").json()
        found += [each["code"] for each in page["items"]]
        if not (after := page["next"]):
            break
    assert (len(found), {*found}) == (3, codes)


def test_requests_are_read_page_by_page_at_both_ends(onward: Onward) -> None:
    codes = {asked_home(onward) for _ in range(3)}
    for agency, path in (("NG-HOME", "/requests"), ("GH-ONE", "/requests/sent")):
        program, found, after = Program(onward, agency), list[str](), ""
        while True:
            page = program.get(f"{path}?limit=1&after={after}").json()
            found += [each["code"] for each in page["items"]]
            if not (after := page["next"]):
                break
        assert (len(found), {*found}) == (3, codes)


@pytest.mark.parametrize(
    "sent",
    [
        {"pathway": "nowhere"},
        {"pathway": "trial", "country": "XX"},
        {"pathway": "trial", "roles": {"nobody": "GH-ONE"}},
        {"pathway": "trial", "occurred_at": "2099-01-01T00:00:00Z"},
    ],
)
def test_what_does_not_fit_is_told_as_such_and_opens_nothing(
    onward: Onward, sent: dict[str, object]
) -> None:
    screen = Program(onward, "GH-ONE")
    answer = screen.post("/cases", sent)
    assert answer.status_code == 422, answer.text
    assert screen.get("/tasks").json()["items"] == []


def test_a_request_that_is_sent_again_is_done_once(onward: Onward) -> None:
    screen = Program(onward, "GH-ONE")
    first, again = (screen.post("/cases", {"pathway": "trial"}, "one") for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(screen.get("/tasks").json()["items"]) == 1


def test_requests_that_arrive_together_are_done_once(onward: Onward) -> None:
    """Each by a connection of its own; none is answered before the first is done."""
    programs = [Program(onward, "GH-ONE") for _ in range(4)]
    for each in programs:
        each.token = programs[0].token
    code = opened(onward)

    def ask(program: Program) -> int:
        return program.do(code, "complete", "same", task="interview.1", answers=FORM).status_code

    with ThreadPoolExecutor(len(programs)) as pool:
        assert [*pool.map(ask, programs)] == [200] * 4
    acts = [line.entry.command.entered_by for line in case_log(onward, code, OPERATOR)]
    assert acts.count("system:records") == 1


def test_a_refusal_is_kept_and_another_request_needs_another_key(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    refused = screen.do(code, "complete", "one", task="interview.1")
    assert (refused.status_code, reason(refused)) == (422, "wrong_form")
    again = screen.do(code, "complete", "one", task="interview.1")
    assert (reason(again), again.status_code) == ("refused_before", 409)
    assert "wrong_form" in again.json()["detail"]
    other = screen.do(code, "complete", "one", task="interview.1", answers=FORM)
    assert reason(other) == "other_request"
    assert screen.do(code, "complete", "two", task="interview.1", answers=FORM).is_success


def test_a_key_belongs_to_one_token_and_one_week(onward: Onward) -> None:
    screen, other = Program(onward, "GH-ONE"), Program(onward, "GH-ONE", name="other")
    cases = {
        each.post("/cases", {"pathway": "trial"}, "k").json()["case"] for each in (screen, other)
    }
    assert len(cases) == 2
    screen.time.pass_by(KEPT + timedelta(seconds=1))
    assert screen.post("/cases", {"pathway": "trial"}, "k").json()["case"] not in cases


def test_what_changes_something_needs_a_key(onward: Onward) -> None:
    screen = Program(onward, "GH-ONE")
    assert reason(screen.ask("POST", "/cases", json={"pathway": "trial"})) == "no_key"
    assert screen.get("/tasks").json()["items"] == []


@pytest.mark.parametrize("token", ["", "onward_made-up", "session"])
def test_without_a_token_nothing_is_read_or_done(onward: Onward, token: str) -> None:
    program, code = Program(onward, "GH-ONE"), opened(onward)
    program.token = token
    for answer in (program.get(f"/cases/{code}"), program.post("/cases", {"pathway": "trial"})):
        assert (answer.status_code, reason(answer)) == (401, "no_token_shown")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_lets_in_for_what_it_names_and_as_long_as_it_lasts(onward: Onward) -> None:
    reads, code = Program(onward, "GH-ONE", Right.READ), opened(onward)
    assert reads.get(f"/cases/{code}").is_success
    refused = reads.do(code, "complete", task="interview.1", answers=FORM)
    assert (refused.status_code, reason(refused)) == (403, "not_authorised")
    assert refused.json()["detail"] == told(Refusal("not_authorised.of_token"), "en")
    reads.time.pass_by(LASTS)
    assert reads.get(f"/cases/{code}").status_code == 401


def test_a_token_that_was_ended_or_whose_agency_was_suspended_lets_in_no_more(
    onward: Onward,
) -> None:
    """Lifting the suspension does not bring it back: it may have been stolen."""
    ended_one, suspended = Program(onward, "GH-ONE"), Program(onward, "NG-HOME")
    systems.end(onward, "GH-ONE", "records", OPERATOR, ended_one.time.now())
    suspending.suspend(onward, "NG-HOME", OPERATOR)
    suspending.lift(onward, "NG-HOME", OPERATOR)
    assert {each.get("/tasks").status_code for each in (ended_one, suspended)} == {401}
    with pytest.raises(Refusal, match="no_token"):
        systems.end(onward, "GH-ONE", "records", OPERATOR, ended_one.time.now())


def test_the_store_holds_no_token(onward: Onward) -> None:
    token = Program(onward, "GH-ONE").token
    with onward.store.read() as connection:
        row = connection.execute(select(_TOKENS)).one()
    assert token.encode() not in bytes(row.token_hash)
    assert all(token not in str(each) for each in row)


@pytest.mark.parametrize("erase", [erase_case, erase_person])
def test_what_was_asked_about_an_erased_case_goes_with_it(
    onward: Onward, erase: Callable[[Onward, str], object]
) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    screen.do(code, "complete", task="interview.1", answers=FORM)
    screen.do(code, "consent.refuse", task="agree.1")
    erase(onward, code)
    with onward.store.read() as connection:
        assert connection.scalar(select(func.count()).where(_CALLS.c.code == code)) == 0


def test_no_problem_repeats_what_was_sent(onward: Onward) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    for sent in (
        {"task": "interview.1", "answers": {"risk": CANARY}},
        {"task": "interview.1", "answers": {"home_country": CANARY}},
        {"task": {"name": CANARY}},
        {"task": "interview.1", "occurred_at": CANARY},
    ):
        answer = screen.do(code, "complete", **sent)
        assert answer.is_client_error
        assert CANARY not in answer.text


def test_more_is_not_read_than_anybody_sends(onward: Onward) -> None:
    answer = Program(onward, "GH-ONE").post("/cases", {"pathway": "x" * 1_000_001})
    assert (answer.status_code, reason(answer)) == (413, "too_large")


def test_there_is_a_route_for_each_way_to_act(onward: Onward) -> None:
    described = Program(onward, "GH-ONE").get("/openapi.json").json()
    acts = {path.rpartition("/acts/")[2] for path in described["paths"] if "/acts/" in path}
    assert acts == {way.name for _, way in WAYS}
    assert described["openapi"].startswith("3.1")


_BY_RIGHT = {
    "raise": {"interrupt": "shut"},
    "resolve": {"interrupt": "shut"},
    "start": {"step": "assess"},
    "skip": {"step": "assess", "reason": "other"},
    "open-step": {"step": "assess", "reason": "other"},
    "reopen": {"reason": "other"},
    "extend": {"name": "assess"},
    "shorten": {"name": "assess"},
}
"""What an agency without a part may try, since a right of a role may allow it."""


def test_everything_by_right_is_tried() -> None:
    assert _BY_RIGHT.keys() == {way.name for act, way in WAYS if act.rule.by_right}


@pytest.mark.parametrize("act", _BY_RIGHT)
def test_a_key_tells_no_real_case_from_one_that_is_made_up(onward: Onward, act: str) -> None:
    """Asked twice, since what was refused in a case is kept."""
    stranger, code = Program(onward, "NG-TWO"), opened(onward)
    asked = [
        (answer.status_code, answer.text.replace(each, ""))
        for each in (code, "AAAA-2222")
        for answer in (stranger.do(each, act, f"of {each}", **_BY_RIGHT[act]) for _ in range(2))
    ]
    assert asked == [asked[0]] * 4
    assert asked[0][0] == 404


def test_whoever_tries_codes_by_acting_is_counted_and_noticed(onward: Onward) -> None:
    stranger = Program(onward, "NG-TWO")
    for _ in range(3):
        stranger.do("AAAA-2222", "complete", task="interview.1")
    (line,) = looks(onward, OPERATOR)
    assert (line.agency, line.person, line.looks, line.outside) == (
        "NG-TWO",
        "system:records",
        3,
        3,
    )


@pytest.mark.parametrize(
    "answers",
    [
        {"full_name": "a\x00b"},
        {"full_name": "\ud800"},
        {"\ud800": "a"},
        {"full_name": [[[[[[[]]]]]]] * 3},
        {"full_name": json.loads("[" * 300 + "]" * 300)},
    ],
)
def test_what_no_store_takes_is_refused_before_it_gets_there(
    onward: Onward, answers: object
) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    sent = json.dumps({"task": "interview.1", "answers": answers}).encode()
    named = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    path = f"/cases/{code}/acts/complete"
    assert screen.ask("POST", path, content=sent, headers=named).status_code == 422


@pytest.mark.parametrize("depth", [600, 5_000, 100_000])
def test_what_is_nested_without_end_is_refused(onward: Onward, depth: int) -> None:
    screen, code = Program(onward, "GH-ONE"), opened(onward)
    sent = f'{{"task": "interview.1", "answers": {{"full_name": {"[" * depth}{"]" * depth}}}}}'
    named = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    path = f"/cases/{code}/acts/complete"
    assert screen.ask("POST", path, content=sent.encode(), headers=named).status_code == 422


@pytest.mark.parametrize(
    "path", ["/cases/%00", "/tasks?after=%00/%00", "/cases/AAAA-2222/tasks/%00"]
)
def test_no_address_holds_what_no_store_takes(onward: Onward, path: str) -> None:
    assert Program(onward, "GH-ONE").get(path).is_client_error


@pytest.mark.parametrize(
    "path", ["/n/%00-x/abc", "/cases/%00", "/?after=%00", "/?role=%00", "/sign-in?language=%00"]
)
def test_no_address_of_a_page_does_either(onward: Onward, path: str) -> None:
    browser = Browser(portal_of(onward)).sign_in("GH-ONE", "ama")
    assert browser.get(path).status_code == 404


def test_a_form_loses_what_no_store_takes(onward: Onward) -> None:
    browser, code = Browser(portal_of(onward)).sign_in("GH-ONE", "ama"), opened(onward)
    sent = {"about": "interview.1", "answer-full_name": "a\x00b", "answer-home_country": "NG"}
    assert browser.post(f"/cases/{code}/do/complete", sent).status_code == 200
    assert browser.post(f"/cases/{code}/do/%00", sent).status_code == 404
