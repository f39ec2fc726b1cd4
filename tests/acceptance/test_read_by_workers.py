"""What a worker of an agency meets, in the language of who reads it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import pytest

from casework.bootstrap import connect
from casework.publishing import publish_pathway
from casework.settings import Settings
from onward.authoring.pathway_files import beside_of
from onward.commands import COMMANDS
from tests.desk import FORM, FRENCH, LIBRARY, PATHWAY, PORTUGUESE, Desk
from tests.english_texts import english
from tests.principals import OPERATOR

AGENCIES = re.findall(
    r"^    name: (.+)$", (LIBRARY / "agencies.yaml").read_text(encoding="utf-8"), re.MULTILINE
)
POLICE = "  GH-GPS:\n    name: Ghana Police Service, Anti-Human Trafficking Unit\n"
"""How the registry of the library begins an agency, which lists no staff there."""
TO_BE_READ_OUT = {
    "overrides: [manager]\n": """\
overrides: [manager]
clocks: {rest: 2 weeks after talk.done}
""",
    "      tidy: {title: Put in order, by: screener, manual: yes, repeat: {at_most: 2}}\n": """\
      tidy: {title: Put in order, by: screener, manual: yes, repeat: {at_most: 2}}
      wait: {title: Wait, by: screener, after: talk, optional: yes, not_before: 1 month after talk.done, form: [departure], due: end of the month}
      meet:
        title: Meet again
        optional: yes
        by: manager
        after: talk
        not_before: earliest of (rest, 3 working days before departure)
        due: 1 working day
      weigh:
        title: Weigh it
        optional: yes
        by: [manager, screener]
        after: wait
        when: risk = high and (nights >= 3 or not wants_visit)
        otherwise: skip
      listen: {title: Listen, by: manager, when: not step.talk.done and departure.answered, otherwise: skip}
""",
    "  nights: {number}\n": "  nights: {number}\n  departure: {date}\n",
}
"""What the pathway has beside that of other tests: periods and conditions of several kinds."""
BESIDE = {
    "fr": ("Attente", "Nouvelle rencontre", "Appréciation", "Écoute", "Date de départ", "répit"),
    "pt": ("Espera", "Novo encontro", "Apreciação", "Escuta", "Data de partida", "pausa"),
}


def translated(written: str, language: str) -> str:
    """A translation, with what the pathway has beside."""
    wait, meet, weigh, listen, departure, rest = BESIDE[language]
    steps = f"steps:\n  wait: {wait}\n  meet: {meet}\n  weigh: {weigh}\n  listen: {listen}\n"
    said = written.replace("steps:\n", steps) + f"clocks: {{rest: {rest}}}\n"
    return said.replace("data:\n", f"data:\n  departure: {departure}\n")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An installation whose pathway speaks French and Portuguese."""
    folder = tmp_path_factory.mktemp("desk")
    for language, written in (("fr", FRENCH), ("pt", PORTUGUESE)):
        beside = translated(written, language)
        (folder / f"passage.{language}.yaml").write_text(beside, encoding="utf-8")
    pathway = PATHWAY
    for written, more in TO_BE_READ_OUT.items():
        assert written in pathway
        pathway = pathway.replace(written, more)
    made = Desk(folder)
    registry = (LIBRARY / "agencies.yaml").read_text(encoding="utf-8")
    assert POLICE in registry
    made.load(registry.replace(POLICE, f"{POLICE}    staff: {{s1: {{}}}}\n"))
    file = folder / "passage.yaml"
    file.write_text(pathway)
    # The command walks all cases first, which takes longer than what is told here.
    with closing(connect(Settings(home=made.home))) as onward:
        publish_pathway(onward, pathway, OPERATOR, str(file), around=beside_of)
    return made


def opened_in_abidjan(desk: Desk) -> str:
    """By an agency that reads French."""
    return desk.do("open", "passage", "--country", "CI", "--as", "CI-UCT").split()[0]


def test_an_agency_is_told_in_its_language_where_nobody_names_one(desk: Desk) -> None:
    """By its first language in the registry; the option comes before the environment, that before it."""
    code = opened_in_abidjan(desk)
    talk = ("accept", code, "talk.9", "--as", "CI-UCT")
    french, english = "aucune tâche ouverte talk.9", "there is no open task talk.9"
    assert french in desk.refused(*talk)
    assert english in desk.refused(*talk, ONWARD_LANGUAGE="en")
    assert "ne s'appelle talk.9" in desk.refused("explain", code, "talk.9", "--as", "CI-UCT")
    asked = ("explain", code, "talk.9", "--as", "CI-UCT", "--language", "pt")
    assert "nenhuma tarefa" in desk.refused(*asked, ONWARD_LANGUAGE="en")
    none = "or your agency has no part in this case"
    assert none in desk.refused("accept", code, "talk.9", "--as", "GH-GPS")


