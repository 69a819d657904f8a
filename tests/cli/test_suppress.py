"""``suppress`` and what it is for: whom one may write to."""

from __future__ import annotations

from tests.cli.conftest import Command, Sql

LIST = """E-mail;Comment;Until
Anna@ACME.com;'stop', by phone;
;nobody;
two words;;
@other.org;;2099-01-31
co.uk;;
late@x.org;;soon
"""


def test_a_list_goes_in_and_out_and_bad_lines_are_named(command: Command, sql: Sql) -> None:
    (command.folder / "list.csv").write_text(LIST)
    done = command("suppress", "import", "list.csv", "--reason", "imported", "--json")
    assert (done.code, done.json["added"]) == (1, 2)
    assert [line["line"] for line in done.json["rejected"]] == [3, 4, 6, 7]
    assert "line 6: co.uk: co.uk is no domain of somebody's" in done.err
    stored = sql("SELECT value, reason, source, created_by FROM suppressions ORDER BY value")
    assert stored == [
        ("anna@acme.com", "'stop', by phone", "list.csv", "tester"),
        ("other.org", "imported", "list.csv", "tester"),
    ]
    assert command("suppress", "export", "-o", "out.csv").code == 0
    again = command("suppress", "import", "out.csv")
    assert (again.code, again.out) == (0, "0 added, 0 updated, 2 unchanged\n")


def test_one_value_a_line_needs_no_header(command: Command) -> None:
    (command.folder / "list.txt").write_text("# left\nanna@acme.com\n\nother.org\n")
    done = command("suppress", "import", "list.txt")
    assert (done.code, done.out) == (0, "2 added, 0 updated, 0 unchanged\n")


def test_adding_stops_leads_and_removing_opens_the_way(demo: Command, sql: Sql) -> None:
    ((lead, email),) = sql("SELECT lead_id, email FROM leads WHERE status = 'ready' LIMIT 1")
    done = demo("suppress", "add", email, "--reason", "by phone")
    assert done.out.startswith("1 added, 0 updated, 0 unchanged\n1 leads")
    forced = demo("status", "ready", lead, "--reason", "looks good", "--force", "--json")
    assert forced.json[0]["result"] == "changed"
    sql("UPDATE leads SET status = 'new' WHERE lead_id = %s", lead)
    refused = demo("status", "ready", lead, "--json")
    assert (refused.code, refused.json[0]["result"]) == (1, "refused")
    assert f"{email} is suppressed (by phone)" in refused.json[0]["message"]
    assert demo("suppress", "list", "phone").code == 0
    assert demo("suppress", "remove", email, "gone.org").code == 1
    assert demo("status", "ready", lead).code == 0


def test_nonsense_is_refused_before_anything_is_written(command: Command) -> None:
    for words in (
        ("add", "two words"),
        ("add", "acme.com", "--until", "yesterday"),
        ("import", "absent.csv"),
        ("remove", "com"),
    ):
        done = command("suppress", *words)
        assert (done.code, done.out) == (2, ""), words
        assert done.err.count("\n") == 1
    assert command("suppress", "list").code == 1


def test_lookup_says_whether_one_may_write(demo: Command, sql: Sql) -> None:
    sql("INSERT INTO suppressions (value, reason) VALUES ('nordpack.example', 'by phone')")
    found = demo("lookup", "nordpack.example")
    assert found.code == 0  # something was found
    assert found.out.startswith("nordpack.example must not be written to:\n")
    no = demo("lookup", "--may-write", "anna@mail.nordpack.example")
    assert (no.code, no.err) == (1, "")
    assert "nordpack.example is suppressed since" in no.out
    assert "(by phone)" in no.out
    yes = demo("lookup", "--may-write", "nobody.example", "--json")
    assert (yes.code, yes.json["may_write"], yes.json["objections"]) == (0, True, [])
    neither = demo("lookup", "--may-write", "Anna Lee", "--json")
    assert (neither.code, neither.out) == (2, "")


def test_verify_marks_what_addresses_show(demo: Command, sql: Sql) -> None:
    ((first,), (second,)) = sql("SELECT lead_id FROM leads LIMIT 2")
    change = "UPDATE leads SET email = %s, email_verification_status = %s WHERE lead_id = %s"
    sql(change, "info@acme.example", None, first)
    sql(change, "sales@acme.example", "valid", second)
    done = demo("verify", "--filter", "email:*@acme.example", "--json")
    assert (done.code, done.json) == (0, {"checked": 1, "invalid": 0, "disposable": 0, "role": 1})
    found = sql("SELECT email_verification_status FROM leads WHERE email LIKE '%@acme.example'")
    assert sorted(found) == [("role",), ("valid",)]
