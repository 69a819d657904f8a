"""Having libpq ask a server to stop a statement, while the rest of the program goes on.

psycopg2's ``cancel`` holds Python's lock until the server has answered: where a line has fallen silent
that stops every thread, for ever (seen with 2.9.13). libpq 17 and later can ask with the connection's
own time-out for connecting, and by its own encryption; psycopg2-binary brings it along.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

import psycopg2
from psycopg2 import _psycopg

# What is quick keeps Python's lock, so that the connection stays whole; what waits gives it up.
_QUICK: Final = ctypes.PyDLL(_psycopg.__file__)
_WAITING: Final = ctypes.CDLL(_psycopg.__file__)
AVAILABLE: Final = hasattr(_QUICK, "PQcancelCreate")


class CancelRequest:
    """A request to stop what a connection runs, ready to be sent.

    ``connection`` is the address of libpq's connection (psycopg2's ``pgconn_ptr``), which must not be
    closed while this is made, and may be afterwards.
    """

    def __init__(self, connection: int) -> None:
        self._request = _function(_QUICK, "PQcancelCreate", ctypes.c_void_p)(connection)

    def send(self) -> None:
        """Send it, and wait until the server took it or the time-out for connecting is over.

        Raises ``psycopg2.OperationalError`` where it could not be sent.
        """
        try:
            if not _function(_WAITING, "PQcancelBlocking", ctypes.c_int)(self._request):
                told = _function(_QUICK, "PQcancelErrorMessage", ctypes.c_char_p)(self._request)
                raise psycopg2.OperationalError(told.decode(errors="replace").strip())
        finally:
            _function(_QUICK, "PQcancelFinish", None)(self._request)


def _function(library: ctypes.CDLL, name: str, result: Any) -> Any:
    found = library[name]
    found.argtypes = [ctypes.c_void_p]
    found.restype = result
    return found
