"""An import from the command line beside psql: \\copy into a bare table, and set-based inserts."""

from __future__ import annotations

import csv
import gzip
import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from db import schema
from db.database import open_database
from db.domains import normalize_host
from db.settings import Settings
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Figure
from tests.support import on_database, plain_connection, run

ROWS: Final = 200_000
SHORT_ROWS: Final = 20_000
PEOPLE: Final = Path(__file__).parents[1] / "data" / "apollo_people_5000.csv.gz"
NAME: Final = "imported"
WORLDS: Final = 5
"""How many other companies each company of the file stands for."""

# Columns of the file by what becomes of them; all others are custom data.
LEAD: Final = {
    "first_name": "First Name",
    "last_name": "Last Name",
    "title": "Title",
    "linkedin_url": "Person Linkedin Url",
    "external_id": "Apollo Contact Id",
    "email_verification_status": "Email Status",
    "email_verification_message": "Primary Email Verification Source",
}
ORGANIZATION: Final = {
    "name": "Company Name",
    "external_id": "Apollo Account Id",
    "formatted_organization_name": "Company Name for Emails",
    "linkedin_url": "Company Linkedin Url",
    "country": "Company Country",
    "raw_address": "Company Address",
    "website_url": "Website",
}
DOMAIN: Final = r"""regexp_replace(lower("Website"), '^[a-z]+://(www\.)?|[/:?#].*$', '', 'g')"""


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure both on empty databases of the same schema, and tell the memory of ours."""
    rows = SHORT_ROWS if bench.short else ROWS
    file = bench.scratch / "people.csv"
    header = _write(file, rows)
    psql = shutil.which("psql")
    floor = _by_psql(bench, psql, file, header) if psql else None
    seconds, memory = _ours(bench, file)
    file.unlink()
    what = f"import of {rows:,} rows of Apollo's"
    yield Figure(
        what, seconds * 1e3, "ms", floor and floor * 1e3, "psql", limit=2 if floor else None
    )
    yield Figure(f"memory of the {what}", memory, "MB", limit=300)


def _write(path: Path, rows: int) -> list[str]:
    """Write so many rows, made of those of the test data; psql takes them too."""
    with gzip.open(PEOPLE, "rt", encoding="utf-8", errors="replace", newline="") as packed:
        header, *samples = csv.reader(io.StringIO(packed.read().replace("\0", "")))
    place = {name: index for index, name in enumerate(header)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in range(rows):
            cells = (samples[number % len(samples)] + [""] * len(header))[: len(header)]
            copy = number // len(samples)
            world = copy % WORLDS
            local, at, domain = cells[place["Email"]].strip().rpartition("@")
            cells[place["Email"]] = f"{local}.{copy}{at}{domain}"
            for name in ("Apollo Contact Id", "Apollo Account Id"):
                cells[place[name]] += f".{copy if 'Contact' in name else world}"
            host = normalize_host(cells[place["Website"]])
            cells[place["Website"]] = f"https://{world}-{host}/" if host else ""
            writer.writerow(cells)
    return header


def _by_psql(bench: Bench, psql: str, file: Path, header: list[str]) -> float:
    script = bench.scratch / "import.sql"
    script.write_text(_script(file, header), encoding="utf-8")
    with _empty(bench) as url:
        start = time.perf_counter()
        subprocess.run(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(script)], check=True
        )
        return time.perf_counter() - start


def _script(file: Path, header: list[str]) -> str:
    columns = ", ".join(f'"{name}" text' for name in header)
    mapped = ", ".join(f"'{name}'" for name in (*LEAD.values(), *ORGANIZATION.values(), "Email"))
    return f"""
BEGIN;
INSERT INTO campaigns (name) VALUES ('Benchmark');
CREATE TEMPORARY TABLE staged ({columns});
\\copy staged FROM '{file}' WITH (FORMAT csv, HEADER true)
ALTER TABLE staged ADD domain text;
UPDATE staged SET domain = coalesce(nullif({DOMAIN}, ''), split_part(lower(btrim("Email")), '@', 2));
ANALYZE staged;
INSERT INTO organizations (email_domain, external_source, {", ".join(ORGANIZATION)})
SELECT DISTINCT ON (domain) domain, NULL, coalesce("Company Name", domain), NULL,
       {", ".join(f'"{name}"' for name in list(ORGANIZATION.values())[2:])}
  FROM staged WHERE "Email" LIKE '%_@_%' ORDER BY domain;
INSERT INTO leads (campaign_id, company_id, email, custom_data, {", ".join(LEAD)})
SELECT c.campaign_id, o.organization_id, lower(btrim(s."Email")),
       jsonb_strip_nulls(to_jsonb(s) - ARRAY[{mapped}]),
       {", ".join(f's."{name}"' for name in LEAD.values())}
  FROM staged s JOIN organizations o ON o.email_domain = s.domain CROSS JOIN campaigns c
 WHERE s."Email" LIKE '%_@_%'
ON CONFLICT (campaign_id, email) DO NOTHING;
COMMIT;
"""


def _ours(bench: Bench, file: Path) -> tuple[float, float]:
    """Return the seconds of the whole command and the most memory, in MB, that it had."""
    command = [sys.executable, "-m", "tui.cli", "import", str(file), "--campaign", "Benchmark"]
    command += ["--rejects", str(bench.scratch / "rejects.csv")]
    with _empty(bench) as url:
        environment = {**os.environ, "DATABASE_URL": url, "XDG_STATE_HOME": str(bench.scratch)}
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("The import failed.")
    return seconds, usage.ru_maxrss / 1024


@contextmanager
def _empty(bench: Bench) -> Iterator[str]:
    """Yield the URL of a new database at the head of the schema, dropped afterwards.

    Nothing of an earlier run is written to the disk or vacuumed meanwhile.
    """
    url = on_database(bench.data.url, NAME)
    with plain_connection(on_database(bench.data.url, "postgres"), "benchmarks") as admin:
        run(admin, f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        run(admin, f'CREATE DATABASE "{NAME}" TEMPLATE template0')
        with open_database(Settings(url)) as database:
            schema.upgrade(database)
        run(admin, "CHECKPOINT")
        yield url
        run(admin, f'DROP DATABASE "{NAME}" WITH (FORCE)')
