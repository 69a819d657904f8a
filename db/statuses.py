"""Vocabularies of statuses: the one list from which keys, labels, checks and reports derive.

The vocabularies and transitions are the product's contract with the workflows that write the same
rows. Status is plain text in the database: a value that is not listed here is legal, shown as it
is and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Group(StrEnum):
    """Groups of lead statuses for counts and reports."""

    OPEN = "open"
    WORKING = "working"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Status:
    """One value of a vocabulary.

    ``glyph`` is one cell wide and tells the status apart without colour; ``tone`` names the colour
    role of a theme; ``targets`` are the values it may become without being forced.
    """

    value: str
    label: str
    glyph: str
    tone: str
    targets: tuple[str, ...]
    meaning: str = ""
    group: Group | None = None
    known: bool = True


@dataclass(frozen=True)
class Vocabulary:
    """All statuses of one kind of row, in the order in which they are offered.

    ``suppressed`` ones are left, and ``sendable`` ones reached by an address that is suppressed, only
    with a reason: the database's triggers name them too.
    """

    name: str
    default: str
    statuses: tuple[Status, ...]
    synonyms: dict[str, str]
    anytime: frozenset[str] = frozenset()
    suppressed: frozenset[str] = frozenset()
    sendable: frozenset[str] = frozenset()

    def get(self, value: str) -> Status:
        """Return the status of this value; an unknown value comes back as it is, flagged."""
        wanted = self.canonical(value)
        for status in self.statuses:
            if status.value == wanted:
                return status
        return Status(value, value, "?", "unknown", (), "not in the vocabulary", None, known=False)

    def canonical(self, value: str) -> str:
        """Return the vocabulary's word for a value that other programs spell otherwise."""
        return self.synonyms.get(value, value)

    def values(self) -> tuple[str, ...]:
        """Return all known values."""
        return tuple(status.value for status in self.statuses)

    def allows(self, current: str, target: str) -> bool:
        """Tell whether ``current`` may become ``target`` without being forced.

        A value that is not known may become anything known: nobody wrote a rule for it.
        """
        here = self.get(current)
        if target not in self.values() or here.value == target:
            return False
        return not here.known or target in here.targets or target in self.anytime


OPEN, WORKING, ANSWERED, CLOSED = Group.OPEN, Group.WORKING, Group.ANSWERED, Group.CLOSED

LEAD: Final = Vocabulary(
    name="lead",
    default="new",
    statuses=(
        Status(
            "new",
            "new",
            "○",
            "open",
            ("enriching", "ready", "disqualified", "invalid"),
            "untouched",
            OPEN,
        ),
        Status(
            "enriching",
            "enriching",
            "◌",
            "busy",
            ("ready", "new", "invalid", "disqualified"),
            "automation verifies, summarises, writes the icebreaker",
            OPEN,
        ),
        Status(
            "ready",
            "ready",
            "◆",
            "good",
            ("queued", "sent", "new", "disqualified", "invalid"),
            "reviewed, may be sent",
            OPEN,
        ),
        Status(
            "queued",
            "queued",
            "◇",
            "busy",
            ("sent", "ready", "bounced"),
            "taken by the sender",
            OPEN,
        ),
        Status(
            "sent",
            "sent",
            "→",
            "busy",
            ("replied", "bounced", "unsubscribed", "out_of_office", "no_response"),
            "at least one mail out",
            WORKING,
        ),
        Status(
            "out_of_office",
            "out of office",
            "z",
            "muted",
            ("sent", "replied", "no_response", "unsubscribed", "bounced"),
            "automatic reply",
            WORKING,
        ),
        Status(
            "replied",
            "replied",
            "←",
            "attention",
            (
                "interested",
                "not_interested",
                "not_now",
                "wrong_person",
                "out_of_office",
                "unsubscribed",
            ),
            "human reply, not yet judged",
            ANSWERED,
        ),
        Status(
            "interested",
            "interested",
            "★",
            "good",
            ("meeting_booked", "won", "lost", "not_now", "not_interested"),
            "positive",
            ANSWERED,
        ),
        Status(
            "meeting_booked",
            "meeting booked",
            "✦",
            "good",
            ("won", "lost", "interested", "not_now"),
            "a meeting has a date",
            ANSWERED,
        ),
        Status(
            "not_now",
            "not now",
            "…",
            "muted",
            ("ready", "interested", "not_interested"),
            "later",
            ANSWERED,
        ),
        Status(
            "wrong_person",
            "wrong person",
            "↷",
            "muted",
            ("disqualified",),
            "refer on",
            ANSWERED,
        ),
        Status(
            "not_interested",
            "not interested",
            "–",
            "muted",
            ("ready", "replied"),
            "soft end",
            ANSWERED,
        ),
        Status(
            "no_response",
            "no response",
            "·",
            "muted",
            ("ready", "replied", "disqualified"),
            "sequence over",
            CLOSED,
        ),
        Status("won", "won", "✔", "good", (), "end", CLOSED),
        Status("lost", "lost", "✕", "muted", ("ready", "replied"), "soft end", CLOSED),
        Status("disqualified", "disqualified", "⊘", "muted", ("new",), "bad fit", CLOSED),
        Status("invalid", "invalid", "!", "bad", ("new",), "bad address", CLOSED),
        Status("bounced", "bounced", "↯", "bad", ("new",), "hard bounce", CLOSED),
        Status("unsubscribed", "unsubscribed", "■", "bad", (), "suppressed", CLOSED),
        Status("do_not_contact", "do not contact", "█", "bad", (), "suppressed", CLOSED),
    ),
    synonyms={},
    anytime=frozenset({"do_not_contact"}),
    suppressed=frozenset({"unsubscribed", "do_not_contact"}),
    sendable=frozenset({"ready", "queued", "sent"}),
)

