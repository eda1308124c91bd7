"""Hugging Face Hub: who releases what, who commits to organisations' repositories, who wrote which paper.

A night first reads what changed (lists, newest first, down to the mark of the night before) and what the lists of each
sourced specialty hold; then it asks the questions of the frontier, the most promising first, as far as the night's
budget of requests goes; then files of Spaces, and last the pages of shortlisted people. The rest waits for tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.records import Record
from config.settings import SourceConfig
from crawlers.huggingface import asks, kinds, lists
from crawlers.huggingface.answers import Answers
from crawlers.huggingface.asks import SORTS
from crawlers.huggingface.budget import ANONYMOUS
from crawlers.huggingface.frontier import ORGANISATION, Depth, Frontier, day_number
from crawlers.huggingface.lists import REPOSITORIES, Lists, SpecialtyList
from crawlers.huggingface.recall import recall
from crawlers.source import ApiSource, Document, Earlier, Fetch, Item, PlanLine, Session, Unavailable

PARSER_VERSION = 1
NAME = "huggingface"
_NAMED_POINTS = 40  # of an organisation that a specialty's file names
_LIST_DAYS = 14


class Huggingface(ApiSource):
    """Kinds: see `crawlers.huggingface.kinds`."""

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self.windows = {bucket: self._number(f"{bucket}_windows") for bucket in ANONYMOUS}
        self._frontier: Frontier | None = None
        self._pages: tuple[Fetch, ...] = ()

    def parse(self, document: Document) -> Iterator[Item]:
        yield from kinds.parse(document)

    def learn(self, record: Record) -> None:
        if self._frontier is not None:
            self._frontier.learn(record)

    def crawl(self, session: Session, earlier: Earlier) -> Iterator[Document]:
        self.marks = dict(earlier.marks)
        frontier, of_specialties = self._recall(earlier)
        self._frontier = frontier
        reader = Lists(
            session,
            self.marks,
            earlier.as_of,
            self._number("page_size"),
            self._number("max_pages"),
            self.notes,
        )
        for kind in REPOSITORIES:
            yield from reader.changed(kind)
        yield from reader.daily_papers()
        yield from reader.collections()
        for one in of_specialties:
            if session.left("api"):
                yield from reader.of_specialty(one)
        answers = Answers(session, frontier, reader)
        yield from self._questions(session, frontier, answers)
        yield from self._space_files(session, frontier, answers)
        shortlist = frontier.shortlist(self._number("page_days"))
        self._pages = tuple(
            Fetch(asks.profile_page(account.handle, account.profile_id or ""), "profile_page")
            for account in shortlist[: session.left("pages")]
        )
        self.statistics = {f"waiting {sort}": count for sort, count in sorted(frontier.waiting().items())}
        if len(shortlist) > len(self._pages):
            self.statistics["waiting pages"] = len(shortlist) - len(self._pages)

    def pages(self) -> Sequence[Fetch]:
        return self._pages

    def plan(self, earlier: Earlier) -> Sequence[PlanLine]:
        frontier, of_specialties = self._recall(earlier)
        frontier.fill()
        left = self.windows["api"] * ANONYMOUS["api"]
        first = "models" not in earlier.marks
        known = len(REPOSITORIES) * (self._number("max_pages") if first else 1) + 2
        lines = [
            PlanLine(
                "lists of what changed" + (", at most" if first else ", at least"),
                "api",
                known,
                min(known, left),
            )
        ]
        left -= lines[-1].tonight
        lines.append(
            PlanLine("lists of specialties", "api", len(of_specialties), min(len(of_specialties), left))
        )
        left -= lines[-1].tonight
        for sort, count in sorted(
            frontier.waiting().items(), key=lambda pair: (-SORTS[pair[0]].rank, pair[0])
        ):
            tonight = min(count, left)
            left -= tonight
            lines.append(PlanLine(SORTS[sort].what, "api", count, tonight))
        files = SORTS["space_files"].requests * len(frontier.spaces())
        lines.append(
            PlanLine(
                SORTS["space_files"].what,
                "resolvers",
                files,
                min(files, self.windows["resolvers"] * ANONYMOUS["resolvers"]),
            )
        )
        pages = len(frontier.shortlist(self._number("page_days")))
        budget = self.windows["pages"] * ANONYMOUS["pages"]
        lines.append(PlanLine("pages of shortlisted people", "pages", pages, min(pages, budget)))
        return lines

    def _number(self, name: str) -> int:
        return int(self.config.parameters[name])  # type: ignore[arg-type]

    def _recall(self, earlier: Earlier) -> tuple[Frontier, list[SpecialtyList]]:
        """The frontier as earlier runs left it, and the lists of specialties that are due."""
        specialties = earlier.specialties()
        tags = lists.relevant_tags(specialties)
        frontier = Frontier(
            today=day_number(earlier.as_of),
            depth=Depth(
                likers=self._number("likers_repositories"),
                discussions=self._number("discussions_repositories"),
                people=self._number("followed_people"),
                paper_repositories=self._number("papers_followed"),
                space_files=self._number("space_files"),
            ),
            relevant=lambda held: not lists.NOISE.intersection(held) and any(t.lower() in tags for t in held),
            account_days=self._number("account_days"),
            active_days=self._number("active_days"),
            is_suppressed=lambda handle: earlier.is_suppressed([f"{NAME}:handle:{handle.lower()}"]),
        )
        recall(frontier, earlier, tags, PARSER_VERSION)
        for specialty in specialties.values():
            for handle in specialty.hub_organisations if specialty.sourced else ():
                account = frontier.account(handle)
                account.kind = ORGANISATION
                account.points += _NAMED_POINTS
                frontier.push("account", handle.lower())
        due = [
            one
            for one in lists.specialty_lists(specialties, self._number("specialty_page_size"))
            if (asked := frontier.asked_on.get(one.url)) is None
            or frontier.today - asked >= frontier.interval(one.url, _LIST_DAYS)
        ]
        return frontier, due

    def _questions(self, session: Session, frontier: Frontier, answers: Answers) -> Iterator[Document]:
        """The frontier's questions while the budget lasts; rankings are drawn up anew when the queue runs dry."""
        frontier.fill()
        refilled = False
        while session.left("api") >= max(sort.requests for sort in SORTS.values()):
            ask = frontier.next()
            if ask is None:
                if refilled:
                    return
                frontier.fill()
                refilled = True
                continue
            refilled = False
            try:
                yield from answers.to(ask)
            except Unavailable:
                continue

    def _space_files(self, session: Session, frontier: Frontier, answers: Answers) -> Iterator[Document]:
        for repository in frontier.spaces():
            if session.left("resolvers") < SORTS["space_files"].requests or not session.left("api"):
                return
            try:
                yield from answers.space(repository)
            except Unavailable:
                continue
