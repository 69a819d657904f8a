"""Merging rows that are one: which one stays, and whose value of each field, side by side."""

from __future__ import annotations

from uuid import UUID

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from db.merging import (
    DOCUMENTS,
    FIELDS,
    TOGETHER,
    MergeKind,
    MergeRequest,
    MergeRow,
    proposed,
)
from tui.bindings import bindings
from tui.format import plural, size
from tui.keymap import hint, key_of
from tui.safe import clip, fit, safe
from tui.screens.menus import ConfirmScreen
from tui.screens.typing import TypingScreen
from tui.writes import MergeRows

LABEL = 16
"""Cells of a field's name."""
LABELS = {
    "company_id": "company",
    "custom_data": "imported data",
    "email_domain": "domain",
    "email_icebreaker": "icebreaker",
    "email_sent_at": "sent at",
    "estimated_num_employees": "employees",
    "formatted_organization_name": "name in e-mails",
    "last_contacted_at": "last contact",
    "linkedin_url": "LinkedIn",
    "raw_address": "address",
    "reply_received_at": "reply at",
    "website_raw_data": "website, raw",
    "website_summary_data": "website summary",
}


class MergeScreen(TypingScreen[None]):
    """The row that stays on the left, one of those that go on the right; marks tell what is chosen."""

    scopes = ("merge",)
    BINDINGS = bindings("merge")

    def __init__(self, kind: MergeKind, rows: tuple[MergeRow, ...], keep: UUID) -> None:
        super().__init__()
        self.kind = kind
        self.rows = {row.row_id: row for row in rows}
        self.keep = keep
        self.fields = tuple(
            name
            for name in (*FIELDS[kind], *DOCUMENTS[kind])
            if any(row.holds(name) for row in rows)
        )
        self.taken = {row.row_id for row in rows}
        self.choices = proposed(kind, rows, keep)
        self.place = 0

    def body(self) -> ComposeResult:
        with Vertical(id="merge"):
            yield Static(id="merge-head")
            yield OptionList(*(Option("") for _ in self.fields))
            yield Static(id="merge-foot")

    def crumbs(self) -> tuple[str, ...]:
        return ("Merge", plural(len(self.rows), self.kind))

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()
        self.call_after_refresh(self.paint)

    def on_resize(self) -> None:
        self.call_after_refresh(self.paint)

    @property
    def others(self) -> tuple[UUID, ...]:
        """The rows that may become the one that stays."""
        return tuple(row_id for row_id in self.rows if row_id != self.keep)

    @property
    def other(self) -> UUID:
        """The one of them that is shown."""
        return self.others[self.place % len(self.others)]

    @property
    def going(self) -> tuple[UUID, ...]:
        """The rows that do become the one that stays."""
        return tuple(row_id for row_id in self.others if row_id in self.taken)

    # Painting

    def paint(self) -> None:
        """Paint both rows as they are chosen now."""
        width = max((self.query_one(OptionList).size.width - LABEL - 4) // 2, 10)
        options = self.query_one(OptionList)
        for place, name in enumerate(self.fields):
            options.replace_option_prompt_at_index(place, self._line(name, width))
        keep, other = self.rows[self.keep], self.rows[self.other]
        number = f" {self.place % len(self.others) + 1}/{len(self.others)}"
        goes = "goes" if self.other in self.taken else "left alone"
        lines = [
            ("", "stays", f"{goes}{number if len(self.others) > 1 else ''}"),
            ("", clip(keep.name, width), clip(other.name, width)),
            ("", clip(keep.about, width), clip(other.about, width)),
        ]
        if self.kind == "organization":
            lines.append(("", plural(keep.leads, "lead"), plural(other.leads, "lead")))
        text = "\n".join(
            f"{fit(label, LABEL)}  {fit(left, width)}  {fit(right, width)}".rstrip()
            for label, left, right in lines
        )
        self.query_one("#merge-head", Static).update(Content.styled(text, "bold"))
        self.query_one("#merge-foot", Static).update(Content.styled(self._foot(), "$tone-muted"))

    def _line(self, name: str, width: int) -> Content:
        chosen = self.choices.get(name)
        label = LABELS.get(name, name.replace("_", " "))
        parts: list[tuple[str, str]] = [(fit(label, LABEL), "")]
        for row_id in (self.keep, self.other):
            row = self.rows[row_id]
            stays = row_id == chosen or (chosen is None and row.holds(name))
            value, mark, style = (
                _shown(row, name),
                "●" if stays else " ",
                "bold" if stays else "dim",
            )
            parts += [(f"{mark} ", "$accent"), (fit(clip(value, width - 2), width), style)]
        return Content.assemble(*parts)

    def _foot(self) -> str:
        kept = {
            "organization": "Its ids elsewhere stay; leads move. Imported data can be of both.",
            "lead": "Its address, verification and ids elsewhere stay. Imported data can be of both."
            " Leads of other campaigns are not merged: in each a person is a lead with a status of its"
            " own.",
        }
        third = "" if len(self.others) < 2 else f"   {key_of('merge.other')} shows the next one"
        return f"{kept[self.kind]}{third}"

    # Choosing

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()

    def action_choose(self, side: str = "") -> None:
        """Choose the value of the row that stays, or of the other one; without a side, turn it."""
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        name = self.fields[at]
        chosen = self._next(name) if not side else self.other if side == "right" else self.keep
        refused = self._refused(name, chosen)
        if refused:
            self.host.say(refused, "attention")
            return
        if chosen is None:
            self.choices.pop(name, None)
        else:
            self.choices[name] = chosen
        self.paint()

    def _next(self, name: str) -> UUID | None:
        """Return the choice after this one; None stands for both, of what can be put together."""
        both = name == TOGETHER and self.rows[self.keep].shares(name)
        turns: dict[UUID | None, UUID | None] = {
            None: self.keep,
            self.keep: self.other,
            self.other: None if both else self.keep,
        }
        return turns.get(self.choices.get(name), self.other)

    def _refused(self, name: str, chosen: UUID | None) -> str:
        """Return why a choice is none, nothing where it is one."""
        if chosen in (None, self.keep):
            return ""
        if self.other not in self.taken:
            return "This one is left alone: none of its values can stay."
        own = self.rows[self.keep].documents.get(name)
        if own is not None and not own.replaceable:
            swap = hint("merge.swap", "lets the other one stay")
            return f"Too large to be undone if it went.   {swap}".rstrip()
        return ""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_other(self) -> None:
        """Show the next of the rows that go."""
        self.place += 1
        self.paint()

    def action_swap(self) -> None:
        """Let the other row be the one that stays."""
        self.keep, self.place = self.other, 0
        self.taken.add(self.keep)
        self._propose()

    def action_leave_out(self) -> None:
        """Leave the shown row alone, or take it into the merge again."""
        self.taken ^= {self.other}
        self._propose()

    def _propose(self) -> None:
        rows = [row for row in self.rows.values() if row.row_id in self.taken]
        self.choices = proposed(self.kind, rows, self.keep)
        self.paint()

    # Merging

    def action_merge(self) -> None:
        """Ask whether it is meant, and merge."""
        if not self.going:
            self.host.say("All others are left alone: there is nothing to merge.", "attention")
            return
        keep = self.rows[self.keep]
        number = plural(len(self.going), self.kind)
        moved = sum(self.rows[row_id].leads for row_id in self.going)
        leads = f" {plural(moved, 'lead')} move." if moved else ""
        undo = f" {key_of('app.undo')} takes it back." if key_of("app.undo") else ""
        question = f"Merge {number} into {clip(keep.name, 40)}?{leads}{undo}"
        self.app.push_screen(ConfirmScreen(question), self._confirmed)

    def _confirmed(self, yes: bool | None) -> None:
        if not yes:
            return
        request = MergeRequest(
            self.kind,
            self.keep,
            self.going,
            dict(self.choices),
            {row.row_id: row.version for row in self.rows.values()},
        )
        self.dismiss()
        self.host.write(MergeRows(request, self.rows[self.keep].name))

    def action_leave(self) -> None:
        """Leave without a merge."""
        self.host.say("Nothing was merged.")
        self.dismiss()


def _shown(row: MergeRow, name: str) -> str:
    """Return what a row has in a column, or of a document its size and first keys."""
    document = row.documents.get(name)
    if document is None:
        return safe(row.values.get(name) or "–")
    return safe(", ".join((size(document.size), *document.keys)))
