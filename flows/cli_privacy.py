"""`talentatlas privacy`: who must be told that their data is held, and who was (GDPR Art. 14)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.errors import UserError
from flows.cli_sourcer import FormatOption, Output, Profile, day, refuse

app = typer.Typer(help="People's rights: notices due and given.", no_args_is_help=True)


@app.command()
def due(
    days: Annotated[
        int | None, typer.Option(min=0, help="Only who falls due within so many days, and who is overdue.")
    ] = None,
    profile: Profile = "sample",
    form: FormatOption = "table",
    output: Output = None,
) -> None:
    """The queue of leads who have not been told yet: earliest first, with a way to reach them."""
    from config.notices import read_notices
    from config.paths import profile_paths
    from flows.output import show
    from warehouse.export.due import due as queue

    paths = profile_paths(profile)
    table = queue(paths, read_notices(paths), days)
    show(table, form, output)
    overdue = sum(left < 0 for left in table["days_left"].to_pylist())
    typer.echo(f"{table.num_rows:,} people to tell, {overdue:,} of them overdue", err=True)


@app.command()
def notice(
    people: Annotated[
        list[str] | None, typer.Argument(help="Person ids, names, logins, ORCID iDs or addresses.")
    ] = None,
    from_csv: Annotated[
        Path | None,
        typer.Option(
            help="Many at once: person_id, and if wanted on and channel; 'privacy due' writes such a file."
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="The day they were told; default: today.", metavar="DATE")
    ] = None,
    channel: Annotated[str, typer.Option(help="How, such as e-mail or letter; never an address.")] = "",
    profile: Profile = "sample",
) -> None:
    """Record that people were told that their data is held; from the next build on they stay on the lists."""
    from flows.sourcing import notice_many, notice_people

    if bool(people) == (from_csv is not None):
        raise UserError("privacy notice: give people or --from-csv FILE")
    if from_csv is None:
        count = notice_people(profile, people or [], day(on, "--on"), channel)
    else:
        count, problems = notice_many(profile, from_csv, day(on, "--on"), channel)
        if problems:
            refuse(problems, f"{from_csv}: no notice was recorded; correct these rows and run it again")
    typer.echo(f"{count} notices recorded")
