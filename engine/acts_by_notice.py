"""What the holder of a notice may do without signing in, by the link in the notice or by telephone.

Each act declares whether it may be done in this way (`Declared.by_notice`). This module leaves out
whatever needs a known person: work that must be done by somebody other than whoever did an earlier
part, a ballot, an approval or any other decision, and any form with a question that is protected or
that a bystander must not read.

Source: need-to-know (D10); nothing sensitive where others may see it (D4); four eyes (F27, F29).
"""

from __future__ import annotations

from engine.neutral import forbidden_words
from engine.offering import Offered, offered
from engine.pathway import Pathway
from engine.plans import FormField
from engine.state import HandOver, StopTask, Task
from engine.task_kinds import TaskKind
from engine.translation import OWN
from engine.turns.doers import another_person_matters
from engine.view import View

_OPEN_TO_HOLDERS = frozenset({TaskKind.WORK, TaskKind.ARRIVAL, TaskKind.FEEDBACK, TaskKind.STOP})
"""The kinds of task that a holder may act on: nothing is decided in them, and nobody is asked to
agree.
"""


def offered_to_holder(view: View, agency: str, about: str) -> list[Offered]:
    """What the holder of a notice may do about its subject, in the order in which acts are offered
    to the agency; empty if nothing.

    Args:
        agency: the agency to which the notice was sent.
        about: the task or request that the notice is about, by its id in the case.
    """
    work = view.state.work(about)
    if work is None or not _is_open_to_holders(view, work, agency):
        return []
    return [
        each
        for each in offered(view, agency)
        if each.about == about and _may_be_done(view.pathway, work, each)
    ]


def _is_open_to_holders(view: View, work: Task | HandOver, agency: str) -> bool:
    """Whether the subject is one that a holder of a notice may act on at all."""
    if isinstance(work, HandOver):
        return True
    is_own = agency in work.agencies and work.kind in _OPEN_TO_HOLDERS
    return is_own and (isinstance(work, StopTask) or not another_person_matters(view, work))


def _may_be_done(pathway: Pathway, work: Task | HandOver, offer: Offered) -> bool:
    declared = offer.act.declared
    if declared is None or not declared.by_notice:
        return False
    if declared.fill is None:
        return True
    form = pathway.answers_of(work) if isinstance(work, HandOver) else pathway.form_of(work)
    return all(_may_be_asked(pathway, each) for each in form)


def _may_be_asked(pathway: Pathway, asked: FormField) -> bool:
    """Whether a question may appear on a page that anyone who gets hold of the notice can read."""
    field = pathway.definition.data[asked.name]
    words = pathway.spoken(OWN).question(asked.name), *field.words
    return not (field.is_protected or any(map(forbidden_words, words)))
