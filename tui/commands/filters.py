"""``--filter`` and ``--view``: which leads, in the filter language."""

from __future__ import annotations

import argparse
import shutil
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from db.filters import Filter, FilterError

INDENT: Final = "  "


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Add ``--filter``."""
    parser.add_argument(
        "--filter",
        metavar="EXPR",
        help="leads of this filter, such as 'status:new country:DE -has:icebreaker'; "
        "--filter=EXPR where it begins with -",
    )


def read_filter(text: str | None) -> Filter | None:
    """Return the filter of the option, None without one.

    A text that is no filter is explained on stderr, and the command ends with exit code 2.
    """
    from db.filters import FilterError, parse

    if text is None:
        return None
    try:
        return parse(text)
    except FilterError as error:
        _explain(error)
        raise SystemExit(2) from None


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add ``--view``."""
    parser.add_argument(
        "--view", metavar="NAME", help="leads of this saved view, and of the filter where both are"
    )


def read_view(name: str | None) -> Filter | None:
    """Return the filter of the saved view of the option, None without one.

    Raises ConfigurationError where there is no such view or the file of the views is broken.
    """
    from db.errors import ConfigurationError
    from db.filters import FilterError, parse
    from tui.views import Views

    if name is None:
        return None
    views = Views.of_user()
    views.read()
    view = views.named(name)
    if view is None:
        known = ", ".join(each.name for each in views.all)
        raise ConfigurationError(f"There is no view {name!r}; there are: {known}.")
    try:
        return parse(view.filter)
    except FilterError as error:
        raise ConfigurationError(f"The view {view.name} is no filter: {error}") from None


def _explain(error: FilterError) -> None:
    from tui.commands.output import talk
    from tui.filter_text import explained

    talk(str(error))
    width = shutil.get_terminal_size().columns - len(INDENT)
    for line in explained(error, width):
        if sys.stderr is not None:
            print(f"{INDENT}{line}".rstrip(), file=sys.stderr)
