"""duplicates and merge from the shell."""

from __future__ import annotations

from tests.cli.conftest import Command, Sql


def test_duplicates_are_listed_and_merged(command: Command, sql: Sql) -> None:
    none = command("duplicates")
    assert (none.code, none.out) == (1, "")
    rows = sql(
        "INSERT INTO organizations (name, email_domain, country) VALUES"
        " ('Acme \x1b[2J', 'acme.com', NULL), ('Acme', 'shop.acme.com', 'Spain')"
        " RETURNING organization_id"
    )
    (keep,), (other,) = rows
    sql("INSERT INTO campaigns (name) VALUES ('C')")
    sql(
        "INSERT INTO leads (campaign_id, company_id, email)"
        " SELECT campaign_id, %s, 'a@acme.com' FROM campaigns",
        other,
    )
    [group] = command("duplicates", "--json").json
    assert group["reasons"] == ["domain"]
    assert [row["organization_id"] for row in group["rows"]] == [keep, other]
    told = command("duplicates")
    assert told.code == 0
    assert "same domain: acme.com" in told.out
    assert "\x1b" not in told.out
    assert command("duplicates", "--leads").code == 1

    refused = command("merge", keep, keep)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert command("merge", keep, other, "--json").json == {
        "row_id": keep,
        "merged": 1,
        "moved": 1,
    }
    assert sql("SELECT country FROM organizations") == [("Spain",)]
    gone = command("merge", other, keep)
    assert (gone.code, gone.out) == (1, "")
