"""A registry is read, or refused with places."""

from __future__ import annotations

from datetime import date

import pytest

from engine.agencies.file import load_registry
from engine.errors import DefinitionError
from tests.told import advice, sentence
from wording.sentences import placed

REGISTRY = """\
registry: example
agencies:
  GH-A:
    name: First
    country: GH
    roles: [case_manager]
    from: 2020-01-01
    until: 2026-06-30
  GH-B:
    name: Second
    country: GH
    roles: [case_manager, legal_aid]
countries:
  GH: {}
"""


def test_the_order_of_the_file_is_the_order_of_asking() -> None:
    """An agency is asked only on days on which it takes work; the last day counts."""
    registry = load_registry(REGISTRY).registry

    def asked(day: date, without: tuple[str, ...] = ()) -> list[str]:
        return [each.code for each in registry.candidates("case_manager", "GH", day, without)]

    assert asked(date(2026, 6, 30)) == ["GH-A", "GH-B"]
    assert asked(date(2026, 7, 1)) == ["GH-B"]
    assert asked(date(2026, 6, 30), without=("GH-A",)) == ["GH-B"]
    assert registry.candidates("case_manager", "NG", date(2026, 6, 30)) == []


def test_a_country_with_one_zone_need_not_say_it() -> None:
    """The zone comes from the tables of the time zone database."""
    assert load_registry(REGISTRY).zones == {"GH": "Africa/Accra"}


def test_an_agency_that_names_no_languages_has_those_of_its_country() -> None:
    """Its own come first; where nobody says any, it is English."""
    text = REGISTRY.replace("  GH: {}", "  GH: {languages: [fr, en]}")
    text = text.replace("    name: Second\n", "    name: Second\n    languages: [pt]\n")
    spoken = [each.languages for each in load_registry(text).registry.agencies]
    assert spoken == [("fr", "en"), ("pt",)]
    assert load_registry(REGISTRY).registry.agencies[0].languages == ("en",)


def test_a_registry_may_correct_the_calendar_of_its_country() -> None:
    """A holiday declared late, one that is none, a worked weekend and a weekend by law all count."""
    own = """{holidays: {2026-03-23: Declared on the 19th}, no_holidays: [2026-03-06],
       worked: [2026-03-07], weekends: [{from: 2026-06-01, days: [friday, saturday]}]}"""
    edition = load_registry(REGISTRY.replace("GH: {}", f"GH: {own}")).edition(
        "GH", (2026, 2027), "x"
    )
    usual = load_registry(REGISTRY).edition("GH", (2026, 2027), "x")

    def works(day: str) -> tuple[bool, bool]:
        return usual.is_working(date.fromisoformat(day)), edition.is_working(
            date.fromisoformat(day)
        )

    assert works("2026-03-23") == (True, False)
    assert works("2026-03-06") == (False, True)
    assert works("2026-03-07") == (False, True)
    assert works("2026-06-05") == (True, False)
    assert works("2026-06-07") == (False, True)


PARTS = """\
registry: parts
agencies:
  GB-LEEDS: {name: One, country: GB, roles: [care]}
  GB-AYR: {name: Two, country: GB, subdivision: SCT, roles: [care]}
  NG-JOS: {name: Three, country: NG, subdivision: PL, roles: [care]}
countries:
  GB:
    subdivision: ENG
    holidays: {2026-11-16: Of all, 2026-11-17: Of all}
    worked: [2026-11-21]
    weekends: [{from: 2026-12-01, days: [sunday]}, {from: 2027-01-01, days: [saturday, sunday]}]
    subdivisions:
      SCT:
        holidays: {2026-11-18: Of Scotland, 2026-11-21: Of Scotland}
        no_holidays: [2026-11-17]
        worked: [2026-11-22]
        weekends: [{from: 2026-12-15, days: [friday]}]
  NG:
    subdivisions: {PL: {holidays: {2026-11-18: Of the state}}}
"""


