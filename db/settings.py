"""Settings from the environment and ``.env``, each with the place that it came from.

Libpq forms are taken as they are: ``postgres://``, ``postgresql://``, ``key=value`` strings,
``service=``, ``passfile=``, ``sslmode=`` and socket directories. A password never leaves this module
other than towards libpq: ``repr`` and :func:`redact` leave it out.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from db.errors import ConfigurationError

_SECRET: Final = "(?:password|sslpassword|oauth_client_secret)"
_SECRET_NAMES: Final = ("DATABASE_URL", "DIRECT_DATABASE_URL", "PGPASSWORD")
_SECRETS: Final = (
    # Libpq ends the credentials at the first slash; what stands in doubt is left out too.
    re.compile(r"(?P<head>://[^\s/:@]*:)[^\s/]*(?=@)"),
    re.compile(rf"(?P<head>[?&]{_SECRET}=)[^&\s]*", re.IGNORECASE),
    re.compile(
        rf"(?P<head>(?<![?&\w]){_SECRET}\s*=\s*)(?:'(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)+)",
        re.IGNORECASE | re.DOTALL,
    ),
)
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][\w.+-]*)://(?P<rest>.*)", re.DOTALL)
_HOST: Final = r"(?:\[[^\s\]]*\]|[^\s/?@:,\[]*)(?::\d*)?"
_URL_REST: Final = re.compile(
    rf"(?:[^\s/@]*@)?{_HOST}(?:,{_HOST})*(?:/[^\s?@]*)?(?:\?(?:\w+=[^\s&]*(?:&|$))*)?"
)
_PAIRS: Final = re.compile(
    r"(?:\s*\w+\s*=\s*(?:'(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?(?=\s|$))+\s*",
    re.DOTALL,
)


def redact(text: str) -> str:
    """Return the text with every password of a connection string in it replaced by ``***``."""
    for secret in _SECRETS:
        text = secret.sub(r"\g<head>***", text)
    return text


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for programs that are started: connection strings stay behind."""
    return {name: value for name, value in environ.items() if name not in _SECRET_NAMES}


@dataclass(frozen=True)
class Setting:
    """One setting for ``customer-center config`` and the README: name, default and meaning."""

    name: str
    field: str
    default: str
    meaning: str


SETTINGS: Final = (
    Setting(
        "DATABASE_URL",
        "database_url",
        "",
        "server to work on, in any form that libpq takes; empty: the embedded PostgreSQL",
    ),
    Setting(
        "DIRECT_DATABASE_URL",
        "direct_url",
        "",
        "the same database past a pooler, to hear of changes; empty: DATABASE_URL",
    ),
    Setting(
        "CUSTOMER_CENTER_HOME",
        "home",
        "",
        "folder of the embedded database; empty: the user's data directory",
    ),
    Setting("CUSTOMER_CENTER_ACTOR", "actor", "", "name in the journal; empty: the login name"),
    Setting("CUSTOMER_CENTER_POOL_SIZE", "pool_size", "4", "connections held open"),
    Setting(
        "CUSTOMER_CENTER_CONNECT_TIMEOUT", "connect_timeout", "5", "seconds to wait for a server"
    ),
    Setting(
        "CUSTOMER_CENTER_STATEMENT_TIMEOUT",
        "statement_timeout",
        "15",
        "seconds a statement may take",
    ),
    Setting(
        "CUSTOMER_CENTER_LOCK_TIMEOUT", "lock_timeout", "3", "seconds to wait for another's lock"
    ),
    Setting(
        "CUSTOMER_CENTER_IDLE_TIMEOUT",
        "idle_timeout",
        "30",
        "seconds after which the server ends a transaction that does nothing",
    ),
    Setting("NO_COLOR", "no_color", "", "any value: no colours"),
    Setting(
        "CUSTOMER_CENTER_CONFIG",
        "config",
        "",
        "configuration file; empty: config.toml in the user's configuration directory",
    ),
    Setting(
        "CUSTOMER_CENTER_READ_ONLY",
        "read_only",
        "",
        "yes or no: the database refuses every change; empty: as in the configuration file",
    ),
    Setting(
        "CUSTOMER_CENTER_LOW_BANDWIDTH",
        "low_bandwidth",
        "",
        "yes or no: no animation, fewer updates; empty: as in the configuration file",
    ),
)

_SECONDS = ("connect_timeout", "statement_timeout", "lock_timeout", "idle_timeout")


