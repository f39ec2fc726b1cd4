"""How Alembic runs here: inside the transaction that `migrating` has opened."""

from __future__ import annotations

from alembic import context

from models.tables import METADATA

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations are run by `models.migrating.migrate`")
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
