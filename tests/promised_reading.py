"""Who may know of a case, and read what of it, as the promises say it: judged from the facts of its log and the
text of its pathway alone. Whatever is shown or told is held against it.

Source: docs/reference/consents.md, "Cover"; need-to-know by agency, field and time (D10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from engine import facts as f
from engine.agencies.registry import Registry
from engine.definition import Basis, Step
from engine.evolve import evolve
from engine.notice_kinds import FAREWELL
from engine.pathway import Pathway
from engine.questions import lookup
from engine.state import HandOver, State, Task
from tests.factories import REGISTRY
from tests.promised_cover import could_hold, covers, is_shut_out

_YES = frozenset({"accepted", "prepared", "departed", "arrived", "no_show", "closed"})
_WORDS = ("asked", "conditions", "declined")
_ADDRESSED = (*_WORDS, "feedback", "skipped", "opened", "reopened", "raised")
"""Words beside answers: those of no request are for the responsible agency."""


class Ledger:
    """What the log of one case has said so far.

    Args:
        trial: its roles, consents, bases and forms are read as they are written.
    """

    def __init__(self, trial: Pathway, registry: Registry = REGISTRY) -> None:
        self.trial, self.registry, self.state = trial, registry, State()
        self.came_from: dict[str, str] = {}
        """Stored name of an answer to the agency that gave it, or to the request in which it was given."""
        self.heard: set[str] = set()
        """Who has acted in the case, was given something or told anything but a farewell."""
        self._raiser = ""

    def read(self, facts: Iterable[f.Fact], agency: str = "") -> None:
        """All facts of a turn."""
        for _ in self.reading(facts, agency):
            pass

    def reading(self, facts: Iterable[f.Fact], agency: str = "") -> Iterator[f.Fact]:
        """Facts of a turn, each while the ledger has all that came before it.

        Args:
            agency: whose act it was; empty for time.
        """
        self.heard |= {agency} - {""}
        self._raiser = ""
        for fact in facts:
            yield fact
            self.came_from |= self._answered(fact, agency)
            self.heard |= _reached(fact)
            self.state = evolve(self.state, fact)

    def _answered(self, fact: f.Fact, agency: str) -> dict[str, str]:
        """What the fact says that somebody has answered, and where it came from."""
        match fact:
            case f.FormRecorded(task=about):
                source = about if about in self.state.hand_overs else agency
                names = (*fact.answers, *fact.protected)
                return {self._kept_as(about, name): source for name in names}
            case f.InterruptRaised(by=by):
                self._raiser = by or self.state.responsible
            case f.DataSet(field=name) if not self._parts(name):
                return {name: self._raiser}
            case f.PersonKnown(fields=names):
                return dict.fromkeys(names, self.state.responsible)
        return {}

    def _kept_as(self, about: str, name: str) -> str:
        task = self.state.tasks.get(about)
        return f"{name} {about}" if task and task.kind == "vote" else name

    # may it know

    def may_know(self, agency: str, now: datetime) -> bool:
        """It is responsible for the case; or nothing bars it, and it has opened it, has said yes to a request, or is
        covered.
        """
        if agency == self.state.responsible:
            return True
        if is_shut_out(self.trial, self.state, agency, self.registry):
            return False
        return (
            agency == self.state.opened_by
            or any(self._said_yes(each, agency, now) for each in self.state.hand_overs.values())
            or any(self._stands(each, now, agency) for each in self.state.consents)
            or any(self._holds_one_of(agency, each.to) for each in self._in_force())
        )

    def _said_yes(self, asked: HandOver, agency: str, now: datetime) -> bool:
        """After the end, only while the consents stand that it rests on."""
        if asked.agency != agency or asked.status not in _YES:
            return False
        return self.state.status == "open" or all(
            self._stands(each, now) for each in asked.consents
        )

    def is_given(self, name: str, now: datetime) -> bool:
        return self._stands(name, now)

    def _stands(self, name: str, now: datetime, agency: str = "") -> bool:
        consent = self.state.consents[name]
        is_over = consent.expires_at is not None and consent.expires_at <= now
        if agency:
            return not is_over and covers(self.state, name, agency, self.registry)
        return not is_over and consent.status == "given"

    def _in_force(self) -> Iterable[Basis]:
        for basis in self.trial.definition.bases.values():
            ask = lookup(self.state)
            begun = basis.when is None or self.trial.test(basis.when)(ask) is True
            over = basis.until is not None and self.trial.test(basis.until)(ask) is True
            if begun and not over:
                yield basis

    def _holds_one_of(self, agency: str, roles: Iterable[str]) -> bool:
        return any(
            could_hold(self.trial, self.state, each, agency, self.registry) for each in roles
        )

    # what it reads

    def may_read(self, agency: str, name: str, now: datetime) -> bool:
        """Whether what is stored under a name may be shown: collected, or covered and needed.

        Of a case that has ended, only the agency that answers for it reads anything.
        """
        answers = agency == self.state.responsible
        if not answers and not (self.state.status == "open" and self.may_know(agency, now)):
            return False
        if self._collected(agency, name):
            return True
        field = self._field_of(name)
        return (answers or field in self._asked_of(agency)) and self.is_shown(agency, name, now)

    def is_shown(self, agency: str, name: str, now: datetime) -> bool:
        """Whether it has collected it, or a consent that stands or a basis in force shows it to it."""
        if self._collected(agency, name):
            return True
        field = self._field_of(name)
        by_consent = any(
            field in each.shows and self._stands(key, now, agency)
            for key, each in self.state.consents.items()
        )
        by_law = any(
            field in each.shows and self._holds_one_of(agency, each.to) for each in self._in_force()
        )
        parts = self._parts(field)
        return (
            by_consent
            or by_law
            or (bool(parts) and all(self.is_shown(agency, each, now) for each in parts))
        )

    def _parts(self, field: str) -> tuple[str, ...]:
        known = self.trial.definition.data.get(field)
        return tuple(known.highest_of) if known else ()

    def _field_of(self, name: str) -> str:
        field, _, about = name.rpartition(" ")
        return field if field in self.trial.definition.data and about in self.state.tasks else name

    def _collected(self, agency: str, name: str) -> bool:
        parts = self._parts(name)
        if parts:
            return all(self._collected(agency, each) for each in parts)
        source = self.came_from.get(name)
        if source is not None:
            asked = self.state.hand_overs.get(source)
            return self._is_party(asked, agency) if asked else agency == source
        word, _, about = name.rpartition(" ")
        task = self.state.tasks.get(about)
        asked = self.state.hand_overs.get(task.hand_over if task else about)
        if asked and word == "feedback":
            return agency in (asked.agency, asked.sender)
        if asked and word in _WORDS:
            return self._is_party(asked, agency)
        if (word or name) in _ADDRESSED:
            return agency == self.state.responsible
        return agency == self.state.opened_by

    def _is_party(self, asked: HandOver, agency: str) -> bool:
        """Its receiver; its sender until feedback closes it, or as long as it is responsible for the case."""
        if agency == asked.agency:
            return True
        still = asked.status != "closed" or agency == self.state.responsible
        return agency == asked.sender and still

    def _asked_of(self, agency: str) -> set[str]:
        """The fields that its open tasks ask for, and that its requests show or bring."""
        found: set[str] = set()
        for task in self.state.tasks.values():
            is_open = task.status in ("assigned", "accepted", "claimed")
            if is_open and agency in (task.agency, *task.also.values()):
                found |= self._in_form(task)
        for asked in self.state.hand_overs.values():
            if agency == asked.agency and asked.status not in ("declined", "revoked"):
                found |= {each for each in asked.shows if not self._waits_for_yes(asked, each)}
            if agency == asked.sender and asked.status != "revoked":
                step = self._steps[asked.step]
                found |= {*asked.shows, *(each.name for each in (*step.form, *step.answers))}
        return found

    def _waits_for_yes(self, asked: HandOver, field: str) -> bool:
        """What is protected the receiver reads once it has said yes, or has opened a notification."""
        has_taken_it_up = asked.status in {*_YES, "answered", "noted"}
        return self.trial.definition.data[field].is_protected and not has_taken_it_up

    def _in_form(self, task: Task) -> set[str]:
        if task.kind == "closing":
            end = self.trial.definition.ends.get(task.step)
            return {each.name for each in end.form} if end else set()
        step = self._steps.get(task.step)
        if step is None:
            return set()
        if step.panel:
            seat = task.role or "responsible"
            return {*step.panel.shows, *step.panel.shows_to.get(seat, ())}
        return {*step.shows, *(each.name for each in step.form)}

    @property
    def _steps(self) -> dict[str, Step]:
        stages = self.trial.definition.stages.values()
        return {name: step for stage in stages for name, step in stage.steps.items()}


def _reached(fact: f.Fact) -> set[str]:
    """Whom a fact gives something to do, or tells something other than that it is over."""
    match fact:
        case f.TaskOpened(task=task):
            return {*task.agencies}
        case f.TaskAssigned(agency=agency):
            return {agency}
        case f.TaskShared(also=also):
            return {*also.values()}
        case f.HandOverOffered(hand_over=asked):
            return {asked.agency, asked.sender}
        case f.NoticeOwed(agency=agency, kind=kind) if kind not in FAREWELL:
            return {agency}
    return set()
