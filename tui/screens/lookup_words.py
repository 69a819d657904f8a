"""What the look-up says where it has no rows to show, and about those that it has."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from db.rows import LookupResult
from tui import format
from tui.safe import safe

SEARCHING: Final = "Searching …   Esc stops"
STOPPED: Final = "Stopped before there was an answer."

EXAMPLES: Final = (
    ("anna@acme.com", "an e-mail address"),
    ("Anna Lee <anna@acme.com>", "one as it is pasted from a mail"),
    ("acme.com", "a domain: its subdomains are found too"),
    ("https://www.acme.com/team", "any URL"),
    ("acm", "the start of a domain, a company or a person"),
    ("Anna Le", "first name and the start of the last name"),
    ("019a1c44-…", "the id of a lead, company or campaign"),
)


def nothing(result: LookupResult | None, problem: str) -> Content:
    """Return what stands in the place of rows; ``problem`` is safe text."""
    if problem:
        return Content(f"{problem}\n\nF5 tries again.")
    if result is None:
        return _examples()
    asked = safe(result.query, limit=60)
    return Content.assemble(
        ("Nothing was found for ", "dim"),
        asked,
        "\n",
        (f"It was read as: {result.read_as}", "dim"),
        "\n\n",
        ("The start of a domain or of a name finds as well.", "dim"),
    )


def found(result: LookupResult | None) -> str:
    """Return how a question was read and how much was found, nothing where that is nothing.

    That one must not write there comes first, whether anybody was found or not.
    """
    no = against(result)
    if result is None or not result.hits:
        return no
    read_as = result.read_as
    organizations = format.plural(len(result.hits), "organization")
    leads = format.plural(sum(hit.total_leads for hit in result.hits), "lead")
    if no:
        return f"{no}   ({organizations}, {leads})"
    return f"{read_as[:1].upper()}{read_as[1:]}: {organizations}, {leads}"


def against(result: LookupResult | None) -> str:
    """Return why one must not write to what was asked for, nothing where nothing is known."""
    verdict = result.verdict if result else None
    if verdict is None or verdict.may_write:
        return ""
    first, *others = verdict.objections
    more = f" and {format.plural(len(others), 'more reason')}" if others else ""
    return f"Do not write: {safe(first.sentence(), limit=200)}{more}"


def _examples() -> Content:
    width = max(len(example) for example, _ in EXAMPLES) + 3
    lines = [
        Content.assemble((f"{example:<{width}}", "bold"), (what, "dim"))
        for example, what in EXAMPLES
    ]
    return Content("\n").join([Content("Type or paste what you have:"), Content(""), *lines])
