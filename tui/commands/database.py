"""``demo`` and ``migrate``: a database to try things on, and a schema at head."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from db.database import Database
    from db.settings import Settings
    from tui.commands.options import Commands
    from tui.config import Config
    from tui.state import StateFile
    from tui.views import Views


def register(commands: Commands) -> None:
    """Add the commands."""
    demo = commands.add_parser("demo", help="the application on throw-away demo data")
    demo.set_defaults(run=run_demo)
    migrate = commands.add_parser("migrate", help="bring the database's schema to head")
    migrate.set_defaults(run=run_migrate)


def run_application(options: argparse.Namespace | None = None) -> int:
    """Open the application on the database of the settings, where the operator was the last time."""
    need_terminal()
    settings, config = prepared()
    from tui.app import run
    from tui.chosen import ChosenTheme
    from tui.theme import names

    chosen = ChosenTheme.over(config.theme)
    kept = chosen.read()
    if kept in names():
        config = replace(config, theme=kept)

    def state(settings: Settings) -> StateFile:
        from tui.state import StateFile

        return StateFile.of(settings)

    def views() -> Views:
        from tui.views import Views

        return Views.of_user()

    return run(settings, state=state, config=config, chosen=chosen, views=views)


def run_demo(options: argparse.Namespace) -> int:
    """Open the application on a database that is made for it and vanishes with it."""
    need_terminal()
    # There is nothing to protect: the database is made for this and filled first.
    settings, config = prepared(protected=False)
    from tui.app import run

    def opener(settings: Settings) -> Database:
        from db.demo import open_demo

        return open_demo(settings)

    return run(settings, opener, config=config)


def prepared(*, protected: bool = True) -> tuple[Settings, Config]:
    """Return settings and configuration, with its keys put in force. Raises ConfigurationError.

    That is done before :mod:`tui.app` is imported, which binds them. A database that is not
    ``protected`` may be written to in read-only mode too.
    """
    from tui.commands.session import check_keys, check_theme, configured, tell

    settings, config = configured(check_theme, check_keys)
    if not protected:
        settings, config = replace(settings, read_only=False), replace(config, read_only=False)
    if config.keymap:
        from tui import keymap
        from tui.remap import keys_of

        keys = keys_of(config)
        keymap.use(keys.actions)
        settings = replace(settings, warnings=(*settings.warnings, *keys.warnings))
    tell(settings.warnings)
    return settings, config


def run_migrate(options: argparse.Namespace) -> int:
    """Migrate and print the revision reached."""
    from db.schema import upgrade
    from tui.commands.output import say
    from tui.commands.session import opened, read_settings

    with opened(read_settings().past_pooler(), prepared=False) as database:
        revision = upgrade(database)
        say(f"{database.place} is at {revision}")
    return 0


def need_terminal() -> None:
    """Raise ConfigurationError where there is no terminal to paint on."""
    import sys

    from db.errors import ConfigurationError

    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise ConfigurationError(
            "The application needs a terminal; for scripts there are commands (see --help)."
        )
