"""The JSON documents of an organization and of a lead, one at a time, as foldable trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from textual.content import Content
from textual.widgets import Static

from db.errors import CustomerCenterError, InvalidPath
from tui import format
from tui.bindings import bindings
from tui.gateway import Gateway
from tui.json_compare import compare
from tui.json_text import InvalidJson, parse
from tui.json_tree import JsonTree
from tui.keymap import hint
from tui.safe import clip, safe
from tui.screens.json_screen import JsonScreen, ResultScreen, SearchLine


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


class DocumentsScreen(JsonScreen):
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

    def crumbs(self) -> tuple[str, ...]:
        return ("Documents", safe(self.subject_name))

    def on_mount(self) -> None:
        self.show_state("Loading …")

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
            self.show_state(
                "No document yet.\n\nEnriching and imports put them here; "
                f"{hint('app.refresh', 'looks again')}."
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
        return _read(self.host.gateway, self._document(key))

    def _read_done(self, key: str, text: str | None) -> None:
        self.shown = key
        self.forget_place()
        self._show_tabs()
        self.show_state("")
        self.viewer.load(text, self._document(key).title)
        self.show_place()
        if not self.query_one(SearchLine).has_focus:
            self.viewer.focus()

    def read_failed(self, error: CustomerCenterError) -> None:
        super().read_failed(error)
        if not self.shown:
            self.show_state(f"{safe(str(error))}\n\n{hint('app.refresh', 'tries again')}.")

    # Showing

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

    # Keys

    def action_next_document(self) -> None:
        """Show the next document that is there."""
        there = self._there()
        if len(there) < 2:
            self.host.say("There is no other document here.")
            return
        at = there.index(self.wanted) if self.wanted in there else -1
        self._read_document(there[(at + 1) % len(there)])

    def action_ask_path(self) -> None:
        """Ask for a path query on the document that is shown."""
        if self.shown:
            self.ask("path")
        else:
            self.host.say("There is no document here to ask.", "attention")

    def answer(self, what: str, text: str) -> None:
        if what != "path":
            super().answer(what, text)
        elif text.strip():
            document, gateway = self._document(self.shown), self.host.gateway
            self.host.say(f"Asking the database for {safe(text, limit=60)} …")
            self.read(
                partial(_find, gateway, document, text),
                self._show_result,
                self._path_failed,
                group="result",
            )

    def _path_failed(self, error: CustomerCenterError) -> None:
        self.host.say(safe(str(error)), "bad")
        if self.is_current and isinstance(error, InvalidPath):
            self.ask("path", at=error.position)

    def action_compare(self) -> None:
        """Show where the summary and the raw data of the website differ."""
        both = [document for document in self.documents if document.key in ("summary", "raw")]
        missing = [document.label.lower() for document in both if document.size is None]
        if missing or not both:
            what = " and no ".join(missing) or "document"
            self.host.say(f"There is no {what} to compare.", "attention")
            return
        self.host.say("Comparing the summary with the raw data …")
        self.read(
            partial(_compare, self.host.gateway, *both),
            self._show_result,
            lambda error: self.host.say(safe(str(error)), "bad"),
            group="result",
        )

    def _show_result(self, result: tuple[str, JsonTree | None]) -> None:
        title, tree = result
        if tree is None:
            self.host.say(title, "attention")
        elif self.is_current:
            self.host.say("")
            self.app.push_screen(ResultScreen(safe(self.subject_name), title, tree))


def _read(gateway: Gateway, document: Document) -> str | None:
    """Return a document as text; blocks."""
    if document.key == "lead":
        return gateway.lead_document(document.owner)
    return gateway.organization_document(document.owner, document.key)


def _find(gateway: Gateway, document: Document, path: str) -> tuple[str, JsonTree | None]:
    """Return what a path query found, and its title; blocks."""
    result = gateway.query_document(document.owner, document.key, path)
    shown = clip(path, 60)
    if not result.count:
        return f"{document.label} has nothing at {shown}.", None
    count = f"{result.count:,} found" if result.complete else f"the first {result.count:,}"
    return f"{document.label}  {shown}   {count}", JsonTree(parse(result.text))


def _compare(gateway: Gateway, summary: Document, raw: Document) -> tuple[str, JsonTree | None]:
    """Return where two documents differ, and its title; blocks."""
    texts = _read(gateway, summary), _read(gateway, raw)
    try:
        one, other = (parse(text or "null") for text in texts)
    except InvalidJson as error:
        return f"Not compared: {error}", None
    found = compare(one, other, (summary.key, raw.key))
    count = format.plural(found.differences, "difference")
    if not found.complete:
        count = f"the first {count}"
    return f"{summary.label} against {raw.label}   {count}", JsonTree(found.value)


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
