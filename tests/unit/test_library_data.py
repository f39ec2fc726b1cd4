"""The registry and the synthetic intakes of the West African pathways agree with each other."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

LIBRARY = Path(__file__).parents[2] / "pathways" / "west_africa"

HOST_ROLES = frozenset(
    {
        "asylum_authority",
        "border_police",
        "case_manager",
        "child_carer",
        "child_protection_authority",
        "competent_authority",
        "data_controller",
        "data_processor",
        "data_protection_officer",
        "escort",
        "first_responder",
        "guardian",
        "interpreter",
        "legal_aid",
        "medical",
        "national_focal_point",
        "prosecutor",
        "psychosocial",
        "return_operator",
        "shelter_provider",
        "supervisor",
        "supervisory_authority",
    }
)
ORIGIN_ROLES = frozenset(
    {
        "border_police",
        "consulate",
        "family_tracer",
        "legal_aid",
        "livelihood_provider",
        "medical",
        "national_focal_point",
        "psychosocial",
        "receiving_counterpart",
        "shelter_provider",
        "supervisor",
    }
)
ROLE_TYPES = HOST_ROLES | ORIGIN_ROLES | {"investigator"}

ONE_TRACK_ONLY = frozenset(
    {
        "asylum_authority",
        "data_protection_officer",
        "guardian",
        "interpreter",
        "legal_aid",
        "medical",
        "psychosocial",
        "supervisory_authority",
    }
)
"""They see their own track and nothing else, so they hold no second role."""

HELPERS = frozenset({"case_manager", "first_responder", "shelter_provider", "supervisor"})
"""Who helps or refers never decides the formal status."""

MEMBERS = ("NG", "GH", "CI", "BJ", "TG", "SN", "SL", "GW", "CV", "GM", "GN", "LR")
"""The twelve member states of the community since 29 January 2025."""
NEIGHBOURS = ("NE", "ML", "BF", "MR")
"""They take part without being members any more."""

PICKLISTS = {
    "prs_Gender": (
        "Feminine Masculine TransgenderFeminine TransgenderMasculine NonConforming"
        " NonSpecifiedUnknown"
    ),
    "prs_MaritalStatus": "Single Married Widowed Divorced Separated RegisteredPartnership",
    "vic_TraffickingStatus": (
        "PossibleVictimOfTrafficking ActualVictimOfTrafficking NotAVictimOfTrafficking"
    ),
    "vic_TraffickingStatusDecisionMakingOrg": (
        "Police NGO CourtOrProsecution NonPoliceGovernmentalOrganization Other"
    ),
    "vic_RelationshipToTrafficker": "Familial Acquainted Unaquainted",
    "vic_TypeOfExploitation": (
        "ForcedLabour SexualExploitation ChildLabour ForcedMarriage Servitude"
        " ForcedMilitaryByNonStateActors OrganRemoval ForcedBegging ForcedAdoption Surrogacy Other"
    ),
    "cas_Status": "Active FollowUp Closed ClosedReferred",
    "con_Consent": "true false",
    "adult": "yes unknown",
    "asylum": "not_sought pending",
    "risk": "low medium high",
    "contact_language": "en fr pt",
    "interpreter_needed": "yes no",
    "needs": "shelter health psychosocial legal",
}
"""The value names of HTCDS 2.0, then those of our own columns."""

Entry = Mapping[str, Any]


@cache
def read_registry() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", YAML(typ="safe").load(LIBRARY / "agencies.yaml"))


def agencies() -> Mapping[str, Entry]:
    return cast("Mapping[str, Entry]", read_registry()["agencies"])


def countries() -> Mapping[str, Entry]:
    return cast("Mapping[str, Entry]", read_registry()["countries"])


def holders(country: str, role: str) -> list[str]:
    return [
        code
        for code, agency in agencies().items()
        if agency["country"] == country and role in agency["roles"]
    ]


@cache
def read_cases() -> Sequence[Mapping[str, str]]:
    with (LIBRARY / "cases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def documented_columns() -> list[str]:
    text = (LIBRARY / "cases.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)


def test_the_registry_has_only_known_parts_and_keys() -> None:
    """A misspelt key would silently mean nothing."""
    assert set(read_registry()) == {"registry", "agencies", "countries", "separation"}
    assert read_registry()["registry"] == "west_africa"
    allowed = {"name", "country", "roles", "languages", "channels", "from", "until", "staff"}
    required = allowed - {"from", "until", "staff"}
    for code, agency in agencies().items():
        assert required <= set(agency) <= allowed, code


def test_an_agency_is_coded_by_its_country_and_names_only_kinds_of_channels() -> None:
    """Addresses are secrets: none may stand in the registry."""
    for code, agency in agencies().items():
        assert re.fullmatch(r"[A-Z]{2}-[A-Z]+", code), code
        assert code.startswith(f"{agency['country']}-"), code
        assert agency["country"] in countries(), code
        assert agency["channels"], code
        assert set(agency["channels"]) <= {"email", "sms"}, code
        assert set(agency["languages"]) <= {"en", "fr", "pt"}, code
        assert "@" not in str(agency), code
        assert not re.search(r"\d{6}", str(agency["name"])), code


def test_every_role_is_a_known_role_type_and_listed_once() -> None:
    """A role that no pathway could name would never be asked."""
    for code, agency in agencies().items():
        assert len(set(agency["roles"])) == len(agency["roles"]) > 0, code
        assert set(agency["roles"]) <= ROLE_TYPES, code


@pytest.mark.parametrize("country", [*MEMBERS, *NEIGHBOURS])
def test_every_country_staffs_both_sides_of_a_return(country: str) -> None:
    """Each country can be the host of one case and the origin of another."""
    missing = [role for role in HOST_ROLES | ORIGIN_ROLES if not holders(country, role)]
    assert missing == []
    assert len(holders(country, "national_focal_point")) == 1
    assert len(holders(country, "receiving_counterpart")) >= 2


def test_the_registry_covers_exactly_the_countries_it_lists() -> None:
    """All twelve member states, and the four neighbours that take part."""
    assert set(countries()) == {*MEMBERS, *NEIGHBOURS}
    assert {agency["country"] for agency in agencies().values()} == set(countries())


def test_a_country_has_a_zone_a_language_and_dated_membership() -> None:
    """Membership is data with dates: a case outlives a state's leaving."""
    for code, country in countries().items():
        assert ZoneInfo(country["zone"]).key == country["zone"]
        assert set(country["languages"]) <= {"en", "fr", "pt"}, code
        founded = date(1975, 5, 28) if code != "CV" else date(1977, 1, 1)
        assert country["member"]["from"] == founded, code
    outside = {
        code: country["member"]["until"]
        for code, country in countries().items()
        if "until" in country["member"]
    }
    left_together = dict.fromkeys(("NE", "ML", "BF"), date(2025, 1, 29))
    assert outside == {**left_together, "MR": date(2001, 1, 1)}
    for code in NEIGHBOURS:
        assert countries()[code]["member"]["agencies"] == "stay", code


