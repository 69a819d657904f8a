"""One n8n, one server that both use over TCP, and a mailbox, for all tests of the workflows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import grants, schema
from db.database import open_database
from db.settings import Settings
from tests.n8n.engine import WORKFLOWS, Engine, engine
from tests.n8n.installation import installation
from tests.n8n.mailbox import Mailbox, mailbox
from tests.n8n.services import services
from tests.servers import ROLE, embedded_programs, server
from tests.support import on_database, plain_connection, run

AUTOMATION = "n8n"
MANAGER = "manager@sender.example"


@dataclass(frozen=True)
class Workshop:
    """A migrated database beside which n8n runs with all workflows published."""

    url: str
    engine: Engine
    mailbox: Mailbox


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Everything that runs while operators work; skips where no n8n is installed."""
    found = installation()
    if not found.complete:
        pytest.skip(f"n8n is not installed in {found.folder}: python -m tests.n8n installs it.")
    folder: Path = tmp_path_factory.mktemp("n8n")
    with (
        server(embedded_programs(), tcp=True) as postgres,
        services() as asked,
        mailbox() as post,
    ):
        url = f"postgresql://{ROLE}@127.0.0.1:{postgres.port}/leads?sslmode=disable"
        with plain_connection(postgres.url, "tests") as admin:
            run(admin, "CREATE DATABASE n8n")
            run(admin, "CREATE DATABASE leads")
        with open_database(Settings(url)) as database:
            schema.upgrade(database)
        _let_in(on_database(postgres.url, "leads"))
        with engine(found, "n8n", postgres.port, folder) as running:
            _publish(running, postgres.port, post.port, asked)
            yield Workshop(url, running, post)


def _let_in(url: str) -> None:
    """Give n8n a role of its own, by whose name the journal knows it, with no right beyond its work."""
    with plain_connection(url, "tests") as admin:
        for statement in grants.statements("automation", AUTOMATION, "public"):
            run(admin, statement)
        run(admin, f"ALTER ROLE {AUTOMATION} SET customer_center.actor = '{AUTOMATION}'")


def _publish(running: Engine, postgres: int, smtp: int, asked: str) -> None:
    database = {"host": "127.0.0.1", "port": postgres, "database": "leads", "user": AUTOMATION}
    database |= {"password": "none", "ssl": "disable"}
    mail = {"host": "127.0.0.1", "port": smtp, "secure": False, "disableStartTls": True}
    kept = {
        "postgres": running.keep("postgres", "Customer Center", database),
        "smtp": running.keep("smtp", "Mail server", mail),
    }
    settings = {
        "company_api": f"{asked}/company",
        "verifier": f"{asked}/v2/validate",
        "writer": f"{asked}/v1/chat/completions",
        "manager": MANAGER,
    }
    for file in sorted(WORKFLOWS.glob("*.json")):
        running.publish(file, kept, settings)
