"""Where browsers anywhere find a case: its page for agencies, and its run in Prefect.

An address is empty if the portal, or Prefect, has no public address: a link that leads nowhere is
worse than none. Of a case, an address reveals only its code or the id of its run.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.principal import Principal

CASE_PATH = "/cases/{code}"
"""The path of a case's page, in the agencies' pages."""
_RUN_PATH = "/runs/flow-run/{run}"


def page_of_case(onward: Onward, code: str) -> str:
    """The address of a case's page; empty if the agencies' pages have no public address."""
    return f"{onward.portal}{CASE_PATH.format(code=code)}" if onward.portal else ""


def page_of_run(onward: Onward, run: str | None) -> str:
    """The address of a flow run's page in Prefect; empty if Prefect has no public address, or there
    is no run.
    """
    return f"{onward.prefect}{_RUN_PATH.format(run=run)}" if onward.prefect and run else ""


def run_of_case(onward: Onward, connection: Connection, code: str, by: Principal) -> str:
    """The address of the page of a case's run; empty as in `page_of_run`, or if the reader has
    neither the right `COORDINATE` nor `MANAGE`. The caller checks whether the reader may see the
    case.

    The run is stored in the case's row, so that no page has to wait for Prefect.
    """
    if not any(authority.has(by, each) for each in (Right.COORDINATE, Right.MANAGE)):
        return ""
    return page_of_run(
        onward, connection.scalar(select(CASES.c.flow_run_id).where(CASES.c.code == code))
    )
