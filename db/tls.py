"""Which server is trusted: a remote one must prove its name unless somebody said otherwise.

Libpq's own default (``sslmode=prefer``) encrypts where it can and asks no server who it is.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

# Where systems keep the authorities that they trust; libpq as a wheel brings it looks elsewhere.
_AUTHORITIES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_LOCAL: Final = ("", "localhost", "localhost.localdomain", "ip6-localhost")


def defaults(given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a connection that make a remote server prove who it is.

    ``given`` are those of the connection string. Empty for a socket or the loopback, and where the
    string, its service or ``PGSSLMODE`` says anything about ``sslmode``.
    """
    service = _service(given.get("service") or os.environ.get("PGSERVICE", ""))

    def said(name: str) -> str:
        return given.get(name) or service.get(name) or os.environ.get(f"PG{name.upper()}", "")

    hosts = said("host") or said("hostaddr")
    if said("sslmode") or not any(map(is_remote, hosts.split(","))):
        return {}
    if said("sslrootcert") or Path("~/.postgresql/root.crt").expanduser().exists():
        return {"sslmode": "verify-full"}
    authorities = next((path for path in _AUTHORITIES if Path(path).exists()), "")
    return {"sslmode": "verify-full"} | ({"sslrootcert": authorities} if authorities else {})


def is_remote(host: str) -> bool:
    """Tell whether a host is neither a socket's directory nor the loopback, by its name alone."""
    host = host.strip().lower()
    if host in _LOCAL or host.startswith(("/", "@")):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _service(name: str) -> dict[str, str]:
    """Return what libpq's service files say of a service; nothing where libpq will complain."""
    if not name:
        return {}
    import configparser

    own = os.environ.get("PGSERVICEFILE") or Path("~/.pg_service.conf").expanduser()
    common = Path(os.environ.get("PGSYSCONFDIR", "/etc/postgresql-common"), "pg_service.conf")
    for path in (own, common):
        parser = configparser.ConfigParser(
            strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",)
        )
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            return {}
        if parser.has_section(name):
            return dict(parser[name])
    return {}
