"""The frontier as earlier runs left it, computed from what they landed, in sets (Arrow) and not row by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crawlers.huggingface.asks import ACCOUNT_WEIGHTS
from crawlers.huggingface.frontier import ORGANISATION, UNKNOWN, Frontier, Repository
from crawlers.huggingface.lists import NOISE
from crawlers.source import Earlier

REPOSITORIES = 50_000
"""Repositories that are kept in memory to be asked about: the most liked ones of those a rule may fire on."""
_ARXIV = "tag:arxiv:"


def recall(frontier: Frontier, earlier: Earlier, relevant_tags: frozenset[str], parser_version: int) -> None:
    """Fill the frontier. Validators of another parser's version are not taken over."""
    _seen(frontier, earlier, parser_version)
    _profiles(frontier, earlier)
    _candidates(frontier, earlier)
    _artifacts(frontier, earlier, relevant_tags)
    _mentions(frontier, earlier)
    for account in frontier.accounts.values():
        if account.deleted:
            continue
        key = account.handle.lower()
        frontier.push("account", key)
        if account.kind == ORGANISATION and account.profile_id:
            frontier.push("members", key)
        if account.profile_id and account.works > account.known:
            frontier.push("owned", key)


def _seen(frontier: Frontier, earlier: Earlier, parser_version: int) -> None:
    table = earlier.table("seen", ("document_url", "outcome", "etag", "parser_version"))
    table = table.filter(pc.invert(pc.match_substring(table["document_url"], "cursor=")))
    for url, outcome, etag, version, day in _rows(table):
        frontier.asked_on[url] = day
        if outcome == "gone":
            frontier.etags.pop(url, None)
        elif etag and version == parser_version:
            frontier.etags[url] = etag


def _profiles(frontier: Frontier, earlier: Earlier) -> None:
    columns = ("profile_id", "handle", "name", "kind", "works", "followers", "status")
    for identifier, handle, name, kind, works, followers, status, _ in _rows(
        newest(earlier.table("profile", columns), "profile_id")
    ):
        if handle:
            account = frontier.account(handle)
            account.kind, account.profile_id, account.name = kind, identifier, name
            account.works, account.followers = works or 0, followers or 0
            account.deleted = status == "deleted"
            frontier.identify(identifier, handle)


def _candidates(frontier: Frontier, earlier: Earlier) -> None:
    table = earlier.table("candidate", ("handle", "account_kind", "reason"))
    grouped = table.group_by(["handle", "account_kind", "reason"]).aggregate([([], "count_all")])
    for handle, kind, reason, count in _columns(grouped, "handle", "account_kind", "reason", "count_all"):
        account = frontier.account(handle)
        account.points += ACCOUNT_WEIGHTS[reason] * count
        if account.kind == UNKNOWN and kind != UNKNOWN:
            account.kind = kind


