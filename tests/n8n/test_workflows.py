"""The ready workflows in a real n8n, seen on the screen of the open application."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import connection as PsycopgConnection

from tests.e2e.terminal import Terminal
from tests.n8n.conftest import AUTOMATION, MANAGER, Workshop
from tests.support import fetch, plain_connection, run, scalar, wait_for

ADDED = """
WITH campaign AS (INSERT INTO campaigns (name, status) VALUES ('Autumn', 'active') RETURNING *),
     organization AS (INSERT INTO organizations (name, email_domain)
                      VALUES ('Acme', 'acme.example') RETURNING *)
INSERT INTO leads (campaign_id, company_id, first_name, last_name, email)
SELECT campaign_id, organization_id, first, last, email FROM campaign, organization,
       (VALUES ('Ada', 'Lovelace', 'ada@acme.example'),
               ('Bob', 'Bounce', 'bad.bob@acme.example')) AS given (first, last, email)
"""


@pytest.fixture
def operator(workshop: Workshop) -> Iterator[PsycopgConnection]:
    """A connection to the database that n8n works on."""
    with plain_connection(workshop.url, "tests") as connection:
        yield connection


@pytest.fixture
def screen(workshop: Workshop, tmp_path: Path) -> Iterator[Terminal]:
    """The application, open on the same database."""
    env = {**os.environ, "DATABASE_URL": workshop.url, "CUSTOMER_CENTER_ACTOR": "anna"}
    command = [sys.executable, "-m", "tui.cli"]
    with Terminal(command, env=env, cwd=tmp_path, size=(120, 30)) as running:
        yield running


def test_a_lead_goes_from_new_to_replied_while_the_operator_looks_on(
    workshop: Workshop, operator: PsycopgConnection, screen: Terminal
) -> None:
    run(operator, ADDED)
    n8n = workshop.engine
    screen.wait("Autumn")
    screen.press("g", "l")
    screen.wait("Ada Lovelace")

    n8n.call("enrich")
    screen.wait("enriching")
    assert scalar(operator, "SELECT website_summary_data ->> 'industry' FROM organizations") == (
        "software"
    )
    n8n.call("verify")
    screen.wait("invalid")
    n8n.call("icebreakers")
    screen.wait("ready")
    n8n.call("send")
    screen.wait("sent")
    [mail] = workshop.mailbox.to("ada@acme.example")
    assert "Saw your news" in mail.get_content()
    assert not workshop.mailbox.to("bad.bob@acme.example")

    n8n.call("replies", {"from": "Ada@Acme.example", "date": "2026-01-02T03:04:05Z"})
    screen.wait("replied")
    wait_for(lambda: workshop.mailbox.to(MANAGER), "for the mail to the manager", 30)
    actors = fetch(operator, "SELECT DISTINCT actor FROM changes WHERE table_name = 'leads'")
    assert actors == [(AUTOMATION,)]
    assert n8n.call("enrich") == [], "a run that finds nothing to do is no error"
