"""A scenario says what it has seen wherever it is not what was expected, at its line."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from engine.agencies.registry import Agency, Registry
from engine.errors import DefinitionError
from engine.scenarios import Played, load_scenarios
from engine.time.calendars import Calendars, Edition, Weekend
from tests.factories import lawful
from tests.told import refused_with
from wording.sentences import placed, told

PATHWAY = lawful(
    """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, helper: legal_aid @ host}
data: {full_name: {text, protected}, urgent: {yes_no}, day: {date}}
consents: {referral: {to: helper, shows: [urgent], ask: "May we tell {agency}?"}}
stages:
  first:
    steps:
      talk: {by: desk, form: [full_name, urgent, day?], due: 2 working days}
      ask_person: {by: desk, after: talk, consent: referral, refused: end declined}
      refer: {hand_over: helper, by: desk, after: ask_person, needs: consent.referral, \
answer: 3 working days, declined: end declined, silent: tell desk}
    then: end done
ends: {done: success, declined: neutral}
"""
)
REGISTRY = Registry(
    (
        Agency(code="GH-DESK", name="Desk", country="GH", roles=("first_responder",)),
        Agency(code="GH-HELP", name="Helper", country="GH", roles=("legal_aid",)),
    )
)
WEEKENDS = (Weekend(date(2000, 1, 1), frozenset({5, 6})),)
CALENDARS = Calendars(
    (Edition(id="GH-1", country="GH", zone="Africa/Accra", covers=(2025, 2027), weekends=WEEKENDS),)
)
HEAD = """\
scenarios: visit
cases:
  one:
    opened: 2026-03-02 09:00
    by: GH-DESK
    country: GH
    play:
