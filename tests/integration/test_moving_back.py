"""Cases in a store go back to the version from which they came, also over several."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from casework import migrating, queries, reverting
from casework.acting import do
from casework.context import Onward
from casework.publishing import publish_pathway
from casework.verifying import verify
from engine import commands as c
from engine import facts as f
from engine.errors import Refusal
from models.columns import table_of
from models.notices import OwedNotice
from tests.installations import (
    CANARY,
    SCREEN,
    START,
    as_if_sent,
    opened,
)
from tests.laws import SECOND
from tests.principals import OPERATOR

_NOTICES = table_of(OwedNotice)


def test_a_case_goes_back_to_where_it_stood(onward: Onward) -> None:
    """To the clocks, the names and the rows of before; a second time it says so."""
    code = opened(onward)
    before = queries.case(onward, code, by=OPERATOR).state
    publish_pathway(onward, SECOND, by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    reverting.revert_case(onward, code, "trial", 2, OPERATOR)
    assert replace(queries.case(onward, code, by=OPERATOR).state, notices=before.notices) == before
    assert verify(onward, code, by=OPERATOR).faults == ()
    with pytest.raises(Refusal, match=r"back_already pathway=trial version=1"):
        reverting.revert_case(onward, code, "trial", 2, OPERATOR)
    again = migrating.move_case(onward, code, "trial", 2, OPERATOR)
    assert again.word == "can move"
    assert verify(onward, code, by=OPERATOR).faults == ()


@pytest.mark.parametrize("is_touched", [False, True])
def test_a_way_back_is_foreseen_with_the_dates_that_change(
    onward: Onward, is_touched: bool
) -> None:
    """Whether the old state is put back or the case is moved; looking changes nothing."""
    code = opened(onward)
    publish_pathway(onward, SECOND.replace("due: 48 hours", "due: 12 hours"), by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    if is_touched:
        do(onward, code, c.Claim(task="first_talk.1"), SCREEN)
    before = queries.case(onward, code, by=OPERATOR).state
    (seen,) = reverting.preview_back(onward, [code], "trial", 2, OPERATOR)
    assert queries.case(onward, code, by=OPERATOR).state == before
    (date,) = seen.deadlines
    assert date.about == "interview.1"
    assert (date.before, date.after) == (START + timedelta(hours=12), START + timedelta(hours=24))
    assert reverting.revert_case(onward, code, "trial", 2, OPERATOR) == seen
    (again,) = reverting.preview_back(onward, [code], "trial", 2, OPERATOR)
    assert again.word == "there already"


@pytest.mark.parametrize("sent", [False, True])
def test_what_was_told_of_a_move_is_taken_back_with_it(onward: Onward, sent: bool) -> None:
    """An earlier date that was not sent yet is not sent; who was told it hears the one that holds."""
    code = opened(onward)
    publish_pathway(onward, SECOND.replace("due: 48 hours", "due: 12 hours"), by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    earlier = _NOTICES.c.due_at == START + timedelta(hours=12)
    if sent:
        as_if_sent(onward, earlier)
    reverting.revert_case(onward, code, "trial", 2, OPERATOR)
    with onward.store.read() as connection:
        columns = (_NOTICES.c.kind, _NOTICES.c.about, _NOTICES.c.status, _NOTICES.c.due_at)
        found = connection.execute(select(*columns).order_by(_NOTICES.c.number)).all()
    assert [(each.kind, each.status) for each in found] == [
        ("task_assigned", "queued"),
        ("attention", "sent" if sent else "cancelled"),
        *([("attention", "queued")] if sent else []),
    ]
    assert found[-1].due_at == START + timedelta(hours=24 if sent else 12)
    assert {each.about for each in found if each.status == "queued"} == {"interview.1"}
    assert verify(onward, code, by=OPERATOR).faults == ()


def test_what_was_done_since_stays_done_on_the_way_back(onward: Onward) -> None:
    """And is read by the names of the version that the case is on then."""
    code = opened(onward)
    publish_pathway(onward, SECOND, by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    given = {"called": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="first_talk.1"), SCREEN, answers=given)
    (done,) = reverting.revert_cases(onward, [code], "trial", 2, OPERATOR)
    assert done.moved
    state = queries.case(onward, code, by=OPERATOR).state
    assert (state.version, state.steps["interview"]) == (1, "done")
    assert queries.protected_values(onward, code, SCREEN)["full_name"] == CANARY
    assert verify(onward, code, by=OPERATOR).faults == ()


THIRD = (
    SECOND.replace("version: 2", "version: 3")
    .replace("was: interview", "was: first_talk")
    .replace("first_talk:", "third_talk:")
    .replace("after: first_talk", "after: third_talk")
    .replace("due: 48 hours", "due: 72 hours")
)


def test_a_way_back_is_no_move_that_could_be_taken_back(onward: Onward) -> None:
    """Though something was done in the case, so that the way back was itself a move."""
    code = opened(onward)
    publish_pathway(onward, SECOND, by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    do(onward, code, c.Claim(task="first_talk.1"), SCREEN)
    reverting.revert_case(onward, code, "trial", 2, OPERATOR)
    with pytest.raises(Refusal) as refused:
        reverting.revert_case(onward, code, "trial", 1, OPERATOR)
    assert refused.value.reason == "not_moved"
    assert queries.case(onward, code, by=OPERATOR).number == 1


@pytest.mark.parametrize("is_touched", [False, True])
def test_a_case_goes_back_version_by_version(onward: Onward, is_touched: bool) -> None:
    """To exactly where it stood if nothing has happened on the way."""
    code = opened(onward)
    before = queries.case(onward, code, by=OPERATOR).state
    publish_pathway(onward, SECOND, by=OPERATOR)
    publish_pathway(onward, THIRD, by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    migrating.move_case(onward, code, "trial", 3, OPERATOR)
    if is_touched:
        do(onward, code, c.Claim(task="third_talk.1"), SCREEN)
    for number in (3, 2):
        reverting.revert_case(onward, code, "trial", number, OPERATOR)
        assert verify(onward, code, by=OPERATOR).faults == ()
    acts = [type(each.entry.facts[0]) for each in queries.case_log(onward, code, by=OPERATOR)][-2:]
    assert acts == [f.CaseMigrated if is_touched else f.CaseReverted] * 2
    state = queries.case(onward, code, by=OPERATOR).state
    if is_touched:
        assert (state.version, state.tasks["interview.1"].status) == (1, "claimed")
    else:
        assert replace(state, notices=before.notices) == before
    with pytest.raises(Refusal, match=r"not_moved\.to_this"):
        reverting.revert_case(onward, code, "trial", 1, OPERATOR)


def test_whoever_names_another_version_reads_of_its_last_move(onward: Onward) -> None:
    """What it is back from already is no failure, over several versions too."""
    code, never = opened(onward), opened(onward)
    publish_pathway(onward, SECOND, by=OPERATOR)
    publish_pathway(onward, THIRD, by=OPERATOR)

    def said(number: int, of: str = code) -> str:
        with pytest.raises(Refusal) as refused:
            reverting.revert_case(onward, of, "trial", number, OPERATOR)
        return str(refused.value).removeprefix("refused.")

    assert said(3, never) == "not_moved.never pathway=trial version=1"
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    on_2 = "not_moved.otherwise pathway=trial version=2 before=1"
    assert said(3) == on_2
    migrating.move_case(onward, code, "trial", 3, OPERATOR)
    assert said(2) == "not_moved.otherwise pathway=trial version=3 before=2"
    for number in (3, 2):
        reverting.revert_case(onward, code, "trial", number, OPERATOR)
    assert said(3) == said(2) == "back_already pathway=trial version=1"
    assert said(1) == "not_moved.to_this"
    assert said(4) == "not_moved.back pathway=trial version=1 left=2"
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    assert said(3) == on_2


def test_who_was_told_of_a_version_hears_that_it_is_off_two_versions_back_too(
    onward: Onward,
) -> None:
    """What was owed of the first way back is no trace that the second one takes away."""
    code = opened(onward)
    more = "      more: {by: screener}\n  second:\n"
    publish_pathway(onward, SECOND, by=OPERATOR)
    publish_pathway(onward, THIRD.replace("  second:\n", more), by=OPERATOR)
    migrating.move_case(onward, code, "trial", 2, OPERATOR)
    migrating.move_case(onward, code, "trial", 3, OPERATOR)
    as_if_sent(onward)
    for number in (3, 2):
        reverting.revert_case(onward, code, "trial", number, OPERATOR)
    with onward.store.read() as connection:
        columns = (_NOTICES.c.about, _NOTICES.c.kind, _NOTICES.c.status)
        found = connection.execute(select(*columns).order_by(_NOTICES.c.number)).all()
    assert ("more.1", "no_longer_needed", "queued") in [tuple(each) for each in found]
    assert queries.case(onward, code, by=OPERATOR).number == 1
