"""SQL functions that work alike on every store: how long something took, and the members of a
stored list.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class days_between(GenericFunction[float]):
    """Days from the first moment to the second, including fractions."""

    type = Float()
    inherit_cache = True


class members_of(GenericFunction[str]):
    """The members of a stored list of texts, one per row: `.table_valued("value")`."""

    type = String()
    inherit_cache = True


_SECONDS_A_DAY = 86_400


@compiles(days_between, "sqlite")
def _days_on_sqlite(element: days_between, compiler: Any, **how: Any) -> str:
    first, last = (compiler.process(each, **how) for each in element.clauses)
    return f"(julianday({last}) - julianday({first}))"


@compiles(days_between, "postgresql")
def _days_on_postgresql(element: days_between, compiler: Any, **how: Any) -> str:
    first, last = (compiler.process(each, **how) for each in element.clauses)
    return f"(EXTRACT(EPOCH FROM {last} - {first}) / {_SECONDS_A_DAY})"


@compiles(members_of, "sqlite")
def _members_on_sqlite(element: members_of, compiler: Any, **how: Any) -> str:
    return f"json_each{compiler.process(element.clause_expr, **how)}"


@compiles(members_of, "postgresql")
def _members_on_postgresql(element: members_of, compiler: Any, **how: Any) -> str:
    return f"jsonb_array_elements_text{compiler.process(element.clause_expr, **how)}"
