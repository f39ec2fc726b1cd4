"""Simulation: the same luck for two designs, people who are only so many, and honest counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.decide import decide
from engine.errors import EngineError
from engine.evolve import replay
from engine.loader import load_pathway
from engine.pathway import Pathway
from engine.simulation import world
from engine.simulation.chance import Chance
from engine.simulation.desks import Desk, Hours, Waiting
from engine.simulation.openings import Plan
from engine.simulation.rates import Rates
from engine.simulation.results import Results, quantile
from engine.simulation.wake_times import Waking
from engine.state import State
from engine.time.calendars import Calendars, Edition, Holiday, Weekend
from tests.factories import CALENDARS, CARE, DESK, HOME, MONDAY, REGISTRY

PATHWAY = """
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: desk @ host
  manager: care @ host
  home: partner @ origin
data:
  risk: {choice: [low, medium, high], ordered}
  home_country: {country, binds: origin}
consents:
  referral: {to: home, shows: [risk], ask: "May we tell {agency}?", withdrawn: end gone}
stages:
  first:
    steps:
      talk: {by: screener, form: [risk, home_country], due: 2 working days, late: [remind screener]}
      agree: {by: screener, after: talk, consent: referral, refused: end gone}
      send: {hand_over: home, after: agree, needs: consent.referral, answer: 5 working days,
             declined: end gone, silent: tell screener}
      settle: {by: home, after: send, when: hand_over.send.accepted, otherwise: end gone,
               decide: {well: end well, badly: end gone}, due: 1 month}
      look: {by: screener, manual: yes}
interrupts:
  leaves: {raised_by: [screener, home], then: end gone}
