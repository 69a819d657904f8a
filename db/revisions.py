"""The revisions of the schema that this program knows, oldest first."""

from __future__ import annotations

from typing import Final

REVISIONS: Final = (
    "20261125_first_schema",
    "20261126_list_indexes",
    "20261127_search_indexes",
    "20261128_leaner_triggers",
    "20261129_snooze",
    "20261130_lookup_indexes",
    "20261201_suppressions",
    "20261201_whole_deletes",
    "20261202_imports",
    "20261202_quieter_triggers",
    "20261203_workflows",
    "20261204_claims",
    "20261205_row_journal",
)
HEAD: Final = REVISIONS[-1]
