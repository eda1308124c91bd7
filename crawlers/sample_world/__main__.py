"""`python -m crawlers.sample_world serve | truth`: run the sample world, or write down what is true in it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from config.errors import UserError
from crawlers.sample_world.changes import Changes, mutate
from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import World
from crawlers.sample_world.population import DEFAULT_PEOPLE, generate
from crawlers.sample_world.server import serve
from crawlers.sample_world.truth import write_truth


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date (YYYY-MM-DD)") from error


def _object(text: str, flag: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{flag}: not JSON ({error.msg}); give an object") from error
    if not isinstance(value, dict):
        raise UserError(f"{flag}: not a JSON object; give one such as {{}}")
    return value


def _ports(text: str) -> dict[str, int]:
    ports = _object(text, "--ports-json")
    for origin, port in ports.items():
        if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
            raise UserError(f"--ports-json: {origin}: {port!r} is not a port; give a number from 0 to 65535")
    return {origin: port for origin, port in ports.items() if isinstance(port, int)}


def _limits(text: str) -> Limits:
    fields = _object(text, "--limits-json")
    try:
        return Limits(**fields)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise UserError(f"--limits-json: {error}; see crawlers.sample_world.limits.Limits") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawlers.sample_world", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--seed", type=int, default=1, help="which world")
    shared.add_argument(
        "--today", type=_day, default=None, help="its day, YYYY-MM-DD (default: the clock's, UTC)"
    )
    shared.add_argument("--people", type=int, default=DEFAULT_PEOPLE, help="its size")
    shared.add_argument(
        "--night", type=int, default=0, help="how many nights later (2 %% of accounts change in each)"
    )
    run = commands.add_parser("serve", parents=[shared], help="serve it on loopback ports")
    run.add_argument(
        "--ports-json", default="{}", help='fixed ports, such as {"https://huggingface.co": 41000}'
    )
    run.add_argument("--limits-json", default="{}", help='quotas and faults, such as {"hub_window": 2}')
    run.add_argument("--lifeline", action="store_true", help="end when standard input ends")
    truth = commands.add_parser("truth", parents=[shared], help="write its truth as CSV files")
    truth.add_argument("--out", type=Path, required=True, help="folder for the files")
    return parser


def _world(arguments: argparse.Namespace) -> tuple[World, list[Changes]]:
    """The world asked for, and the changes of its nights."""
    world = generate(arguments.seed, arguments.today or datetime.now(tz=UTC).date(), arguments.people)
    nights: list[Changes] = []
    for _ in range(arguments.night):
        world, made = mutate(world)
        nights.append(made)
    return world, nights


def _watch_stdin() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


def _run(arguments: argparse.Namespace) -> None:
    if arguments.people < 50:
        raise UserError(f"--people: {arguments.people} is too few; give at least 50")
    if arguments.night < 0:
        raise UserError(f"--night: {arguments.night} is negative; give 0 or more")
    if arguments.command == "serve":
        ports, limits = _ports(arguments.ports_json), _limits(arguments.limits_json)
    world, nights = _world(arguments)
    if arguments.command == "truth":
        write_truth(world, arguments.out, nights)
        return
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if arguments.lifeline:
        threading.Thread(target=_watch_stdin, name="lifeline", daemon=True).start()
    with serve(world, ports=ports, limits=limits) as server:
        sys.stdout.write(json.dumps({"origins": server.origins}) + "\n")
        sys.stdout.flush()
        ended.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0, or 2 with one line on standard error for wrong use."""
    try:
        _run(_parser().parse_args(argv))
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
