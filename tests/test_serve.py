"""`talentatlas serve`: a schedule fires, a stop ends everything, and what is wrong is said at once."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import yaml

from flows.locks import run_lock
from tests.commands import Place, error_line, small_config, wait_until_gone

ENTRYPOINT = "tests.served_flow.served"
FILE_VARIABLE = "TALENTATLAS_TEST_SERVED"  # served_flow.py reads it; importing that would import Prefect
EVERY_OTHER_SECOND = "* * * * * */2"  # the sixth field is the second
SERVE = (
    "import sys; from flows.serving import serve; "
    "serve('sample', int(sys.argv[1]), say=lambda line: print(line, flush=True), entrypoint=sys.argv[2])"
)


def place_with_cron(folder: Path, cron: str) -> Place:
    config = small_config(folder / "settings", people=150)
    settings = config / "settings.yml"
    content = yaml.safe_load(settings.read_text())
    content["nightly"]["cron"] = cron
    settings.write_text(yaml.safe_dump(content))
    return Place(
        folder / "data",
        config,
        {FILE_VARIABLE: str(folder / "served.txt"), "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(place: Place, entrypoint: str) -> subprocess.Popen[str]:
    place.data.parent.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-P", "-c", SERVE, str(free_port()), entrypoint],
        env=place.environment(),
        cwd=place.data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "nothing fired"
        time.sleep(0.2)


def test_a_schedule_fires_and_a_stop_ends_everything(tmp_path: Path) -> None:
    place = place_with_cron(tmp_path, EVERY_OTHER_SECOND)
    served = tmp_path / "served.txt"
    process = start(place, ENTRYPOINT)
    try:
        wait_for(served.exists, process, 90)
        os.killpg(process.pid, signal.SIGTERM)
        output, _ = process.communicate(timeout=40)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == 0, output
    assert "serving profile sample at '* * * * * */2' (UTC)" in output
    assert output.splitlines()[-1] == "stopped; what was published stays"
    profile, scheduled, _ = served.read_text().splitlines()[0].split()
    assert profile == "sample"
    assert datetime.fromisoformat(scheduled).second % 2 == 0, "not started by the schedule"
    assert not wait_until_gone(place.data, 10)


def test_a_night_under_way_is_left_alone(tmp_path: Path) -> None:
    """The flow that serve really runs, while somebody else holds the run lock; then serve is killed outright."""
    place = place_with_cron(tmp_path, EVERY_OTHER_SECOND)
    with run_lock(place.sample / "locks" / "nightly.lock"):
        process = start(place, "flows.scheduled.scheduled")
        try:
            assert process.stdout is not None
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("skipped: "):
                    break
            assert f"process {os.getpid()}" in lines[-1], lines
        finally:
            process.kill()
            process.wait(10)
    assert not wait_until_gone(place.data, 10), "killed, and something lives on"
    assert not list((place.sample / "landing").rglob("*")), "a night was run all the same"


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    place = place_with_cron(tmp_path, "30 2 * * *")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finished = place.run("serve", "--port", str(port), timeout=60)
    assert finished.returncode == 2
    assert (
        error_line(finished) == f"error: 127.0.0.1:{port}: the port is in use; give another one with --port"
    )
    assert not wait_until_gone(place.data, 5)


def test_a_schedule_that_is_none_is_one_line(tmp_path: Path) -> None:
    place = place_with_cron(tmp_path, "every night")
    finished = place.run("serve", "--port", str(free_port()), timeout=90)
    assert finished.returncode == 2
    last = finished.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    assert "nightly.cron 'every night'" in last, json.dumps(finished.stderr)
    assert not wait_until_gone(place.data, 5)
