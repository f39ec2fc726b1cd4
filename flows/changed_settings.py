"""Contexts in which one of Prefect's settings is another one, and all others are unchanged.

Prefect's own `temporary_settings` validates all of them again: longer than a call takes.
"""

from __future__ import annotations

from typing import Any

from prefect.context import SettingsContext, get_settings_context


def without_retries() -> SettingsContext:
    """A call that fails is not repeated."""
    return _changed("client", max_retries=0)


def without_heartbeats() -> SettingsContext:
    """A flow sends none: their thread ends up to a second after the flow.

    What becomes of a run whose process dies is noticed by the patrol.
    """
    return _changed("flows", heartbeat_frequency=None)


def _changed(group: str, **values: Any) -> SettingsContext:
    context = get_settings_context()
    made = getattr(context.settings, group).model_copy(update=values)
    settings = context.settings.model_copy(update={group: made})
    return SettingsContext(profile=context.profile, settings=settings)
