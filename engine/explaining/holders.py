"""Why an agency has a task or a request: its role, how it was chosen, what lets it know."""

from __future__ import annotations

from collections.abc import Iterator

from engine import covering
from engine.declined import asked_for
from engine.explaining.reasons import Known, Reason
from engine.facts import RoleBound, StageMoved, TaskAssigned
from engine.plans import Role
from engine.state import AGREED, RESPONSIBLE, Task
from engine.versions.renaming import renamed_ident

_CHOSEN = {
    "first": "the first of the registry that may hold it",
    "in_turn": "of those that may hold it, the one that got something longest ago",
    "most_free": "of those that may hold it, the one with most room",
}


def of_task(known: Known, task: Task) -> Iterator[Reason]:
    """Why its agency has it."""
    passed = next(_passed_on(known, task.id), None)
    yield from _of_role(known, task.role, task.agency)
    if task.also:
        others = ", ".join(f"{agency} for the role {role}" for role, agency in task.also.items())
        text = f"whoever takes it first does it; so may, instead: {others}"
        yield Reason(about="agency", text=text)
    if declined := known.declined(task):
        yield Reason(about="agency", text=f"{declined}: no other agency may do {task.step}")
    if passed:
        yield Reason(about="agency", text=f"it was passed on to {task.agency}: {passed.because}")
    yield from knows(known, task.agency)


def _passed_on(known: Known, task: str) -> Iterator[TaskAssigned]:
    for then in known.history():
        fact = then.fact
        if isinstance(fact, TaskAssigned) and renamed_ident(fact.task, then.names) == task:
            yield fact


def of_request(known: Known, role: str, agency: str) -> Iterator[Reason]:
    """Why it was asked."""
    yield from _of_role(known, role, agency)
    yield from knows(known, agency)


def _of_role(known: Known, role: str, agency: str) -> Iterator[Reason]:
    if role in ("", RESPONSIBLE):
        yield Reason(about="role", text=f"it is for who answers for the case: {agency} does")
        return
    plan = known.role(role)
    if plan is None:
        yield Reason(about="role", text=f"it was for the role {role}, of a version before")
        return
    country = known.state.sides.get(plan.side, "no country yet")
    yield Reason(
        about="role", text=f"it is for the role {role}: {plan.type} @ {plan.side} ({country})"
    )
    holder = known.state.roles.get(role, "")
    if agency == holder:
        agreed = _agreed(known, role, agency)
        how = f"it has agreed to {agreed}" if agreed else _how(known, plan)
        yield Reason(about="agency", text=f"{agency} holds it, {how}")
    elif agency == known.state.responsible:
        yield Reason(
            about="agency",
            text=f"{agency} answers for the case: nobody who holds the role may have it",
        )
    else:
        instead = f" in place of {holder}" if holder and known.sees_all else ""
        yield Reason(about="agency", text=f"{agency} has it{instead}, {_how(known, plan)}")


def _agreed(known: Known, role: str, agency: str) -> str:
    """The last request by which it came to hold the role; empty if there is none."""
    return next(
        (
            each.id
            for each in reversed(known.state.hand_overs.values())
            if each.agency == agency
            and each.status in AGREED
            and each.kind == "request"
            and role in asked_for(known.view.pathway, each)
        ),
        "",
    )


def _how(known: Known, role: Role) -> str:
    if role.name in _named_at_opening(known):
        return "as it was named when the case was opened"
    asked = [
        f"serves {known.state.data[role.area]}" if _counts(known, role.area) else "",
        f"speaks {known.state.data[role.language]}" if _counts(known, role.language) else "",
        f"is specialised in {' and '.join(role.words)}" if role.words else "",
    ]
    able = ", ".join(filter(None, asked))
    return _CHOSEN[role.choose] + (f" and {able}" if able else "")


def _counts(known: Known, field: str) -> bool:
    """It is answered, and who asks may see it."""
    return field in known.state.data and known.sees(field)


def _named_at_opening(known: Known) -> set[str]:
    """Roles that were bound before the first stage was entered."""
    found: set[str] = set()
    for then in reversed([*known.history()]):
        fact = then.fact
        if isinstance(fact, StageMoved):
            break
        if isinstance(fact, RoleBound):
            found.add(then.name_now("roles", fact.role))
    return found


def knows(known: Known, agency: str) -> Iterator[Reason]:
    """What lets it know of the case, as things stand now."""
    turn, state = known.view, known.state
    if turn.is_barred(agency):
        yield Reason(about="knows", text=f"nothing may go to {agency} in this case any more")
        return
    if not turn.may_hear(agency):
        yield Reason(about="knows", text=f"nothing lets {agency} know of the case now")
        return
    for asked in state.hand_overs.values():
        if asked.agency == agency and asked.status in AGREED:
            yield Reason(about="knows", text=f"it may know: it has agreed to {asked.id}")
            return
    for name, consent in state.consents.items():
        if covering.covers(turn, consent, agency):
            yield Reason(
                about="knows", text=f"it may know: the consent {name} names it", at=consent.given_at
            )
            return
    yield Reason(about="knows", text="it may know: it stands where the case is, over no border")
