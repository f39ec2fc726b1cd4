"""Whatever is shown or told of a case has cover at that instant, for that field and that recipient.

Held against `tests.promised_reading`, which knows the facts of the log and the text of the pathway alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from engine import commands as c
from engine import facts as f
from engine import sendable, visibility
from engine.acts.looking import IdentitySeen
from engine.decide import decide
from engine.errors import Refusal
from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.notice_kinds import FAREWELL
from engine.numbering import Work
from engine.pathway import Pathway
from engine.projection import seen
from engine.statuses import AGREED
from engine.view import View
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, HOME3
from tests.foreseen_plays import Document
from tests.foreseen_requests import TakenBack, moments
from tests.promised_reading import Ledger
from tests.random_documents import loaded
from tests.random_pathways import documents, pathways
from tests.random_plays import Play

AGENCIES = (DESK, CARE, CARE2, HOME, HOME2, HOME3, AWAY)
EDITIONS = {each.id: each for each in CALENDARS.editions}


class JudgedPlay(Play):
    """A case played by chance. Each fact is judged as it comes true, and what it shows after each act."""

    def __init__(self, trial: Pathway, chance: Random) -> None:
        self.ledger = Ledger(trial)
        self.owed: list[f.NoticeOwed] = []
        super().__init__(trial, chance)

    def _take(self, act: c.AnyAct, agency: str) -> None:
        before = len(self.turns)
        super()._take(act, agency)
        self.ledger.registry = self.registry
        for _, _, facts in self.turns[before:]:
            for fact in self.ledger.reading(facts, agency):
                self._judge(fact)
            self.owed += [each.owed for each in f.still_owed(facts)]

    def act(self, act: c.AnyAct, agency: str) -> None:
        """What is not left to chance."""
        self._take(act, agency)

    def _judge(self, fact: f.Fact) -> None:
        """What is told, and what is given to an agency and so stands in its lists."""
        ledger, now = self.ledger, self.now
        match fact:
            case f.NoticeOwed(agency=agency, kind=kind):
                told = agency in ledger.heard if kind in FAREWELL else ledger.may_know(agency, now)
                assert told, fact
            case f.TaskOpened(task=task):
                assert all(ledger.may_know(each, now) for each in task.agencies), fact
            case f.TaskAssigned(agency=agency):
                assert ledger.may_know(agency, now), fact
            case f.HandOverOffered(hand_over=asked):
                assert ledger.may_know(asked.agency, now), fact
                assert all(ledger.is_shown(asked.agency, each, now) for each in asked.shows), fact

    def _unasked(self) -> list[tuple[c.AnyAct, str]]:
        """More often than elsewhere something is taken back, or somebody is shut out."""
        taken = [each for each in self._refusals() if each[1]]
        return taken if taken and self.chance.random() < 0.4 else super()._unasked()

    def _refusals(self) -> Iterator[tuple[c.AnyAct, str]]:
        yield from super()._refusals()
        for name in self.state.consents:
            for each in AGENCIES:
                yield c.WithdrawConsent(consent=name, agency=each), self.state.responsible

    @property
    def view(self) -> View:
        return View(self.trial, self.state, self.now, self.registry, CALENDARS)


@settings(
    max_examples=60,
    phases=[Phase.generate],
)
@given(pathways(), st.integers(0, 2**32))
def test_whatever_is_shown_or_told_has_cover_at_that_instant(trial: Pathway, seed: int) -> None:
    """In lists, forms, requests, votes, looks, explanations and notices: of every agency, whatever the
    others do, and whoever comes and goes.
    """
    play = JudgedPlay(trial, Random(seed))
    for _ in range(25):
        look(play)
        play.settle()
        look(play)
        for agency in AGENCIES:
            look_at_the_person(play, agency)
        if play.state.status != "open":
            break
        play.move()
    play.now += timedelta(days=40)
    look(play)


class AskedPlay(TakenBack, JudgedPlay):
    """The same, in which somebody is asked."""


def test_who_said_yes_is_shown_nothing_after_the_end_once_the_consent_is_withdrawn() -> None:
    """A request that was accepted lets know of a case that is over only while its consents stand."""
    outlived = set[str]()

    @seeded(1)  # with it the plays reach all that is asked for below
    @settings(
        max_examples=60,
        database=None,
        phases=[Phase.generate],
    )
    @given(documents(asks=True), st.integers(0, 2**32))
    def withdraw(document: Document, seed: int) -> None:
        play = AskedPlay(loaded(document), Random(seed))
        for _ in moments(play):
            if any(each.status in AGREED for each in play.state.hand_overs.values()):
                break
        play.act(c.Raise(interrupt="stops"), play.state.responsible)
        for name in play.state.consents:
            play.act(c.WithdrawConsent(consent=name), play.state.responsible)
        look(play)
        if play.state.status == "ended":
            outlived.update(outlived_by(play))

    withdraw()
    assert outlived


def outlived_by(play: JudgedPlay) -> Iterator[str]:
    """Who said yes and may not know any more, though nothing bars it."""
    for asked in play.state.hand_overs.values():
        is_shut_out = play.view.is_shut_out(asked.agency)
        may_know = play.ledger.may_know(asked.agency, play.now)
        if asked.status in AGREED and not (is_shut_out or may_know):
            yield asked.agency


def look(play: JudgedPlay) -> None:
    """Whether what is due has happened yet or not: time alone ends a consent."""
    for agency in AGENCIES:
        look_at_case(play, agency)
        look_at_values(play, agency)
    others = {each for each in AGENCIES if each != play.state.responsible}
    knowing = [each for each in sorted(others) if play.ledger.may_know(each, play.now)]
    look_at_reasons(play, play.chance.choice(knowing or AGENCIES))
    look_at_letters(play)


def look_at_case(play: JudgedPlay, agency: str) -> None:
    """A case, its tasks and its requests, as one agency is shown them."""
    shown, ledger = seen(play.view.seen_by(agency)).state, play.ledger
    is_responsible = agency == ledger.state.responsible
    for stop in shown.stops.values():
        assert is_responsible or (agency == stop.agency and stop.of in ledger.heard), stop
    works = (*shown.tasks.values(), *shown.hand_overs.values())
    if is_responsible:
        return
    if not ledger.may_know(agency, play.now):
        assert (works, shown.data, shown.end, shown.responsible) == ((), {}, "", ""), agency
        assert shown.status == "new"
        return
    for task in shown.tasks.values():
        assert agency in task.agencies, task
    for asked in shown.hand_overs.values():
        assert agency in (asked.agency, asked.sender), asked
    assert (shown.consents, shown.links, shown.roles, shown.clocks) == ({}, {}, {}, {})


def look_at_values(play: JudgedPlay, agency: str) -> None:
    """Answers in a case, beside a task's form, beside a vote, and in a request."""
    view, ledger = play.view, play.ledger
    shown = seen(view.seen_by(agency)).state
    for name, value in shown.data.items():
        assert value == play.state.data[name]
        assert ledger.may_read(agency, name, play.now), (agency, name)
    names = {*visibility.open_answers(view, agency)}
    works: list[Work] = [*play.state.tasks.values(), *play.state.hand_overs.values()]
    for work in works:
        if visibility.is_of(work, agency):
            names |= {*visibility.may_read(view, agency, work)}
    for name in names:
        assert ledger.may_read(agency, name, play.now), (agency, name)


