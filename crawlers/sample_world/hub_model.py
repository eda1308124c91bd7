"""What happens on the model hub between accounts, repositories and papers: likes, follows, commits and the like.

Accounts and repositories are named by their ids, so that a rename changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HubLike:
    """An account liked a repository at `at` (ISO 8601)."""

    account: str
    repo: str
    at: str


@dataclass(frozen=True, slots=True)
class HubFollow:
    """An account follows another one (a user or an organisation)."""

    follower: str
    followed: str


@dataclass(frozen=True, slots=True)
class HubCommit:
    """A commit by an account, or by somebody the hub knows only by `name` (then `account` is None)."""

    repo: str
    account: str | None
    name: str
    title: str
    at: str


@dataclass(frozen=True, slots=True)
class HubDiscussion:
    """A discussion or pull request. `account` None: its author has deleted the account."""

    repo: str
    num: int
    title: str
    status: str  # open | closed | merged | draft
    account: str | None
    pull_request: bool
    at: str


@dataclass(frozen=True, slots=True)
class HubCollection:
    """A list that an account keeps. Items are (kind, id): a repository's id, or an arXiv id for a paper."""

    id: str
    owner: str
    title: str
    description: str
    items: tuple[tuple[str, str], ...]
    updated: str
    upvotes: int


@dataclass(frozen=True, slots=True)
class HubAuthorLink:
    """What the hub says about one author of a paper.

    `account` None: no account linked. `status`: claimed_verified | admin_assigned | extracted_pending.
    `true`: the account is really that author's.
    """

    position: int
    account: str | None
    status: str | None
    changed_at: str | None
    hidden: bool
    true: bool


@dataclass(frozen=True, slots=True)
class HubPaper:
    """A work as the hub knows it. `listed_at`: when it was put on the daily list (None: never)."""

    id: str
    arxiv_id: str
    work: str
    published_at: str
    listed_at: str | None
    submitted_by: str | None
    organisation: str | None
    upvotes: int
    comments: int
    project_page: str | None
    code_url: str | None
    links: tuple[HubAuthorLink, ...]


@dataclass(frozen=True, slots=True)
class HubProfile:
    """What a user declares on the profile page. Handles are bare; hardware is (kind, vendor, model, GB, number)."""

    account: str
    homepage: str | None = None
    github: str | None = None
    twitter: str | None = None
    linkedin: str | None = None
    bluesky: str | None = None
    hardware: tuple[tuple[str, str, str, int, int], ...] = ()
    roles: tuple[tuple[str, str], ...] = ()  # (organisation account id, admin | write | contributor | read)


@dataclass(frozen=True, slots=True)
class HubGraph:
    """Everything that links accounts, repositories and papers, in a fixed order."""

    likes: tuple[HubLike, ...] = ()
    follows: tuple[HubFollow, ...] = ()
    commits: tuple[HubCommit, ...] = ()
    discussions: tuple[HubDiscussion, ...] = ()
    collections: tuple[HubCollection, ...] = ()
    papers: tuple[HubPaper, ...] = ()
    profiles: tuple[HubProfile, ...] = ()
