"""The versions that were tried are written down once, and everybody gets them."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source_code import imported, modules

BROUGHT_BY_THE_COMPARISON = {"harness", "reference"}
"""On the path only when the step benchmark runs beside its peers, from a folder of their own."""


@pytest.fixture(scope="module")
def constraints(project_root: Path) -> str:
    return (project_root / "constraints.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pins(constraints: str) -> list[str]:
    return re.findall(r"^([a-z0-9].*?) *\\$", constraints, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def product(pyproject: dict[str, Any]) -> dict[str, Requirement]:
    """What the rooms need, by name."""
    return by_name(pyproject["project"]["dependencies"])


@pytest.fixture(scope="module")
def everything(
    product: dict[str, Requirement], pyproject: dict[str, Any]
) -> dict[str, Requirement]:
    """What the rooms and the developers need, by name."""
    return product | by_name(pyproject["dependency-groups"]["dev"])


def by_name(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(each.name): each for each in map(Requirement, lines)}


def test_pip_and_uv_read_the_same_constraints(pins: list[str], pyproject: dict[str, Any]) -> None:
    """`uv run` reads pyproject.toml only, pip reads the file only."""
    assert pins == pyproject["tool"]["uv"]["constraint-dependencies"]


def test_direct_dependencies_are_pinned_as_constrained(
    pins: list[str], everything: dict[str, Requirement]
) -> None:
    """A direct dependency names one version, and it is the one in constraints.txt."""
    tried = {name: pin.specifier for name, pin in by_name(pins).items()}
    assert {name: wanted.specifier for name, wanted in everything.items()}.items() <= tried.items()


def test_every_constraint_names_one_version(pins: list[str]) -> None:
    """With a range, two installations could differ."""
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[^ *,]+( ; .+)?", pin)] == []


def test_every_pin_has_a_hash_and_names_no_host(constraints: str, pins: list[str]) -> None:
    """The file stands for any index, and for no other content."""
    blocks = re.split(r"^(?=[a-z0-9])", constraints, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins) > 0
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in constraints


def test_rooms_import_what_the_product_declares(
    project_root: Path, pyproject: dict[str, Any], product: dict[str, Requirement]
) -> None:
    """What only a dependency brings could leave with that dependency's next version."""
    rooms = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    known = importable(rooms, product)
    undeclared = {
        room: found for room in rooms if (found := third_party(project_root / room) - known)
    }
    assert undeclared == {}


def test_tests_import_what_is_declared(
    project_root: Path, pyproject: dict[str, Any], everything: dict[str, Requirement]
) -> None:
    """A test that needs a library says so in the group `dev`."""
    rooms = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    known = importable([*rooms, "tests"], everything) | BROUGHT_BY_THE_COMPARISON
    assert third_party(project_root / "tests") - known == set()


def third_party(folder: Path) -> set[str]:
    """The first names of all imports below a folder that do not come with Python."""
    names = {name for _, source in modules(folder) for name in imported(source)}
    return names - sys.stdlib_module_names


def importable(rooms: list[str], declared: dict[str, Requirement]) -> set[str]:
    """The names that may be imported: our own, and those of declared distributions."""
    provided = {
        name
        for name, distributions in packages_distributions().items()
        if declared.keys() & {canonicalize_name(each) for each in distributions}
    }
    return {*rooms, *provided}
