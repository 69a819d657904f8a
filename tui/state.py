"""Where the operator was, kept from one start to the next: a small private file for each database."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from uuid import UUID

from platformdirs import user_state_path

from db.rows import LeadScope, Sort
from db.settings import Settings, redact

if TYPE_CHECKING:
    from db.filters import Filter

Room = Literal["campaigns", "leads", "organizations"]
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A list and the row of its cursor, which stood at ``index`` (the first is 0).

    ``scope`` is of leads alone; without a ``sort`` the list has its own. ``view`` is the name of the
    saved view that was shown, ``typing`` the filter that was being typed.
    """

    room: Room
    scope: LeadScope = field(default_factory=LeadScope)
    sort: Sort | None = None
    row_id: UUID | None = None
    index: int = 0
    view: str = ""
    typing: str | None = None


class StateFile:
    """The file of one database. What goes wrong with it never stops the application.

    Reading and writing block.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, settings: Settings) -> StateFile:
        """Return the file of the database that the settings name, whose name tells nothing of it."""
        database = redact(settings.database_url) or f"embedded {settings.home}"
        name = sha256(database.encode(errors="surrogateescape")).hexdigest()[:20]
        return cls(user_state_path("customer-center") / f"{name}.json")

    def read(self) -> Whereabouts | None:
        """Return where the operator was, None where that is not known."""
        try:
            return _parsed(json.loads(self.path.read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write(self, at: Whereabouts) -> None:
        """Keep where the operator is, readable for them alone: written beside and renamed."""
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with open(handle, "w", encoding="utf-8") as file:
                    json.dump(_plain(at), file)
                beside.replace(self.path)
            except OSError:
                beside.unlink(missing_ok=True)


def _plain(at: Whereabouts) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "room": at.room,
        "campaign": _text(at.scope.campaign_id),
        "organization": _text(at.scope.organization_id),
        "statuses": list(at.scope.statuses),
        "sort": at.sort and [at.sort.column, at.sort.descending],
        "row": _text(at.row_id),
        "index": at.index,
        "filter": None if at.scope.filter is None else str(at.scope.filter),
        "view": at.view,
        "typing": at.typing,
    }


def _parsed(found: dict[str, Any]) -> Whereabouts:
    """Return what a file says. Raises ValueError, TypeError or KeyError where it is not ours."""
    room, statuses, index = found["room"], found["statuses"], found["index"]
    if found["version"] != _VERSION or room not in get_args(Room):
        raise ValueError(room)
    if not all(isinstance(status, str) and "\0" not in status for status in statuses):
        raise ValueError(statuses)
    if not isinstance(index, int) or not 0 <= index < 2**31:
        raise ValueError(index)
    column, descending = found["sort"] or (None, False)
    view, typing = found.get("view", ""), found.get("typing")
    if not isinstance(view, str) or not isinstance(typing, str | None):
        raise ValueError(view)
    wanted = _filter(found.get("filter"))
    return Whereabouts(
        room,
        LeadScope(_id(found["campaign"]), _id(found["organization"]), tuple(statuses), wanted),
        Sort(column, bool(descending)) if isinstance(column, str) else None,
        _id(found["row"]),
        index,
        view,
        typing,
    )


def _filter(text: str | None) -> Filter | None:
    """Return the filter of a text; what is none any more filters nothing."""
    if not text:
        return None
    # Who filters nothing does not wait for the language to load.
    from db.filters import FilterError, parse

    try:
        return parse(text)
    except FilterError:
        return None


def _text(row_id: UUID | None) -> str | None:
    return None if row_id is None else str(row_id)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
