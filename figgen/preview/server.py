"""Serves the outputs and the news to browsers on this machine, and to nobody else."""

import json
import os
import re
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from threading import Thread
from urllib.parse import parse_qs, quote, unquote, urlsplit

from figgen.errors import FiggenError
from figgen.preview.page import EVENTS, waiting_page, with_script
from figgen.preview.stage import Stage, version_of

HOST = "127.0.0.1"
USUAL_PORT = 8431
"""Taken if it is free, so that a tab finds the next preview again."""

_PAGE = re.compile(r"handout\.[A-Za-z0-9-]+(\.[a-z]+)?\.html")
_LOOK = 0.5  # seconds between looks at whether a browser has left
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".gif": "image/gif",
    ".epub": "application/epub+zip",
}


class _Server(ThreadingHTTPServer):
    """A server that knows what it serves."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name != "nt"  # where it would take a port from another program

    def __init__(self, port: int, stage: Stage) -> None:
        self.stage = stage
        super().__init__((HOST, port), _Handler)

    @property
    def hosts(self) -> set[str]:
        """What a browser on this machine calls it; any other name is another site's."""
        return {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of browsers that leave."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    server: _Server
    timeout = 30  # seconds, for a browser that says nothing

    def do_GET(self) -> None:
        """Answer with a page, another output, or the news."""
        if self.headers.get_all("Host", []) not in [[host] for host in self.server.hosts]:
            self._say(HTTPStatus.FORBIDDEN, f"This is http://{HOST}:{self.server.server_port}/ only.")
            return
        address = urlsplit(self.path)
        path = unquote(address.path).removeprefix("/")
        if address.path == EVENTS:
            self._tell_news(parse_qs(address.query).get("page", [""])[0])
        elif path == "" and self.server.stage.first:
            self._send(HTTPStatus.FOUND, "text/plain", b"", Location=f"/{quote(self.server.stage.first)}")
        elif (data := self.server.stage.read(path)) is not None:
            self._send_output(path, data)
        elif path == "" or _PAGE.fullmatch(path):
            self._send(HTTPStatus.OK, _KINDS[".html"], waiting_page(path))
        else:
            self._say(HTTPStatus.NOT_FOUND, "figgen has made no such file.")

    def do_HEAD(self) -> None:
        """Answer likewise, without the content."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Leave the terminal to what the author has to know."""

    def _send_output(self, path: str, data: bytes) -> None:
        kind = _KINDS.get(PurePosixPath(path).suffix, "application/octet-stream")
        if path.endswith(".html"):
            data = with_script(data, path, version_of(data))
        self._send(HTTPStatus.OK, kind, data)

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(status, "text/plain; charset=utf-8", f"{text}\n".encode())

    def _send(self, status: HTTPStatus, kind: str, data: bytes, **headers: str) -> None:
        self._begin(status, kind, **headers, **{"Content-Length": str(len(data))})
        if self.command != "HEAD":
            self.wfile.write(data)

    def _begin(self, status: HTTPStatus, kind: str, **headers: str) -> None:
        self.send_response(status)
        always = {
            "Content-Type": kind,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        }
        for name, value in (always | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def _tell_news(self, page: str) -> None:
        """Send what a page has to know, and again when that changes, until its browser leaves."""
        if page and not _PAGE.fullmatch(page):
            self._say(HTTPStatus.NOT_FOUND, "There is no such page.")
            return
        if self.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            self._say(HTTPStatus.FORBIDDEN, "News are for the pages of this server.")
            return
        self._begin(HTTPStatus.OK, "text/event-stream")
        if self.command == "HEAD":
            return
        stage, known, told = self.server.stage, 0, ""
        with stage.shown(page):
            while not stage.ended and not self._has_left():
                if (news := json.dumps(stage.news(page))) != told:
                    self.wfile.write(f"data: {news}\n\n".encode())
                    told = news
                known = stage.wait(known, _LOOK)

    def _has_left(self) -> bool:
        """Tell whether the browser has closed the connection, on which it has nothing more to say."""
        ready, _, _ = select.select([self.connection], [], [], 0)
        return bool(ready) and self.connection.recv(1, socket.MSG_PEEK) == b""


@contextmanager
def serving(stage: Stage, port: int | None) -> Iterator[str]:
    """Serve in a thread, and yield the address.

    Args:
        stage: What to serve.
        port: Where; without one, the usual port or any that is free.

    Raises:
        FiggenError: The port cannot be had.
    """
    server = _open(stage, port)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        stage.ended = True
        stage.tell()
        server.shutdown()
        server.server_close()


def _open(stage: Stage, port: int | None) -> _Server:
    try:
        return _Server(port or USUAL_PORT, stage)
    except OSError as error:
        if port is None:
            return _Server(0, stage)
        told = f"cannot serve at port {port}: {error.strerror}; choose another --port, or none for a free one"
        raise FiggenError(told) from error
