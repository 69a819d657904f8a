"""The columns of a list of leads as ids: which there are, and which are shown as a rule."""

from __future__ import annotations

from typing import Final

Chosen = tuple[tuple[str, int], ...]
"""Ids of columns in their order, each with its width in cells; 0 leaves the width to the list."""

NARROWEST, WIDEST = 4, 120
USUAL: Final = ("status", "name", "company", "campaign", "title", "email", "verified", "contact")
COLUMNS: Final = (*USUAL, "added", "changed", "first", "last", "domain", "id")
