"""Which server is trusted: a made certificate, a wrong one, and what is asked of whom by default."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn
from sqlalchemy.exc import DBAPIError

from db import tls
from db.database import open_database
from db.engine import translate
from db.errors import DatabaseUnavailable
from db.settings import Settings
from tests.servers import DEBIANS_OLDEST, ROLE, server

NAME = "db.test"


def made_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate that is its own authority, and its key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    words = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"]
    words += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    words += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's certificate and of another one."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def port(made: Path) -> Iterator[int]:
    """The port of an encrypted server that is called ``db.test``."""
    if not (DEBIANS_OLDEST / "initdb").exists():
        pytest.skip(f"PostgreSQL 15 is not installed in {DEBIANS_OLDEST}")
    certificate = made_certificate(made, NAME)
    with server(DEBIANS_OLDEST, tcp=True, certificate=certificate) as running:
        yield running.port


def encrypted(port: int, words: str) -> bool:
    """Connect, and tell whether the line is encrypted. Raises what a user is told."""
    dsn = f"hostaddr=127.0.0.1 port={port} user={ROLE} dbname=postgres {words}"
    with open_database(Settings(dsn)) as database:
        try:
            with database.engine.connect() as connection:
                line = connection.connection.driver_connection
                return bool(line.info.ssl_in_use)  # type: ignore[union-attr]
        except DBAPIError as error:
            raise translate(error) from error


def test_a_server_that_proves_its_name_is_trusted(port: int, made: Path) -> None:
    root = made / f"{NAME}.crt"
    assert encrypted(port, f"host={NAME} sslmode=verify-full sslrootcert={root}")


def test_a_remote_server_must_prove_its_name_without_being_asked_to(port: int, made: Path) -> None:
    assert encrypted(port, f"host={NAME} sslrootcert={made / f'{NAME}.crt'}")
    with pytest.raises(DatabaseUnavailable, match="does not prove who it is"):
        encrypted(port, f"host={NAME}")


@pytest.mark.parametrize(
    ("host", "authority", "words"),
    [
        (NAME, "other.test", "certificate verify failed"),
        ("other.test", NAME, "does not match host name"),
        (NAME, "missing", "does not exist"),
    ],
)
def test_another_certificate_is_refused_in_one_sentence(
    port: int, made: Path, host: str, authority: str, words: str
) -> None:
    if authority == "other.test":
        made_certificate(made, authority)
    with pytest.raises(DatabaseUnavailable) as refused:
        encrypted(port, f"host={host} sslrootcert={made / f'{authority}.crt'}")
    message = str(refused.value)
    assert words in message
    assert "sslmode=prefer trusts any server" in message
    assert "\n" not in message


def test_who_asks_for_no_proof_gets_none(port: int) -> None:
    assert encrypted(port, f"host={NAME} sslmode=require")
    assert not encrypted(port, f"host={NAME} sslmode=disable")


@pytest.mark.usefixtures("port")
def test_a_server_without_encryption_is_refused() -> None:
    with (
        server(DEBIANS_OLDEST, tcp=True) as plain,
        pytest.raises(DatabaseUnavailable, match="does not support SSL"),
    ):
        encrypted(plain.port, f"host={NAME}")


@pytest.mark.parametrize(
    ("dsn", "mode"),
    [
        ("postgresql://db.acme.com/crm", "verify-full"),
        ("postgresql://10.0.0.7,127.0.0.1/crm", "verify-full"),
        ("hostaddr=192.0.2.1", "verify-full"),
        ("host=db.acme.com hostaddr=127.0.0.1", "verify-full"),
        ("postgresql://db.acme.com/crm?sslmode=prefer", None),
        ("postgresql://localhost/crm", None),
        ("postgresql://127.0.0.2,[::1]/crm", None),
        ("postgresql:///crm?host=/var/run/postgresql", None),
        ("dbname=crm", None),
        ("service=remote", "verify-full"),
        ("service=remote host=localhost", None),
        ("service=chosen", None),
        ("service=unknown", None),
    ],
)
def test_what_is_asked_of_a_server_by_default(
    dsn: str, mode: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = tmp_path / "services.conf"
    remote = "host=db.acme.com\npassword=100%\n"
    services.write_text(f"# ours\n[remote]\n{remote}[chosen]\n{remote}sslmode=require\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    assert tls.defaults(parse_dsn(dsn)).get("sslmode") == mode


def test_the_environment_names_the_server_and_says_what_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGHOST", "db.acme.com")
    assert tls.defaults({})["sslmode"] == "verify-full"
    monkeypatch.setenv("PGSSLMODE", "require")
    assert tls.defaults({}) == {}