CAMPAIGN: Final = Vocabulary(
    name="campaign",
    default="draft",
    statuses=(
        Status(
            "draft", "draft", "○", "muted", ("scheduled", "active", "archived"), "in the making"
        ),
        Status(
            "scheduled",
            "scheduled",
            "◇",
            "busy",
            ("active", "paused", "draft", "archived"),
            "starts by itself",
        ),
        Status("active", "active", "▶", "good", ("paused", "completed"), "workflows send"),
        Status(
            "paused",
            "paused",
            "‖",
            "attention",
            ("active", "completed", "archived"),
            "workflows wait",
        ),
        Status("completed", "completed", "✔", "open", ("active", "archived"), "all sent"),
        Status("archived", "archived", "▪", "muted", ("draft", "paused"), "out of the way"),
    ),
    synonyms={
        "running": "active",
        "finished": "completed",
        "stopped": "archived",
        "cancelled": "archived",
    },
)

# A late reply is taken from wherever the sequence had ended.
LATE_REPLY: Final = frozenset(
    {"sent", "no_response", "not_interested", "lost", "out_of_office", "not_now"}
)

# From these a sender sends: that a mail is out is recorded, whatever was suppressed meanwhile.
SENT_FROM: Final = ("ready", "queued")

REPLY_JUDGEMENTS: Final = LEAD.get("replied").targets


def lead_allows(current: str, target: str) -> bool:
    """Tell whether a lead may go from ``current`` to ``target`` without being forced.

    A suppressed status may only become ``do_not_contact``.
    """
    if current in LEAD.suppressed:
        return current == "unsubscribed" and target == "do_not_contact"
    if target == "replied" and current in LATE_REPLY:
        return True
    return LEAD.allows(current, target)


def judgement_allows(current: str, target: str) -> bool:
    """Tell whether a reply to a lead in ``current`` may be judged as ``target`` in one step.

    That is the way over ``replied``, taken at once.
    """
    via_reply = lead_allows(current, "replied") and target in REPLY_JUDGEMENTS
    return via_reply or lead_allows(current, target)


def allows(kind: str, current: str, target: str) -> bool:
    """Tell whether a row of this kind (``lead`` or ``campaign``) may change so."""
    if kind == "lead":
        return lead_allows(current, target)
    return CAMPAIGN.allows(current, target)


def group_of(status: str) -> Group | None:
    """Return the report group of a lead status, None for one that is not known."""
    return LEAD.get(status).group


def values_of(group: Group) -> tuple[str, ...]:
    """Return the lead statuses of a report group."""
    return tuple(status.value for status in LEAD.statuses if status.group is group)


@dataclass(frozen=True, slots=True)
class Verification:
    """One value of ``leads.email_verification_status``; NULL reads as ``unverified``."""

    value: str
    glyph: str
    tone: str
    sendable: bool


VERIFICATIONS: Final = (
    Verification("unverified", "?", "muted", False),
    Verification("pending", "…", "busy", False),
    Verification("valid", "✔", "good", True),
    Verification("catch_all", "~", "attention", True),
    Verification("risky", "!", "attention", False),
    Verification("unknown", "?", "attention", True),
    Verification("invalid", "✕", "bad", False),
    Verification("disposable", "✕", "bad", False),
    Verification("role", "!", "attention", False),
    Verification("spamtrap", "✕", "bad", False),
)


def verification(value: str | None) -> Verification:
    """Return the verification status of this value; an unknown value comes back as it is."""
    wanted = value or "unverified"
    for entry in VERIFICATIONS:
        if entry.value == wanted:
            return entry
    return Verification(wanted, "?", "unknown", False)
