"""The settings of an installation, from environment variables beginning with ONWARD_."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError, Url
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from engine.errors import Coded
from engine.message import message
from models import secret_keys
from models.keys import Keyring
from models.secret_keys import Secret

# An absolute path: a child process may run in another folder, and not every shell replaces `~`.
Place = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


_NO_WEB_ADDRESS, _WITH_PATH = "no_web_address", "with_path"
_WHY = {
    _NO_WEB_ADDRESS: message("settings.no_web_address"),
    _WITH_PATH: message("settings.with_path"),
}
"""The texts for the faults that our own validators find; pydantic has texts for all others."""


def _web_address(text: str) -> str:
    """A web address as browsers write it, without a trailing slash. Raises PydanticCustomError if
    it does not begin with http or https, or has a user, query or fragment: links are this address
    with a path added.
    """
    try:
        found = Url(text)
    except ValueError:
        raise PydanticCustomError(_NO_WEB_ADDRESS, _NO_WEB_ADDRESS) from None
    beside = (found.query, found.fragment, found.username, found.password)
    if found.scheme not in ("http", "https") or beside != (None, None, None, None):
        raise PydanticCustomError(_NO_WEB_ADDRESS, _NO_WEB_ADDRESS)
    return str(found).rstrip("/")


def _without_path(address: str) -> str:
    """The address as given. Raises PydanticCustomError if it has a path, since the links of the
    pages begin at the root of their host.
    """
    if Url(address).path not in (None, "/"):
        raise PydanticCustomError(_WITH_PATH, _WITH_PATH)
    return address


WebAddress = Annotated[str, AfterValidator(_web_address)]
SiteAddress = Annotated[WebAddress, AfterValidator(_without_path)]


class SettingsError(Coded):
    """A setting cannot be used; the text names it and says why."""


def _usual_home() -> Path:
    return Path.home() / ".onward"


class Settings(BaseSettings):
    """The settings of one installation. Nothing secret appears in its text form."""

    model_config = SettingsConfigDict(
        env_prefix="ONWARD_",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    home: Place = Field(default_factory=_usual_home)
    """The folder for files outside the database."""
    database_url: SecretStr | None = None
    """`sqlite:///file` or `postgresql://user@host/name`; a file in `home` if left out."""
    master_key: SecretStr | None = None
    """The master keys in base64, separated by blanks or commas, the one in use first."""
    master_key_command: SecretStr | None = None
    """A command that prints the master keys, written as in `master_key`."""
    proof_key: SecretStr | None = None
    proof_key_command: SecretStr | None = None
    signing_key: SecretStr | None = None
    signing_key_command: SecretStr | None = None
    proof_begins: bool = False
    """Whether to give proofs to records that have none, such as those of a backup from before
    proofs existed.
    """
    addresses: Place | None = None
    """The file with the channels' addresses; `addresses.yaml` in `home` if left out."""
    checkpoints: Place | None = None
    """The file of checkpoints, kept away from the database; `checkpoints` in `home` if left out."""
    erasures: Place | None = None
    """The list of erasures, kept outside the database; `erasures.jsonl` in `home` if left out."""
    portal: SiteAddress | None = None
    """The address of the agencies' pages as browsers reach them, such as `https://onward.example`;
    if left out, the pages have only the address at which this machine serves them, and no notice
    links to them.
    """
    prefect: WebAddress | None = None
    """The address of Prefect's pages as the browsers of coordinators and managers reach them, such
    as `https://prefect.example`; without it, no page links to a case's run.
    """
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """The port of this machine on which a process that serves the pages publishes metrics. If left
    out, it publishes metrics only if it was started with a port.
    """
    clock: Literal["system", "stored"] = "system"
    """`system`: the time of this machine; `stored`: a time in the database, which moves only on
    request.
    """
    clock_starts: AwareDatetime | None = None
    """The initial time of a new stored clock; this machine's time if left out."""

    @field_validator("home", mode="before")
    @classmethod
    def _not_here(cls, given: object) -> object:
        """The folder given. An empty variable, which some script may have failed to fill, means the
        usual folder, not the current one.
        """
        return given or _usual_home()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments and the environment are the only sources. Looking for others, which do not
        exist, would double the time that reading the settings takes.
        """
        return init_settings, env_settings

    @classmethod
    def read(cls) -> Self:
        """Read the settings. Raises `SettingsError` with every fault."""
        try:
            return cls()
        except ValidationError as error:
            wrong = tuple(
                message(
                    "settings.wrong",
                    name=f"ONWARD_{'_'.join(map(str, each['loc'])).upper()}",
                    why=_WHY.get(each["type"], each["msg"]),
                )
                for each in error.errors(include_input=False, include_url=False)
            )
            raise SettingsError(message("several", what=wrong)) from None

    @property
    def store_url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'onward.db'}"

    @property
    def addresses_file(self) -> Path | None:
        """The file of addresses; None if the setting is left out and `home` has no such file. That
        is no fault, since the addresses may be in the environment.
        """
        if self.addresses is not None:
            return self.addresses
        usual = self.home / "addresses.yaml"
        return usual if usual.exists() else None

    @property
    def checkpoints_file(self) -> Path:
        return self.checkpoints or self.home / "checkpoints"

    @property
    def erasures_file(self) -> Path:
        return self.erasures or self.home / "erasures.jsonl"

    def keyring(self, *, first_time: bool) -> Keyring:
        """The keyring. Raises `SealError` if the master keys are not available."""
        masters = self.keys(Secret.MASTER, first_time=first_time)
        return Keyring(masters, lambda: self.keys(Secret.MASTER, first_time=False))

    def require_file(self, secret: Secret) -> None:
        """Raises `SettingsError` if a secret comes from a variable or a command. Only a secret in
        our own file can be changed here.
        """
        for name in (f"{secret}_key", f"{secret}_key_command"):
            if getattr(self, name) is not None:
                setting = f"ONWARD_{name}".upper()
                raise SettingsError(message("settings.secret_elsewhere", name=setting))

    def has(self, secret: Secret) -> bool:
        """Whether a secret was given or made."""
        given = any(getattr(self, f"{secret}_key{end}") is not None for end in ("", "_command"))
        return given or (self.home / secret.file).exists()

    def keys(self, secret: Secret, *, first_time: bool) -> list[bytes]:
        """The keys of one secret, the one in use first.

        Args:
            first_time: whether nothing has been made with the secret yet. If so, and if the secret
                is kept in a file, a missing key is made.

        Raises:
            SealError: the keys are not available.
        """
        given: SecretStr | None = getattr(self, f"{secret}_key")
        if given is not None:
            return secret_keys.parse(given.get_secret_value(), secret.setting)
        command: SecretStr | None = getattr(self, f"{secret}_key_command")
        if command is not None:
            return secret_keys.from_command(secret, command.get_secret_value())
        return secret_keys.from_file(secret, self.home, make=first_time)
