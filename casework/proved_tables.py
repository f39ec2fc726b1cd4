"""How each table's rows are proved, or why they are no records. `verify` folds this; a test walks all tables
and columns, so that a new one must say.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class How(StrEnum):
    """What proves the rows of a table."""

    CHAIN = "chain"
    """Each is proved together with the one before."""
    ENTRY = "entry"
    """The manifest of the log entry of the turn that wrote it."""
    REPLAY = "replay"
    """The facts in the case's log lead to them."""
    ACT = "act"
    """The manifest of the operators' act that wrote it, for all rows of the table."""
    TREE = "tree"
    """The sealed log: its leaves are those of its checkpoints, which others hold."""
    OWN = "own"
    """A proof of its own, in the row."""
    NOTHING = "nothing"
    """It is no record."""


_ID = "not told apart by it: the store numbers rows"
_COUNT = "counts changes for locks"
_LEASE = "who works on it just now"
_WHEN = "when to look at it next; a look too early or too late changes no record"


class Proved(NamedTuple):
    """The proof of a table's rows."""

    how: How
    word: str = ""
    """What one of its rows is called."""
    name: tuple[str, ...] = ()
    """Columns that name a row."""
    columns: tuple[str, ...] = ()
    """Those that its digest or its replay covers."""
    elsewhere: Mapping[str, str] = MappingProxyType({})
    """Columns that something else proves, and what."""
    apart: Mapping[str, str] = MappingProxyType({})
    """Columns that are no record, and why."""
    why: str = ""
    """Of a table that is no record."""


_OF_CASE = {"case_id": "the log is the case's own"}
_CHAINED = {"previous_hash": "the chain", "hash": "the chain"}

