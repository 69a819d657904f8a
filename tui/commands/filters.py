"""``--filter``: which leads, in the filter language."""

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


def _explain(error: FilterError) -> None:
    from tui.commands.output import talk
    from tui.filter_text import explained

    talk(str(error))
    width = shutil.get_terminal_size().columns - len(INDENT)
    for line in explained(error, width):
        if sys.stderr is not None:
            print(f"{INDENT}{line}".rstrip(), file=sys.stderr)
