"""The consents that a step needs, and whether they name the roles whose agencies the step asks."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.hand_over_rules import has_next_receiver
from engine.checks.names import Fault, Names, Path, unknown
from engine.definition import Consent, Step
from engine.message import finding


def check_needs(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    """Check that each entry of `needs` names a consent of the pathway."""
    yield from check_consents(names, step.needs, (*path, "needs"))


def check_consents(names: Names, needs: tuple[str, ...], path: Path) -> Iterator[Fault]:
    for number, text in enumerate(needs):
        if _consent(names, text) is None:
            known = [f"consent.{each}" for each in names.d.consents]
            yield unknown("consent", text, known, (*path, number))


def check_crossing(names: Names, step: Step, path: Path) -> Iterator[Fault]:
    """Check that each request to another side rests on a consent that names the receiver's role (D1)
    or on a basis of law. If a next receiver of the same role may be asked, and the step has no
    `fall_back`, each such consent must cover that receiver too (`any`).
    """
    consents = [_consent(names, each) for each in step.needs]
    known = [each for each in consents if each is not None]
    if len(known) < len(consents):  # reported already
        return
    for role in filter(names.role_types.get, step.receivers):
        yield from _naming(names, role, known, path)
    naming = [each for each in known if set(step.receivers) & set(each.to)]
    # A fall-back role is covered if it is named itself; a next receiver is not.
    if has_next_receiver(step) and not step.fall_back and not all(each.any for each in naming):
        yield Fault((*path, "needs"), finding("needs.next_receiver"))


def _naming(names: Names, role: str, known: list[Consent], path: Path) -> Iterator[Fault]:
    """Check that one of the consents that a step needs names a role that receives its request. If
    the step needs no consent, a basis must name the role, unless the role is on the first side.
    """
    side = names.role_types.get(role, ("", names.d.sides[0]))[1]
    by_law = any(role in each.to for each in names.d.bases.values())
    if not (known or by_law) and side != names.d.sides[0]:
        yield Fault(path, finding("needs.no_consent", side=side, role=role))
    if known and not any(role in each.to for each in known):
        what = finding("needs.does_not_name" if len(known) == 1 else "needs.none_names", role=role)
        yield Fault((*path, "needs"), what)


def _consent(names: Names, text: str) -> Consent | None:
    name = text.removeprefix("consent.")
    return names.d.consents.get(name) if text.startswith("consent.") else None
