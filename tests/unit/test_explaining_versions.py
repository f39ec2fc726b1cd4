"""`explain` of a case that was moved, and of one that has ended."""

from __future__ import annotations

from collections.abc import Mapping

from engine import commands as c
from engine.agencies.registry import Agency, Registry
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.loader import load_pathway
from engine.migrating import Before, MoveTarget, revert, weigh
from engine.migrating import Surroundings as Reference
from engine.pathway import Pathway
from engine.versions.renames import renames
from engine.view import View
from tests.factories import CALENDARS, CARE, DESK, HEAD, REGISTRY, TELL_HOME, Case, with_law
from wording.sentences import in_words

LAW = """
stages:
  start:
    steps:
      talk: {by: screener, form: [risk, home_country], due: 2 days}
      help: {by: manager, after: talk, when: risk < high, otherwise: skip, due: 5 days}
      guard: {by: manager, after: talk, when: risk = high, otherwise: skip}
      look: {by: manager, after: talk, due: 20 days}
    then: end done
"""
CHANGES = (
    ("      help: {", "      support: {was: help, "),
    ("when: risk < high", "when: risk = high"),
    ("when: risk = high, otherwise: skip}", "when: risk < medium, otherwise: skip}"),
)
REFERENCE = Reference(REGISTRY, CALENDARS)


def second() -> Pathway:
    return changed(LAW, *reversed(CHANGES))


def changed(body: str, *changes: tuple[str, str], head: str = HEAD, number: int = 2) -> Pathway:
    """A later version, to which running cases move."""
    text = head.replace("version: 1", f"version: {number}\nrunning_cases: migrate") + body
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return load_pathway(with_law(text))


def move(case: Case, new: Pathway) -> Pathway:
    """Move it; the version that it was on."""
    old = case.pathway
    onto = MoveTarget(new, renames(old.definition, new.definition))
    verdict = weigh(old, onto, case.state, case.now, REFERENCE)
    assert verdict.decision is not None, verdict.reasons
    case.facts += verdict.decision.facts
    case.state, case.pathway = verdict.decision.state, new
    return old


def why(case: Case, name: str, versions: Mapping[int, Pathway], agency: str = "") -> Explanation:
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    editions = {each.id: each for each in case.calendars.editions}
    return explain(
        CaseHistory(view.seen_by(agency or case.state.responsible), case.facts, editions, versions),
        name,
    )


def texts(found: Explanation) -> list[str]:
    return [in_words(each.said) for each in (*found.because, *found.waits_for)]


MOVED = "this was decided under version 1; the case has since moved to version 2"


def test_what_opened_before_a_move_is_explained_by_the_version_of_then() -> None:
    """By its own condition and in its own words, though the step has another name now."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    old = move(case, second())
    for name in ("support", "support.1"):
        found = why(case, name, {1: old})
        assert MOVED in texts(found)
        assert "its condition held: risk is below high" in texts(found)
        (condition,) = [each.condition for each in found.because if each.condition]
        assert condition.holds is True
    assert why(case, "support.1", {1: old}).counts[0].steps, "a period that runs is counted still"


def test_what_was_passed_over_before_a_move_says_by_which_condition() -> None:
    """That of then, which was not so; by the one of now it would have opened."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    old = move(case, second())
    assert texts(why(case, "guard", {1: old})) == [
        "it was skipped",
        MOVED,
        "its condition did not hold: risk is high",
    ]


def test_what_opens_after_the_move_is_explained_by_the_version_of_now() -> None:
    """It says nothing of the one before."""
    case = Case(LAW)
    old = move(case, second())
    case.complete("talk.1", risk="high", home_country="NG")
    found = texts(why(case, "support.1", {1: old}))
    assert MOVED not in found
    assert "its condition held: risk is high" in found


