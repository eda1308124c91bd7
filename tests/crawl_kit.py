"""For the crawl tests: a configuration with low floors, the child process, and an upstream that tests can change."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from config.manifest import Manifest, read_manifests
from config.paths import ProfilePaths

ROOT = Path(__file__).parent.parent


def write_config(folder: Path, changes: Mapping[str, Mapping[str, Any]]) -> Path:
    """A copy of settings, specialties and sources in which `changes` are made to sources, by name."""
    (folder / "sources").mkdir(parents=True)
    shutil.copytree(ROOT / "config" / "specialties", folder / "specialties")
    shutil.copy(ROOT / "config" / "settings.yml", folder)
    for path in (ROOT / "config" / "sources").glob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | dict(changes.get(path.stem, {}))
        (folder / "sources" / path.name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Ended:
    """A finished child process."""

    code: int
    events: list[dict[str, Any]]
    errors: str
    manifest: Manifest | None


def arguments(
    source: str, paths: ProfilePaths, config: Path, origins: Mapping[str, str], *more: str
) -> list[str]:
    return [
        sys.executable, "-m", "crawlers", "run", source, "--profile", "sample", "--root", str(paths.root),
        "--config", str(config), "--origins", json.dumps(origins), *more,
    ]  # fmt: skip


def crawl(source: str, paths: ProfilePaths, config: Path, origins: Mapping[str, str], *more: str) -> Ended:
    """Run the child to its end."""
    done = subprocess.run(
        arguments(source, paths, config, origins, *more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    manifests = read_manifests(paths, source)
    return Ended(done.returncode, events, done.stderr, manifests[-1] if manifests else None)


@dataclass
class Answer:
    """What the upstream says to one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Upstream:
    """A loopback server of exactly these paths, with entity tags; everything else is 404."""

    answers: dict[str, Answer]
    origin: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)  # path and status, in order
    agents: set[str] = field(default_factory=set)

    def statuses(self, ending: str) -> list[int]:
        return [status for path, status in self.asked if path.endswith(ending)]


@contextmanager
def upstream(answers: dict[str, Answer]) -> Iterator[Upstream]:
    served = Upstream(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = served.answers.get(self.path, Answer(b"not here", 404))
            etag = f'W/"{hashlib.sha256(answer.body).hexdigest()}"'
            status, body = answer.status, answer.body
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            served.asked.append((self.path, status))
            served.agents.add(self.headers.get("User-Agent", ""))
            self.send_response(status)
            if answer.status == 200:
                self.send_header("ETag", etag)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that was killed leaves broken connections."""

    server = Server(("127.0.0.1", 0), Handler)
    served.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