def test_each_place_has_a_calendar() -> None:
    """The countries, and the parts of them that are named; an agency knows its place and zone."""
    loaded = load_registry(PARTS)
    calendars = loaded.calendars(2026, 2027)
    places = ["GB", "GB-SCT", "NG", "NG-PL"]
    assert [each.place for each in calendars.editions] == places
    assert [each.id for each in calendars.editions] == [f"{each}-2026" for each in places]
    assert {a.code: (a.place, a.zone) for a in loaded.registry.agencies} == {
        "GB-LEEDS": ("GB", "Europe/London"),
        "GB-AYR": ("GB-SCT", "Europe/London"),
        "NG-JOS": ("NG-PL", "Africa/Lagos"),
    }


@pytest.mark.parametrize(
    ("day", "england", "scotland"),
    [
        ("2026-04-06", False, True),  # Easter Monday
        ("2026-11-30", True, False),  # Saint Andrew's Day
        ("2026-11-16", False, False),
        ("2026-11-17", False, True),
        ("2026-11-18", True, False),
        ("2026-11-21", True, False),
        ("2026-11-22", False, True),
        ("2026-12-11", True, True),  # a Friday
        ("2026-12-12", True, True),  # a Saturday
        ("2026-12-18", True, False),  # a Friday
        ("2026-12-20", False, True),  # a Sunday
        ("2027-01-08", True, False),  # a Friday
        ("2027-01-09", False, True),  # a Saturday
    ],
)
def test_a_part_of_a_country_has_its_own_days_beside_the_countrys(
    day: str, england: bool, scotland: bool
) -> None:
    """Its own win; what it says nothing of is as in the country."""
    loaded, on = load_registry(PARTS), date.fromisoformat(day)
    assert loaded.edition("GB", (2026, 2027), "x").is_working(on) is england
    assert loaded.edition("GB-SCT", (2026, 2027), "x").is_working(on) is scotland


def test_a_part_that_no_package_knows_has_the_countrys_days_and_its_own() -> None:
    """A state of Nigeria declares a day off for itself."""
    loaded, on = load_registry(PARTS), date(2026, 11, 18)
    assert loaded.edition("NG", (2026, 2027), "x").is_working(on)
    state = loaded.edition("NG-PL", (2026, 2027), "x")
    assert not state.is_working(on)
    assert not state.is_working(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "subdivision: SCT",
            "subdivision: SCO",
            "4:49: GB has no subdivision SCO (did you mean `SCT`?)",
        ),
        (
            "      SCT:",
            "      QQ:",
            "13:7: GB has no subdivision QQ (known: ENG, NIR, SCT, WLS)",
        ),
        (
            "subdivision: PL",
            "subdivision: KN",
            "5:51: the subdivision KN of NG is not known (describe its calendar under `countries`",
        ),
        (
            "subdivision: ENG",
            "subdivision: EN",
            "8:18: GB has no subdivision EN (did you mean `ENG`?)",
        ),
        (
            "subdivision: SCT",
            "subdivision: scotland",
            "4:49: this code cannot be read (write the part of the code after the country",
        ),
        (
            "subdivision: SCT",
            "subdivision: 20",
            "4:49: a word or text is expected here (put it in quotes",
        ),
        (
            "      SCT:\n",
            "      SCT:\n        zone: Europe/Nowhere\n",
            "14:15: there is no such time zone",
        ),
        ("  GB-LEEDS:", "  gb_leeds:", "3:3: this code cannot be read (write the country, a dash"),
        ("  NG:\n", "  Ng:\n", "18:3: this code cannot be read (write two capitals"),
    ],
)
def test_a_part_that_does_not_exist_is_refused_at_its_place(old: str, new: str, said: str) -> None:
    """Never counted as if it had no days of its own."""
    with pytest.raises(DefinitionError) as caught:
        load_registry(PARTS.replace(old, new), "agencies.yaml")
    assert placed(caught.value.problems[0]).startswith(f"agencies.yaml:{said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "  GH-A:\n    name: First\n    country: GH",
            "  NG-A:\n    name: First\n    country: NG",
            "5:14",
        ),
        (
            "country: GH\n    roles: [case_manager, ",
            "country: UK\n    roles: [case_manager, ",
            "11:14",
        ),
        (
            "country: GH\n    roles: [case_manager, ",
            "country: XA\n    roles: [case_manager, ",
            "11:14",
        ),
        ("  GH-B:", "  NG-B:", "9:3"),
        ("  GH: {}", "  GH: {}\n  UK: {zone: Europe/London}", "15:3"),
        ("    until: 2026-06-30", "    areas: [north, GH, EL]", "8:24"),
        ("  GH-A:", "  gh_a:", "3:3"),
        ("    until: 2026-06-30", "    untill: 2026-06-30", "8:5"),
        ("roles: [case_manager]\n", "roles: []\n", "6:12"),
        ("  GH: {}", "  GH: {zone: Africa/Nowhere}", "14:14"),
    ],
)
def test_a_fault_is_told_at_its_place(old: str, new: str, said: str) -> None:
    """Each at its line and column, with the file's name."""
    with pytest.raises(DefinitionError) as caught:
        load_registry(REGISTRY.replace(old, new), "agencies.yaml")

    assert [str(each.place) for each in caught.value.problems] == [f"agencies.yaml:{said}"]


