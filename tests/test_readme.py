"""The README tells the truth."""

from __future__ import annotations

import re

from tests.readme import README, generated


def test_generated_parts_are_up_to_date() -> None:
    text = README.read_text("utf-8")
    assert generated(text) == text, "run: python -m tests.readme"


def test_every_linked_file_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")):
        assert (README.parent / target).exists(), target
