"""What a sourcer does with the lists: `leads`, `explain` and `mark`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from config.errors import UserError
from config.settings import ProfileName
from flows.output import Format

if TYPE_CHECKING:
    from warehouse.export.people import Candidate

app = typer.Typer()

Profile = Annotated[
    ProfileName, typer.Option(help="Which data: sample (invented people), real (files), live.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the result.")]
Output = Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")]
WHO = "Person id, name, login, ORCID iD or address."


def leads(
    specialty: Annotated[
        str, typer.Argument(help="One of the configured specialties, such as computer_vision.")
    ],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    exclude_employer: Annotated[
        list[str] | None,
        typer.Option(help="Leave out who works there (whole words of the name); may be given several times."),
    ] = None,
    country: Annotated[
        list[str] | None, typer.Option(help="Only this country, by name or code; several times for more.")
    ] = None,
    metro: Annotated[
        list[str] | None, typer.Option(help="Only this metro, by name or id; several times for more.")
    ] = None,
    place_unknown: Annotated[
        Literal["only", "include", "exclude"] | None,
        typer.Option(
            help="People whose place is not known. Default: left out if a place is asked for, else in."
        ),
    ] = None,
    role_kind: Annotated[
        list[str] | None,
        typer.Option(help="Only industry, faculty, postdoc, student or unknown; several times for more."),
    ] = None,
    track: Annotated[Literal["research", "applied"] | None, typer.Option(help="Only this track.")] = None,
    active_since: Annotated[
        str | None,
        typer.Option(help="Only with evidence on or after this day, YYYY-MM-DD.", metavar="DATE"),
    ] = None,
    include_handled: Annotated[
        bool, typer.Option("--include-handled", help="Also people whom somebody marked.")
    ] = False,
    profile: Profile = "sample",
    form: FormatOption = "table",
    output: Output = None,
) -> None:
    """The ranked lead list of one specialty, without people already handled; says what was left out."""
    from config.marks import read_marks, searches_of
    from config.paths import profile_paths
    from config.settings import load_config
    from flows.output import show
    from warehouse.export import LeadFilters, lead_list

    filters = LeadFilters(
        include_handled=include_handled,
        employers=tuple(exclude_employer or ()),
        countries=tuple(country or ()),
        metros=tuple(metro or ()),
        place_unknown=place_unknown,
        role_kinds=tuple(role_kind or ()),
        track=track,
        active_since=day(active_since, "--active-since"),
    )
    config = load_config()
    if specialty not in searches_of(config):
        raise UserError(f"no lead list for '{specialty}'; there are: {', '.join(searches_of(config))}")
    marks = read_marks(config)
    listed = lead_list(profile_paths(profile), specialty, marks=marks, filters=filters, limit=limit)
    show(listed.table, form, output)
    for line in listed.lines():
        typer.echo(line, err=True)


@app.command()
def explain(
    person: Annotated[str, typer.Argument(help=WHO)],
    profile: Profile = "sample",
    form: Annotated[
        Literal["text", "json"], typer.Option("--format", help="For people or programs.")
    ] = "text",
    everything: Annotated[
        bool, typer.Option("--all", help="Every row; otherwise the first 25 of a section.")
    ] = False,
) -> None:
    """All that is known about one person and what it rests on; of several with one name, the list of them."""
    from config.marks import read_marks
    from config.notices import read_notices
    from config.paths import profile_paths
    from config.settings import load_config
    from warehouse.export.csv import json_value
    from warehouse.export.explain import Explanation, printable, text_lines
    from warehouse.export.explain import explain as look_up

    paths = profile_paths(profile)
    found = look_up(paths, person, marks=read_marks(load_config()), notices=read_notices(paths))
    if isinstance(found, Explanation):
        if form == "json":
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1, default=json_value))
        else:
            for line in text_lines(found, None if everything else 25):
                typer.echo(line)
        return
    if not found:
        raise UserError(
            f"nobody is known as '{printable(person)[:80]}'; give a person_id, name, login or address"
        )
    _several(found, person, form)


def _several(found: list[Candidate], person: str, form: str) -> None:
    from dataclasses import asdict

    from warehouse.export.explain import printable
    from warehouse.export.people import MANY

    if form == "json":
        typer.echo(json.dumps({"candidates": [asdict(c) for c in found]}, ensure_ascii=False, indent=1))
        return
    typer.echo(f"'{printable(person)}' fits {len(found)} people; none is chosen. Give one person_id:")
    for candidate in found[:MANY]:
        typer.echo("  " + printable(candidate.line()))
    if len(found) > MANY:
        typer.echo(f"  … {len(found) - MANY} more")


@app.command()
def mark(
    person: Annotated[str | None, typer.Argument(help=WHO)] = None,
    status: Annotated[str | None, typer.Argument(help="contacted, not_a_fit, later or in_process.")] = None,
    search: Annotated[
        str | None, typer.Option(help="Only for the list of this specialty; default: all.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="The day on which the person comes back.", metavar="DATE")
    ] = None,
    note: Annotated[str | None, typer.Option(help="For colleagues; no contact details.")] = None,
    from_csv: Annotated[
        Path | None,
        typer.Option(
            help="Many at once: person_id, status, and if wanted search (or specialty), until, note."
        ),
    ] = None,
    profile: Profile = "sample",
) -> None:
    """Keep a person off the lists from now on: config/decisions/leads.csv. It acts at once.

    An exported lead list with the column status filled in is a file for --from-csv; rows without one are passed over.
    """
    from flows.sourcing import mark_many, mark_one

    if from_csv is not None:
        if person or status or search or until or note:
            raise UserError("mark: give either a person and a status or --from-csv FILE")
        count, problems = mark_many(profile, from_csv)
        if problems:
            refuse(problems, f"{from_csv}: nobody was marked; correct these rows and run it again")
        typer.echo(f"{count} marks written")
        return
    if person is None or status is None:
        raise UserError("mark: give a person and a status, or --from-csv FILE")
    options = {"search": search, "until": until, "note": note}
    marked = mark_one(profile, person, status, {name: text for name, text in options.items() if text})
    typer.echo(f"{marked.person_id}: {marked.status} for {marked.search or 'all lists'}")


def refuse(problems: list[str], last: str) -> None:
    """One line per bad row, then what follows from them; exit code 2."""
    for problem in problems:
        typer.echo(f"error: {problem}", err=True)
    raise UserError(last)


def day(text: str | None, option: str) -> date | None:
    """A day from an option. Raises UserError."""
    from config.csvfile import parse_day

    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise UserError(f"{option}: {error}") from None