def test_an_explanation_names_things_as_its_reader_calls_them(desk: Desk) -> None:
    """In the words of the pathway, and in English where it has no others."""
    code = opened_in_abidjan(desk)
    assert "talk.1  Premier entretien" in desk.do("explain", code, "talk.1", "--as", "CI-UCT")
    assert f"{code}  Demander et rentrer" in desk.do("explain", code, "--as", "CI-UCT")
    assert ": Premier entretien" in desk.do("explain", code, "--language", "fr")
    assert "contact  Contact" in desk.do("explain", code, "contact", "--language", "fr")
    assert "talk.1  First talk" in desk.do("explain", code, "talk.1", "--language", "ha")
    assert "talk.1  First talk" in desk.do("explain", code, "talk.1")


@pytest.fixture(scope="module")
def days(desk: Desk) -> Mapping[str, Sequence[str]]:
    """What a worker of either language reads in a day."""
    return {language: [*day_of_a_worker(desk, language)] for language in ("fr", "pt")}


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_a_day_of_a_worker_has_no_english_in_it(
    desk: Desk, days: Mapping[str, Sequence[str]], language: str
) -> None:
    """What commands say, list, explain and refuse: none of it is an English text of the catalogue."""
    said = "\n".join([*days[language], *taking_in(desk, language)])
    for name in AGENCIES:  # they are called as they call themselves
        said = said.replace(name, "")
    assert [text for text in english(language, said) if text.search(said)] == []


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_a_day_of_a_worker_names_nothing_as_only_the_pathway_does(
    days: Mapping[str, Sequence[str]], language: str
) -> None:
    """Whatever has words in their language is called by these, in sentences as in lists: parts of the
    pathway, periods, conditions, reasons. What is typed (`talk.1`, `nights=3`, a name with its words
    behind it) stays what it is.
    """
    met = [
        (each.strip(), line)
        for line in "\n".join(days[language]).splitlines()
        for each in OF_THE_PATHWAY.findall(line)
    ]
    assert met == []


_CODES = (
    "talk|agree|look|tidy|ask_home|travel|wait|meet|weigh|listen|screener|manager|home|no_show|leaves"
    "|settled|stays|withdrawn|full_name|home_country|nights|wants_visit|risk|departure|low|high"
    "|referral|host|origin|first_responder|case_manager|receiving_counterpart|care|rest"
    "|no_capacity|outside_mandate|conflict_of_interest|unsafe|urgent|other|sibling"
)
OF_THE_PATHWAY = re.compile(
    rf"(?<![\w.`-])(?:{_CODES})(?![\w=]|\.\d|  ?\(|  \w)"
    r"|\b(?:hours?|days?|weeks?(?!-)|months?|years?|before|after|earliest|latest|answered)\b"
    r"|\b(?:First|Ask for|Look|Put in|Ask the|Travel|Not there|Wants|Meet|Weigh|Listen)\b"
)
"""Names, titles and phrases of the pathway, all of which have other words in French and Portuguese."""


@pytest.mark.parametrize("language", ["fr", "pt"])
@pytest.mark.parametrize("name", [*COMMANDS["For agencies"], *COMMANDS["To look things up"]])
def test_help_has_no_english_in_it(desk: Desk, name: str, language: str) -> None:
    """Of each command of an agency; the names of commands and options are what is typed."""
    page = desk.run(name, "--help", ONWARD_LANGUAGE=language).stdout
    plain = " ".join(re.sub("[│─╭╮╰╯]", " ", page).split())
    assert COMMANDS_HELP[name] not in plain
    assert not re.search(r"Show this|\[required\]|env var|Usage: ", page)


COMMANDS_HELP = {name: each.help for listed in COMMANDS.values() for name, each in listed.items()}


