"""Reading ``config.toml``: what is wrong in it is told by file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from db.errors import ConfigurationError
from tui.config import LONGEST_LABEL, Config, Environment
from tui.config_problems import Problems
from tui.lead_columns import COLUMNS, NARROWEST, WIDEST, Chosen

COLOURS: Final = {
    "red": "bad",
    "yellow": "attention",
    "green": "good",
    "blue": "open",
    "cyan": "busy",
    "magenta": "unknown",
    "grey": "muted",
}
"""The colours of a banner, each with the role that it has in every theme."""

_KEY: Final = r"""(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED: Final = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLE: Final = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_PAIR: Final = re.compile(rf"\s*({_DOTTED})\s*=")
_AT_LINE: Final = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_AT_END: Final = re.compile(r"\s*\(at end of document\)$")
_KINDS: Final = {
    "bool": "true or false",
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "list": "a list",
    "dict": "a table",
}


@dataclass(frozen=True)
class _Source:
    """A file, the lines of its keys, and what is wrong in it."""

    path: Path
    lines: Mapping[str, int]
    problems: Problems

    def at(self, key: str) -> str:
        """Return file and line of a key, or of the nearest table around it."""
        around = key
        while around not in self.lines and "." in around:
            around = around.rpartition(".")[0]
        line = self.lines.get(around)
        return f"{self.path}:{line}" if line else str(self.path)

    def wrong(self, key: str, what: str) -> ConfigurationError:
        """Return the error of a key; ``what`` goes on after its name."""
        return ConfigurationError(f"{self.at(key)}: {key} {what}.")


def read(path: Path, problems: Problems) -> Config:
    """Return what a file says; what makes no sense in it is noted, and left at its default.

    Raises ConfigurationError where nothing can be read at all: the file is not there, or is not
    TOML.
    """
    try:
        text = path.read_text("utf-8-sig")
        found = tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not text in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from None
    except RecursionError:
        raise ConfigurationError(f"{path} is nested too deeply.") from None
    source = _Source(path, dict(_lines(text)), problems)
    known = [entry.name for entry in fields(Config) if entry.metadata]
    values: dict[str, Any] = {}
    for key, value in found.items():
        with problems.noted():
            if key not in known:
                raise source.wrong(key, f"is not a setting{nearest(key, known)}")
            values[key] = _READERS[key](value, key, source)
    origins = {key: source.at(key) for key in values}
    origins |= {f"keymap.{key}": source.at(f"keymap.{key}") for key in values.get("keymap", ())}
    return Config(**values, origins=origins)


def nearest(word: str, known: list[str]) -> str:
    """Return the end of a sentence that names the known word that is most like another."""
    from difflib import get_close_matches

    found = get_close_matches(word, known, 1)
    return f" (is {found[0]} meant?)" if found else ""


def _syntax_error(path: Path, text: str, message: str) -> ConfigurationError:
    at = _AT_LINE.search(message)
    line = int(at[1]) if at else text.count("\n") + 1
    what = _AT_END.sub("", _AT_LINE.sub("", message))
    lines = text.splitlines()
    pair = _PAIR.match(lines[line - 1]) if line <= len(lines) else None
    where = f" at {_plain(pair[1])}" if pair else ""
    return ConfigurationError(f"{path}:{line}: this is not TOML{where}: {what}.")


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield each key of a TOML text, dotted, with its line; the parser tells of no lines."""
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = f"{_plain(header[1])}."
            yield table[:-1], number
        elif pair := _PAIR.match(line):
            names = f"{table}{_plain(pair[1])}"
            yield names, number


def _plain(dotted: str) -> str:
    """Return a dotted key without quotes and blanks."""
    return ".".join(part.strip("\"'") for part in re.findall(_KEY, dotted))


# The values of the settings


def _kind(value: object) -> str:
    return _KINDS.get(type(value).__name__, "a time")


def _text(value: object, key: str, source: _Source) -> str:
    if not isinstance(value, str):
        raise source.wrong(key, f"must be a text, not {_kind(value)}")
    return value


def _yes_or_no(value: object, key: str, source: _Source) -> bool:
    if not isinstance(value, bool):
        raise source.wrong(key, f"must be true or false, not {_kind(value)}")
    return value


def _texts(value: object, key: str, source: _Source) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise source.wrong(key, f"must be a list of texts, not {_kind(value)}")
    for entry in value:
        if not isinstance(entry, str):
            raise source.wrong(key, f"must be a list of texts, but {_kind(entry)} is in it")
    return tuple(value)


def _quick_statuses(value: object, key: str, source: _Source) -> tuple[str, ...]:
    from db.statuses import LEAD

    statuses = _texts(value, key, source)
    known = list(LEAD.values())
    for place, status in enumerate(statuses):
        with source.problems.noted():
            if status not in known:
                raise source.wrong(
                    key, f"names {status!r}, which is no status of leads{nearest(status, known)}"
                )
            if status in statuses[:place]:
                raise source.wrong(key, f"names {status!r} twice")
    if len(statuses) > 9:
        raise source.wrong(key, f"has {len(statuses)} statuses for the nine keys 1 to 9")
    return statuses


def _columns(value: object, key: str, source: _Source) -> Chosen:
    columns: dict[str, int] = {}
    for text in _texts(value, key, source):
        with source.problems.noted():
            name, width = _column(text, key, source)
            if name in columns:
                raise source.wrong(key, f"names {name!r} twice")
            columns[name] = width
    return tuple(columns.items())


def _column(text: str, key: str, source: _Source) -> tuple[str, int]:
    name, colon, width = (part.strip() for part in text.partition(":"))
    if name not in COLUMNS:
        raise source.wrong(
            key, f"names {name!r}, which is no column of leads{nearest(name, list(COLUMNS))}"
        )
    if not colon:
        return name, 0
    if not (width.isascii() and width.isdecimal() and NARROWEST <= int(width[:9]) <= WIDEST):
        raise source.wrong(
            key, f"gives {name!r} the width {width!r}, which must be {NARROWEST} to {WIDEST} cells"
        )
    return name, int(width)


def _keymap(value: object, key: str, source: _Source) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise source.wrong(key, f"must be a table of ids and keys, not {_kind(value)}")
    found: dict[str, tuple[str, ...]] = {}
    for name, inner in _flat(value, key):
        with source.problems.noted():
            found[name.removeprefix("keymap.")] = _keys(inner, name, source)
    return found


def _flat(table: Mapping[str, object], key: str) -> Iterator[tuple[str, object]]:
    """Yield dotted names and values: a dotted id may be written as tables within tables."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{key}.{name}")
        else:
            yield f"{key}.{name}", value


