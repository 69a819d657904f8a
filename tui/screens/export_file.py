"""Exporting what a list shows: into which file, with whom, how far it is, and where it is."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from db.errors import CustomerCenterError, ExportCancelled
from db.exports import FORMATS, ExportReport, ExportRequest
from tui.bindings import bindings
from tui.completion import Completion, complete_path, file_path
from tui.format import plural
from tui.keymap import key_of
from tui.report import bar
from tui.safe import clip, safe, wrap
from tui.screens.menus import ConfirmScreen, PickScreen
from tui.screens.typing import TypingScreen
from tui.widgets.field import Field, FieldSpec
from tui.widgets.typing_bar import TypingBar

State = Literal["form", "writing", "done"]
TICK: Final = 0.1
OFFERED: Final = 3 * 52
"""Cells for the names that a completion offers: three lines of a narrow screen."""
KEYS: Final[dict[State, dict[str, str]]] = {
    "form": {
        "write": "export",
        "complete": "complete",
        "suppressed": "suppressed",
        "leave": "leave",
    },
    "writing": {"leave": "stop"},
    "done": {"leave": "leave"},
}


def format_menu(what: str) -> PickScreen:
    """The forms of an export; ``what`` says of which leads."""
    return PickScreen(f"Export {what} as", tuple(FORMATS.items()))


class Progressed(Message):
    """How many of how many leads are written, on its way from the thread."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done = done
        self.total = total


