"""Rehearsal: moves and their undoing, the gaps that are seen, and a workshop that becomes a test."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine import commands as c
from engine.choices import choices
from engine.errors import EngineError, Refusal
from engine.loads import NO_LOADS
from engine.pathway import Pathway
from engine.rehearsal.gaps import gaps_of
from engine.rehearsal.phrases import form_to, may_do, phrase_of
from engine.rehearsal.session import Rehearsal
from engine.rehearsal.writing import as_scenario, scenario_file
from engine.scenarios import Expect, Play, load_scenarios
from engine.scenarios.beginnings import Opening
from engine.verbs import act_of
from onward.rehearsal.lines import WrittenLines
from onward.rehearsal.loop import Workshop
from tests.factories import CALENDARS, CARE, DESK, HOME, MONDAY, REGISTRY, lawful
from tests.told import refused_with
from wording.sentences import in_words

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
  nobody: judge @ host
data:
  note: {text}
  risk: {choice: [low, medium, high], ordered}
  visits: {number}
  home_country: {country, binds: origin}
consents:
  referral: {to: home, shows: [risk], ask: "May we tell {agency}?", withdrawn: end gone}
stages:
  first:
    steps:
      talk: {by: screener, form: [note, risk, visits?, home_country], due: 24 hours}
      agree: {by: screener, after: talk, consent: referral, refused: end gone}
      send: {hand_over: home, after: agree, needs: consent.referral, answer: 5 working days,
             declined: end gone, silent: tell screener}
      settle: {by: home, after: send, when: hand_over.send.accepted and risk < high,
               otherwise: end gone, decide: {well: end well, badly: end gone}, due: 1 month}
      third: {by: nobody, after: talk, optional: yes}
      plan: {by: manager, manual: yes}
interrupts:
  leaves: {raised_by: [screener, home], then: end gone}
ends: {well: success, gone: neutral}
"""
SOUND = PATHWAY.replace("  nobody: judge @ host\n", "").replace(
    "      third: {by: nobody, after: talk, optional: yes}\n", ""
)
"""The same, with an agency for every role."""
ANSWERS: dict[str, object] = {"note": "Text", "risk": "low", "home_country": "NG"}


@pytest.fixture(name="pathway", scope="module")
def _pathway() -> Pathway:
    return lawful(PATHWAY)


@pytest.fixture(name="rehearsal")
def _rehearsal(pathway: Pathway) -> Rehearsal:
    return begun(pathway)


def begun(pathway: Pathway, *plays: Play) -> Rehearsal:
    opening = Opening(MONDAY, DESK, "GH", {}, NO_LOADS)
    return Rehearsal(pathway, REGISTRY, CALENDARS, opening, plays)


def asked(rehearsal: Rehearsal) -> Rehearsal:
    """The partner has a request."""
    rehearsal.act("complete talk", DESK, ANSWERS)
    rehearsal.act("give agree", DESK)
    return rehearsal


# moves


def test_a_move_is_shown_with_what_it_led_to(rehearsal: Rehearsal) -> None:
    """Facts, notices, and the state after it."""
    moment = rehearsal.act("complete talk", DESK, ANSWERS)
    assert {task.step for task in moment.state.open_tasks()} == {"agree", "third"}
    assert [(each.owed.agency, each.owed.kind) for each in moment.notices] == [
        (DESK, "task_assigned")
    ] * 2


def test_what_is_refused_leaves_nothing_behind(rehearsal: Rehearsal) -> None:
    """Neither in the moments nor in the case."""
    before = rehearsal.state
    with pytest.raises(Refusal, match=r"not_yours\.another") as refused:
        rehearsal.act("complete talk", CARE, ANSWERS)
    assert refused.value.reason == "not_yours"
    assert rehearsal.state == before
    assert rehearsal.moments == []


def test_undo_takes_back_one_move_after_the_other(rehearsal: Rehearsal) -> None:
    """The case stands as it did, and the clock too; before the first there is nothing."""
    first = rehearsal.state
    rehearsal.act("complete talk", DESK, ANSWERS)
    after_talk, at = rehearsal.state, rehearsal.now
    rehearsal.jump("+3 days")
    assert rehearsal.now == at + timedelta(days=3)
    rehearsal.undo()
    assert (rehearsal.state, rehearsal.now) == (after_talk, at)
    rehearsal.undo()
    assert rehearsal.state == first
    with pytest.raises(Refusal, match="nothing_done"):
        rehearsal.undo()


