"""The revisions of the schema that this program knows, oldest first."""

from __future__ import annotations

from typing import Final

REVISIONS: Final = ("20261125_first_schema",)
HEAD: Final = REVISIONS[-1]
