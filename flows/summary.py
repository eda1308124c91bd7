"""The end of a night: what was crawled, built and published, and where it is; for the terminal and for Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.errors import UserError
from config.paths import ProfilePaths
from flows.night import SAMPLE_MARK, NightResult, SourceOutcome
from flows.reporting import STYLES

_LEADS = """
    SELECT f.specialty,
           count(l.person_id) FILTER (WHERE l.status IS NULL) AS leads,
           count(l.person_id) FILTER (WHERE l.notice IS NULL AND l.art14_due <= b.as_of + INTERVAL 7 DAY) AS due_7,
           count(l.person_id) FILTER (WHERE l.notice IS NULL AND l.art14_due <= b.as_of + INTERVAL 14 DAY) AS due_14,
           f.dropped AS overdue
    FROM mart.lead_filters AS f
    LEFT JOIN mart.leads AS l ON f.specialty = l.specialty
    CROSS JOIN mart.build_info AS b
    WHERE f.filter = 'notice not overdue'
    GROUP BY f.specialty, f.dropped ORDER BY f.specialty
"""
_DENSITY = "SELECT count(*) AS cells FROM mart.density WHERE source = 'all'"
_LOCATED = """
    SELECT c.source, c.specialty, c.people, c.located_percent, c.ambiguous_percent
    FROM mart.location_coverage AS c
    INNER JOIN (SELECT DISTINCT specialty FROM mart.lead_filters) AS f ON c.specialty = f.specialty
    ORDER BY c.source <> 'all', c.source, c.specialty
"""
SUGGESTED_QUERY = (
    "SELECT rank, name, metro, camp, score, evidence_1_url FROM mart.leads "
    "WHERE specialty = 'mlops_platform' ORDER BY rank LIMIT 10"
)


@dataclass(frozen=True)
class SpecialtyCount:
    """Open leads of one specialty, how many people are due to be told within 7 and 14 days (GDPR, art. 14), and how
    many are off the list because that is overdue."""

    specialty: str
    leads: int
    due_7: int
    due_14: int
    overdue: int


@dataclass(frozen=True)
class Coverage:
    """How many of a source's people in a specialty have a known place, and how many an ambiguous one; in percent."""

    source: str
    specialty: str
    people: int
    located: Decimal
    ambiguous: Decimal


@dataclass(frozen=True)
class Counts:
    """What the published file holds."""

    specialties: tuple[SpecialtyCount, ...]
    density_cells: int
    coverage: tuple[Coverage, ...] = ()


def read_counts(paths: ProfilePaths) -> Counts | None:
    """Count the published file; None if it cannot be read."""
    from warehouse.export import query

    try:
        leads = query.run(paths, _LEADS).to_pylist()
        density = query.run(paths, _DENSITY).to_pylist()
        located = query.run(paths, _LOCATED).to_pylist()
    except UserError:
        return None
    return Counts(
        tuple(
            SpecialtyCount(r["specialty"], r["leads"], r["due_7"], r["due_14"], r["overdue"]) for r in leads
        ),
        int(density[0]["cells"]),
        tuple(
            Coverage(r["source"], r["specialty"], r["people"], r["located_percent"], r["ambiguous_percent"])
            for r in located
        ),
    )


def _source_cells(outcome: SourceOutcome) -> list[str]:
    return [
        outcome.source,
        outcome.verdict,
        f"{outcome.total:,}",
        f"{outcome.requests:,}",
        f"{outcome.rejects:,}",
        f"{outcome.seconds:.1f}",
    ]


SOURCE_HEADER = ("source", "verdict", "records", "requests", "rejects", "seconds")
COVERAGE_TITLE = "People with evidence whose place is known / ambiguous, in percent"
LEAD_HEADER = ("specialty", "leads", "notice due in 7 days", "in 14 days", "left out: overdue")


def _lead_cells(count: SpecialtyCount) -> list[str]:
    return [
        count.specialty,
        f"{count.leads:,}",
        f"{count.due_7:,}",
        f"{count.due_14:,}",
        f"{count.overdue:,}",
    ]


def coverage_table(counts: Counts) -> tuple[list[str], list[list[str]]]:
    """Header and rows: a row a source, a column a specialty, each cell "located / ambiguous" in percent."""
    specialties = [count.specialty for count in counts.specialties]
    cells = {(c.source, c.specialty): f"{c.located} / {c.ambiguous}" for c in counts.coverage}
    sources = list(dict.fromkeys(c.source for c in counts.coverage))
    rows = [[source, *(cells.get((source, name), "-") for name in specialties)] for source in sources]
    return ["source", *specialties], rows


def change_lines(changes: Sequence[str]) -> list[str]:
    """What changed against the last publication, a line each; a first one, where all is new, is one line."""
    if changes and all(": new, " in change for change in changes):
        return [f"change      first publication: {len(changes)} sources, tables and lists are new"]
    return [f"change      {change}" for change in changes]


