"""A whole installation on a scratch store, with two agencies over a border and a small pathway."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy import ColumnElement, select, update

from casework import attempts
from casework.acting import do
from casework.attempts import AttemptOutcome
from casework.bootstrap import connect
from casework.case_rows import CASES
from casework.context import Onward
from casework.installation_clock import StoredClock
from casework.opening import open_case
from casework.publishing import publish_pathway
from casework.registering import register
from casework.settings import Settings
from engine import commands as c
from models.columns import table_of
from models.notices import SENT, OwedNotice
from notifiers.addresses import AddressBook
from notifiers.base import Recipient
from notifiers.memory import MemoryChannel
from tests.principals import OPERATOR, staff
from tests.stores import Rows, connected, tables_on_sqlite

_NOTICES = table_of(OwedNotice)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""
CANARY = "Canary Q. Plainsong"
"""Stands for what must never be seen in the clear."""
MASTER_KEY = "bWFzdGVyLWtleS1mb3ItdGVzdHMtb25seS0zMi1ieXQ="
SCREEN, HOME, HOME_TWO = staff("GH-ONE", "ama"), staff("NG-HOME", "bola"), staff("NG-TWO", "chi")

AGENCIES = """\
registry: trial
countries:
  GH: {zone: Africa/Accra}
  NG: {zone: Africa/Lagos, languages: [en]}
agencies:
  GH-ONE: {name: One, country: GH, roles: [first_responder, case_manager], channels: [email, sms],
    staff: {ama: {}, ato: {}}}
  GH-TWO: {name: Two, country: GH, roles: [case_manager], channels: [email]}
  NG-HOME: {name: Home, country: NG, roles: [receiving_counterpart], channels: [email]}
  NG-TWO: {name: Second, country: NG, roles: [receiving_counterpart], channels: [email]}
"""

COORDINATED = (
    AGENCIES.replace("{ama: {}", "{ama: {coordinates: yes}").replace("ato: {}", "ato: {coordinates: yes}")
)  # fmt: skip
"""One of them coordinates, with two accounts."""

PATHWAY = """\
pathway: trial
version: 1
title: A trial
effective: 2026-01-01
sides: [host, origin]
roles:
  screener: first_responder @ host
  manager: case_manager @ host
  home: receiving_counterpart @ origin
data:
  full_name: {text, protected}
  home_country: {country, binds: origin}
  risk: {choice: [low, high], ordered}
consents:
  referral: {to: home, shows: [risk], ask: "May we tell {agency} about you?"}
bases:
  law: {ground: statutory, source: The law, to: [manager]}
stages:
  first:
    steps:
      interview:
        by: screener
        form: [full_name, home_country]
        due: 24 hours
        late: [remind screener]
      agree:
        after: interview
        consent: referral
        by: screener
        refused: end stays
  second:
    after: first
    steps:
      assess: {by: manager, form: [risk], due: 5 working days}
      ask_home:
        hand_over: home
        after: assess
        needs: consent.referral
        seen: 2 working days
        answer: 15 working days
        declined: end stays
        silent: tell manager
    then: end done
