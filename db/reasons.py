"""Why a lead deserves a look before it is decided: plain facts, the gravest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from db.rows import Contact, LeadDetail
from db.statuses import LEAD, verification

Severity = Literal["bad", "attention", "note"]

OFFICE: Final = range(8, 18)
"""Hours of the day at which a mail may arrive."""
REPLIED_LATELY: Final = timedelta(days=14)
CONTACTED_LATELY: Final = timedelta(days=14)
"""How long a contact of another campaign with the same company matters."""

CLOCKS_DIFFER: Final = timedelta(hours=1)

# What a template calls its fields; a bracket around another word is the writer's own.
_WORD: Final = (
    r"(?:first|last|full|company|organi[sz]ation|job|your|my|sender|lead|contact|recipient)?[ _-]?"
    r"(?:name|vorname|nachname|firma|company|organi[sz]ation|title|position|role|city|industry"
    r"|country|website|domain|email|insert[ \w]*)"
)
_PLACEHOLDER: Final = re.compile(
    r"\{\{.{0,80}?\}\}|\{%.{0,80}?%\}|\$?\{[A-Za-z_][\w. -]{0,40}\}"
    rf"|\[\[?{_WORD}\]?\]|<<?{_WORD}>?>|%{_WORD}%|%[A-Z][A-Z_]{{2,40}}%",
    re.IGNORECASE,
)
# A name that was missing when the text was put together.
_NAMELESS: Final = re.compile(
    r"\b(?:Hi|Hello|Hey|Dear|Hallo|Liebe|Lieber)(?: (?:None|null|nan|undefined)\b| +,)"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact about a lead, as a short text that may hold text of others."""

    severity: Severity
    text: str


def reasons(lead: LeadDetail, now: datetime) -> tuple[Reason, ...]:
    """Return why a lead deserves a look at a moment (timezone-aware), the gravest reason first."""
    found = [
        *_suppressed(lead),
        *_status(lead),
        *_address(lead),
        *_icebreaker(lead),
        *_reply(lead, now),
    ]
    found += [
        *_times(lead, now),
        *_snoozed(lead, now),
        *_company(lead.contacts, now),
        *_clock(lead.organization.time_zone, now),
    ]
    order: Sequence[Severity] = ("bad", "attention", "note")
    return tuple(sorted(found, key=lambda reason: order.index(reason.severity)))


def placeholder(text: str) -> str | None:
    """Return what a template left over in a text, None where it is whole."""
    found = _PLACEHOLDER.search(text) or _NAMELESS.search(text)
    return found[0] if found else None


def _suppressed(lead: LeadDetail) -> Iterator[Reason]:
    row = lead.suppressed
    if row is not None:
        why = f": {row.reason}" if row.reason else ""
        until = f" until {row.expires_at:%Y-%m-%d}" if row.expires_at is not None else ""
        yield Reason("bad", f"must not be written to: {row.value} is suppressed{until}{why}")


def _status(lead: LeadDetail) -> Iterator[Reason]:
    if lead.status in LEAD.suppressed:
        yield Reason("bad", f"must not be written to: {LEAD.get(lead.status).label}")
    elif lead.status == "bounced":
        yield Reason("bad", "the last mail bounced")
    elif not LEAD.get(lead.status).known:
        yield Reason("attention", f"unknown status {lead.status}")


def _address(lead: LeadDetail) -> Iterator[Reason]:
    entry = verification(lead.email_verification_status)
    if entry.value == "valid":
        return
    if entry.tone == "bad":
        yield Reason("bad", f"the address is {entry.value}")
    elif entry.value in ("unverified", "pending"):
        yield Reason("attention", "the address is not verified")
    else:
        yield Reason("attention", f"the address is {entry.value.replace('_', '-')}")


def _icebreaker(lead: LeadDetail) -> Iterator[Reason]:
    left = placeholder(lead.email_icebreaker or "")
    if left is not None:
        yield Reason("bad", f"the icebreaker holds a placeholder: {left}")
    if lead.company_in_icebreaker is not None:
        yield Reason("bad", f"the icebreaker names another company: {lead.company_in_icebreaker}")


def _reply(lead: LeadDetail, now: datetime) -> Iterator[Reason]:
    moment = lead.reply_received_at
    if moment is None or moment > now:
        return
    if now - moment <= REPLIED_LATELY or lead.status == "replied":
        yield Reason("attention", f"replied {_ago(now - moment)}")


def _times(lead: LeadDetail, now: datetime) -> Iterator[Reason]:
    for what, moment in (
        ("sent", lead.email_sent_at),
        ("replied", lead.reply_received_at),
        ("contacted", lead.last_contacted_at),
    ):
        if moment is not None and moment - now > CLOCKS_DIFFER:
            yield Reason("attention", f"{what} in the future: {moment.astimezone():%Y-%m-%d %H:%M}")


def _snoozed(lead: LeadDetail, now: datetime) -> Iterator[Reason]:
    until = lead.snoozed_until
    if until is None:
        return
    if until > now:
        yield Reason("note", f"snoozed until {until.astimezone():%Y-%m-%d %H:%M}")
    elif lead.updated_at <= until:
        # Nobody has written to it since.
        yield Reason("attention", f"the snooze ended {_ago(now - until)}")


def _company(contacts: Sequence[Contact], now: datetime) -> Iterator[Reason]:
    lately = [one for one in contacts if timedelta() <= now - one.contacted_at <= CONTACTED_LATELY]
    if lately:
        latest = max(lately, key=lambda contact: contact.contacted_at)
        when = _ago(now - latest.contacted_at)
        yield Reason(
            "attention", f"{latest.name} of this company was contacted {when}: {latest.campaign}"
        )


def _clock(time_zone: str | None, now: datetime) -> Iterator[Reason]:
    try:
        there = now.astimezone(ZoneInfo(time_zone)) if time_zone else None
    except (OSError, ValueError, KeyError):
        return
    if there is None:
        return
    weekend = there.weekday() >= 5
    quiet = weekend or there.hour not in OFFICE
    day = f"{there:%A} " if weekend else ""
    yield Reason("attention" if quiet else "note", f"{day}{there:%H:%M} there")


def _ago(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    days = minutes // (24 * 60)
    return "yesterday" if days == 1 else f"{days} days ago"
