"""What lists, requests, looks, explanations, links and notices show an agency, out of the store, is what
the one visibility says that it may see, and the log names it; values, links and whatever is told also have
the cover that is promised (`tests.promised_reading`); both stores.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from casework import links_shown, queries, request_lists, worklists
from casework.acting import do
from casework.context import Onward
from casework.delivering import claim_notices, deliver
from casework.explaining import explain
from casework.held_case import hold, view_of
from casework.picture import pages_for
from casework.principal import Principal
from casework.publishing import publish_pathway
from casework.registering import register
from casework.request_view import request
from casework.turn import take
from engine import commands as c
from engine import facts as f
from engine import numbering, visibility
from engine.acts.linking import AlertHeard
from engine.acts.looking import IdentitySeen
from engine.drawing.overview import pages_of
from engine.drawing.pages import for_bystanders
from engine.errors import Refusal
from engine.explaining.reasons import Explanation
from engine.four_eyes import field_of
from engine.notice_kinds import FAREWELL
from engine.numbering import whose
from engine.state import HandOver, State, StopTask, Task
from engine.statuses import CAME_TO_NOTHING, FOR_RECEIVER, OVER_FOR_SENDER
from engine.view import View
from notifiers.memory import MemoryChannel
from tests.factories import DESK, MONDAY
from tests.foreseen_requests import Met, TakenBack, foreseen, met_in, moments
from tests.inside import whole_log
from tests.installations import AGENCIES as TRIAL_AGENCIES
from tests.installations import (
    PATHWAY,
    START,
    addresses,
    asked_home,
    installation,
    move_clock,
    references,
)
from tests.principals import OPERATOR, TIME, staff
from tests.promised_reading import Ledger
from tests.stored_plays import AGENCIES, StoredPlay
from wording.sentences import in_words

PLAYS = {"sqlite": None, "postgr": 2}
LOST = {Met.KEPT, Met.BARRED}
Looks = set[tuple[str, bool]]
"""At what somebody has looked, or what was to be sent, and whether it was shown."""
LOOKS = {
    (what, is_shown)
    for what in ("request", "person", "explanation", "links", "pictures", "notice")
    for is_shown in (True, False)
} - {("notice", False)}
"""A notice that is kept back is sought too long here; the next test has one."""


class Now:
    """Two linked cases at one moment; who looks changes nothing of what may be seen."""

    def __init__(self, onward: Onward, play: StoredPlay, beside: StoredPlay) -> None:
        self.onward, self.code, self.other = onward, play.code, beside.code
        self.trial = play.trial
        self.view, self.there = view_now(onward, play.code), view_now(onward, beside.code)
        self.ledger, self.ledger_there = ledger_of(onward, play), ledger_of(onward, beside)


class StoredTakenBack(TakenBack, StoredPlay):
    """The same in a store."""


def test_what_is_shown_out_of_the_store_is_what_may_be_seen(url: str, tmp_path: Path) -> None:
    """After each thing that is done by chance in cases of random pathways, until and after the end. Between
    them the plays meet all that makes a look worth its while, and each look is shown and refused.
    """
    channel = MemoryChannel()
    book = addresses(*(f"{each} email" for each in AGENCIES))
    onward = replace(installation(url, tmp_path, channel=channel, at=MONDAY), addresses=book)
    met, looks = set[Met](), Looks()
    for number, chosen in enumerate(foreseen()[: PLAYS[url[:6]]]):
        if chosen.meets <= met:  # a later one begins at another time, and so may meet less
            continue
        document = {**chosen.document, "pathway": f"trial_{number}"}
        publish_pathway(onward, json.dumps(document), by=OPERATOR)
        play = StoredTakenBack(onward, document, Random(chosen.seed))
        other = StoredPlay(onward, document, Random(chosen.seed + 1))
        with suppress(Refusal):
            do(onward, play.code, c.Link(case=other.code, word="sibling"), staff(DESK, "staff-1"))
        chance = Random(number)
        for _ in moments(play):
            look_at_alerts(onward, play, other)
            met_now = met_in(view_now(onward, play.code))
            if met_now & LOST:  # notices wait until one may have lost its cover
                look_at_one_who_is_told(onward, play, channel, looks)
            met |= met_now
            look_at_all(Now(onward, play, other), chance, looks)
            if chosen.meets <= met and looks >= LOOKS:
                break
    if url.startswith("sqlite"):  # the few plays of the other store need not have met it all
        assert met == {*Met}
        assert looks >= LOOKS
    assert ("request", True) in looks
    onward.close()


def look_at_all(now: Now, chance: Random, looks: Looks) -> None:
    """One agency looks at everything, and all that might be shown something at most of it."""
    agency = chance.choice(AGENCIES)
    look_at_lists(now, agency)
    for each in sorted({agency, *now.view.involved(), *who_has_a_request(now.view)}):
        by = staff(each, "staff-1")
        look_at_answers(now, by, looks)
        look_at_pictures(now, by, looks)
        look_at_links(now, by, looks)
    look_at_explanations(now, staff(agency, "staff-1"), looks)


def view_now(onward: Onward, code: str) -> View:
    """The case as it is once all that was due has happened."""
    take(onward, code, c.Settle(), staff(""))
    with onward.store.read() as connection:
        return view_of(hold(onward, connection, code, lock=False))


def ledger_of(onward: Onward, play: StoredPlay) -> Ledger:
    """What the log of the case has said so far."""
    ledger = Ledger(play.trial, view_now(onward, play.code).registry)
    for entry in whole_log(onward, play.code):
        ledger.read(entry.facts, entry.command.agency)
    return ledger


def look_at_alerts(onward: Onward, play: StoredPlay, other: StoredPlay) -> None:
    """Of what threatens the person of a linked case hears only who may know of both."""
    now, here, there = play.now, ledger_of(onward, play), ledger_of(onward, other)
    newest = whole_log(onward, other.code)[-1]
    if newest.command.recorded_at != now:
        return
    for fact in newest.facts:
        for agency in fact.told if isinstance(fact, AlertHeard) else ():
            assert here.may_know(agency, now), agency
            assert there.may_know(agency, now), agency


def look_at_one_who_is_told(
    onward: Onward, play: StoredPlay, channel: MemoryChannel, looks: Looks
) -> None:
    """Whatever reaches an agency, it may hear of the case then, or is told that something is over."""
    code = play.code
    view, ledger = view_now(onward, code), ledger_of(onward, play)
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    known = references(onward, code)
    owed_ones = [each for each in facts if isinstance(each, f.NoticeOwed) and each.number in known]
    owing = {known[each.number]: each for each in owed_ones}
    before = len(channel.sent)
    for owed in claim_notices(onward, code, by=TIME):
        deliver(onward, owed, by=TIME)
        notice = owing[owed.reference]
        if notice.kind not in FAREWELL and not ledger.may_know(notice.agency, view.now):
            looks.add(("notice", False))
    for sent in channel.sent[before:]:
        is_last = owing[sent.reference].kind in FAREWELL
        may_hear = ledger.heard.__contains__ if is_last else partial(ledger.may_know, now=view.now)
        assert may_hear(sent.recipient.agency), sent.reference
        looks.add(("notice", True))


def look_at_lists(now: Now, agency: str) -> None:
    """Each list has exactly what is the agency's, and is to be done or waited for."""
    onward, code, view = now.onward, now.code, now.view
    asked = view.state.hand_overs.values() if view.state.status == "open" else ()
    own = [each for each in asked if visibility.has(view, agency, each)]
    todo: list[Task | StopTask] = [
        each for each in view.state.open_tasks() if visibility.has(view, agency, each)
    ]
    todo += [each for each in view.state.open_stops() if each.agency == agency]
    received = [each for each in own if each.agency == agency and each.status in FOR_RECEIVER]
    sent = [each for each in own if each.sender == agency and each.status not in OVER_FOR_SENDER]
    expected = tuple(
        {numbering.shown(view.state, agency, each.id) for each in works}
        for works in (todo, received, sent)
    )
    shown = (
        {each.task for each in worklists.tasks(onward, staff(agency)) if each.code == code},
        {
            each.hand_over
            for each in request_lists.requests(onward, staff(agency))
            if each.code == code
        },
        {
            each.hand_over
            for each in request_lists.sent_requests(onward, staff(agency))
            if each.code == code
        },
    )
    assert shown == expected


