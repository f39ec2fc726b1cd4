"""Names such as `notifiers` are taken by public packages too: fail early if one got installed."""

from __future__ import annotations

from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any


def test_no_other_distribution_provides_our_packages(pyproject: dict[str, Any]) -> None:
    """Outside the project's root an installed namesake would win over our own folder."""
    providers = packages_distributions()
    ours = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    strangers = {name: set(providers.get(name, ())) - {"onward"} for name in ours}
    assert {name: found for name, found in strangers.items() if found} == {}


def test_no_other_distribution_provides_a_module_of_our_tests(project_root: Path) -> None:
    """`tests` is no package but a name that folders share: each must have other modules in it."""
    ours = {path.name for path in (project_root / "tests").iterdir()}
    assert "__init__.py" not in ours
    theirs = {
        part.parts[1]
        for name in {*packages_distributions().get("tests", ())} - {"onward"}
        for part in distribution(name).files or ()
        if part.parts[0] == "tests"
    }
    assert theirs & {*ours, "__init__.py"} == set()
