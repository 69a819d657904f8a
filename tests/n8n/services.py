"""What workflows ask over HTTP: an enricher, a verifier and a writer, each with a fixed answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Answers(BaseHTTPRequestHandler):
    """Answers in the shapes of a company API, of ZeroBounce's validate and of chat completions."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/company":
            self._answer({"domain": asked["domain"], "industry": "software", "employees": 42})
        else:
            bad = asked["email"].startswith("bad")
            self._answer({"address": asked["email"], "status": "invalid" if bad else "valid"})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        prompt = json.loads(self.rfile.read(length))["messages"][-1]["content"]
        self._answer({"choices": [{"message": {"content": f"Saw your news: {prompt}"}}]})

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def _answer(self, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def services() -> Iterator[str]:
    """Yield the URL where all three answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
