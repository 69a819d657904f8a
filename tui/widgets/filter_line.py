"""The line in which a filter is typed: what may come next below it, or what is wrong and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from db.filters import Completion, Completions, Filter, FilterError, complete, parse
from db.filters.fields import FIELDS
from db.filters.tree import quoted
from db.statuses import LEAD
from tui.bindings import bindings
from tui.safe import clip, fit, safe, wrap
from tui.widgets.inputs import LineInput, paintable
from tui.widgets.still import Still

LONGEST: Final = 4_000
"""Characters of a filter that is typed or pasted; a longer paste is none."""
OPTIONS: Final = 5
"""Lines below the filter: what may come next, or what would be valid."""
INDENT: Final = 2
"""Cells left of the text in an input."""
STATUS: Final = next(field for field in FIELDS if field.name == "status")
QUOTE: Final = '"'
PLACEHOLDER: Final = "a filter, as status:new,ready country:DE has:icebreaker sent:<7d"


class FilterInput(LineInput):
    """The text of the filter."""

    BINDINGS = bindings("filter")
    # A longer text is no reason to lay out the screen at each key.
    virtual_size = reactive(Size(0, 0), layout=False)

    def __init__(self) -> None:
        super().__init__(placeholder=PLACEHOLDER)
        self.max_length = LONGEST

    @property
    def line(self) -> FilterLine:
        """The line that it belongs to."""
        assert isinstance(self.parent, FilterLine)
        return self.parent

    def on_paste(self, event: events.Paste) -> None:
        """Take the text of all pasted lines as one; half of a filter would be another one."""
        event.stop()
        event.prevent_default()
        text = paintable(" ".join(event.text[: 2 * LONGEST].split()))
        if len(self.value) - len(self.selected_text) + len(text) > LONGEST:
            self.line.tell(
                f"Not pasted: a filter has at most {LONGEST:,} characters.", "$tone-attention"
            )
            return
        self.replace(text, *sorted(self.selection))

    def action_apply(self) -> None:
        """Take what was chosen below, or else apply the filter."""
        self.line.take_or_apply()

    def action_complete(self) -> None:
        """Put in what is marked below, or the first of what may come next."""
        self.line.complete()

    def action_choose(self, by: int) -> None:
        """Go through what may come next; above it are the filters typed before."""
        self.line.choose(by)

    def action_leave_filter(self) -> None:
        """Leave the list as it was."""
        self.line.post_message(FilterLine.Left())

    def action_language(self) -> None:
        """Read what may be typed."""
        self.line.post_message(FilterLine.LanguageAsked())


class FilterLine(Vertical):
    """A filter that is being typed. Its owner gives what it knows, and takes the messages."""

    class Applied(Message):
        """Enter was pressed on a text that is a filter."""

        def __init__(self, wanted: Filter, text: str) -> None:
            super().__init__()
            self.wanted = wanted
            self.text = text

    class Edited(Message):
        """The text was changed; ``wanted`` is None as long as it is no filter."""

        def __init__(self, wanted: Filter | None) -> None:
            super().__init__()
            self.wanted = wanted

    class Left(Message):
        """Escape was pressed."""

    class LanguageAsked(Message):
        """The operator wants to read what may be typed."""

    def __init__(self) -> None:
        super().__init__()
        self._known: Mapping[str, Sequence[str]] = {}
        self._counts: Mapping[str, int] = {}
        self._history: Sequence[str] = ()
        self._recalled = 0
        self._kept = ""
        self._found = Completions(0, 0, ())
        self._chosen = -1
        self._told = False

    def compose(self) -> ComposeResult:
        yield FilterInput()
        yield Still(id="filter-note")
        yield Still(id="filter-options")

    @property
    def input(self) -> FilterInput:
        """The input."""
        return self.query_one(FilterInput)

    @property
    def text(self) -> str | None:
        """The text as far as it is typed, None where nothing is being typed."""
        return self.input.value if self.display else None

    def open(self, text: str, history: Sequence[str]) -> None:
        """Let the operator type, beginning with a text; ``history`` has older ones, latest last."""
        self._history, self._recalled = history, len(history)
        self.display = True
        self._put(text)
        self.input.focus()
        self._typed()

    def show_known(
        self, known: Mapping[str, Sequence[str]], counts: Mapping[str, int] | None = None
    ) -> None:
        """Offer values that the database knows, by field; ``counts`` are of leads by status."""
        self._known = {**self._known, **known}
        self._counts = counts if counts is not None else self._counts
        self._look(keep=True)

    def tell(self, text: str, tone: str = "$text-muted") -> None:
        """Show a safe sentence below the text, until it is changed."""
        self._told = tone != "$text-muted"
        note = Content.styled(f"{' ' * INDENT}{text}", tone)
        self.query_one("#filter-note", Still).update(note, layout=False)

    def refuse(self, error: FilterError) -> None:
        """Show what is wrong, where, and what would be valid there."""
        self.input.cursor_position = error.offset
        self.call_after_refresh(self._mark, error)

    def _mark(self, error: FilterError) -> None:
        width = max(1, self.size.width - 2 * INDENT)
        text = error.text
        before = cell_len(text[: error.offset]) - int(self.input.scroll_offset.x)
        room = max(1, width - before)
        marks = "^" * min(max(1, cell_len(text[error.offset : error.offset + error.length])), room)
        self.tell(f"{' ' * max(0, before)}{marks}", "bold $tone-bad")
        lines = wrap(safe(str(error)), width)[:2]
        if error.expected:
            valid = wrap(safe(f"Valid here: {', '.join(error.expected)}"), width)
            room = OPTIONS - len(lines)
            more = len(valid) > room
            valid = [*valid[:room]]
            if more:
                valid[-1] = clip(f"{valid[-1]} …", width)
            shown = [*((line, "$tone-bad") for line in lines), *((line, "") for line in valid)]
        else:
            shown = [(line, "$tone-bad") for line in lines]
        pad = " " * INDENT
        content = Content("\n").join(Content.styled(f"{pad}{line}", tone) for line, tone in shown)
        self.query_one("#filter-options", Still).update(content, layout=False)

    # Typing

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._typed()

    def on_mount(self) -> None:
        self.watch(self.input, "selection", self._moved, init=False)

    def _moved(self) -> None:
        if self.display and not self._told:
            self._look()

    def _typed(self) -> None:
        self.tell("")
        self._look()
        try:
            wanted = parse(self.input.value)
        except FilterError:
            wanted = None
        self.post_message(self.Edited(wanted))

    def _put(self, text: str) -> None:
        self.input.value = text
        self.input.cursor_position = len(self.input.value)

    def take_or_apply(self) -> None:
        """Put in what is marked, or apply the text; where it is no filter, say why."""
        if self._chosen >= 0:
            self.complete()
            return
        text = self.input.value
        try:
            wanted = parse(text)
        except FilterError as error:
            self.refuse(error)
        else:
            self.post_message(self.Applied(wanted, text.strip()))

    # What may come next

    def _look(self, *, keep: bool = False) -> None:
        """Find out what may be typed at the cursor."""
        text, cursor = self.input.value, self.input.cursor_position
        found = complete(text, cursor, self._known)
        options = tuple(
            option
            for option in map(self._written, found.options)
            if option.text != text[found.start : found.end]
        )
        self._found = Completions(found.start, found.end, options)
        self._chosen = min(self._chosen, len(options) - 1) if keep else -1
        if not self._told:
            self._paint()

    def _written(self, option: Completion) -> Completion:
        """A status that is in no list is a text in quotes."""
        if not _is_status(option) or option.text in LEAD.values() or option.text.startswith('"'):
            return option
        return Completion(quoted(option.text), option.meaning)

    def complete(self) -> None:
        """Put in what is marked, or the first of what may come next."""
        if not self._found.options:
            return
        option = self._found.options[max(self._chosen, 0)]
        start = self._found.start
        self.input.replace(option.text, start, self._found.end)
        self.input.cursor_position = start + len(option.text)
        self._typed()

    def choose(self, by: int) -> None:
        """Move the mark; above the first option are the filters typed before."""
        if by < 0 and self._chosen < 0:
            self._recall(-1)
        elif by > 0 and self._chosen < 0 and self._recalled < len(self._history):
            self._recall(1)
        else:
            self._told = False
            self._chosen = min(self._chosen + by, len(self._found.options) - 1)
            self.tell("")
            self._paint()

    def _recall(self, by: int) -> None:
        at = self._recalled + by
        if not 0 <= at <= len(self._history):
            return
        if self._recalled == len(self._history):
            self._kept = self.input.value
        self._recalled = at
        self._put(self._history[at] if at < len(self._history) else self._kept)

    def _paint(self) -> None:
        options, width = self._found.options, max(1, self.size.width - 2 * INDENT)
        first = max(0, min(self._chosen - OPTIONS // 2, len(options) - OPTIONS))
        shown = options[first : first + OPTIONS]
        column = max((cell_len(safe(option.text)) for option in shown), default=0)
        column = min(column, width // 2)
        lines = []
        for place, option in enumerate(shown, start=first):
            more = len(options) - first - OPTIONS if place == first + OPTIONS - 1 else 0
            lines.append(self._line(option, column, width, place == self._chosen, more))
        self.query_one("#filter-options", Still).update(Content("\n").join(lines), layout=False)

    def _line(
        self, option: Completion, column: int, width: int, marked: bool, more: int
    ) -> Content:
        name = fit(safe(option.text), column)
        counted = bool(self._counts) and _is_status(option)
        note = f"{self._counts.get(option.text.strip(QUOTE), 0):,}" if counted else option.meaning
        note += f"   and {more} more" if more > 0 else ""
        note = clip(safe(note), max(0, width - column - 2))
        text = f"{name}  {note}"
        if marked:
            return Content.styled(f"▌ {text}".ljust(width + INDENT), "bold on $cursor")
        return Content.assemble(" " * INDENT, (name, ""), "  ", (note, "dim"))


def _is_status(option: Completion) -> bool:
    return option.meaning == STATUS.meaning and option.text != f"{STATUS.name}:"
