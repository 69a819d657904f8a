"""The workflows' files, without an n8n: their statements fit the schema, and nothing is private."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.n8n.engine import WORKFLOWS
from tests.support import run

FILES = sorted(WORKFLOWS.glob("*.json"))


def nodes(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text())["nodes"]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_statement_can_be_planned_on_the_schema(file: Path, other: PsycopgConnection) -> None:
    queries = [node["parameters"]["query"] for node in nodes(file) if "query" in node["parameters"]]
    assert queries
    for number, query in enumerate(queries):
        run(other, f"PREPARE statement_{number} AS {query}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_connection_leads_from_a_node_to_a_node(file: Path) -> None:
    workflow = json.loads(file.read_text())
    names = {node["name"] for node in workflow["nodes"]}
    reached = {
        link["node"]
        for outputs in workflow["connections"].values()
        for output in outputs["main"]
        for link in output
    }
    assert set(workflow["connections"]) | reached == names
