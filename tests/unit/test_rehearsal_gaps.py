"""What the gap report says of requests, questions, open work, and what was tried in vain."""

from __future__ import annotations

import pytest

from engine.errors import Refusal
from engine.rehearsal.gaps import gaps_of
from engine.rehearsal.session import Rehearsal
from onward.rehearsal.gap_report import gap_lines
from tests.factories import CARE, DESK, HOME, HOME2, HOME3, lawful
from tests.unit.test_rehearsal import PATHWAY, asked, begun


@pytest.fixture
def rehearsal() -> Rehearsal:
    return begun(lawful(PATHWAY))


NO_MORE = PATHWAY.replace(
    "declined: end gone, silent: tell screener",
    'declined: "next receiver, at most 9", silent: tell screener',
).replace("{to: home, shows", "{to: home, any: yes, shows")


def test_a_no_is_listed_with_who_was_asked_next(rehearsal: Rehearsal) -> None:
    """Where nobody was, it is a gap."""
    asked(rehearsal).act("decline send for no_capacity", HOME)
    gaps = gaps_of(rehearsal)
    (declined,) = gaps.declined
    assert (declined.request, declined.agency, declined.reason) == ("send.1", HOME, "no_capacity")
    assert (declined.at, declined.next) == (rehearsal.now, "")
    assert (rehearsal.state.end, gaps.count) == ("gone", 2)  # with the judge that there is not
    other = asked(begun(lawful(NO_MORE)))
    other.act("decline send for no_capacity", HOME)
    (declined,) = gaps_of(other).declined
    assert declined.next == HOME2
    assert gaps_of(other).nobody_left == ()


def late_answer(word: str, silent: str) -> tuple[str, str, bool]:
    """What became of a silence, and of the request, once the receiver has done this about it."""
    text = PATHWAY.replace("silent: tell screener", f"silent: {silent}, wait_list: 2 weeks")
    text = text.replace("otherwise: end gone, decide", "otherwise: go on, decide")
    rehearsal = asked(begun(lawful(text)))
    rehearsal.jump("+10 days")
    rehearsal.act(f"{word} send", HOME)
    gaps = gaps_of(rehearsal)
    (silence,) = gaps.silences
    return silence.became, ",".join(each.request for each in gaps.unanswered), silence.is_gap


@pytest.mark.parametrize("word", ["see", "ask"])
def test_a_silence_is_not_over_once_the_receiver_looks_at_the_request(word: str) -> None:
    """Or asks back: whoever had to decide still has to."""
    assert late_answer(word, "tell screener") == ("nothing", "send.1", True)
    assert late_answer(word, "go on") == ("went_on", "send.1", True)


def test_a_silent_request_may_be_answered_or_put_on_a_list() -> None:
    """To be on a waiting list is no answer, but nobody has to decide about the silence any more."""
    assert late_answer("accept", "tell screener") == ("answered", "", False)
    assert late_answer("waitlist", "tell screener") == ("waiting", "send.1", False)


def test_nobody_left_to_ask_is_listed_with_who_saw_to_it() -> None:
    """After the last no; and what was decided about it, once it is."""
    rehearsal = asked(begun(lawful(NO_MORE)))
    for agency in (HOME, HOME2, HOME3):
        rehearsal.act("decline send for unsafe", agency)
    (left,) = gaps_of(rehearsal).nobody_left
    assert (left.step, left.owner, left.became) == ("send", DESK, "")
    rehearsal.act(f"complete {left.task} as give_up", DESK)
    assert gaps_of(rehearsal).nobody_left[0].became == "give_up"


FALLEN_BACK = """
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host]
roles: {screener: desk @ host, manager: care @ host, nobody: judge @ host}
stages:
  first:
    steps:
      send: {hand_over: nobody, by: screener, fall_back: [manager], answer: 5 working days,
             declined: "next receiver, at most 2", silent: tell screener}
      settle: {by: nobody, after: send, due: 1 month}
    then: end well
ends: {well: success, gone: neutral}
"""


