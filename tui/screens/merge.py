"""Merging rows that are one: which one stays, and whose value of each field, side by side."""

from __future__ import annotations

from uuid import UUID

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from db.merging import FIELDS, MergeKind, MergeRequest, MergeRow, proposed
from tui.bindings import bindings
from tui.format import plural
from tui.keymap import key_of
from tui.safe import clip, fit, safe
from tui.screens.menus import ConfirmScreen
from tui.screens.typing import TypingScreen
from tui.writes import MergeRows

LABEL = 16
"""Cells of a field's name."""
LABELS = {
    "company_id": "company",
    "email_domain": "domain",
    "email_icebreaker": "icebreaker",
    "email_sent_at": "sent at",
    "estimated_num_employees": "employees",
    "formatted_organization_name": "name in e-mails",
    "last_contacted_at": "last contact",
    "linkedin_url": "LinkedIn",
    "raw_address": "address",
    "reply_received_at": "reply at",
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
            name for name in FIELDS[kind] if any(row.values[name] is not None for row in rows)
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
        chosen = self.choices[name]
        label = LABELS.get(name, name.replace("_", " "))
        parts: list[tuple[str, str]] = [(fit(label, LABEL), "")]
        for row_id in (self.keep, self.other):
            value = safe(self.rows[row_id].values[name] or "–")
            mark = "●" if row_id == chosen else " "
            style = "bold" if row_id == chosen else "dim"
            parts += [(f"{mark} ", "$accent"), (fit(clip(value, width - 2), width), style)]
        return Content.assemble(*parts)

    def _foot(self) -> str:
        kept = {
            "organization": "Its ids elsewhere and its documents stay, and are filled; leads move.",
            "lead": "Its address, verification and ids elsewhere stay.",
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
        right = side == "right" if side else self.choices[name] != self.other
        if right and self.other not in self.taken:
            self.host.say("This one is left alone: none of its values can stay.", "attention")
            return
        self.choices[name] = self.other if right else self.keep
        self.paint()

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
