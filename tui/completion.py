"""Completing what is typed: paths as a shell does, names from a list."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tui.widgets.inputs import paintable

MOST: Final = 2_000
"""Entries of a folder that are looked at."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A text made longer as far as it is certain, and the names it may become."""

    text: str
    names: tuple[str, ...] = ()


def complete_path(typed: str) -> Completion:
    """Complete a path; ``~`` is a home folder, and folders end in a slash.

    Hidden entries are offered to who types their dot. Names that can not be painted are left out.
    A folder that can not be read has no entries.
    """
    head, separator, start = typed.rpartition("/")
    if not separator and start.startswith("~"):
        return _home(typed)
    folder = _expanded(head + separator) if separator else Path()
    names = sorted(name for name in _entries(folder) if name.startswith(start))
    if not start.startswith("."):
        names = [name for name in names if not name.startswith(".")]
    return _completed(head + separator, start, names)


def complete_name(typed: str, names: Iterable[str]) -> Completion:
    """Complete one of some names, whatever the case of its letters."""
    start = typed.casefold()
    fitting = sorted(
        name for name in names if name.casefold().startswith(start) and paintable(name) == name
    )
    if len(fitting) == 1:
        return Completion(fitting[0], (fitting[0],))
    return _completed("", typed, fitting)


def file_path(typed: str) -> Path:
    """Return the path that a text stands for, with ``~`` replaced."""
    return _expanded(typed.strip())


def _home(typed: str) -> Completion:
    whole = f"{typed}/"
    return Completion(whole, (whole,)) if _expanded(whole).is_dir() else Completion(typed)


def _expanded(text: str) -> Path:
    return Path(os.path.expanduser(text))  # unlike Path.expanduser it takes any user's name


def _entries(folder: Path) -> list[str]:
    names: list[str] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if len(names) == MOST:
                    break
                name = f"{entry.name}/" if _is_folder(entry) else entry.name
                if paintable(name) == name:
                    names.append(name)
    except OSError:
        return []
    return names


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _completed(before: str, start: str, names: list[str]) -> Completion:
    common = _common(names[0], names[-1]) if names else ""  # they are sorted
    longer = common if len(common) > len(start) else start
    return Completion(before + longer, tuple(names))


def _common(first: str, last: str) -> str:
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]