def test_a_letter_of_another_alphabet_is_named_where_it_stands() -> None:
    """`GH` with a Cyrillic letter is no country that anybody could find; a name may be in Cyrillic."""
    cyrillic = "\u041d"
    text = REGISTRY.replace("name: First", f"name: {cyrillic} First")
    assert load_registry(text).registry.by_code["GH-A"].name == f"{cyrillic} First"
    with pytest.raises(DefinitionError) as caught:
        load_registry(text.replace("  GH: {}", f"  G{cyrillic}: {{}}"), "agencies.yaml")
    (problem,) = caught.value.problems
    assert placed(problem).startswith(f"agencies.yaml:14:4: `{cyrillic}` is a Cyrillic letter")


def test_a_country_that_is_none_is_told_with_the_one_that_was_meant() -> None:
    """Of one that the European Union writes in its own way, and of Kosovo, which it writes so."""
    with pytest.raises(DefinitionError) as caught:
        load_registry(REGISTRY.replace("country: GH", "country: UK", 1))
    assert "no country `UK` (did you mean `GB` (Britain)?)" in placed(caught.value.problems[0])
    zone = "XK: {zone: Europe/Belgrade}"
    kosovo = REGISTRY.replace("GH-", "XK-").replace("country: GH", "country: XK")
    assert load_registry(kosovo.replace("GH: {}", zone)).zones == {"XK": "Europe/Belgrade"}


WHAT_IT_SAYS = """\
registry: said
agencies:
  GH-A:
    name: First
    country: GH
    roles: [care]
    areas: [north]
    for: children
    capacity: {care: 3}
    leave: [{from: 2026-03-01, until: 2026-03-07, alternate: GH-B}]
  GH-B: {name: Second, country: GH, roles: [care, legal_aid]}
  GH-C: {name: Third, country: GH, roles: [police]}
countries:
  GH: {}
"""


