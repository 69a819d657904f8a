"""Import and export of files, for the command line and the screens alike."""

from __future__ import annotations

from db.transfer.export import export_file, export_leads
from db.transfer.importing import import_file
from db.transfer.remembered import Remembered
from db.transfer.report import ImportMode, ImportReport, Progress

__all__ = [
    "ImportMode",
    "ImportReport",
    "Progress",
    "Remembered",
    "export_file",
    "export_leads",
    "import_file",
]