def test_a_count_of_before_the_move_is_told_by_its_own_version() -> None:
    """Of a task that is done; the step's name has changed since."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    case.complete("help.1", CARE)
    old = move(case, second())
    (count,) = why(case, "support.1", {1: old}).counts
    assert (count.phrase, bool(count.steps)) == ("5 days", True)


FLOOR = """
stages:
  start:
    steps:
      talk: {by: screener, form: [risk, home_country]}
      look: {by: manager, due: 1 day}
      rest: {by: manager, after: talk, when: risk = low or step.look.overdue, otherwise: skip,
             not_before: 9 days after talk.done}
    then: end done
"""


def test_a_condition_that_was_read_again_as_its_step_opened_is_told_as_of_then() -> None:
    """Though a report that came late had made the step wait, and the step has another name now."""
    case = Case(FLOOR)
    talked = c.Complete(task="talk.1", answers={"risk": "low", "home_country": "NG"})
    case.do(talked, days=3, occurred=case.now)
    case.wait(days=9)
    assert case.state.steps["rest"] == "open"
    held = "its condition held: risk is low or look is or was overdue"
    assert held in texts(why(case, "rest", {}))
    old = move(case, changed(FLOOR, ("      rest: {", "      pause: {was: rest, ")))
    assert held in texts(why(case, "pause", {1: old}))


NAMES = """
stages:
  start:
    steps:
      talk: {by: screener, form: [risk, home_country]}
      agree: {by: screener, after: talk, consent: tell_home, refused: go on}
  away:
    after: start
    steps:
      care: {by: manager, one_of: help, when: risk = high}
      rest: {by: manager, one_of: help, when: risk < high}
      call: {by: manager, one_of: help}
      ask: {hand_over: home, by: screener, needs: consent.tell_home, not_before: 1 hour after talk.done,
            answer: 5 days, declined: end stays, silent: tell manager}
    then: end done
"""
RENAMED = (
    ("  tell_home: {", "  tell_them: {was: tell_home, "),
    ("consent: tell_home", "consent: tell_them"),
    ("consent.tell_home", "consent.tell_them"),
    ("  start:\n", "  begin:\n    was: start\n"),
    ("after: start", "after: begin"),
    ("  away:\n", "  abroad:\n    was: away\n"),
    ("talk: {", "interview: {was: talk, "),
    ("after: talk", "after: interview"),
    ("after talk.done", "after interview.done"),
    ("care: {", "support: {was: care, "),
    ("rest: {", "pause: {was: rest, "),
)


def renamed_after(*, given: bool) -> tuple[Case, dict[int, Pathway]]:
    """A case that was decided before all of this was renamed, and its former version."""
    case = Case(NAMES)
    case.complete("talk.1", risk="low", home_country="NG")
    case.do(c.RecordConsent(task="agree.1", given=given))
    case.wait(hours=2)
    asked = f"{HEAD}consents:\n  {TELL_HOME}\n"
    return case, {1: move(case, changed(NAMES, *RENAMED, head=asked))}


def test_what_has_another_name_now_is_named_as_it_is_now() -> None:
    """Steps, stages and consents of the version of then; the reader knows those of today."""
    case, versions = renamed_after(given=True)
    assert texts(why(case, "agree", versions))[1:] == [
        "its stage begin was entered",
        "it comes after interview: done",
    ]
    assert texts(why(case, "abroad", versions))[1:] == ["it comes after begin: ended"]
    chosen = "in the choice help, it is the first option whose condition held; skipped: support"
    assert chosen in texts(why(case, "pause", versions))
    assert "in the choice help, pause was taken" in texts(why(case, "call", versions))
    assert texts(why(case, "ask", versions))[1:] == [
        "its stage abroad was entered",
        "nothing comes before it in the pathway",
        "it needs the consent tell_them, which is in force",
        "the earliest time for it has come: 1 hour after the completion of interview",
    ]


ASKED = """
clocks:
  quiet: 2 days after talk.done
stages:
  start:
    steps:
      talk: {by: screener, form: [risk, born, home_country]}
      agree: {by: screener, after: talk, consent: tell_home, refused: go on}
      help: {by: manager, after: agree, otherwise: skip,
             when: risk < high and step.talk.done and consent.tell_home.given and not clock.quiet.reached}
      guard: {by: manager, after: talk, when: "risk = high or not born.answered", otherwise: skip}
    then: end done
