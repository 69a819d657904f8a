"""Where the configuration comes from: the defaults, the file, the environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from db.errors import ConfigurationError
from db.settings import Settings
from tui.config import Config


def path_of(settings: Settings) -> Path:
    """Return the place of the file, whether or not it is there."""
    if settings.config:
        return Path(settings.config).expanduser()
    from platformdirs import user_config_path

    return user_config_path("customer-center") / "config.toml"


def load(settings: Settings) -> Config:
    """Return the configuration: that of the file, and above it that of the environment.

    Raises ConfigurationError, whose text names file, line and key; also where a file that the
    settings name is not there.
    """
    path = path_of(settings)
    config = Config()
    if path.exists():
        from tui.config_file import read

        config = read(path)
    elif settings.config:
        raise ConfigurationError(f"CUSTOMER_CENTER_CONFIG names a file that is not there: {path}.")
    return _with_environment(config, settings)


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
