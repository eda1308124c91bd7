"""Runs the sample world's origins on loopback ports, one port per real origin, in one thread of this
process.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Mapping
from types import TracebackType

import uvicorn

from config.errors import UserError
from crawlers.sample_world import upstreams
from crawlers.sample_world.changes import Changes, mutate
from crawlers.sample_world.gate import Gate
from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import World
from crawlers.sample_world.origins import Origin

_START_SECONDS = 10.0


def _bind(port: int, origin: str) -> socket.socket:
    """A bound loopback socket; port 0 takes a free one. Raises UserError if a fixed port is in use."""
    # With the protocol named, asyncio turns off Nagle's algorithm; without, every kept-alive answer waits 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError as error:
        sock.close()
        raise UserError(
            f"sample world: port {port} for {origin} cannot be used ({error.strerror}); "
            "choose another or leave it out"
        ) from error
    return sock


class Server:
    """A running sample world. Use it as a context manager; `origins` maps real origins to local ones."""

    def __init__(
        self, world: World, ports: Mapping[str, int] | None = None, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._world = world
        full = self._mounted(world)
        wanted = dict(ports or {})
        unknown = sorted({*wanted, *self._limits.faults} - set(full))
        if unknown:
            raise UserError(
                f"sample world: it has no origin {unknown[0]!r}; known: {', '.join(sorted(full))}"
            )
        self._sockets: dict[str, socket.socket] = {}
        try:
            for url in full:
                self._sockets[url] = _bind(wanted.get(url, 0), url)
        except UserError:
            self._close_sockets()
            raise
        self.origins = {url: f"http://127.0.0.1:{s.getsockname()[1]}" for url, s in self._sockets.items()}
        self._gate = Gate(self._by_port(full), self._limits, self.advance)
        self._advancing = threading.Lock()
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._gate, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
            )
        )
        self._thread: threading.Thread | None = None

    def _mounted(self, world: World) -> dict[str, Origin]:
        """The origins of a world; those with the fault "empty" are of a world with nobody in it."""
        full = upstreams.mount(world, self._limits).origins
        hollow = [url for url, fault in self._limits.faults.items() if fault == "empty"]
        if not hollow:
            return full
        empty = upstreams.mount(world.emptied(), self._limits).origins
        return {url: empty[url] if url in hollow else origin for url, origin in full.items()}

    def _by_port(self, origins: Mapping[str, Origin]) -> dict[int, Origin]:
        return {self._sockets[url].getsockname()[1]: origin for url, origin in origins.items()}

    @property
    def world(self) -> World:
        """The world that is served now."""
        return self._world

    def advance(self, share: float = 0.02, seed: int = 1) -> Changes:
        """Go on to the next night on the same ports; quotas and counters go on. Returns what changed."""
        with self._advancing:
            later, made = mutate(self._world, share, seed)
            self._gate.switch(self._by_port(self._mounted(later)))
            self._world = later
        return made

    def _close_sockets(self) -> None:
        for sock in self._sockets.values():
            sock.close()

    def start(self) -> Server:
        """Listen, in a daemon thread. Returns when every origin answers."""
        # A bound socket that nobody listens on refuses connections, and nobody else can take its port.
        up = [s for url, s in self._sockets.items() if self._limits.faults.get(url) != "down"]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=up)), name="sample-world", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the sample world did not start")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Stop answering and free the ports."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._close_sockets()

    def stats(self) -> dict[str, dict[str, object]]:
        """Requests per origin, by path class, status and quota; `over_limit` of them past a quota."""
        return self._gate.stats()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(world: World, *, ports: Mapping[str, int] | None = None, limits: Limits | None = None) -> Server:
    """A server of `world`, to be entered: `with serve(world) as server: server.origins[...]`.

    `ports` fixes the port of some origins. Raises UserError for an unknown origin or a port in use.
    """
    return Server(world, ports, limits)
