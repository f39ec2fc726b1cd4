"""Figures over many cases: what is counted, for whom, and what is never told of few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import null, update

from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.export_budget import AT_LEAST
from casework.figures.counting import Figures, Whose, figures, may_count
from casework.figures.measures import MEASURES
from casework.figures.years_and_quarters import Period
from casework.looks import looking
from casework.opening import open_case
from casework.principal import Principal
from casework.registering import register
from casework.request_lists import sent_requests
from casework.verifying import verify
from engine import commands as c
from engine.agencies.duties import Duty
from engine.errors import Refusal
from engine.message import message
from models.keys import Keyring
from tests.installations import (
    AGENCIES,
    CANARY,
    START,
    asked_home,
    ended,
    move_clock,
    opened,
)
from tests.principals import OPERATOR, TIME, staff

Q1 = Period(year=2026, quarter=1)
SCREEN, HOME, HOME_TWO, OVERSEER = (
    staff(agency, person, Duty.MANAGES)
    for agency, person in (
        ("GH-ONE", "ama"),
        ("NG-HOME", "bola"),
        ("NG-TWO", "chi"),
        ("GH-TWO", "eye"),
    )
)
DAY = timedelta(days=1)


def rows(found: Figures) -> dict[tuple[str, ...], dict[str, int | float | None]]:
    return {row.of: row.values for row in found.rows}


def overseen(onward: Onward) -> None:
    register(onward, f"{AGENCIES}oversight: [GH-TWO]\n", OPERATOR)


def test_silence_is_who_was_asked_for_how_long_and_what_was_promised(onward: Onward) -> None:
    """What is promised is days as what it took is, however the receiver's calendar counts them."""
    asked_home(onward)
    move_clock(onward, START + 3 * DAY)
    asked_home(onward)
    move_clock(onward, START + 4 * DAY)
    silent = rows(figures(onward, "silence", OPERATOR))[("NG-HOME",)]
    assert silent | {"promised": None} == {
        "waiting": 2,
        "overdue": 0,
        "silent_for": 1.0,
        "silent_for_ninth": 4.0,
        "promised": None,
    }
    days = [
        (each.answer_by - each.offered_at) / DAY
        for each in sent_requests(onward, SCREEN)
        if each.answer_by
    ]
    assert silent["promised"] == round(min(days), 1)


def test_answers_are_measured_from_the_asking_to_the_yes_or_no(onward: Onward) -> None:
    """When it was said, not when somebody wrote it down; a waiting list is no answer yet."""
    yes, no, revoked, _ = (asked_home(onward) for _ in range(4))
    move_clock(onward, START + 6 * DAY)
    accept = c.AcceptHandOver(hand_over="ask_home.1")
    do(onward, yes, accept, HOME, occurred_at=START + 2 * DAY)
    do(onward, no, c.DeclineHandOver(hand_over="ask_home.1", reason="no_capacity"), HOME)
    do(onward, revoked, c.Revoke(hand_over="ask_home.1"), SCREEN)
    said = rows(figures(onward, "answers", OPERATOR, period=Q1))[("NG-HOME",)]
    assert [said[name] for name in ("asked", "answered", "in_time", "never")] == [4, 2, 2, 1]
    assert [said[name] for name in ("took", "took_ninth")] == [2.0, 6.0]
    assert rows(figures(onward, "silence", OPERATOR))[("NG-HOME",)]["waiting"] == 1
    assert [*verify(onward, yes, OPERATOR).faults] == []


def test_only_what_began_in_the_period_is_counted(onward: Onward) -> None:
    asked_home(onward)
    assert rows(figures(onward, "answers", OPERATOR, period=Q1))
    for other in (Period(year=2026, quarter=2), Period(year=2025), Period(year=2025, quarter=4)):
        assert rows(figures(onward, "answers", OPERATOR, period=other)) == {}
    # The newest quarter that is over, if none is named.
    assert figures(onward, "answers", OPERATOR).period == Period(year=2025, quarter=4)


