"""Where the configuration comes from: the defaults, the file, the environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from db.errors import ConfigurationError
from db.settings import Settings
from tui.config import Config

Check: TypeAlias = Callable[[Config], object]
"""Raises ConfigurationError for what makes no sense in a configuration."""


def path_of(settings: Settings) -> Path:
    """Return the place of the file, whether or not it is there."""
    if settings.config:
        return Path(settings.config).expanduser()
    from platformdirs import user_config_path

    return user_config_path("customer-center") / "config.toml"


def load(settings: Settings, *checks: Check) -> Config:
    """Return the configuration: that of the file, and above it that of the environment.

    Raises ConfigurationError, with a sentence on all that is wrong in the file and what ``checks``
    find, each of which names file, line and key; also where a file that the settings name is not
    there.
    """
    path = path_of(settings)
    config = Config()
    if path.exists():
        config = _read(path, checks)
    elif settings.config:
        raise ConfigurationError(f"CUSTOMER_CENTER_CONFIG names a file that is not there: {path}.")
    return _with_environment(config, settings)


def _read(path: Path, checks: tuple[Check, ...]) -> Config:
    from tui.config_file import read
    from tui.config_problems import Problems

    problems = Problems()
    config = read(path, problems)
    for check in checks:
        with problems.noted():
            check(config)
    problems.tell()
    return config


def _with_environment(config: Config, settings: Settings) -> Config:
    values: dict[str, Any] = {}
    origins = dict(config.origins)
    for name in ("read_only", "low_bandwidth"):
        given = getattr(settings, name)
        if given is not None:
            values[name] = given
            variable = f"CUSTOMER_CENTER_{name.upper()}"
            origins[name] = settings.sources.get(variable, "environment")
    return replace(config, **values, origins=origins) if values else config
