"""The page really served, on a free port of this machine: one server for all tests, and the page that each one puts in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from probe.web.app import make_app
from probe.web.site import Site


class Server:
    """A server without a page until somebody `shows` one."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        settings = uvicorn.Config(
            self._answer,
            interface="asgi3",
            log_level="critical",
            server_header=False,
            http="h11",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listening]}, daemon=True)
        self._thread.start()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None
        await self._app(scope, receive, send)

    @contextmanager
    def shows(self, site: Site) -> Iterator[str]:
        """The address under which the site is shown, without a slash at its end."""
        self._app = make_app(site)
        try:
            yield self.address
        finally:
            self._app = None
            site.index.close()

    def close(self) -> None:
        """Ends it."""
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()