ends: {well: success, gone: neutral}
"""
NEVER = {
    "usual": {
        "otherwise": 0, "refused": 0, "withdrawn": 0, "declined": 0, "silent": 0, "conditions": 0,
        "begun": 0, "raised": 0,
    }
}  # fmt: skip
"""Nothing goes another way."""
ONE_ORIGIN = {"answers": {"home_country": {"NG": 1}}, "opened_by": {DESK: 1}}


@pytest.fixture(name="pathway", scope="module")
def _pathway() -> Pathway:
    return load_pathway(PATHWAY)


def rates(**said: object) -> Rates:
    return Rates.model_validate({"rates": "trial", **ONE_ORIGIN, **said})


def simulated(pathway: Pathway, said: Rates, cases: int = 60, seed: int = 1) -> Results:
    return world.simulate(pathway, REGISTRY, CALENDARS, said, cases=cases, seed=seed)


def test_the_same_seed_gives_the_same_results_and_another_seed_others(pathway: Pathway) -> None:
    """To the last number; the seed matters."""
    first = simulated(pathway, rates())
    assert msgspec.json.encode(first) == msgspec.json.encode(simulated(pathway, rates()))
    again = simulated(pathway, rates(), seed=2)
    assert first.ends != again.ends or first.steps != again.steps


def test_where_nothing_goes_another_way_every_case_ends_well(pathway: Pathway) -> None:
    """No silence, no no, no interrupt: one end, and every step once a case."""
    results = simulated(pathway, rates(**NEVER))
    assert [(row.name, row.cases, row.share) for row in results.ends] == [("well", 60, 1.0)]
    assert {row.name: row.done for row in results.steps} == dict.fromkeys(
        ("talk", "agree", "send: answer", "settle"), 60
    )
    assert results.left_undone == 0


@pytest.mark.parametrize(
    ("usual", "share"), [({"refused": 1}, 1), ({"declined": 1}, 1), ({"raised": 1}, 1)]
)
def test_a_rate_of_one_sends_every_case_that_way(
    pathway: Pathway, usual: dict[str, int], share: int
) -> None:
    """A no of the person or of the receiver, or something that happens to everybody."""
    slow = {"wait": "8 weeks"} if "raised" in usual else {}
    said = rates(usual=NEVER["usual"] | usual | slow)
    (gone,) = [row for row in simulated(pathway, said).ends if row.name == "gone"]
    assert gone.share >= share * 0.8


BEGUN = NEVER["usual"] | {"begun": 1}


def test_what_may_not_be_begun_yet_is_tried_again() -> None:
    """The person comes to the first talk long after somebody first wanted to begin the other step."""
    text = PATHWAY.replace("manual: yes", "manual: yes, after: talk")
    said = rates(usual=BEGUN, steps={"talk": {"wait": "90 days"}, "settle": {"wait": "200 days"}})
    (look,) = [row for row in simulated(load_pathway(text), said).steps if row.name == "look"]
    assert look.done == 60


def test_a_manual_step_is_begun_once_in_a_case() -> None:
    """However often its stage is entered."""
    text = PATHWAY.replace("badly: end gone", '"badly": "back to first, at most 2, then end gone"')
    settled = {"settle": {"wait": "60 days", "outcomes": {"badly": 1, "well": 0}}}
    results = simulated(load_pathway(text), rates(usual=BEGUN, steps=settled))
    done = {row.name: row.done for row in results.steps}
    assert (done["settle"], done["look"]) == (180, 60)


def test_what_is_said_of_a_step_wins_over_the_usual(pathway: Pathway) -> None:
    """Outcomes by their weights."""
    said = rates(**NEVER, steps={"settle": {"outcomes": {"badly": 1, "well": 0}}})
    assert [row.name for row in simulated(pathway, said).ends] == ["gone"]


def test_silence_is_chased_and_chased_again_until_somebody_gives_up(pathway: Pathway) -> None:
    """Nobody answers: who owns the silence has tasks, and answers are none."""
    said = rates(**NEVER, steps={"send": {"silent": 1}})
    results = simulated(pathway, said)
    done = {row.name: row.done for row in results.steps}
    assert done["send: chase"] >= 60
    (answer,) = [row for row in results.steps if row.name == "send: answer"]
    assert (answer.done, answer.with_due, answer.late_share) == (0, 60, 1)


def test_who_answers_only_once_asked_again_has_answered(pathway: Pathway) -> None:
    """In the time that they were given anew; a request of which nothing came was never answered."""
    results = simulated(pathway, rates(**NEVER, steps={"send": {"silent": 0.5}}))
    (answer,) = [row for row in results.steps if row.name == "send: answer"]
    assert answer.with_due == 60
    assert answer.late_share == round((60 - answer.done) / 60, 4)


def test_fewer_people_make_longer_lines(
    pathway: Pathway,
) -> None:
    """A bottleneck shows as a line, as use of time and as waiting."""
    said = {"cases_a_week": 60, "usual": {**NEVER["usual"], "wait": "1 hour"}}
    few = simulated(pathway, rates(staff={DESK: 2}, **said), cases=120)
    many = simulated(pathway, rates(staff={DESK: 20}, **said), cases=120)
    desk_few, desk_many = (
        next(row for row in each.agencies if row.name == DESK) for each in (few, many)
    )
    assert desk_few.used_share > 5 * desk_many.used_share
    assert desk_few.line_longest > desk_many.line_longest
    assert (desk_few.line_days_p90 or 0) > (desk_many.line_days_p90 or 0)
    assert (desk_few.days_median or 0) > (desk_many.days_median or 0)


def test_a_case_that_nobody_can_work_on_in_time_stays_open(pathway: Pathway) -> None:
    """It is counted without an end, and what it had due is late."""
    said = rates(**NEVER, cases_a_week=1000, steps={"talk": {"minutes": 10_000}})
    results = simulated(pathway, said, cases=300)
    ends = {row.name: row.cases for row in results.ends}
    assert sum(ends.values()) == 300
    assert ends[""] > 0
    (talk,) = [row for row in results.steps if row.name == "talk"]
    assert talk.done < talk.with_due == 300
    assert (talk.late_share or 0) > 0.9


def test_numbers_of_people_that_nobody_says_are_named(pathway: Pathway) -> None:
    """A reader must see which lines rest on a guess."""
    results = simulated(pathway, rates(staff={DESK: 3}))
    assert HOME in results.guessed
    assert DESK not in results.guessed
    assert CARE not in results.guessed  # it had nothing to do


def test_a_registry_with_nobody_for_the_first_step_is_an_error(pathway: Pathway) -> None:
    """Said in words, with the remedy."""
    nobody = Registry((Agency(code=HOME, name="Partner", country="NG", roles=("partner",)),))
    with pytest.raises(EngineError, match="nobody_opens"):
        world.simulate(pathway, nobody, CALENDARS, Rates(rates="trial"), cases=1, seed=1)


def test_time_settled_late_leads_where_time_settled_at_once_leads(
    pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reminder waits for the next turn of its case: that changes nothing but the number of turns."""
    said = rates(usual={"silent": 0.4, "wait": "4 days"})
    seldom = simulated(pathway, said)
    monkeypatch.setattr(
        Waking, "next", lambda self, state: one.at if (one := state.next_clock()) else None
    )
    often = simulated(pathway, said)
    assert often.turns > seldom.turns
    assert msgspec.structs.replace(often, turns=0) == msgspec.structs.replace(seldom, turns=0)


