"""Cases whose clocks are moved, for tests of periods."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.factories import Case


def day(text: str) -> datetime:
    """The last moment of a day."""
    return datetime.fromisoformat(f"{text}T23:59:59").replace(tzinfo=UTC)


def one_step(due: str, more: str = "", head: str = "") -> Case:
    """A case with a step `report` that is due as said, a step `talk`, and interrupts."""
    return Case(
        f"""
{head}
stages:
  start:
    steps:
      report: {{by: manager, due: {due}, late: [before 1 day remind manager]}}
      talk: {{by: screener, optional: yes, form: [risk?, married?, home_country?]}}
      contact: {{by: screener, manual: yes, repeat: {{at_most: 9}}}}
      {more}
    then: end done
interrupts:
  missing: {{raised_by: screener, then: go on}}
  hold: {{raised_by: screener, suspends: start, review: 3 days}}
"""
    )