def test_a_request_of_a_later_round_follows_up_nothing() -> None:
    """The step was over with the no, and is done again because of something else."""
    text = FALLEN_BACK.replace('declined: "next receiver, at most 2"', "declined: go on")
    text = text.replace("hand_over: nobody", "hand_over: manager")
    text = text.replace("fall_back: [manager], ", "").replace(", nobody: judge @ host", "")
    text = text.replace(
        "      settle: {by: nobody, after: send, due: 1 month}\n",
        "      settle: {by: screener, after: send,"
        ' decide: {again: "back to first, at most 2, then end gone", over: go on}}\n',
    )
    rehearsal = begun(lawful(text))
    rehearsal.act("offer send", DESK)
    rehearsal.act("decline send for no_capacity", CARE)
    count = gaps_of(rehearsal).count
    rehearsal.act("complete settle as again", DESK)
    assert gaps_of(rehearsal).count == count  # another thing to do, in place of one
    rehearsal.act("offer send", DESK)
    rehearsal.act("accept send", CARE)
    gaps = gaps_of(rehearsal)
    assert [each.next for each in gaps.declined] == [""]
    assert gaps.count == count


def test_who_was_fallen_back_upon_holds_the_role_by_its_yes() -> None:
    """Its tasks are not meant for a role that nobody could hold, though it is of another type."""
    rehearsal = begun(lawful(FALLEN_BACK))
    rehearsal.act("offer send", DESK)
    rehearsal.act("accept send", CARE)
    assert rehearsal.state.tasks["settle.1"].agency == CARE
    assert gaps_of(rehearsal).fallen == ()


def test_a_request_that_could_go_to_nobody_is_listed_once() -> None:
    """Not also as work that is left open, unlike a request that somebody has still to send."""
    to_send = gaps_of(begun(lawful(FALLEN_BACK)))
    assert ([each.step for each in to_send.open], to_send.nobody_left) == (["send"], ())
    unsent = FALLEN_BACK.replace("by: screener, fall_back: [manager], ", "")
    to_nobody = gaps_of(begun(lawful(unsent)))
    assert (to_nobody.open, [each.step for each in to_nobody.nobody_left]) == ((), ["send"])


def test_a_question_that_nobody_answered_is_listed(rehearsal: Rehearsal) -> None:
    """Until the receiver has answered the request after all."""
    asked(rehearsal).act("ask send", HOME)
    (question,) = gaps_of(rehearsal).questions
    assert (question.request, question.agency, question.sender) == ("send.1", HOME, DESK)
    rehearsal.act("accept send", HOME)
    assert gaps_of(rehearsal).questions == ()


def test_work_that_is_left_open_is_listed(rehearsal: Rehearsal) -> None:
    """With its moment; what is late already stands elsewhere, and what is done nowhere."""
    assert [(each.task, each.agencies, each.rests) for each in gaps_of(rehearsal).open] == [
        ("talk.1", (DESK,), False)
    ]
    rehearsal.jump("+2 days")
    assert gaps_of(rehearsal).open == ()


def test_what_was_tried_in_vain_is_listed_and_is_no_gap(rehearsal: Rehearsal) -> None:
    """Not what somebody mistyped; and not what was tried at a moment that was taken back."""
    rehearsal.jump("+1 hour")
    count = gaps_of(rehearsal).count
    for words in ("give agree", "complet talk", "complete talk"):
        with pytest.raises(Refusal):
            rehearsal.act(words, DESK)
    gaps = gaps_of(rehearsal)
    (tried,) = gaps.tried
    assert (tried.words, str(tried.why)) == ("give agree", "refused.not_open.step step=agree")
    assert gaps.count == count
    rehearsal.undo()
    assert gaps_of(rehearsal).tried == ()


def test_the_report_says_each_kind_of_gap() -> None:
    """In words that may be read out."""
    rehearsal = asked(begun(lawful(NO_MORE)))
    rehearsal.act("ask send", HOME)
    rehearsal.act("decline send for unsafe", HOME)
    rehearsal.act("ask send", HOME2)
    text = "\n".join(gap_lines(gaps_of(rehearsal)))
    assert (
        f"Requests that were declined\n  {HOME} declined send.1 (unsafe), Mon 2026-03-02 09:00;"
        f" {HOME2} was asked next" in text
    )
    assert (
        f"Agencies that asked for more information but never answered the request\n"
        f"  {HOME2} asked {DESK} about send.2" in text
    )
    assert f"Still to be done\n  {DESK}: third.1, no set day" in text
