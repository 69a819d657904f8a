"""From staged rows to a plan: which organizations and leads are made or changed, and to what.

The plan is two temporary tables with one row for each organization and each lead. Nothing but
temporary tables is written, so that a dry run ends here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from db.domains import FREE_MAIL
from db.statuses import LEAD as LEAD_STATUSES
from db.transfer import identity, statements
from db.transfer.columns import ORGANIZATION_COLUMNS, UPDATABLE
from db.transfer.fields import Profile
from db.transfer.report import Counts, Example, ImportMode
from db.transfer.statements import LEAD_GROUP, LEADS, ORGANIZATION_GROUP, ORGANIZATIONS, Group

_EXAMPLES: Final = 3
_SHOWN: Final = frozenset({*UPDATABLE, *ORGANIZATION_COLUMNS, "email"})


@dataclass(frozen=True)
class Planner:
    """Plans one import. ``campaign_id`` is None where the campaign is not there yet."""

    connection: Connection
    profile: Profile
    mode: ImportMode
    campaign_id: UUID | None

    def identify(self) -> dict[int, str]:
        """Find the organization of every row, and the leads that external ids name.

        Rows whose keys disagree are taken out and returned by their numbers, with the reason.
        """
        self._do(identity.FIND_KEYS)
        for statement in identity.BY_EXTERNAL_ID:
            self._do(statement)
        self._do(identity.REFUSE_ORGANIZATIONS)
        if self.profile.people:
            self._do(identity.REFUSE_ADDRESSES)
            self._do(identity.FIND_LEADS_BY_ID)
            for statement in identity.REFUSE_LEADS:
                self._do(statement)
        refused = dict(self._do(identity.ALL_REFUSED).all())
        if refused:
            for statement in identity.TAKE_OUT_REFUSED:
                self._do(statement)
        return refused

    def organizations(self) -> None:
        """Find or make an id for the organization of every row, and merge the rows of each.

        Where a domain has several organizations, one of the row's name is taken, else the oldest.
        An external id that another organization has, or an earlier row claims, is left out.
        """
        documents = organization_documents(self.profile)
        self._do(identity.BY_DOMAIN)
        self._do(identity.MAKE_IDS.format(new_id=self._id_function()))
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
        counts, all_of_them = self._counts(
            ORGANIZATIONS, "organizations", "organization_id", "p.is_new", self.organization_after()
        )
        if rows is None:
            unchanged = all_of_them - counts.created - counts.updated
            return replace(counts, unchanged=unchanged)
        return self._with_further_rows(counts, rows, ORGANIZATION_GROUP, ORGANIZATION_COLUMNS)

    def lead_counts(self, rows: int) -> Counts:
        """Count leads so that the rows of the file add up."""
        counts, _ = self._counts(LEADS, "leads", "lead_id", "p.lead_id IS NULL", self.lead_after())
        return self._with_further_rows(counts, rows, LEAD_GROUP, UPDATABLE)

    def examples(self) -> tuple[Example, ...]:
        """Return the first rows that are made and that are changed, with their values."""
        if self.profile.people:
            found = self._examples(
                LEADS, "leads", "lead_id", "p.lead_id IS NULL", "p.email", self.lead_after()
            )
        else:
            found = self._examples(
                ORGANIZATIONS,
                "organizations",
                "organization_id",
                "p.is_new",
                "coalesce(p.name, p.email_domain)",
                self.organization_after(),
            )
        return tuple(found)

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
            "CASE WHEN p.external_id IS NULL THEN t.external_source ELSE p.external_source END"
        )
        for name in organization_documents(self.profile).values():
            after[name] = statements.document_after(name, self.mode)
        return after

    def lead_after(self) -> dict[str, str]:
        """Return what each column of an existing lead becomes; never its status."""
        if self.mode is ImportMode.SKIP:
            return {}
        after = {name: statements.value_after(name, self.mode) for name in UPDATABLE}
        after["custom_data"] = statements.document_after("custom_data", self.mode)
        if self.mode is ImportMode.OVERWRITE:
            after["company_id"] = "p.company_id"
            # A lead that is known by its external id may have a new address.
            after["email"] = "p.email"
        return after

    def _merge(self, plan: str, key: str, group: Group, column: str, staged: str) -> None:
        self._do(statements.merge_documents(plan, key, group, column, staged, self.mode))

    def _counts(
        self, plan: str, table: str, key: str, is_new: str, after: Mapping[str, str]
    ) -> tuple[Counts, int]:
        changed = f"t.{key} IS NOT NULL AND {statements.differs(after)}" if after else "false"
        row = self._do(
            f"""
            SELECT count(*), count(*) FILTER (WHERE {is_new}), count(*) FILTER (WHERE {changed})
              FROM {plan} p LEFT JOIN {table} t USING ({key})"""
        ).one()
        fields = self._fields(plan, table, key, after) if row[2] else {}
        return Counts(row[1], row[2], 0, fields), row[0]

    def _fields(self, plan: str, table: str, key: str, after: Mapping[str, str]) -> dict[str, int]:
        numbers = self._do(
            f"SELECT {statements.changed_fields(after)} FROM {plan} p JOIN {table} t USING ({key})"
        ).one()
        return {
            f"{table}.{column}": number
            for column, number in zip(after, numbers, strict=True)
            if number
        }

    def _with_further_rows(
        self, counts: Counts, rows: int, group: Group, columns: Iterable[str]
    ) -> Counts:
        """Count the rows of the file that an earlier one stands for."""
        updated = counts.updated
        if self.mode is not ImportMode.OVERWRITE:
            further = statements.further_rows(group, columns, self.mode)
            updated += int(self._do(further).scalar_one())
        return replace(counts, updated=updated, unchanged=rows - counts.created - updated)

    def _examples(
        self, plan: str, table: str, key: str, is_new: str, name: str, after: Mapping[str, str]
    ) -> Iterator[Example]:
        first = f"ORDER BY p.row_no LIMIT {_EXAMPLES}"
        for row, label in self._do(f"SELECT row_no, {name} FROM {plan} p WHERE {is_new} {first}"):
            yield Example("created", row, label)
        if not after:
            return
        shown = {column: value for column, value in after.items() if column in _SHOWN}
        changed = self._do(
            f"""
            SELECT p.row_no, {name}, {statements.changes_of_row(shown)}
              FROM {plan} p JOIN {table} t USING ({key})
             WHERE {statements.differs(after)} {first}"""
        )
        for row, label, values in changed:
            changes = {column: (old, new) for column, (old, new) in values.items()}
            yield Example("updated", row, label, changes=changes)

    def _id_function(self) -> str:
        """The function that the tables' own defaults call; ids of uuidv7() lie together."""
        found = self.connection.scalar(text("SELECT to_regprocedure('uuidv7()') IS NOT NULL"))
        return "uuidv7" if found else "gen_random_uuid"

    def _do(self, statement: str) -> Any:
        values = {
            "campaign_id": self.campaign_id,
            "suppressed": list(LEAD_STATUSES.suppressed),
            "free_mail": list(FREE_MAIL),
        }
        asked = text(statement)
        wanted = {name: values[name] for name in values if f":{name}" in statement}
        return self.connection.execute(asked, wanted)


def organization_documents(profile: Profile) -> dict[str, str]:
    """Return staged columns and the organization's documents that they become.

    What no column takes of a person's row is the lead's.
    """
    documents = {"summary": "website_summary_data"} if profile.documents or profile.summary else {}
    documents |= {"raw": "website_raw_data"} if profile.raw else {}
    return documents if profile.people else documents | {"custom": "custom_data"}
