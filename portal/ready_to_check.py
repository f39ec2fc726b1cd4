"""Loaded by the process that is copied for each check. Checks a small pathway in advance, since the
first check in a process takes ten times as long as a later one: it makes the grammars, models and
machines that all checks need.
"""

from __future__ import annotations

from casework.kept_pathways import KeptPathway
from portal.checking_apart import checked_here

_PATHWAY = """\
pathway: smallest
version: 1
title: One of each kind of phrase
effective: 2026-01-01
sides: [home]
roles:
  screener: first_responder @ home
data:
  needs_help: {yes_no}
stages:
  main:
    steps:
      talk:
        by: screener
        form: [needs_help]
        due: 2 days
      help: {by: screener, after: talk, when: needs_help, otherwise: end done}
    then: end done
ends: {done: success}
"""

READY = checked_here(KeptPathway(file="smallest.yaml", files={"smallest.yaml": _PATHWAY}))
"""The result of the check in advance, of a pathway with nothing wrong."""