BEFORE_THE_FORM = """\
explain CODE talk.1
explain CODE wait
explain CODE meet
explain CODE weigh
explain CODE travel
explain CODE passage
explain CODE rest
extend CODE look.1 --as GH-DSW
extend CODE rest HERE
start CODE look HERE
skip CODE tidy --reason later --as GH-GPS
open-step CODE weigh --reason urgent --as GH-GPS
consent give CODE agree.1 HERE
complete CODE talk.1 HERE --answer nights=x
raise CODE leaving HERE
resolve CODE no_show HERE
tasks --as GH-GPS
complete CODE talk.1 HERE
explain CODE agree
claim CODE talk.1 --as GH-GPS
claim CODE talk.1 HERE
tasks --as GH-GPS
"""
AFTER_THE_FORM = """\
explain CODE wait
explain CODE meet
explain CODE weigh
explain CODE listen
complete CODE wait.1 HERE --answer departure=2027-01-01
explain CODE rest
case CODE
cases
explain CODE
explain CODE look.1
explain CODE passage
explain CODE talk.1 --as GH-GPS
person CODE HERE
extend CODE look.1 --as GH-DSW
shorten CODE look.1 --as GH-DSW
decline CODE look.1 --as GH-DSW --reason unsafe
reassign CODE look.1 --to GH-DSW HERE
start CODE tidy HERE
start CODE tidy HERE
skip CODE tidy --reason urgent --as GH-DSW
prohibit CODE NG-RECEIVER HERE
permit CODE NG-RECEIVER HERE
link CODE OTHER --is sibling HERE
links CODE HERE
consent words CODE agree.1 HERE --language ha
consent give CODE agree.1 HERE --language fr
requests --as NG-NAPTIP
requests --as GH-GPS --sent
request CODE ask_home.1 THERE
see CODE ask_home.1 THERE
answer accept CODE ask_home.9 THERE
answer waitlist CODE ask_home.1 THERE
answer decline CODE ask_home.1 --reason full THERE
consent give OTHER agree.1 HERE --language fr
answer decline OTHER ask_home.1 --reason no_capacity THERE
explain OTHER ask_home.1
explain OTHER travel
request OTHER ask_home.1 HERE
requests --as GH-GPS --sent
tasks --as GH-GPS
explain CODE ask_home.1 --as NG-NAPTIP
answer accept CODE ask_home.1 THERE
prepare CODE ask_home.1 THERE
request CODE ask_home.1 HERE
complete CODE travel.1 HERE
no-show CODE travel.1 THERE
tasks --as NG-NAPTIP
case CODE
resolve CODE no_show HERE
arrive CODE travel.1 THERE
case CODE
explain CODE
log CODE
undelivered
clock
accept CODE talk.1 HERE
person CODE --as GH-DSW
tasks --as GH-NOBODY
case 0000-0000
together 'complete travel' CODE OTHER HERE
claim
claim 12 talk.1 HERE
claim CODE talk.1 HERE --qwerty
qwerty
tasks
arrive CODE travel.1 HERE --at '1 March'
"""
MISTYPED = """\
cases --status closed
cases --limit x
cases --limit 0
cases --limit 99999999
open passage --country
open passage more --country GH --as GH-GPS
open passage --check=yes
open passage --as GH-GPS
open passage --country GH --as GH-GPS --role manager
open passage --country GH --as GH-GPS --from xyz.csv --version 1
open passage --country GH --as GH-GPS --identity xyz
explain nowhere
consent
"""
ROWS = """\
full_name,home_country,nights,wants_visit,risk
Person 1,NG,3,yes,low
Person 2,XX,three,perhaps,medium
,,,,
Person 3,NG,3,yes,low,more
"""
FILES = {
    "rows.csv": ROWS,
    "heading.csv": "Xyz xyz\nPerson 1\n",
    "other.csv": ROWS.replace("nights", "Nights"),
    "twice.csv": ROWS.replace("nights", "risk"),
    "unnamed.csv": ROWS.replace("nights", ""),
    "empty.csv": "",
    "quoted.csv": '"full_name\n',
    "rows.json": "{}",
    "broken.json": "[{",
    "rows.doc": ROWS,
    "book.xlsx": ROWS,
}


def day_of_a_worker(desk: Desk, language: str) -> Iterator[str]:
    """What two agencies read as a case goes from its opening to its end, and what they mistype."""
    here, there = "--as GH-GPS --person s1", "--as NG-NAPTIP --person naptip-desk-1"

    def read(line: str, typed: str = "") -> str:
        words = shlex.split(line.replace("THERE", there).replace("HERE", here))
        done = desk.run(*words, typed=typed, ONWARD_LANGUAGE=language)
        assert done.returncode in (0, 1, 2), words
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    opened = read("open passage --country GH HERE")
    code, other = opened.split()[0], desk.open()
    yield opened
    for line in BEFORE_THE_FORM.splitlines():
        yield read(line.replace("CODE", code))
    yield read(f"complete {code} talk.1 HERE --answers -", FORM)
    for line in AFTER_THE_FORM.splitlines():
        yield read(line.replace("CODE", code).replace("OTHER", other))


def taking_in(desk: Desk, language: str) -> Iterator[str]:
    """What is said of calls that are mistyped, and of files of people, most of them no good."""

    def read(line: str) -> str:
        done = desk.run(*shlex.split(line), ONWARD_LANGUAGE=language)
        assert done.returncode in (0, 1, 2), line
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    for line in MISTYPED.splitlines():
        yield read(line)
    here = "open passage --country GH --as GH-GPS --from"
    for name, text in FILES.items():
        file = desk.folder / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
        yield read(f"{here} {file} --check")
        yield read(f"{here} {file} --ignore xyz")
    yield read(f"{here} {desk.folder / 'rows.csv'}")
    yield read(f"{here} {desk.folder / 'xyz.csv'}")