def look_at_answers(now: Now, by: Principal, looks: Looks) -> None:
    """A request, and a look at the person, show the answers of fields that the agency may read, and the
    log names them."""
    onward, code, view, ledger = now.onward, now.code, now.view, now.ledger
    for asked in view.state.hand_overs.values():
        if by.agency in whose(asked):
            looks.add(("request", look_at_request(now, asked, by)))
    before = looks_in_log(onward, code)
    try:
        known = queries.protected_values(onward, code, by)
    except Refusal:
        looks.add(("person", False))
        return
    named = looks_in_log(onward, code)[len(before) :]
    assert [agency for agency, _ in named] == ([by.agency] if known else [])
    names = names_in(named)
    assert {*numbering.names_as_shown(view.state, by.agency, names).values()} == {*known}
    assert visibility.readable(view, names, by.agency) == names
    assert all(ledger.may_read(by.agency, name, view.now) for name in names)
    looks.add(("person", bool(names)))


def who_has_a_request(view: View) -> set[str]:
    return {each for asked in view.state.hand_overs.values() for each in whose(asked)}


def look_at_request(now: Now, asked: HandOver, by: Principal) -> bool:
    """To an agency whose own it is, and whose part goes on, nobody says that there is none, or that it is
    another's. Of one that came to nothing it is shown that it was, and of all others nothing to an agency
    that may not know."""
    onward, code, view, ledger = now.onward, now.code, now.view, now.ledger
    has_it = visibility.has(view, by.agency, asked) and visibility.goes_on(view, by.agency)
    before = looks_in_log(onward, code)
    try:
        found = request(onward, code, numbering.shown(view.state, by.agency, asked.id), by)
    except Refusal as refusal:
        if has_it and refusal.reason in ("unknown_case", "not_yours", "not_found"):
            raise
        return False
    assert ledger.may_know(by.agency, view.now) or asked.status in CAME_TO_NOTHING
    assert not view.is_barred(by.agency)
    assert found.hand_over == numbering.shown(view.state, by.agency, asked.id)
    names = names_in(looks_in_log(onward, code)[len(before) :])
    assert {*numbering.names_as_shown(view.state, by.agency, names).values()} == {*found.known}
    may = visibility.may_read(view, by.agency, asked)
    assert {field_of(view.state, name) for name in names} <= {*may}
    assert all(ledger.may_read(by.agency, name, view.now) for name in names)
    return True