"""
TALK = (
    "      - {at: 2026-03-02 10:00, by: GH-DESK, do: complete talk, "
    "answers: {full_name: Person 1, urgent: no, day: 2026-03-09}%s}\n"
)
FIRST_LINE = HEAD.count("\n") + 1


def _play(text: str) -> Played:
    return load_scenarios(HEAD + text, "s.yaml").play("one", PATHWAY, REGISTRY, CALENDARS)


def _missed(expect: str) -> list[str]:
    return [placed(miss.problem) for miss in _play(TALK % f", expect: {{{expect}}}").misses]


@pytest.mark.parametrize(
    "expect",
    [
        "open: [ask_person]",
        "agency: {ask_person: GH-DESK}",
        "told: {GH-DESK: [task_assigned], GH-HELP: []}",
        "holds: urgent = no and full_name.answered and day.answered",
        "responsible: GH-DESK",
    ],
)
def test_what_is_seen_is_no_miss(expect: str) -> None:
    """An expectation that is met says nothing."""
    assert _missed(expect) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("open: [talk]", "open steps: ask_person, not talk"),
        ("agency: {ask_person: GH-HELP}", "agency of ask_person: GH-DESK, not GH-HELP"),
        ("due: {ask_person: 2026-03-04}", "ask_person is due at no moment, not 2026-03-04"),
        ("told: {GH-HELP: [reminder]}", "notices to GH-HELP: none, not reminder"),
        ("told: {GH-DESK: []}", "notices to GH-DESK: task_assigned, not none"),
        ("holds: urgent = yes", "`urgent = yes` does not hold"),
        ("holds: urgnt", "there is no `urgnt` here"),
        ("holds: urgent == yes", "equality is written `=` (write `=` instead of `==`)"),
        ("responsible: GH-HELP", "responsible: GH-DESK, not GH-HELP"),
        ("end: done", "end: none, not done"),
        ("refused: not_yours", "nothing was refused, but the refusal not_yours was expected"),
    ],
)
def test_what_is_not_seen_is_said_with_what_is(expect: str, said: str) -> None:
    """The miss stands at the line of the expectation."""
    (missed,) = _missed(expect)
    assert missed.startswith(f"s.yaml:{FIRST_LINE}:")
    assert said in missed


@pytest.mark.parametrize(
    ("do", "reason"),
    [
        ("finish talk", "not_understood"),
        ("complete", "not_understood"),
        ("complete refer", "not_open"),
        ("see refer", "not_open"),
        ("complete talk", "wrong_form"),
        ("raise storm", "not_found"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(do: str, reason: str) -> None:
    """A refusal may be expected, and is a miss where it is not."""
    act = f"      - {{at: 2026-03-02 10:00, by: GH-DESK, do: {do}%s}}\n"
    assert not _play(act % f", expect: {{refused: {reason}}}").misses
    (miss,) = _play(act % "").misses
    assert f"expect.refusal reason={reason} why=(refused.{reason}" in str(miss.problem)


def test_an_unknown_verb_is_answered_with_the_known_ones() -> None:
    """Who writes a wrong word reads the right one, or the nearest."""
    (miss,) = _play("      - {at: 2026-03-02 10:00, by: GH-DESK, do: finish talk}\n").misses
    assert "not_understood.verb verb=finish known=(known.some names=[no_show, " in str(miss.problem)
    (miss,) = _play(
        "      - {at: 2026-03-02 10:00, by: GH-DESK, do: finish talk}\n".replace(
            "finish", "complet"
        )
    ).misses
    assert "verb=complet known=(known.near near=complete)" in str(miss.problem)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("accept refer as maybe", "flag verb=accept behind=as maybe joint=as flag=conditions"),
        ("see refer as conditions", "behind verb=see behind=as conditions"),
        ("give ask_person as loudly", "behind verb=give behind=as loudly"),
        ("start storm for other", "behind verb=start behind=for other"),
        ("decline talk as unsafe", "joint verb=decline behind=as unsafe joint=for"),
        ("reassign talk", "whom verb=reassign joint=to whom=AGENCY"),
    ],
)
def test_a_word_that_means_nothing_is_not_passed_over(do: str, said: str) -> None:
    """Who wrote it meant something by it."""
    (miss,) = _play(f"      - {{at: 2026-03-02 10:00, by: GH-DESK, do: {do}}}\n").misses
    assert f"(refused.not_understood.{said})" in str(miss.problem)


def test_a_task_is_accepted_without_conditions() -> None:
    """Only a request has them."""
    (miss,) = _play(
        "      - {at: 2026-03-02 10:00, by: GH-DESK, do: accept talk as conditions}\n"
    ).misses
    assert "(refused.not_open.request step=talk)" in str(miss.problem)


@pytest.mark.parametrize("answer", ["[Person 1, Person 2]", "{first: Person 1}", "7", "true", "''"])
def test_a_protected_answer_is_looked_at_though_nobody_sees_it(answer: str) -> None:
    """A scenario that passes with it would say nothing of the real form."""
    text = (TALK % "").replace("full_name: Person 1", f"full_name: {answer}")
    (miss,) = _play(text).misses
    said = str(miss.problem)
    assert "why=(refused.wrong_form faults=[(form." in said
    assert "Person" not in said


def test_due_is_compared_as_far_as_it_is_written() -> None:
    """A day, or a day and a minute: 2 working days after Monday end with Wednesday."""
    at = "      - {at: 2026-03-02 09:30, expect: {due: {talk: %s}}}\n"
    for written in ("2026-03-04", '"2026-03-04 23:59"', '"2026-03-04 23:59:59"'):
        assert not _play(at % written).misses
    assert _play(at % '"2026-03-04 23:58"').misses


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("by: GH-DESK", "`by` needs a `do` (add `do:`, or leave `by` out)"),
        ("answers: {urgent: no}", "`answers` needs a `do` (add `do:`, or leave `answers` out)"),
        ("do: give ask_person", "this does not say who does the act (add `by:` and an agency)"),
    ],
)
def test_what_means_nothing_in_a_moment_is_not_passed_over(words: str, said: str) -> None:
    text = HEAD + f"      - {{at: 2026-03-02 09:30, {words}}}\n"
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(text, "s.yaml").require_names(PATHWAY, REGISTRY)
    assert said in told(refused.value)


def test_a_moment_may_be_counted_from_the_one_before() -> None:
    """`+1 working day` ends with the next working day, `+2 hours` in two hours."""
    text = (
        "      - {at: +1 working day, expect: {open: [talk]}}\n"
        "      - {at: +23 hours, expect: {told: {GH-DESK: []}}}\n"
        "      - {at: +2 hours, expect: {told: {GH-DESK: [reminder]}}}\n"
    )
    assert not _play(text).misses


@pytest.mark.parametrize(
    ("occurred", "refused"),
    [("+1 hour", False), ("+2 hours", False), ("+3 hours", True), ("+1 working day", True)],
)
def test_what_is_reported_late_may_be_counted_from_the_moment_before(
    occurred: str, refused: bool
) -> None:
    """As `at` is; counted from `at` itself, it would always lie in the future."""
    expect = "expect: {refused: wrong_moment}" if refused else "expect: {open: [ask_person]}"
    late = TALK.replace("2026-03-02 10:00", "+2 hours") % f", occurred_at: {occurred}, {expect}"
    assert _play("      - {at: 2026-03-02 13:00}\n" + late).misses == ()


def test_what_time_owed_counts_also_where_the_act_is_refused() -> None:
    """The task was due a day before; a stranger's act changes nothing of that."""
    text = (
        "      - {at: 2026-03-05 09:00, by: GH-HELP, do: complete talk, "
        "expect: {refused: not_yours, told: {GH-DESK: [reminder]}}}\n"
    )
    assert [placed(miss.problem) for miss in _play(text).misses] == []


