"""A running n8n with its own database, to which the workflows and their credentials are given."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final

from tests.n8n.installation import Installation
from tests.servers import ROLE, free_port
from tests.support import wait_for

WORKFLOWS: Final = Path(__file__).parent / "workflows"
OWNER: Final = {
    "email": "owner@example.com",
    "firstName": "Olga",
    "lastName": "Owner",
    "password": "Only-for-tests-1",
}
START_SECONDS: Final = 240.0


class Refused(Exception):
    """n8n answered with an error, which says what was asked and what came back."""


class Engine:
    """The REST interface of a running n8n, as its own pages use it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def ready(self) -> bool:
        """Tell whether it answers and its own database is migrated."""
        try:
            return bool(self._ask("GET", "/healthz/readiness"))
        except (OSError, Refused):
            return False

    def own(self) -> None:
        """Become the owner of a new n8n."""
        self._ask("POST", "/rest/owner/setup", OWNER)

    def keep(self, kind: str, name: str, data: Mapping[str, Any]) -> str:
        """Keep credentials and return their id."""
        given = {"type": kind, "name": name, "data": data}
        return str(self._ask("POST", "/rest/credentials", given)["data"]["id"])

    def publish(
        self, file: Path, credentials: Mapping[str, str], settings: Mapping[str, str]
    ) -> None:
        """Take in a workflow and let it run by itself.

        ``credentials`` are ids by kind; ``settings`` replace those of the workflow's first node.
        """
        workflow = json.loads(file.read_text())
        del workflow["id"]
        for node in workflow["nodes"]:
            for kind, given in node.get("credentials", {}).items():
                given["id"] = credentials[kind]
            if node["name"] == "Settings":
                for value in node["parameters"]["assignments"]["assignments"]:
                    value["value"] = settings.get(value["name"], value["value"])
        made = self._ask("POST", "/rest/workflows", workflow)["data"]
        version = {"versionId": made["versionId"]}
        self._ask("POST", f"/rest/workflows/{made['id']}/activate", version)

    def call(self, path: str, document: Mapping[str, Any] | None = None) -> Any:
        """Call a workflow's webhook and return what its last node gives."""
        return self._ask("POST", f"/webhook/customer-center/{path}", document or {})

    def _ask(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self.url + path, body, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Refused(f"{method} {path}: {error.code} {error.read()!r}") from None


@contextmanager
def engine(found: Installation, database: str, port: int, folder: Path) -> Iterator[Engine]:
    """Run n8n on a database of its own at a server on the loopback, until the block ends."""
    listening = free_port()
    log = folder / "n8n.log"
    environment = {
        "PATH": f"{found.node.parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "N8N_USER_FOLDER": str(folder),
        "N8N_PORT": str(listening),
        "N8N_LISTEN_ADDRESS": "127.0.0.1",
        "N8N_SECURE_COOKIE": "false",
        "N8N_DIAGNOSTICS_ENABLED": "false",
        "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
        "N8N_TEMPLATES_ENABLED": "false",
        "N8N_PERSONALIZATION_ENABLED": "false",
        "N8N_RUNNERS_BROKER_PORT": str(free_port()),
        "DB_TYPE": "postgresdb",
        "DB_POSTGRESDB_HOST": "127.0.0.1",
        "DB_POSTGRESDB_PORT": str(port),
        "DB_POSTGRESDB_DATABASE": database,
        "DB_POSTGRESDB_USER": ROLE,
        "DB_POSTGRESDB_PASSWORD": "none",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [found.node, found.n8n, "start"],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Engine(listening)
    try:
        wait_for(lambda: running.ready() or process.poll() is not None, "for n8n", START_SECONDS)
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        running.own()
        yield running
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
