"""Commands of `onward` typed in one installation, and a small pathway of two sides for them."""

from __future__ import annotations

import atexit
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from engine.message import message
from onward import cli
from wording.catalogues import LANGUAGES
from wording.sentences import in_words

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "pathways" / "west_africa"
HOME, DATABASE = "ONWARD_HOME", "ONWARD_DATABASE_URL"
PATHWAY = """\
pathway: passage
version: 1
title: Ask and go home
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
  home: receiving_counterpart @ origin
overrides: [manager]
data:
  full_name: {text, protected}
  home_country: {country, binds: origin}
  nights: {number}
  wants_visit: {yes_no}
  risk: {choice: [low, high], ordered}
consents:
  referral: {to: home, any: yes, shows: [risk], ask: "May we ask {agency}?"}
bases:
  care: {ground: statutory, source: The law, to: [screener, manager]}
stages:
  contact:
    steps:
      talk:
        title: First talk
        by: screener
        form: [full_name, home_country, nights, wants_visit, risk]
        due: 24 hours
      agree: {title: Ask for agreement, by: screener, after: talk, consent: referral, refused: end stays}
      look:
        title: Look around
        by: manager
        after: talk
        optional: yes
        due: {time: 2 working days, extend: {by: 1 week, role: manager}, shorten: {role: manager}}
      tidy: {title: Put in order, by: screener, manual: yes, repeat: {at_most: 2}}
  passage:
    after: contact
    steps:
      ask_home:
        title: Ask the partner
        hand_over: home
        needs: consent.referral
        answer: 5 working days
        declined: next receiver, at most 2
        silent: tell manager
        feedback: 3 working days
      travel:
        title: Travel
        by: screener
        after: ask_home
        when: hand_over.ask_home.accepted
        otherwise: end stays
        arrival: {confirmed_by: home, within: 24 hours, missing: interrupt no_show}
    then: end settled
interrupts:
  no_show: {title: Not there, raised_by: [home, screener], suspends: passage, review: 2 hours, tell: [manager]}
  leaves: {title: Wants no more, raised_by: [screener, home], then: end withdrawn}
ends: {settled: success, stays: neutral, withdrawn: withdrawn}
"""
FRENCH = """\
language: fr
title: Demander et rentrer
roles: {screener: Premier contact, manager: Suivi, home: Partenaire}
data:
  full_name: Nom complet
  home_country: Pays d'origine
  nights: Nuits
  wants_visit: Souhaite une visite
  risk: Risque
words: {low: faible, high: élevé}
consents: {referral: "Pouvons-nous nous adresser à {agency} ?"}
stages: {contact: Contact, passage: Passage}
steps:
  talk: Premier entretien
  agree: Demander l'accord
  look: Faire le tour
  tidy: Mettre en ordre
  ask_home: Demande au partenaire
  travel: Voyage
interrupts: {no_show: Pas là, leaves: Ne souhaite plus rien}
ends: {settled: Installation, stays: Reste, withdrawn: Retrait}
consent_titles: {referral: Demande au partenaire}
sides: {host: accueil, origin: origine}
role_types:
  first_responder: premier intervenant
  case_manager: gestion du suivi
  receiving_counterpart: partenaire qui reçoit
bases: {care: Suivi}
"""
PORTUGUESE = """\
language: pt
title: Pedir e regressar
roles: {screener: Primeiro contacto, manager: Acompanhamento, home: Parceiro}
data:
  full_name: Nome completo
  home_country: País de origem
  nights: Noites
  wants_visit: Deseja uma visita
  risk: Risco
words: {low: baixo, high: elevado}
consents: {referral: "Podemos falar de si a {agency}?"}
stages: {contact: Contacto, passage: Passagem}
steps:
  talk: Primeira conversa
  agree: Pedir o acordo
  look: Dar uma volta
  tidy: Arrumar
  ask_home: Pedido ao parceiro
  travel: Viagem
interrupts: {no_show: Não apareceu, leaves: Já não quer nada}
ends: {settled: Instalação, stays: Fica, withdrawn: Desistência}
consent_titles: {referral: Pedido ao parceiro}
sides: {host: acolhimento, origin: origem}
role_types:
  first_responder: primeiro contacto
  case_manager: gestão do acompanhamento
  receiving_counterpart: parceiro que recebe
bases: {care: Acompanhamento}
"""
FORM = """\
# one answer a line
full_name=Person 7
home_country=NG
nights=3
wants_visit=yes
risk=low
"""

