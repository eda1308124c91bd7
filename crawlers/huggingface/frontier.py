"""What is still to be asked of the hub, the most promising first.

The frontier is a function of what has landed: records say who and what there is, `seen` rows say what was asked and
when. So it needs no file of its own, a killed run goes on where its last committed part ended, and what a person asks
to have erased is gone from it too. Within a run it learns from each record as it is parsed.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import chain, islice

from config.records import Artifact, AuthorMention, Candidate, Metric, Profile, Record
from crawlers.huggingface import asks
from crawlers.huggingface.asks import ACCOUNT_WEIGHTS, ACTIVE_RANK, MOST_POINTS, REFRESH_RANK, SORTS

_EPOCH = date(1970, 1, 1)
PERSON, ORGANISATION, UNKNOWN = "person", "organisation", "unknown"
_FOLDER = {"model": "models", "dataset": "datasets", "space": "spaces"}


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def share_of(text: str) -> float:
    """A number from 0 up to 1 that is the same for the same text everywhere: spreads refreshes over nights."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) / 2**32


@dataclass(slots=True)
class Account:
    """What is known of an account; `key` is its handle in lower case."""

    handle: str
    kind: str = UNKNOWN  # person, organisation, bot or unknown
    profile_id: str | None = None
    name: str | None = None
    points: int = 0
    works: int = 0  # that the hub counts
    known: int = 0  # that have landed
    followers: int = 0
    active: int = 0  # day of the latest change of one of its repositories
    evidence: int = 0  # repositories and papers a sourced specialty's rule may fire on
    deleted: bool = False


