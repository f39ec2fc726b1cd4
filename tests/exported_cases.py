"""A list of codes for the trial pathway, so that its cases can be exported."""

from __future__ import annotations

from casework.context import Onward
from casework.publishing import publish_pathway
from engine.templates import Source
from tests.principals import OPERATOR

CODES = """\
codes: htcds
columns:
  Risk: {from: risk, values: {low: Low, high: High}}
  Home: home_country
  Reason: {from: case.end, values: {done: Done, stays: Stays}}
"""


def publish(onward: Onward, text: str, codes: str = CODES) -> None:
    around = {"htcds": Source("trial.htcds.yaml", codes)} if codes else {}
    publish_pathway(onward, text, file="trial.yaml", around=lambda _: around, by=OPERATOR)