def test_one_track_services_hold_no_second_role() -> None:
    """Who sees one track only cannot come to see another by a second role."""
    for code, agency in agencies().items():
        if ONE_TRACK_ONLY & set(agency["roles"]):
            assert len(agency["roles"]) == 1, code


def test_whoever_decides_the_status_does_not_also_help_or_refer() -> None:
    """The formal decision stays apart from assistance."""
    for code, agency in agencies().items():
        if "competent_authority" in agency["roles"]:
            assert not HELPERS & set(agency["roles"]), code


def test_staff_act_only_in_their_agency_roles_and_nobody_approves_their_own_plan() -> None:
    """Two desks where an agency both manages and supervises."""
    seen: set[str] = set()
    for code, agency in agencies().items():
        staff = cast("Mapping[str, Entry]", agency.get("staff", {}))
        assert not seen & set(staff), code
        seen |= set(staff)
        for desk, entry in staff.items():
            assert re.fullmatch(r"[a-z-]+-desk-\d", desk), code
            assert set(entry["roles"]) <= set(agency["roles"]), desk
            assert not {"case_manager", "supervisor"} <= set(entry["roles"]), desk
        if staff:
            assert set(agency["roles"]) == {role for s in staff.values() for role in s["roles"]}


def test_a_placeholder_is_marked_in_its_name() -> None:
    """Nobody takes an invented service for a real institution."""
    generic = re.compile(r"provider|service|pool|organisation|authority|prosecutor", re.IGNORECASE)
    marked = [a["name"] for a in agencies().values() if a["name"].endswith("(placeholder)")]
    assert marked
    assert all(generic.search(name) for name in marked)
    for code in countries():
        named = [a for a in agencies().values() if a["country"] == code and a["name"] not in marked]
        assert len(named) >= 7, code