class ExportScreen(TypingScreen[None]):
    """Leads go into a file; ``what`` says in safe words which they are."""

    scopes = ("export",)
    BINDINGS = bindings("export")

    def __init__(self, request: ExportRequest, what: str) -> None:
        super().__init__()
        self.request = request
        self.what = what
        self.state: State = "form"
        self.foreseen: ExportReport | None = None
        self.stop = threading.Event()
        self.offered: str | None = None

    def body(self) -> ComposeResult:
        with Vertical(id="export"):
            yield Field(FieldSpec("path", "File"), None, proposed(self.request.fmt))
            yield Static(id="export-text")

    def crumbs(self) -> tuple[str, ...]:
        return ("Export", self.what)

    def on_mount(self) -> None:
        self.become("form")
        self.field.input.focus()

    def on_unmount(self) -> None:
        self.stop.set()

    @property
    def field(self) -> Field:
        """The path of the file."""
        return self.query_one(Field)

    @property
    def path(self) -> Path:
        """The file that is named."""
        return file_path(self.field.text or "").absolute()

    def become(self, state: State) -> None:
        """Go on to another state: the keys that are offered change with it."""
        self.state = state
        self.query_one(TypingBar).offer(**KEYS[state])
        self.field.input.disabled = state == "writing"
        text = self.query_one("#export-text", Static)
        text.can_focus = state != "form"
        (self.field.input if state == "form" else text).focus()

    def show(self, *lines: tuple[str, str]) -> None:
        """Show lines, each with its tone, below the file."""
        parts = [Content.styled(text, f"$tone-{tone}" if tone else "") for text, tone in lines]
        self.query_one("#export-text", Static).update(Content("\n").join(parts))

    # What would be written

    def load(self) -> None:
        if self.state != "form":
            return
        request, gateway = self.request, self.host.gateway
        self.show((FORMATS[request.fmt], ""), ("Counting …", "muted"))
        self.read(
            lambda: gateway.foresee_export(request), self._foresee, group="count", patience=None
        )

    def _foresee(self, foreseen: ExportReport) -> None:
        self.foreseen = foreseen
        if self.state != "form":
            return
        lines = [(FORMATS[self.request.fmt], ""), (plural(foreseen.written, "lead"), "")]
        key = key_of("export.suppressed")
        if foreseen.left_out:
            left = plural(foreseen.left_out, "suppressed lead")
            lines.append((f"Without {left}: {key} takes them as well.", "attention"))
        elif self.request.with_suppressed:
            lines.append((f"Suppressed leads among them: {key} leaves them out.", "attention"))
        self.show(*lines)

    def action_suppressed(self) -> None:
        """Take the leads that must not be written to as well, or leave them out again."""
        if self.state == "form":
            taken = not self.request.with_suppressed
            self.request = replace(self.request, with_suppressed=taken)
            self.load()

    # Typing

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value != self.offered:
            self.field.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_write()

    def action_complete(self) -> None:
        """Complete the path."""
        typed = self.field.text or ""
        self.read(
            lambda: complete_path(typed),
            partial(self._completed, typed),
            group="complete",
            patience=None,
        )

    def _completed(self, typed: str, completion: Completion) -> None:
        if (self.field.text or "") != typed:
            return
        if completion.text != typed:
            self.offered = completion.text
            self.field.load(completion.text)
        if len(completion.names) > 1:
            self.field.say(clip("  ".join(completion.names), OFFERED), "muted")

    # Writing

    def action_write(self) -> None:
        """Write the file; one that is there already is asked about first."""
        if self.state != "form":
            return
        if not (self.field.text or "").strip():
            self.field.problem("Which file?")
        elif self.path.is_dir():
            self.field.problem("This is a folder: name a file in it.")
        elif self.path.exists():
            question = f"{safe(self.path.name, limit=60)} is there already. Replace it?"
            self.app.push_screen(ConfirmScreen(question), self._replace)
        else:
            self._write()

    def _replace(self, yes: bool | None) -> None:
        if yes:
            self._write()
        else:
            self.field.problem("There is such a file already: name another one.")

    def _write(self) -> None:
        self.become("writing")
        self.field.say("")
        self.show(("Opening the file …", "muted"))
        self.host.say("")
        self.stop = stop = threading.Event()
        request, path, gateway, told = self.request, self.path, self.host.gateway, 0.0

        def go_on(done: int, total: int) -> bool:
            nonlocal told
            now = time.monotonic()
            if now - told >= TICK:
                told = now
                self.post_message(Progressed(done, total))
            return not stop.is_set()

        self.read(
            lambda: gateway.export_file(request, path, go_on),
            self._written,
            self._failed,
            group="export",
            patience=None,
        )

    def on_progressed(self, message: Progressed) -> None:
        """Show how far it is."""
        message.stop()
        if self.state == "writing" and not self.stop.is_set():
            counted = f"{message.done:,} of {plural(message.total, 'lead')}"
            self.show((f"{bar(message.done, message.total)}   {counted}", ""))

    def _written(self, report: ExportReport) -> None:
        self.become("done")
        written = plural(report.written, "lead")
        width = max(self.size.width - 6, 20)
        lines = [(f"{written} in a file that only you can read:", "good")]
        lines += [(line, "") for line in wrap(str(self.path), width)]
        if report.left_out:
            lines.append((f"{plural(report.left_out, 'suppressed lead')} left out.", "attention"))
        self.show(*lines)
        self.host.say(f"Exported {written} to {safe(self.path.name, limit=40)}.", "good")

    def _failed(self, error: CustomerCenterError) -> None:
        self.become("form")
        self.load()
        if isinstance(error, ExportCancelled) or self.stop.is_set():
            self.host.say("Stopped: nothing was written.", "attention")
        else:
            self.field.problem(safe(str(error)))

    def action_stop(self) -> None:
        """Stop what is written; where nothing is the key is what it is elsewhere."""
        if self.state == "writing":
            self.action_leave()
        else:
            self.action_copy_text()

    def action_leave(self) -> None:
        """Stop what is written, or leave."""
        if self.state == "writing":
            self.stop.set()
            self.stop_read("export")
            self.show(("Stopping …", "attention"))
        else:
            self.dismiss()


def proposed(fmt: str) -> str:
    """Return the name of a file that is not there yet, in the folder where the program was started."""
    ending = fmt if fmt in ("json", "jsonl") else "csv"
    stem = "leads" if fmt in ("csv", "json", "jsonl") else f"leads-{fmt}"
    number, name = 1, f"{stem}-{date.today():%Y-%m-%d}.{ending}"
    while Path(name).exists():
        number += 1
        name = f"{stem}-{date.today():%Y-%m-%d}-{number}.{ending}"
    return name