def test_what_nobody_knew_stays_in_the_report_when_time_is_taken_back(rehearsal: Rehearsal) -> None:
    """But not with a moment, or a task, that has not come."""
    rehearsal.say_stuck(DESK, "Before?")
    asked(rehearsal)
    rehearsal.jump("+3 days")
    rehearsal.say_stuck(HOME, "After?")
    assert rehearsal.stuck[1].open == ("send",)
    for _ in range(3):
        rehearsal.undo()
    assert [(each.at, each.words) for each in rehearsal.stuck] == [
        (MONDAY, "Before?"),
        (MONDAY, "After?"),
    ]


def test_time_does_not_run_backwards(rehearsal: Rehearsal) -> None:
    """A jump into the past is refused and leaves the clock alone."""
    with pytest.raises(Refusal, match=r"not_possible\.backwards now=2026-03-02 09:00:00"):
        rehearsal.jump(MONDAY - timedelta(days=1))
    assert rehearsal.now == MONDAY


def test_a_rehearsal_may_begin_where_a_scenario_stands(pathway: Pathway) -> None:
    """What was played before is no move of the workshop: undo does not reach it."""
    talk = Play(at=MONDAY, by=DESK, do="complete talk", answers=ANSWERS)
    refused = Play(at=MONDAY, by=CARE, do="give agree", expect=Expect(refused="not_yours"))
    rehearsal = begun(pathway, talk, refused)
    assert rehearsal.state.steps["agree"] == "open"
    with pytest.raises(Refusal, match="nothing_done"):
        rehearsal.undo()
    with pytest.raises(Refusal, match=r"not_yours\.another"):
        begun(pathway, talk, Play(at=MONDAY, by=CARE, do="give agree"))


# phrases


def test_each_phrase_means_the_act_that_it_stands_for(rehearsal: Rehearsal) -> None:
    """Whatever an agency may do can be said, and means just that, all along a case."""
    pathway, moves = rehearsal.pathway, ["complete talk", "give agree", "accept send"]
    for move in (*moves, "complete settle as well"):
        state = rehearsal.state
        for choice in choices(rehearsal.view, lambda about, name, field: None):
            text = "".join(phrase_of(choice, pathway, state))
            act = act_of(text, {}, pathway, state, choice.agency)
            if not isinstance(choice.act, c.RecordConsent):  # how it was asked is not said
                assert act == choice.act, text
        agency = HOME if move.startswith(("accept", "complete settle")) else DESK
        rehearsal.act(move, agency, ANSWERS if move == "complete talk" else None)
    assert rehearsal.state.end == "well"


def test_what_an_agency_may_do_is_said_in_few_lines(rehearsal: Rehearsal) -> None:
    """Words that may stand last stand beside each other."""
    asked(rehearsal)
    assert may_do(rehearsal.view, HOME) == [
        "accept send",
        "accept send as conditions",
        "decline send for no_capacity|outside_mandate|conflict_of_interest|unsafe|other",
        "see send",
        "ask send",
        "withdraw referral",
        "raise leaves",
    ]
    assert may_do(rehearsal.view, CARE) == []


def test_only_what_has_a_form_asks_for_one(rehearsal: Rehearsal) -> None:
    """A `complete` of a task with a form; nothing else."""
    pathway, state = rehearsal.pathway, rehearsal.state
    names = [each.name for each in form_to("complete talk", pathway, state, DESK)]
    assert names == ["note", "risk", "visits", "home_country"]
    assert form_to("raise leaves", pathway, state, DESK) == ()
    assert form_to("complete settle", pathway, state, DESK) == ()


# why


def test_why_says_what_a_step_waits_for(rehearsal: Rehearsal) -> None:
    """The same explanation as that of a real case."""
    (waits,) = rehearsal.why("settle").waits_for
    assert in_words(waits.said) == "it comes after send (not open yet)"
    found = asked(rehearsal).why("send")
    assert in_words(found.is_now) == "open: send.1"
    assert {count.kind for count in found.counts} == {"answer"}
    assert rehearsal.why("").waits_for


