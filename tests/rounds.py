"""Cases in which time does most: a small pathway of reminders and silences, and its course.

A course is the same whoever settles and delivers: the embedded stack, whatever becomes of it, or this
process alone. So the one can be held against the other, entry by entry and letter by letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from casework import queries
from casework.acting import do
from casework.case_rows import CASES
from casework.context import Onward
from casework.driving import CaseDriving
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from engine import commands as c
from engine.turn_records import ENTRIES
from flows.backlog import work_off
from notifiers.memory import MemoryChannel, Sent
from tests.inside import whole_log
from tests.installations import (
    AGENCIES,
    CANARY,
    SCREEN,
    addresses,
    installation,
    move_clock,
    references,
)
from tests.principals import OPERATOR

ROUNDS = """\
pathway: rounds
version: 1
title: Ask and wait
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
  home: receiving_counterpart @ origin
data:
  full_name: {text, protected}
  home_country: {country, binds: origin}
consents:
  referral: {to: home, shows: [home_country], ask: "May we tell {agency} about you?"}
bases: {law: {ground: statutory, source: The law, to: [screener, manager]}}
stages:
  contact:
    steps:
      talk:
        by: screener
        form: [full_name, home_country]
        due: 24 hours
        late: [remind screener, after 24 hours tell manager]
      agree: {by: screener, after: talk, consent: referral, refused: end stays}
  passage:
    after: contact
    steps:
      ask_home:
        hand_over: home
        needs: consent.referral
        answer: 72 hours
        declined: end stays
        silent: end unanswered
    then: end settled
ends: {settled: success, stays: neutral, unanswered: neutral}
"""
TALKED_AFTER, SILENT_AFTER = 50, 73
"""Hours: reminded and told of, the screener talks at last; then the partner never answers."""
CHANNELS = (("GH-ONE", "email"), ("GH-ONE", "sms"), ("GH-TWO", "email"), ("NG-HOME", "email"))

Letter = tuple[str, str, str]
"""To whom, about what, and which notice of its case; what differs between cases left out."""


def prepare(onward: Onward) -> None:
    register(onward, AGENCIES, by=OPERATOR)
    publish_pathway(onward, ROUNDS, by=OPERATOR)


class Course:
    """Cases that are opened together and go the same way, by the clock of their installation.

    Args:
        settled: comes back once nothing is due in these cases, whoever sees to that.
    """

    def __init__(
        self, onward: Onward, count: int, settled: Callable[[tuple[str, ...]], None]
    ) -> None:
        self._onward, self._settled = onward, settled
        self.opened_at = onward.clock.now()
        self.codes = tuple(open_case(onward, "rounds", "GH", SCREEN).code for _ in range(count))

    def wait(self) -> None:
        self._settled(self.codes)

    def pass_hours(self, hours: int) -> None:
        """Each clock fires at its moment."""
        until = self._onward.clock.now() + timedelta(hours=hours)
        self.wait()
        while self._onward.clock.now() < until:
            move_clock(self._onward, min(self._next_moment() or until, until))
            self.wait()

    def talk(self) -> None:
        """The screener acts, and asks the partner with that."""
        self._talk(agreed=True)

    def _talk(self, *, agreed: bool) -> None:
        for code in self.codes:
            form = {"full_name": CANARY, "home_country": "NG"}
            do(self._onward, code, c.Complete(task="talk.1"), SCREEN, answers=form)
            do(self._onward, code, c.RecordConsent(task="agree.1", given=agreed), SCREEN)
        self.wait()

    def stay(self) -> None:
        """Its person agrees to nothing: that is an end too, and at once."""
        self._talk(agreed=False)

    def go_to_the_end(self) -> None:
        self.pass_hours(TALKED_AFTER)
        self.talk()
        self.pass_hours(SILENT_AFTER)

    def _next_moment(self) -> datetime | None:
        query = select(func.min(CASES.c.due_at)).where(CASES.c.code.in_(self.codes))
        with self._onward.store.read() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found

    def log(self, code: str) -> list[str]:
        """Every turn, with its moment and all its facts; the code of the case left out."""
        entries = whole_log(self._onward, code)
        return [ENTRIES.encode(each).decode().replace(code, "CODE") for each in entries]


def letter(to: str, subject: str, reference: str, known: Mapping[int, str]) -> Letter:
    """A letter, given the references of its case by number."""
    numbers = {each: f"CODE-{number}" for number, each in known.items()}
    return to, subject.replace(reference, numbers[reference]), numbers[reference]


class Untouched:
    """The course of one case with nothing in its way, in a store of its own."""

    def __init__(self, folder: Path, opened_at: datetime) -> None:
        channel = MemoryChannel()
        made = installation(
            f"sqlite:///{folder / 'untouched.db'}", folder, channel=channel, at=opened_at
        )
        onward = replace(made, addresses=addresses(*(" ".join(each) for each in CHANNELS)))
        driving = CaseDriving(onward)

        def settled(codes: tuple[str, ...]) -> None:
            assert work_off(driving, codes).failed == 0

        try:
            prepare(onward)
            course = Course(onward, 1, settled)
            course.go_to_the_end()
            (code,) = course.codes
            self.log = course.log(code)
            self.end = queries.case(onward, code, by=OPERATOR).state.end
            known = references(onward, code)
        finally:
            onward.close()
        self.letters = {letter(*_parts(each), known) for each in channel.sent}
        assert len(self.letters) == len(channel.sent)


def _parts(sent: Sent) -> tuple[str, str, str]:
    to = f"{sent.recipient.agency} {sent.recipient.channel}"
    return to, sent.message.subject, sent.reference
