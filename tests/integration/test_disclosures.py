"""Every disclosure is listed with the grounds that were right at that moment, for that field and recipient;
both stores.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from casework import queries
from casework.acting import do
from casework.context import Onward
from casework.crossings import crossings
from casework.delivering import claim_notices, deliver
from casework.disclosures import DisclosedBy, Disclosure, disclosures
from casework.explaining import explain
from casework.held_case import hold, view_of
from casework.publishing import publish_pathway
from casework.request_view import request
from casework.turn import take
from engine import commands as c
from engine.collecting import collectors
from engine.countries import country_of
from engine.errors import Refusal
from engine.explaining.conditions import ConditionPart
from engine.four_eyes import field_of
from engine.grounds import BY_PERSON_OR_LAW, GroundKind, ShownGround
from engine.message import Message
from engine.numbering import names_as_shown, shown
from engine.state import ConsentState
from engine.statuses import ConsentStatus
from engine.view import View
from notifiers.memory import MemoryChannel
from tests.erased import erase_person
from tests.factories import MONDAY
from tests.foreseen_grounds import MOVES, Willing, foreseen
from tests.installations import (
    CANARY,
    HOME,
    SCREEN,
    START,
    addresses,
    asked_home,
    ended,
    installation,
    move_clock,
    ready,
)
from tests.principals import OPERATOR, TIME, staff
from tests.stored_plays import AGENCIES, StoredPlay

MET_IN_PLAYS = frozenset(GroundKind) - {
    # The pathways of plays have no such basis; the others are met by links, exports and dossiers.
    GroundKind.VITAL_INTEREST,
    GroundKind.AGREED, GroundKind.ALIKE, GroundKind.OWN_RIGHT,
}  # fmt: skip
_LAW = {GroundKind.STATUTORY, GroundKind.VITAL_INTEREST, GroundKind.COURT}


class StoredWilling(Willing, StoredPlay):
    """The same in a store."""


def test_whatever_a_play_discloses_is_listed_with_grounds_that_are_right_then(
    url: str, tmp_path: Path
) -> None:
    """After each thing that is done by chance: what is read, explained and sent, and nothing besides. Between
    them the plays meet each ground that plays can meet.
    """
    channel = MemoryChannel()
    book = addresses(*(f"{each} email" for each in AGENCIES))
    onward = replace(installation(url, tmp_path, channel=channel, at=MONDAY), addresses=book)
    codes, met = list[str](), set[GroundKind]()
    for number, chosen in enumerate(foreseen(MET_IN_PLAYS)):
        if chosen.meets <= met:  # a later one begins at another time, and so may meet less
            continue
        document = {**chosen.document, "pathway": f"trial_{number}"}
        publish_pathway(onward, json.dumps(document), by=OPERATOR)
        play = StoredWilling(onward, document, Random(chosen.seed))
        codes.append(play.code)
        for _ in range(MOVES):
            play.move()
            for each in _and_look(onward, play.code, channel):
                met.update(ground.kind for ground in each.by)
            if play.state.status != "open":
                break
    assert met == MET_IN_PLAYS
    listed = [each for code in codes for each in disclosures(onward, code, OPERATOR)]
    over = [each for each in listed if each.crosses]
    lines = crossings(onward, OPERATOR)
    assert over
    assert sum(sum(line.ways.values()) for line in lines) == len(over)
    assert {(line.here, line.there) for line in lines} == {each.crosses for each in over}
    onward.close()


def _and_look(onward: Onward, code: str, channel: MemoryChannel) -> list[Disclosure]:
    """All that may be disclosed now is, and stands in the list."""
    take(onward, code, c.Settle(), staff(""))
    view = _view(onward, code)
    before = Counter(disclosures(onward, code, OPERATOR))
    read = [
        (agency, way, name)
        for agency in AGENCIES
        for way, names in _shown_to(onward, view, agency)
        for name in names
    ]
    sent = len(channel.sent)
    for owed in claim_notices(onward, code, by=TIME):
        deliver(onward, owed, by=TIME)
    after = Counter(disclosures(onward, code, OPERATOR))
    assert before <= after
    found = [*(after - before).elements()]
    told = [each for each in found if each.way is DisclosedBy.NOTICE]
    assert sorted(each.to for each in told) == sorted(
        each.recipient.agency for each in channel.sent[sent:]
    )
    listed = [
        (each.to, each.way, name)
        for each in found
        if each.way is not DisclosedBy.NOTICE
        for name in names_as_shown(view.state, each.to, each.fields).values()
    ]
    assert sorted(listed) == sorted(read)
    now = _view(onward, code)
    for each in found:
        _require_right(now if each.way is DisclosedBy.NOTICE else view, each)
    return found


def _view(onward: Onward, code: str) -> View:
    with onward.store.read() as connection:
        return view_of(hold(onward, connection, code, lock=False))


def _shown_to(
    onward: Onward, view: View, agency: str
) -> Iterator[tuple[DisclosedBy, Iterable[str]]]:
    """Everything that an agency can have shown: the names by which it is shown them."""
    code, state, by = view.state.code, view.state, staff(agency, "staff-1")
    with suppress(Refusal):
        yield DisclosedBy.LOOK, queries.protected_values(onward, code, by)
    for asked in state.hand_overs:
        with suppress(Refusal):
            yield DisclosedBy.REQUEST, request(onward, code, shown(state, agency, asked), by).known
    for part in ("", *(shown(state, agency, each) for each in state.tasks)):
        with suppress(Refusal):
            found = explain(onward, code, part, by)
            reasons = (*found.because, *found.waits_for)
            parts = [each.condition for each in reasons if each.condition]
            known = {name for each in parts for name in _named(each)}
            anchors = {name for each in found.counts if each.steps for name in each.anchors}
            chosen = {name for each in reasons for name in _by_what_chosen(view, each.said)}
            yield DisclosedBy.EXPLAINED, (known | anchors | chosen) & state.data.keys()


def _by_what_chosen(view: View, said: Message) -> Iterator[str]:
    """The answers that an agency is said to fit."""
    roles = view.pathway.roles.values()
    match said.code:
        case "why.able.serves":
            yield from (role.area for role in roles)
        case "why.able.speaks":
            yield from (role.language for role in roles)
    for each in said.values.values():
        for part in each if isinstance(each, tuple) else (each,):
            if isinstance(part, Message):
                yield from _by_what_chosen(view, part)


def _named(part: ConditionPart) -> set[str]:
    return {*part.known}.union(*map(_named, part.parts))


def _require_right(view: View, listed: Disclosure) -> None:
    """Each ground holds in the case as it stands, for the recipient and each of the fields."""
    assert listed.by, listed
    there = country_of(listed.to)
    here = country_of(listed.of[0])
    assert listed.crosses == ((here, there) if here != there else None)
    for ground in listed.by:
        assert _lets_know(view, listed.to, ground) if listed.way is DisclosedBy.NOTICE else True, (
            listed
        )
        for name in listed.fields:
            assert _lets_read(view, listed.to, name, ground), (listed, ground, name)


def _lets_know(view: View, agency: str, ground: ShownGround) -> bool:
    state = view.state
    match ground.kind:
        case GroundKind.RESPONSIBLE:
            return agency == state.responsible
        case GroundKind.OPENED:
            return agency == state.opened_by
        case GroundKind.ACCEPTED:
            return state.hand_overs[ground.name].agency == agency
        case GroundKind.FAREWELL:
            return agency != state.responsible
        case GroundKind.CONSENT:
            return _stands(view, agency, ground)
    return ground.kind in _LAW and _is_in_force(view, agency, ground)


def _lets_read(view: View, agency: str, name: str, ground: ShownGround) -> bool:
    found_by = collectors(view.pathway, view.state, name)
    field = field_of(view.state, name)
    parts = {field, *view.pathway.derived.get(field, ())}
    match ground.kind:
        case GroundKind.COLLECTED | GroundKind.ANSWERED:
            of_parts = {
                each for part in parts for each in collectors(view.pathway, view.state, part)
            }
            return agency in {*found_by, *of_parts}
        case GroundKind.CONSENT:
            shows = {*view.state.consents[ground.name].shows}
            return bool(parts & shows) and _stands(view, agency, ground)
    plan = next(each for each in view.pathway.bases if each.name == ground.name)
    return bool(parts & {*plan.basis.shows}) and _is_in_force(view, agency, ground)


def _stands(view: View, agency: str, ground: ShownGround) -> bool:
    consent: ConsentState = view.state.consents[ground.name]
    assert (ground.version, ground.given_at) == (consent.version, consent.given_at)
    is_named = agency in consent.recipients or any(
        agency in {each.code for each in view.registry.in_class(one.role_type, one.country)}
        for one in consent.classes
    )
    is_over = consent.expires_at is not None and consent.expires_at <= view.now
    return (
        consent.status == ConsentStatus.GIVEN
        and is_named
        and agency not in consent.without
        and not is_over
    )


def _is_in_force(view: View, agency: str, ground: ShownGround) -> bool:
    plan = next(each for each in view.pathway.bases if each.name == ground.name)
    assert (ground.kind, ground.source) == (str(plan.basis.ground), plan.basis.source or "")
    is_for = any(
        view.is_of(role, agency) or view.state.roles.get(role) == agency for role in plan.basis.to
    )
    return is_for and view.is_in_force(plan)


@pytest.fixture
def onward(url: str, tmp_path: Path) -> Iterator[Onward]:
    book = addresses("NG-HOME email", "GH-ONE email")
    with closing(ready(url, tmp_path)) as made:
        yield replace(made, addresses=book)


def test_what_crosses_a_border_is_listed_with_the_consent_under_which_it_did(
    onward: Onward,
) -> None:
    """The notice, and the open answer that the request shows; a yes, and what is read on after it."""
    code = asked_home(onward)
    for owed in claim_notices(onward, code, by=TIME):
        deliver(onward, owed, by=TIME)
    move_clock(onward, START + timedelta(hours=1))
    assert request(onward, code, "ask_home.1", HOME).known == {"risk": "low"}
    found = [each for each in disclosures(onward, code, OPERATOR) if each.to == "NG-HOME"]
    agreed = ShownGround(kind=GroundKind.CONSENT, name="referral", version=1, given_at=START)
    assert [(each.way, each.fields, each.by, each.crosses) for each in found] == [
        (DisclosedBy.NOTICE, (), (agreed,), ("GH", "NG")),
        (DisclosedBy.REQUEST, ("risk",), (agreed,), ("GH", "NG")),
    ]
    assert found[1].person == "bola"
    (line,) = crossings(onward, OPERATOR)
    assert (line.here, line.there, line.pathway, line.cases) == ("GH", "NG", "trial", 1)
    assert (line.ways, line.is_founded) == ({"notice": 1, "request": 1}, True)
    assert line.by == (ShownGround(kind=GroundKind.CONSENT, name="referral", version=1),)
    assert code not in repr(line)


def test_a_consent_that_is_taken_back_stays_the_ground_of_what_was_disclosed_before(
    onward: Onward,
) -> None:
    code = asked_home(onward)
    request(onward, code, "ask_home.1", HOME)
    do(onward, code, c.WithdrawConsent(consent="referral"), SCREEN)
    found = [each for each in disclosures(onward, code, OPERATOR) if each.to == "NG-HOME"]
    assert [[ground.name for ground in each.by] for each in found] == [["referral"]]


def test_crossings_are_of_the_days_that_are_asked_for(onward: Onward) -> None:
    code = asked_home(onward)
    request(onward, code, "ask_home.1", HOME)
    move_clock(onward, START + timedelta(days=2))
    request(onward, code, "ask_home.1", HOME)
    day = START.date()
    second = day + timedelta(days=2)
    spans = ((None, None), (second, None), (None, day), (second + timedelta(days=1), None))
    found = [crossings(onward, OPERATOR, since=since, until=until) for since, until in spans]
    assert [sum(line.ways["request"] for line in lines) for lines in found] == [2, 1, 1, 0]


def test_of_an_erased_person_the_list_stays(onward: Onward) -> None:
    """Names of fields, agencies and grounds are no answers."""
    code = ended(onward)
    queries.protected_values(onward, code, SCREEN)
    before = disclosures(onward, code, OPERATOR)
    erase_person(onward, code)
    assert disclosures(onward, code, OPERATOR)[: len(before)] == before
    assert {each.way for each in before} == {DisclosedBy.LOOK}
    assert CANARY not in repr(before)


def test_the_agency_that_answers_for_a_case_reads_the_list_and_no_other_does(
    onward: Onward,
) -> None:
    code = asked_home(onward)
    queries.protected_values(onward, code, SCREEN)
    listed = disclosures(onward, code, SCREEN)
    assert {each.by for each in listed if each.way is DisclosedBy.LOOK} == {
        (ShownGround(kind=GroundKind.COLLECTED),)
    }
    with pytest.raises(Refusal) as refused:
        disclosures(onward, code, HOME)
    assert refused.value.reason == "not_yours"


def test_a_ground_is_the_persons_or_the_laws_only_where_one_of_them_says_so() -> None:
    """Whatever an agency is to the case lets it know, and is no basis of a transfer by itself."""
    assert BY_PERSON_OR_LAW - {GroundKind.AGREED} == _LAW | {GroundKind.CONSENT}
