"""Random pathways and random actors: what holds of every case at every moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from engine import commands as c
from engine import facts as f
from engine.decide import Decision, decide
from engine.errors import Refusal
from engine.evolve import evolve, replay
from engine.loader import load_pathway
from engine.machines import TABLES
from engine.pathway import Pathway
from engine.state import AGREED, State, TaskKind
from tests.factories import AWAY, CALENDARS, CARE, CARE2, DESK, HOME, HOME2, MONDAY, REGISTRY

AGENCIES = [DESK, CARE, CARE2, HOME, HOME2, AWAY]
HEAD: dict[str, Any] = {
    "pathway": "trial",
    "version": 1,
    "title": "A trial",
    "effective": "2026-01-01",
    "sides": ["host", "origin"],
    "roles": {"screener": "desk @ host", "manager": "care @ host", "home": "partner @ origin"},
    "data": {
        "full_name": {"text": True},
        "home_country": {"country": True, "binds": "origin"},
        "risk": {"choice": ["low", "medium", "high"], "ordered": True},
        "seeks": {"yes_no": True},
    },
    "ends": {"done": "success", "stays": "neutral", "gone": "withdrawn"},
}
roles = st.sampled_from(["screener", "manager", "home"])
periods = st.sampled_from(["3 hours", "2 days", "4 working days", "1 month"])
reactions = st.sampled_from(
    ["go on", "end stays", "tell manager", "tell home", "interrupt pause", "interrupt bars"]
)
conditions = st.sampled_from(
    ["risk < high", "risk.answered", "not seeks", "seeks or risk = low", "side.origin.bound"]
)
rungs = st.lists(
    st.sampled_from(
        [
            "remind screener",
            "before 1 hour remind manager",
            "after 1 working day tell manager",
            "after 2 days tell home",
        ]
    ),
    max_size=3,
)
consent_to_tell = st.fixed_dictionaries(
    {"to": st.just("home"), "ask": st.just("May we?")},
    optional={
        "any": st.just(True),
        "valid": periods,
        "withdrawn": reactions,
        "shows": st.just(["risk"]),
    },
)
work = st.fixed_dictionaries(
    {"by": roles},
    optional={
        "due": periods,
        "form": st.just(["risk", "seeks?"]),
        "optional": st.just(True),
        "not_before": st.sampled_from(["2 days", "3 days after case.opened"]),
    },
)
decision = st.fixed_dictionaries(
    {"by": roles, "decide": st.fixed_dictionaries({"yes": reactions, "no": reactions})},
    optional={"due": periods},
)
series = st.fixed_dictionaries(
    {
        "by": roles,
        "series": st.just({"at": ["2 days", "1 month"], "after": "case.opened"}),
    },
    optional={"due": periods},
)
repeated = st.fixed_dictionaries(
    {
        "by": roles,
        "form": st.just(["risk"]),
        "repeat": st.fixed_dictionaries(
            {"at_most": st.integers(1, 3), "until": st.just("risk = low"), "then": reactions}
        ),
    }
)
manual = st.fixed_dictionaries({"by": roles, "manual": st.just(True)}, optional={"due": periods})
travel = st.fixed_dictionaries(
    {
        "by": st.just("manager"),
        "arrival": st.fixed_dictionaries(
            {"confirmed_by": st.just("home"), "within": periods, "missing": reactions}
        ),
    }
)
answers = st.one_of(reactions, st.just("next receiver, at most 2"))
request = st.fixed_dictionaries(
    {
        "hand_over": st.just("home"),
        "needs": st.just("consent.tell_home"),
        "answer": periods,
        "declined": reactions,
        "silent": reactions,
    },
    optional={"seen": periods, "by": roles, "feedback": periods, "not_before": st.just("2 days")},
)
referral = st.fixed_dictionaries(
    {
        "hand_over": st.just("manager"),
        "answer": periods,
        "declined": answers,
        "silent": answers,
    },
    optional={"seen": periods, "by": st.just("screener"), "feedback": periods},
)


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    """One to three stages; the first asks for the country and for both consents."""
    tell = draw(consent_to_tell)
    asked = draw(request)
    if tell.get("any"):
        asked |= {"declined": draw(answers), "silent": draw(answers)}
    steps = [
        {"by": "screener", "form": ["home_country", "full_name?"]},
        {"by": "screener", "consent": "tell_home", "refused": draw(reactions)},
        {"by": "manager", "consent": "going", "refused": draw(reactions)},
        asked,
        *draw(
            st.lists(
                st.one_of(work, decision, series, repeated, manual, travel, referral), max_size=7
            )
        ),
    ]
    steps = [dict(step) for step in steps]
    for number, step in enumerate(steps):
        if number and draw(st.booleans()):
            step["after"] = draw(st.sampled_from([f"s{each}" for each in range(number)]))
        if draw(st.integers(0, 3)) == 0:
            step |= {"when": draw(conditions), "otherwise": draw(st.one_of(reactions, SKIP))}
    cuts = sorted(draw(st.lists(st.integers(1, len(steps) - 1), max_size=2, unique=True)))
    named = [(f"s{number}", step) for number, step in enumerate(steps)]
    stages: dict[str, dict[str, Any]] = {
        f"stage{number}": {"steps": dict(named[start:end])}
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(steps)], strict=True))
    }
    for number, stage in enumerate(stages.values()):
        if number and draw(st.booleans()):
            stage["after"] = f"stage{number - 1}"
        if not any(needed(step) for step in stage["steps"].values()):
            stage["steps"][f"last{number}"] = {"by": "manager"}
    if draw(st.booleans()):
        stages[f"stage{len(cuts)}"]["then"] = "end done"
    going: dict[str, Any] = {"ask": "Do you want to?"}
    if draw(st.booleans()):
        going["reconfirm_before"] = [draw(st.sampled_from([name for name, _ in named[3:]]))]
    document = HEAD | {
        "consents": {"tell_home": tell, "going": going},
        "stages": stages,
        "interrupts": {
            "pause": {
                "raised_by": ["manager", "home"],
                "suspends": draw(st.sampled_from(list(stages))),
                "review": "3 days",
                "tell": ["home"],
            },
            "bars": {"raised_by": "screener", "bars": "origin", "set": {"seeks": True}},
            "leaves": {"raised_by": ["screener", "manager"], "then": "end gone"},
        },
    }
    text = json.dumps(document)
    note(text)
    return load_pathway(text, "random.yaml")


SKIP = st.just("skip")


def needed(step: dict[str, Any]) -> bool:
    return not (step.get("optional") or step.get("manual"))


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(pathways(), st.integers(1, 60), st.integers(0, 2**32))
def test_every_case_keeps_every_promise_at_every_moment(
    trial: Pathway, moves: int, seed: int
) -> None:
    """Whatever the agencies do or leave undone, and however late anybody looks."""
    player, chance = Player(trial), Random(seed)
    for _ in range(moves):
        player.move(chance)
    player.close()


class Player:
    """Plays one case, and looks at it after each turn."""

    def __init__(self, trial: Pathway) -> None:
        self.trial, self.now, self.state = trial, MONDAY, State()
        self.facts: list[f.AnyFact] = []
        self.take(c.OpenCase(code="7K2F-9QXM", country="GH"), DESK, 0)

    def move(self, chance: Random) -> None:
        """Mostly what the case waits for, by whom it waits for, soon; sometimes anything."""
        self.now += timedelta(hours=chance.choice([0, 0, 0, 1, 1, 30, 24 * 5, 24 * 40]))
        awaited = acts_awaited(self.trial, self.state)
        possible = awaited if awaited and chance.random() < 0.7 else acts_in(self.state)
        act, agency = chance.choice(possible)
        if agency and chance.random() < 0.05:
            agency = chance.choice(AGENCIES)
        self.take(act, agency, chance.choice([0, 0, 0, 50]))

    def take(self, act: c.Act, agency: str, ago: int) -> None:
        command = c.Command(
            act=act,  # type: ignore[arg-type]  # every Act is one of AnyAct
            agency=agency,
            person="staff-1" if agency else "",
            occurred_at=self.now - timedelta(hours=ago),
            recorded_at=self.now,
        )

        def once() -> Decision | str:
            try:
                return decide(self.trial, self.state, command, REGISTRY, CALENDARS)
            except Refusal as refusal:
                return refusal.reason

        result = once()
        if not isinstance(act, c.Settle) or isinstance(result, str):
            note(f"{self.now:%m-%d %H:%M} {agency} {act}: {_told(result)}")
        assert once() == result, "the same arguments lead to the same facts"
        if isinstance(result, str):
            assert not isinstance(act, c.Settle), "time is never refused"
            return
        assert not (self.state.status == "ended" and result.facts), "a closed case stays closed"
        look_at_each_fact(self.trial, self.state, result)
        self.facts += result.facts
        self.state = result.state
        assert replay(self.facts) == self.state
        look_at(self.state)
        reached = [each.key for each in self.facts if isinstance(each, f.ClockReached)]
        rungs = [key for key in reached if ":rung:" in key]
        assert len(rungs) == len(set(rungs)), "promise 4: a rung is used at most once"

    def close(self) -> None:
        """Whatever state a case is in, the responsible agency can end it."""
        self.take(c.Settle(), "", 0)
        self.take(c.Raise(interrupt="leaves"), self.state.responsible, 0)
        assert self.state.status == "ended"
        self.now += timedelta(days=400)
        before = self.state
        self.take(c.Settle(), "", 0)
        assert self.state == before


def _told(result: Decision | str) -> str:
    return result if isinstance(result, str) else " ".join(map(str, result.facts))


def acts_awaited(trial: Pathway, state: State) -> list[tuple[c.Act, str]]:
    """What the owners of open tasks and requests would do."""
    acts: list[tuple[c.Act, str]] = []
    for task in state.open_tasks():
        plan = trial.steps.get(task.step)
        asked = {field.name for field in plan.form} if plan else set()
        if task.kind in (TaskKind.WORK, TaskKind.OFFER) and plan and not plan.step.decide:
            filled = [answers for answers in ANSWERS if set(answers) == asked - {"full_name"}]
            acts += [(c.Complete(task=task.id, answers=each), task.agency) for each in filled]
        elif task.kind is TaskKind.RESOLVE:
            acts += [(c.Resolve(interrupt=task.step), state.responsible)]
        else:
            acts += [(act, task.agency) for act in _ON_TASK[task.kind](task.id)]
    for each in state.open_hand_overs():
        acts += [(c.AcceptHandOver(hand_over=each.id), each.agency)] * 2
        acts += [(c.DeclineHandOver(hand_over=each.id, reason="unsafe"), each.agency)]
        acts += [(c.See(hand_over=each.id), each.agency)]
    return acts


ANSWERS: list[dict[str, Any]] = [
    {},
    {"home_country": "NG"},
    {"home_country": "TG"},
    {"risk": "low", "seeks": False},
    {"risk": "medium", "seeks": True},
    {"risk": "low"},
    {"risk": "high"},
]


def acts_in(state: State) -> list[tuple[c.Act, str]]:
    """What might be done now by whom, sensible or not; always time alone."""
    acts: list[tuple[c.Act, str]] = [(c.Settle(), "")] * 2
    for task in state.tasks.values():
        if task.status in ("done", "withdrawn"):
            continue
        acts += [(act, task.agency) for act in _ON_TASK[task.kind](task.id)]
        acts += [(c.Accept(task=task.id), task.agency), (c.Claim(task=task.id), task.agency)]
        acts += [(c.Decline(task=task.id, reason="no_capacity"), task.agency)]
        acts += [(c.Reassign(task=task.id, agency=CARE2), state.responsible)]
        acts += [(c.Reassign(task=task.id, agency=HOME), state.responsible)]
    for each in state.hand_overs.values():
        ident = each.id
        if each.status != "closed":
            acts += [(c.Revoke(hand_over=ident), each.sender)]
            acts += [
                (act, each.agency)
                for act in (
                    c.See(hand_over=ident),
                    c.Ask(hand_over=ident),
                    c.AcceptHandOver(hand_over=ident),
                    c.AcceptHandOver(hand_over=ident, conditions=True),
                    c.DeclineHandOver(hand_over=ident, reason="unsafe"),
                    c.Prepare(hand_over=ident),
                )
            ]
    acts += [(c.WithdrawConsent(consent=name), DESK) for name in state.consents]
    acts += [(c.Start(step=f"s{number}"), CARE) for number in range(4, 11)]
    acts += [(c.Raise(interrupt=name), state.responsible) for name in ("pause", "bars")]
    acts += [(c.Resolve(interrupt=name), state.responsible) for name in state.interrupts] * 3
    return acts


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
    TaskKind.CONSENT: lambda task: [
        *[c.RecordConsent(task=task, given=True)] * 4,
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
    TaskKind.REVIEW: _outcomes("later"),
}


def look_at(state: State) -> None:
    """What holds of every case between two turns."""
    statuses = {kind: {row[2] for row in rows} for kind, rows in TABLES.items()}
    assert {task.status for task in state.tasks.values()} <= statuses["task"]
    assert {each.status for each in state.hand_overs.values()} <= statuses["hand_over"]
    assert {each.status for each in state.consents.values()} <= statuses["consent"]
    if state.status == "ended":
        assert [*state.open_tasks(), *state.open_hand_overs(), *state.clocks] == []
        assert not [task for task in state.tasks.values() if task.status == "suspended"]
        return
    assert state.responsible in REGISTRY.by_code, "promise 2: one responsible agency"
    assert not is_barred(state, state.responsible)
    assert not [task for task in state.open_tasks() if is_barred(state, task.agency)]
    assert not [each for each in state.open_hand_overs() if is_barred(state, each.agency)]
    running = [each for each in state.clocks.values() if each.paused_at is None]
    assert (
        state.open_tasks()
        or state.open_hand_overs()
        or [each for each in running if each.kind != "review"]
    ), "promise 2: a next action"
    assert state.next_clock(), "promise 2: a next moment"
    for each in state.open_hand_overs():
        owned = each.status != "silent" or state.open_tasks()
        assert owned or running, "promise 6: silence is owned"


def is_barred(state: State, agency: str) -> bool:
    """As the promise says it: its country is barred, and no other side of the case is there."""
    country = REGISTRY.by_code[agency].country
    sides = {side for side, where in state.sides.items() if where == country}
    return bool(sides) and sides <= set(state.barred)


def may_hear(state: State, agency: str) -> bool:
    """At home, or agreed, or named by a consent that stands."""
    country = REGISTRY.by_code[agency].country
    if country in ("GH", REGISTRY.by_code[state.responsible].country):
        return True
    if any(h.agency == agency and h.status in AGREED for h in state.hand_overs.values()):
        return True
    return any(covers(state, name, agency) for name in state.consents)


def covers(state: State, consent: str, agency: str) -> bool:
    given = state.consents[consent]
    in_class = given.role_type in REGISTRY.by_code[agency].roles
    return given.status == "given" and (agency in given.recipients or in_class)


FAREWELL = ("stop_and_confirm", "no_longer_needed")
"""What an agency that knew of the case is told last."""


def look_at_each_fact(trial: Pathway, state: State, decision: Decision) -> None:
    """Promise 5, at the very moment of each fact."""
    for fact in decision.facts:
        match fact:
            case f.HandOverOffered(hand_over=asked):
                assert not is_barred(state, asked.agency)
                if asked.role == "home":
                    assert covers(state, asked.consent, asked.agency)
                    assert asked.shows == trial.consent(asked.consent).shows
            case f.TaskOpened(task=task):
                assert may_hear(state, task.agency)
                assert not is_barred(state, task.agency)
            case f.TaskAssigned(agency=agency):
                assert may_hear(state, agency)
                assert not is_barred(state, agency)
            case f.NoticeOwed(agency=agency, kind=kind):
                assert not is_barred(state, agency), "a barred recipient gets nothing"
                assert kind in FAREWELL or may_hear(state, agency)
                assert fact.number == state.notices + 1
        state = evolve(state, fact)
    assert state == decision.state
