"""Opening the database, in a worker's thread: what the first room needs to know."""

from __future__ import annotations

from dataclasses import dataclass, replace

from db.errors import NotFound
from db.rows import DEFAULT_LEAD_SORT, LeadScope
from tui.gateway import Gateway
from tui.safe import safe
from tui.state import StateFile, Whereabouts


@dataclass(frozen=True, slots=True)
class Opening:
    """A database that is open: the name of its place, and where the operator was when they left.

    ``title`` is the safe name of the scope of ``at``. ``empty`` is True where there is nothing yet.
    """

    place: str
    empty: bool = False
    at: Whereabouts | None = None
    title: str = ""


def opened(gateway: Gateway, state: StateFile | None) -> Opening:
    """Open the database and look up where the operator was. Blocks; raises as the gateway does."""
    at = state.read() if state is not None else None
    early = (
        at is not None
        and at.room == "leads"
        and at.sort in (None, DEFAULT_LEAD_SORT)
        and at.scope.filter is None
    )
    if not (early and gateway.open_early()):
        gateway.open()
    place = gateway.place
    if at is None:
        return Opening(place, gateway.is_empty())
    try:
        return Opening(place, at=at, title=_name(gateway, at.scope))
    except NotFound:
        scope = LeadScope(statuses=at.scope.statuses, filter=at.scope.filter)
        elsewhere = replace(at, scope=scope, row_id=None, index=0)
        return Opening(place, gateway.is_empty(), elsewhere)


def _name(gateway: Gateway, scope: LeadScope) -> str:
    """Return the safe name of a scope. Raises NotFound where it is gone."""
    if scope.campaign_id is not None:
        return safe(gateway.campaign_name(scope.campaign_id))
    if scope.organization_id is not None:
        return safe(gateway.organization(scope.organization_id).name)
    return ""
