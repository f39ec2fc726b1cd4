"""Settings of an installation, as its environment gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.settings import Settings, SettingsError
from engine.message import message
from onward.commands.up import environment_of


@pytest.mark.parametrize(
    "written",
    [
        "onward.example",
        "javascript:alert(1)",
        "https://",
        "ftp://onward.example",
        "https://a.example/?b",
        "https://a.example/?",
        "https://a.example/#",
        "https://name:secret@a.example",
        "https://:secret@a.example",
    ],
)
@pytest.mark.parametrize("name", ["ONWARD_PORTAL", "ONWARD_PREFECT"])
def test_an_address_that_no_browser_opens_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str
) -> None:
    """It would stand in links. The text names the setting, and not what was written there."""
    monkeypatch.setenv(name, written)
    with pytest.raises(SettingsError) as refused:
        Settings.read()
    said = message("settings.wrong", name=name, why=message("settings.no_web_address"))
    assert refused.value.message == message("several", what=(said,))


def test_a_home_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder would be the one in which the command happens to run."""
    monkeypatch.setenv("ONWARD_HOME", "")
    assert Settings.read().home == Path.home() / ".onward"


def test_the_address_of_the_pages_is_that_of_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their links begin at its root, and browsers compare it as they write it themselves."""
    monkeypatch.setenv("ONWARD_PORTAL", "https://Onward.Example:443/")
    assert Settings.read().portal == "https://onward.example"
    monkeypatch.setenv("ONWARD_PORTAL", "https://onward.example/pages")
    with pytest.raises(SettingsError) as refused:
        Settings.read()
    said = message("settings.wrong", name="ONWARD_PORTAL", why=message("settings.with_path"))
    assert refused.value.message == message("several", what=(said,))


def test_the_board_in_prefect_links_by_the_public_address(tmp_path: Path) -> None:
    """Whoever reads it from elsewhere has no use for this machine's own."""
    assert "PREFECT_UI_URL" not in environment_of(Settings(home=tmp_path))
    public = Settings(home=tmp_path, prefect="https://prefect.example/")
    assert environment_of(public)["PREFECT_UI_URL"] == "https://prefect.example"
