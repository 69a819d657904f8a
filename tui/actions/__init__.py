"""All actions of the application: the one table from which keys, footers, help and palette derive.

A key is written as Textual names it; ``g l`` is a chord, one key after the other. Nothing
destructive sits on one key, and keys that terminals eat are never the only way.
"""

from __future__ import annotations

from typing import Final

from tui.actions.action import Action
from tui.actions.documents import DOCUMENTS
from tui.actions.everywhere import EVERYWHERE
from tui.actions.lists import LISTS
from tui.actions.menus import MENUS
from tui.actions.scopes import SCOPES, TOGETHER
from tui.actions.triage import TRIAGE
from tui.actions.windows import WINDOWS

__all__ = ["ACTIONS", "SCOPES", "TOGETHER", "Action"]

ACTIONS: Final[tuple[Action, ...]] = (*EVERYWHERE, *LISTS, *TRIAGE, *DOCUMENTS, *WINDOWS, *MENUS)
