"""The night's own Prefect API server, as a child that ends with its parent.

Prefect's ephemeral server is a process that survives a killed parent, and its first start takes long. Ours gets a
listening socket from the parent (no race for the port: a request made early simply waits), serves the API only and
hangs on the lifeline. An operator who has a Prefect server sets PREFECT_API_URL, and none is started.

Run by `launch` as ``python -m flows.prefect_server FD [--services]`` with Prefect's environment set (see
`flows.environment`); `--services` also runs those background services that the environment enables.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from config.errors import UserError
from config.lifeline import end_with_parent
from config.paths import ProfilePaths
from flows.children import Child, python_module
from flows.environment import prefect_home
from flows.prefect_schema import prepare_database

URL_VARIABLE = "PREFECT_API_URL"
START_SECONDS = 120.0


@dataclass
class Server:
    """A server child that was started but need not be ready yet."""

    child: Child
    url: str
    port: int

    def wait_until_ready(self, timeout: float = START_SECONDS) -> None:
        """Wait for the first health answer. Raises UserError with its last line if it ends or is silent."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                ended = self.child.stop(0)
                raise UserError(f"Prefect's API server did not start: {ended.last_error}")
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2) as response:  # noqa: S310 (our loopback)
                    if response.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.child.stop(1)
        raise UserError(f"Prefect's API server did not answer within {timeout:.0f} s")

    def stop(self, grace: float = 3) -> None:
        self.child.stop(grace)


def start(paths: ProfilePaths) -> Server | None:
    """Start the server and point PREFECT_API_URL at it; None if the operator named his own.

    Call it before Prefect is imported.
    """
    if os.environ.get(URL_VARIABLE):
        return None
    return launch(paths)


def launch(paths: ProfilePaths, *, port: int = 0, services: bool = False) -> Server:
    """Start the server on a loopback port (0: any free one) and point PREFECT_API_URL at it.

    Raises OSError if the port is in use.
    """
    with socket.socket() as listener:
        listener.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # a port that was just given back is free
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        port = listener.getsockname()[1]
        prepare_database(prefect_home(paths) / "prefect.db")
        prefect_home(paths).mkdir(parents=True, exist_ok=True)
        arguments = [str(listener.fileno()), *(["--services"] if services else [])]
        child = Child(python_module("flows.prefect_server", *arguments), pass_fds=[listener.fileno()])
    url = f"http://127.0.0.1:{port}/api"
    os.environ[URL_VARIABLE] = url
    return Server(child, url, port)


def serve(descriptor: int, *, services: bool = False) -> None:
    """Serve Prefect's API on an inherited listening socket until told to end."""
    import uvicorn
    from prefect.server.api.server import create_app

    listener = socket.socket(fileno=descriptor)
    application = create_app(ephemeral=not services, final=True)
    uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    end_with_parent()
    serve(int(sys.argv[1]), services="--services" in sys.argv[2:])