"""
FIELDS_TOO = (
    ("  risk: {", "  danger: {was: risk, "),
    ("  born: {", "  birthday: {was: born, "),
    ("form: [risk, born,", "form: [danger, birthday,"),
    ("shows: [risk]", "shows: [danger]"),
    ("  tell_home: {", "  tell_them: {was: tell_home, "),
    ("consent: tell_home", "consent: tell_them"),
    ("  quiet: 2 days after talk", "  calm: {was: quiet, time: 2 days after interview"),
    ("interview.done\nstages", "interview.done}\nstages"),
    ("      talk: {", "      interview: {was: talk, "),
    ("after: talk", "after: interview"),
    (
        "when: risk < high and step.talk.done and consent.tell_home.given and not clock.quiet.reached",
        "when: danger < high and step.interview.done",
    ),
    ("risk = high or not born.answered", "danger = high"),
)


def test_a_condition_of_then_names_all_that_it_read_as_it_is_called_now() -> None:
    """Fields, steps, consents and clocks, each with its value of then."""
    case = Case(ASKED)
    case.complete("talk.1", risk="low", home_country="NG", born="2001-02-03")
    case.give("agree.1")
    asked = f"{HEAD}consents:\n  {TELL_HOME}\n"
    versions = {1: move(case, changed(ASKED, *FIELDS_TOO, head=asked))}
    (held,) = (each.condition for each in why(case, "help", versions).because if each.condition)
    assert held.text == (
        "danger < high and step.interview.done and consent.tell_them.given and not clock.calm.reached"
    )
    assert held.holds
    assert (held.known["danger"], held.known["clock.calm.reached"]) == ("low", False)
    assert "its condition did not hold: danger is high or birthday is not answered" in texts(
        why(case, "guard", versions)
    )


def test_a_consent_for_lack_of_which_a_step_was_skipped_is_named_as_it_is_now() -> None:
    case, versions = renamed_after(given=False)
    assert "it needs the consent tell_them: refused" in texts(why(case, "ask", versions))


def test_a_move_that_was_undone_never_was() -> None:
    """The way back leads to what the case was before it."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    was, new = case.state, second()
    old = move(case, new)
    command = c.Command(
        act=c.Revert(version=1), agency="", occurred_at=case.now, recorded_at=case.now
    )
    names = renames(old.definition, new.definition).back()
    decision = revert(new, MoveTarget(old, names), case.state, Before(was), command, REFERENCE)
    case.facts += decision.facts
    case.state, case.pathway = decision.state, old
    found = texts(why(case, "help.1", {1: old, 2: new}))
    assert "its condition held: risk is below high" in found
    assert not [text for text in found if "version" in text]


def test_who_may_not_see_a_condition_of_then_is_told_that_there_is_one() -> None:
    """Under the names of then as under those of now."""
    case = Case(LAW)
    case.complete("talk.1", risk="low", home_country="NG")
    assert case.state.responsible == DESK
    old = move(case, second())
    found = texts(why(case, "support.1", {1: old}, agency=CARE))
    assert "its condition held: it depends on something that is not shown to you" in found


def test_a_case_that_has_ended_says_when_how_and_from_what() -> None:
    """And nothing of it is open any more."""
    body = LAW.replace("due: 20 days}", "decide: {go: go on, stop: end stays}}")
    case = Case(body)
    case.complete("talk.1", risk="low", home_country="NG")
    case.do(c.Complete(task="look.1", outcome="stop"), CARE)
    found = why(case, "", {})
    assert in_words(found.is_now) == "ended: stays"
    assert texts(found) == [
        "it came to its end: stays (neutral)",
        "what led to that end: step look was done: stop",
    ]
    assert found.because[0].at == case.now
    assert in_words(why(case, "start", {}).is_now) == "open when the case ended"
    assert in_words(why(case, "help", {}).is_now) == "open when the case ended"
    whole = Case(LAW.replace("when: risk < high, otherwise: skip, ", "optional: yes, "))
    whole.complete("talk.1", risk="low", home_country="NG")
    whole.complete("look.1", CARE)
    assert texts(why(whole, "", {}))[1:] == ["what led to that end: stage start was done"]