def test_why_of_an_unknown_part_names_what_may_be_meant(rehearsal: Rehearsal) -> None:
    """As a refusal."""
    with pytest.raises(Refusal, match=r"not_found\.part_near name=tolk near=talk"):
        rehearsal.why("tolk")


# gaps


def test_a_silence_is_a_gap_until_its_owner_decides(rehearsal: Rehearsal) -> None:
    """Owned by the screener; first nothing is done about it, then it is asked again."""
    asked(rehearsal).jump("+10 days")
    (silence,) = gaps_of(rehearsal).silences
    assert (silence.step, silence.agency, silence.owner) == ("send", HOME, DESK)
    assert (silence.became, silence.is_gap) == ("nothing", True)
    rehearsal.act("complete send.1.chase1 as wait_on", DESK)
    (silence,) = gaps_of(rehearsal).silences
    assert (silence.became, silence.is_gap) == ("wait_on", False)


def test_late_tasks_and_unanswered_requests_are_listed(rehearsal: Rehearsal) -> None:
    """With their agencies and moments."""
    rehearsal.jump("+2 days")
    rehearsal.act("complete talk", DESK, ANSWERS)
    rehearsal.act("give agree", DESK)
    gaps = gaps_of(rehearsal)
    assert [(each.task, each.agency, each.done_at) for each in gaps.late] == [
        ("talk.1", DESK, rehearsal.now)
    ]
    assert [(each.request, each.agency) for each in gaps.unanswered] == [("send.1", HOME)]


def test_a_role_that_nobody_holds_and_an_agency_that_nobody_played(rehearsal: Rehearsal) -> None:
    """The task for a judge fell to the desk; the partner was asked and sat at no table."""
    gaps = gaps_of(asked(rehearsal))
    assert [(each.role, each.agency) for each in gaps.fallen] == [("nobody", DESK)]
    assert gaps.unplayed == (HOME,)
    rehearsal.act("see send", HOME)
    assert gaps_of(rehearsal).unplayed == ()


def test_who_was_told_what_is_listed_in_order(rehearsal: Rehearsal) -> None:
    """From the opening on."""
    told = gaps_of(asked(rehearsal)).told
    assert [(each.agency, each.kind) for each in told][:1] == [(DESK, "task_assigned")]
    assert (told[-1].agency, told[-1].kind) == (HOME, "request_received")


def test_a_rehearsal_without_gaps_says_so(pathway: Pathway) -> None:
    """Nothing is invented."""
    rehearsal = asked(begun(lawful(SOUND)))
    rehearsal.act("accept send", HOME)
    rehearsal.act("complete settle as well", HOME)
    assert gaps_of(rehearsal).count == 0


# saving


def test_a_rehearsal_becomes_a_scenario_that_passes(rehearsal: Rehearsal) -> None:
    """And fails as soon as what was seen then is not seen any more."""
    asked(rehearsal).jump("+10 days")
    rehearsal.act("complete send.1.chase1 as give_up", DESK, person="staff-2")
    text = scenario_file("", "t.yaml", "trial", "a_try", as_scenario(rehearsal, "A try"))
    scenarios = load_scenarios(text)
    assert scenarios.play("a_try", rehearsal.pathway, REGISTRY, CALENDARS).misses == ()
    assert scenarios.file.cases["a_try"].play[-1].person == "staff-2"
    changed = lawful(PATHWAY.replace("answer: 5 working days", "answer: 9 working days"))
    assert scenarios.play("a_try", changed, REGISTRY, CALENDARS).misses


def test_what_stands_in_a_scenario_file_is_not_touched(rehearsal: Rehearsal) -> None:
    """Comments, order and margins stay; the new case comes behind the others."""
    there = "# Ours.\nscenarios: trial\ncases:\n    one:  # first\n        opened: 2026-03-02 09:00\n        by: GH-DESK\n        country: GH\n        play: []\n"
    text = scenario_file(there, "t.yaml", "trial", "two", as_scenario(asked(rehearsal), "Two"))
    assert text.startswith(there)
    assert list(load_scenarios(text).names) == ["one", "two"]


