"""The JSON documents of an organization and of a lead, one at a time, as foldable trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Input, Static

from db.errors import CustomerCenterError
from tui import format
from tui.actions import Action
from tui.bindings import bindings
from tui.gateway import Gateway
from tui.safe import ELLIPSIS, safe
from tui.screens.base import AppScreen, Bottom
from tui.widgets.bars import KeyBar, StatusBar, TitleBar
from tui.widgets.inputs import LineInput
from tui.widgets.json_viewer import JsonViewer
from tui.widgets.list_view import ListState
from tui.widgets.typing_bar import TypingBar


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may be there, of the row ``owner``.

    ``size`` is what it takes in the database, in bytes; None where there is none.
    """

    owner: UUID
    key: str
    label: str
    title: str
    size: int | None


class SearchLine(LineInput):
    """The line below a document that asks what to search for."""

    BINDINGS = bindings("search")


class DocumentsScreen(AppScreen[None]):
    """A JSON viewer over the documents of an organization, a lead, or both.

    The names of the documents stand above it, with the sizes of those that are there.
    """

    scopes = ("documents", "json")
    BINDINGS = bindings("documents")

    def __init__(self, organization_id: UUID | None, lead_id: UUID | None, name: str) -> None:
        super().__init__()
        self.organization_id = organization_id
        self.lead_id = lead_id
        self.subject_name = name
        self.documents: tuple[Document, ...] = ()
        self.shown = ""
        self.wanted = ""
        self._place: JsonViewer.PathChanged | None = None
        self._term = ""
        self._hits = ""

    def compose(self) -> ComposeResult:
        yield TitleBar()
        yield from self.body()
        with Bottom():
            yield StatusBar()
            yield KeyBar(self.scopes)
            yield TypingBar(("search",))

    def body(self) -> ComposeResult:
        yield Static(id="documents")
        yield JsonViewer()
        yield ListState()
        yield SearchLine(placeholder="a key or a value")

    @property
    def viewer(self) -> JsonViewer:
        """The tree of the document."""
        return self.query_one(JsonViewer)

    def target(self, action: Action) -> DOMNode:
        if action.scope == "json":
            return self.viewer
        return super().target(action)

    def crumbs(self) -> tuple[str, ...]:
        return ("Documents", safe(self.subject_name))

    def on_mount(self) -> None:
        self._show_state("Loading …")

    # Loading

    def load(self) -> None:
        """Read which documents there are, then the one that is shown, or the first."""
        gateway, organization_id, lead_id = self.host.gateway, self.organization_id, self.lead_id
        self.read(
            lambda: _documents(gateway, organization_id, lead_id), self._listed, group="documents"
        )

    def _listed(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents
        there = self._there()
        if not there:
            self.shown = ""
            self._show_tabs()
            self._show_state(
                "No document yet.\n\nEnriching and imports put them here; R looks again."
            )
            return
        self._read_document(self.shown if self.shown in there else there[0])

    def _there(self) -> list[str]:
        return [document.key for document in self.documents if document.size is not None]

    def _read_document(self, key: str) -> None:
        self.wanted = key
        self._show_tabs()
        self.read(partial(self._text, key), partial(self._read_done, key), group="document")

    def _document(self, key: str) -> Document:
        return next(document for document in self.documents if document.key == key)

    def _text(self, key: str) -> str | None:
        gateway, owner = self.host.gateway, self._document(key).owner
        if key == "lead":
            return gateway.lead_document(owner)
        return gateway.organization_document(owner, key)

    def _read_done(self, key: str, text: str | None) -> None:
        self.shown, self._hits, self._place = key, "", None
        self._show_tabs()
        self._show_state("")
        self.viewer.load(text, self._document(key).title)
        self._show_place()
        if not self.query_one(SearchLine).has_focus:
            self.viewer.focus()

    def read_failed(self, error: CustomerCenterError) -> None:
        super().read_failed(error)
        if not self.shown:
            self._show_state(f"{safe(str(error))}\n\nR tries again.")

    # Showing

    def _show_state(self, text: str) -> None:
        state = self.query_one(ListState)
        state.update(Content(text))
        state.display = bool(text)
        self.viewer.display = not text

    def _show_tabs(self) -> None:
        current = self.wanted or self.shown
        parts: list[Content | tuple[str, str]] = []
        for document in self.documents:
            if document.size is None:
                parts.append((f"  {document.label} –   ", "dim"))
            elif document.key == current:
                parts.append(
                    (f"▸ {document.label} {format.size(document.size)}   ", "bold $accent")
                )
            else:
                parts.append(Content(f"  {document.label} {format.size(document.size)}   "))
        self.query_one("#documents", Static).update(Content.assemble(*parts))

    def on_json_viewer_path_changed(self, message: JsonViewer.PathChanged) -> None:
        self._place = message
        self._show_place()

    def on_screen_resume(self) -> None:
        # The screens' common handler comes after this one, and repeats the last word.
        self.call_later(self._show_place)

    def _show_place(self) -> None:
        bar, place = self.query_one(StatusBar), self._place
        if place is None:
            bar.show_place("")
            return
        right = f"{self._hits}{place.position:,}/{place.total:,}"
        bar.show_place(right)
        self.say(_end_of(place.path, self.size.width - cell_len(right) - 4))

    # Keys

    def action_next_document(self) -> None:
        """Show the next document that is there."""
        there = self._there()
        if len(there) < 2:
            self.host.say("There is no other document here.")
            return
        at = there.index(self.wanted) if self.wanted in there else -1
        self._read_document(there[(at + 1) % len(there)])

    def on_json_viewer_search_requested(self, message: JsonViewer.SearchRequested) -> None:
        line = self.query_one(SearchLine)
        line.value = self._term
        self._searching(True)
        line.focus()
        line.select_all()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_find()

    def action_find(self) -> None:
        """Go to the first match of what was typed; nothing typed ends the search."""
        self._term = self.query_one(SearchLine).value
        self.viewer.focus()
        self.viewer.find(self._term)

    def action_leave_search(self) -> None:
        """Go back to the document without a search."""
        self.viewer.focus()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        self._searching(False)

    def _searching(self, on: bool) -> None:
        self.query_one(SearchLine).display = on
        self.query_one(TypingBar).display = on
        self.query(KeyBar).first().display = not on

    def on_json_viewer_found(self, message: JsonViewer.Found) -> None:
        term = safe(message.term, limit=60)
        more = "" if message.complete else "+"
        self._hits = f"{message.count:,}{more} found   " if message.term and message.count else ""
        self._show_place()
        if message.term and not message.count:
            self.host.say(f"Nothing here holds {term}.", "attention")


def _documents(
    gateway: Gateway, organization_id: UUID | None, lead_id: UUID | None
) -> tuple[Document, ...]:
    """Return the documents that there could be, those of the website first; blocks."""
    lead = gateway.lead(lead_id) if lead_id else None
    organization = gateway.organization(organization_id) if organization_id else None
    organization = organization or (lead.organization if lead else None)
    found: list[Document] = []
    if organization is not None:
        label = "Organization import" if lead else "Imported"
        sizes = organization.summary_bytes, organization.raw_bytes, organization.custom_bytes
        found += [
            Document(organization.id, "summary", "Summary", "Website summary", sizes[0]),
            Document(organization.id, "raw", "Raw", "Raw data of the website", sizes[1]),
            Document(organization.id, "custom", label, "Imported columns", sizes[2]),
        ]
    if lead is not None:
        title = "Imported columns of the lead"
        found.append(Document(lead.id, "lead", "Lead import", title, lead.custom_bytes))
    return tuple(found)


def _end_of(path: str, width: int) -> str:
    """Return a path as safe text of so many cells; of a longer one the end, which tells more."""
    shown = safe(path[-4 * max(width, 1) :])
    if len(path) <= 4 * width and cell_len(shown) <= width:
        return shown
    while shown and cell_len(shown) >= width:
        shown = shown[1:]
    return ELLIPSIS + shown
