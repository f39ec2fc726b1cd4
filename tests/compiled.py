"""Statements that are compiled once for all stores of a process.

Each store has an engine of its own, for which SQLAlchemy compiles what it has compiled for the one before:
half of the time that most tests with a store take.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from tests import kept_connections

_COMPILED: dict[Any, Any] = {}


class _AllTheSame:
    """A dialect is what its kind is: what was compiled for one is compiled for all."""

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class SQLite(_AllTheSame, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class PostgreSQL(_AllTheSame, PGDialect_psycopg):
    supports_statement_cache = True

    def connect(self, *args: Any, **asked: Any) -> Any:
        # How values are read and written is the same where these are.
        ways = (self._json_serializer, self._json_deserializer, self.use_native_hstore)
        like = {**asked, "context": ways}
        if found := kept_connections.again(like):
            return found
        made: Any = super().connect(*args, **asked)
        kept_connections.note(made, like)
        return made

    def do_close(self, dbapi_connection: Any) -> None:
        if not kept_connections.is_kept(dbapi_connection):
            dbapi_connection.close()


def compile_once() -> None:
    """From now on, whoever makes an engine."""
    registry.register("sqlite", __name__, SQLite.__name__)
    registry.register("postgresql.psycopg", __name__, PostgreSQL.__name__)