def test_there_are_fifty_intakes_of_nobody_who_exists() -> None:
    """Synthetic on sight: numbered persons, birthdays on 1 January."""
    names = [f"{case['prs_FirstName']} {case['prs_SecondName']}" for case in read_cases()]
    assert names == [f"Person {n:03d}" for n in range(1, 51)]
    for case in read_cases():
        assert re.fullmatch(r"(19|20)\d\d-01-01|", case["prs_Birthdate"])
        assert (case["prs_Birthdate"] == "") == (case["adult"] == "unknown")


def test_each_intake_is_opened_by_a_first_responder_of_its_host() -> None:
    """Both countries are member states of the registry, and never the same."""
    for case in read_cases():
        host, origin = case["host_country"], case["origin_country"]
        assert {host, origin} <= set(MEMBERS)
        assert host != origin
        assert case["prs_Citizenship"] == origin
        assert case["opening_agency"] in holders(host, "first_responder")
        opened = datetime.fromisoformat(case["opened_at"])
        assert (
            opened.utcoffset() == opened.astimezone(ZoneInfo(countries()[host]["zone"])).utcoffset()
        )


def test_the_intakes_reach_every_member_both_as_host_and_as_origin() -> None:
    """A demonstration walks every country's agencies, and three languages at once early on."""
    assert {case["host_country"] for case in read_cases()} == set(MEMBERS)
    assert {case["origin_country"] for case in read_cases()} == set(MEMBERS)
    assert {case["contact_language"] for case in read_cases()[:5]} == {"en", "fr", "pt"}


def test_an_adult_of_the_intakes_is_one_on_the_day_of_opening() -> None:
    """An intake that says adult has a birthday eighteen years back."""
    for case in read_cases():
        if case["adult"] == "yes":
            born = date.fromisoformat(case["prs_Birthdate"])
            opened = datetime.fromisoformat(case["opened_at"]).date()
            assert born.replace(year=born.year + 18) <= opened


@pytest.mark.parametrize("column", PICKLISTS)
def test_values_are_names_of_the_picklist(column: str) -> None:
    """Values of the standard keep the standard's spelling."""
    allowed = {*PICKLISTS[column].split()}
    if column == "vic_TraffickingStatusDecisionMakingOrg":
        allowed.add("")
    for case in read_cases():
        assert set(case[column].split(";")) <= allowed


def test_a_decided_status_names_who_decided() -> None:
    """A status is open until somebody has decided it."""
    for case in read_cases():
        decided = case["vic_TraffickingStatus"] != "PossibleVictimOfTrafficking"
        assert decided == bool(case["vic_TraffickingStatusDecisionMakingOrg"])


def test_languages_follow_the_standard_and_the_interpreter_the_countries() -> None:
    """Three letters for what a person speaks; an interpreter where the host speaks otherwise."""
    for case in read_cases():
        for column in ("prs_PrimaryLanguage", "prs_SecondaryLanguage"):
            assert re.fullmatch(r"[a-z]{3}", case[column])
        spoken = countries()[case["host_country"]]["languages"]
        understood = case["contact_language"] in spoken
        assert case["interpreter_needed"] == ("no" if understood else "yes")


def test_every_column_is_documented_and_every_documented_column_exists() -> None:
    """cases.md lists the columns in the order of the file."""
    assert documented_columns() == list(read_cases()[0])
