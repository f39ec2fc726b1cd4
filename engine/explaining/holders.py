"""Why an agency has a task or request: its role, how the agency was chosen, and what lets it know of
the case.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import visibility
from engine.declined import asked_for
from engine.explaining.reasons import CaseHistory, Reason
from engine.facts import RoleBound, StageMoved, TaskAssigned
from engine.grounds import GroundKind
from engine.message import Message, message
from engine.plans import BasisPlan, RolePlan
from engine.state import RESPONSIBLE, HandOver, Task
from engine.statuses import AGREED
from engine.versions.renaming import renamed_ident
from engine.view import View


def of_task(known: CaseHistory, task: Task) -> Iterator[Reason]:
    """Why the task is with its agency."""
    passed = next(_passed_on(known, task.id), None)
    yield from _of_role(known, task.role, task.agency)
    if task.also:
        also = task.also.items()
        others = tuple(message("why.for_role", agency=agency, role=role) for role, agency in also)
        yield Reason(said=message("why.agency.also", others=others))
    if declined := known.declined(task):
        yield Reason(said=message("why.agency.alone", declined=declined, step=task.step))
    if passed:
        why = _of_passing(known, passed)
        yield Reason(said=message("why.agency.passed_on", agency=task.agency, because=why))
    yield from knows(known, task.agency)


def _passed_on(known: CaseHistory, task: str) -> Iterator[TaskAssigned]:
    for then in known.history():
        fact = then.fact
        if isinstance(fact, TaskAssigned) and renamed_ident(fact.task, then.names) == task:
            yield fact


_OF_ITS_OWN = frozenset({"accepted", "arrived", "reassigned", "taken"})
"""Of the reasons why a task went to another agency, those that reveal nothing about the agency that
had the task before.
"""


def _of_passing(known: CaseHistory, fact: TaskAssigned) -> Message:
    """Why a task went to another agency, as far as the reader may know. If the previous agency
    declined, `because` includes its reason: `declined: no_capacity`.
    """
    word, _, reason = fact.because.partition(": ")
    if not (known.sees_all or word in _OF_ITS_OWN):
        return message("why.passed.from_another")
    if reason:
        return message("why.declined", reason=reason)
    return message(f"why.passed.{word.replace(' ', '_')}")


def of_request(known: CaseHistory, role: str, agency: str) -> Iterator[Reason]:
    """Why the agency was asked."""
    yield from _of_role(known, role, agency)
    yield from knows(known, agency)


def _of_role(known: CaseHistory, role: str, agency: str) -> Iterator[Reason]:
    if role in ("", RESPONSIBLE):
        yield Reason(said=message("why.role.responsible", agency=agency))
        return
    plan = known.role(role)
    if plan is None:
        yield Reason(said=message("why.role.of_before", role=role))
        return
    country = known.state.sides.get(plan.side) or message("why.no_country")
    said = message("why.role.is_for", role=role, type=plan.type, side=plan.side, country=country)
    yield Reason(said=said)
    holder = known.state.roles.get(role, "")
    if agency == holder:
        agreed = _agreed(known, role, agency)
        how = _by_its_yes(known, agreed) if agreed else _how(known, plan)
        yield Reason(said=message("why.agency.holds", agency=agency, how=how))
    elif agency == known.state.responsible:
        yield Reason(said=message("why.agency.responsible", agency=agency))
    elif holder and known.sees_all:
        how = _how(known, plan)
        said = message("why.agency.in_place_of", agency=agency, holder=holder, how=how)
        yield Reason(said=said)
    else:
        yield Reason(said=message("why.agency.has", agency=agency, how=_how(known, plan)))


def _by_its_yes(known: CaseHistory, asked: HandOver) -> Message:
    if known.is_of_it(asked):
        return message("why.chosen.agreed", request=asked.id)
    return message("why.chosen.agreed_to_another")


def _agreed(known: CaseHistory, role: str, agency: str) -> HandOver | None:
    """The last request through which the agency took on the role, if there is one."""
    return next(
        (
            each
            for each in reversed(known.state.hand_overs.values())
            if each.agency == agency
            and each.status in AGREED
            and each.kind == "request"
            and role in asked_for(known.view.pathway, each)
        ),
        None,
    )


def _how(known: CaseHistory, role: RolePlan) -> Message:
    if role.name in _named_at_opening(known):
        return message("why.chosen.named")
    chosen, able = message(f"why.chosen.by_{role.choose}"), tuple(_able(known, role))
    return message("why.chosen.and", chosen=chosen, able=able) if able else chosen


def _able(known: CaseHistory, role: RolePlan) -> Iterator[Message]:
    data = known.state.data
    if _counts(known, role.area):
        yield message("why.able.serves", area=data[role.area])
    if _counts(known, role.language):
        yield message("why.able.speaks", language=data[role.language])
    if role.words:
        yield message("why.able.is_for", words=tuple(role.words))


def _counts(known: CaseHistory, field: str) -> bool:
    """Whether a field is answered, and the reader may see it."""
    return field in known.state.data and known.tells((field,))


def _named_at_opening(known: CaseHistory) -> set[str]:
    """Roles that were bound before the first stage was entered."""
    found: set[str] = set()
    for then in reversed([*known.history()]):
        fact = then.fact
        if isinstance(fact, StageMoved):
            break
        if isinstance(fact, RoleBound):
            found.add(then.name_now("roles", fact.role))
    return found


def knows(known: CaseHistory, agency: str) -> Iterator[Reason]:
    """What lets the agency know of the case at present; told only to that agency and to readers who
    see everything.
    """
    if not (known.sees_all or agency == known.agency):
        return
    view = known.view
    if view.is_barred(agency):
        yield Reason(said=message("why.knows.barred", agency=agency))
        return
    found = [_lets_in(view, each) for each in visibility.known_by(view, agency)]
    if not found:
        yield Reason(said=message("why.knows.nothing", agency=agency))
        return
    yield min(found, key=lambda reason: _FIRST.index(reason.said.code))


_FIRST = (
    "why.knows.agreed",
    "why.knows.consent",
    "why.knows.basis",
    "why.knows.responsible",
    "why.knows.opened",
)
"""The order in which one of several grounds is chosen: an accepted request, a consent, a law, and
last that the agency is responsible or opened the case.
"""


def _lets_in(view: View, by: visibility.By) -> Reason:
    match by:
        case GroundKind.RESPONSIBLE:
            return Reason(said=message("why.knows.responsible"))
        case GroundKind():
            return Reason(said=message("why.knows.opened"))
        case BasisPlan(name=name):
            return Reason(said=message("why.knows.basis", basis=name))
        case HandOver(id=ident):
            return Reason(said=message("why.knows.agreed", request=ident))
    given = view.state.consents[by].given_at
    return Reason(said=message("why.knows.consent", consent=by), at=given)
