"""A period that is known without what may come or not waits for nothing else."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionError
from tests.factories import Case

BODY = """
stages:
  start:
    steps:
      talk: {by: screener}
      look: {by: screener, after: talk, due: "latest of (2 days after talk.done, 1 day after rest.doneMARK)"}
      rest: {by: screener, after: look}
    then: end done
"""


def test_a_due_moment_may_count_from_what_need_not_come() -> None:
    """It is due by what is known, and what comes later moves it no more."""
    case = Case(BODY.replace("MARK", "?"))
    case.complete("talk.1")
    assert case.task("look.1").due_at is not None


def test_it_may_not_count_from_what_comes_only_after_it() -> None:
    with pytest.raises(DefinitionError, match=r"due\.never_due"):
        Case(BODY.replace("MARK", ""))
