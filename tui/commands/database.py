"""``demo`` and ``migrate``: a database to try things on, and a schema at head."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from db.database import Database
    from db.settings import Settings
    from tui.commands.options import Commands
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
    from tui.commands.session import read_settings

    need_terminal()
    settings = read_settings()
    from tui.app import run

    def state(settings: Settings) -> StateFile:
        from tui.state import StateFile

        return StateFile.of(settings)

    def views() -> Views:
        from tui.views import Views

        return Views.of_user()

    return run(settings, state=state, views=views)


def run_demo(options: argparse.Namespace) -> int:
    """Open the application on a database that is made for it and vanishes with it."""
    from tui.commands.session import read_settings

    need_terminal()
    settings = read_settings()
    from tui.app import run

    def opener(settings: Settings) -> Database:
        from db.demo import open_demo

        return open_demo(settings)

    return run(settings, opener)


def run_migrate(options: argparse.Namespace) -> int:
    """Migrate and print the revision reached."""
    from db.schema import upgrade
    from tui.commands.output import say
    from tui.commands.session import opened

    with opened(prepared=False) as database:
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
