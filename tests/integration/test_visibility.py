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
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from casework import links_shown, queries, request_lists, worklists
from casework.acting import do
from casework.context import Onward
from casework.delivering import claim_notices, deliver
from casework.explaining import explain
from casework.held_case import hold, view_of
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
from engine.errors import Refusal
from engine.explaining.reasons import Explanation
from engine.four_eyes import field_of
from engine.notice_kinds import FAREWELL
from engine.state import HandOver, State, StopTask, Task
from engine.statuses import CAME_TO_NOTHING, FOR_RECEIVER, OVER_FOR_SENDER
from engine.view import View
from notifiers.memory import MemoryChannel
from tests.factories import DESK, MONDAY
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
from tests.random_pathways import documents
from tests.stored_plays import AGENCIES, StoredPlay

EXAMPLES = {"sqlite": 8, "postgr": 2}
MOVES = 15


def test_what_is_shown_out_of_the_store_is_what_may_be_seen(url: str, tmp_path: Path) -> None:
    """After each thing that is done by chance in cases of random pathways."""
    channel = MemoryChannel()
    book = addresses(*(f"{each} email" for each in AGENCIES))
    onward = replace(installation(url, tmp_path, channel=channel, at=MONDAY), addresses=book)
    numbers = count()

    @settings(
        max_examples=EXAMPLES[url[:6]],
        phases=[Phase.generate],
    )
    @given(documents(), st.integers(0, 2**32))
    def look(document: dict[str, Any], seed: int) -> None:
        document |= {"pathway": f"trial_{next(numbers)}"}
        publish_pathway(onward, json.dumps(document), by=OPERATOR)
        play, other = (StoredPlay(onward, document, Random(seed + each)) for each in range(2))
        with suppress(Refusal):
            do(onward, play.code, c.Link(case=other.code, word="sibling"), staff(DESK, "staff-1"))
        for _ in range(MOVES):
            play.move()
            look_at_alerts(onward, play, other)
            look_at_one_who_is_told(onward, play, channel)
            agency = play.chance.choice(AGENCIES)
            look_at_lists(onward, play.code, agency)
            view = view_now(onward, play.code)
            for each in sorted({agency, *view.involved(), *who_has_a_request(view)}):
                look_at_answers(onward, play, staff(each, "staff-1"))
            look_at_parts(onward, play, other, staff(agency, "staff-1"))
            if play.state.status != "open":
                return

    look()
    onward.close()


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


def look_at_one_who_is_told(onward: Onward, play: StoredPlay, channel: MemoryChannel) -> None:
    """Whatever reaches an agency, it may hear of the case then, or is told that something is over."""
    code = play.code
    view, ledger = view_now(onward, code), ledger_of(onward, play)
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    known = references(onward, code)
    owed_ones = [each for each in facts if isinstance(each, f.NoticeOwed) and each.number in known]
    kinds = {known[each.number]: each.kind for each in owed_ones}
    before = len(channel.sent)
    for owed in claim_notices(onward, code, by=TIME):
        deliver(onward, owed, by=TIME)
    for sent in channel.sent[before:]:
        is_last = kinds[sent.reference] in FAREWELL
        may_hear = ledger.heard.__contains__ if is_last else partial(ledger.may_know, now=view.now)
        assert may_hear(sent.recipient.agency), sent.reference


def look_at_lists(onward: Onward, code: str, agency: str) -> None:
    """Each list has exactly what is the agency's, and is to be done or waited for."""
    view = view_now(onward, code)
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


def look_at_answers(onward: Onward, play: StoredPlay, by: Principal) -> None:
    """A request, and a look at the person, show the answers of fields that the agency may read, and the
    log names them."""
    code = play.code
    view, ledger = view_now(onward, code), ledger_of(onward, play)
    for asked in view.state.hand_overs.values():
        look_at_request(onward, view, asked, by, ledger)
    before = looks_in_log(onward, code)
    with suppress(Refusal):
        known = queries.protected_values(onward, code, by)
        named = looks_in_log(onward, code)[len(before) :]
        assert [agency for agency, _ in named] == ([by.agency] if known else [])
        names = names_in(named)
        assert {*numbering.names_as_shown(view.state, by.agency, names).values()} == {*known}
        assert visibility.readable(view, names, by.agency) == names
        assert all(ledger.may_read(by.agency, name, view.now) for name in names)


def who_has_a_request(view: View) -> set[str]:
    asked = view.state.hand_overs.values()
    return {each for each in AGENCIES if any(visibility.has(view, each, one) for one in asked)}


def look_at_request(
    onward: Onward, view: View, asked: HandOver, by: Principal, ledger: Ledger
) -> None:
    """To an agency whose own it is nobody says that there is none, or that it is another's."""
    code, has_it = view.state.code, visibility.has(view, by.agency, asked)
    before = looks_in_log(onward, code)
    try:
        found = request(onward, code, numbering.shown(view.state, by.agency, asked.id), by)
    except Refusal as refusal:
        if has_it and refusal.reason in ("unknown_case", "not_yours", "not_found"):
            raise
        return
    assert has_it or asked.status in CAME_TO_NOTHING
    assert found.hand_over == numbering.shown(view.state, by.agency, asked.id)
    names = names_in(looks_in_log(onward, code)[len(before) :])
    assert {*numbering.names_as_shown(view.state, by.agency, names).values()} == {*found.known}
    may = visibility.may_read(view, by.agency, asked)
    assert {field_of(view.state, name) for name in names} <= {*may}
    assert all(ledger.may_read(by.agency, name, view.now) for name in names)


def names_in(looks: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    return tuple(name for _, names in looks for name in names)


def looks_in_log(onward: Onward, code: str) -> list[tuple[str, tuple[str, ...]]]:
    facts = [
        fact for line in queries.case_log(onward, code, by=OPERATOR) for fact in line.entry.facts
    ]
    return [(each.agency, each.fields) for each in facts if isinstance(each, IdentitySeen)]


def look_at_parts(onward: Onward, play: StoredPlay, beside: StoredPlay, by: Principal) -> None:
    """An explanation is of what the agency sees, and of linked cases only those are shown in which it
    has a part, or of which it may know while it answers for this one."""
    code, other = play.code, beside.code
    view, there = view_now(onward, code), view_now(onward, other)
    state = view.state
    ids = (*state.tasks, *state.hand_overs)
    for name in {*ids, *(numbering.shown(state, by.agency, each) for each in ids)}:
        with suppress(Refusal):
            explained = explain(onward, code, name, by)
            look_for_ids(state, by.agency, explained)
            named = numbering.meant(state, by.agency, name)
            assert "." not in name or (named and visibility.sees(view, by.agency, named))
    has_parts = [visibility.has_part(each, by.agency) for each in (view, there)]
    answers = visibility.answers_for(state, by.agency) and visibility.may_know(there, by.agency)
    is_shown = has_parts[0] and (has_parts[1] or answers)
    found = [other] if other in state.links and is_shown else []
    try:
        assert [line.code for line in links_shown.links(onward, code, by)] == found
        ledgers = ledger_of(onward, play), ledger_of(onward, beside)
        assert not found or all(each.may_know(by.agency, view.now) for each in ledgers)
    except Refusal:
        assert not has_parts[0]


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
