"""A line to PostgreSQL that can be cut at the worst moment: around a COMMIT."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from psycopg2.extensions import make_dsn, parse_dsn

Moment = Literal["committed", "held"]


class Proxy:
    """Passes bytes on between a client and the server until a client commits.

    Once armed by :meth:`cut`, the next COMMIT loses its client: ``committed`` lets the server do it
    first, ``held`` keeps it back until :meth:`let_go`. A ``pooling`` one brings no announcement. While
    it is ``silent`` it swallows whatever comes, and cuts nothing.
    """

    def __init__(self, url: str, folder: Path, *, pooling: bool = False) -> None:
        self._pooling = pooling
        self._server = parse_dsn(url)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        given = {name: value for name, value in self._server.items() if name != "requirepeer"}
        plain = {"host": str(folder), "port": "5432", "sslmode": "disable", "gssencmode": "disable"}
        self.url = make_dsn(**(given | plain))
        self.cuts = 0
        self.silent = False
        self._moment: Moment | None = None
        self._go = threading.Event()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, moment: Moment) -> None:
        """Cut the line at the next COMMIT."""
        self._moment = moment

    def let_go(self) -> None:
        """Let a held COMMIT through to the server."""
        self._go.set()

    def close(self) -> None:
        """Cut everything."""
        self._go.set()
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connected()
                self._sockets += [client, server]
                gone = threading.Event()
                for job in (self._up, self._down):
                    threading.Thread(target=job, args=(client, server, gone), daemon=True).start()

    def _connected(self) -> socket.socket:
        host, port = self._server.get("host") or "/tmp", self._server.get("port") or "5432"
        if host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{host}/.s.PGSQL.{port}")
            return server
        return socket.create_connection((host, int(port)))

    def _up(self, client: socket.socket, server: socket.socket, gone: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                if b"COMMIT" in data and self._moment is not None:
                    self._lose(client, server, gone, data, self._moment)
                    return
                if not self.silent:
                    server.sendall(data)
        if not gone.is_set():
            server.close()

    def _down(self, client: socket.socket, server: socket.socket, gone: threading.Event) -> None:
        rest = b""
        with suppress(OSError):
            while data := server.recv(65_536):
                if self._pooling:
                    data, rest = unannounced(rest + data)
                if gone.is_set():
                    self._answered.set()
                elif not self.silent:
                    client.sendall(data)

    def _lose(
        self,
        client: socket.socket,
        server: socket.socket,
        gone: threading.Event,
        data: bytes,
        moment: Moment,
    ) -> None:
        self._moment = None
        self._answered = threading.Event()
        gone.set()
        if moment == "committed":
            server.sendall(data)
            self._answered.wait(10)
        client.shutdown(socket.SHUT_RDWR)
        self.cuts += 1
        if moment == "held":
            self._go.wait(10)
            server.sendall(data)
            self._answered.wait(10)
        server.close()


def unannounced(data: bytes) -> tuple[bytes, bytes]:
    """Return the whole messages of a server without its announcements, and what is not whole yet."""
    passed, at = b"", 0
    while at + 5 <= len(data):
        end = at + 1 + int.from_bytes(data[at + 1 : at + 5])
        if end > len(data):
            break
        if data[at : at + 1] != b"A":
            passed += data[at:end]
        at = end
    return passed, data[at:]


@contextmanager
def proxied(url: str, folder: Path, *, pooling: bool = False) -> Iterator[Proxy]:
    """Yield a line to a server through a socket in a folder, whose path must be short."""
    proxy = Proxy(url, folder, pooling=pooling)
    try:
        yield proxy
    finally:
        proxy.close()
