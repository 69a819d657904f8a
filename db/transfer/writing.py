"""From the plan to the tables: set-based statements in slices, each a chance to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import text

from db.statuses import LEAD as LEAD_STATUSES
from db.transfer import batches, statements
from db.transfer.columns import LEAD_COLUMNS, ORGANIZATION_COLUMNS
from db.transfer.planning import Planner, organization_documents
from db.transfer.statements import LEADS, ORGANIZATIONS

_SLICE: Final = 10_000


def write(planner: Planner, batch_id: UUID, progress: Callable[[int, int], None]) -> None:
    """Write organizations, then leads; what exists is changed only where it differs.

    The ids of rows that are made are noted under the batch.

    The values are computed from the rows as they are at that moment, so that another program's
    change since the plan was made is not undone. ``progress`` gets the rows done and all rows before
    each statement, and may raise to stop.
    """
    connection = planner.connection
    steps = list(_steps(planner))
    last = {
        plan: connection.scalar(text(f"SELECT coalesce(max(row_no), 0) FROM {plan}"))
        for plan in dict(steps)
    }
    total = sum(last[plan] for plan, _ in steps)
    values = {
        "campaign_id": planner.campaign_id,
        "batch_id": batch_id,
        "default_status": LEAD_STATUSES.default,
        "sendable": sorted(LEAD_STATUSES.sendable),
    }
    done = 0
    for plan, statement in steps:
        for start in range(0, last[plan], _SLICE):
            progress(done + start, total)
            slice_values = values | {"start": start, "end": start + _SLICE}
            used = {name: slice_values[name] for name in slice_values if f":{name}" in statement}
            connection.execute(text(statement), used)
        done += last[plan]
    progress(total, total)


def _steps(planner: Planner) -> Iterator[tuple[str, str]]:
    """The statements in their order, each with the plan that it takes slices of."""
    if after := planner.organization_after():
        yield ORGANIZATIONS, _update("organizations", ORGANIZATIONS, "organization_id", after)
    yield ORGANIZATIONS, _insert_organizations(organization_documents(planner.profile).values())
    if not planner.profile.people:
        return
    if after := planner.lead_after():
        yield LEADS, _update("leads", LEADS, "lead_id", after)
    yield LEADS, _insert_leads()


def _update(table: str, plan: str, key: str, after: Mapping[str, str]) -> str:
    values = ", ".join(f"{column} = {value}" for column, value in after.items())
    return f"""
        UPDATE {table} t SET {values} FROM {plan} p
         WHERE t.{key} = p.{key} AND p.row_no > :start AND p.row_no <= :end
           AND {statements.differs(after)}"""


def _insert_organizations(documents: Iterable[str]) -> str:
    given = (name for name in ORGANIZATION_COLUMNS if name not in ("name", "external_source"))
    columns = ", ".join([*given, *documents])
    insert = f"""
        INSERT INTO organizations
               (organization_id, email_domain, name, external_source, {columns})
        SELECT organization_id, email_domain, coalesce(name, email_domain),
               CASE WHEN external_id IS NOT NULL THEN external_source END, {columns}
          FROM {ORGANIZATIONS} WHERE is_new AND row_no > :start AND row_no <= :end
         ORDER BY row_no"""
    return batches.noting(insert, "organizations", "organization_id")


def _insert_leads() -> str:
    columns = ", ".join(name for name in LEAD_COLUMNS if name != "status")
    insert = f"""
        INSERT INTO leads (campaign_id, company_id, email, status, custom_data, {columns})
        SELECT :campaign_id, company_id, email,
               CASE WHEN status = ANY(:sendable) AND customer_center_suppressed(email)
                    THEN 'do_not_contact' ELSE coalesce(status, :default_status) END, custom_data,
               {columns}
          FROM {LEADS} WHERE lead_id IS NULL AND row_no > :start AND row_no <= :end
         ORDER BY row_no
        ON CONFLICT (campaign_id, email) DO NOTHING"""
    return batches.noting(insert, "leads", "lead_id")
