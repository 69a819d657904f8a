"""The PostgreSQL that comes with the package: private, shared by applications, never left behind.

An application holds a :class:`Lease` from :func:`attach`. The first one starts the server, a keeper
stops it after the last one; :func:`start` pins it until :func:`stop`.
"""

from __future__ import annotations

from db.embedded.lease import Lease, attach
from db.embedded.operations import Status, backup, psql, psql_command, restore, start, status, stop
from db.embedded.places import home
from db.embedded.throwaway import throwaway_home

__all__ = [
    "Lease",
    "Status",
    "attach",
    "backup",
    "home",
    "psql",
    "psql_command",
    "restore",
    "start",
    "status",
    "stop",
    "throwaway_home",
]
