"""What agencies do by chance: mostly what is awaited, sometimes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import commands as c
from engine.acts.confirming import ConfirmStop
from engine.links import Proposal
from engine.pathway import Pathway
from engine.state import HandOver, State
from engine.statuses import ProposalStatus
from engine.task_kinds import TaskKind
from tests.factories import CARE, CARE2, DESK, HOME, HOME2, MONDAY


def acts_awaited(trial: Pathway, state: State) -> list[tuple[c.Act, str]]:
    """What the owners of open tasks and requests would do."""
    acts: list[tuple[c.Act, str]] = []
    for task in state.open_tasks():
        asked = {field.name for field in trial.form_of(task)}
        if task.kind in (TaskKind.WORK, TaskKind.OFFER, TaskKind.CLOSING):
            filled = [answers for answers in ANSWERS if set(answers) == asked - {"full_name"}]
            acts += [
                (c.Complete(task=task.id, answers=each), agency)
                for each in filled
                for agency in task.agencies
            ]
        elif task.kind is TaskKind.RESOLVE:
            acts += [(act, state.responsible) for act in _ways_out(trial, task.step)]
        else:
            acts += [
                (act, agency) for act in _ON_TASK[task.kind](task.id) for agency in task.agencies
            ]
    for each in state.open_hand_overs():
        acts += [(_yes(trial, each), each.agency)] * 2
        acts += [(c.DeclineHandOver(hand_over=each.id, reason="unsafe"), each.agency)]
        acts += [(c.See(hand_over=each.id), each.agency)]
        acts += [(c.WaitList(hand_over=each.id), each.agency)]
    return acts


ANSWERS: list[dict[str, Any]] = [
    {},
    {
        "home_country": "NG",
        "born": "2008-03-09",
        "risk": "low",
        "risk_there": "low",
        "seeks": False,
    },
    {
        "home_country": "TG",
        "born": "1990-12-31",
        "risk": "low",
        "risk_there": "high",
        "seeks": True,
    },
    {"risk": "low", "seeks": False},
    {"risk": "medium", "seeks": True},
    {"seeks": True},
    {"risk": "low"},
    {"risk": "high"},
]


def _yes(trial: Pathway, asked: HandOver) -> c.AcceptHandOver:
    wanted = trial.steps[asked.step].answers
    return c.AcceptHandOver(hand_over=asked.id, answers={"risk": "low"} if wanted else {})


def acts_in(trial: Pathway, state: State) -> list[tuple[c.Act, str]]:
    """What might be done now by whom, sensible or not; always time alone."""
    acts: list[tuple[c.Act, str]] = [(c.Settle(), "")] * 2
    for task in state.tasks.values():
        if task.status in ("done", "withdrawn"):
            continue
        for agency in task.agencies:
            acts += [(act, agency) for act in _ON_TASK[task.kind](task.id)]
            acts += [(c.Accept(task=task.id), agency), (c.Claim(task=task.id), agency)]
            acts += [(c.Decline(task=task.id, reason="no_capacity"), agency)]
        acts += [(c.Reassign(task=task.id, agency=CARE2), state.responsible)]
        acts += [(c.Reassign(task=task.id, agency=HOME), state.responsible)]
    acts += _on_requests(state)
    acts += _at_any_time(state)
    acts += [(c.Reopen(reason="persons_wish"), state.responsible)]
    acts += [(c.Merge(case=state.code, into="2222-3333", agreed=True), state.responsible)]
    if state.merged_into:
        return [(c.Unmerge(case=state.code, into=state.merged_into), state.responsible), *acts]
    acts += _on_periods(state)
    acts += [(c.Start(step=f"s{number}"), CARE) for number in range(5, 12)]
    for step in trial.steps:
        acts += [(c.Skip(step=step, reason="urgent"), state.responsible)]
        acts += [(c.OpenStep(step=step, reason="urgent"), state.responsible)]
    acts += [
        (c.Raise(interrupt=name), state.responsible) for name in ("pause", "bars", "again", "asks")
    ]
    for outcome in ("", "yes", "no"):
        ways = [c.Resolve(interrupt=name, outcome=outcome) for name in state.interrupts]
        acts += [(way, state.responsible) for way in ways]
    return acts


def _on_requests(state: State) -> list[tuple[c.Act, str]]:
    acts: list[tuple[c.Act, str]] = []
    for each in state.hand_overs.values():
        ident = each.id
        if each.status != "closed":
            acts += [(c.Revoke(hand_over=ident), each.sender)]
            acts += [
                (act, each.agency)
                for act in (
                    c.See(hand_over=ident),
                    c.Ask(hand_over=ident),
                    c.WaitList(hand_over=ident),
                    c.AcceptHandOver(hand_over=ident),
                    c.AcceptHandOver(hand_over=ident, conditions=True),
                    c.DeclineHandOver(hand_over=ident, reason="unsafe"),
                    c.Prepare(hand_over=ident),
                )
            ]
    return acts


def _on_periods(state: State) -> list[tuple[c.Act, str]]:
    """Made longer or shorter; and the calendars change."""
    acts: list[tuple[c.Act, str]] = [(c.Refresh(), "")] * 5
    names = {clock.about for clock in state.clocks.values() if clock.kind != "rung"}
    for name in sorted(names):
        for agency in sorted({state.responsible, *state.roles.values()}):
            acts += [(c.Extend(name=name), agency), (c.Shorten(name=name), agency)]
    return acts


def _at_any_time(state: State) -> list[tuple[c.Act, str]]:
    """Consents taken back, agencies shut out, stops confirmed, cases linked."""
    acts: list[tuple[c.Act, str]] = []
    acts += [(c.WithdrawConsent(consent=name), DESK) for name in state.consents]
    for agency in (DESK, CARE, HOME, HOME2):
        acts += [(c.WithdrawConsent(consent=name, agency=agency), DESK) for name in state.consents]
        acts += [(c.Prohibit(agency=agency), state.responsible)]
    for stop in state.stops.values():
        acts += [(ConfirmStop(stop=stop.id), each) for each in (stop.agency, state.responsible)]
    acts += _of_links(state)
    acts += [(c.Hear(case=code, without=(CARE,)), "") for code in state.links]
    acts += [(c.Unlink(case=code), DESK) for code in state.links]
    acts += [(c.Permit(agency=each), state.responsible) for each in state.prohibited] * 2
    return acts


def _of_links(state: State) -> list[tuple[c.Act, str]]:
    """Proposed from either case, and answered in either."""
    acts: list[tuple[c.Act, str]] = [
        (c.Link(case="2222-3333", word="sibling", agreed=agreed), state.responsible)
        for agreed in (True, False)
    ]
    merge = Proposal(word="merge", status=ProposalStatus.WAITING, at=MONDAY, answer_by=MONDAY)
    acts += [(c.BeAsked(case="4444-5555", proposal=merge), HOME)]
    acts += [(c.BeAgreed(case=code), HOME) for code in state.proposals]
    for answer in (c.Agree, c.Disagree, c.Unlink):
        acts += [(answer(case=code), state.responsible) for code in state.proposals]
    return acts


def _ways_out(trial: Pathway, interrupt: str) -> list[c.Act]:
    outcomes = tuple(trial.interrupt(interrupt).resolved) or ("",)
    return [c.Resolve(interrupt=interrupt, outcome=each) for each in outcomes]


def _work(task: str) -> list[c.Act]:
    countries = ("NG", "TG", "GH")
    return [
        *(c.Complete(task=task, answers={"home_country": each}) for each in countries),
        *(c.Complete(task=task, answers={"risk": each}) for each in ("low", "high")),
        c.Complete(task=task, answers={"risk": "medium", "seeks": False}),
        c.Complete(task=task),
    ]


def _outcomes(*outcomes: str) -> Callable[[str], list[c.Act]]:
    return lambda task: [c.Complete(task=task, outcome=each) for each in outcomes]


_ON_TASK: dict[TaskKind, Callable[[str], list[c.Act]]] = {
    TaskKind.WORK: _work,
    TaskKind.DECISION: _outcomes("yes", "no"),
    TaskKind.VOTE: lambda task: [
        *_outcomes("yes", "no")(task),
        c.Decline(task=task, reason="conflict_of_interest"),
    ],
    TaskKind.CONSENT: lambda task: [
        *[c.RecordConsent(task=task, given=True)] * 4,
        *[c.RecordConsent(task=task, given=True, giver="guardian", view="objects")] * 4,
        c.RecordConsent(task=task, given=False),
    ],
    TaskKind.OFFER: lambda task: [
        c.Offer(task=task),
        c.Complete(task=task, outcome="give_up"),
        *_work(task),
    ],
    TaskKind.ARRIVAL: lambda task: [c.ConfirmArrival(task=task), c.ReportNoShow(task=task)],
    TaskKind.FEEDBACK: lambda task: [c.GiveFeedback(task=task)],
    TaskKind.CHASE: _outcomes("wait_on", "give_up"),
    TaskKind.RESOLVE: _outcomes("done"),
    TaskKind.CLOSING: _work,
    TaskKind.APPROVAL: _outcomes("approved", "returned"),
    TaskKind.REVIEW: _outcomes("wait_on", "later"),
}