STAFF = {"GH-GPS": "{ama: {}, kofi: {}}", "GH-LAC": "{esi: {}}"}
"""People of agencies of whom the library's registry names nobody."""


def _with_staff(registry: str) -> str:
    for agency, people in STAFF.items():
        before, found, after = registry.partition(f"\n  {agency}:\n")
        assert found
        registry = f"{before}{found}    staff: {people}\n{after}"
    return registry


REGISTRY = _with_staff((LIBRARY / "agencies.yaml").read_text(encoding="utf-8"))
FOR_TRAINING = {"ONWARD_TRAINING": "yes", "ONWARD_BECAUSE": "training"}
"""Sets an installation up for training, and says for each entry that it is none but that."""


def without_banner(said: str) -> str:
    """What a command says, without what it says first of an installation for training."""
    banners = {in_words(message("told.training"), language) for language in LANGUAGES}
    first, _, rest = said.partition("\n")
    return rest if first in banners else said


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """Types commands in one installation."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.folder, self.home = folder, folder / "home"
        self.environment = {HOME: str(self.home), **FOR_TRAINING}
        if database_url:
            self.environment[DATABASE] = database_url

    def moved(self, folder: Path, database_url: str | None = None) -> Desk:
        """The same, with its files in another folder and its rows in another database."""
        moved = Desk(folder, database_url)
        moved.environment = {**self.environment, **moved.environment}
        return moved

    def run(self, *words: str, typed: str = "", **environment: str) -> Done:
        """A command within this process."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {**self.environment, **environment}),
            mock.patch("sys.stdin", io.StringIO(typed)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = cli.run(words)
        return Done(code, out.getvalue(), without_banner(err.getvalue()))

    def do(self, *words: str, typed: str = "") -> str:
        """A command that must succeed, and what it says."""
        done = self.run(*words, typed=typed)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def refused(self, *words: str, typed: str = "", code: int = 1, **environment: str) -> str:
        """A command that must fail, and the one line that it says."""
        done = self.run(*words, typed=typed, **environment)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def refused_at_length(self, *words: str) -> str:
        """A command that must fail, and all that it says, as of a file with several faults."""
        done = self.run(*words)
        assert done.returncode == 1, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr

    def json(self, *words: str) -> Any:
        return json.loads(self.do(*words, "--json"))

    def set_up(self) -> None:
        """The small pathway is in force, and the agencies of West Africa are known."""
        (self.folder / "passage.yaml").write_text(PATHWAY)
        (self.folder / "agencies.yaml").write_text(REGISTRY, encoding="utf-8")
        if DATABASE in self.environment:
            self._set_up()
            return
        known = {name: os.environ[name] for name in os.environ if name.startswith("ONWARD_")}
        named = {**known, **self.environment}
        del named[HOME]
        shutil.copytree(_set_up_once(frozenset(named.items())), self.home, dirs_exist_ok=True)

    def _set_up(self) -> None:
        self.do("publish", str(self.folder / "passage.yaml"))
        self.load(REGISTRY)

    def load(self, registry: str) -> None:
        """Another registry, by its text."""
        file = self.folder / "agencies.yaml"
        file.write_text(registry, encoding="utf-8")
        self.do("registry", "load", str(file))

    def open(self) -> str:
        """A case in Ghana, past the first talk."""
        said = self.do("open", "passage", "--country", "GH", "--as", "GH-GPS")
        code = said.split()[0]
        self.do("complete", code, "talk.1", "--as", "GH-GPS", "--answers", "-", typed=FORM)
        return code


Prepare = Callable[[Desk], None]
"""Does with a new installation what the tests of a file begin with."""


@cache
def _set_up_once(environment: frozenset[tuple[str, str]]) -> Path:
    """A home on SQLite as the commands set it up, to be copied: that takes a tenth of the time."""
    folder = Path(tempfile.mkdtemp(prefix="onward-desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Desk(folder)
    made.environment = {HOME: str(made.home), **dict(environment)}
    (folder / "passage.yaml").write_text(PATHWAY)
    made._set_up()
    return made.home


class FarDesk(Desk):
    """Each command is a process of its own."""

    def run(self, *words: str, typed: str = "", **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "onward", *words],
            cwd=ROOT,
            env={**os.environ, **self.environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, without_banner(done.stderr))
