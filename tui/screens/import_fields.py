"""Which file is imported, and into which campaign: typed, completed, and told of what there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from textual.app import ComposeResult
from textual.widgets import Input

from db.rows import CampaignRow, StatusCounts
from tui.completion import Completion, complete_name, complete_path, file_path
from tui.format import plural
from tui.safe import clip
from tui.screens.typing import TypingScreen
from tui.widgets.field import Field, FieldSpec

OFFERED: Final = 3 * 52
"""Cells for the names that a completion offers: three lines of a narrow screen."""
PEOPLE_HINT: Final = "For people. Accounts need none."


class ImportFields(TypingScreen[None]):
    """The two inputs at the top of the import; :meth:`fields` yields them."""

    def __init__(self, path: Path | None = None, campaign: str | None = None) -> None:
        super().__init__()
        self.given = (None if path is None else str(path), campaign)
        self.campaigns: dict[str, CampaignRow] = {}
        self.counts: dict[UUID, StatusCounts] = {}
        self.offered: str | None = None

    def fields(self) -> ComposeResult:
        """Yield the inputs, with what was given."""
        path, campaign = self.given
        yield Field(FieldSpec("path", "File"), None, path)
        yield Field(FieldSpec("campaign", "Campaign"), None, campaign)

    def on_mount(self) -> None:
        (self.campaign_field if self.given[0] else self.path_field).input.focus()

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
            self.say_campaign()

    def say_campaign(self) -> None:
        """Say whether the campaign is a new one."""
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
        if event.value == self.offered:
            return
        if event.input is self.campaign_field.input:
            self.say_campaign()
        else:
            self.path_field.say("")
            self.another_file()

    def another_file(self) -> None:
        """Take note that another file may be meant."""

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
