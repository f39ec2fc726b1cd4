"""Whoever reads a page has no commands, and is told of none."""

from __future__ import annotations

from engine.errors import Refusal
from engine.translation import OWN
from wording import catalogues
from wording.sentences import told

_TO_OPERATORS_ALONE = {
    "refused.hold.unknown",
    "refused.keys_behind",
    "refused.no_recovery_key",
    "refused.not_an_operator",
    "refused.sealed_log.changed",
    "refused.sealed_log.damaged",
    "refused.sealed_log.empty",
    "refused.sealed_log.without",
    "refused.set_back.older",
    "refused.set_back.restored",
    "refused.unknown_agency.no_registry",
    "refused.unknown_notice",
    "refused.unknown_operator",
    "refused.witness.no_key",
    "refused.witness.seen_other",
}
"""What only commands refuse."""


def test_whoever_has_no_commands_is_told_of_none() -> None:
    texts = catalogues.catalogue(OWN).texts
    named = {code for code, text in texts.items() if "onward " in "".join(text)}
    refused = {code for code in named if code.startswith(("refused.", "record.", "sealed."))}
    shown = {code.removeprefix("on_page.") for code in texts if code.startswith("on_page.")}
    assert refused == _TO_OPERATORS_ALONE | shown
    assert [code for code in named if code.startswith(("on_page.", "page.", "registry."))] == []


def test_a_refusal_is_told_on_a_page_without_its_command() -> None:
    refusal = Refusal("needs_stopped", task="stop.1")
    assert "`onward stopped CODE stop.1`" in told(refusal)
    assert told(refusal, on_page=True) == "confirm instead that your agency has stopped: stop.1"
    assert "onward" not in told(refusal, "fr", on_page=True)
