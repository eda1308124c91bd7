"""`talentatlas serve`, `backup` and `new-source`: what keeps an installation going, and what makes it grow."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from config.settings import ProfileName
from flows.scaffold import Kind

app = typer.Typer()


@app.command()
def serve(
    profile: Annotated[ProfileName, typer.Option(help="Whose nights: sample, real or live.")] = "sample",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Loopback port of the Prefect server.")] = 4200,
) -> None:
    """Stay up and run the night on the cron and time zone of the settings, until Ctrl-C.

    A night that is under way when the schedule fires is left alone, and the new one is skipped with a line.
    """
    from flows.serving import serve as serve_nights

    serve_nights(profile, port, say=_say)


@app.command()
def backup(
    to: Annotated[
        Path | None, typer.Option(help="Folder for the archive; default: backups/ of the profile.")
    ] = None,
    profile: Annotated[ProfileName, typer.Option(help="Which data: sample, real or live.")] = "sample",
    with_key: Annotated[
        bool,
        typer.Option("--with-key", help="Put the suppression key in too: keep such an archive as a secret."),
    ] = False,
) -> None:
    """Archive what no rebuild brings back: state, suppression list, decisions. docs/deploy.md says how to restore."""
    from config.paths import profile_paths
    from config.settings import load_config
    from flows.backup import backup as write_backup

    typer.echo(f"backup      {write_backup(load_config(), profile_paths(profile), to, with_key=with_key)}")


@app.command("new-source")
def new_source(
    name: Annotated[str, typer.Argument(help="Small letters, digits and underscores; names all its files.")],
    kind: Annotated[Kind, typer.Option(help="How it is read: web pages, JSON over HTTP, or files.")],
    folder: Annotated[Path, typer.Argument(help="The checkout.")] = Path(),
) -> None:
    """Write the files of a new source into a checkout: YAML, parser, and a recorded document to test it with."""
    from flows.scaffold import scaffold

    for path in scaffold(folder, name, kind):
        typer.echo(f"written     {path}")
    typer.echo(
        f"next        python -m pytest tests/test_sources.py -k {name}; docs/adding-a-source.md goes on from there"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
