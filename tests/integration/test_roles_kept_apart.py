"""Which roles a registry keeps in different hands is stored with it, and holds in cases; both stores."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from casework.acting import do
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from engine.commands import Complete
from engine.errors import Refusal
from tests.installations import installation
from tests.principals import OPERATOR, staff

AGENCIES = """\
registry: trial
countries: {GH: {}}
agencies:
  GH-ONE: {name: One, country: GH, roles: [first_responder, case_manager]}
  GH-TWO: {name: Two, country: GH, roles: [case_manager, supervisor]}
"""
SEPARATION = """\
separation:
  - {role: case_manager, from: first_responder, within: case}
  - {role: supervisor, from: case_manager, between: persons, within: case}
"""
PATHWAY = """\
pathway: by_others
version: 1
title: By others
effective: 2026-01-01
sides: [host]
roles: {desk: first_responder @ host, manager: case_manager @ host, lead: supervisor @ host}
bases: {law: {ground: statutory, source: The law, to: [manager, lead]}}
stages:
  main:
    steps:
      talk: {by: desk}
      plan: {by: manager, after: talk}
      approve: {by: lead, after: plan}
    then: end done
ends: {done: success}
"""


def test_roles_are_kept_apart_as_the_registry_in_force_says(url: str, tmp_path: Path) -> None:
    """The task goes to another agency, and a person does not approve their own plan."""
    with closing(installation(url, tmp_path)) as onward:
        register(onward, AGENCIES + SEPARATION, by=OPERATOR)
        publish_pathway(onward, PATHWAY, by=OPERATOR)
        ama = staff("GH-TWO", "ama")
        code = open_case(onward, "by_others", "GH", staff("GH-ONE", "kwesi")).code
        do(onward, code, Complete(task="talk.1"), staff("GH-ONE", "kwesi"))
        do(onward, code, Complete(task="plan.1"), ama)
        with pytest.raises(Refusal) as refused:
            do(onward, code, Complete(task="approve.1"), ama)
        assert refused.value.reason == "same_person"
        register(onward, AGENCIES, by=OPERATOR)
        do(onward, code, Complete(task="approve.1"), ama)


def test_an_agency_that_had_the_other_role_under_an_earlier_registry_is_passed_over(
    url: str, tmp_path: Path
) -> None:
    """No agency holds both any more, and yet one would have done both in this case."""
    with closing(installation(url, tmp_path)) as onward:
        register(onward, AGENCIES, by=OPERATOR)
        publish_pathway(onward, PATHWAY, by=OPERATOR)
        code = open_case(onward, "by_others", "GH", staff("GH-ONE", "kwesi")).code
        later = AGENCIES.replace("[first_responder, case_manager]", "[case_manager]")
        later += "  GH-POST: {name: Post, country: GH, roles: [first_responder]}\n"
        later += "separation: [{role: case_manager, from: first_responder}]\n"
        register(onward, later, by=OPERATOR)
        do(onward, code, Complete(task="talk.1"), staff("GH-ONE", "kwesi"))
        do(onward, code, Complete(task="plan.1"), staff("GH-TWO", "ama"))