def look_at_the_person(play: JudgedPlay, agency: str) -> None:
    """What is protected is shown to whoever looks, and the log names it."""
    for name in _looked(play, agency):
        assert play.ledger.may_read(agency, name, play.now), (agency, name)


def _looked(play: JudgedPlay, agency: str) -> tuple[str, ...]:
    """What an agency that looks at the person is shown; nothing where that is refused."""
    look = c.Look(known=tuple(_stored(play)))
    command = c.Command(
        act=look, agency=agency, person="staff-x", occurred_at=play.now, recorded_at=play.now
    )
    try:
        facts = decide(play.trial, play.state, command, play.registry, CALENDARS).facts
    except Refusal:
        return ()
    return next(fact.fields for fact in facts if isinstance(fact, IdentitySeen))


def _stored(play: JudgedPlay) -> Iterator[str]:
    """Names of all that may be stored of the person: answers, and words behind acts."""
    yield from play.trial.definition.data
    for step in play.trial.steps:
        yield from (f"skipped {step}", f"opened {step}")
    for task in play.state.tasks:
        yield from (f"declined {task}", f"feedback {task}")
    for asked in play.state.hand_overs:
        yield from (f"{word} {asked}" for word in ("asked", "conditions", "declined"))


def look_at_reasons(play: JudgedPlay, agency: str) -> None:
    """An explanation names no answer without cover."""
    known = CaseHistory(play.view.seen_by(agency), play.facts, EDITIONS)
    fields = play.trial.definition.data
    for name in ("", *play.state.steps, *play.state.tasks, *play.state.hand_overs):
        try:
            shown = explain(known, name)
        except Refusal:
            continue
        assert play.ledger.may_know(agency, play.now)
        for named in _named(shown):
            field, _, rest = named.partition(".")
            is_told = rest == "answered" and agency == play.ledger.state.responsible
            if field in fields and not is_told:
                assert play.ledger.may_read(agency, field, play.now), (agency, name, named)


def _named(shown: Explanation) -> Iterator[str]:
    for reason in (*shown.because, *shown.waits_for):
        yield from reason.condition.known if reason.condition else ()
    for count in shown.counts:
        yield from count.anchors


def look_at_letters(play: JudgedPlay) -> None:
    """What was owed at any time leaves only to whoever may know of the case now."""
    view, ledger = play.view, play.ledger
    knew: Callable[[str], bool] = ledger.heard.__contains__
    for owed in play.owed:
        if not sendable.may_leave(view, owed, knew):
            continue
        if owed.kind in FAREWELL:
            assert owed.agency in ledger.heard, owed
            continue
        assert ledger.may_know(owed.agency, play.now), owed
        if owed.consent:
            assert ledger.is_given(owed.consent, play.now), owed
