"""`talentatlas serve`: a Prefect server that stays up, and the nightly flow on the schedule of the settings.

Two children hang on the lifeline of this process: the server with its scheduler (a flow that is served from an
ephemeral server never fires, for nobody there turns a schedule into runs), and Prefect's runner, which starts each
scheduled run as a process of its own group. However this process ends, both groups end, and with them a night that is
under way; it needs no repair.

The runner is run as ``python -m flows.serving ENTRYPOINT PROFILE CRON TIMEZONE``.
"""

from __future__ import annotations

import errno
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from config.errors import UserError
from config.lifeline import end_with_parent
from config.paths import ProfilePaths, profile_paths
from config.settings import Config, ProfileName, load_config, real_data_directory
from flows import environment, prefect_server
from flows.children import Child, Ended, python_module
from flows.locks import run_lock
from flows.night import NightRequest, check_contact, sources_of

ENTRYPOINT = "flows.scheduled.scheduled"
DEFAULT_PORT = 4200
RUNS_AT_ONCE = 2  # the second finds the run lock held and says so, instead of waiting and starting late
_SERVICES = {
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "true",  # turns the schedule into runs
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "true",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "true",
    "PYTHONSAFEPATH": "1",  # Prefect starts runs with `python -m`; a folder `config` may stand where we do
}


def serve(
    profile: ProfileName,
    port: int = DEFAULT_PORT,
    *,
    say: Callable[[str], None],
    entrypoint: str = ENTRYPOINT,
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; returns then, with every child ended.

    `entrypoint` names the flow (module.function) that runs on the schedule; it takes the parameter `profile`. Raises
    UserError if something is missing, the port is in use, or a child ends by itself.
    """
    config, paths = _checked(profile)
    grace = float(config.settings.nightly.stop_grace_seconds)
    with ExitStack() as stack:
        stopped = stack.enter_context(_stop_signals())
        stack.enter_context(run_lock(paths.locks / "serve.lock"))
        for name, value in _SERVICES.items():
            os.environ[name] = value
        environment.prepare(paths)
        server = _start_server(paths, port)
        stack.callback(lambda: os.environ.pop(prefect_server.URL_VARIABLE, None))
        stack.callback(server.stop, grace)
        server.wait_until_ready()
        nightly = config.settings.nightly
        runner = Child(
            python_module("flows.serving", entrypoint, profile, nightly.cron, nightly.timezone), say
        )
        stack.callback(runner.stop, grace)
        say(
            f"serving profile {profile} at '{nightly.cron}' ({nightly.timezone}); Prefect's API: {server.url}; "
            "Ctrl-C ends it"
        )
        while not stopped.wait(0.3):
            for name, child in (("Prefect's server", server.child), ("the schedule's runner", runner)):
                if child.poll() is not None:
                    raise UserError(f"{name} ended: {_last_line(child.stop(0))}")
    say("stopped; what was published stays")


def _checked(profile: ProfileName) -> tuple[Config, ProfilePaths]:
    """What every night would stumble over is said now and not at half past two."""
    config, paths = load_config(), profile_paths(profile)
    request = NightRequest(profile)
    sources_of(config, request)
    check_contact(config, request)
    if profile == "real":
        real_data_directory()
    if url := os.environ.get(prefect_server.URL_VARIABLE):
        raise UserError(
            f"{prefect_server.URL_VARIABLE}={url}: serve brings its own Prefect server; unset the variable, or deploy "
            "flows/nightly.py:nightly to yours (docs/deploy.md)"
        )
    paths.root.mkdir(parents=True, exist_ok=True)
    return config, paths


def _start_server(paths: ProfilePaths, port: int) -> prefect_server.Server:
    try:
        return prefect_server.launch(paths, port=port, services=True)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"127.0.0.1:{port}: the port is in use; give another one with --port") from None
        raise


def _last_line(ended: Ended) -> str:
    return ended.last_error.removeprefix("error: ")


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event that the stop signals set, instead of ending this process with its children still up."""
    stopped = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopped.set()

    wanted = [
        n for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN
    ]
    before = {number: signal.signal(number, stop) for number in wanted}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_schedule(entrypoint: str, profile: str, cron: str, timezone: str) -> None:
    """Register the flow with its schedule and start what falls due, until told to stop.

    Registering anew drops runs that were scheduled while nobody served: missed nights are not made up for in a row.
    Raises UserError for a schedule that Prefect does not understand.
    """
    from prefect import serve as serve_deployments
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    module, name = entrypoint.rsplit(".", 1)
    flow = getattr(importlib.import_module(module), name)
    try:
        deployment = flow.to_deployment(
            f"nightly-{profile}",
            schedule=Cron(cron, timezone=timezone),
            parameters={"profile": profile},
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise UserError(
            f"settings.yml: nightly.cron '{cron}', nightly.timezone '{timezone}': not a schedule ({reason})"
        ) from None
    serve_deployments(deployment, pause_on_shutdown=False, print_starting_message=False, limit=RUNS_AT_ONCE)


if __name__ == "__main__":
    end_with_parent()
    try:
        run_schedule(*sys.argv[1:5])
    except UserError as problem:
        sys.stderr.write(f"error: {problem}\n")
        sys.exit(2)
