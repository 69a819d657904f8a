"""The look-up: one line to type or paste into, and the organizations and leads that it finds."""

from __future__ import annotations

from functools import partial
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from db.errors import CustomerCenterError, ReadCancelled, ReadGivenUp
from db.rows import LeadRow, LookupResult, OrganizationRow, Touched
from tui.bindings import bindings
from tui.keymap import actions
from tui.messages import RowChanged
from tui.safe import safe
from tui.screens import lookup_words as words
from tui.screens.base import Bottom
from tui.screens.status_keys import StatusKeys
from tui.waiting import PATIENCE
from tui.widgets.bars import KeyBar, StatusBar, TitleBar
from tui.widgets.inputs import LineInput, paintable
from tui.widgets.list_view import ListState
from tui.widgets.lookup_table import Entry, LookupTable, entries
from tui.widgets.row_table import RowTable
from tui.widgets.still import Still
from tui.widgets.typing_bar import TypingBar

LONGEST: Final = 500
"""Characters of a question; nobody types more, and a paste may be a megabyte."""


class Question(LineInput):
    """The line of a look-up; a long paste is cut."""

    # A longer text is no reason to lay out the screen at each key.
    virtual_size = reactive(Size(0, 0), layout=False)

    class Cut(Message):
        """A paste was longer than a question may be."""

    def __init__(self) -> None:
        super().__init__(placeholder="e-mail, domain, URL, name or id")
        self.max_length = LONGEST

    def on_paste(self, event: events.Paste) -> None:
        """Take the text of all pasted lines as one, as far as it fits."""
        event.stop()
        event.prevent_default()
        text = paintable(" ".join(event.text[: 2 * LONGEST].split()))
        room = LONGEST - len(self.value) + len(self.selected_text)
        self.replace(text[:room], *sorted(self.selection))
        if len(text) > room:
            self.post_message(self.Cut())


