"""How many scenario steps a second one core plays, on a pathway of twenty steps.

A step is a turn: what is due is settled, the act is done, everything that follows opens, and what
was expected is compared. The pathway has what real ones have: due moments with ladders, forms,
conditions, a consent, a request over a border, parallel tracks, a floor.

Run it alone: `python -m tests.benchmarks.scenario_steps`; as a test: `pytest` with its path.
"""

from __future__ import annotations

from statistics import median
from time import process_time

from engine.loader import load_pathway
from engine.scenarios import load_scenarios
from tests.factories import CALENDARS, HEAD, REGISTRY, TELL_HOME

AT_LEAST = 2000
"""Steps a second on one core."""
ROUNDS = 7
SECONDS = 0.5
"""How long a round is, at least."""

TRACKS = "".join(
    f"""
      {track}_1:
        by: manager
        form: [risk]
        due: 5 working days
        late: [remind manager, after 2 days tell screener]
      {track}_2: {{by: manager, after: {track}_1, when: risk < high, otherwise: skip, due: 2 weeks}}
      {track}_3: {{by: screener, after: {track}_2, optional: yes, due: 1 month}}
      {track}_4: {{by: manager, after: {track}_2, form: [married?]}}"""
    for track in ("care", "advice", "skills")
)
PATHWAY = f"""{HEAD}
consents:
  {TELL_HOME}
stages:
  start:
    steps:
      talk: {{by: screener, form: [home_country, risk], due: 24 hours, late: [remind screener]}}
      agree: {{by: screener, after: talk, consent: tell_home, refused: end stays}}
      ask_home:
        hand_over: home
        after: agree
        needs: consent.tell_home
        seen: 2 working days
        answer: 15 working days
        declined: end stays
        silent: tell manager
  tracks:
    after: start
    when: risk < high
    otherwise: end stays
    steps:{TRACKS}
  return:
    after: tracks
    steps:
      ready: {{by: manager, not_before: 72 hours after ask_home.accepted, due: 3 days}}
      weigh: {{by: manager, after: ready, decide: {{go: go on, wait: tell screener}}}}
      travel:
        by: manager
        after: weigh
        when: decision.weigh = go
        otherwise: end stays
        arrival: {{confirmed_by: home, within: 24 hours, missing: tell manager}}
      settle: {{by: home, after: travel, due: 1 month, late: [after 1 week tell home]}}
      close: {{by: home, after: settle, due: 10 working days}}
    then: end done
interrupts:
  leaves: {{raised_by: screener, then: end gone}}
"""
DONE = ", answers: {risk: low}"
_PLAYS = [
    ("GH-DESK", "complete talk, answers: {home_country: NG, risk: low}", "open: [agree]"),
    ("GH-DESK", "give agree", "holds: consent.tell_home.given"),
    ("NG-HOME", "see ask_home", "open: [ask_home]"),
    (
        "NG-HOME",
        "accept ask_home",
        "told: {GH-DESK: [answer_received]}",
    ),
    *[
        (agency, f"complete {track}_{number}{answers}", "responsible: GH-DESK")
        for track in ("care", "advice", "skills")
        for number, agency, answers in (
            (1, "GH-CARE", DONE),
            (2, "GH-CARE", ""),
            (3, "GH-DESK", ""),
            (4, "GH-CARE", ""),
        )
    ],
    ("", "", "open: [ready]"),
    ("GH-CARE", "complete ready", "open: [weigh]"),
    ("GH-CARE", "complete weigh as go", "holds: decision.weigh = go"),
    ("GH-CARE", "complete travel", "agency: {travel: NG-HOME}"),
    ("NG-HOME", "arrive travel", "responsible: NG-HOME"),
    ("NG-HOME", "complete settle", "open: [close]"),
    ("NG-HOME", "complete close", "end: done"),
]
SCENARIOS = """
scenarios: trial
cases:
  all_the_way:
    opened: 2026-03-02 09:00
    by: GH-DESK
    country: GH
    play:
""" + "".join(
    f"      - {{at: +1 hours, by: {by}, do: {do}, expect: {{{expect}}}}}\n"
    if do
    else f"      - {{at: +3 days, expect: {{{expect}}}}}\n"
    for by, do, expect in _PLAYS
)


def steps_per_second() -> list[float]:
    """Of each round; the CPU time of this process is counted, other processes are not."""
    pathway = load_pathway(PATHWAY, "trial.yaml")
    scenarios = load_scenarios(SCENARIOS, "trial.scenarios.yaml")
    steps = sum(len(stage.steps) for stage in pathway.definition.stages.values())
    assert steps == 20
    rates = []
    for _ in range(ROUNDS):
        played, start = 0, process_time()
        while process_time() - start < SECONDS:
            result = scenarios.play("all_the_way", pathway, REGISTRY, CALENDARS)
            assert result.misses == ()
            played += len(result.decisions)
        rates.append(played / (process_time() - start))
    return rates


def test_a_core_plays_enough_scenario_steps_a_second() -> None:
    """So that a library of pathways is tried in seconds."""
    assert median(steps_per_second()) >= AT_LEAST


if __name__ == "__main__":
    found = steps_per_second()
    print(
        f"{median(found):.0f} scenario steps a second (of {ROUNDS} rounds: "
        f"{min(found):.0f} to {max(found):.0f}); at least {AT_LEAST}"
    )
