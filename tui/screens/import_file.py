"""Importing a file: which one, into which campaign, what would happen, and what did."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from db.errors import ConfigurationError, CustomerCenterError, HeaderNotFound, ImportCancelled
from db.rows import CampaignRow, LeadScope
from tui.bindings import bindings
from tui.format import plural
from tui.import_options import ImportOptions
from tui.keymap import key_of
from tui.report import Line, Pace, progress_lines, report_lines, undone_lines
from tui.safe import safe, wrap
from tui.screens.import_fields import ImportFields
from tui.widgets.field import Field
from tui.widgets.typing_bar import TypingBar

if TYPE_CHECKING:
    from db.transfer import ImportReport, Progress
    from db.transfer.peeking import Peek
    from db.transfer.undoing import Undone

State = Literal["form", "checking", "checked", "importing", "stopped", "done"]
TICK: Final = 0.1
KEYS: Final[dict[State, dict[str, str]]] = {
    "form": {
        "check": "check",
        "map": "columns",
        "mode": "mode",
        "keep_going": "keep going",
        "complete": "complete",
        "leave": "leave",
    },
    "checking": {"leave": "stop"},
    "checked": {
        "start": "import",
        "map": "columns",
        "mode": "mode",
        "keep_going": "keep going",
        "leave": "change something",
    },
    "importing": {"leave": "stop"},
    "stopped": {"check": "go on", "take_back": "undo", "leave": "change something"},
    "done": {"open": "to the leads", "take_back": "undo", "leave": "leave"},
}


class Progressed(Message):
    """How far the import is, on its way from its thread."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


