"""Campaigns and organizations deleted one by one; leads are deleted as many are changed."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from sqlalchemy import delete as delete_from
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.engine import label_transaction
from db.errors import NotFound, Refused, StaleRow
from db.models import Campaign, Lead, Organization
from db.queries import changes

ParentKind = Literal["campaign", "organization"]
_MODELS: Final[dict[ParentKind, type[Campaign] | type[Organization]]] = {
    "campaign": Campaign,
    "organization": Organization,
}
_CHILDREN: Final = {"campaign": Lead.campaign_id, "organization": Lead.company_id}
_WAY_OUT: Final = {
    "campaign": "delete or move them first",
    "organization": "delete them first",
}


def check(session: Session, kind: ParentKind, row_id: UUID) -> int:
    """Return the version of a row that can be deleted. Raises NotFound, and Refused with leads."""
    model = _MODELS[kind]
    key = model.__mapper__.primary_key[0]
    found = session.execute(
        select(model.name, model.row_version).where(key == row_id)
    ).one_or_none()
    if found is None:
        raise _gone(kind)
    leads = session.scalar(select(func.count()).where(_CHILDREN[kind] == row_id)) or 0
    if leads:
        number = f"{leads:,} lead{'s' if leads != 1 else ''}"
        raise Refused(f"{found.name} has {number}: {_WAY_OUT[kind]}.")
    version: int = found.row_version
    return version


def delete(session: Session, kind: ParentKind, row_id: UUID, version: int, change_id: UUID) -> None:
    """Delete a row that still is of this version; the journal keeps it, so that it can come back.

    Raises NotFound where it is gone, StaleRow where another writer changed it, Refused where it has
    leads by now.
    """
    model = _MODELS[kind]
    key = model.__mapper__.primary_key[0]
    label_transaction(session, client_id=change_id)
    statement = delete_from(model).where(key == row_id, model.row_version == version).returning(key)
    try:
        done = session.scalar(statement.execution_options(synchronize_session=False))
    except IntegrityError as error:
        raise Refused(f"Not deleted: the {kind} has leads by now.") from error
    if done is None:
        raise _not_as_seen(session, kind, row_id)


def _not_as_seen(session: Session, kind: ParentKind, row_id: UUID) -> NotFound | StaleRow:
    model = _MODELS[kind]
    key = model.__mapper__.primary_key[0]
    if session.scalar(select(key).where(key == row_id)) is None:
        return _gone(kind)
    actor = changes.last_actor(session, row_id)
    who = actor or "another program"
    return StaleRow(f"Not deleted: {who} changed it meanwhile.", actor=actor)


def _gone(kind: ParentKind) -> NotFound:
    return NotFound(f"This {kind} was deleted meanwhile.")
