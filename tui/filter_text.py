"""How a filter that is none is explained: the place that is wrong, and what would be valid there."""

from __future__ import annotations

from rich.cells import cell_len

from db.filters import FilterError
from tui.safe import ELLIPSIS, clip, safe, wrap


def pointed(error: FilterError, width: int) -> tuple[str, str]:
    """Return the text of the filter as one safe line, and a line of ^ under what is wrong.

    Both have at most ``width`` cells; of a longer text the part around the place is shown.
    """
    room = max(1, width // 2)
    begin = max(0, error.offset - room)
    before = safe(error.text[begin : error.offset])
    cut = begin > 0
    while cell_len(before) + cut > room:
        before, cut = before[1:], True
    before = ELLIPSIS * cut + before
    end = error.offset + error.length
    wrong = safe(error.text[error.offset : min(end, error.offset + width)])
    line = clip(before + wrong + safe(error.text[end : end + width]), width)
    marks = min(max(1, cell_len(wrong)), width - cell_len(before))
    return line, " " * cell_len(before) + "^" * marks


def explained(error: FilterError, width: int) -> tuple[str, ...]:
    """Return safe lines of at most ``width`` cells: the text, where it is wrong, what is valid."""
    valid = f"Valid here: {', '.join(error.expected)}" if error.expected else ""
    return (*pointed(error, width), *(wrap(valid, width) if valid else ()))
