"""Edits of fields by compare-and-set per field, and new campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.domains import normalize_email, normalize_host
from db.engine import label_transaction
from db.errors import NotFound, Refused, StaleRow
from db.fields import REQUIRED, WRITABLE
from db.models import Campaign, Lead, Organization
from db.queries import campaigns, changes
from db.rows import CampaignRow, Kind

MODELS: Final[dict[Kind, type[Campaign] | type[Organization] | type[Lead]]] = {
    "campaign": Campaign,
    "organization": Organization,
    "lead": Lead,
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that another writer changed while it was edited here."""

    field: str
    before: str | None
    mine: str | None
    theirs: str | None


class EditConflict(StaleRow):
    """Fields were changed by another writer since the form was opened; nothing was written."""

    def __init__(self, conflicts: tuple[Conflict, ...], actor: str | None) -> None:
        self.conflicts = conflicts
        names = ", ".join(conflict.field.replace("_", " ") for conflict in conflicts)
        super().__init__(
            f"Not saved: {actor or 'another program'} changed {names} meanwhile.", actor=actor
        )


def edit(
    session: Session,
    kind: Kind,
    row_id: UUID,
    before: Mapping[str, str | None],
    after: Mapping[str, str | None],
    *,
    change_id: UUID | None = None,
) -> tuple[str, ...]:
    """Write the fields that differ between ``before`` and ``after`` and return their names.

    Both map field names to the texts of the form, None or an empty text for no value. Fields that
    were not edited are neither written nor compared. Raises EditConflict where another writer
    changed an edited field, NotFound where the row is gone, Refused for a value that makes no sense.
    """
    edited = {
        field: parsed(field, after[field])
        for field in WRITABLE[kind]
        if field in after and (after[field] or None) != (before.get(field) or None)
    }
    if not edited:
        return ()
    label_transaction(session, client_id=change_id)
    model = MODELS[kind]
    key = model.__mapper__.primary_key[0]
    current = session.execute(
        select(*(getattr(model, field) for field in edited)).where(key == row_id).with_for_update()
    ).one_or_none()
    if current is None:
        raise NotFound(f"This {kind} was deleted meanwhile; nothing was saved.")
    conflicts = tuple(
        Conflict(field, before.get(field), after[field], text_of(theirs))
        for field, theirs in zip(edited, current, strict=True)
        if text_of(theirs) != (before.get(field) or None) and theirs != edited[field]
    )
    if conflicts:
        fields = (conflict.field for conflict in conflicts)
        raise EditConflict(conflicts, changes.last_actor(session, row_id, *fields))
    try:
        session.execute(
            update(model)
            .where(key == row_id)
            .values(**edited)
            .execution_options(synchronize_session=False)
        )
    except IntegrityError as error:
        raise Refused(_integrity(error, kind)) from error
    return tuple(edited)


def create_campaign(
    session: Session, name: str, description: str | None = None, *, change_id: UUID | None = None
) -> CampaignRow:
    """Make a campaign as a draft. Raises Refused where the name is empty or taken."""
    label_transaction(session, client_id=change_id)
    wanted = parsed("name", name)
    taken = select(Campaign.campaign_id).where(Campaign.name == wanted)
    if session.scalar(taken.limit(1)) is not None:
        raise Refused(f"There is a campaign named {wanted!r} already.")
    made = session.scalar(
        insert(Campaign)
        .values(name=wanted, description=description or None)
        .returning(Campaign.campaign_id)
    )
    assert made is not None
    return campaigns.row(session, made)


def parsed(field: str, text: str | None) -> Any:
    """Return the value that a form's text stands for. Raises Refused, naming the field."""
    text = (
        (text or "").strip("\n")
        if field in ("description", "email_icebreaker")
        else (text or "").strip()
    )
    if not text:
        if field in REQUIRED:
            raise Refused(f"{field} can not be empty.")
        return None
    if "\0" in text:
        raise Refused(f"{field} holds a NUL character, which the database does not take.")
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Refused(f"{field} holds bytes that are no text.")
    if field == "email":
        return _email(text)
    if field == "email_domain":
        return _domain(text)
    if field == "estimated_num_employees":
        return _whole_number(field, text)
    if field == "snoozed_until":
        return _moment(field, text)
    return text


def text_of(value: object) -> str | None:
    """Return a column's value as the text that a form shows."""
    return None if value is None else str(value)


def _email(text: str) -> str:
    try:
        return normalize_email(text)
    except ValueError as error:
        raise Refused(f"email: {error}") from None


def _domain(text: str) -> str:
    host = normalize_host(text)
    if host is None:
        raise Refused(f"email_domain: {text!r} is not a domain such as acme.com.")
    return host


def _moment(field: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{field} must be a date and time, not {text!r}.") from None
    return moment if moment.tzinfo else moment.astimezone()


def _whole_number(field: str, text: str) -> int:
    digits = text.replace(",", "").replace(" ", "").replace("'", "")
    if not digits.isdecimal() or int(digits) > 2_147_483_647:
        raise Refused(f"{field} must be a whole number up to 2,147,483,647, not {text!r}.")
    return int(digits)


def _integrity(error: IntegrityError, kind: Kind) -> str:
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
    if name == "uq_leads_campaign_id_email":
        return "Not saved: another lead of this campaign has this e-mail address."
    return f"Not saved: the database refuses this {kind} ({name})."
