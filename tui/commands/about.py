"""``keys`` and ``config``: what the program goes by. Neither needs a database."""

from __future__ import annotations

import argparse

from tui.commands.options import Commands, add_json


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
    from tui.actions import ACTIONS, SCOPES
    from tui.commands.output import Column, print_json, table
    from tui.keymap import keys_shown

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
                for action in ACTIONS
            ]
        )
        return 0
    rows = [
        (title, keys_shown(action), action.description, action.id)
        for scope, title in SCOPES.items()
        for action in ACTIONS
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
    """Print the settings, passwords left out."""
    from db.settings import SETTINGS
    from tui.commands.output import Column, print_json, table
    from tui.commands.session import read_settings

    meanings = {setting.name: setting.meaning for setting in SETTINGS}
    shown = list(read_settings().shown())
    if options.json:
        print_json(
            [
                {"name": name, "value": value, "source": source, "meaning": meanings[name]}
                for name, value, source in shown
            ]
        )
        return 0
    columns = (
        Column("setting", fixed=True),
        Column("value"),
        Column("source"),
        Column("meaning", optional=True),
    )
    table(columns, ((name, value, source, meanings[name]) for name, value, source in shown))
    return 0
