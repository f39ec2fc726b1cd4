"""How the rows of cases, and of the people in them, are proved."""

from __future__ import annotations

from collections.abc import Mapping

from casework.proved import CHAINED, COUNT, LEASE, ROW_ID, WHEN, How, Proved
from models.cases import Case
from models.columns import Row, table_of
from models.commencements import UnmovedCase
from models.turns import CaseClock, CaseConsent
from models.work import CaseHandOver, CaseTask, TaskShare

_OF_CASE = {"case_id": "the log is the case's own"}


def _replayed(
    model: type[Row], word: str, name: tuple[str, ...], apart: Mapping[str, str]
) -> Proved:
    """Says that replaying the log proves all columns of a table, except the case's id and those in
    `apart`.
    """
    besides = {*_OF_CASE, *apart}
    columns = tuple(e.name for e in table_of(model).columns if e.name not in besides)
    return Proved(How.REPLAY, word, name, columns, elsewhere=_OF_CASE, apart=apart)


_ENTERED = ("code", "id", "person_id", "pathway", "opened_at")
_ELSEWHERE = {
    "version": "the length of the log",
    "recorded_at": "the newest entry",
    "last_hash": "the newest entry",
    "attempts_hash": "the chain of attempts",
    "sealed_state": "the replay of the log",
    "wrapped_key": "what it opens, or a certificate of erasure",
    "wrapped_by": "the wrapped key",
    "notice_at": "the notices under way",
}
_APART = {
    "told": "what Prefect was shown",
    "flow_run_id": "of Prefect, which is expendable",
    "lease_until": LEASE,
    "lease_by": LEASE,
}
BY_STATE = tuple(
    each.name
    for each in table_of(Case).columns
    if each.name not in {*_ENTERED, *_ELSEWHERE, *_APART}
)
"""The columns of a case's row that its state proves: all that nothing else does."""

TABLES_OF_CASES: Mapping[str, Proved] = {
    "cases": Proved(
        How.ENTRY, "case",
        ("code",),
        _ENTERED,
        elsewhere=_ELSEWHERE | dict.fromkeys(BY_STATE, "the state"),
        apart=_APART,
    ),
    "log_entries": Proved(
        How.CHAIN, "entry",
        ("number",),
        ("number", "recorded_at", "occurred_at", "agency", "kind", "sealed", "wrote"),
        elsewhere=_OF_CASE | CHAINED,
        apart={"id": ROW_ID},
    ),
    "tasks": _replayed(CaseTask, "task", ("ident",), {"id": ROW_ID, "version": COUNT}),
    "task_shares": _replayed(TaskShare, "share of", ("ident", "agency"), {"id": ROW_ID}),
    "hand_overs": _replayed(CaseHandOver, "hand-over", ("ident",), {"id": ROW_ID, "version": COUNT}),
    "consents": _replayed(CaseConsent, "consent", ("name",), {"id": ROW_ID, "version": COUNT}),
    "clocks": _replayed(CaseClock, "clock", ("key",), {"id": ROW_ID, "version": COUNT}),
    "unmoved_cases": _replayed(
        UnmovedCase, "mark of version",
        ("pathway_version_id",),
        {"id": ROW_ID, "entries": WHEN, "at": WHEN},
    ),
    "people": Proved(
        How.ENTRY, "person",
        ("id",),
        ("id", "created_at"),
        elsewhere={
            "wrapped_key": "what it opens, or a certificate of erasure",
            "wrapped_by": "the wrapped key",
        },
        apart={"version": COUNT, "erased_at": "the certificate of erasure says when"},
    ),
    "participants": Proved(
        How.ENTRY, "participant",
        ("person_id",),
        ("person_id", "part"),
        elsewhere=_OF_CASE,
        apart={"id": ROW_ID, "version": COUNT},
    ),
    "protected_values": Proved(
        How.ENTRY, "protected value",
        ("entry", "name"),
        ("person_id", "entry", "name", "sealed"),
        elsewhere=_OF_CASE,
        apart={"id": ROW_ID},
    ),
    "carried_values": Proved(
        How.ENTRY, "value handed on",
        ("value_id",),
        ("value_id",),
        elsewhere=_OF_CASE,
        apart={"id": ROW_ID},
    ),
    "notices": Proved(
        How.ENTRY, "notice",
        ("number",),
        (
            "reference", "number", "agency", "kind", "about", "label", "due_at", "consent", "after",
            "also", "owed_at",
        ),
        elsewhere=_OF_CASE
        | dict.fromkeys(("status", "attempts", "settled_at"), "its attempts and the log"),
        apart={
            "id": ROW_ID,
            "version": COUNT,
            "next_attempt_at": WHEN,
            "channel": "where it is tried next",
            "channel_attempts": "where it is tried next",
            "lease_until": LEASE,
            "lease_by": LEASE,
        },
    ),
    "notice_attempts": Proved(
        How.CHAIN, "attempt",
        ("serial",),
        ("serial", "number", "channel", "at", "outcome", "status", "address", "ground"),
        elsewhere={"notice_id": "the chain, by the number of the notice"} | CHAINED,
        apart={"id": ROW_ID},
    ),
    "intakes": Proved(
        How.ENTRY, "row taken in", ("mark",), ("mark", "taken_at"), elsewhere=_OF_CASE, apart={"id": ROW_ID}
    ),
}  # fmt: skip
