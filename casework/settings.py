"""How an installation is set up: from the environment, every name beginning with ONWARD_."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.errors import InWords
from models import master_keys
from models.keys import Keyring

# A child process may run in another folder, and not every shell replaces `~`.
Place = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class SettingsError(InWords):
    """A setting cannot be used; the text names it and says how to mend it."""


class Settings(BaseSettings):
    """The settings of one installation. Whatever may be secret shows in no text."""

    model_config = SettingsConfigDict(
        env_prefix="ONWARD_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    home: Place = Field(default_factory=lambda: Path.home() / ".onward")
    """Where files are kept that belong to no database."""
    database_url: SecretStr | None = None
    """`sqlite:///file` or `postgresql://user@host/name`; a file in `home` if left out."""
    master_key: SecretStr | None = None
    """Keys in base64, the one in use first."""
    master_key_command: SecretStr | None = None
    """A command that prints them."""
    addresses: Place | None = None
    """The file with the addresses of the channels; `addresses.yaml` in `home` if left out."""
    clock: Literal["system", "stored"] = "system"
    """`stored`: time is a row of the database that moves only when it is told to."""
    clock_starts: AwareDatetime | None = None
    """Where a stored clock starts that was never set; the present moment if left out."""

    @classmethod
    def read(cls) -> Settings:
        """Raises `SettingsError` with everything that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            lines = [
                f"ONWARD_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}"
                for each in error.errors(include_input=False, include_url=False)
            ]
            raise SettingsError("\n".join(lines)) from None

    @property
    def store_url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'onward.db'}"

    @property
    def addresses_file(self) -> Path | None:
        """None where there is none, which is no fault: addresses may stand in the environment."""
        if self.addresses is not None:
            return self.addresses
        usual = self.home / "addresses.yaml"
        return usual if usual.exists() else None

    def keyring(self, *, first_time: bool) -> Keyring:
        """Raises `SealError` if the master keys cannot be had."""
        if self.master_key is not None:
            text = self.master_key.get_secret_value()
            return Keyring(master_keys.parse(text, "ONWARD_MASTER_KEY"))
        if self.master_key_command is not None:
            command = self.master_key_command.get_secret_value()
            return Keyring(master_keys.from_command(command))
        return Keyring(master_keys.from_file(self.home / "master.key", make=first_time))
