"""Where browsers anywhere find a case: its page for agencies, and its run in Prefect.

Both addresses are empty while the installation has none that is public, since a link that leads nowhere is worse
than none. They hold codes alone.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from casework import authority
from casework.authority import Right
from casework.case_rows import CASES
from casework.context import Onward
from casework.principal import Principal

CASE_PATH = "/cases/{code}"
"""The page of a case, in the agencies' pages."""
_RUN_PATH = "/runs/flow-run/{run}"


def page_of_case(onward: Onward, code: str) -> str:
    """The page of a case; empty without a public address of the agencies' pages."""
    return f"{onward.portal}{CASE_PATH.format(code=code)}" if onward.portal else ""


def page_of_run(onward: Onward, run: str | None) -> str:
    """The page of a flow run in Prefect; empty without a public address of Prefect, or a run."""
    return f"{onward.prefect}{_RUN_PATH.format(run=run)}" if onward.prefect and run else ""


def run_of_case(onward: Onward, connection: Connection, code: str, by: Principal) -> str:
    """The same for the run of a case that its reader may see; empty also to whoever neither coordinates nor manages.

    The case's row knows the run, so that no page waits for Prefect.
    """
    if not any(authority.has(by, each) for each in (Right.COORDINATE, Right.MANAGE)):
        return ""
    return page_of_run(
        onward, connection.scalar(select(CASES.c.flow_run_id).where(CASES.c.code == code))
    )