ADVISED = Registry(
    (*REGISTRY.agencies, Agency(code="GH-LAW", name="Law", country="GH", roles=("lawyer",)))
)
HEAD_1 = HEAD.replace("  manager:", "  adviser: lawyer @ host\n  manager:")
TALKS = """
stages:
  start:
    steps:
      talk: {title: First talk, by: manager, due: 2 days, manual: true, repeat: {at_most: 3}}
      file: {by: adviser, after: talk, due: 3 days after talk.done}
      stay: {by: screener}
    then: end done
"""
TALK = "talk: {title: First talk, by: manager, due: 2 days, manual: true, repeat: {at_most: 3}}"
ADVICE = "talk: {title: Advice in law, by: adviser, manual: true, repeat: {at_most: 3}}"


def later(number: int, *changes: tuple[str, str]) -> Pathway:
    return changed(TALKS, *changes, head=HEAD_1, number=number)


def talked() -> Case:
    case = Case(TALKS, head=HEAD_1, registry=ADVISED)
    case.do(c.Start(step="talk"), DESK)
    case.complete("talk.1", CARE)
    case.complete("file.1", "GH-LAW")
    return case


def test_what_was_done_is_explained_in_its_own_words_though_another_step_has_its_name() -> None:
    """And by what opened it, not by what opened the other one."""
    case = talked()
    old = move(case, later(2, (TALK, ADVICE)))
    case.do(c.Start(step="talk"), DESK)
    assert case.task("talk.2").agency == "GH-LAW"
    found = why(case, "talk.1", {1: old}, CARE)
    assert found.title == "First talk"
    assert MOVED in texts(found)
    assert why(case, "talk.2", {1: old}, "GH-LAW").title == "Advice in law"


def test_a_count_of_before_has_the_id_of_today_and_shows_only_what_was_its_readers_then() -> None:
    """The name from which it was counted belongs to a step of the reader now, and did not then."""
    case = talked()
    one = move(case, later(2, ("talk: {title", "interview: {was: talk, title"), *AFTER))
    taken = (
        ("talk: {title", "interview: {title"),
        *AFTER,
        ("      stay:", f"      {ADVICE}\n      stay:"),
    )
    two = move(case, later(3, *taken))
    case.do(c.Start(step="talk"), DESK)
    versions = {1: one, 2: two}
    (count,) = why(case, "interview.1", versions, CARE).counts
    assert count.key == "interview.1:due"
    (count,) = why(case, "file.1", versions, "GH-LAW").counts
    assert (count.steps, count.anchors, count.phrase) == ((), {}, "")


AFTER = (("after: talk, due: 3 days after talk", "after: interview, due: 3 days after interview"),)


def test_what_has_since_taken_a_former_name_changes_nothing_of_what_held_then() -> None:
    """A field that had no answer is gone, and another one is called so today."""
    body = LAW.replace("[risk, ", "[risk, born?, ").replace(
        "when: risk = high,", 'when: "risk = high and not born.answered",'
    )
    case = Case(body)
    case.complete("talk.1", risk="high", home_country="NG")
    without = (line_of(HEAD, "  born:"), ""), ("[risk, born?, ", "[risk, ")
    second = changed(body, *without, ("risk = high and not born.answered", "risk = high"))
    taken = ("  risk: {", "  born: {was: risk, "), ("[risk, ", "[born, "), ("risk ", "born ")
    third = changed(LAW, *without[:1], *taken, number=3)
    versions = {1: move(case, second), 2: move(case, third)}
    (held,) = (each.condition for each in why(case, "guard", versions).because if each.condition)
    assert (held.text, held.holds) == ("born = high and not born.answered", True)


def line_of(text: str, beginning: str) -> str:
    (found,) = (each for each in text.splitlines(keepends=True) if each.startswith(beginning))
    return found
