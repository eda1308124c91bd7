"""`talentatlas world`: the sample world by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from config.settings import load_config

app = typer.Typer(
    help="The sample world: invented people behind the real wire formats.", no_args_is_help=True
)

Seed = Annotated[int | None, typer.Option(help="Which world; default: settings.yml.")]
People = Annotated[int | None, typer.Option(min=50, help="Its size; default: settings.yml.")]
Today = Annotated[
    str | None, typer.Option(help="Its day, YYYY-MM-DD; default: settings.yml.", metavar="DATE")
]


@app.command()
def serve(
    seed: Seed = None,
    people: People = None,
    today: Today = None,
    ports: Annotated[
        str, typer.Option(help='Fixed ports as JSON, such as {"https://huggingface.co": 41000}.')
    ] = "{}",
    limits: Annotated[str, typer.Option(help='Quotas and faults as JSON, such as {"hub_window": 2}.')] = "{}",
) -> None:
    """Serve it on loopback ports until interrupted; the first line printed is JSON with its origins."""
    from crawlers.sample_world.__main__ import main

    raise typer.Exit(
        main(["serve", *_world(seed, people, today), "--ports-json", ports, "--limits-json", _limits(limits)])
    )


@app.command()
def truth(
    out: Annotated[Path, typer.Option(help="Folder for the CSV files.")],
    seed: Seed = None,
    people: People = None,
    today: Today = None,
) -> None:
    """Write what is true in it (who is who, where, since when) as CSV files."""
    from crawlers.sample_world.__main__ import main

    raise typer.Exit(main(["truth", *_world(seed, people, today), "--out", str(out)]))


def _limits(text: str) -> str:
    """Quotas and faults as given, with the rate limit window of settings.yml unless they name one."""
    try:
        given = json.loads(text)
    except ValueError:
        return text  # the sample world says what is wrong with it
    if not isinstance(given, dict):
        return text
    window = load_config().settings.sample_world.hub_window_seconds
    return json.dumps({"hub_window": window, **given})


def _world(seed: int | None, people: int | None, today: str | None) -> list[str]:
    settings = load_config().settings.sample_world
    return [
        *("--seed", str(settings.seed if seed is None else seed)),
        *("--people", str(people or settings.people)),
        *("--today", today or settings.today.isoformat()),
    ]
