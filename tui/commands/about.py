"""``keys`` and ``config``: what the program goes by. Neither needs a database."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TypeAlias

from tui.commands.options import Commands, add_json

Row: TypeAlias = tuple[str, str, str, str]


def register(commands: Commands) -> None:
    """Add the commands."""
    keys = commands.add_parser("keys", help="the keys of the application")
    add_json(keys)
    keys.set_defaults(run=print_keys)
    config = commands.add_parser("config", help="each setting and where it comes from")
    add_json(config)
    config.set_defaults(run=print_config)


def print_keys(options: argparse.Namespace) -> int:
    """Print the keys in force."""
    from tui.actions import SCOPES
    from tui.commands.output import Column, print_json, table
    from tui.commands.session import check_keys, configured, tell
    from tui.keymap import keys_shown
    from tui.remap import keys_of

    _, config = configured(check_keys)
    keys = keys_of(config)
    tell(keys.warnings)
    if options.json:
        print_json(
            [
                {
                    "id": action.id,
                    "keys": list(action.keys),
                    "shown": keys_shown(action),
                    "scope": action.scope,
                    "description": action.description,
                    "dangerous": action.dangerous,
                }
                for action in keys.actions
            ]
        )
        return 0
    rows = [
        (title, keys_shown(action), action.description, action.id)
        for scope, title in SCOPES.items()
        for action in keys.actions
        if action.scope == scope
    ]
    columns = (
        Column("where", fixed=True),
        Column("keys", fixed=True),
        Column("what"),
        Column("id", optional=True),
    )
    table(columns, rows)
    return 0


def print_config(options: argparse.Namespace) -> int:
    """Print the settings, passwords left out, those of the configuration file after the others."""
    from tui.commands.output import Column, print_json, table

    rows = [*_of_environment(), *_of_file()]
    if options.json:
        names = ("name", "value", "source", "meaning")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return 0
    columns = (
        Column("setting", fixed=True),
        Column("value"),
        Column("source"),
        Column("meaning", optional=True),
    )
    table(columns, rows)
    return 0


def _of_environment() -> Iterator[Row]:
    """Yield name, value, source and meaning of the settings of the environment and ``.env``."""
    from db.settings import SETTINGS, load
    from tui.commands.session import tell

    meanings = {setting.name: setting.meaning for setting in SETTINGS}
    settings = load()
    tell(settings.warnings)
    for name, value, source in settings.shown():
        yield name, value, source, meanings[name]


def _of_file() -> Iterator[Row]:
    """Yield the same of the settings of the configuration file, which is checked whole."""
    from tui.commands.session import check_keys, check_theme, configured, tell
    from tui.config import shown
    from tui.config_loading import path_of
    from tui.remap import keys_of

    settings, config = configured(check_theme, check_keys)
    tell(keys_of(config).warnings)
    path = path_of(settings)
    there = "read" if path.exists() else "not there"
    yield "config.toml", str(path), there, "the configuration file"
    for setting in shown(config):
        yield setting.name, setting.value, setting.source, setting.meaning.replace("`", "")