@pytest.mark.parametrize("end", ["cases:\n", "cases:   # none so far\n\n  # not yet\n"])
def test_a_file_may_have_no_case_so_far(rehearsal: Rehearsal, end: str) -> None:
    there = f"scenarios: trial\n{end}"
    text = scenario_file(there, "t.yaml", "trial", "one", as_scenario(asked(rehearsal), "One"))
    assert text.startswith(there.rstrip())
    assert list(load_scenarios(text).names) == ["one"]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("scenarios: trial\ncases:\n  one: {}\n", "one", "already"),
        ("cases:\n  one: {}\nscenarios: trial\n", "two", "does not end with its `cases`"),
        ("scenarios: trial\ncases: {}\n", "two", "does not end with its `cases`"),
        ("scenarios: trial\n", "two", "does not end with its `cases`"),
        ("{}\n", "two", "does not end with its `cases`"),
        ("", "Not A Name", "is not a name"),
    ],
)
def test_a_case_that_cannot_be_added_is_refused(
    rehearsal: Rehearsal, text: str, name: str, said: str
) -> None:
    """Nothing is overwritten."""
    with refused_with(EngineError, match=said):
        scenario_file(text, "t.yaml", "trial", name, as_scenario(rehearsal, "Try"))


# the loop


def played(pathway: Pathway, folder: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> str:
    Workshop(begun(pathway), WrittenLines(lines), folder / "trial.scenarios.yaml").run()
    return capsys.readouterr().out


def test_a_workshop_is_led_by_lines_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Forms are asked for, mistakes are answered, the clock jumps, a case is saved."""
    pathway = lawful(SOUND)
    said = played(
        pathway, tmp_path, capsys,
        "complete talk", "lo", "low", "", "NG",
        "give agree", "jump to next", f"as {HOME}", "accept send",
        "stuck Who meets them?", "complete settle as well", "save a_try",
        "save b_try /proc/nowhere/x", "gaps", "quit",
    )  # fmt: skip
    assert "note: protected" in said
    assert "risk: this is not one of low, medium, high" in said
    assert "end: well" in said
    assert "  no: /proc/nowhere/x cannot be written: there is no folder /proc/nowhere\n" in said
    assert "NG-HOME, Mon 2026-03-09 23:59: Who meets them? (open: settle)" in said
    scenarios = load_scenarios((tmp_path / "trial.scenarios.yaml").read_text())
    assert scenarios.play("a_try", pathway, REGISTRY, CALENDARS).misses == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "complete talk risk=lo note=x home_country=NG visits=2",
            "risk: this is not one of low, medium, high",
        ),
        ("dance", "`dance` is not a command of the rehearsal"),
        ("as GH-NONE", "there is no agency GH-NONE"),
        ("jump to yesterday", "is not a time to jump to"),
        ("jump to 2026-13-01 09:00", "is not a date and time"),
        ("jump to 9999-12-31T23:59-01:00", "check the day, the hour and the UTC offset"),
        ("jump to 2026-03-05 09.30", "write `2026-03-05 09:30`"),
        ("jump to 2020-01-01 09:00", "backwards"),
        ("jump to 9999-01-01", "the calendars of a rehearsal end on"),
        ("gaps /proc/nowhere/x", "/proc/nowhere/x cannot be written: there is no folder"),
        ("why tolk", "did you mean talk"),
        ("stuck", "say what you are stuck on"),
        ("undo", "nothing has been done"),
        ("save", "is not a name"),
        ("complete settle", "settle has no open task"),
    ],
)
def test_a_line_that_cannot_be_followed_is_answered_and_the_rehearsal_goes_on(
    pathway: Pathway, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    """Never a traceback; the next line is read."""
    told = played(pathway, tmp_path, capsys, line, "what")
    assert said in told
    assert "GH-DESK may now:" in told


def test_a_form_that_ends_in_the_middle_is_no_answer(
    pathway: Pathway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines are over: the report comes all the same."""
    said = played(pathway, tmp_path, capsys, "complete talk", "low")
    assert "is not answered" in said
    assert "Gap report" in said
