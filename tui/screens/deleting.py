"""The question before a campaign or an organization is deleted: a word has to be typed."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal
from uuid import UUID

from tui.safe import clip
from tui.screens.base import AppScreen
from tui.screens.menus import PromptScreen

WORD: Final = "delete"
"""What has to be typed."""


def ask_to_delete(
    screen: AppScreen[None],
    kind: Literal["campaign", "organization"],
    row_id: UUID,
    name: str,
    *,
    leave: bool = False,
) -> None:
    """Delete a row if that is meant and it has no leads; ``leave`` the screen then."""

    def ask(version: int) -> None:
        title = f"Delete the {kind} {clip(name, 40)}?"
        screen.app.push_screen(PromptScreen(title, f"Type {WORD}"), partial(answered, version))

    def answered(version: int, typed: str | None) -> None:
        if (typed or "").casefold() != WORD:
            screen.host.say("Nothing was deleted.")
            return
        from tui.writes import DeleteRow

        screen.host.write(DeleteRow(kind, row_id, name, version))
        if leave:
            screen.app.pop_screen()

    screen.read(lambda: screen.host.gateway.deletable(kind, row_id), ask, group="delete")
