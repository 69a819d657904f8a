"""From staged rows to a plan: which organizations and leads are made or changed, and to what.

The plan is two temporary tables with one row for each organization and each lead. Nothing but
temporary tables is written, so that a dry run ends here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from db.statuses import LEAD as LEAD_STATUSES
from db.transfer import statements
from db.transfer.profiles import Profile
from db.transfer.report import ImportMode
from db.transfer.staging import LEAD_COLUMNS, ORGANIZATION_COLUMNS
from db.transfer.statements import LEAD_GROUP, LEADS, ORGANIZATION_GROUP, ORGANIZATIONS, Group

_LEAD_VALUES: Final = tuple(name for name in LEAD_COLUMNS if name != "status")


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one table that are made, changed, and left as they are."""

    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True)
class Planner:
    """Plans one import. ``campaign_id`` is None where the campaign is not there yet."""

    connection: Connection
    profile: Profile
    mode: ImportMode
    campaign_id: UUID | None

    def organizations(self) -> None:
        """Find or make an id for the organization of every row, and merge the rows of each.

        Where a domain has several organizations, one with the row's external id is taken, else one
        of its name, else the oldest. At a free-mail domain only the name tells. An external id that
        another organization has, or an earlier row claims, is left out.
        """
        documents = organization_documents(self.profile)
        self._do(statements.FIND_KEYS)
        self._do(statements.RESOLVE)
        self._do(statements.MAKE_IDS.format(new_id=self._id_function()))
        self._do(statements.merge_organizations(self.mode, documents))
        for staged, column in documents.items():
            self._merge(ORGANIZATIONS, "organization_id", ORGANIZATION_GROUP, column, staged)
        for statement in statements.SETTLE_EXTERNAL_IDS:
            self._do(statement)
        self._do(f"ANALYZE {ORGANIZATIONS} (organization_id)")

    def leads(self) -> None:
        """Merge the rows of each address and find the lead that the campaign has of it already."""
        self._do(statements.merge_leads(self.mode))
        self._merge(LEADS, "email", LEAD_GROUP, "custom_data", "custom")
        self._do(f"ANALYZE {LEADS} (row_no, lead_id)")

    def organization_counts(self, rows: int | None) -> Counts:
        """Count organizations: each once, or with ``rows`` so that the rows of the file add up."""
        created, updated, all_of_them = self._counts(
            ORGANIZATIONS, "organizations", "organization_id", "p.is_new", self.organization_after()
        )
        if rows is None:
            return Counts(created, updated, all_of_them - created - updated)
        updated += self._further_rows(ORGANIZATION_GROUP, ORGANIZATION_COLUMNS)
        return Counts(created, updated, rows - created - updated)

    def lead_counts(self, rows: int) -> Counts:
        """Count leads so that the rows of the file add up."""
        created, updated, _ = self._counts(
            LEADS, "leads", "lead_id", "p.lead_id IS NULL", self.lead_after()
        )
        updated += self._further_rows(LEAD_GROUP, _LEAD_VALUES)
        return Counts(created, updated, rows - created - updated)

    def organization_after(self) -> dict[str, str]:
        """Return what each column of an existing organization becomes, nothing in mode skip."""
        if self.mode is ImportMode.SKIP:
            return {}
        after = {name: statements.value_after(name, self.mode) for name in ORGANIZATION_COLUMNS}
        if self.mode is ImportMode.FILL:
            # A name that is only the domain stands for a name that nobody knew.
            after["name"] = (
                "CASE WHEN t.name = t.email_domain THEN coalesce(p.name, t.name) ELSE t.name END"
            )
        after["external_source"] = (
            "CASE WHEN p.external_id IS NULL THEN t.external_source ELSE :source END"
        )
        for name in organization_documents(self.profile).values():
            after[name] = statements.document_after(name, self.mode)
        return after

    def lead_after(self) -> dict[str, str]:
        """Return what each column of an existing lead becomes; never its status."""
        if self.mode is ImportMode.SKIP:
            return {}
        after = {name: statements.value_after(name, self.mode) for name in _LEAD_VALUES}
        after["custom_data"] = statements.document_after("custom_data", self.mode)
        if self.mode is ImportMode.OVERWRITE:
            after["company_id"] = "p.company_id"
        return after

    def _merge(self, plan: str, key: str, group: Group, column: str, staged: str) -> None:
        self._do(statements.merge_documents(plan, key, group, column, staged, self.mode))

    def _counts(
        self, plan: str, table: str, key: str, is_new: str, after: Mapping[str, str]
    ) -> tuple[int, int, int]:
        changed = f"t.{key} IS NOT NULL AND {statements.differs(after)}" if after else "false"
        row = self._do(
            f"""
            SELECT count(*) FILTER (WHERE {is_new}), count(*) FILTER (WHERE {changed}), count(*)
              FROM {plan} p LEFT JOIN {table} t USING ({key})"""
        ).one()
        return row[0], row[1], row[2]

    def _further_rows(self, group: Group, columns: Iterable[str]) -> int:
        if self.mode is ImportMode.OVERWRITE:
            return 0
        statement = statements.further_rows(group, columns, self.mode)
        return int(self._do(statement).scalar_one())

    def _id_function(self) -> str:
        """The function that the tables' own defaults call; ids of uuidv7() lie together."""
        found = self.connection.scalar(text("SELECT to_regprocedure('uuidv7()') IS NOT NULL"))
        return "uuidv7" if found else "gen_random_uuid"

    def _do(self, statement: str) -> Any:
        values = {
            "source": self.profile.source,
            "campaign_id": self.campaign_id,
            "suppressed": list(LEAD_STATUSES.suppressed),
        }
        asked = text(statement)
        wanted = {name: values[name] for name in values if f":{name}" in statement}
        return self.connection.execute(asked, wanted)


def organization_documents(profile: Profile) -> dict[str, str]:
    """Return staged columns and the organization's documents that they become.

    What no column takes of a person's row is the lead's.
    """
    documents = {"document": "website_summary_data"} if profile.documents else {}
    return documents if profile.people else documents | {"custom": "custom_data"}
