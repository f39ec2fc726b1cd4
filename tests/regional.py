"""A regional template, and what becomes of a file that extends it."""

from __future__ import annotations

import pytest

from engine.documents.document import Document
from engine.errors import DefinitionError
from engine.loader import checked
from engine.templates import read_pathway
from tests.shelf import shelf
from wording.sentences import placed

TEMPLATE = """\
pathway: region
version: 3
title: A template
effective: 2026-01-01
sides: [host]
fixed: [consents.refer, stages.first.steps.agree]
roles: {desk: first_responder @ host, manager: case_manager @ host}
data:
  risk: {choice: [low, high], ordered}
consents:
  refer: {to: manager, any: yes, shows: [risk], ask: May we?}
stages:
  first:
    steps:
      talk: {title: Talk, by: desk, form: [risk], due: {time: 24 hours, assumed: yes}}
      agree: {after: talk, by: desk, consent: refer, refused: end stays}
      visit: {by: desk, after: agree, due: {time: 3 days, source: Guidance}}
    then: end done
ends: {done: success, stays: neutral}
bases: {duty: {ground: statutory, source: Act, to: desk}}
"""
HEAD = "pathway: nation\nversion: 1\nextends: ../region/region.yaml\n"
REGION, NATION = "lib/region/region.yaml", "lib/nation/nation.yaml"
TOWN = "lib/nation/town.yaml"


def woven(patch: str, template: str = TEMPLATE, *, file: str = NATION, **others: str) -> Document:
    files = {REGION: template, **{f"lib/{name}.yaml": text for name, text in others.items()}}
    return read_pathway(patch, file, shelf(files))


def problems(
    patch: str, template: str = TEMPLATE, *, file: str = NATION, **others: str
) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        checked(woven(patch, template, file=file, **others))
    return [placed(problem).removeprefix("lib/") for problem in caught.value.problems]
