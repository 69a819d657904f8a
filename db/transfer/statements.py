"""SQL that merges the rows of a file with each other and with what the database has.

Built from column names of this package alone; every value is bound. In these statements ``t`` is
the row of the database and ``p`` the plan's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from db.transfer.columns import (
    LEAD_COLUMNS,
    NEVER_OVERWRITTEN,
    ORGANIZATION_COLUMNS,
)
from db.transfer.identity import KEYS, LEADS_BY_ID
from db.transfer.report import ImportMode
from db.transfer.staging import LEAD, ORGANIZATION, ROWS

ORGANIZATIONS: Final = "customer_center_import_organizations"
LEADS: Final = "customer_center_import_leads"

SETTLE_EXTERNAL_IDS: Final = (
    f"""
    UPDATE {ORGANIZATIONS} p SET external_id = NULL FROM organizations o
     WHERE o.organization_id = p.organization_id
       AND (o.external_id IS NOT NULL OR o.external_source IS NOT NULL)""",
    f"""
    UPDATE {ORGANIZATIONS} p SET external_id = NULL FROM organizations o
     WHERE o.external_source = p.external_source AND o.external_id = p.external_id""",
    f"""
    UPDATE {ORGANIZATIONS} p SET external_id = NULL FROM {ORGANIZATIONS} earlier
     WHERE earlier.external_id = p.external_id AND earlier.external_source = p.external_source
       AND earlier.row_no < p.row_no""",
)


def order(mode: ImportMode) -> str:
    """Say which of several rows of a file wins: the first that has a value, or the last."""
    return "DESC" if mode is ImportMode.OVERWRITE else "ASC"


@dataclass(frozen=True)
class Group:
    """What makes rows of a file one row of a table, and which row of the table that is."""

    member_of: str
    prefix: str
    plan: str
    plan_key: str
    table: str
    table_key: str

    @property
    def rows(self) -> str:
        """The head of a statement: ``rows_of`` with the group of each, and ``repeated``, the groups
        of several rows."""
        return f"""
        WITH rows_of AS NOT MATERIALIZED (
            SELECT {self.member_of} AS member_of, r.*, k.organization_id, k.is_new
              FROM {ROWS} r JOIN {KEYS} k USING (organization_key)
        ), repeated AS MATERIALIZED (
            SELECT member_of FROM rows_of GROUP BY member_of HAVING count(*) > 1
        )"""


ORGANIZATION_GROUP: Final = Group(
    "k.organization_id",
    ORGANIZATION,
    ORGANIZATIONS,
    "organization_id",
    "organizations",
    "organization_id",
)
LEAD_GROUP: Final = Group("r.email", LEAD, LEADS, "email", "leads", "lead_id")


def winner(column: str, mode: ImportMode) -> str:
    """Return the aggregate for the value of a group's winning row."""
    values = f"array_agg(r.{column} ORDER BY r.row_no {order(mode)})"
    return f"({values} FILTER (WHERE r.{column} IS NOT NULL))[1]"


def merge_organizations(mode: ImportMode, documents: Mapping[str, str]) -> str:
    """Return the statement that plans organizations; ``documents`` are columns by staged column."""
    values = {ORGANIZATION + name: name for name in ORGANIZATION_COLUMNS} | dict(documents)
    return f"""
        CREATE TEMPORARY TABLE {ORGANIZATIONS} ON COMMIT DROP AS {ORGANIZATION_GROUP.rows}
        SELECT r.member_of AS organization_id,
               bool_or(r.is_new) AS is_new,
               min(r.row_no) AS row_no,
               min(r.domain) AS email_domain,
               {_winners(values, mode)}
          FROM rows_of r GROUP BY r.member_of"""


def merge_leads(mode: ImportMode) -> str:
    """Return the statement that plans leads.

    A status counts only for a lead that is new, and one that forbids contact wins whichever row of
    the file has it.
    """
    values = {LEAD + name: name for name in LEAD_COLUMNS if name != "status"}
    values |= {"custom": "custom_data", "organization_id": "company_id"}
    forbidden = f"(array_agg(r.{LEAD}status) FILTER (WHERE r.{LEAD}status = ANY(:suppressed)))[1]"
    once = ", ".join(f"r.{staged}" for staged in values)
    return f"""
        CREATE TEMPORARY TABLE {LEADS} ON COMMIT DROP AS {LEAD_GROUP.rows}, merged AS (
            SELECT r.member_of AS email,
                   min(r.row_no) AS row_no,
                   coalesce({forbidden}, {winner(LEAD + "status", mode)}) AS status,
                   {_winners(values, mode)}
              FROM rows_of r JOIN repeated USING (member_of) GROUP BY r.member_of
             UNION ALL
            SELECT r.email, r.row_no, r.{LEAD}status, {once}
              FROM rows_of r WHERE r.email NOT IN (SELECT member_of FROM repeated)
        )
        SELECT merged.*, coalesce(t.lead_id, i.lead_id) AS lead_id
          FROM merged LEFT JOIN leads t ON t.campaign_id = :campaign_id AND t.email = merged.email
          LEFT JOIN {LEADS_BY_ID} i ON i.email = merged.email
    """


