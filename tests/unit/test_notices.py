"""The words of a notice: neutral, complete, in the reader's language and zone."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter

import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from engine.neutral import forbidden_words
from notifiers import templates
from notifiers.base import Notice, NoticeKind, Recipient, Rendered

REFERENCE = "7K2F-9QXM-12"
FRIDAY = datetime(2026, 2, 6, 16, 30, tzinfo=UTC)
MAY_STAND_IN = {
    "subject": {"reference"},
    "reference": {"reference"},
    "label": {"label"},
    "labels": {"labels"},
}
MAY_STAND_IN |= {"due": {"due"}, "sign_in": set(), "opening": set()}
MAY_STAND_IN |= {"link": {"link"}, "code": {"code"}}
MAY_STAND_IN |= {"training": set(), "training_subject": {"subject"}}


def notice(
    *,
    kind: NoticeKind = NoticeKind.TASK_ASSIGNED,
    label: str | None = "First talk",
    due_at: datetime | None = FRIDAY,
    zone: str = "Africa/Lagos",
    language: str = "en",
) -> Notice:
    return Notice(
        reference=REFERENCE, kind=kind, label=label, due_at=due_at, zone=zone, language=language
    )


def texts_of(language: str) -> list[tuple[str, str]]:
    """Every text of a language with the name of its place."""
    texts = templates.load(language)
    lines = texts.lines
    found = [
        ("reference", lines.reference),
        ("label", lines.label),
        ("labels", lines.labels),
        ("due", lines.due),
    ]
    found += [("link", lines.link), ("code", lines.code)]
    found += [("sign_in", lines.sign_in), ("generic_label", texts.generic_label)]
    found += [("training", lines.training), ("training_subject", lines.training_subject)]
    for wording in texts.kinds.values():
        found += [("subject", wording.subject), ("opening", wording.opening)]
    return found


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_there_are_english_french_and_portuguese() -> None:
    """The three languages of the region."""
    assert templates.languages() == ("en", "fr", "pt")


@pytest.mark.parametrize("language", templates.languages())
def test_a_language_words_every_kind(language: str) -> None:
    """A kind that a language lacks would be a notice that cannot be sent."""
    assert set(templates.load(language).kinds) == set(NoticeKind)


@pytest.mark.parametrize("language", templates.languages())
def test_each_template_is_neutral(language: str) -> None:
    """No template says a word that it must not."""
    found = {text: bad for _, text in texts_of(language) if (bad := forbidden_words(text))}
    assert found == {}


@pytest.mark.parametrize("language", templates.languages())
def test_a_template_has_only_its_own_placeholders(language: str) -> None:
    """Nothing but a reference, a label and a due moment can ever be put in."""
    for place, text in texts_of(language):
        assert placeholders(text) == MAY_STAND_IN.get(place, set()), text


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", templates.languages())
def test_a_notice_says_what_it_may_and_nothing_else(language: str, kind: NoticeKind) -> None:
    """Reference in the subject; what, reference, label, due and sign-in in the body."""
    rendered = templates.render(notice(kind=kind, language=language))
    texts = templates.load(language)
    lines = rendered.body.splitlines()

    assert REFERENCE in rendered.subject
    assert lines[0] == texts.kinds[kind].opening
    assert lines[1:3] == [
        texts.lines.reference.format(reference=REFERENCE),
        texts.lines.label.format(label="First talk"),
    ]
    assert lines[3].startswith(texts.lines.due.format(due=""))
    assert lines[4:] == [texts.lines.sign_in]
    assert forbidden_words(rendered.subject + rendered.body) == ()


@pytest.mark.parametrize("language", templates.languages())
def test_a_notice_of_a_training_says_so_first(language: str) -> None:
    """In its subject and above everything else, so that nobody takes it for real."""
    real = notice(language=language)
    plain, training = (
        templates.render(replace(real, is_training=it_is)) for it_is in (False, True)
    )
    first, _, rest = training.body.partition("\n")
    assert first == templates.load(language).lines.training
    assert rest == plain.body
    assert training.subject != plain.subject
    assert training.subject.endswith(plain.subject)


@pytest.mark.parametrize(
    ("language", "due"),
    [
        ("en", "Due: Friday 6 February 2026, 17:30 (GMT+01:00)"),
        ("fr", "Échéance : vendredi 6 février 2026, 17:30 (UTC+01:00)"),
        ("pt", "Prazo: sexta-feira, 6 de fevereiro de 2026, 17:30 (GMT+01:00)"),
    ],
)
def test_the_due_moment_is_shown_in_the_readers_zone_and_words(language: str, due: str) -> None:
    """With the distance to UTC: the name of a zone would name a place."""
    body = templates.render(notice(language=language)).body

    assert due in body.splitlines()
    assert "Lagos" not in body


def test_without_a_due_moment_there_is_no_due_line() -> None:
    """No line that ends in nothing."""
    assert "Due" not in templates.render(notice(due_at=None)).body


@pytest.mark.parametrize("label", [None, ""])
def test_without_a_label_a_generic_word_stands(label: str | None) -> None:
    """A step without neutral words is not named."""
    assert "Étape : voir Onward" in templates.render(notice(label=label, language="fr")).body


def test_a_label_that_is_not_neutral_never_leaves() -> None:
    """The second lock, for a pathway that was published before a word was added to the list."""
    rendered = templates.render(notice(label="Move to the shelter"))

    assert "shelter" not in rendered.body
    assert "Step: see Onward" in rendered.body


def test_a_notice_of_several_things_names_each_once() -> None:
    """What may not be named is one generic word, at the end."""
    several = replace(notice(label="Letter"), others=("Call", "Move to the shelter", "Call", ""))
    assert "Steps: Letter, Call, see Onward\n" in templates.render(several).body
    french = replace(notice(label="Lettre", language="fr"), others=("Appel",))
    assert "Étapes : Lettre, Appel\n" in templates.render(french).body
    alike = replace(notice(label="Letter"), others=("Letter",))
    assert "Step: Letter\n" in templates.render(alike).body


def test_braces_in_a_label_stay_braces() -> None:
    """A label is data; it cannot reach into the notice."""
    assert "Step: {reference}" in templates.render(notice(label="{reference}")).body


@pytest.mark.parametrize(
    ("wanted", "written_in"),
    [("fr-CI", "fr"), ("pt_BR", "pt"), ("FR", "fr"), ("ha", "en"), ("", "en"), ("../fr", "en")],
)
def test_a_missing_language_falls_back_to_english_and_says_so(wanted: str, written_in: str) -> None:
    """The words and the statement agree."""
    rendered = templates.render(notice(language=wanted))

    assert rendered.language == written_in
    assert templates.load(written_in).lines.sign_in in rendered.body


@pytest.mark.parametrize(
    "reference",
    ["", "7K2F-9QXM", "7k2f-9qxm-1", "7K2F-9QXM-0", "7K2F-9QXM-1\nBcc: a", "UILO-UILO-1"],
)
def test_a_reference_of_another_shape_is_refused(reference: str) -> None:
    """Nothing else can travel in its place."""
    with pytest.raises(ValueError, match="reads like"):
        Notice(reference=reference, kind=NoticeKind.REMINDER)


def test_a_naive_due_moment_is_refused() -> None:
    """A moment without a zone would be shown wrongly."""
    with pytest.raises(ValueError, match="time zone"):
        notice(due_at=FRIDAY.replace(tzinfo=None))


@pytest.mark.parametrize("zone", ["", "Africa", "Africa/Atlantis", "../etc"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """At once, not when the notice is worded."""
    with pytest.raises(ValueError, match="not known"):
        notice(zone=zone)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Help for victims of trafficking", ("victims", "trafficking")),
        ("A place in the SHELTER", ("SHELTER",)),
        ("La traite et l'exploitation", ("traite", "exploitation")),
        ("Un refuge, un foyer ou un abri", ("refuge", "foyer", "abri")),
        ("Vítima de tráfico", ("Vítima", "tráfico")),
        ("vitima de trafico num abrigo", ("vitima", "trafico", "abrigo")),
        ("Tell the police or the consulate", ("police", "consulate")),
        ("Prévenir l'ambassade", ("ambassade",)),
        ("home_visit_police", ("police",)),
        ("safe  house", ("safe  house",)),
        ("Rendez-vous me\u0301dical", ("médical",)),
        ("Police, police", ("Police", "police")),
    ],
)
def test_forbidden_words_are_found_as_they_stand(text: str, found: tuple[str, ...]) -> None:
    """In any language, with or without accents, in any case, in the order of the text."""
    assert forbidden_words(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Hold the first talk",
        "Traitement du dossier, déjà traité",
        "Entre abril e sexta-feira, uma consulta",
        "Consultation on the policy",
        "A mere formality",
        "Mise en service, de plein gré",
        "Visit and ask how it goes",
        "Confirm the arrival",
    ],
)
def test_neutral_words_pass(text: str) -> None:
    """A list that refuses everything would be switched off."""
    assert forbidden_words(text) == ()


def test_an_address_does_not_show() -> None:
    """Neither in a log line nor in a traceback's local variables."""
    address = "mailto://desk:pa55@mail.example?to=desk@example.org"
    recipient = Recipient(agency="NG-NAPTIP", channel="email", address=SecretStr(address))

    assert "example" not in f"{recipient} {recipient!r} {recipient.address}"
    assert recipient.address.get_secret_value() == address


def test_a_rendered_notice_is_a_value() -> None:
    """Equal notices render to equal words, so that a retry sends the same."""
    assert templates.render(notice()) == templates.render(notice())
    assert isinstance(templates.render(notice()), Rendered)