def where_lines(result: NightResult) -> list[str]:
    """Where the results are and what to try next."""
    if result.published is None:
        return []
    root = result.published.parent.parent
    profile = result.request.profile
    option = "" if profile == "sample" else f" --profile {profile}"
    return [
        f"warehouse   {root / 'warehouse.duckdb'} (build {result.build_id})",
        *(f"export      {path}" for path in result.exports),
        f"try         talentatlas leads mlops_platform{option} --limit 10",
        f'try         talentatlas query{option} "{SUGGESTED_QUERY}"',
    ]


def ahead_lines(result: NightResult, counts: Counts | None) -> list[str]:
    """Which lists are shorter than wanted, and what the next night would ask."""
    short = [
        f"shortfall   {count.specialty}: {count.leads:,} leads, {result.leads_wanted:,} are wanted"
        for count in (counts.specialties if counts else ())
        if count.leads < result.leads_wanted
    ]
    return [*short, *(f"next night  {plan}" for plan in result.plans)]


def reason_lines(result: NightResult) -> list[str]:
    """Why sources are not ok, one line each."""
    return [f"{o.source}: {o.verdict}: {'; '.join(o.reasons)}" for o in result.sources if o.reasons]


def build_line(result: NightResult) -> str:
    """The build in one line."""
    rows = {name: count for name, count in result.rows.items() if name.startswith(("core.", "mart."))}
    shown = ("core.person", "core.work", "core.contribution", "mart.leads", "mart.density")
    parts = [f"{rows[name]:,} {name}" for name in shown if name in rows]
    return f"build {result.build_id} as of {result.as_of}: {', '.join(parts)} in {result.build_seconds:.1f} s"


def render(result: NightResult, counts: Counts | None, console: Console) -> None:
    """Print the summary."""
    sample = result.request.profile == "sample"
    title = f"Night {result.run_id}, profile {result.request.profile}"
    if result.sources:
        console.print(_table(f"{title} ({SAMPLE_MARK})" if sample else title, SOURCE_HEADER, result))
    for line in reason_lines(result):
        console.print(Text(line), soft_wrap=True)
    if result.build_id:
        console.print(Text(build_line(result)), soft_wrap=True)
    for line in change_lines(result.changes):
        console.print(Text(line), soft_wrap=True)
    if counts is not None and result.published is not None:
        table = Table(title=f"Leads ({SAMPLE_MARK})" if sample else "Leads", title_justify="left")
        for index, name in enumerate(LEAD_HEADER):
            table.add_column(name, justify="left" if index == 0 else "right")
        for count in counts.specialties:
            table.add_row(*_lead_cells(count))
        console.print(table)
        header, rows = coverage_table(counts)
        located = Table(title=COVERAGE_TITLE, title_justify="left")
        for index, name in enumerate(header):
            located.add_column(name, justify="left" if index == 0 else "right", no_wrap=index == 0)
        for row in rows:
            located.add_row(*row)
        console.print(located)
        console.print(Text(f"density     {counts.density_cells:,} cells (area × specialty)"))
    for line in (*ahead_lines(result, counts), *where_lines(result)):
        console.print(Text(line), soft_wrap=True)
    console.print(Text(f"night took {result.seconds:.1f} s"))


def _table(title: str, header: Sequence[str], result: NightResult) -> Table:
    table = Table(title=title, title_justify="left")
    for name in header:
        table.add_column(
            name, justify="right" if name in ("records", "requests", "rejects", "seconds") else "left"
        )
    for outcome in result.sources:
        cells: list[str | Text] = [*_source_cells(outcome)]
        cells[1] = Text(outcome.verdict, style=STYLES[outcome.verdict])
        table.add_row(*cells)
    return table


def markdown(result: NightResult, counts: Counts | None) -> str:
    """The summary as Markdown, for Prefect's artifact."""
    lines = [f"# Night {result.run_id}, profile {result.request.profile}", ""]
    if result.request.profile == "sample":
        lines += [f"**{SAMPLE_MARK}**", ""]
    lines += _markdown_table(SOURCE_HEADER, [_source_cells(outcome) for outcome in result.sources])
    lines += ["", *(f"- {line}" for line in reason_lines(result))]
    if result.build_id:
        lines += ["", build_line(result)]
    lines += [f"- {line}" for line in change_lines(result.changes)]
    if counts is not None:
        lines += ["", *_markdown_table(LEAD_HEADER, [_lead_cells(count) for count in counts.specialties])]
        lines += ["", COVERAGE_TITLE, "", *_markdown_table(*coverage_table(counts))]
    if result.problems:
        lines += ["", "Nothing was published:", "", *(f"- {problem}" for problem in result.problems)]
    lines += ["", *(f"    {line}" for line in (*ahead_lines(result, counts), *where_lines(result)))]
    return "\n".join(lines) + "\n"


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return [row(header), "|" + " --- |" * len(header), *(row(cells) for cells in rows)]
