"""Consent: what the person or a guardian answers, and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engine.acts.act import Act, Aside, Rule
from engine.acts.declared import TASK, ActWord, Declared, Way, WordKind
from engine.acts.reason_lists import VIEWS
from engine.covering import all_named
from engine.turns import consenting, withholding
from engine.view import View
from engine.visibility import sees_all
from engine.withheld import OfPerson

__all__ = ["RecordConsent", "WithdrawConsent"]


def _from_one_alone(view: View) -> Iterator[Aside]:
    """Offer to withdraw each consent from one agency alone: to the responsible agency, for every
    agency that the consent names; to any other agency, only for itself.
    """
    for name, given in view.state.consents.items():
        for agency in sorted(view.involved()):
            for named in all_named(view, given):
                if named == agency or sees_all(view, agency):
                    act = WithdrawConsent(consent=name, agency=named)
                    yield Aside(agency, act, named, name)


class RecordConsent(Act, frozen=True, tag="record_consent"):
    """Record what the person or a guardian answered, as the agency that holds the consent task."""

    task: str
    given: bool
    language: OfPerson[str] = "en"
    interpreter: OfPerson[bool] = False
    giver: OfPerson[str] = "person"
    """`person` or `guardian`."""
    view: OfPerson[str] = ""
    """What the person thinks of a guardian's answer: one of `VIEWS`; empty if nothing is said."""

    rule: ClassVar = Rule(consenting.record)
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("consent", "give"),
                help="The person, or a guardian for them, said yes to what was asked in the task.",
                verb="give",
                fixed={"given": True},
            ),
            Way(
                command=("consent", "refuse"),
                help="The person, or a guardian for them, said no to what was asked in the task.",
                verb="refuse",
                fixed={"given": False},
            ),
        ),
        words=(
            TASK,
            ActWord(
                field="language",
                kind=WordKind.LANGUAGE,
                option="--language",
                shown="CODE",
                help="The language in which the person was asked, such as fr.",
            ),
            ActWord(
                field="interpreter",
                kind=WordKind.FLAG,
                option="--interpreter",
                help="An interpreter took part.",
            ),
            ActWord(
                field="giver",
                kind=WordKind.FLAG,
                option="--guardian",
                sets="guardian",
                help="A guardian has answered, not the person.",
            ),
            ActWord(
                field="view",
                kind=WordKind.CHOICE,
                option="--view",
                shown="WORD",
                choices=VIEWS,
                help=f"What the person thinks of the guardian's answer: {', '.join(VIEWS)}.",
            ),
        ),
        told_how=True,
        late=True,
        with_person=True,
        read_out=True,
        alone=True,
    )


class WithdrawConsent(Act, frozen=True, tag="withdraw_consent"):
    """Withdraw a consent, through any agency of the case."""

    consent: str
    agency: str = ""
    """Withdraw the consent from this agency only; from all agencies if empty. If the consent names
    no other agency, it is withdrawn entirely.
    """

    rule: ClassVar = Rule(
        lambda turn, act, agency, who: withholding.withdraw(turn, act.consent, agency, act.agency),
        after_the_end=True,
    )
    declared: ClassVar = Declared(
        ways=(
            Way(
                command=("consent", "withdraw"),
                help="The person takes a consent back; any agency of the case may record it.",
                verb="withdraw",
            ),
        ),
        words=(
            ActWord(
                field="consent",
                kind=WordKind.CONSENT,
                shown="CONSENT",
                help="The consent, by its name in the pathway.",
            ),
            ActWord(
                field="agency",
                kind=WordKind.AGENCY,
                option="--from",
                shown="AGENCY",
                help="From this agency alone. Default: from all.",
                joint="from",
                empty="from_all",
            ),
        ),
        late=True,
        with_person=True,
        alone=True,
        weighty=True,
    )
    asides: ClassVar = _from_one_alone