def test_time_does_not_run_backwards() -> None:
    """A moment before the last one is a miss of its own."""
    (miss,) = _play("      - {at: 2026-03-01 10:00}\n").misses
    assert "time does not run backwards" in placed(miss.problem)


def test_a_silent_request_is_due_no_more_and_its_owner_has_a_task() -> None:
    """After 3 working days the request is silent; who owns the silence is shown with it."""
    text = (
        TALK % ""
        + "      - {at: +1 hour, by: GH-DESK, do: give ask_person}\n"
        + "      - {at: +1 hour, by: GH-DESK, do: offer refer, "
        + "expect: {agency: {refer: GH-HELP}, due: {refer: 2026-03-05}}}\n"
        + "      - {at: 2026-03-06 00:00, "
        + "expect: {agency: {refer: GH-DESK}, due: {refer: 2026-03-10}}}\n"
    )
    assert not _play(text).misses


@pytest.mark.parametrize("at", ["tomorrow", "+2 huors", "2026-03-32 09:00", "7"])
def test_every_fault_of_a_file_is_named_at_once(at: str) -> None:
    """A word that is unknown and a moment that cannot be read, each with a remedy."""
    with pytest.raises(DefinitionError) as refused:
        load_scenarios(HEAD + f"      - {{at: {at}, expect: {{opens: [talk]}}}}\n", "s.yaml")
    moment, word = map(placed, refused.value.problems)
    assert moment.startswith(f"s.yaml:{FIRST_LINE}:14: this is not a date and time (")
    assert "+2 days" in moment
    assert word.startswith(f"s.yaml:{FIRST_LINE}:")
    assert "unknown word `opens` (did you mean `open`?)" in word


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-04", "2026-03-04 23:59"),
        ("2026-03-05T01:30:00+02:00", "2026-03-04 23:59"),
        ("2026-03-04T23:30:00", "2026-03-04 23:59"),
        ('"2026-03-05T01:30+02:00"', "2026-03-04 23:59"),
    ],
)
def test_a_moment_is_read_however_it_is_written(at: str, due: str) -> None:
    """A day is its first moment; without a zone it is UTC."""
    assert not _play(
        f'      - {{at: {at}, expect: {{due: {{talk: "{due}"}}, open: [talk]}}}}\n'
    ).misses


