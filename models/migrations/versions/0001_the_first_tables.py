"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("languages", DOCUMENT, nullable=False),
        sa.Column("channels", DOCUMENT, nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_agencies"),
        sa.UniqueConstraint("code", name="uq_agencies_code"),
    )


def _calendar_editions() -> None:
    op.create_table(
        "calendar_editions",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_editions"),
    )
    op.create_index("ix_calendar_editions_country", "calendar_editions", ["country"])


def _countries_and_installation() -> None:
    op.create_table(
        "countries",
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_countries"),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference_version", sa.Integer(), nullable=False),
        sa.Column("clock_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.execute("INSERT INTO installation (id, version, reference_version) VALUES (1, 1, 0)")


def _pathway_versions() -> None:
    op.create_table(
        "pathway_versions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pathway_versions"),
    )
    op.create_index(
        "ix_pathway_versions_name_number", "pathway_versions", ["name", "number"], unique=True
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )


def _agency_roles() -> None:
    op.create_table(
        "agency_roles",
        sa.Column("id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_agency_roles_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agency_roles"),
    )
    op.create_index(
        "ix_agency_roles_agency_id_role", "agency_roles", ["agency_id", "role"], unique=True
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pathway", sa.String(40), nullable=False),
        sa.Column("pathway_version_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("end", sa.String(40), nullable=False),
        sa.Column("stages", DOCUMENT, nullable=False),
        sa.Column("responsible", sa.String(40), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("notice_at", MOMENT),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("flow_run_id", sa.String(40)),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("lease_by", sa.String(80), nullable=False),
        sa.Column("sealed_state", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pathway_version_id"], ["pathway_versions.id"], name="fk_cases_pathway_version_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_cases_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("code", name="uq_cases_code"),
    )
    op.create_index("ix_cases_due_at", "cases", ["due_at"])
    op.create_index("ix_cases_notice_at", "cases", ["notice_at"])
    op.create_index("ix_cases_person_id", "cases", ["person_id"])
    op.create_index("ix_cases_responsible", "cases", ["responsible"])
    op.create_index("ix_cases_status_code", "cases", ["status", "code"])
    op.create_index(
        "ix_cases_untold",
        "cases",
        ["id"],
        sqlite_where=sa.text("told < version"),
        postgresql_where=sa.text("told < version"),
    )
    op.create_index(
        "ix_cases_without_run",
        "cases",
        ["id"],
        sqlite_where=sa.text("flow_run_id IS NULL AND status = 'open'"),
        postgresql_where=sa.text("flow_run_id IS NULL AND status = 'open'"),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", BIG, nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_staff_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
    )
    op.create_index("ix_staff_agency_id_code", "staff", ["agency_id", "code"], unique=True)


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT),
        sa.Column("editions", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clocks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clocks"),
    )
    op.create_index("ix_clocks_case_id_key", "clocks", ["case_id", "key"], unique=True)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("given_at", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_consents_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_case_id_name", "consents", ["case_id", "name"], unique=True)


def _hand_overs() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("ident", sa.String(120), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("answer_by", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_hand_overs_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hand_overs"),
    )
    op.create_index("ix_hand_overs_agency_offered_at", "hand_overs", ["agency", "offered_at"])
    op.create_index("ix_hand_overs_case_id_ident", "hand_overs", ["case_id", "ident"], unique=True)


def _log_entries() -> None:
    op.create_table(
        "log_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_log_entries_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_log_entries"),
    )
    op.create_index(
        "ix_log_entries_case_id_number", "log_entries", ["case_id", "number"], unique=True
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("consent", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("channel_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("lease_by", sa.String(80), nullable=False),
        sa.Column("owed_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("reference", name="uq_notices_reference"),
    )
    op.create_index("ix_notices_case_id_number", "notices", ["case_id", "number"], unique=True)
    op.create_index(
        "ix_notices_queued",
        "notices",
        ["case_id", "next_attempt_at"],
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "ix_notices_undeliverable",
        "notices",
        ["id"],
        sqlite_where=sa.text("status = 'undeliverable'"),
        postgresql_where=sa.text("status = 'undeliverable'"),
    )


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_participants_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_participants_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
    )
    op.create_index(
        "ix_participants_case_id_person_id", "participants", ["case_id", "person_id"], unique=True
    )
    op.create_index("ix_participants_person_id", "participants", ["person_id"])


def _protected_values() -> None:
    op.create_table(
        "protected_values",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_protected_values_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_protected_values_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_protected_values"),
    )
    op.create_index("ix_protected_values_case_id_name", "protected_values", ["case_id", "name"])
    op.create_index("ix_protected_values_person_id", "protected_values", ["person_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("ident", sa.String(120), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_case_id_ident", "tasks", ["case_id", "ident"], unique=True)
    op.create_index(
        "ix_tasks_worklist",
        "tasks",
        ["agency", "opened_at"],
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )


def _notice_attempts() -> None:
    op.create_table(
        "notice_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("notice_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_attempts_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_attempts"),
    )
    op.create_index("ix_notice_attempts_notice_id", "notice_attempts", ["notice_id"])


def upgrade() -> None:
    _agencies()
    _calendar_editions()
    _countries_and_installation()
    _pathway_versions()
    _people()
    _agency_roles()
    _cases()
    _staff()
    _clocks()
    _consents()
    _hand_overs()
    _log_entries()
    _notices()
    _participants()
    _protected_values()
    _tasks()
    _notice_attempts()