@dataclass(slots=True)
class Repository:
    """A repository that more may be asked about."""

    artifact_id: str
    path: str  # models/<owner>/<name>
    owner: str
    likes: int = 0
    updated: int = 0
    relevant: bool = False
    static: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: its sort and its subject (a handle in lower case, a repository's path, an arXiv id)."""

    sort: str
    key: str


@dataclass(frozen=True, slots=True)
class Depth:
    """How far down each ranking goes."""

    likers: int
    discussions: int
    people: int
    paper_repositories: int
    space_files: int


@dataclass
class Frontier:
    """See the module. `relevant` tells whether tags make a rule of a sourced specialty fire."""

    today: int
    depth: Depth
    relevant: Callable[[Iterable[str]], bool]
    account_days: int
    active_days: int
    is_suppressed: Callable[[str], bool]
    accounts: dict[str, Account] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)  # arXiv id -> upvotes; -1: only named by a tag
    asked_on: dict[str, int] = field(default_factory=dict)  # address -> day
    etags: dict[str, str] = field(default_factory=dict)
    _by_id: dict[str, str] = field(default_factory=dict)
    _path_of: dict[str, str] = field(default_factory=dict)
    _paths_of: dict[str, set[str]] = field(default_factory=dict)  # of repositories, by owner
    _heap: list[tuple[int, str, str]] = field(default_factory=list)
    _asked: set[Ask] = field(default_factory=set)

    # --- what is known ------------------------------------------------------------------------------------------

    def account(self, handle: str) -> Account:
        """The account of that handle, made if it is new."""
        key = handle.lower()
        found = self.accounts.get(key)
        if found is None:
            found = self.accounts[key] = Account(handle)
        return found

    def learn(self, record: Record) -> None:
        """Take in a record and queue what it gives rise to."""
        if isinstance(record, Artifact):
            self._learn_artifact(record)
        elif isinstance(record, Profile):
            self._learn_profile(record)
        elif isinstance(record, Candidate):
            self._learn_candidate(record)
        elif isinstance(record, Metric):
            self._learn_metric(record)
        elif isinstance(record, AuthorMention) and record.profile_id is not None:
            self.made_something(record.profile_id)

    def _learn_artifact(self, record: Artifact) -> None:
        if record.kind == "paper":
            self.papers[record.artifact_id] = max(self.papers.get(record.artifact_id, 0), 0)
            return
        if record.owner_handle is None or record.kind not in _FOLDER:
            return
        path = next((i.value for i in record.ids if i.scheme == "huggingface"), None)
        if path is None:
            return
        path = path if record.kind != "model" else f"models/{path}"
        updated = day_number(record.updated_at.date()) if record.updated_at else 0
        relevant = self.relevant(record.tags)
        new = record.artifact_id not in self._path_of
        self.owns(record.owner_handle, relevant=relevant, updated=updated, new=new)
        owner, static = record.owner_handle.lower(), "tag:static" in record.tags
        self.keep(Repository(record.artifact_id, path, owner, 0, updated, relevant, static))
        for tag in record.tags:
            if tag.startswith("tag:arxiv:"):
                self.names_paper(tag[10:])

    def keep(self, repository: Repository) -> None:
        """Know a repository as it is now."""
        self.repositories[repository.path] = repository
        self._path_of[repository.artifact_id] = repository.path
        self._paths_of.setdefault(repository.owner, set()).add(repository.path)
        self._push_repository(repository)

    def was_renamed(self, old: Account) -> None:
        """Forget a handle that its account no longer bears."""
        old.deleted = True

    def owns(self, owner: str, *, relevant: bool, updated: int, new: bool = True, count: int = 1) -> None:
        """An account owns `count` repositories of that sort."""
        account = self.account(owner)
        if new:
            account.known += count
            account.points += count * (asks.REPOSITORY_POINTS if relevant else asks.OTHER_REPOSITORY_POINTS)
            account.evidence += count if relevant else 0
        account.active = max(account.active, updated)
        self._push_account(account)

    def names_paper(self, identifier: str) -> None:
        """A repository names a paper by its arXiv id."""
        if self.papers.setdefault(identifier, -1) == -1:
            self.push("paper", identifier)

    def _learn_profile(self, record: Profile) -> None:
        if record.handle is None:
            return
        account = self.account(record.handle)
        account.handle = record.handle
        account.kind = record.kind
        account.profile_id = record.profile_id
        account.name = record.name
        account.works = record.works or 0
        account.followers = record.followers or 0
        account.deleted = record.status == "deleted"
        self.identify(record.profile_id, record.handle)
        if account.deleted:
            return
        if record.kind == ORGANISATION:
            self.push("members", record.handle.lower())
            for path in sorted(self._paths_of.get(record.handle.lower(), ())):
                self._push_repository(self.repositories[path])
        if account.works > account.known:
            self.push("owned", record.handle.lower())

    def identify(self, profile_id: str, handle: str) -> None:
        """The account with that id bears that handle now."""
        self._by_id[profile_id] = handle.lower()

    def made_something(self, profile_id: str) -> None:
        """An account is named as an author of a paper or repository."""
        handle = self._by_id.get(profile_id)
        if handle is not None:
            self.accounts[handle].evidence += 1

    def _learn_candidate(self, record: Candidate) -> None:
        account = self.account(record.handle)
        account.points += ACCOUNT_WEIGHTS[record.reason]
        if account.kind == UNKNOWN and record.account_kind != UNKNOWN:
            account.kind = record.account_kind
        self._push_account(account)

    def _learn_metric(self, record: Metric) -> None:
        if record.name == "likes" and record.artifact_id in self._path_of:
            repository = self.repositories[self._path_of[record.artifact_id]]
            repository.likes = record.value
        elif record.name == "upvotes" and record.artifact_id in self.papers:
            self.papers[record.artifact_id] = record.value

    # --- what is asked next -------------------------------------------------------------------------------------

    def push(self, sort: str, key: str) -> None:
        """Queue a question, if it is due; one that is queued already is queued again with its present rank."""
        ask = Ask(sort, key)
        if ask not in self._asked and self.is_due(ask):
            heapq.heappush(self._heap, (-self.rank(ask), sort, key))

    def _push_account(self, account: Account) -> None:
        if not account.deleted:
            self.push("account", account.handle.lower())

    def _push_repository(self, repository: Repository) -> None:
        owner = self.accounts.get(repository.owner)
        if owner is not None and owner.kind == ORGANISATION:
            self.push("commits", repository.path)

    def fill(self) -> None:
        """Queue the questions that go only so far down a ranking: what is liked, followed or upvoted most."""
        repositories = sorted(self.repositories.values(), key=lambda r: (-r.likes, r.path))
        people = [(key, a) for key, a in self.accounts.items() if a.kind == PERSON and not a.deleted]
        followed = [key for key, _ in sorted(people, key=lambda pair: (-pair[1].followers, pair[0]))]
        rankings: dict[str, tuple[int, Iterable[str]]] = {
            "likers": (
                self.depth.likers + self.depth.likers // 2,
                chain(
                    islice((r.path for r in repositories if r.relevant and r.likes), self.depth.likers),
                    # People of the sourced specialties like other things, too.
                    (r.path for r in repositories if not r.relevant and r.likes),
                ),
            ),
            "discussions": (self.depth.discussions, (r.path for r in repositories if r.likes)),
            "followers": (self.depth.people, followed),
            "likes": (self.depth.people, followed),
            "paper_repositories": (
                self.depth.paper_repositories,
                (
                    key
                    for key, upvotes in sorted(self.papers.items(), key=lambda pair: (-pair[1], pair[0]))
                    if upvotes > 0
                ),
            ),
        }
        for sort, (depth, keys) in rankings.items():
            for key in islice(keys, depth):
                self.push(sort, key)

    def spaces(self) -> list[Repository]:
        """Spaces whose files are to be read, the most liked first."""
        people = {key for key, a in self.accounts.items() if a.kind == PERSON and not a.deleted}
        found = [
            r
            for r in self.repositories.values()
            if r.path.startswith("spaces/") and not r.static and r.owner in people
        ]
        found = sorted(found, key=lambda r: (-r.likes, r.path))[: self.depth.space_files]
        return [r for r in found if self.is_due(Ask("space_files", r.path))]

    def shortlist(self, days: int) -> list[Account]:
        """People whose own page is worth reading and was not read for `days`: those with most evidence first."""
        people = [
            account
            for account in self.accounts.values()
            if account.kind == PERSON and account.profile_id and account.evidence and not account.deleted
        ]
        people.sort(key=lambda a: (-a.evidence, -a.points, -a.followers, a.handle))
        found = []
        for account in people:
            address = asks.profile_page(account.handle, account.profile_id or "")
            asked = self.asked_on.get(address)
            is_due = asked is None or self.today - asked >= self.interval(address, days)
            if is_due and not self.is_suppressed(account.handle):
                found.append(account)
        return found

    def rank(self, ask: Ask) -> int:
        """Points: how much the answer is likely to teach, by request."""
        sort = SORTS[ask.sort]
        if ask.sort == "account":
            account = self.accounts[ask.key]
            if self.asked_on.get(self.address(ask)) is None:
                return sort.rank + min(account.points, MOST_POINTS)
            return ACTIVE_RANK if account.active >= self.today - self.active_days else REFRESH_RANK
        if ask.sort in ("commits", "likers", "discussions"):
            repository = self.repositories[ask.key]
            more = int(math.log2(1 + repository.likes)) + (6 if repository.relevant else 0)
            return sort.rank + more
        if ask.sort in ("likes", "followers", "owned"):
            return sort.rank + int(math.log2(1 + self.accounts[ask.key].followers))
        if ask.sort == "paper_repositories":
            return sort.rank + int(math.log2(1 + max(0, self.papers[ask.key])))
        return sort.rank

    def address(self, ask: Ask) -> str:
        """The address by which the question is remembered."""
        if ask.sort in ("account", "members", "likes", "followers", "owned"):
            account = self.accounts[ask.key]
            if ask.sort == "account":
                make = asks.organisation_overview if account.kind == ORGANISATION else asks.user_overview
                return make(account.handle)
            if ask.sort == "owned":
                return asks.owned("models", account.handle)
            by_handle = {"members": asks.members, "likes": asks.likes, "followers": asks.followers}
            return by_handle[ask.sort](account.handle)
        if ask.sort == "paper":
            return asks.paper(ask.key)
        if ask.sort == "paper_repositories":
            return asks.paper_repositories(ask.key)
        if ask.sort == "space_files":
            return asks.space_page(ask.key)
        return {"likers": asks.likers, "commits": asks.commits, "discussions": asks.discussions}[ask.sort](
            ask.key
        )

    def is_due(self, ask: Ask) -> bool:
        """Never asked, or so long ago that the answer no longer serves, or its subject has changed since."""
        address = self.address(ask)
        asked = self.asked_on.get(address)
        if asked is None:
            return True
        if ask.sort == "account":
            account = self.accounts[ask.key]
            active = account.active >= self.today - self.active_days
            days = self.active_days if active else self.account_days
            return self.today - asked >= self.interval(address, days)
        if ask.sort in ("commits", "space_files") and self.repositories[ask.key].updated >= asked:
            return True
        return self.today - asked >= self.interval(address, SORTS[ask.sort].days)

    @staticmethod
    def interval(address: str, days: int) -> int:
        """Days until a question is put again: between half of `days` and `days`, so that no night gets them all."""
        return max(1, math.ceil(days * (0.5 + share_of(address) / 2)))

    def next(self) -> Ask | None:
        """The question with most points that is still due; None if there is none."""
        while self._heap:
            points, sort, key = heapq.heappop(self._heap)
            ask = Ask(sort, key)
            if ask in self._asked or not self.is_due(ask) or self._is_of_suppressed(ask):
                continue
            rank = self.rank(ask)
            if rank > -points:
                heapq.heappush(self._heap, (-rank, sort, key))
                continue
            self._asked.add(ask)
            return ask
        return None

    def _is_of_suppressed(self, ask: Ask) -> bool:
        if ask.key in self.accounts:
            return self.is_suppressed(ask.key)
        repository = self.repositories.get(ask.key)
        return repository is not None and self.is_suppressed(repository.owner)

    def waiting(self) -> Counter[str]:
        """Takes all questions out of the queue and counts them by sort, in the order in which they would be asked."""
        counts: Counter[str] = Counter()
        while (ask := self.next()) is not None:
            counts[ask.sort] += 1
        return counts