class LookupScreen(StatusKeys[None]):
    """A question above its answer; the cursor in the answer marks what Enter opens.

    One question is with the database at a time. What is typed meanwhile is asked when its answer
    has come, and that answer is not shown; one that lets wait is stopped.
    """

    scopes = ("question", "lookup", "table")
    BINDINGS = bindings("lookup", "question")

    def __init__(self) -> None:
        super().__init__()
        self.wanted = ""
        self.asked: str | None = None
        self.result: LookupResult | None = None
        self.problem = ""
        self._opens_answer = False
        self._waiting = False
        self._shown = ""
        self._unpainted = False

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield from self.body()
        with Bottom():
            yield StatusBar()
            yield KeyBar(("lookup", "table"))
            yield TypingBar(("question",))

    def body(self) -> ComposeResult:
        with Vertical(id="asking"):
            yield Question()
            yield Still(id="read-as")
        yield LookupTable(self.host.pending)
        yield ListState()

    @property
    def question(self) -> Question:
        """The line at the top."""
        return self.query_one(Question)

    @property
    def table(self) -> LookupTable:
        """The answer."""
        return self.query_one(LookupTable)

    def on_mount(self) -> None:
        self.table.show_times(absolute=self.host.absolute_times)
        # Watched rather than told by a message, which would reach this after the letter is painted.
        self.watch(self.question, "value", self._typed, init=False)
        self.question.focus()
        self._show()

    def crumbs(self) -> tuple[str, ...]:
        return ("Look up",)

    def subject(self) -> LeadRow | OrganizationRow | None:
        row = self.table.row
        return None if row is None else row.lead or row.organization

    # Asking

    def load(self) -> None:
        """Ask again what was asked last."""
        if self.wanted and self.asked is None:
            self._ask()

    def _typed(self, text: str) -> None:
        self.wanted = text.strip()
        self._opens_answer = False
        if not self.wanted:
            self.result, self.problem = None, ""
            self._show()
        elif self.asked is None:
            self._ask()
        elif self._waiting:
            self.stop_read("lookup")

    def on_question_cut(self, message: Question.Cut) -> None:
        self.host.say(f"Only the first {LONGEST} characters are looked up.", "attention")

    def _ask(self) -> None:
        text = self.asked = self.wanted
        self._waiting = False
        self.read(
            lambda: self.host.gateway.look_up(text), self._answered, self._failed, group="lookup"
        )
        self.set_timer(PATIENCE, partial(self._still_asking, text))

    def _still_asking(self, text: str) -> None:
        if self.asked != text:
            return
        self._waiting = True
        if self.wanted != text:
            self.stop_read("lookup")
            return
        self._note(words.SEARCHING)
        if not self.table.total:
            self._show_state(Content(words.SEARCHING))

    def _overtaken(self) -> bool:
        """Take note of an answer; True where something else was typed, which is asked now."""
        asked, self.asked = self.asked, None
        if asked != self.wanted and self.wanted:
            self._ask()
        return asked != self.wanted

    def _answered(self, result: LookupResult) -> None:
        if self._overtaken():
            return
        self.result, self.problem = result, ""
        self._show()
        self._unpainted = True
        if self._opens_answer:
            self.action_open_found()

    def _failed(self, error: CustomerCenterError) -> None:
        if isinstance(error, ReadGivenUp):
            # What was typed meanwhile is not asked either.
            self.asked = None
        elif self._overtaken():
            return
        stopped = isinstance(error, ReadCancelled)
        self.problem = words.STOPPED if stopped else safe(str(error))
        self._show()

    # Showing

    def on_idle(self) -> None:
        """Paint an answer when it has come, and not with the next of the frames."""
        if self._unpainted and (self._layout_required or self.table in self._dirty_widgets):
            self._unpainted = False
            self._on_timer_update()

    def _show(self) -> None:
        """Show the answer, or what there is in its place."""
        rows = tuple(entries(self.result)) if self.result else ()
        query = self.result.query if self.result else ""
        row, again, self._shown = self.table.row, query == self._shown, query
        at = next((at for at, new in enumerate(rows) if again and row and new.id == row.id), None)
        self.table.show(rows, _best(query, rows) if at is None else at)
        self.table.display = bool(rows)
        self._show_state(None if rows else words.nothing(self.result, self.problem))
        if not rows:
            self.question.focus()
        sentence = self.problem if self.problem and rows else words.found(self.result)
        self._note(sentence, bad=bool(self.problem or words.against(self.result)))

    def _note(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#read-as", Still)
        note.update(Content(text), layout=False)
        note.set_class(bad, "-bad")

    def _show_state(self, text: Content | None) -> None:
        state = self.query_one(ListState)
        state.display = text is not None
        if text is not None:
            state.update(text)

    def times_changed(self) -> None:
        self.table.show_times(absolute=self.host.absolute_times)

    def row_changed(self, change: RowChanged) -> None:
        place = self.table.window.index_of(change.row_id)
        row = None if place is None else self.table.window.get(place)
        if row is not None and isinstance(change.row, LeadRow):
            self.table.replace(Entry(row.hit, change.row))
        elif row is not None and change.row_id in self.host.pending:
            self.table.repaint(change.row_id)
        else:
            self.load_when_shown()

    def catch_up(self, touched: Touched) -> None:
        shown = {row.id for _, row in self.table.window.loaded()}
        theirs = shown & ((touched.ids or frozenset()) - touched.ours)
        if touched.ids is None or theirs or touched.came_or_went:
            self.table.mark_changed(theirs)
            self.load()

    # Going about

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        typing = self.question.has_focus
        self.query_one(TypingBar).display = typing
        self.query(KeyBar).first().display = not typing

    def on_key(self, event: events.Key) -> None:
        """Take what is typed into the results as a part of the question, unless it is a key there."""
        if not self.table.has_focus or not event.is_printable or event.character is None:
            return
        if event.key in _LOOK_UP:
            event.stop()
            self.action_ask()
        elif event.key not in _KEYS:
            event.stop()
            self.question.focus()
            self.question.insert_text_at_cursor(event.character)

    def on_lookup_table_left_at_top(self, message: LookupTable.LeftAtTop) -> None:
        self.question.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_open_found()

    def on_row_table_opened(self, message: RowTable.Opened) -> None:
        self._open(message.row)

    def action_ask(self) -> None:
        """Go back to the question; what is typed takes its place."""
        self.question.focus()
        self.question.select_all()

    def action_results(self) -> None:
        """Go to the results."""
        if self.table.total:
            self.table.focus()

    def action_open_found(self) -> None:
        """Open the row under the cursor, as soon as there is an answer to what was typed."""
        row = self.table.row
        if self.asked is not None:
            self._opens_answer = True
        elif row is not None:
            self._open(row)

    def _open(self, row: Entry) -> None:
        self._opens_answer = False
        if row.lead is not None:
            self.host.open_lead(row.lead.id)
        else:
            self.host.open_organization(row.organization.id)

    def action_json(self) -> None:
        """Read the documents of the row."""
        row = self.table.row
        if row is not None:
            lead_id = row.lead.id if row.lead else None
            name = (row.lead or row.organization).name
            self.host.open_documents(row.organization.id, lead_id, name)


_KEYS: Final = frozenset(
    key.split(" ")[0] for action in actions("lookup", "table", "everywhere") for key in action.keys
)
_LOOK_UP: Final = next(action.keys for action in actions("everywhere") if action.id == "app.lookup")


def _best(question: str, rows: tuple[Entry, ...]) -> int:
    """Return the place of the lead whose address or id was asked for, else the first."""
    asked = question.lower()
    for place, row in enumerate(rows):
        if row.lead is not None and (row.lead.email in asked or str(row.lead.id) == asked):
            return place
    return 0
