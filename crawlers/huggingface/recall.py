"""The frontier as earlier runs left it, computed from what they landed, in sets (Arrow) and not row by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crawlers.huggingface.asks import ACCOUNT_WEIGHTS
from crawlers.huggingface.frontier import ORGANISATION, UNKNOWN, Frontier, Repository
from crawlers.source import RUN_AS_OF, Earlier

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
    for handle, kind, reason, count in zip(
        *(grouped.column(name).to_pylist() for name in ("handle", "account_kind", "reason", "count_all")),
        strict=True,
    ):
        account = frontier.account(handle)
        account.points += ACCOUNT_WEIGHTS[reason] * count
        if account.kind == UNKNOWN and kind != UNKNOWN:
            account.kind = kind


def _artifacts(frontier: Frontier, earlier: Earlier, relevant_tags: frozenset[str]) -> None:
    columns = ("artifact_id", "kind", "owner_handle", "ids", "tags", "updated_at")
    table = newest(earlier.table("artifact", columns), "artifact_id")
    papers = table.filter(pc.equal(table["kind"], "paper"))
    frontier.papers.update(dict.fromkeys(papers["artifact_id"].to_pylist(), 0))
    table = table.filter(
        pc.and_kleene(
            pc.is_in(table["kind"], pa.array(["model", "dataset", "space"])),
            pc.is_valid(table["owner_handle"]),
        )
    )
    tags = table["tags"].combine_chunks()
    flat, parents = pc.list_flatten(tags), pc.list_parent_indices(tags)
    hits = parents.filter(pc.is_in(pc.utf8_lower(flat), pa.array(sorted(relevant_tags), pa.string())))
    relevant = pc.is_in(pa.array(range(len(table)), pa.int64()), pc.unique(hits).cast(pa.int64()))
    for tag in pc.unique(flat.filter(pc.starts_with(flat, _ARXIV))).to_pylist():
        frontier.names_paper(tag[len(_ARXIV) :])
    # Days, not moments: that is how fine the frontier reckons.
    days = pc.cast(pc.cast(table["updated_at"], pa.timestamp("s", tz="UTC")), pa.int64())
    days = pc.divide(pc.fill_null(days, 0), 86_400)
    table = table.append_column("relevant", relevant).append_column("day", days)
    grouped = table.group_by(["owner_handle", "relevant"]).aggregate([([], "count_all"), ("day", "max")])
    for owner, is_relevant, count, day in zip(
        *(grouped.column(name).to_pylist() for name in ("owner_handle", "relevant", "count_all", "day_max")),
        strict=True,
    ):
        frontier.owns(owner, relevant=is_relevant, updated=day, count=count)
    _keep_repositories(frontier, earlier, table)


def _keep_repositories(frontier: Frontier, earlier: Earlier, table: pa.Table) -> None:
    """The repositories that more may be asked about, with their likes; and the papers' upvotes."""
    metrics = earlier.table("metric", ("artifact_id", "name", "value"))
    upvotes = newest(metrics.filter(pc.equal(metrics["name"], "upvotes")), "artifact_id")
    for identifier, value, _ in _rows(upvotes.select(["artifact_id", "value", RUN_AS_OF])):
        if identifier in frontier.papers:
            frontier.papers[identifier] = value
    likes = newest(metrics.filter(pc.equal(metrics["name"], "likes")), "artifact_id")
    numbered = pa.table(
        {
            "artifact_id": table["artifact_id"],
            "relevant": table["relevant"],
            "row": pa.array(range(len(table)), pa.int64()),
        }
    )
    ranked = numbered.join(
        likes.select(["artifact_id", "value"]), "artifact_id", join_type="left outer"
    ).sort_by([("value", "descending"), ("relevant", "descending"), ("row", "ascending")])
    ranked = ranked.slice(0, REPOSITORIES)
    chosen = table.take(ranked["row"])
    columns = ("artifact_id", "kind", "owner_handle", "ids", "tags", "relevant", "day")
    rows = zip(
        *(chosen.column(name).to_pylist() for name in columns), ranked["value"].to_pylist(), strict=True
    )
    for identifier, kind, owner, ids, tags, relevant, day, value in rows:
        path = next((i["value"] for i in ids if i["scheme"] == "huggingface"), None)
        if path is not None:
            frontier.keep(
                Repository(
                    identifier,
                    path if kind != "model" else f"models/{path}",
                    owner.lower(),
                    value or 0,
                    day,
                    relevant,
                    "tag:static" in tags,
                )
            )


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
