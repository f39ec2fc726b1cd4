"""How each table's rows are proved, or why they are not records. `verify` works through this; a
test checks all tables and columns, so that a new one has to be declared.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.proved import CHAINED, COUNT, LEASE, ROW_ID, WHEN, How, Proved
from casework.proved_of_cases import TABLES_OF_CASES
from engine.agencies.duties import Duty

TABLES: Mapping[str, Proved] = {
    **TABLES_OF_CASES,
    "intake_secrets": Proved(
        How.OWN, "secret of intake",
        ("id",),
        ("sealed",),
        elsewhere={
            "proof": "its own",
            "wrapped_key": "what it opens",
            "wrapped_by": "the wrapped key",
        },
        apart={"id": ROW_ID},
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
    "proposed_versions": Proved(
        How.ACT, "proposed version", ("id",),
        (
            "id", "name", "number", "content_hash", "translations", "codes", "against", "agency",
            "proposed_by", "proposed_at", "lapses_at", "outcome", "answered_by", "answered_at",
            "reason",
        ),
        elsewhere={"text": "its hash"},
        apart={"version": COUNT},
    ),
    "calendar_editions": Proved(
        How.ACT, "calendar", ("id",), ("id", "country", "subdivision", "body", "in_force", "made_at")
    ),
    "declared_holidays": Proved(
        How.ACT, "declared holiday", ("country", "subdivision", "day"),
        ("country", "subdivision", "day", "name", "declared_at"), apart={"id": ROW_ID},
    ),
    "agencies": Proved(
        How.ACT, "agency",
        ("code",),
        (
            "id", "code", "name", "country", "subdivision", "zone", "position", "is_listed",
            "languages", "areas", "specialised", "leave", "capacity", "channels", "valid_from",
            "valid_until", "unnamed", "without_account",
        ),
        apart={"version": COUNT},
    ),
    "agency_roles": Proved(
        How.ACT, "role of agency", ("agency_id", "role"), ("agency_id", "role", "position"), apart={"id": ROW_ID}
    ),
    "role_separations": Proved(How.ACT, "separation of roles", ("id",), ("id", "role", "others", "between")),
    "retention_rules": Proved(
        How.ACT, "rule of retention",
        ("country", "bound"),
        ("country", "bound", "amount", "unit", "source"),
        apart={"id": ROW_ID},
    ),
    "holds": Proved(
        How.ACT, "hold",
        ("id",),
        (
            "id", "person_id", "case_id", "reason", "since", "placed", "asked_at", "lifted_at",
            "lifted",
        ),
        apart={"version": COUNT},
    ),
    "staff": Proved(
        How.ACT, "staff of agency",
        ("agency_id", "code"),
        (
            "agency_id", "code", "position", "roles", "valid_from", "valid_until", "deputy",
            *map(str, Duty),
        ),
        apart={"id": ROW_ID, "version": COUNT},
    ),
    "suspensions": Proved(
        How.ACT, "suspension",
        ("id",),
        ("id", "agency", "person", "since", "lifted_at", "administrator", "coordinator"),
        apart={"version": COUNT},
    ),
    "commencements": Proved(
        How.ACT, "commencement of version", ("pathway_version_id",),
        ("pathway_version_id", "at", "person", "called_off_at"),
        apart={"id": ROW_ID, "version": COUNT},
    ),
    "commencement_changes": Proved(
        How.ACT, "change of commencement", ("id",), ("id", "pathway_version_id", "word", "at", "person")
    ),
    "operators": Proved(
        How.ACT, "operator", ("code",),
        ("code", "account", "added_at", "removed_at"),
        apart={"id": ROW_ID, "version": COUNT},
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
            "resealings": "the chain of resealings",
            "last_resealing": "the chain of resealings",
        },
        apart={"version": COUNT},
    ),
    "operator_log": Proved(
        How.CHAIN, "act of operators",
        ("number",),
        ("number", "made_at", "operator", "act", "about", "wrote"),
        elsewhere=CHAINED,
        apart={"id": ROW_ID},
    ),
    "exports": Proved(
        How.CHAIN, "export",
        ("number",),
        (
            "number", "made_at", "agency", "person", "codes", "pathways", "since", "until",
            "at_least", "own", "cases", "lines", "content_hash", "marks",
        ),
        elsewhere=CHAINED,
        apart={"id": ROW_ID},
    ),
    "erasures": Proved(
        How.CHAIN, "certificate of erasure",
        ("number",),
        ("number", "made_at", "operator", "owner", "cases", "ground", "key_digest", "wrote"),
        elsewhere=CHAINED,
        apart={"id": ROW_ID},
    ),
    "resealings": Proved(
        How.CHAIN, "resealing",
        ("number",),
        (
            "number", "made_at", "operator", "act", "owner", "code", "entries", "former", "wrote",
            "answers",
        ),
        elsewhere=CHAINED,
        apart={"id": ROW_ID},
    ),
    "seal": Proved(
        How.TREE, "sealed log",
        ("id",),
        ("origin", "size", "edge"),
        apart={
            "id": ROW_ID,
            "version": COUNT,
            "next_at": WHEN,
            "lease_until": LEASE,
            "lease_by": LEASE,
            "is_restored": "holds back what is sent until it is confirmed",
        },
    ),
    "sealed_leaves": Proved(
        How.TREE, "leaf", ("position",), ("position", "source", "subject", "number", "tag", "hash")
    ),
    "checkpoints": Proved(
        How.TREE, "checkpoint",
        ("size",),
        ("size", "root", "note"),
        apart={"id": ROW_ID, "made_at": "a checkpoint has no time; witnesses say when"},
    ),
    "witnessed": Proved(
        How.TREE, "witnessed checkpoint",
        ("origin",),
        ("origin", "log_key", "size", "root", "note"),
        apart={"id": ROW_ID, "version": COUNT, "seen_at": "our cosignature says when"},
    ),
    "oversight_notices": Proved(How.NOTHING, why="who was told on a day of looks that are counts"),
    "role_turns": Proved(How.NOTHING, why="whose turn it is: it only spreads work"),
    "look_counts": Proved(How.NOTHING, why="counts; looks themselves are in the logs of cases"),
    "sign_in_links": Proved(How.NOTHING, why="they let in once; who was invited is an act of an operator"),
    "sign_in_sessions": Proved(How.NOTHING, why="who is signed in; what was done is in the logs of cases"),
    "accounts": Proved(How.NOTHING, why="with what staff sign in; what was done is in the logs of cases"),
    "recovery_codes": Proved(How.NOTHING, why="they belong to accounts"),
    "passkeys": Proved(How.NOTHING, why="they belong to accounts, whose keys seal them"),
    "passkey_challenges": Proved(How.NOTHING, why="each is signed once, within minutes"),
    "sign_in_attempts": Proved(How.NOTHING, why="who has given a password, for minutes"),
    "drafts": Proved(How.NOTHING, why="what somebody has begun to type; what was done is in the logs of cases"),
    "pathway_drafts": Proved(How.NOTHING, why="what somebody is about to publish; it proves what it was then"),
    "system_tokens": Proved(How.NOTHING, why="they let programs in; who made and ended them are acts of operators"),
    "system_calls": Proved(How.NOTHING, why="so that it is done once; what was done is in the logs of cases"),
    "sign_in_tries": Proved(How.NOTHING, why="counts, which slow guessing down"),
}  # fmt: skip


def by(how: How) -> tuple[str, ...]:
    """The names of the tables that are proved in a given way."""
    return tuple(name for name, each in TABLES.items() if each.how is how)