def test_cases_are_counted_by_stage_end_and_country(onward: Onward) -> None:
    opened(onward)
    asked_home(onward)
    ended(onward)

    def of(name: str) -> dict[tuple[str, ...], dict[str, int | float | None]]:
        return rows(figures(onward, name, OPERATOR, period=Q1))

    stages = {key: values["cases"] for key, values in of("stages").items()}
    assert stages == {("trial", "first"): 1, ("trial", "second"): 1}
    assert of("ends") == {("trial", "stays"): {"cases": 1}}
    assert of("countries") == {("GH",): {"cases": 3, "open": 2, "ended": 1}}


def test_open_work_is_counted_by_how_long_it_has_been_open(onward: Onward) -> None:
    for day in (0, 40, 120):
        move_clock(onward, START + day * DAY)
        opened(onward)
    move_clock(onward, START + 150 * DAY)
    work = rows(figures(onward, "tasks", OPERATOR))[("GH-ONE",)]
    ages = [work[f"open_{name}"] for name in ("30", "90", "180", "more")]
    assert (work["open"], ages) == (3, [1, 0, 2, 0])


def test_steps_are_measured_from_their_opening_to_their_end(onward: Onward) -> None:
    code = opened(onward)
    move_clock(onward, START + 2 * DAY)
    form = {"full_name": "Ada", "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    took = rows(figures(onward, "steps", OPERATOR, period=Q1))[("trial", "interview")]
    assert (took["done"], took["late"], took["took"], took["promised"]) == (1, 1, 2.0, 1.0)


def test_a_stage_takes_from_its_first_task_to_its_last(onward: Onward) -> None:
    """Once it is over: the second one waits for an answer, and nothing is told of it."""
    code = opened(onward)
    move_clock(onward, START + 2 * DAY)
    form = {"full_name": "Ada", "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    assert rows(figures(onward, "stage_times", OPERATOR, period=Q1)) == {}
    move_clock(onward, START + 5 * DAY)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    assert rows(figures(onward, "stage_times", OPERATOR, period=Q1)) == {
        ("trial", "first"): {"passed": 1, "took": 5.0, "took_ninth": 5.0}
    }


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_counts_for_whoever_may(onward: Onward, name: str) -> None:
    """Its columns are those that it declares."""
    overseen(onward)
    asked_home(onward)
    with pytest.raises(Refusal), looking(onward, HOME_TWO):
        raise Refusal("unknown_case", case="0000-0000")
    for by in (OPERATOR, TIME, SCREEN, OVERSEER):
        may, _ = may_count(onward, by)
        for whose in may.get(name, ()):
            found = figures(onward, name, by, whose=whose)
            assert found.columns == MEASURES[name].columns
            assert all({*row.values} == {*found.columns} for row in found.rows)
            assert found.step == (
                AT_LEAST if by is OVERSEER and whose is Whose.ALL and name != "looks" else 1
            )


def test_an_agency_counts_what_is_its_own_at_either_end(onward: Onward) -> None:
    asked_home(onward)
    for by in (SCREEN, HOME):
        assert rows(figures(onward, "silence", by))[("NG-HOME",)]["waiting"] == 1
    assert rows(figures(onward, "silence", HOME_TWO)) == {}
    assert rows(figures(onward, "stages", HOME)) == {}
    assert [*rows(figures(onward, "stages", SCREEN))] == [("trial", "second")]
    assert rows(figures(onward, "tasks", HOME)) == {}


OWN = tuple(name for name, measure in MEASURES.items() if measure.own)


def counted_by(onward: Onward, by: Principal) -> dict[str, object]:
    """What an agency counts of its own, in all figures in which there is something."""
    found = {name: rows(figures(onward, name, by, period=Q1)) for name in OWN}
    return {name: each for name, each in found.items() if each}


@pytest.mark.parametrize("is_known", [False, True])
def test_a_case_that_a_bar_keeps_from_an_agency_is_in_none_of_its_figures(
    onward: Onward, is_known: bool
) -> None:
    """Before anything has reached it, or after it has answered."""
    code = asked_home(onward)
    if is_known:
        do(onward, code, c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    assert "answers" in counted_by(onward, HOME)
    do(onward, code, c.Prohibit(agency="NG-HOME"), SCREEN)
    assert counted_by(onward, HOME) == {}
    assert "answers" in counted_by(onward, SCREEN)
    assert verify(onward, code, OPERATOR).faults == ()


def test_what_the_registry_says_of_an_agency_now_tells_whether_a_bar_means_it(
    onward: Onward,
) -> None:
    """A role that is barred keeps out whoever may hold it there, as soon as it may."""
    asked_home(onward)
    assert "answers" in counted_by(onward, HOME)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(shut_out=["shelter NG", "TG"]))
    assert "answers" in counted_by(onward, HOME)
    more = "name: Home, country: NG, roles: [receiving_counterpart"
    register(onward, AGENCIES.replace(more, f"{more}, shelter"), OPERATOR)
    assert counted_by(onward, HOME) == {}


def test_a_case_of_which_it_is_not_known_whom_bars_keep_out_is_counted_by_who_answers_for_it(
    onward: Onward,
) -> None:
    """As of one that was erased before its row told, or whose state is damaged."""
    asked_home(onward)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(shut_out=null()))
    assert counted_by(onward, HOME) == {}
    assert "answers" in counted_by(onward, SCREEN)


def test_who_has_a_request_counts_it_after_its_consent_was_withdrawn(onward: Onward) -> None:
    """It was among its requests while the consent stood."""
    code = asked_home(onward)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    assert rows(figures(onward, "answers", HOME, period=Q1))[("NG-HOME",)]["never"] == 1
    assert counted_by(onward, HOME_TWO) == {}


def test_without_oversight_nobody_counts_the_cases_of_others(onward: Onward) -> None:
    asked_home(onward)
    for name, measure in MEASURES.items():
        for by in (SCREEN, HOME_TWO):
            with pytest.raises(Refusal) as refused:
                figures(onward, name, by, whose=Whose.ALL)
            assert refused.value.message == message("refused.not_allowed.figures", agency=by.agency)
            assert Whose.ALL not in may_count(onward, by)[0].get(name, ())
        if measure.own is None:
            with pytest.raises(Refusal, match="not_allowed"):
                figures(onward, name, SCREEN)


def _cases_for(onward: Onward, by: Principal) -> object:
    found = rows(figures(onward, "stages", by, whose=Whose.ALL))
    return {key: values["cases"] for key, values in found.items()}


def test_of_others_cases_oversight_reads_whole_elevens_of_persons(onward: Onward) -> None:
    """Fewer than eleven are not there at all, and one more changes nothing."""
    overseen(onward)
    for _ in range(AT_LEAST - 1):
        opened(onward)
    assert _cases_for(onward, OVERSEER) == {}
    opened(onward)
    assert _cases_for(onward, OVERSEER) == {("trial", "first"): AT_LEAST}
    opened(onward)
    assert _cases_for(onward, OVERSEER) == {("trial", "first"): AT_LEAST}
    assert _cases_for(onward, OPERATOR) == {("trial", "first"): AT_LEAST + 1}


def test_cases_of_its_own_tell_an_overseer_nothing_of_those_of_others(onward: Onward) -> None:
    """However many it opens, the cell does not appear: else what is missing to eleven is of others."""
    text = AGENCIES.replace(
        "roles: [case_manager], ch", "roles: [first_responder, case_manager], ch"
    )
    register(onward, f"{text}oversight: [GH-TWO]\n", OPERATOR)
    for _ in range(AT_LEAST - 1):
        opened(onward)
        open_case(onward, "trial", "GH", OVERSEER, identity={"known_as": CANARY})
    assert rows(figures(onward, "stages", OVERSEER))[("trial", "first")]["cases"] == AT_LEAST - 1
    for name in OWN:
        if MEASURES[name].at is None:
            assert rows(figures(onward, name, OVERSEER, whose=Whose.ALL)) == {}
    opened(onward)
    assert _cases_for(onward, OVERSEER) == {("trial", "first"): AT_LEAST}


def test_nor_do_those_in_which_it_has_a_part(onward: Onward) -> None:
    """It is asked in them, and answers for none: still it knows how many there are."""
    register(onward, f"{AGENCIES}oversight: [NG-HOME]\n", OPERATOR)
    for _ in range(AT_LEAST):
        asked_home(onward)
    assert rows(figures(onward, "stages", HOME)) == {}
    assert _cases_for(onward, HOME) == {}
    assert _cases_for(onward, OPERATOR) == {("trial", "second"): AT_LEAST}


def test_a_person_with_many_cases_gives_nobody_cover(onward: Onward) -> None:
    overseen(onward)
    for _ in range(AT_LEAST + 1):
        opened(onward)
    with onward.store.write() as connection:
        connection.execute(update(CASES).values(person_id=1))
    assert _cases_for(onward, OVERSEER) == {}


def test_days_of_few_are_not_told_beside_a_number_of_many(onward: Onward) -> None:
    """Eleven were asked, and only one has answered."""
    overseen(onward)
    codes = [asked_home(onward) for _ in range(AT_LEAST)]
    do(onward, codes[0], c.AcceptHandOver(hand_over="ask_home.1"), HOME)
    move_clock(onward, START + 40 * DAY)
    found = figures(onward, "answers", OVERSEER, whose=Whose.ALL, period=Q1)
    told = rows(found)[("NG-HOME",)]
    assert (told["asked"], told["answered"], told["took"]) == (AT_LEAST, 0, None)
    assert told["promised"] is not None


def test_a_period_of_others_cases_is_over(onward: Onward) -> None:
    """Its figures do not change from one day to the next."""
    overseen(onward)
    with pytest.raises(Refusal, match="not_over"):
        figures(onward, "answers", OVERSEER, whose=Whose.ALL, period=Q1)
    assert figures(onward, "answers", OVERSEER, period=Q1).period == Q1
    assert figures(onward, "answers", SCREEN, period=Q1).period == Q1


def test_looks_outside_are_counted_for_oversight(onward: Onward) -> None:
    overseen(onward)
    for _ in range(2):
        with pytest.raises(Refusal), looking(onward, HOME_TWO):
            raise Refusal("unknown_case", case="0000-0000")
    looked = rows(figures(onward, "looks", OVERSEER, period=Q1))
    assert looked == {("NG-TWO",): {"looks": 2, "outside": 2, "refused": 0}}


def test_a_place_to_stay_has_no_code_for_whoever_oversees(onward: Onward) -> None:
    text = AGENCIES.replace("{name: One,", "{name: One, unnamed: yes,")
    register(onward, f"{text}oversight: [GH-TWO]\n", OPERATOR)
    for _ in range(AT_LEAST):
        opened(onward)
    (told,) = figures(onward, "tasks", OVERSEER, whose=Whose.ALL).rows
    assert (told.of, told.named) == (("First responder in GH",), ("First responder in GH",))
    assert [row.named for row in figures(onward, "tasks", OPERATOR).rows] == [("GH-ONE",)]


def test_no_case_is_opened_for_a_figure(onward: Onward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever number of them there is: all is counted in columns."""
    asked_home(onward)

    def closed(*_: object) -> object:
        raise AssertionError("a case was opened")

    monkeypatch.setattr(Keyring, "cipher", closed)
    for name in MEASURES:
        figures(onward, name, OPERATOR, period=Q1)


def test_what_is_no_measure_is_named(onward: Onward) -> None:
    with pytest.raises(Refusal, match=r"not_found\.figure"):
        figures(onward, "nothing", OPERATOR)
