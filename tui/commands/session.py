"""How a command comes to the database: opened, at head, in one transaction, closed again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from db.settings import Settings, load

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from db.database import Database
    from tui.config import Config
    from tui.config_loading import Check


def read_settings() -> Settings:
    """Return the settings, and say their warnings on stderr. Raises ConfigurationError."""
    settings, _ = configured()
    tell(settings.warnings)
    return settings


def tell(warnings: tuple[str, ...]) -> None:
    """Say warnings on stderr."""
    for warning in warnings:
        from tui.commands.output import talk

        talk(warning)


def configured(*checks: Check) -> tuple[Settings, Config]:
    """Return the settings with what the configuration file has to say to them, and the file's own.

    Raises ConfigurationError, with a sentence on all that is wrong in the file and what ``checks``
    find in it.
    """
    from tui.config_loading import load as load_config

    settings = load()
    found = load_config(settings, *checks)
    return (
        replace(settings, read_only=found.read_only, low_bandwidth=found.low_bandwidth),
        found,
    )


def check_theme(config: Config) -> None:
    """Raise ConfigurationError where the file names a theme that is none."""
    if "theme" in config.origins:
        # Most themes are Textual's, which no command loads but for this.
        from tui.theme import check

        check(config)


def check_keys(config: Config) -> None:
    """Raise ConfigurationError where keys of the file make no sense."""
    if config.keymap:
        from tui.remap import keys_of

        keys_of(config)


@contextmanager
def opened(settings: Settings | None = None, *, prepared: bool = True) -> Iterator[Database]:
    """Open the database of the settings (default: those in force); its errors become ours.

    ``prepared``: its schema must be at head; that of an embedded database is brought there.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from db.database import open_database
    from db.engine import translate
    from db.schema import prepare

    with open_database(settings or read_settings()) as database:
        try:
            if prepared:
                prepare(database)
            gc.freeze()
            gc.enable()
            yield database
        except SQLAlchemyError as error:
            raise translate(error) from error


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the database for one transaction, which is committed where nothing was raised."""
    with opened() as database, database.sessions.begin() as session:
        yield session


def campaign_named(session: Session, name: str | None) -> UUID | None:
    """Return the id of the campaign of this name or id, None for None. Raises NotFound."""
    from db.errors import NotFound
    from db.queries.campaigns import by_name

    if name is None:
        return None
    if "\0" in name:
        raise NotFound(f"There is no campaign named {name!r}.")
    return by_name(session, name).id
