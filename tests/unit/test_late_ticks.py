"""Whenever somebody looks: settling late, or in several goes, gives the moments of settling in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import commands as c
from engine.state import State
from engine.statuses import ConsentStatus
from tests.factories import CARE, DESK, HOME, HOME2, MONDAY, Case

DUE = st.sampled_from(
    [
        "{time: 3 working days}",
        "{time: 60 hours}",
        "{time: 1 week, roll: next}",
        "{time: 3 days, paused_while: clock.still.running}",
        "{time: 4 days, restarted_by: [soon.opened, later.entered]}",
        "{time: 3 working days, extend: {by: 2 working days, when: clock.still.reached}}",
        "{time: 'earliest of (6 days, 3 days after soon.lapsed)'}",
    ]
)
FLOOR = st.sampled_from(
    [
        "3 days",
        "50 hours",
        "still",
        "2 working days after still",
        "1 week after ask.opened",
        "{time: 5 days, paused_while: clock.still.running}",
        "{time: 6 days, roll: next}",
    ]
)
BODY = """
clocks:
  still: {{time: 4 days after ask.opened, paused_while: step.soon.opened and not step.soon.done}}
stages:
  start:
    steps:
      ask: {{by: screener, consent: tell_home, refused: go on, due: {due}}}
      plan: {{by: manager, due: {due}, not_before: {floor}, late: [before 1 day remind manager, "every 2 days tell screener, at most 3"]}}
      visit: {{by: manager, series: {{at: [3 days, 1 week, 2 weeks], after: ask.opened}}, due: {due}}}
      soon: {{by: manager, not_before: {floor}, due: {{time: 3 days, kind: clinical, source: Law}}, lapsed: tell screener}}
    then: go on
  later:
    after: soon
    steps:
      rest: {{by: screener, due: {due}, not_before: {other}}}
"""
ASKED = """
stages:
  start:
    steps:
      where: {by: screener, form: [home_country]}
      talk: {by: screener, after: where, consent: tell_home, refused: go on}
      ask_home:
        hand_over: home
        after: talk
        needs: consent.tell_home
        not_before: 3 days
        seen: 1 working day
        answer: 3 working days
        late: [before 1 day remind home]
        declined: go on
        silent: next receiver, at most 2
    then: end done
"""
CONSENT = "tell_home: {to: home, any: yes, valid: 9 days, ask: May we?}"
AT_HOME = "tell_home: {to: manager, valid: 9 days, ask: May we?}"
SHORTEST = 48
"""Hours: whoever looks more often finds no period over that had not begun when they looked last."""


def in_time(case: Case, until: datetime) -> None:
    """Somebody looks at the moment of each clock."""
    while (clock := case.state.next_clock()) and clock.at <= until:
        case.wait(hours=(clock.at - case.now) / timedelta(hours=1))
    case.now = until


def alike(state: State) -> State:
    """All but how many notices were owed, and whose work it is: who was told in vain by an early tick is
    not by a late one, and nobody is given work once what covered them has run out.
    """
    tasks = {ident: replace(each, agency="") for ident, each in state.tasks.items()}
    clocks = {key: replace(each, agency="") for key, each in state.clocks.items()}
    return replace(state, notices=0, told={}, numbers={}, tasks=tasks, clocks=clocks)


@settings(max_examples=80, phases=[Phase.generate])
@given(
    DUE, FLOOR, FLOOR, st.lists(st.integers(1, SHORTEST), min_size=1, max_size=12), st.booleans()
)
def test_settling_late_or_in_several_goes_gives_the_same_moments_as_settling_in_time(
    due: str, floor: str, other: str, gaps: list[int], answers: bool
) -> None:
    """Floors, series, ladders, pauses, restarts, extensions, lapses, and consents that run out."""
    body = BODY.format(due=due, floor=floor, other=other)
    punctual, late = Case(body, consents=AT_HOME), Case(body, consents=AT_HOME)
    if answers:
        punctual.give("ask.1")
        late.give("ask.1")
    for gap in gaps:
        in_time(punctual, late.now + timedelta(hours=gap))
        late.wait(hours=gap)
        punctual.wait()
        for task in punctual.state.open_tasks():
            if task.step == "plan":
                punctual.complete(task.id, task.agency)
                late.complete(task.id, late.task(task.id).agency)
    note(f"{late.now}")
    assert alike(late.state) == alike(punctual.state)
    consent = late.state.consents.get("tell_home")
    ran_out = consent is not None and consent.status is ConsentStatus.EXPIRED
    for ident, task in punctual.state.tasks.items():
        agency = late.task(ident).agency
        assert agency == task.agency or (ran_out and agency == DESK)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 3600), min_size=8, max_size=8))
def test_a_request_of_a_tick_that_is_a_little_late_is_counted_as_if_in_time(
    lags: list[int],
) -> None:
    """Up to an hour: a second after midnight would else give its receiver another day."""
    punctual, late = Case(ASKED, consents=CONSENT), Case(ASKED, consents=CONSENT)
    for case in (punctual, late):
        case.complete("where.1", home_country="NG")
        case.give()
    in_time(punctual, MONDAY + timedelta(days=20))
    for lag in lags:
        clock = late.state.next_clock()
        if clock is None or clock.at > punctual.now:
            break
        late.wait(hours=max(0.0, (clock.at - late.now) / timedelta(hours=1)) + lag / 3600)
    late.wait(hours=max(0.0, (punctual.now - late.now) / timedelta(hours=1)))
    asked = list(punctual.state.hand_overs.values())
    assert [each.agency for each in asked] == [HOME, HOME2]
    for each in asked:
        other = late.hand_over(each.id)
        assert (other.offered_at, other.answer_by) == (each.offered_at, each.answer_by)


def test_what_is_due_counts_from_the_end_of_the_floor_whether_recorded_that_day_or_the_next() -> (
    None
):
    """3 days after Monday end with Thursday the 5th; the Friday and the Monday are 2 working days."""
    body = """
stages:
  start:
    steps:
      file: {by: manager, not_before: 3 days, due: 2 working days}
    then: end done
"""
    end = datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
    for later in (timedelta(0), timedelta(seconds=1), timedelta(hours=9), timedelta(days=3)):
        case = Case(body)
        case.wait(hours=(end + later - MONDAY) / timedelta(hours=1))
        assert case.task("file.1").opened_at == end
        assert case.task("file.1").due_at == datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC)
        assert case.moment("file.opened") == end


def test_nobody_is_overdue_on_arrival_of_what_time_has_opened() -> None:
    """Where nobody looked for longer than the whole period, it is counted from the recording."""
    case = Case("""
stages:
  start:
    steps:
      file: {by: manager, not_before: 3 days, due: 2 working days}
    then: end done
""")
    case.wait(days=30)
    assert case.now == datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert case.task("file.1").due_at == datetime(2026, 4, 3, 23, 59, 59, tzinfo=UTC)
    assert not case.task("file.1").overdue
    assert case.told(CARE) == ["task_assigned"]


def test_what_a_person_has_made_due_belongs_to_the_day_on_which_it_is_recorded() -> None:
    """A date in the past that is answered now lets nothing open before it was answered."""
    case = Case("""
stages:
  start:
    steps:
      talk: {by: screener, form: [born]}
      claim:
        by: manager
        after: talk
        due: {time: 10 days after born, kind: limitation, source: A law}
        lapsed: go on
      tell: {by: screener, after: claim, due: 2 days}
    then: end done
""")
    case.do(c.Complete(task="talk.1", answers={"born": "2026-01-01"}), hours=1)
    assert case.moment("claim.lapsed") == case.now
    assert case.task("tell.1").opened_at == case.now
