"""Every way of an act, as somebody in any relation to a case might ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from casework.acting import do, require_possible
from casework.context import Onward
from casework.principal import Principal
from engine import commands as c
from engine.acts.confirming import ConfirmStop
from engine.errors import Refusal
from engine.numbering import shown
from tests.case_of_all_relations import Codes
from tests.installations import CANARY

Ask = Callable[[Onward, Codes, Principal], object]
"""Asks for something; what comes of it is `done`, or the text that is returned, or the refusal."""
OTHERWISE = "done"


def outcome(ask: Callable[[], object]) -> str:
    """What comes of it: `done`, a text, or why it is refused."""
    try:
        found = ask()
    except Refusal as refusal:
        return refusal.reason
    return found if isinstance(found, str) and found else OTHERWISE


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
    return replace(act, **{each: number_of(codes, agency, getattr(act, each)) for each in subjects})


def number_of(codes: Codes, agency: str, ident: str) -> str:
    """Of what an agency has no number for, the first that it might try."""
    known = shown(codes.state, agency, ident)
    return known if "." in known else f"{known}.1"


def _of_two(make: Callable[[Codes], c.AnyAct], case: str = "main") -> Ask:
    return lambda onward, codes, by: _act(make(codes), case)(onward, codes, by)


OWN = "acts on a task of the responsible agency"
ACCEPTED = "acts on a task of the agency that accepted"
ASKED = "answers the request that waits"
TWO_CASES = "connects it with another case, or parts them"
REOPENED = "opens it again once it has ended"
PARTED = "parts from it what was taken in"
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
        PARTED,
        _of_two(lambda codes: c.Unmerge(case=codes.taken_in, into=codes.main), "taken_in"),
    ),
    ("raise",): (RIGHT, _act(c.Raise(interrupt="danger"))),
    ("resolve",): (RIGHT, _act(c.Resolve(interrupt="seen"))),
    ("extend",): (PERIOD, _act(c.Extend(name="visit"))),
    ("shorten",): (PERIOD, _act(c.Shorten(name="visit"))),
    ("start",): (RIGHT, _act(c.Start(step="call"))),
    ("skip",): (RIGHT, _act(c.Skip(step="letter", reason="urgent"))),
    ("open-step",): (RIGHT, _act(c.OpenStep(step="letter", reason="urgent"))),
    ("reopen",): (REOPENED, _act(c.Reopen(reason="other"), "ended")),
}
"""Each way of an act, with the row in which it stands."""