def _winners(values: Mapping[str, str], mode: ImportMode) -> str:
    return ", ".join(f"{winner(staged, mode)} AS {name}" for staged, name in values.items())


def merge_documents(
    plan: str, key: str, group: Group, column: str, staged: str, mode: ImportMode
) -> str:
    """Return the statement that merges, key by key, the documents of groups of several rows.

    Of equal keys jsonb_object_agg keeps the last, so the order is turned round.
    """
    turned = "ASC" if mode is ImportMode.OVERWRITE else "DESC"
    return f"""{group.rows}, merged AS (
            SELECT r.member_of,
                   jsonb_object_agg(e.key, e.value ORDER BY r.row_no {turned}) AS document
              FROM rows_of r JOIN repeated USING (member_of)
              CROSS JOIN LATERAL jsonb_each(
                  CASE WHEN jsonb_typeof(r.{staged}) = 'object' THEN r.{staged} END) e
             GROUP BY r.member_of
        )
        UPDATE {plan} p SET {column} = merged.document FROM merged WHERE p.{key} = merged.member_of
    """


def value_after(column: str, mode: ImportMode) -> str:
    """Return the expression for a column's value after the import; a value is never blanked."""
    if mode is ImportMode.OVERWRITE and column not in NEVER_OVERWRITTEN:
        return f"coalesce(p.{column}, t.{column})"
    return f"coalesce(t.{column}, p.{column})"


def document_after(column: str, mode: ImportMode) -> str:
    """Return the expression for a document after the import, whose keys are treated like columns.

    A document that is no object is somebody else's and stays.
    """
    both = f"p.{column} || t.{column}"
    if mode is ImportMode.OVERWRITE:
        both = f"t.{column} || p.{column}"
    return f"""CASE WHEN t.{column} IS NULL THEN p.{column}
                    WHEN jsonb_typeof(p.{column}) = 'object' AND jsonb_typeof(t.{column}) = 'object'
                    THEN {both}
                    ELSE t.{column} END"""


def differs(after: Mapping[str, str]) -> str:
    """Return the condition that the import would change the row."""
    now = ", ".join(f"t.{column}" for column in after)
    return f"ROW({now}) IS DISTINCT FROM ROW({', '.join(after.values())})"


def further_rows(group: Group, columns: Iterable[str], mode: ImportMode) -> str:
    """Return a query for how many rows give something to a row that an earlier one stands for.

    Such a row fills a blank of the earlier rows of its group, and of the database's row where there
    is one. Groups are counted once by the caller; this counts the rest.
    """
    gives = " OR ".join(
        f"coalesce(r.row_no = min(r.row_no) FILTER (WHERE r.{staged} IS NOT NULL) OVER w"
        f" AND t.{column} IS NULL, false)"
        for column in columns
        for staged in [group.prefix + column]
    )
    touched = "t.created_at IS NULL" if mode is ImportMode.SKIP else "true"
    return f"""{group.rows}
        SELECT count(*) - count(DISTINCT member_of) FROM (
            SELECT r.member_of,
                   (t.created_at IS NULL AND r.row_no = min(r.row_no) OVER w) OR {gives} AS gives
              FROM rows_of r JOIN repeated USING (member_of)
              LEFT JOIN {group.plan} p ON p.{group.plan_key} = r.member_of
              LEFT JOIN {group.table} t ON t.{group.table_key} = p.{group.table_key}
             WHERE {touched}
            WINDOW w AS (PARTITION BY r.member_of)
        ) AS further WHERE gives"""


def changed_fields(after: Mapping[str, str]) -> str:
    """Return, for each column, how many rows the import changes it in."""
    return ", ".join(
        f"count(*) FILTER (WHERE t.{column} IS DISTINCT FROM {value})"
        for column, value in after.items()
    )


def changes_of_row(after: Mapping[str, str]) -> str:
    """Return one JSON object of the columns that change, each with the old and the new value."""
    pairs = ", ".join(
        f"'{column}', CASE WHEN t.{column} IS DISTINCT FROM {value}"
        f" THEN jsonb_build_array(t.{column}, {value}) END"
        for column, value in after.items()
    )
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"
