"""What a sweep says about itself to managers."""

from __future__ import annotations

from flows.sweep import sweep
from tests.driven_cases import Harness
from tests.paper_cases import Line

LOST = Line(text="Asked the consulate: travel document", notify="NG-NAPTIP", undeliverable=True)
LATER = Line(text="Reintegrated", hours=48)


def test_a_sweep_has_failed_if_it_settled_no_case_whatever_became_of_the_notices(
    harness: Harness,
) -> None:
    """A notice that failed is no case that failed: neither alone, nor beside one."""
    harness.cases.open("AAAA-0001", script=[LOST, LATER])
    assert sweep(["AAAA-0001"], return_state=True).is_completed()
    harness.cases.open("AAAA-0002", script=[LOST, Line(text="Reintegrated", hours=1, fault=True)])
    harness.cases.settle("AAAA-0002")
    harness.cases.advance(hours=1)
    assert sweep(["AAAA-0002"], return_state=True).is_failed()