def test_no_scenario_opens_a_case_before_its_pathway_is_in_effect() -> None:
    """As no agency could."""
    text = HEAD.replace("2026-03-02 09:00", "2025-12-31 09:00") + TALK % ""
    scenarios = load_scenarios(text, "visit.scenarios.yaml")
    with refused_with(DefinitionError, match="2026-01-01 or later"):
        scenarios.play("one", PATHWAY, REGISTRY, CALENDARS)
    with refused_with(DefinitionError, match=r":4:13: version 1 .* 2026-01-01"):
        scenarios.require_names(PATHWAY, REGISTRY)


def test_a_day_off_that_is_declared_late_moves_what_is_open() -> None:
    """As with a registry that is loaded while cases run; twice, and once for an unknown place."""
    late = "      - {at: 2026-03-02 11:00, holidays: {GH: [2026-03-03]}, expect: {due: {talk: 2026-03-05}}}\n"
    again = late.replace("11:00", "12:00").replace("03-03", "03-04").replace("03-05", "03-06")
    assert _play(late + again).misses == ()
    (miss,) = _play(late.replace("GH:", "FR:")).misses
    assert placed(miss.problem) == (
        f"s.yaml:{FIRST_LINE}:9: no calendar is in force for FR: add FR under `countries` in the"
        " registry file, and load that file"
    )


def test_a_day_that_the_registry_lists_as_worked_cannot_be_declared_off() -> None:
    """As no operator could; a part of the country that works then keeps working."""
    (whole,) = CALENDARS.editions
    works = replace(whole, worked=(date(2026, 3, 3),))
    part = replace(works, id="GH-AA-1", subdivision="AA")
    late = "      - {at: 2026-03-02 11:00, holidays: {GH: [2026-03-03]}}\n"
    scenarios = load_scenarios(HEAD + late, "s.yaml")
    (miss,) = scenarios.play("one", PATHWAY, REGISTRY, Calendars((works,))).misses
    assert placed(miss.problem) == (
        f"s.yaml:{FIRST_LINE}:9: the registry lists 2026-03-03 as worked in GH, so it is no holiday"
    )
    assert not scenarios.play("one", PATHWAY, REGISTRY, Calendars((whole, part))).misses


PANEL = lawful(
    """\
pathway: visit
version: 1
title: Visit
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, helper: legal_aid @ host}
stages:
  first:
    steps:
      write: {by: desk}
      approve:
        after: write
        when: role.desk.responsible and side.host.country = GH
        otherwise: end no
        panel: {members: [desk, helper], quorum: 2, agree: majority, chair: desk, \
chair_not_by: write, tied: back, no_quorum: back}
        decide: {fine: go on, back: end no}
        due: 3 days
    then: end done
ends: {done: success, no: neutral}
"""
)


def test_four_eyes_and_who_is_responsible_can_be_played() -> None:
    """By the persons that a scenario names, and as a condition that is expected to hold."""
    text = """\
      - {at: 2026-03-02 10:00, by: GH-DESK, person: ama, do: complete write, \
expect: {holds: role.desk.responsible and side.host.responsible}}
      - {at: +1 hour, by: GH-DESK, person: ama, do: complete approve as fine, \
expect: {refused: same_person}}
      - {at: +1 hour, by: GH-DESK, person: kofi, do: complete approve as fine}
      - {at: +1 hour, by: GH-HELP, person: ama, do: complete approve as fine, expect: {end: done}}
"""
    played = load_scenarios(HEAD + text, "s.yaml").play("one", PANEL, REGISTRY, CALENDARS)
    assert [placed(miss.problem) for miss in played.misses] == []