def _artifacts(frontier: Frontier, earlier: Earlier, relevant_tags: frozenset[str]) -> None:
    """Owners, papers and repositories. Tags are most of what artifacts weigh: they are looked at file by file."""
    wanted = pa.array(sorted(relevant_tags), pa.string())
    papers_named: set[str] = set()

    def slim(table: pa.Table) -> pa.Table:
        tags, ids = table["tags"].combine_chunks(), table["ids"].combine_chunks()
        tag, tag_row = pc.list_flatten(tags), pc.list_parent_indices(tags)
        papers_named.update(pc.unique(tag.filter(pc.starts_with(tag, _ARXIV))).to_pylist())
        name, name_row = pc.list_flatten(ids), pc.list_parent_indices(ids)
        is_path = pc.equal(pc.struct_field(name, "scheme"), "huggingface")
        row = pa.array(range(len(table)), name_row.type)
        fires = pc.is_in(row, tag_row.filter(pc.is_in(pc.utf8_lower(tag), wanted)))
        noise = pc.is_in(row, tag_row.filter(pc.is_in(tag, pa.array(sorted(NOISE)))))
        # Days, not moments: that is how fine the frontier reckons.
        seconds = pc.cast(pc.cast(table["updated_at"], pa.timestamp("s", tz="UTC")), pa.int64())
        columns = {
            "path": pc.struct_field(name, "value")
            .filter(is_path)
            .take(pc.index_in(row, name_row.filter(is_path))),
            "day": pc.divide(pc.fill_null(seconds, 0), 86_400),
            "relevant": pc.and_(fires, pc.invert(noise)),
            "static": pc.is_in(row, tag_row.filter(pc.equal(tag, "tag:static"))),
        }
        kept = table.select(["artifact_id", "kind", "owner_handle"])
        for column, values in columns.items():
            kept = kept.append_column(column, values)
        return kept

    columns = ("artifact_id", "kind", "owner_handle", "ids", "tags", "updated_at")
    table = newest(earlier.table("artifact", columns, slim), "artifact_id")
    papers = table.filter(pc.equal(table["kind"], "paper"))
    frontier.papers.update(dict.fromkeys(papers["artifact_id"].to_pylist(), 0))
    for tag in sorted(papers_named):
        frontier.names_paper(tag[len(_ARXIV) :])
    table = table.filter(
        pc.and_kleene(
            pc.is_in(table["kind"], pa.array(["model", "dataset", "space"])),
            pc.is_valid(table["owner_handle"]),
        )
    )
    grouped = table.group_by(["owner_handle", "relevant"]).aggregate([([], "count_all"), ("day", "max")])
    for owner, is_relevant, count, day in _columns(
        grouped, "owner_handle", "relevant", "count_all", "day_max"
    ):
        frontier.owns(owner, relevant=is_relevant, updated=day, count=count)
    _keep_repositories(frontier, earlier, table)


def _keep_repositories(frontier: Frontier, earlier: Earlier, table: pa.Table) -> None:
    """The repositories that more may be asked about, with their likes; and the papers' upvotes."""
    counts = earlier.table(
        "metric",
        ("artifact_id", "name", "value"),
        lambda part: part.filter(pc.is_in(part["name"], pa.array(["likes", "upvotes"]))),
    )
    upvotes = newest(counts.filter(pc.equal(counts["name"], "upvotes")), "artifact_id")
    for identifier, value in _columns(upvotes, "artifact_id", "value"):
        if identifier in frontier.papers:
            frontier.papers[identifier] = value
    likes = newest(counts.filter(pc.equal(counts["name"], "likes")), "artifact_id")
    ranked = (
        table.filter(pc.is_valid(table["path"]))
        .join(likes.select(["artifact_id", "value"]), "artifact_id", join_type="left outer")
        .sort_by([("value", "descending"), ("relevant", "descending"), ("artifact_id", "ascending")])
        .slice(0, REPOSITORIES)
    )
    columns = ("artifact_id", "kind", "path", "owner_handle", "value", "day", "relevant", "static")
    for identifier, kind, path, owner, value, day, relevant, static in _columns(ranked, *columns):
        full = path if kind != "model" else f"models/{path}"
        frontier.keep(Repository(identifier, full, owner.lower(), value or 0, day, relevant, static))


def _mentions(frontier: Frontier, earlier: Earlier) -> None:
    table = earlier.table("author_mention", ("artifact_id", "profile_id"))
    table = table.filter(pc.is_valid(table["profile_id"]))
    unique = table.group_by(["artifact_id", "profile_id"]).aggregate([])
    for identifier in unique.column("profile_id").to_pylist():
        frontier.made_something(identifier)


def newest(table: pa.Table, key: str) -> pa.Table:
    """The last row of each key, in the order of the rows."""
    numbered = table.select([key]).append_column("row", pa.array(range(len(table)), pa.int64()))
    rows = numbered.group_by(key).aggregate([("row", "max")]).column("row_max")
    return table.take(rows.take(pc.sort_indices(rows)))


def _rows(table: pa.Table) -> Iterable[tuple[Any, ...]]:
    """Rows as tuples; a day is its number."""
    return zip(
        *(
            (pc.cast(column, pa.int32()) if pa.types.is_date32(column.type) else column).to_pylist()
            for column in table.columns
        ),
        strict=True,
    )


def _columns(table: pa.Table, *names: str) -> Iterable[tuple[Any, ...]]:
    return _rows(table.select(list(names)))
