"""Importing a file: which one, into which campaign, what would happen, and what did."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from db.errors import ConfigurationError, CustomerCenterError, HeaderNotFound, ImportCancelled
from db.rows import CampaignRow, LeadScope, StatusCounts
from tui.bindings import bindings
from tui.completion import Completion, complete_name, complete_path, file_path
from tui.format import plural
from tui.import_options import ImportOptions
from tui.keymap import key_of
from tui.report import Line, Pace, progress_lines, report_lines, undone_lines
from tui.safe import clip, safe
from tui.screens.typing import TypingScreen
from tui.widgets.field import Field, FieldSpec
from tui.widgets.typing_bar import TypingBar

if TYPE_CHECKING:
    from db.transfer import ImportReport, Progress
    from db.transfer.peeking import Peek
    from db.transfer.undoing import Undone

State = Literal["form", "checking", "checked", "importing", "done"]
TICK: Final = 0.1
OFFERED: Final = 3 * 52
"""Cells for the names that a completion offers: three lines of a narrow screen."""
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
    "done": {"open": "to the leads", "take_back": "undo", "leave": "leave"},
}
PEOPLE_HINT: Final = "For people. Accounts need none."


class Progressed(Message):
    """How far the import is, on its way from its thread."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


class ImportScreen(TypingScreen[None]):
    """A file is tried first and imported after a look at what would happen."""

    scopes = ("import",)
    BINDINGS = bindings("import")

    def __init__(self, path: Path | None = None, campaign: str | None = None) -> None:
        super().__init__()
        self.given = (None if path is None else str(path), campaign)
        self.state: State = "form"
        self.report: ImportReport | None = None
        self.campaigns: dict[str, CampaignRow] = {}
        self.counts: dict[UUID, StatusCounts] = {}
        self.stop = threading.Event()
        self.offered: str | None = None
        self.mapping: dict[str, str] = {}
        self.options = ImportOptions()

    def body(self) -> ComposeResult:
        path, campaign = self.given
        with Vertical(id="import"):
            yield Field(FieldSpec("path", "File"), None, path)
            yield Field(FieldSpec("campaign", "Campaign"), None, campaign)
            yield Static(self.options.words(), id="import-options")
            with VerticalScroll(id="import-report"):
                yield Static(id="import-text")

    def crumbs(self) -> tuple[str, ...]:
        return ("Import",)

    def on_mount(self) -> None:
        self.become("form")
        (self.campaign_field if self.given[0] else self.path_field).input.focus()

    def on_unmount(self) -> None:
        self.stop.set()

    @property
    def path_field(self) -> Field:
        """The path of the file."""
        return self.query(Field).first()

    @property
    def campaign_field(self) -> Field:
        """The name of the campaign."""
        return self.query(Field).last()

    @property
    def path(self) -> Path:
        """The file that is named."""
        return file_path(self.path_field.text or "")

    @property
    def campaign(self) -> str | None:
        """The campaign that is named."""
        return (self.campaign_field.text or "").strip() or None

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

    # The campaigns there are

    def load(self) -> None:
        gateway = self.host.gateway
        self.read(
            lambda: (gateway.campaigns(), gateway.campaign_counts()),
            self._know_campaigns,
            group="campaigns",
        )

    def _know_campaigns(
        self, known: tuple[tuple[CampaignRow, ...], dict[UUID, StatusCounts]]
    ) -> None:
        rows, self.counts = known
        self.campaigns = {row.name: row for row in rows}
        if not self.campaign_field.has_class("-refused"):
            self._say_campaign()

    def _say_campaign(self) -> None:
        name = self.campaign
        row = self.campaigns.get(name or "")
        if name is None:
            self.campaign_field.say(PEOPLE_HINT, "muted")
        elif row is None:
            self.campaign_field.say("A new campaign.", "muted")
        else:
            total = self.counts.get(row.id, StatusCounts()).total
            self.campaign_field.say(f"An existing campaign with {plural(total, 'lead')}.", "muted")

    # Typing

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.state in ("checked", "done"):
            self.become("form")
        if event.value == self.offered:
            return
        if event.input is self.campaign_field.input:
            self._say_campaign()
        else:
            self.mapping = {}
            self.path_field.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is self.campaign_field.input:
            self.action_check()

    def action_complete(self) -> None:
        """Complete what stands in the focused input; go on where there is nothing to complete."""
        field = self.path_field if self.path_field.input.has_focus else self.campaign_field
        if not field.input.has_focus:
            self.focus_next()
            return
        typed, names = field.text or "", tuple(self.campaigns)
        complete: Callable[[], Completion] = (
            partial(complete_path, typed)
            if field is self.path_field
            else partial(complete_name, typed, names)
        )
        self.read(complete, partial(self._completed, field, typed), group="complete", patience=None)

    def _completed(self, field: Field, typed: str, completion: Completion) -> None:
        if not field.input.has_focus or (field.text or "") != typed:
            return
        several = len(completion.names) > 1
        if completion.text != typed:
            self.offered = completion.text if several else None
            field.load(completion.text)
        elif not several:
            self.focus_next()
        if several:
            field.say(clip("  ".join(completion.names), OFFERED), "muted")

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
        self._say_campaign()
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
        self.become("checked" if report.dry_run else "done")
        self.show(report_lines(report, max(self.size.width - 4, 20)))
        rows = plural(report.rows_read, "row")
        if report.dry_run:
            self.host.say(
                f"Checked {rows} of {safe(self.path.name)}: {key_of('import.start')} imports them."
            )
            return
        self.host.say(f"Imported {rows} of {safe(self.path.name)}.", "good")
        self.host.reloads.publish(None)

    def _failed(self, error: CustomerCenterError) -> None:
        self.become("form")
        nameless = self.campaign is None and isinstance(error, ConfigurationError)
        field = self.campaign_field if nameless else self.path_field
        field.input.focus()
        if isinstance(error, ImportCancelled):
            # How many rows are in is too long for the line below, where it would be cut.
            self.show([(str(error), "attention")])
            self.host.say("Stopped.", "attention")
            self.host.reloads.publish(None)
        elif isinstance(error, HeaderNotFound) and not self.mapping:
            self.host.say("Its columns are not known: say what they mean.", "attention")
            self.action_map()
        else:
            field.problem(safe(str(error)))

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
        report = self.report
        if self.state == "done" and report is not None and report.batch_id:
            batch, gateway = UUID(report.batch_id), self.host.gateway
            self.read(lambda: gateway.undo_import(batch), self._taken_back, group="import")

    def _taken_back(self, done: Undone) -> None:
        self.become("form")
        self.show(undone_lines(done, max(self.size.width - 4, 20)))
        self.host.say("The import was taken back.", "good")
        self.host.reloads.publish(None)

    def action_leave(self) -> None:
        """Stop what runs, go back to the inputs, or leave."""
        if self.state in ("checking", "importing"):
            self.stop.set()
            self.show([("Stopping …", "attention")])
        elif self.state == "checked":
            self.become("form")
            self.path_field.input.focus()
        else:
            self.dismiss()

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