class ImportScreen(ImportFields):
    """A file is tried first and imported after a look at what would happen."""

    scopes = ("import",)
    BINDINGS = bindings("import")

    def __init__(self, path: Path | None = None, campaign: str | None = None) -> None:
        super().__init__(path, campaign)
        self.state: State = "form"
        self.batch_id: UUID | None = None
        self.report: ImportReport | None = None
        self.stop = threading.Event()
        self.mapping: dict[str, str] = {}
        self.options = ImportOptions()

    def body(self) -> ComposeResult:
        with Vertical(id="import"):
            yield from self.fields()
            yield Static(self.options.words(), id="import-options")
            with VerticalScroll(id="import-report"):
                yield Static(id="import-text")

    def crumbs(self) -> tuple[str, ...]:
        return ("Import",)

    def on_mount(self) -> None:
        self.become("form")

    def on_unmount(self) -> None:
        self.stop.set()

    @property
    def text_width(self) -> int:
        """The cells of a line of the report."""
        return max(self.size.width - 4, 20)

    def become(self, state: State) -> None:
        """Go on to another state: the keys that are offered change with it."""
        self.state = state
        words = dict(KEYS[state])
        if state == "done" and self.campaign is None:
            words["open"] = "to the organizations"
        self.query_one(TypingBar).offer(**words)
        running = state in ("checking", "importing")
        for field in self.query(Field):
            field.input.disabled = running
        report = self.query_one("#import-report")
        report.can_focus = state != "form"
        if state == "form":
            self.show([])
        else:
            report.focus()

    def show(self, lines: list[Line]) -> None:
        """Show lines in the place of the report."""
        styles = {"title": "bold $primary", "": "", "muted": "$tone-muted"}
        parts = [
            Content.styled(text, styles.get(tone, f"$tone-{tone}")) if text else Content("")
            for text, tone in lines
        ]
        self.query_one("#import-text", Static).update(Content("\n").join(parts))

    # Typing

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.state in ("checked", "stopped", "done"):
            self.become("form")

    def another_file(self) -> None:
        self.mapping = {}

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is self.campaign_field.input:
            self.action_check()

    # What becomes of rows that exist, and of an import that stops

    def action_mode(self) -> None:
        """Choose what becomes of rows that exist."""
        self._choose(self.options.with_next_mode())

    def action_keep_going(self) -> None:
        """Choose whether all is one transaction."""
        self._choose(self.options.with_other_end())

    def _choose(self, options: ImportOptions) -> None:
        """Take other options: what was checked with those before is to be checked again."""
        if self.state in ("checking", "importing"):
            return
        self.options = options
        self.query_one("#import-options", Static).update(options.words())
        if self.state != "form":
            self.become("form")
            self.path_field.input.focus()

    # Trying, importing

    def action_check(self) -> None:
        """Try the import without writing anything."""
        if self.state in ("checking", "importing"):
            return
        if not self.path_field.text:
            self.path_field.problem("Which file?")
            self.path_field.input.focus()
            return
        self.path_field.say("")
        self.say_campaign()
        self.become("checking")
        self._run(dry_run=True)

    def action_start(self) -> None:
        """Import what was checked."""
        if self.state == "checked":
            self.become("importing")
            self._run(dry_run=False)

    def _run(self, *, dry_run: bool) -> None:
        self.stop = stop = threading.Event()
        self.show([("Opening the file …", "muted")])
        path, campaign, gateway = self.path, self.campaign, self.host.gateway
        mapping, options = self.mapping, self.options
        tell = self._teller(dry_run=dry_run)

        def job() -> ImportReport:
            return gateway.import_file(
                path,
                campaign,
                mapping=mapping,
                options=options,
                dry_run=dry_run,
                rejects=None if dry_run else rejects_path(path),
                progress=tell,
                cancelled=stop.is_set,
            )

        self.read(job, self._imported, self._failed, group="import", patience=None)

    def _teller(self, *, dry_run: bool) -> Callable[[Progress], None]:
        pace, told = Pace(), 0.0

        def tell(progress: Progress) -> None:
            nonlocal told
            now = time.monotonic()
            speed = pace.measured(progress, now)
            if now - told >= TICK:
                told = now
                self.post_message(Progressed(progress_lines(progress, speed, dry_run=dry_run)))

        return tell

    def on_progressed(self, message: Progressed) -> None:
        """Show how far it is."""
        message.stop()
        if self.state in ("checking", "importing") and not self.stop.is_set():
            self.show(message.lines)

    def _imported(self, report: ImportReport) -> None:
        self.report = report
        self.batch_id = UUID(report.batch_id) if report.batch_id else None
        self.become("checked" if report.dry_run else "done")
        self.show(report_lines(report, self.text_width))
        rows = plural(report.rows_read, "row")
        if report.dry_run:
            self.host.say(
                f"Checked {rows} of {safe(self.path.name)}: {key_of('import.start')} imports them."
            )
            return
        self.host.say(f"Imported {rows} of {safe(self.path.name)}.", "good")
        self.host.reloads.publish(None)

    def _failed(self, error: CustomerCenterError) -> None:
        if error.batch_id is not None:
            self._interrupted(error, error.batch_id)
            return
        self.become("form")
        nameless = self.campaign is None and isinstance(error, ConfigurationError)
        field = self.campaign_field if nameless else self.path_field
        field.input.focus()
        if isinstance(error, ImportCancelled):
            self.show([(str(error), "attention")])
            self.host.say("Stopped.", "attention")
        elif isinstance(error, HeaderNotFound) and not self.mapping:
            self.host.say("Its columns are not known: say what they mean.", "attention")
            self.action_map()
        else:
            field.problem(safe(str(error)))

    def _interrupted(self, error: CustomerCenterError, batch: UUID) -> None:
        """Say what is in, and how to go on and back: too long for the line below."""
        self.batch_id = batch
        self.become("stopped")
        again = f"{key_of('import.check')}, then {key_of('import.start')}: goes on after them"
        back = f"{key_of('import.take_back')}: takes them back, as customer-center import-undo does"
        said = [(line, "attention") for line in wrap(str(error), self.text_width)]
        self.show([*said, ("", ""), (again, ""), (back, "")])
        self.host.say("Stopped; what is in stays.", "attention")
        self.host.reloads.publish(None)

    # What the columns mean

    def action_map(self) -> None:
        """Look at the first rows and say what the columns mean."""
        if self.state in ("checking", "importing") or not self.path_field.text:
            return
        path, gateway = self.path, self.host.gateway
        self.read(lambda: gateway.peek(path), self._ask_columns, self._failed, group="peek")

    def _ask_columns(self, peek: Peek) -> None:
        from tui.screens.mapping import MappingScreen

        asked = MappingScreen(self.path.name, peek, self.mapping)
        self.app.push_screen(asked, self._mapped)

    def _mapped(self, mapping: dict[str, str] | None) -> None:
        if mapping is not None:
            self.mapping = mapping
            self.action_check()

    # Taking back

    def action_take_back(self) -> None:
        """Take back what was imported, as far as nobody touched it since."""
        batch, gateway = self.batch_id, self.host.gateway
        if self.state in ("stopped", "done") and batch is not None:
            self.read(lambda: gateway.undo_import(batch), self._taken_back, group="import")

    def _taken_back(self, done: Undone) -> None:
        self.become("form")
        self.show(undone_lines(done, self.text_width))
        self.host.say("The import was taken back.", "good")
        self.host.reloads.publish(None)

    def action_leave(self) -> None:
        """Stop what runs, go back to the inputs, or leave."""
        if self.state in ("checking", "importing"):
            self.stop.set()
            self.show([("Stopping …", "attention")])
        elif self.state in ("checked", "stopped"):
            self.become("form")
            self.path_field.input.focus()
        else:
            self.dismiss()

    def action_stop(self) -> None:
        """Stop what runs; where nothing does the key is what it is elsewhere."""
        if self.state in ("checking", "importing"):
            self.action_leave()
        else:
            self.action_copy_text()

    def action_open(self) -> None:
        """Go to the leads of the campaign, or to the organizations."""
        if self.state != "done":
            return
        if self.report is None or self.campaign is None or not self.report.leads:
            self.dismiss()
            self.host.go("organizations")
            return
        name = self.campaign
        self.read(lambda: self.host.gateway.campaign_named(name), self._open_leads, group="open")

    def _open_leads(self, campaign: CampaignRow) -> None:
        self.dismiss()
        self.host.open_leads(LeadScope(campaign.id), safe(campaign.name))


def rejects_path(path: Path) -> Path:
    """Return where the rejected rows of a file go: beside it, or home where that is not possible.

    The name is free.
    """
    folder = path.parent if os.access(path.parent, os.W_OK) else Path.home()
    number, free = 1, folder / f"{path.stem}-rejects.csv"
    while free.exists():
        number += 1
        free = folder / f"{path.stem}-rejects-{number}.csv"
    return free
