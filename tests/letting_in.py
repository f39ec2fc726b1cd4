"""What happens to whoever wants to be let in, before any case is looked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework import authenticating, suspending
from casework.authenticating import entering, operator
from casework.context import Onward
from casework.explaining import explain
from casework.principal import Because, Principal
from casework.registering import register
from tests.acts_of_relations import OTHERWISE, outcome
from tests.case_of_all_relations import AGENCIES
from tests.principals import OPERATOR, staff

ELSEWHERE = "somebody-else"
UNKNOWN = "0000-0000"


def let_in(onward: Onward, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What happens to whoever wants to be let in, by the rows of the page."""
    register(onward, AGENCIES + "looks_an_hour: 1\n", by=OPERATOR)
    me = operator(onward)
    suspending.suspend(onward, "GH-TWO", OPERATOR)
    suspending.suspend(onward, "GH-ONE", OPERATOR, "ofe")

    def enter(agency: str, person: str = "", because: Because | None = Because.PAPER) -> str:
        return _let(lambda: entering(onward, me, agency, person, because))

    def look() -> str:
        by = staff("GH-ONE", "ama")
        return outcome(lambda: explain(onward, UNKNOWN, "", by))

    found = {
        "an operator": _let(lambda: operator(onward)),
        "for an agency": enter("GH-ONE"),
        "for one of its staff": enter("GH-ONE", "ama"),
        "for an agency that the registry does not list": enter("GH-NOWHERE"),
        "for an agency, without saying why": enter("GH-ONE", because=None),
        "for training, where people are real": enter("GH-ONE", because=Because.TRAINING),
        "for a suspended agency": enter("GH-TWO"),
        "for one of its staff who is suspended": enter("GH-ONE", "ofe"),
        "for somebody who is not of its staff": enter("GH-ONE", "nobody"),
        "for one of its staff whose last day is over": enter("GH-ONE", "eli"),
        "for somebody of an agency that lists no staff": enter("GH-BARE", "ama"),
        "for somebody who has looked too often in this hour": [look(), look()][-1],
    }
    monkeypatch.setattr(authenticating, "account", lambda: ELSEWHERE)
    return {"an account that is bound to no operator": _let(lambda: operator(onward)), **found}


def _let(make: Callable[[], Principal]) -> str:
    found = outcome(make)
    return "let in" if found == OTHERWISE else found
