"""What an operator may change in ``config.toml``: keys, colours, quick statuses, modes, banners.

The file is read only where there is one, so that a start without it costs no more than a look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from tui.lead_columns import COLUMNS, Chosen

LONGEST_LABEL: Final = 20
"""Cells that the word for a kind of database may take of the title line."""

QUICK_LEAD: Final = (
    "ready",
    "disqualified",
    "invalid",
    "replied",
    "interested",
    "not_interested",
    "not_now",
    "no_response",
    "new",
)


@dataclass(frozen=True, slots=True)
class Environment:
    """A kind of database that is to be told by a word in the title line.

    ``pattern`` is one as of file names, for the name of the database as the title line shows it, in
    any case. ``tone`` is a colour role of the themes.
    """

    pattern: str
    label: str
    tone: str

    @property
    def text(self) -> str:
        """The environment as ``customer-center config`` shows it."""
        return f"{self.pattern}: {self.label}"


def _meaning(text: str) -> dict[str, str]:
    return {"meaning": text}


@dataclass(frozen=True)
class Config:
    """All that the file may say; each field has its meaning beside it.

    ``origins`` tells for each key of the file (as ``keymap.leads.edit``) where it was set: file and
    line.
    """

    theme: str = field(
        default="customer-center",
        metadata=_meaning(
            "colours: `customer-center`, `customer-center-light`, `high-contrast`, `16-colour`, "
            "`no-colour` or one of Textual's, as `nord`"
        ),
    )
    quick_statuses: tuple[str, ...] = field(
        default=QUICK_LEAD,
        metadata=_meaning("statuses of leads on the keys `1` to `9`, a list of up to nine"),
    )
    columns: Chosen = field(
        default=(),
        metadata=_meaning(
            "columns of a list of leads where no view has others, a list of ids "
            f"({', '.join(f'`{name}`' for name in COLUMNS)}); `company:30` is 30 wide"
        ),
    )
    low_bandwidth: bool = field(
        default=False, metadata=_meaning("no animation, and fewer updates of what others change")
    )
    read_only: bool = field(
        default=False,
        metadata=_meaning(
            "the database refuses every change, whichever key or command asks for it"
        ),
    )
    keymap: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata=_meaning(
            "ids of actions (`customer-center keys` lists them), each with its key or a list of "
            "keys; `g l` is one key after the other"
        ),
    )
    environments: tuple[Environment, ...] = field(
        default=(),
        metadata=_meaning(
            "patterns for the name of the database, as `*prod*`, each with the `label` that the "
            "title line shows in this `colour` (red, yellow, green, blue, cyan, magenta, grey)"
        ),
    )
    origins: Mapping[str, str] = field(default_factory=dict)

    def environment(self, place: str) -> Environment | None:
        """Return the first environment whose pattern is that of a database's name."""
        from fnmatch import fnmatchcase

        for environment in self.environments:
            if fnmatchcase(place.casefold(), environment.pattern.casefold()):
                return environment
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting of the file for people: its name, value, where it was set, and its meaning."""

    name: str
    value: str
    source: str
    meaning: str


def described() -> Iterator[tuple[str, str, str]]:
    """Yield (name, default as the file has it, meaning) of each setting of the file."""
    for entry in fields(Config):
        if entry.metadata:
            yield entry.name, _default(entry.name), entry.metadata["meaning"]


def shown(config: Config) -> Iterator[Shown]:
    """Yield the settings of the file as they are in force, each key of the keymap by itself."""
    for name, _, meaning in described():
        value = getattr(config, name)
        if name == "keymap":
            for action_id, keys in value.items():
                full = f"keymap.{action_id}"
                yield Shown(full, ", ".join(keys), config.origins[full], meaning)
        else:
            yield Shown(name, _text(value), config.origins.get(name, "default"), meaning)


def _default(name: str) -> str:
    value = getattr(Config(), name)
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple() if value:
            return "[" + ", ".join(f'"{entry}"' for entry in value) + "]"
        case _:
            return ""


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case (str(column), int(width)):
            return f"{column}:{width}" if width else column
        case tuple():
            return ", ".join(map(_text, value))
        case Environment():
            return value.text
        case _:
            return str(value)