ends: {done: success, stays: neutral}
"""


def installation(
    url: str, home: Path, *, channel: MemoryChannel | None = None, at: datetime = START
) -> Onward:
    """A store with the trial pathway and registry; its clock stands at `at` until it is moved."""
    settings = Settings(
        home=home,
        database_url=SecretStr(url),
        master_key=SecretStr(MASTER_KEY),
        clock="stored",
        clock_starts=at,
    )
    records = Path(url.removeprefix(_FILE))
    if url.startswith(_FILE) and not records.exists():
        _write_private(records, tables_on_sqlite())
    return connect(settings, channel=channel or MemoryChannel())


_FILE = "sqlite:///"


def ready(
    url: str,
    home: Path,
    *,
    agencies: str = AGENCIES,
    pathways: Sequence[str] = (PATHWAY,),
    then: Callable[[Onward], object] | None = None,
    channel: MemoryChannel | None = None,
    at: datetime = START,
) -> Onward:
    """An installation with a registry and pathways, made once and copied: that takes a third of the time.

    All copies have the same keys.

    Args:
        then: what is done in it besides; a function that stands in a module, by which a copy is known again.
    """
    what = _What(url.startswith(_FILE), agencies, tuple(pathways), then, at)
    if what not in _READY:
        with TemporaryDirectory() as folder:
            _READY[what] = _made_ready(url, Path(folder), what)
    _READY[what].put(url, home)
    return installation(url, home, channel=channel, at=at)


class _What(NamedTuple):
    """What tells one installation from another."""

    is_file: bool
    agencies: str
    pathways: tuple[str, ...]
    then: Callable[[Onward], object] | None
    at: datetime


class _Ready(NamedTuple):
    """What an installation consists of."""

    proof_key: bytes
    records: bytes | Rows
    """A file, or what stands in a database."""

    def put(self, url: str, home: Path) -> None:
        _write_private(home / _PROOF_KEY, self.proof_key)
        if isinstance(self.records, bytes):
            _write_private(Path(url.removeprefix(_FILE)), self.records)
            return
        with connected(url) as connection:
            self.records.put(connection)


_READY: dict[_What, _Ready] = {}
_PROOF_KEY = "proof.key"


def _made_ready(url: str, folder: Path, what: _What) -> _Ready:
    file = folder / "onward.db"
    where = f"{_FILE}{file}" if what.is_file else url
    with closing(installation(where, folder, at=what.at)) as made:
        register(made, what.agencies, by=OPERATOR)
        for pathway in what.pathways:
            publish_pathway(made, pathway, by=OPERATOR)
        if what.then:
            what.then(made)
    key = (folder / _PROOF_KEY).read_bytes()
    if what.is_file:
        return _Ready(key, file.read_bytes())
    with connected(url) as connection:
        return _Ready(key, Rows(connection))


def _write_private(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    file.chmod(0o600)


def prepared(onward: Onward) -> Onward:
    register(onward, AGENCIES, by=OPERATOR)
    publish_pathway(onward, PATHWAY, by=OPERATOR)
    return onward


def opened(onward: Onward) -> str:
    """The code of a new case, its interview open at GH-ONE."""
    return open_case(onward, "trial", "GH", SCREEN, identity={"known_as": CANARY}).code


def asked_home(onward: Onward) -> str:
    """A case whose request waits for NG-HOME."""
    code = opened(onward)
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    do(onward, code, c.RecordConsent(task="agree.1", given=True), SCREEN)
    do(onward, code, c.Complete(task="assess.1"), SCREEN, answers={"risk": "low"})
    return code


def ended(onward: Onward) -> str:
    """A case whose person stays, so that it has ended."""
    code = opened(onward)
    form = {"full_name": CANARY, "home_country": "NG"}
    do(onward, code, c.Complete(task="interview.1"), SCREEN, answers=form)
    do(onward, code, c.RecordConsent(task="agree.1", given=False), SCREEN)
    return code


def references(onward: Onward, code: str) -> dict[int, str]:
    """The references of a case's notices, by their numbers in the case, which they do not tell."""
    query = select(_NOTICES.c.number, _NOTICES.c.reference).join(
        CASES, CASES.c.id == _NOTICES.c.case_id
    )
    with onward.store.read() as connection:
        rows = connection.execute(query.where(CASES.c.code == code)).all()
    return {row.number: row.reference for row in rows}


def as_if_sent(onward: Onward, *which: ColumnElement[bool]) -> None:
    """Notices as they stand once a channel took them."""
    with onward.store.write() as connection:
        for row in connection.execute(select(_NOTICES).where(*which)).all():
            sent = {"status": "sent", "settled_at": START, "attempts": row.attempts + 1}
            connection.execute(update(_NOTICES).where(_NOTICES.c.id == row.id).values(sent))
            made = AttemptOutcome(at=START, outcome=SENT, status="sent", channel="email")
            attempts.note(onward, connection, row, made)


def move_clock(onward: Onward, to: datetime) -> None:
    clock = onward.clock
    assert isinstance(clock, StoredClock)
    clock.advance(to)


def addresses(*pairs: str) -> AddressBook:
    """`NG-HOME email` gives that agency a channel."""
    recipients: Sequence[Recipient] = [
        Recipient(agency=agency, channel=channel, address=SecretStr(f"memory://{agency}/{channel}"))
        for agency, channel in (pair.split() for pair in pairs)
    ]
    return AddressBook(recipients)
