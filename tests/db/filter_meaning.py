"""What a filter means, in plain Python over rows as they are stored: apart from parser and SQL."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.countries import same_country
from db.domains import normalize_host
from db.filters.tree import Ago, Between, Compared, Day, Filter, Near, Path, Term, Text, Time, Value
from db.statuses import CAMPAIGN, LEAD, group_of

# Fields whose column is named otherwise: those of organization and campaign have a prefix in a row.
COLUMNS = {
    "verification": "email_verification_status",
    "first": "first_name",
    "last": "last_name",
    "linkedin": "linkedin_url",
    "icebreaker": "email_icebreaker",
    "message": "email_verification_message",
    "sent": "email_sent_at",
    "replied": "reply_received_at",
    "contacted": "last_contacted_at",
    "created": "created_at",
    "updated": "updated_at",
    "snoozed": "snoozed_until",
    "id": "lead_id",
    "organization": "organization.name",
    "domain": "organization.email_domain",
    "country": "organization.country",
    "timezone": "organization.time_zone",
    "employees": "organization.estimated_num_employees",
    "website": "organization.website_url",
    "address": "organization.raw_address",
    "organization.formatted": "organization.formatted_organization_name",
    "organization.linkedin": "organization.linkedin_url",
    "organization.created": "organization.created_at",
    "organization.updated": "organization.updated_at",
    "campaign": "campaign.name",
    "website_summary_data": "organization.website_summary_data",
    "website_raw_data": "organization.website_raw_data",
}

Row = Mapping[str, Any]


def matches(wanted: Filter, row: Row, now: datetime) -> bool:
    """Tell whether a lead passes; ``row`` has columns of the lead, and the others with prefixes."""
    return all(holds(term, row, now) != term.negated for term in wanted.terms)


def holds(term: Term, row: Row, now: datetime) -> bool:
    if term.path is not None:
        found = list(items(row, term.path))
        if not term.values:
            return any(item is not None for item in found)
        return any(in_document(value, item) for value in term.values for item in unwrapped(found))
    return any(_holds(term.field, value, row, now) for value in term.values)


def _holds(field: str, value: Value, row: Row, now: datetime) -> bool:
    if field in ("has", "no"):
        assert isinstance(value, Text)
        there = stored(value.parts[0], row)
        if value.parts[0] == "snoozed" and there is not None and there <= now:
            there = None
        return (there is None) == (field == "no")
    if field == "suppressed":
        return value == Text(("yes" if suppressed(row) else "no",))
    if field == "":
        texts = (stored(name, row) for name in ("name", "email", "title", "organization"))
        return any(text is not None and like(value, text) for text in texts)
    here = stored(field, row)
    if field == "group":
        group = group_of(here) if here in LEAD.values() else None
        return value == Text((group.value if group else "unknown",))
    if field == "verification" and value == Text(("unverified",)) and here is None:
        return True
    if here is None:
        return False
    if isinstance(here, datetime):
        return in_time(value, here, now)
    if isinstance(here, int):
        return in_numbers(value, here)
    return in_text(field, value, str(here))


def suppressed(row: Row) -> bool:
    """Whether a value of the list in force, which a row brings along, is its address or above it."""
    domain = row["email"].rpartition("@")[2]
    return any(
        value in (row["email"], domain) or domain.endswith(f".{value}")
        for value in row["suppressions"]
    )


def stored(field: str, row: Row) -> Any:
    if field == "name":
        return " ".join(filter(None, (row["first_name"], row["last_name"]))) or None
    if field == "group":
        return row["status"]
    return row[COLUMNS.get(field, field)]


def in_text(field: str, value: Value, here: str) -> bool:
    assert isinstance(value, Text)
    exact = value.parts[0] if len(value.parts) == 1 and not value.contains else None
    if exact is not None and field in ("status", "verification"):
        return here == exact
    if exact is not None and field == "campaign.status":
        return CAMPAIGN.canonical(here) == CAMPAIGN.canonical(exact)
    if exact is not None and field == "country":
        return lowered(here) in {lowered(name) for name in same_country(exact)}
    if exact is not None and field == "domain":
        return lowered(normalize_host(exact) or exact) == here
    return like(value, here)


def like(value: Value, here: str) -> bool:
    assert isinstance(value, Text)
    pattern = ".*".join(re.escape(lowered(part)) for part in value.parts)
    compare = re.search if value.contains else re.fullmatch
    return compare(pattern, lowered(here), re.DOTALL) is not None


def lowered(text: str) -> str:
    """Lower case letter by letter, as PostgreSQL has it."""
    return "".join(letter.lower()[0] for letter in text)


def in_numbers(value: Value, here: int | Decimal) -> bool:
    if isinstance(value, Between):
        return bool(value.low <= here <= value.high)  # type: ignore[operator]
    assert isinstance(value, Compared)
    signs = {
        "=": here == value.operand,
        "<": here < value.operand,  # type: ignore[operator]
        "<=": here <= value.operand,  # type: ignore[operator]
        ">": here > value.operand,  # type: ignore[operator]
        ">=": here >= value.operand,  # type: ignore[operator]
    }
    return signs[value.operator]


def in_time(value: Value, here: datetime, now: datetime) -> bool:
    if isinstance(value, Between):
        ends = [value.low, value.high]
        return any(place(end, here, now) >= 0 for end in ends) and any(  # type: ignore[arg-type]
            place(end, here, now) <= 0  # type: ignore[arg-type]
            and not (isinstance(end, Ago) and place(end, here, now) == 0)
            for end in ends
        )
    assert isinstance(value, Compared)
    where = place(value.operand, here, now)  # type: ignore[arg-type]
    if isinstance(value.operand, Ago):
        return where < 0 if value.operator in (">", ">=") else where >= 0
    signs = {"=": where == 0, "<": where < 0, "<=": where <= 0, ">": where > 0, ">=": where >= 0}
    return signs[value.operator]


def place(time: Time, here: datetime, now: datetime) -> int:
    """-1 where a moment is before a time, 0 where within (or at an age), 1 where after."""
    if isinstance(time, Ago):
        then = back(time, now)
        return (here > then) - (here < then)
    if time == Near("now"):
        return (here > now) - (here < now)
    local = here.astimezone(now.tzinfo).date()
    if isinstance(time, Near):
        day = now.date() - timedelta(days=time.name == "yesterday")
        return (local > day) - (local < day)
    assert isinstance(time, Day)
    shown = local.isoformat()[: len(str(time))]
    return (shown > str(time)) - (shown < str(time))


def back(ago: Ago, now: datetime) -> datetime:
    exact = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}.get(ago.unit)
    if exact is not None:
        return now - timedelta(**{exact: ago.amount})
    first = date(now.year, now.month, 1)
    for _ in range(ago.amount * (12 if ago.unit == "y" else 1)):
        first = (first - timedelta(days=1)).replace(day=1)
    last = monthrange(first.year, first.month)[1]
    return now.replace(year=first.year, month=first.month, day=min(now.day, last))


def items(row: Row, path: Path) -> list[Any]:
    """What is at a place: a key of an array is looked for in its elements, others are arrays of one."""
    found = [] if (document := stored(path.document, row)) is None else [document]
    for step in path.steps:
        if isinstance(step, str):
            found = [
                item[step] for item in unwrapped(found) if isinstance(item, dict) and step in item
            ]
        elif step is None:
            found = list(unwrapped(found))
        else:
            arrays = [item if isinstance(item, list) else [item] for item in found]
            found = [array[step] for array in arrays if step < len(array)]
    return found


def unwrapped(found: list[Any]) -> Iterator[Any]:
    for item in found:
        yield from item if isinstance(item, list) else [item]


def in_document(value: Value, item: Any) -> bool:
    if item is None or isinstance(item, dict | list):
        return False
    text = str(item).lower() if isinstance(item, bool) else str(item)
    if isinstance(value, Text):
        return like(value, text)
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None and in_numbers(
        value, Decimal(text)
    )
