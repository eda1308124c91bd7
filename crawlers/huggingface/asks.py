"""What can be asked of the hub: addresses, what an answer is called, and how a question is ranked.

Every question has one address, so that `seen` rows of earlier runs say what was asked and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from crawlers.huggingface.repositories import DATASET_EXPAND, MODEL_EXPAND, SPACE_EXPAND

HUB = "https://huggingface.co/"
API = HUB + "api/"
EXPAND = {"models": MODEL_EXPAND, "datasets": DATASET_EXPAND, "spaces": SPACE_EXPAND}
"""Properties asked for explicitly: without `expand` a list has neither owner nor time of change."""
OWNED_PAGE = 500


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of question. `days`: how long an answer serves; `rank`: points of a question before what is known of its
    subject is added; `requests`: what it costs at most."""

    name: str
    what: str  # for the plan
    days: int
    rank: int
    requests: int = 1
    bucket: str = "api"


SORTS: dict[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("members", "members of organisations", 28, 75),
        Sort("owned", "repositories of accounts that the lists do not show in full", 28, 45, requests=3),
        Sort("account", "overviews of accounts", 28, 10, requests=2),
        Sort("commits", "commits of organisations' repositories", 56, 30),
        Sort("paper", "papers that repositories name", 56, 16),
        Sort("likers", "likers of the most liked repositories", 28, 12),
        Sort("paper_repositories", "repositories that cite a paper", 28, 8),
        Sort("discussions", "discussions of the most liked repositories", 28, 6),
        Sort("followers", "followers of the most followed people", 28, 5),
        Sort("likes", "what the most followed people like", 28, 4),
        Sort("space_files", "files of Spaces", 56, 1, requests=2, bucket="resolvers"),
    )
}

ACCOUNT_WEIGHTS = {
    "author": 8,
    "committer": 8,
    "owner": 6,
    "employer": 6,
    "member": 4,
    "submitter": 3,
    "curator": 2,
    "discussant": 2,
    "liker": 1,
    "follower": 1,
}
"""What a list that names an account adds to its rank, by why: it made something, belongs, took part, liked."""
REPOSITORY_POINTS, OTHER_REPOSITORY_POINTS = 6, 2
"""What a repository adds to its owner's rank, if a sourced specialty's rule may fire on it, and if not."""
MOST_POINTS = 60
REFRESH_RANK = 5
ACTIVE_RANK = 9
"""Rank of overviews known already: of accounts that did nothing lately, and of those that changed a repository."""


def user_overview(handle: str) -> str:
    return _account("users", handle, "overview")


def organisation_overview(handle: str) -> str:
    return _account("organizations", handle, "overview")


def members(handle: str) -> str:
    return _account("organizations", handle, "members")


def likes(handle: str) -> str:
    return _account("users", handle, "likes")


def followers(handle: str) -> str:
    return _account("users", handle, "followers")


def _account(folder: str, handle: str, what: str) -> str:
    return f"{API}{folder}/{quote(handle, safe='')}/{what}"


def repository(path: str, expand: Iterable[str] = ()) -> str:
    """One repository; `path` is models/<owner>/<name> and so on."""
    query = urlencode([("expand", name) for name in expand])
    return f"{API}{quote(path)}" + (f"?{query}" if query else "")


def likers(path: str) -> str:
    return f"{API}{quote(path)}/likers"


def commits(path: str) -> str:
    return f"{API}{quote(path)}/commits/main"


def discussions(path: str) -> str:
    return f"{API}{quote(path)}/discussions"


def listing(
    kind: str, expand: Iterable[str], *, sort: str = "lastModified", limit: int, **filters: str
) -> str:
    """A list of models, datasets or spaces; `filters` such as author, pipeline_tag and filter (a tag or library)."""
    query = [("sort", sort), ("limit", str(limit)), *sorted(filters.items())]
    return f"{API}{kind}?{urlencode([*query, *(('expand', name) for name in expand)])}"


def owned(kind: str, handle: str) -> str:
    """All repositories of one kind (models, datasets or spaces) of an account."""
    return listing(kind, EXPAND[kind], limit=OWNED_PAGE, author=handle)


def paper(identifier: str) -> str:
    return f"{API}papers/{quote(identifier, safe='')}"


def paper_search(words: str, limit: int) -> str:
    """Papers by words; without `limit` one answer was half a megabyte."""
    return f"{API}papers/search?{urlencode({'q': words, 'limit': limit})}"


def paper_repositories(identifier: str) -> str:
    return f"{API}arxiv/{quote(identifier, safe='')}/repos"


def daily_papers(page: int, limit: int) -> str:
    return f"{API}daily_papers?{urlencode({'p': page, 'limit': limit})}"


def collections(limit: int) -> str:
    return f"{API}collections?{urlencode({'sort': 'lastModified', 'limit': limit})}"


def account_search(name: str, limit: int) -> str:
    return f"{API}quicksearch?{urlencode({'q': name, 'type': 'user', 'limit': limit})}"


def space_page(path: str) -> str:
    """The public page of a Space, by which its files are remembered."""
    return HUB + path


def space_file(path: str, name: str) -> str:
    """A file of a Space; `path` is spaces/<owner>/<name>."""
    return f"{HUB}{quote(path)}/resolve/main/{name}"


def profile_page(handle: str, profile_id: str) -> str:
    """A user's page. The fragment, which no server sees, says whose page it is: the page itself lacks the id."""
    return f"{HUB}{quote(handle, safe='')}#{profile_id}"