def names_in(looks: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    return tuple(name for _, names in looks for name in names)


def looks_in_log(onward: Onward, code: str) -> list[tuple[str, tuple[str, ...]]]:
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    return [(each.agency, each.fields) for each in facts if isinstance(each, IdentitySeen)]


def look_at_pictures(now: Now, by: Principal, looks: Looks) -> None:
    """Whoever sees all of a case is shown where it is; to others no picture shows their part of it."""
    view, why = now.view, ""
    try:
        pages = pages_for(now.onward, now.code, by, in_words)
    except Refusal as refusal:
        pages, why = [], refusal.reason
    looks.add(("pictures", bool(pages)))
    if not pages:
        has_part = visibility.has_had_part(view, by.agency) and visibility.goes_on(view, by.agency)
        assert why == ("not_found" if has_part else "unknown_case")
        assert not (view.state.stages and visibility.sees_all(view, by.agency))
        return
    assert by.agency == now.ledger.state.responsible
    drawn = {page.name: for_bystanders(page) for page in pages_of(now.trial, in_words, view.state)}
    assert pages == [drawn[page.name] for page in pages]


def look_at_explanations(now: Now, by: Principal, looks: Looks) -> None:
    """An explanation is of what the agency sees, while it may know of the case."""
    view, state = now.view, now.view.state
    ids = (*state.tasks, *state.hand_overs)
    for name in {*ids, *(numbering.shown(state, by.agency, each) for each in ids)}:
        try:
            explained = explain(now.onward, now.code, name, by)
        except Refusal:
            looks.add(("explanation", False))
            continue
        look_for_ids(state, by.agency, explained)
        named = numbering.meant(state, by.agency, name)
        assert "." not in name or (named and visibility.sees(view, by.agency, named))
        assert now.ledger.may_know(by.agency, view.now)
        looks.add(("explanation", True))


def look_at_links(now: Now, by: Principal, looks: Looks) -> None:
    """Of linked cases only those are shown in which the agency has a part, or of which it may know while it
    answers for this one."""
    view, there, other = now.view, now.there, now.other
    has_parts = [visibility.has_part(each, by.agency) for each in (view, there)]
    answers = visibility.answers_for(view.state, by.agency)
    is_shown = has_parts[1] or (answers and visibility.may_know(there, by.agency))
    found = [other] if other in view.state.links and is_shown else []
    try:
        lines = links_shown.links(now.onward, now.code, by)
    except Refusal:
        assert not (has_parts[0] and visibility.goes_on(view, by.agency))
        return
    assert [line.code for line in lines] == found
    assert now.ledger.may_know(by.agency, view.now)
    assert not found or now.ledger_there.may_know(by.agency, view.now)
    if other in view.state.links:
        looks.add(("links", bool(found)))


def look_for_ids(state: State, agency: str, explained: Explanation) -> None:
    """No id that is not a number of the agency stands anywhere in an explanation."""
    told = {*re.findall(r"\b[a-z]\w*\.[0-9][\w.]*", repr(explained))}
    numbers = {
        f"{step}.{place}"
        for step, idents in state.numbers.get(agency, {}).items()
        for place in range(1, len(idents) + 1)
    }
    assert told <= numbers, (agency, told - numbers)


def test_nothing_of_a_request_is_shown_or_sent_once_its_consent_has_run_out(
    url: str, tmp_path: Path
) -> None:
    """Whether anybody has looked since or not: time alone ends what lets an agency know."""
    channel = MemoryChannel()
    onward = replace(
        installation(url, tmp_path, channel=channel), addresses=addresses("NG-HOME email")
    )
    register(onward, TRIAL_AGENCIES, by=OPERATOR)
    publish_pathway(
        onward, PATHWAY.replace('about you?"}', 'about you?", valid: 5 days}'), by=OPERATOR
    )
    code = asked_home(onward)
    assert [line.code for line in request_lists.requests(onward, staff("NG-HOME"))] == [code]
    move_clock(onward, START + timedelta(days=6))
    assert request_lists.requests(onward, staff("NG-HOME")) == []
    outcomes = [deliver(onward, owed, by=TIME) for owed in claim_notices(onward, code, by=TIME)]
    assert "prefect.withheld" in {each.said.code for each in outcomes}
    assert channel.sent == []
    view_now(onward, code)
    assert request_lists.requests(onward, staff("NG-HOME")) == []
    assert [line.code for line in request_lists.sent_requests(onward, staff("GH-ONE"))] == [code]
    onward.close()
