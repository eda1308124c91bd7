"""The command `talentatlas`. Thin: each command checks its words, calls one function and shows the result.

Heavy libraries are imported inside the commands, so that ``--help`` and the read-only commands answer at once.
"""

from __future__ import annotations

import sys
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from config.errors import UserError
from config.settings import ProfileName
from flows import cli_operations, cli_privacy, cli_sourcer, cli_world
from flows.night import EXIT_NOTHING, EXIT_OK, EXIT_SOURCE_FAILED, NightRequest
from flows.output import Format

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="talentatlas",
    help="Who does which kind of machine learning, where: crawl, build, publish, and read the results.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(cli_world.app, name="world")
app.command()(cli_sourcer.leads)
app.add_typer(cli_sourcer.app)
app.add_typer(cli_privacy.app, name="privacy")
app.add_typer(cli_operations.app)

Profile = Annotated[
    ProfileName, typer.Option(help="Which data: sample (invented people), real (files), live.")
]
AsOf = Annotated[str | None, typer.Option(help="The day the data stands for, YYYY-MM-DD.", metavar="DATE")]
AcceptDrop = Annotated[
    str | None,
    typer.Option(help="Publish although a source or table has shrunk past its gate, for this reason."),
]
World = Annotated[
    Path | None,
    typer.Option(help="Use the sample world that is already running: a file with the line it printed."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the result.")]
Output = Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")]
Sources = Annotated[list[str], typer.Argument(help="Sources by name; 'talentatlas sources' lists them.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to put the configuration.")] = Path("config"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write the default configuration to edit, and make the suppression key."""
    from flows.initialise import make_key, write_defaults

    written = write_defaults(folder, force=force)
    key = make_key()
    typer.echo(f"{len(written)} configuration files in {folder}; edit them, 'talentatlas doctor' checks them")
    typer.echo(f"suppression key in {key}; back it up: without it nobody's wish to be left out can be kept")
    if folder != Path("config"):
        typer.echo(f"use it with TALENTATLAS_CONFIG={folder}")


@app.command()
def nightly(
    profile: Profile = "sample",
    as_of: AsOf = None,
    accept_drop: AcceptDrop = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Crawl only this source; may be given several times.")
    ] = None,
    world: World = None,
) -> None:
    """One whole night: crawl every source, build, publish, export.

    Exit code 0: all well. 1: published although a source failed. 2: nothing was published.
    """
    from flows.reporting import terminal_reporter
    from flows.runner import run_night
    from flows.summary import read_counts, render

    request = NightRequest(profile, _date(as_of), tuple(only or ()), accept_drop, world)
    console = _console()
    with terminal_reporter(console) as reporter:
        result, paths = run_night(request, reporter)
    render(result, read_counts(paths) if result.published else None, console)
    _problems(result.problems)
    raise typer.Exit(result.exit_code)


@app.command()
def crawl(
    sources: Sources,
    profile: Profile = "sample",
    as_of: AsOf = None,
    world: World = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only show what the next crawl would ask; nothing is asked.")
    ] = False,
) -> None:
    """Crawl single sources and land what they give; nothing is built.

    Exit code 0: all well. 1: a source failed. 2: all of them failed.
    """
    from flows.plan import plans_ahead
    from flows.reporting import terminal_reporter
    from flows.session import crawl_source, merge_opt_outs, open_night

    if plan:
        _show_plans(profile, sources, _date(as_of))
        return
    console = _console()
    request = NightRequest(profile, _date(as_of), tuple(sources), world=world)
    with terminal_reporter(console) as reporter, open_night(request, reporter, lock=False) as night:
        outcomes = [crawl_source(night, source) for source in night.sources]
        merge_opt_outs(night)
    for line in plans_ahead(night.config, profile, list(night.sources), night.as_of):
        console.print(f"next night  {line}", markup=False, highlight=False, soft_wrap=True)
    bad = [outcome for outcome in outcomes if outcome.verdict != "ok"]
    _problems([f"{o.source}: {o.verdict}: {'; '.join(o.reasons)}" for o in bad])
    raise typer.Exit(
        EXIT_OK if not bad else EXIT_NOTHING if len(bad) == len(outcomes) else EXIT_SOURCE_FAILED
    )


def _show_plans(profile: ProfileName, sources: list[str], as_of: date | None) -> None:
    from flows.output import show
    from flows.plan import source_plan

    for source in sources:
        table, words = source_plan(profile, source, as_of)
        show(table, "table", None)
        for line in words:
            typer.echo(line)


@app.command()
def build(profile: Profile = "sample", as_of: AsOf = None) -> None:
    """Build the warehouse from what has landed and run its audits, without publishing it."""
    from flows.offline import build_only

    console = _console()
    result = build_only(profile, _date(as_of), console)
    for name, count in sorted(result.rows.items()):
        console.print(f"{count:>12,}  {name}", highlight=False)
    console.print(
        f"build {result.build_id} is good ({len(result.audits)} audits); 'talentatlas publish' publishes it"
    )


@app.command()
def publish(profile: Profile = "sample", as_of: AsOf = None, accept_drop: AcceptDrop = None) -> None:
    """Build from what has landed and publish the result if it passes the gate; write the exports."""
    from flows.offline import build_and_publish

    console = _console()
    published, exports = build_and_publish(profile, _date(as_of), accept_drop, console)
    for change in published.changes:
        console.print(f"change      {change}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"published   {published.path}", markup=False, highlight=False, soft_wrap=True)
    for path in exports:
        console.print(f"export      {path}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def density(
    specialty: Annotated[str | None, typer.Argument(help="Only this specialty.")] = None,
    area_kind: Annotated[
        Literal["metro", "country"], typer.Option(help="Metropolitan areas or countries.")
    ] = "metro",
    source: Annotated[str, typer.Option(help="One source's people, or all.")] = "all",
    profile: Profile = "sample",
    form: FormatOption = "table",
    output: Output = None,
) -> None:
    """Where a specialty lives: the geography-by-specialty density table."""
    from flows.offline import density_table
    from flows.output import show

    show(density_table(profile, specialty, area_kind, source), form, output)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published warehouse.")],
    profile: Profile = "sample",
    form: FormatOption = "table",
    output: Output = None,
) -> None:
    """Ask the published warehouse in SQL: read-only, without access to files or the network."""
    from config.paths import profile_paths
    from flows.output import show
    from warehouse.export import query as published

    show(published.run(profile_paths(profile), sql), form, output)


@app.command()
def sources(profile: Profile = "sample", form: FormatOption = "table", output: Output = None) -> None:
    """Every source of the profile: its last verdict, age, records and licence."""
    from flows.offline import source_table
    from flows.output import show

    show(source_table(profile), form, output)


@app.command()
def doctor(profile: Profile = "sample") -> None:
    """Check the installation, the configuration and the data; exit code 2 if something must be put right."""
    from flows.doctor import check

    failed = False
    for finding in check(profile):
        failed = failed or finding.status == "bad"
        typer.echo(f"{finding.status:<5} {finding.name}: {finding.detail}")
    raise typer.Exit(EXIT_NOTHING if failed else EXIT_OK)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--as-of {text}: not a date; write it as YYYY-MM-DD") from None


def _console() -> Console:
    from rich.console import Console

    return Console()


def _problems(lines: list[str] | tuple[str, ...]) -> None:
    for line in lines:
        typer.echo(f"error: {line}", err=True)


def main() -> NoReturn:
    """Entry point: an error that a user can act on is one line on standard error and exit code 2."""
    from flows.failures import one_line

    try:
        app()
    except Exception as error:
        line = one_line(error)
        # A defect keeps its traceback, and never an exit code that says something was published.
        sys.stderr.write(f"error: {line}\n" if line is not None else traceback.format_exc())
        sys.exit(EXIT_NOTHING)
    sys.exit(EXIT_OK)


if __name__ == "__main__":
    main()
