"""What somebody may ask of one case, tried in earnest as everybody in every relation to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from casework import (
    case_list,
    groups,
    links,
    picture,
    queries,
    settling,
    verifying,
    worklists,
)
from casework.acting import do, require_possible, words_to_read_out
from casework.authenticating import entering
from casework.context import Onward
from casework.explaining import explain
from casework.exportable import ExportOrder
from casework.exporting import export
from casework.filling_in import form_of
from casework.opening import open_case
from casework.principal import Because, Principal
from casework.request_view import request
from engine import commands as c
from engine.acts.confirming import ConfirmStop
from engine.errors import Refusal
from engine.numbering import shown
from tests.case_of_all_relations import RELATIONS, Codes, nothing_kept
from tests.installations import CANARY
from tests.principals import OPERATOR, TIME, staff

Ask = Callable[[Onward, Codes, Principal], object]
"""Asks for something; what comes of it is `done`, or the text that is returned, or the refusal."""
OTHERWISE = "done"


class Tried(NamedTuple):
    """Something that is asked of a case."""

    row: str
    """The row of the page's table in which it stands."""
    command: str
    """As what it is asked for, without `onward`."""
    use_case: str
    """`module.function` of casework."""
    ask: Ask


class Difference(NamedTuple):
    """Where what happens is not what the page says."""

    row: str
    command: str
    by: str
    said: str
    happened: str


def _act(act: c.AnyAct, case: str = "main", words: str = "") -> Ask:
    """An act; what a first look at it says must be what comes of it."""

    def ask(onward: Onward, codes: Codes, by: Principal) -> object:
        code, asked = getattr(codes, case), _as_known(act, codes, by.agency)
        is_of_two = bool(act.declared and act.declared.pair)
        looked = "" if is_of_two else outcome(lambda: require_possible(onward, code, asked, by))
        done = outcome(lambda: do(onward, code, asked, by, words=words))
        return done if looked in ("", done) else f"{looked}, then {done}"

    return ask


def _stopped(onward: Onward, codes: Codes, by: Principal) -> object:
    """What the agency that accepted is to stop, in a case that has ended with the consent."""
    state = codes.state_without_consent
    (ident,) = (each.id for each in state.stops.values() if each.of == "NG-HOME")
    known = shown(state, by.agency, ident)
    act = ConfirmStop(stop=known if "." in known else f"{known}.1")
    return do(onward, codes.without_consent, act, by)


def _as_known(act: c.AnyAct, codes: Codes, agency: str) -> c.AnyAct:
    """The act about a task or request under the number by which the agency knows it."""
    subjects = [each for each in ("task", "hand_over") if hasattr(act, each)]
    return replace(act, **{each: _number(codes, agency, getattr(act, each)) for each in subjects})


def _number(codes: Codes, agency: str, ident: str) -> str:
    """Of what an agency has no number for, the first that it might try."""
    known = shown(codes.state, agency, ident)
    return known if "." in known else f"{known}.1"


def _of_two(make: Callable[[Codes], c.AnyAct], case: str = "main") -> Ask:
    return lambda onward, codes, by: _act(make(codes), case)(onward, codes, by)