@dataclass(frozen=True)
class Settings:
    """All settings in force. Times are whole seconds; None leaves it to the configuration file.

    ``sources`` tells for each setting's name where its value came from: ``environment``, the path of
    the ``.env`` file, or ``default``. ``warnings`` are sentences for the user.
    """

    database_url: str = field(default="", repr=False)
    direct_url: str = field(default="", repr=False)
    home: str = ""
    actor: str = ""
    pool_size: int = 4
    connect_timeout: int = 5
    statement_timeout: int = 15
    lock_timeout: int = 3
    idle_timeout: int = 30
    no_color: str = ""
    config: str = ""
    read_only: bool | None = None
    low_bandwidth: bool | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def embedded(self) -> bool:
        """True where no server is named, so that the embedded PostgreSQL is used."""
        return not self.database_url

    def past_pooler(self) -> Settings:
        """Return the settings with the way past a pooler as the only one, where one is named."""
        return replace(self, database_url=self.direct_url or self.database_url)

    def shown(self) -> Iterator[tuple[str, str, str]]:
        """Yield (name, value without passwords, source) of each setting, in a fixed order."""
        for setting in SETTINGS:
            value = getattr(self, setting.field)
            if value is None or isinstance(value, bool):
                value = "" if value is None else "yes" if value else "no"
            yield setting.name, redact(str(value)), self.sources.get(setting.name, "default")


def load(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings: the environment wins over ``.env`` in ``folder`` (the working directory).

    Raises ConfigurationError where a value makes no sense; the text names it and its source.
    """
    environ = os.environ if environ is None else environ
    env_file = (folder or Path.cwd()) / ".env"
    from_file, warnings = _read_env_file(env_file)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in SETTINGS:
        for source, place in ((environ, "environment"), (from_file, str(env_file))):
            text = source.get(setting.name)
            if text:
                values[setting.field] = _typed(setting, text, place)
                sources[setting.name] = place
                break
    return Settings(**values, sources=sources, warnings=tuple(warnings))


def _read_env_file(path: Path) -> tuple[dict[str, str], list[str]]:
    try:
        mode = path.stat().st_mode
        from dotenv import dotenv_values

        values = {k: v for k, v in dotenv_values(path, interpolate=False).items() if v is not None}
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"{path} was not read: {error}."]
    open_to_others = bool(mode & (stat.S_IRWXG | stat.S_IRWXO))
    if not (stat.S_ISREG(mode) and open_to_others):
        return values, []
    return values, [f"{path} can be read by others; close it with: chmod 600 {path}"]


_YES: Final = ("1", "true", "yes", "on")
_NO: Final = ("0", "false", "no", "off")


def _typed(setting: Setting, text: str, place: str) -> str | int:
    if setting.field in ("database_url", "direct_url"):
        return _checked_url(text, setting.name, place)
    kinds = {entry.name: entry.type for entry in fields(Settings)}
    if kinds[setting.field] == "bool | None":
        word = text.strip().lower()
        if word not in _YES + _NO:
            raise ConfigurationError(f"{setting.name} ({place}) must be yes or no, not {text!r}.")
        return word in _YES
    if kinds[setting.field] != "int":
        return text
    unit, most = ("seconds", 86_400) if setting.field in _SECONDS else ("connections", 1_000)
    if not text.strip().isdecimal() or not 1 <= int(text) <= most:
        raise ConfigurationError(
            f"{setting.name} ({place}) must be a whole number of {unit} from 1 to {most}, "
            f"not {text!r}."
        )
    return int(text)


def _checked_url(text: str, name: str, place: str) -> str:
    """Return the string for libpq. An error never quotes it, for its password may be anywhere."""
    text = text.strip()
    url = _URL.fullmatch(text)
    if url is None:
        if _PAIRS.fullmatch(text):
            return text
        raise ConfigurationError(
            f"{name} ({place}) is neither a postgresql:// URL nor a libpq string "
            "such as 'host=... dbname=...' or 'service=...' (a value with blanks in quotes)."
        )
    scheme, rest = url["scheme"], url["rest"]
    if scheme.lower().split("+", 1)[0] not in ("postgres", "postgresql"):
        raise ConfigurationError(
            f"{name} ({place}) must begin with postgresql:// or be a libpq string; "
            f"{scheme}:// is another kind of database."
        )
    if not _URL_REST.fullmatch(rest) or re.search(r"%(?![0-9A-Fa-f]{2})", rest):
        raise ConfigurationError(
            f"{name} ({place}) is not a valid URL; in a user name or password write "
            "% as %25, @ as %40, / as %2F and a blank as %20."
        )
    return "postgresql://" + rest
