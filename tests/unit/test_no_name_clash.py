"""Names such as `notifiers` are taken by public packages too: fail early if one got installed."""

from __future__ import annotations

from importlib.metadata import packages_distributions
from typing import Any


def test_no_other_distribution_provides_our_packages(pyproject: dict[str, Any]) -> None:
    """Outside the project's root an installed namesake would win over our own folder."""
    providers = packages_distributions()
    ours = [*pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], "tests"]
    strangers = {name: set(providers.get(name, ())) - {"onward"} for name in ours}
    assert {name: found for name, found in strangers.items() if found} == {}
