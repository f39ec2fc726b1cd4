"""Codes of messages that only coordinators and operators meet; all else is in every language."""

from __future__ import annotations

FOR_OPERATORS = (
    "address.",
    "backup.",
    "call.",
    "checkpoint.",
    "checkpoints.",
    "erasure_list.",
    "expect.",
    "hinders.",
    "in_english",
    "library.",
    "master_key.",
    "note.",
    "private.",
    "proof.",
    "rates.",
    "recovery_key.",
    "refused.sealed_log.",
    "refused.set_back.",
    "refused.witness.",
    "renames.",
    "scenario.",
    "secret_key.",
    "settings.home_is_file",
    "settings.secret_elsewhere",
    "settings.wrong",
    "stack.",
    "start.",
    "stays.",
    "store.no_program",
    "store.no_scratch",
    "store.program_failed",
)
"""How they begin."""
