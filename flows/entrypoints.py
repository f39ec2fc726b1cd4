"""Finds the flow that an entrypoint of prefect.yaml names."""

from __future__ import annotations

import importlib
from typing import Any

from prefect import Flow

from flows.faults import EngineFault
from flows.saying import say

FLOWS_PACKAGE = "flows"


def flow_of(entrypoint: str) -> Flow[..., Any]:
    """The flow that an entrypoint names: for `flows/case.py:drive_case`, `drive_case` of the module
    `flows.case`, which is imported once.

    Raises:
        EngineFault: it does not name one of this project's flows.
        ImportError: its module is missing.
    """
    path, _, name = entrypoint.partition(":")
    module = path.removesuffix(".py").replace("/", ".")
    if not module.startswith(f"{FLOWS_PACKAGE}.") or not name:
        raise EngineFault(say("prefect.not_a_flow", file=entrypoint))
    found = getattr(importlib.import_module(module), name, None)
    if not isinstance(found, Flow):
        raise EngineFault(say("prefect.not_a_flow", file=entrypoint))
    return found
