"""What may be typed in a filter, in a window."""

from __future__ import annotations

from typing import Final

from db.filters.fields import FIELDS, FORMS, Kind
from tui.safe import wrap
from tui.widgets.text_view import TextWindow

RULES: Final = """\
All conditions hold:  status:new country:DE has:icebreaker
, is or:              status:new,ready
- turns it round:     -verification:invalid   (empty fields are kept)
a word alone:         is looked for in name, e-mail address, title and organization
* and ~:              domain:acme.*  title:~cto   anything, and a part of the text
quotes:               campaign:"Q3 DACH"   for spaces, and for what else has a meaning
"""
_WIDTH: Final = 24
_LINE: Final = 68


def language() -> TextWindow:
    """Return the window."""
    fields = "\n".join(f"{f'{each.name}:':<{_WIDTH}}{each.meaning}" for each in FIELDS)
    kinds = {Kind.TEXT: "text", Kind.NUMBER: "number", Kind.TIME: "time", Kind.PATH: "json:"}
    forms = "\n".join(_form(title, FORMS[kind]) for kind, title in kinds.items())
    return TextWindow(f"{RULES}\n{forms}\n\n{fields}\n", title="Filters")


def _form(title: str, examples: tuple[str, ...]) -> str:
    lines = wrap("  ".join(examples), _LINE - _WIDTH)
    names = [title, *[""] * (len(lines) - 1)]
    return "\n".join(f"{name:<{_WIDTH}}{line}" for name, line in zip(names, lines, strict=True))
