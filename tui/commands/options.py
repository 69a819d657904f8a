"""Arguments that several commands share, and how their texts are read."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any, NoReturn, TypeAlias
from uuid import UUID

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, and whose options are never abbreviated."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        from db.settings import redact
        from tui.commands.output import talk

        talk(f"{redact(message)} (see: {self.prog} --help)")
        raise SystemExit(2)


class Version(argparse.Action):
    """Print the version and leave; the installed package is asked only then."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: Any, **options: Any) -> None:
        from importlib.metadata import version

        from tui.commands.output import PROGRAM

        print(f"{PROGRAM} {version(PROGRAM)}")
        parser.exit()


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def add_limit(parser: argparse.ArgumentParser, default: int) -> None:
    """Add ``--limit``."""
    parser.add_argument(
        "--limit",
        type=positive,
        default=default,
        metavar="N",
        help=f"at most so many (default {default})",
    )


def positive(text: str) -> int:
    """Read a whole number from 1 to a billion."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1_000_000_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def row_id(text: str) -> UUID:
    """Read an id."""
    try:
        return UUID(text.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an id such as 0199a6c4-5d2e-7c31-8a2b-1f0e9d8c7b6a"
        ) from None


def moment(text: str) -> datetime:
    """Read a moment, as :func:`db.moments.moment` does."""
    from db import moments

    try:
        return moments.moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def lead_status(text: str) -> str:
    """Read a status to look for; one outside the vocabulary is legal, for rows may have it."""
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError("a status is a word such as ready")
    return text.strip()