OWN = "acts on a task of the responsible agency"
ACCEPTED = "acts on a task of the agency that accepted"
ASKED = "answers the request that waits"
TWO_CASES = "connects it with another case, or parts them"
ANSWERED = "answers what another case proposes"
RIGHT = "uses a right of a role"
PERIOD = "makes a period of the responsible agency longer or shorter"
SHUTS_OUT = "shuts an agency out, or lets it in again"
ACTS: Mapping[tuple[str, ...], tuple[str, Ask]] = {
    ("claim",): (OWN, _act(c.Claim(task="visit.1"))),
    ("accept",): (OWN, _act(c.Accept(task="visit.1"))),
    ("decline",): (OWN, _act(c.Decline(task="visit.1", reason="other"))),
    ("complete",): (OWN, _act(c.Complete(task="visit.1"))),
    ("offer",): (OWN, _act(c.Offer(task="ask_helper.1"))),
    ("consent", "give"): (OWN, _act(c.RecordConsent(task="agree_more.1", given=True))),
    ("consent", "refuse"): (OWN, _act(c.RecordConsent(task="agree_more.1", given=False))),
    ("arrive",): (ACCEPTED, _act(c.ConfirmArrival(task="travel.1.arrival"))),
    ("no-show",): (ACCEPTED, _act(c.ReportNoShow(task="travel.1.arrival"))),
    ("feedback",): (ACCEPTED, _act(c.GiveFeedback(task="ask_friend.1.feedback"))),
    ("see",): (ASKED, _act(c.See(hand_over="ask_other.1"))),
    ("ask",): (ASKED, _act(c.Ask(hand_over="ask_other.1"), words=CANARY)),
    ("answer", "accept"): (ASKED, _act(c.AcceptHandOver(hand_over="ask_other.1"))),
    ("answer", "waitlist"): (ASKED, _act(c.WaitList(hand_over="ask_other.1"))),
    ("answer", "decline"): (
        ASKED,
        _act(c.DeclineHandOver(hand_over="ask_other.1", reason="other")),
    ),
    ("prepare",): ("prepares what was accepted", _act(c.Prepare(hand_over="ask_friend.1"))),
    ("revoke",): ("takes back the request that waits", _act(c.Revoke(hand_over="ask_other.1"))),
    ("consent", "withdraw"): (
        "records that a consent is withdrawn",
        _act(c.WithdrawConsent(consent="tell")),
    ),
    ("stopped",): ("confirms that the agency that accepted has stopped", _stopped),
    ("reassign",): (OWN, _act(c.Reassign(task="visit.1", agency="GH-TWO"))),
    ("prohibit",): (SHUTS_OUT, _act(c.Prohibit(agency="NG-ASKED"))),
    ("permit",): (SHUTS_OUT, _act(c.Permit(agency="NG-BARRED"))),
    ("link",): (TWO_CASES, _of_two(lambda codes: c.Link(case=codes.free, word="sibling"))),
    ("agree",): (ANSWERED, _of_two(lambda codes: c.Agree(case=codes.proposing))),
    ("disagree",): (ANSWERED, _of_two(lambda codes: c.Disagree(case=codes.proposing))),
    ("unlink",): (TWO_CASES, _of_two(lambda codes: c.Unlink(case=codes.linked))),
    ("merge",): (
        TWO_CASES,
        _of_two(lambda codes: c.Merge(case=codes.free, into=codes.main), "free"),
    ),
    ("unmerge",): (
        TWO_CASES,
        _of_two(lambda codes: c.Unmerge(case=codes.taken_in, into=codes.main), "taken_in"),
    ),
    ("raise",): (RIGHT, _act(c.Raise(interrupt="danger"))),
    ("resolve",): (RIGHT, _act(c.Resolve(interrupt="seen"))),
    ("extend",): (PERIOD, _act(c.Extend(name="visit"))),
    ("shorten",): (PERIOD, _act(c.Shorten(name="visit"))),
    ("start",): (RIGHT, _act(c.Start(step="call"))),
    ("skip",): (RIGHT, _act(c.Skip(step="letter", reason="urgent"))),
    ("open-step",): (RIGHT, _act(c.OpenStep(step="letter", reason="urgent"))),
    ("reopen",): (RIGHT, _act(c.Reopen(reason="other"), "ended")),
}
"""Each way of an act, with the row in which it stands."""


def _listed(
    lines: Sequence[worklists.TaskLine | worklists.RequestLine | links.ProposalLine], codes: Codes
) -> str:
    return "shown" if any(each.code == codes.main for each in lines) else "not shown"


def _together(onward: Onward, codes: Codes, by: Principal) -> object:
    (made,) = groups.together(onward, [codes.main], "claim visit", by)
    return made.reason


def _form(onward: Onward, codes: Codes, by: Principal) -> str:
    return "shown" if form_of(onward, codes.main, "write.1", by).asked else "not shown"


def _exported(onward: Onward, codes: Codes, by: Principal) -> str:
    made = export(onward, ExportOrder(codes="htcds", own=True, at_least=1), by)
    return "shown" if made.lines else "not shown"


def _linked(onward: Onward, codes: Codes, by: Principal) -> str:
    found = links.links(onward, codes.main, by)
    return "shown" if codes.linked in [each.code for each in found] else "not shown"


def _waiting(onward: Onward, codes: Codes, by: Principal) -> str:
    found = links.links(onward, codes.main, by)
    return "shown" if codes.proposing in [each.code for each in found] else "not shown"


def _person(case: str, field: str) -> Ask:
    def ask(onward: Onward, codes: Codes, by: Principal) -> object:
        seen = queries.protected_values(onward, getattr(codes, case), by)
        return "shown" if field in seen else "not shown"

    return ask


FROM_OUTSIDE = "sees from outside how it stands"
DUE, RECORD = "lets happen what is due", "keeps its record"
REQUESTS = {
    "that waits": "ask_other.1",
    "that was accepted": "ask_friend.1",
    "that was declined": "ask_third.1",
    "of the barred agency": "ask_fourth.1",
}


def _request(ident: str) -> Ask:
    return lambda onward, codes, by: request(
        onward, codes.main, _number(codes, by.agency, ident), by
    )


