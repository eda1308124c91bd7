"""Child processes: their lines, their time limits, and that nothing of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows import children, prefect_schema
from flows.children import run_child
from tests.commands import REPOSITORY


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_lines_and_exit_code_arrive() -> None:
    lines: list[str] = []
    code = "import sys; print('a'); print('ü'); sys.stderr.write('first\\nlast\\n'); sys.exit(3)"
    ended = run_child(python(code), timeout=30, grace=1, on_line=lines.append)
    assert lines == ["a", "ü"]
    assert ended.code == 3
    assert ended.last_error == "last"


def test_time_limit_ends_the_whole_group(tmp_path: Path) -> None:
    """The grandchild ignores SIGTERM and holds no pipe: only the group's SIGKILL reaches it."""
    note = tmp_path / "pid"
    grandchild = (
        "import signal, time, os; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {grandchild!r}]); time.sleep(60)"
    ended = run_child(python(code), timeout=1.5, grace=0.5)
    assert ended.timed_out
    assert ended.code == -signal.SIGTERM
    assert "time limit" in ended.last_error
    assert gone_within(int(note.read_text()), 5)


def test_what_a_finished_child_leaves_behind_is_ended(tmp_path: Path) -> None:
    code = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
    lines: list[str] = []
    ended = run_child(python(code), timeout=30, grace=1, on_line=lines.append)
    assert ended.code == 0
    assert gone_within(int(lines[0]), 5)


def test_killed_child_is_named() -> None:
    ended = run_child(python("import os; os.kill(os.getpid(), 9)"), timeout=30, grace=1)
    assert ended.last_error == "killed by SIGKILL"


def test_lifeline_ends_a_child_whose_parent_was_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = (
        "import os, time; from config.lifeline import end_with_parent; end_with_parent(); "
        f"open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    code = (
        f"import sys; from flows.children import Child; Child([sys.executable, '-c', {child!r}]).wait(60, 1)"
    )
    parent = subprocess.Popen(python(code), env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    pid = int(note.read_text())
    assert alive(pid)
    parent.kill()
    parent.wait()
    assert gone_within(pid, 10)


def test_stop_all_ends_every_running_child() -> None:
    child = children.Child(python("import time; time.sleep(60)"))
    children.stop_all(grace=2)
    assert child.wait(5, 1).code == -signal.SIGTERM


def test_children_find_our_modules_whatever_stands_in_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "__init__.py").write_text("raise RuntimeError('somebody else')")
    ended = subprocess.run(
        children.python_module("crawlers.sample_world", "--help"),
        cwd=tmp_path,
        env=children.child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_ready_made_database_fits_the_installed_prefect() -> None:
    revision = prefect_schema.revision_of(prefect_schema.SCHEMA_FILE.read_text())
    assert revision is not None
    assert prefect_schema.known_to_prefect(revision)
    assert not prefect_schema.known_to_prefect("0123456789ab")


def test_ready_made_database_is_written_once(tmp_path: Path) -> None:
    database = tmp_path / "home" / "prefect.db"
    assert prefect_schema.prepare_database(database)
    assert database.stat().st_size > 100_000
    database.write_bytes(b"what was there")
    assert not prefect_schema.prepare_database(database)
    assert database.read_bytes() == b"what was there"


@pytest.mark.slow
def test_ready_made_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    made = tmp_path / "made.sql"
    subprocess.run([sys.executable, "-m", "flows.prefect_schema", str(made)], cwd=REPOSITORY, check=True)

    def lines(path: Path) -> list[str]:  # the order of a table's constraints differs from run to run
        return sorted(line.rstrip(", ") for line in path.read_text().splitlines())

    assert lines(made) == lines(prefect_schema.SCHEMA_FILE)
