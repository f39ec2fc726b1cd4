"""What `explain` says of a case in a test."""

from __future__ import annotations

from engine.explaining.reasons import CaseHistory, Explanation
from engine.explaining.subjects import explain
from engine.view import View
from tests.factories import Case
from wording.sentences import in_words


def why(case: Case, name: str = "", agency: str = "") -> Explanation:
    """As an agency reads it; the responsible one, if none is named."""
    view = View(case.pathway, case.state, case.now, case.registry, case.calendars)
    editions = {each.id: each for each in case.calendars.editions}
    return explain(
        CaseHistory(view.seen_by(agency or case.state.responsible), case.facts, editions), name
    )


def awaited(found: Explanation) -> list[str]:
    """In words, what is waited for."""
    return [in_words(each.said) for each in found.waits_for]