def test_an_agency_says_what_it_serves_and_who_stands_in() -> None:
    """The alternate takes its place in the order, once."""
    registry = load_registry(WHAT_IT_SAYS).registry
    first = registry.by_code["GH-A"]

    def asked(day: int) -> list[str]:
        return [each.code for each in registry.candidates("care", "GH", date(2026, 3, day))]

    assert (first.areas, first.specialised) == (("north",), ("children",))
    assert first.capacity == {"care": 3}
    assert (asked(7), asked(8)) == (["GH-B"], ["GH-A", "GH-B"])


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        (
            "alternate: GH-B",
            "alternate: GH-BB",
            "10:62: there is no agency GH-BB (did you mean GH-B?)",
        ),
        (
            "alternate: GH-B",
            "alternate: GH-C",
            "10:62: GH-C holds none of the roles of GH-A (name an agency that holds one, or leave `alternate` out)",
        ),
        (
            "alternate: GH-B",
            "alternate: GH-A",
            "10:62: GH-A cannot stand in for itself (name another agency)",
        ),
        (
            "until: 2026-03-07",
            "until: 2026-02-07",
            "10:39: this leave ends before it begins (`until` is its last day)",
        ),
        (
            "{care: 3}",
            "{legal_aid: 3}",
            "9:16: GH-A does not hold the role `legal_aid` (its roles: care)",
        ),
        ("{care: 3}", "{care: -1}", "9:22: this number is too small (write 0 or more)"),
        ("from: 2026-03-01, ", "", "10:13: `from` is missing (add `from:`)"),
        (
            "    name: First\n",
            "    name: First\n    from: 2020-01-01\n    until: 2019-12-31\n",
            "6:12: GH-A ends before it begins (write its first day under `from`, and its last day under `until`)",
        ),
        (
            "    name: First\n",
            "    name: First\n    until:\n",
            "5:5: `until` has no value (write it as in `2026-01-31`, or leave it out)",
        ),
        ("GH: {}", "GH:", "14:3: `GH` has no value (write `GH: {}`, or leave it out)"),
        (
            "GH: {}",
            "GH: {member: {from: 2026-01-01, until: 2026-01-01}}",
            (
                "14:42: the membership of GH ends on or before the day it begins"
                " (`until` is the first day outside, `from` the first inside)"
            ),
        ),
    ],
)
def test_what_an_agency_cannot_mean_is_refused(written: str, instead: str, said: str) -> None:
    """Each at its place."""
    with pytest.raises(DefinitionError) as refused:
        load_registry(WHAT_IT_SAYS.replace(written, instead), "agencies.yaml")

    assert [placed(each) for each in refused.value.problems] == [f"agencies.yaml:{said}"]


def test_a_country_whose_holidays_end_early_is_noted_at_its_line() -> None:
    """Nobody learns of it from a case that waits."""
    text = WHAT_IT_SAYS.replace("  GH: {}", "  GH: {}\n  LK: {}")
    (note,) = load_registry(text, "agencies.yaml").ends_early(2027)
    assert placed(note).startswith("agencies.yaml:15:3: ")
    assert "the holidays of LK are known only up to 2026" in sentence(note)
    assert "2027" in advice(note)
    assert not load_registry(text).ends_early(2026)
    named = text.replace("LK: {}", "LK: {holidays: {2027-02-04: National Day}}")
    assert not load_registry(named).ends_early(2027)


def test_agencies_leave_with_their_country_unless_it_says_that_they_stay() -> None:
    """`until` of a member is its first day outside; that of an agency its last day."""
    member = "GH: {member: {from: 1975-05-28, until: 2026-03-05}}"
    leaving = WHAT_IT_SAYS.replace("GH: {}", member)
    staying = leaving.replace("2026-03-05}", "2026-03-05, agencies: stay}")
    sooner = leaving.replace("    name: First\n", "    name: First\n    until: 2026-02-01\n")

    def last(text: str, code: str) -> date | None:
        return load_registry(text).registry.by_code[code].valid_until

    assert last(leaving, "GH-B") == date(2026, 3, 4)
    assert last(staying, "GH-B") is None
    assert (last(sooner, "GH-A"), last(sooner, "GH-B")) == (date(2026, 2, 1), date(2026, 3, 4))


def test_oversight_is_had_by_agencies_of_the_registry() -> None:
    assert load_registry(f"{REGISTRY}oversight: [GH-B]\n").oversight == ("GH-B",)
    with pytest.raises(DefinitionError) as caught:
        load_registry(f"{REGISTRY}oversight: [GH-B, GH-C]\n")
    (problem,) = caught.value.problems
    assert sentence(problem).startswith("GH-C has oversight, but is not in this registry")