def _keys(value: object, key: str, source: _Source) -> tuple[str, ...]:
    match value:
        case str():
            return (value,)
        case list():
            return _texts(value, key, source)
        case _:
            raise source.wrong(key, f"must be a key or a list of keys, not {_kind(value)}")


def _environments(value: object, key: str, source: _Source) -> tuple[Environment, ...]:
    if not isinstance(value, dict):
        raise source.wrong(key, f"must be a table of patterns, not {_kind(value)}")
    found: list[Environment] = []
    for pattern, inner in value.items():
        with source.problems.noted():
            found.append(_environment(pattern, inner, f"{key}.{pattern}", source))
    return tuple(found)


def _environment(pattern: str, value: object, key: str, source: _Source) -> Environment:
    if not isinstance(value, dict):
        raise source.wrong(key, f"must be a table with label and colour, not {_kind(value)}")
    known = ["label", "colour"]
    for name in value:
        if name not in known:
            source.problems.note(
                source.wrong(f"{key}.{name}", f"is not a setting{nearest(name, known)}")
            )
    label = tone = ""
    with source.problems.noted():
        label = _label(value.get("label", pattern), f"{key}.label", source)
    with source.problems.noted():
        tone = _tone(value.get("colour", "red"), f"{key}.colour", source)
    return Environment(pattern, label, tone)


def _label(value: object, key: str, source: _Source) -> str:
    label = _text(value, key, source).strip()
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise source.wrong(key, f"must have 1 to {LONGEST_LABEL} characters")
    return label


def _tone(value: object, key: str, source: _Source) -> str:
    colour = _text(value, key, source)
    if colour not in COLOURS:
        raise source.wrong(key, f"must be one of {', '.join(COLOURS)}, not {colour!r}")
    return COLOURS[colour]


_READERS: Final[Mapping[str, Callable[[object, str, _Source], Any]]] = {
    "theme": _text,
    "quick_statuses": _quick_statuses,
    "columns": _columns,
    "low_bandwidth": _yes_or_no,
    "read_only": _yes_or_no,
    "keymap": _keymap,
    "environments": _environments,
}