@pytest.mark.parametrize("when", ["step.talk.overdue", "urgent = step.talk.overdue"])
def test_what_is_asked_whether_it_is_late_wakes_its_case(when: str) -> None:
    """On either side of a comparison."""
    text = PATHWAY.replace("data:\n", "data:\n  urgent: {yes_no}\n", 1)
    asking = text.replace(
        "look: {by: screener, manual: yes}",
        f"look: {{by: screener, not_before: 1 day, when: {when}, otherwise: skip}}",
    )
    asking = asking.replace("form: [risk, home_country]", "form: [risk, home_country, urgent]")
    trial = load_pathway(asking)
    act = c.OpenCase(code="CASE-1", country="GH")
    command = c.Command(act=act, agency=DESK, occurred_at=MONDAY, recorded_at=MONDAY)
    state = decide(trial, State(), command, REGISTRY, CALENDARS).state
    due = state.tasks["talk.1"].due_at
    assert due in {clock.at for clock in state.clocks.values()}
    late = {key: clock for key, clock in state.clocks.items() if clock.kind == "due"}
    assert Waking(trial).next(msgspec.structs.replace(state, clocks=late)) == due


def test_every_turn_of_a_simulation_can_be_replayed(
    pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the engine itself that decides: facts lead to the state."""

    def decided(pathway: Pathway, state: object, *rest: object) -> object:
        decision = decide(pathway, state, *rest)  # type: ignore[arg-type]
        assert replay(decision.facts, state) == decision.state  # type: ignore[arg-type]
        return decision

    monkeypatch.setattr(world, "decide", decided)
    assert simulated(pathway, rates(), cases=20).turns > 20


# chance


def test_a_draw_depends_on_its_names_alone() -> None:
    """Not on what was drawn before about something else."""
    other = Chance(1, 2, "other")
    before = Chance(1, 2, "wait").random()
    other.random()
    assert Chance(1, 2, "wait").random() == before
    assert Chance(1, 2, "wait").random() != Chance(1, 3, "wait").random()


def test_draws_are_spread_as_they_are_said_to_be() -> None:
    """Half of the waits are shorter than the median; words come by their weights."""
    waits = [Chance(n).around(10.0) for n in range(2000)]
    assert 0.45 < sum(each < 10 for each in waits) / 2000 < 0.55
    assert max(waits) <= 80
    words = [Chance(n, "w").weighted({"a": 3, "b": 1, "never": 0}) for n in range(2000)]
    assert 0.7 < words.count("a") / 2000 < 0.8
    assert "never" not in words


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.9, 4.0), (0.25, 1.0), (1.0, 4.0)])
def test_a_quantile_is_a_value_that_was_seen(share: float, expected: float) -> None:
    """The smallest that so many do not pass."""
    assert quantile([1.0, 2.0, 3.0, 4.0], share) == expected
    assert quantile([], share) is None


# people at work

FRIDAY = datetime(2026, 3, 6, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def office(zone: str = "UTC", *, every_day: bool = False) -> Hours:
    calendar = Edition(
        id="XX", country="GH", zone=zone, covers=(2025, 2027),
        weekends=(Weekend(since=datetime(2000, 1, 1).date(), days=frozenset({5, 6})),),
        holidays=(Holiday(day=at(9, 0).date()),),
    )  # fmt: skip
    return Hours(
        calendar=calendar,
        zone=zone,
        span=(8, 16),
        every_day=every_day,
        since=FRIDAY,
        until=FRIDAY + timedelta(days=30),
    )


def test_work_goes_on_in_the_hours_of_the_next_working_day() -> None:
    """Friday 15:00 and two hours of work: over the weekend and a holiday to Tuesday 9:00."""
    assert office().done(at(6, 15), 120) == at(10, 9)
    assert office(every_day=True).done(at(6, 15), 120) == at(7, 9)


def test_nobody_begins_outside_of_working_hours() -> None:
    """In the night the next morning is meant, and in hours the very moment."""
    assert office().next(at(6, 17)) == at(10, 8)
    assert office().next(at(6, 5)) == at(6, 8)
    assert office().next(at(6, 9)) == at(6, 9)
    assert office("Africa/Lagos").next(at(6, 16)) == at(10, 7)


def test_a_line_is_served_by_what_is_due_first() -> None:
    """What has no due moment counts as due thirty days after it could begin."""
    desk = Desk("GH-X", 1, office(), FRIDAY, at(20, 0))
    for name, due in (("later", at(20, 0)), ("none", None), ("sooner", at(7, 0))):
        desk.add(
            Waiting(case=1, about=name, agency="GH-X", opened=FRIDAY, ready=FRIDAY), due, at(6, 9)
        )
    assert [desk.take(at(6, 10)).about for _ in range(3)] == ["sooner", "later", "none"]
    assert desk.longest == 3


def test_lines_and_use_are_measured_while_cases_come() -> None:
    """Two of four days with three in line; four of eight hours of one day used."""
    desk = Desk("GH-X", 1, office(), FRIDAY, FRIDAY + timedelta(days=4))
    for number in range(3):
        waiting = Waiting(case=number, about="a", agency="GH-X", opened=FRIDAY, ready=FRIDAY)
        desk.add(waiting, None, FRIDAY)
    for _ in range(3):
        desk.take(FRIDAY + timedelta(days=2))
    desk.work(at(6, 8), 240)
    assert desk.mean_line == 1.5
    assert desk.used == 0.5  # Friday is the only day worked of the four
    desk.work(FRIDAY + timedelta(days=5), 240)
    assert desk.used == 0.5


def test_work_that_outlasts_the_time_that_is_measured_counts_until_then() -> None:
    """Begun one of its eight hours before the end, and not done for two days."""
    desk = Desk("GH-X", 1, office(), FRIDAY, at(6, 16))
    assert desk.work(at(6, 15), 600) == at(11, 9)
    assert desk.used == 1 / 8


def test_cases_come_evenly_and_in_working_hours(pathway: Pathway) -> None:
    """At the rate that is said, from the day that is said."""
    plan = Plan(pathway, REGISTRY, rates(cases_a_week=7, first="2026-03-02"), 70, 1)
    desks = plan.desks(CALENDARS, timedelta(days=1))
    opened = [each.at for each in plan.openings(desks)]
    assert plan.until - plan.since == timedelta(weeks=10)
    assert all(8 <= each.hour < 16 and each.weekday() < 5 for each in opened)
    assert min(opened) >= plan.since
    early = sum(each < plan.since + timedelta(weeks=5) for each in opened)
    assert 20 < early < 50


def test_calendars_reach_as_far_as_a_simulation_looks(pathway: Pathway) -> None:
    """A year before its first day, and beyond its horizon."""
    from engine.simulation.openings import years_of

    years = years_of(pathway, rates(first="2026-03-02", cases_a_week=10), 520, world.HORIZON)
    assert years[0] == 2025
    assert years[1] >= 2026 + 1 + 4


def test_an_empty_world_of_calendars_is_refused_in_words(pathway: Pathway) -> None:
    """Nothing is guessed where no calendar is in force."""
    with pytest.raises(EngineError, match="calendar"):
        world.simulate(pathway, REGISTRY, Calendars(), rates(), cases=1, seed=1)
