"""Saved views: a filter and an order of leads under a name, kept in a private file of the operator."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from platformdirs import user_config_path

from db.errors import ConfigurationError
from db.rows import Sort

LONGEST_NAME: Final = 40
LONGEST_FILTER: Final = 20_000
MOST: Final = 100
WIDEST: Final = 500
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class View:
    """A list of leads under a name: the text of its filter, its order, its columns.

    Without a ``sort`` the list has its own; ``columns`` are ids with their widths, 0 where a column
    has its own width, and none where the list has its own columns.
    """

    name: str
    filter: str
    sort: Sort | None = None
    columns: tuple[tuple[str, int], ...] = ()


BUILT_IN: Final = (
    View("New", "status:new -snoozed:>now"),
    View("Ready", "status:ready -snoozed:>now"),
    View("Replied", "status:replied"),
    View("Bounced", "status:bounced"),
    View("No icebreaker", "no:icebreaker"),
    View("Snoozed", "snoozed:>now"),
    View("Unknown status", "group:unknown"),
)


class Views:
    """The views in their order. Without a ``path`` they are kept as long as the application runs.

    What another application of the operator saved meanwhile is not lost: each change is made to
    what the file holds then. Reading and writing block, for a few kilobytes.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.all: tuple[View, ...] = BUILT_IN
        self._broken = False

    @classmethod
    def of_user(cls) -> Views:
        """Return the views of whoever runs the application."""
        return cls(user_config_path("customer-center") / "views.json")

    def read(self) -> None:
        """Read the file. Raises ConfigurationError where it is broken, and the built-in ones stay."""
        if self.path is None:
            return
        self._broken = False
        try:
            self.all = _parsed(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            self.all = BUILT_IN
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self.all, self._broken = BUILT_IN, not isinstance(error, OSError)
            raise ConfigurationError(
                f"{self.path} cannot be read ({_reason(error)}): the views are the built-in ones."
            ) from None

    def named(self, name: str) -> View | None:
        """Return the view of a name, letters in any case."""
        wanted = name.casefold()
        return next((view for view in self.all if view.name.casefold() == wanted), None)

    def save(self, view: View) -> None:
        """Add a view, or put it in the place of the one of its name. Raises ConfigurationError."""

        def saved(views: tuple[View, ...]) -> tuple[View, ...]:
            same = [each.name.casefold() == view.name.casefold() for each in views]
            if not any(same) and len(views) >= MOST:
                raise ConfigurationError(f"There are {MOST} views already.")
            kept = tuple(view if is_it else each for each, is_it in zip(views, same, strict=True))
            return kept if any(same) else (*views, view)

        self._change(saved)

    def rename(self, old: str, new: str) -> None:
        """Give a view another name. Raises ConfigurationError."""
        self._change(
            lambda views: tuple(
                replace(each, name=new) if each.name == old else each for each in views
            )
        )

    def delete(self, name: str) -> None:
        """Forget a view. Raises ConfigurationError."""
        self._change(lambda views: tuple(each for each in views if each.name != name))

    def move(self, name: str, by: int) -> None:
        """Move a view up or down by some places. Raises ConfigurationError."""

        def moved(views: tuple[View, ...]) -> tuple[View, ...]:
            at = next((at for at, each in enumerate(views) if each.name == name), None)
            if at is None:
                return views
            order = list(views)
            order.insert(max(0, min(at + by, len(order) - 1)), order.pop(at))
            return tuple(order)

        self._change(moved)

    def _change(self, change: Callable[[tuple[View, ...]], tuple[View, ...]]) -> None:
        with suppress(ConfigurationError):
            self.read()
        changed = change(self.all)
        if self.path is not None:
            self._write(self.path, changed)
        self.all = changed

    def _write(self, path: Path, views: tuple[View, ...]) -> None:
        """Write the file beside and rename it; one that is broken is kept under another name."""
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(_plain(views), file, ensure_ascii=False, indent=2)
            if self._broken:
                path.replace(path.with_name(f"{path.name}.broken"))
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise ConfigurationError(
                f"The views could not be kept in {path}: {_reason(error)}."
            ) from None
        self._broken = False


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}: {error.msg}"
    if isinstance(error, ValueError) and not isinstance(error, UnicodeDecodeError):
        return str(error)
    return "it holds something else"


def _plain(views: tuple[View, ...]) -> dict[str, Any]:
    return {"version": _VERSION, "views": [_plain_view(view) for view in views]}


def _plain_view(view: View) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": view.name, "filter": view.filter}
    if view.sort is not None:
        plain["sort"] = [view.sort.column, "descending" if view.sort.descending else "ascending"]
    if view.columns:
        plain["columns"] = [list(column) for column in view.columns]
    return plain


def _parsed(found: dict[str, Any]) -> tuple[View, ...]:
    """Return the views of a file. Raises ValueError and the like where it is not one of ours."""
    if found["version"] != _VERSION:
        raise ValueError(f"version {found['version']!r} is not known")
    views = tuple(_view(each) for each in found["views"][:MOST])
    if len({view.name.casefold() for view in views}) != len(views):
        raise ValueError("two views have one name")
    return views


def _view(found: dict[str, Any]) -> View:
    name, text = found["name"], found["filter"]
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise ValueError("a view has no name, or a long one")
    if not (isinstance(text, str) and len(text) <= LONGEST_FILTER):
        raise ValueError(f"the filter of {name} is none")
    sort = None
    if "sort" in found:
        column, way = found["sort"]
        if not isinstance(column, str) or way not in ("ascending", "descending"):
            raise ValueError(f"the order of {name} is none")
        sort = Sort(column, way == "descending")
    columns = tuple((str(column), int(width)) for column, width in found.get("columns", ()))
    if not all(0 <= width <= WIDEST for _, width in columns):
        raise ValueError(f"the columns of {name} are none")
    return View(name, text, sort, columns)
