"""The watch over every statement that tests make the program send."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.statements import ROOT, Statements, foreign_literals


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT name FROM leads WHERE name = 'c4n4ry'", ["c4n4ry"]),
        ("SELECT 'it''s c4n4ry'", ["it''s c4n4ry"]),
        ("SELECT 1 LIMIT 7357735", ["7357735"]),
        ("SELECT coalesce(country, '') FROM leads WHERE lead_id = %(id_1)s LIMIT 1", []),
        ("CREATE FUNCTION f() RETURNS text AS $$SELECT 'c4n4ry'$$", []),
    ],
)
def test_a_literal_that_no_source_has_is_found(statement: str, found: list[str]) -> None:
    assert foreign_literals(statement) == found


def test_a_module_that_writes_data_into_a_statement_is_caught(
    session: Session, statements: Statements
) -> None:
    careless = "session.execute(text(f\"SELECT '{value}'\"))"
    code = compile(careless, str(ROOT / "db" / "careless.py"), "exec")
    exec(code, {"session": session, "text": text, "value": "c4n4ry"})
    assert statements.with_data() == ["SELECT 'c4n4ry'"]