TABLES: Mapping[str, Proved] = {
    "cases": Proved(
        How.ENTRY, "case",
        ("code",),
        ("code", "id", "person_id", "pathway", "opened_at"),
        elsewhere={
            "version": "the length of the log",
            "recorded_at": "the newest entry",
            "last_hash": "the newest entry",
            "attempts_hash": "the chain of attempts",
            "pathway_version_id": "the state",
            "status": "the state",
            "end": "the state",
            "stages": "the state",
            "responsible": "the state",
            "due_at": "the state",
            "parties": "the state",
            "proposals": "the state",
            "sealed_state": "the replay of the log",
            "wrapped_key": "what it opens, or a certificate of erasure",
            "wrapped_by": "the wrapped key",
            "notice_at": "the notices under way",
        },
        apart={
            "told": "what Prefect was shown",
            "flow_run_id": "of Prefect, which is expendable",
            "lease_until": _LEASE,
            "lease_by": _LEASE,
        },
    ),
    "log_entries": Proved(
        How.CHAIN, "entry",
        ("number",),
        ("number", "recorded_at", "occurred_at", "agency", "kind", "sealed", "wrote"),
        elsewhere=_OF_CASE | _CHAINED,
        apart={"id": _ID},
    ),
    "tasks": Proved(
        How.REPLAY, "task",
        ("ident",),
        (
            "ident", "step", "kind", "label", "role", "agency", "status", "is_open", "overdue",
            "claimed_by", "opened_at", "due_at", "done_at",
        ),
        elsewhere=_OF_CASE,
        apart={"id": _ID, "version": _COUNT},
    ),
    "task_shares": Proved(
        How.REPLAY,
        "share of",
        ("ident", "agency"),
        ("ident", "agency"),
        elsewhere=_OF_CASE,
        apart={"id": _ID},
    ),
    "hand_overs": Proved(
        How.REPLAY, "hand-over",
        ("ident",),
        (
            "ident", "step", "label", "role", "agency", "sender", "status", "overdue", "offered_at",
            "answer_by",
        ),
        elsewhere=_OF_CASE,
        apart={"id": _ID, "version": _COUNT},
    ),
    "consents": Proved(
        How.REPLAY, "consent",
        ("name",),
        ("name", "status", "given_at", "expires_at"),
        elsewhere=_OF_CASE,
        apart={"id": _ID, "version": _COUNT},
    ),
    "clocks": Proved(
        How.REPLAY, "clock",
        ("key",),
        ("key", "kind", "about", "at", "paused_at", "editions"),
        elsewhere=_OF_CASE,
        apart={"id": _ID, "version": _COUNT},
    ),
    "unmoved_cases": Proved(
        How.REPLAY, "mark of version",
        ("pathway_version_id",),
        ("pathway_version_id", "word"),
        elsewhere=_OF_CASE,
        apart={"id": _ID, "entries": _WHEN, "at": _WHEN},
    ),
    "people": Proved(
        How.ENTRY, "person",
        ("id",),
        ("id", "created_at"),
        elsewhere={
            "wrapped_key": "what it opens, or a certificate of erasure",
            "wrapped_by": "the wrapped key",
        },
        apart={"version": _COUNT, "erased_at": "the certificate of erasure says when"},
    ),
    "participants": Proved(
        How.ENTRY, "participant",
        ("person_id",),
        ("person_id", "part"),
        elsewhere=_OF_CASE,
        apart={"id": _ID, "version": _COUNT},
    ),
    "protected_values": Proved(
        How.ENTRY, "protected value",
        ("entry", "name"),
        ("person_id", "entry", "name", "sealed"),
        elsewhere=_OF_CASE,
        apart={"id": _ID},
    ),
    "carried_values": Proved(
        How.ENTRY, "value handed on",
        ("value_id",),
        ("value_id",),
        elsewhere=_OF_CASE,
        apart={"id": _ID},
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
            "id": _ID,
            "version": _COUNT,
            "next_attempt_at": _WHEN,
            "channel": "where it is tried next",
            "channel_attempts": "where it is tried next",
            "lease_until": _LEASE,
            "lease_by": _LEASE,
        },
    ),
    "notice_attempts": Proved(
        How.CHAIN, "attempt",
        ("serial",),
        ("serial", "number", "channel", "at", "outcome", "status", "address"),
        elsewhere={"notice_id": "the chain, by the number of the notice"} | _CHAINED,
        apart={"id": _ID},
    ),
    "intakes": Proved(
        How.ENTRY, "row taken in", ("mark",), ("mark", "taken_at"), elsewhere=_OF_CASE, apart={"id": _ID}
    ),
    "intake_secrets": Proved(
        How.OWN, "secret of intake",
        ("id",),
        ("sealed",),
        elsewhere={
            "proof": "its own",
            "wrapped_key": "what it opens",
            "wrapped_by": "the wrapped key",
        },
        apart={"id": _ID},
    ),
    "pathway_versions": Proved(
        How.ACT, "pathway version",
        ("name", "number"),
        ("id", "name", "number", "content_hash", "published_at"),
        elsewhere={"text": "its hash"},
    ),
    "pathway_companions": Proved(
        How.ACT, "file beside version",
        ("pathway_version_id", "kind", "name", "edition"),
        (
            "id", "pathway_version_id", "kind", "name", "edition", "content_hash", "body",
            "published_at",
        ),
    ),
    "calendar_editions": Proved(
        How.ACT, "calendar", ("id",), ("id", "country", "subdivision", "body", "in_force", "made_at")
    ),
    "agencies": Proved(
        How.ACT, "agency",
        ("code",),
        (
            "id", "code", "name", "country", "subdivision", "zone", "position", "is_listed",
            "languages", "areas", "specialised", "leave", "capacity", "channels", "valid_from",
            "valid_until", "unnamed",
        ),
        apart={"version": _COUNT},
    ),
    "agency_roles": Proved(
        How.ACT, "role of agency", ("agency_id", "role"), ("agency_id", "role", "position"), apart={"id": _ID}
    ),
    "role_separations": Proved(How.ACT, "separation of roles", ("id",), ("id", "role", "others", "between")),
    "staff": Proved(
        How.ACT, "staff of agency",
        ("agency_id", "code"),
        ("agency_id", "code", "position", "roles", "valid_from", "valid_until", "deputy"),
        apart={"id": _ID, "version": _COUNT},
    ),
    "suspensions": Proved(
        How.ACT, "suspension",
        ("id",),
        ("id", "agency", "person", "since", "lifted_at"),
        apart={"version": _COUNT},
    ),
    "commencements": Proved(
        How.ACT, "commencement of version",
        ("pathway_version_id",),
        ("pathway_version_id", "at", "person", "called_off_at"),
        apart={"id": _ID, "version": _COUNT},
    ),
    "commencement_changes": Proved(
        How.ACT, "change of commencement", ("id",), ("id", "pathway_version_id", "word", "at", "person")
    ),
    "operators": Proved(
        How.ACT, "operator",
        ("code",),
        ("code", "account", "added_at", "removed_at"),
        apart={"id": _ID, "version": _COUNT},
    ),
    "installation": Proved(
        How.ACT, "installation",
        ("id",),
        (
            "id", "reference_version", "is_training", "exports_a_month", "looks_an_hour",
            "wraps_with", "oversight",
        ),
        elsewhere={
            "clock_at": "its own proof, and what was recorded by it",
            "clock_proof": "its own proof",
            "proof_key": "the key, with which it is compared at every start",
            "acts": "the chain of acts",
            "last_act": "the chain of acts",
            "exports": "the chain of exports",
            "last_export": "the chain of exports",
            "erasures": "the chain of certificates",
            "last_erasure": "the chain of certificates",
        },
        apart={"version": _COUNT},
    ),
    "operator_log": Proved(
        How.CHAIN, "act of operators",
        ("number",),
        ("number", "made_at", "operator", "act", "about", "wrote"),
        elsewhere=_CHAINED,
        apart={"id": _ID},
    ),
    "exports": Proved(
        How.CHAIN, "export",
        ("number",),
        (
            "number", "made_at", "agency", "person", "codes", "pathways", "since", "until",
            "at_least", "own", "cases", "lines", "content_hash", "marks",
        ),
        elsewhere=_CHAINED,
        apart={"id": _ID},
    ),
    "erasures": Proved(
        How.CHAIN,
        "certificate of erasure",
        ("number",),
        ("number", "made_at", "operator", "owner", "cases", "ground", "key_digest", "wrote"),
        elsewhere=_CHAINED,
        apart={"id": _ID},
    ),
    "seal": Proved(
        How.TREE,
        "sealed log",
        ("id",),
        ("origin", "size", "edge"),
        apart={
            "id": _ID,
            "version": _COUNT,
            "next_at": _WHEN,
            "lease_until": _LEASE,
            "lease_by": _LEASE,
            "is_restored": "holds back what is sent until it is confirmed",
        },
    ),
    "sealed_leaves": Proved(
        How.TREE,
        "leaf",
        ("position",),
        ("position", "source", "subject", "number", "tag", "hash"),
    ),
    "checkpoints": Proved(
        How.TREE,
        "checkpoint",
        ("size",),
        ("size", "root", "note"),
        apart={"id": _ID, "made_at": "a checkpoint has no time; witnesses say when"},
    ),
    "witnessed": Proved(
        How.TREE,
        "witnessed checkpoint",
        ("origin",),
        ("origin", "log_key", "size", "root", "note"),
        apart={"id": _ID, "version": _COUNT, "seen_at": "our cosignature says when"},
    ),
    "oversight_notices": Proved(How.NOTHING, why="who was told on a day of looks that are counts"),
    "role_turns": Proved(How.NOTHING, why="whose turn it is: it only spreads work"),
    "look_counts": Proved(How.NOTHING, why="counts; looks themselves are in the logs of cases"),
}  # fmt: skip


def by(how: How) -> tuple[str, ...]:
    """The tables that are proved in that way."""
    return tuple(name for name, each in TABLES.items() if each.how is how)