OTHERS: tuple[Tried, ...] = (
    Tried("acts on such a task in several cases", "together", "groups.together", _together),
    Tried(
        "reads out what a consent is asked with",
        "consent words",
        "acting.words_to_read_out",
        lambda onward, codes, by: words_to_read_out(onward, codes.main, "agree_more.1", by),
    ),
    Tried(
        "opens a later case of the person",
        "open --after",
        "opening.open_case",
        lambda onward, codes, by: open_case(
            onward, "trial", by.agency[:2] or "GH", by, after=codes.main
        ),
    ),
    *(
        Tried(
            f"looks at what the {whose} agency has collected{when}",
            "person",
            "queries.protected_values",
            _person(case, field),
        )
        for whose, field in (("responsible", "full_name"), ("former", "injuries"))
        for when, case in (("", "main"), (", once it has ended", "ended"))
    ),
    *(
        Tried(f"reads the request {which}", "request", "request_view.request", _request(ident))
        for which, ident in REQUESTS.items()
    ),
    Tried(
        "has it explained",
        "explain",
        "explaining.explain",
        lambda onward, codes, by: explain(onward, codes.main, "", by),
    ),
    Tried(
        "has a task of the responsible agency explained",
        "explain",
        "explaining.explain",
        lambda onward, codes, by: explain(onward, codes.main, "visit.1", by),
    ),
    Tried(
        "reads the texts of its pathway",
        "",
        "queries.spoken",
        lambda onward, codes, by: queries.spoken(onward, codes.main, by, "en"),
    ),
    Tried(
        "is asked the form of a task of the responsible agency",
        "",
        "filling_in.form_of",
        lambda onward, codes, by: _form(onward, codes, by),
    ),
    Tried("sees the linked case", "links", "links.links", _linked),
    Tried("sees what another case proposes", "links", "links.links", _waiting),
    Tried(
        "finds what waits for its answer",
        "proposals",
        "links.proposals",
        lambda onward, codes, by: _listed(links.proposals(onward, by), codes),
    ),
    Tried(
        "finds it among its tasks",
        "tasks",
        "worklists.tasks",
        lambda onward, codes, by: _listed(worklists.tasks(onward, by), codes),
    ),
    Tried(
        "finds it among the requests to it",
        "requests",
        "worklists.requests",
        lambda onward, codes, by: _listed(worklists.requests(onward, by), codes),
    ),
    Tried(
        "finds it among the requests it sent",
        "requests --sent",
        "worklists.sent_requests",
        lambda onward, codes, by: _listed(worklists.sent_requests(onward, by), codes),
    ),
    Tried("exports it as its own", "export", "exporting.export", _exported),
    Tried(
        FROM_OUTSIDE,
        "case",
        "queries.case",
        lambda onward, codes, by: queries.case(onward, codes.main, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "cases",
        "case_list.cases",
        lambda onward, codes, by: case_list.cases(onward, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "log",
        "queries.case_log",
        lambda onward, codes, by: queries.case_log(onward, codes.main, by),
    ),
    Tried(
        FROM_OUTSIDE,
        "log",
        "queries.log_in_words",
        lambda onward, codes, by: queries.log_in_words(onward, codes.main, by, [], "en"),
    ),
    Tried(
        FROM_OUTSIDE,
        "draw --case",
        "picture.pages_of_case",
        lambda onward, codes, by: picture.pages_of_case(onward, codes.main, by),
    ),
    Tried(
        DUE,
        "",
        "settling.settle_due",
        lambda onward, codes, by: settling.settle_due(onward, codes.main, by),
    ),
    Tried(
        "has what came into force apply first",
        "",
        "settling.come_into_force",
        lambda onward, codes, by: settling.come_into_force(onward, codes.main, by),
    ),
    Tried(
        RECORD,
        "verify",
        "verifying.verify",
        lambda onward, codes, by: verifying.verify(onward, codes.main, by),
    ),
)
TRIED = (
    *(Tried(row, " ".join(way), "acting.do", ask) for way, (row, ask) in ACTS.items()),
    *OTHERS,
)


def outcome(ask: Callable[[], object]) -> str:
    """What comes of it: `done`, a text, or why it is refused."""
    try:
        found = ask()
    except Refusal as refusal:
        return refusal.reason
    return found if isinstance(found, str) and found else OTHERWISE


def everybody(onward: Onward) -> Iterator[tuple[str, Principal]]:
    """Each column of the table with somebody who stands in it."""
    yield "operator", OPERATOR
    yield "time", TIME
    for relation, agencies in RELATIONS.items():
        for agency in agencies:
            yield relation, staff(agency, "ama")
            yield relation, entering(onward, OPERATOR, agency, "ama", Because.PAPER)


def happens(
    onward: Onward, codes: Codes, tried: Sequence[Tried] = TRIED
) -> Iterator[tuple[Tried, str, Principal, str]]:
    """Everything as everybody: the column, who it was, and what came of it. Nothing is kept."""
    who = [*everybody(onward)]
    with nothing_kept(onward):
        for each in tried:
            for column, by in who:
                yield each, column, by, outcome(partial(each.ask, onward, codes, by))


def differences(
    page: Mapping[str, Mapping[str, str]],
    onward: Onward,
    codes: Codes,
    tried: Sequence[Tried] = TRIED,
) -> Iterator[Difference]:
    """Where that is not what the page says."""
    for each, column, by, happened in happens(onward, codes, tried):
        said = page[each.row][column]
        if said != happened:
            name = f"{by.kind} {by.agency}"
            yield Difference(each.row, each.command, name, said, happened)


ONE_OF_EACH = tuple({each.row: each for each in reversed(TRIED)}.values())
"""The first that stands in each row."""
