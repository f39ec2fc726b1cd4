"""Whatever a program sends, the interface answers as its description says, and never with a fault of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.api.app import PATH
from tests.installations import asked_home, installation, prepared
from tests.portals import ADDRESS
from tests.programs import Program

_PROMISED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_TRIES = settings(
    max_examples=12,
    database=None,
    derandomize=True,
    suppress_health_check=[*HealthCheck],
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, str]]:
    """The program of an agency, and the code of its case."""
    home = tmp_path_factory.mktemp("home")
    with closing(prepared(installation(f"sqlite:///{home / 'records.db'}", home))) as onward:
        yield Program(onward, "GH-ONE"), asked_home(onward)


def test_every_route_answers_as_it_is_described(known: tuple[Program, str]) -> None:
    program, code = known
    described = schemathesis.openapi.from_dict(program.get("/openapi.json").json())
    described.app = program.app
    met = Counter[int]()
    for found in described.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @_TRIES
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            if "code" in case.path_parameters:  # one that is made up meets no case
                case.path_parameters["code"] = code
            case.headers["Authorization"] = f"Bearer {program.token}"
            answer = case.call(base_url=f"{ADDRESS}{PATH}")
            case.validate_response(answer, checks=_PROMISED)
            met[answer.status_code] += 1

        holds()
    assert {200, 400, 404, 409, 422} <= met.keys(), met
