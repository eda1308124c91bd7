"""What the Hugging Face source asks next, when it asks again, how lists are read, and the night's budget."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from huggingface_hub.utils import RateLimitInfo  # type: ignore[attr-defined]
from hypothesis import given, settings
from hypothesis import strategies as st

from config.records import RECORD_TYPES, Artifact, Candidate, Metric, Profile, Record, arrow_schema
from config.settings import load_specialties
from crawlers.huggingface import asks, lists
from crawlers.huggingface.budget import ANONYMOUS, Budget, bucket_of, minutes
from crawlers.huggingface.frontier import Ask, Depth, Frontier, day_number
from crawlers.huggingface.lists import Lists, SpecialtyList
from crawlers.huggingface.recall import newest, recall
from crawlers.network import window_seconds_left
from crawlers.source import RUN_AS_OF, Document, Earlier, PlanLine, Unavailable
from flows.night import NightRequest, NightResult
from flows.plan import in_words
from flows.summary import Counts, SpecialtyCount, ahead_lines

TODAY = date(2026, 11, 1)
NUMBER = day_number(TODAY)
RELEVANT = frozenset({"pipeline_tag:object-detection"})
HUB = "https://huggingface.co/"


def frontier(today: int = NUMBER, **depth: int) -> Frontier:
    deep = {"likers": 2, "discussions": 2, "people": 2, "paper_repositories": 2, "space_files": 2} | depth
    return Frontier(
        today=today,
        depth=Depth(**deep),
        relevant=lambda tags: not lists.NOISE.intersection(tags) and any(tag in RELEVANT for tag in tags),
        account_days=28,
        active_days=7,
        is_suppressed=lambda handle: handle == "leave-me",
    )


def artifact(path: str, *, tags: tuple[str, ...] = (), kind: str = "model", day: date = TODAY) -> Artifact:
    prefix = {"model": "", "dataset": "datasets/", "space": "spaces/"}[kind]
    return Artifact.model_validate(
        {
            "artifact_id": f"id-{kind}-{path}",
            "kind": kind,
            "title": path,
            "owner_handle": path.split("/")[0],
            "ids": ({"scheme": "huggingface", "value": prefix + path},),
            "tags": tags,
            "updated_at": datetime.combine(day, datetime.min.time(), UTC),
            "url": HUB + path,
            "as_of": TODAY,
        }
    )


def profile(handle: str, kind: str = "person", **more: Any) -> Profile:
    return Profile.model_validate(
        {"profile_id": f"id-{handle}", "handle": handle, "kind": kind, "url": HUB + handle, **more}
    )


def candidate(handle: str, reason: str, kind: str = "person") -> Candidate:
    return Candidate.model_validate(
        {"handle": handle, "reason": reason, "account_kind": kind, "url": HUB + handle}
    )


def likes(path: str, count: int) -> Metric:
    return Metric.model_validate(
        {"artifact_id": f"id-model-{path}", "name": "likes", "value": count, "url": HUB, "as_of": TODAY}
    )


def order(one: Frontier) -> list[tuple[str, str]]:
    found = []
    while (ask := one.next()) is not None:
        found.append((ask.sort, ask.key))
    return found


# --- what is asked first ------------------------------------------------------------------------------------------


def test_whoever_made_most_is_asked_about_first_and_a_liker_last() -> None:
    one = frontier()
    one.learn(candidate("Liker", "liker"))
    one.learn(candidate("committer", "committer"))
    for number in range(3):
        one.learn(artifact(f"maker/m{number}", tags=("pipeline_tag:object-detection",)))
    one.learn(artifact("other/m", tags=("pipeline_tag:other",)))
    assert order(one) == [
        ("account", "maker"),
        ("account", "committer"),
        ("account", "other"),
        ("account", "liker"),
    ]


def test_members_of_an_organisation_and_its_repositories_commits_come_before_single_accounts() -> None:
    one = frontier()
    one.learn(artifact("lab/model", tags=("pipeline_tag:object-detection",)))
    one.learn(candidate("someone", "liker"))
    one.learn(profile("Lab", "organisation", works=1))
    asked = order(one)
    assert asked[0] == ("members", "lab")
    assert ("commits", "models/lab/model") in asked
    assert asked.index(("commits", "models/lab/model")) < asked.index(("account", "someone"))
    assert not [ask for ask in asked if ask[0] == "owned"]


def test_an_account_whose_repositories_the_lists_do_not_show_is_asked_for_them() -> None:
    one = frontier()
    one.learn(profile("ann", works=3))
    assert ("owned", "ann") in order(one)


def test_rankings_go_only_so_deep_and_only_for_what_a_rule_may_fire_on() -> None:
    one = frontier(likers=2)
    for name, count in (("a", 5), ("b", 50), ("c", 500)):
        one.learn(artifact(f"x/{name}", tags=("pipeline_tag:object-detection",)))
        one.learn(likes(f"x/{name}", count))
    for name, count in (("d", 5000), ("e", 4000)):
        one.learn(artifact(f"x/{name}", tags=("pipeline_tag:other",)))
        one.learn(likes(f"x/{name}", count))
    one.fill()
    asked = [key for sort, key in order(one) if sort == "likers"]
    assert set(asked) == {"models/x/c", "models/x/b", "models/x/d"}  # half as many that no rule fires on
    assert asked[-1] == "models/x/b"


def test_a_suppressed_account_is_never_asked_about() -> None:
    one = frontier()
    one.learn(candidate("Leave-Me", "owner"))
    one.learn(artifact("leave-me/model", tags=("pipeline_tag:object-detection",)))
    one.learn(profile("leave-me", "organisation"))
    assert order(one) == []


def test_a_paper_that_a_repository_names_is_asked_for_once() -> None:
    one = frontier()
    for name in ("a", "b"):
        one.learn(artifact(f"x/{name}", tags=("tag:arxiv:2401.00001",)))
    assert [ask for ask in order(one) if ask[0] == "paper"] == [("paper", "2401.00001")]


# --- when it is asked again ---------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=30), st.integers(1, 400))
def test_an_answer_serves_between_half_its_time_and_all_of_it(address: str, days: int) -> None:
    interval = Frontier.interval(address, days)
    assert days / 2 <= interval <= days
    assert interval == Frontier.interval(address, days)


def test_refreshes_are_spread_over_nights() -> None:
    due = [Frontier.interval(asks.user_overview(f"user{n}"), 28) for n in range(2000)]
    most = max(due.count(day) for day in range(14, 29))
    assert most < 2000 / 14 * 1.5


@pytest.mark.parametrize(
    ("age", "active_days_ago", "due"),
    [(1, 300, False), (13, 300, False), (28, 300, True), (7, 3, True), (3, 0, False)],
)
def test_an_overview_is_refreshed_by_age_and_activity(age: int, active_days_ago: int, due: bool) -> None:
    one = frontier()
    one.learn(profile("ann"))
    account = one.account("ann")
    account.active = NUMBER - active_days_ago
    one.asked_on[asks.user_overview("ann")] = NUMBER - age
    assert one.is_due(Ask("account", "ann")) is due


def test_commits_are_asked_for_again_when_the_repository_has_changed() -> None:
    one = frontier()
    one.learn(profile("lab", "organisation"))
    one.learn(artifact("lab/m", day=TODAY - timedelta(days=5)))
    ask = Ask("commits", "models/lab/m")
    one.asked_on[asks.commits("models/lab/m")] = NUMBER - 4
    assert not one.is_due(ask)
    one.learn(artifact("lab/m", day=TODAY - timedelta(days=2)))
    assert one.is_due(ask)


# --- what has landed says the same as what was learned -------------------------------------------------------------


def table_of(records: list[tuple[Record, date]], seen: list[dict[str, Any]]) -> Any:
    """`Earlier.table` over records in memory."""

    def table(
        record_type: str, columns: tuple[str, ...], each: Callable[[pa.Table], pa.Table] = lambda whole: whole
    ) -> pa.Table:
        schema = arrow_schema(RECORD_TYPES[record_type])
        kept = pa.schema([*(schema.field(name) for name in columns), pa.field(RUN_AS_OF, pa.date32())])
        if record_type == "seen":
            found: Sequence[Mapping[str, Any]] = seen
        else:
            found = [r.model_dump() | {RUN_AS_OF: day} for r, day in records if r.record_type == record_type]
        return each(
            pa.Table.from_pylist([{name: row.get(name) for name in kept.names} for row in found], kept)
        )

    return table


def remembered(records: list[tuple[Record, date]], seen: list[dict[str, Any]] | None = None) -> Frontier:
    one = frontier()
    earlier = Earlier(TODAY, {}, table_of(records, seen or []), lambda ids: False, dict)
    recall(one, earlier, RELEVANT, parser_version=1)
    return one


PATHS = st.sampled_from([f"{owner}/{name}" for owner in ("ann", "Bob", "lab") for name in "xyz"])
RECORDS = st.lists(
    st.one_of(
        st.builds(
            lambda path, tags, age: artifact(path, tags=tuple(tags), day=TODAY - timedelta(days=age)),
            PATHS,
            st.lists(
                st.sampled_from(["pipeline_tag:object-detection", "tag:arxiv:2401.00001", "tag:gguf"]),
                unique=True,
            ),
            st.integers(0, 40),
        ),
        st.builds(
            candidate,
            st.sampled_from(["ann", "bob", "Eve"]),
            st.sampled_from(["liker", "committer", "owner"]),
            st.sampled_from(["person", "unknown"]),
        ),
    ),
    max_size=12,
    unique_by=lambda r: str(r.key_text()),
)


@settings(deadline=None)
@given(RECORDS, st.sampled_from([None, "person", "organisation"]))
def test_a_restarted_run_ranks_as_the_one_that_was_killed(records: list[Any], lab: str | None) -> None:
    seen: list[dict[str, Any]] = []
    live = frontier()
    if lab:
        records = [*records, profile("lab", lab)]
        for url in (asks.user_overview("lab"), asks.organisation_overview("lab")):
            seen.append({"document_url": url, "outcome": "delivered", RUN_AS_OF: TODAY})
            live.asked_on[url] = NUMBER
    for record in records:
        live.learn(record)
    again = remembered([(record, TODAY) for record in records], seen)
    for key, account in live.accounts.items():
        other = again.accounts[key]
        assert (other.points, other.known, other.evidence, other.active, other.kind) == (
            account.points, account.known, account.evidence, account.active, account.kind,
        )  # fmt: skip
    assert set(order(again)) == set(order(live))


def test_what_was_asked_is_known_from_the_seen_rows() -> None:
    url = asks.user_overview("ann")
    rows = [
        {"document_url": url, "outcome": "delivered", "etag": 'W/"1"', "parser_version": 1, RUN_AS_OF: TODAY},
        {"document_url": url, "outcome": "not_modified", "parser_version": 1, RUN_AS_OF: TODAY},
        {"document_url": asks.user_overview("bob"), "outcome": "delivered", "etag": 'W/"2"', "parser_version": 0,
         RUN_AS_OF: TODAY - timedelta(days=60)},
        {"document_url": f"{HUB}api/models?cursor=abc", "outcome": "delivered", RUN_AS_OF: TODAY},
    ]  # fmt: skip
    one = remembered([(profile("ann"), TODAY), (profile("bob"), TODAY)], rows)
    assert one.etags == {url: 'W/"1"'}  # never that of another parser: its records may differ
    assert one.asked_on == {url: NUMBER, asks.user_overview("bob"): NUMBER - 60}
    assert ("account", "bob") in order(one)


def test_the_last_row_of_a_key_counts() -> None:
    table = pa.table({"k": ["a", "b", "a", "c", "b"], "v": [1, 2, 3, 4, 5]})
    assert newest(table, "k").to_pylist() == [{"k": "a", "v": 3}, {"k": "c", "v": 4}, {"k": "b", "v": 5}]


# --- lists ----------------------------------------------------------------------------------------------------------


@dataclass
class Scripted:
    """A session that answers from a dictionary of pages: address -> (content, address of the next page)."""

    answers: dict[str, tuple[Any, str | None]]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, kind: str, etag: str | None = None) -> Document | None:
        self.asked.append(url)
        if url not in self.answers:
            return None
        content, following = self.answers[url]
        return Document.of(url, kind, json.dumps(content).encode(), TODAY, following=following)

    def pages(self, url: str, kind: str) -> Iterator[Document]:
        following: str | None = url
        while following:
            page = self.get(following, kind)
            if page is None:
                raise Unavailable("HTTP 400")
            yield page
            following = page.following

    def left(self, bucket: str) -> int:
        return 1000


def model(name: str, day: int, hour: int = 0) -> dict[str, Any]:
    return {"_id": name, "id": f"x/{name}", "lastModified": f"2026-10-{day:02d}T{hour:02d}:00:00.000Z"}


FIRST = asks.listing("models", asks.EXPAND["models"], limit=2)


def reader(session: Scripted, marks: dict[str, str], max_pages: int = 10) -> Lists:
    return Lists(session, marks, TODAY, page_size=2, max_pages=max_pages)


def names(pages: list[Document]) -> list[list[str]]:
    return [[item["_id"] for item in json.loads(page.body)] for page in pages]


def test_a_list_is_read_down_to_the_mark_and_short_pages_are_no_end() -> None:
    session = Scripted(
        {
            FIRST: ([model("a", 30), model("b", 29)], "c1"),
            "c1": ([model("c", 28)], "c2"),
            "c2": ([model("d", 27), model("e", 20)], "c3"),
            "c3": ([model("f", 10)], None),
        }
    )
    marks = {"models": "2026-10-25T00:00:00+00:00"}
    assert names(list(reader(session, marks).changed("models"))) == [["a", "b"], ["c"], ["d"]]
    assert session.asked == [FIRST, "c1", "c2"]
    assert marks == {"models": "2026-10-30T00:00:00+00:00"}


def test_a_reading_that_was_cut_off_goes_on_from_its_cursor_and_moves_the_mark_at_its_end() -> None:
    session = Scripted(
        {
            FIRST: ([model("a", 30), model("b", 29)], "c1"),
            "c1": ([model("c", 28)], "c2"),
            "c2": ([model("d", 27)], None),
        }
    )
    marks: dict[str, str] = {}
    pages = reader(session, marks).changed("models")
    next(pages)
    committed = dict(marks)  # as a part would commit it, while the page is being landed
    assert "models" not in committed
    session.asked.clear()
    assert names(list(reader(session, committed).changed("models"))) == [["c"], ["d"]]
    assert session.asked == ["c1", "c2"]
    assert committed == {"models": "2026-10-30T00:00:00+00:00"}


def test_a_cursor_that_is_no_longer_good_means_the_list_is_read_from_its_start() -> None:
    session = Scripted({FIRST: ([model("a", 30)], None)})
    marks = {"models cursor": "expired", "models newest": "2026-10-29T00:00:00+00:00"}
    assert names(list(reader(session, marks).changed("models"))) == [["a"]]
    assert marks == {"models": "2026-10-30T00:00:00+00:00"}


def test_a_list_that_is_longer_than_the_night_is_said_to_be_cut_short() -> None:
    session = Scripted({FIRST: ([model("a", 30)], "c1"), "c1": ([model("b", 29)], None)})
    lists_ = reader(session, {"models": "2026-01-01T00:00:00+00:00"}, max_pages=1)
    list(lists_.changed("models"))
    assert "were not read" in lists_.notes[0]


def test_a_change_dated_in_the_future_does_not_hide_later_ones() -> None:
    late = {"_id": "z", "id": "x/z", "lastModified": "2999-01-01T00:00:00.000Z"}
    session = Scripted({FIRST: ([late, model("a", 30)], None)})
    marks: dict[str, str] = {}
    assert names(list(reader(session, marks).changed("models"))) == [["z", "a"]]
    assert marks["models"].startswith("2026-10-30")


def test_what_two_lists_show_is_handed_on_once() -> None:
    url = asks.listing("models", (), limit=5, author="x")
    session = Scripted({FIRST: ([model("a", 30)], None), url: ([model("a", 30), model("b", 2)], None)})
    one = reader(session, {})
    assert names(list(one.changed("models"))) == [["a"]]
    assert names(list(one.of_specialty(SpecialtyList(url, "models", "x")))) == [["b"]]


def paper(name: str, day: int) -> dict[str, Any]:
    return {"paper": {"id": name, "submittedOnDailyAt": f"2026-10-{day:02d}T10:00:00.000Z"}}


def test_the_daily_list_pages_by_number_down_to_its_mark() -> None:
    def page(number: int) -> str:
        return asks.daily_papers(number, 100)

    session = Scripted(
        {page(0): ([paper("a", 30), paper("b", 29)], None), page(1): ([paper("c", 20), paper("d", 10)], None)}
    )
    marks: dict[str, str] = {}
    assert len(list(reader(session, marks).daily_papers())) == 2
    assert session.asked == [page(0), page(1), page(2)]
    assert marks == {"daily_papers": "2026-10-30T10:00:00.000Z"}
    session.asked.clear()
    (again,) = reader(session, marks).daily_papers()
    assert [item["paper"]["id"] for item in json.loads(again.body)] == ["a"]
    assert session.asked == [page(0)]


def test_every_pipeline_tag_library_and_keyword_of_a_sourced_rule_has_a_list(
    request: pytest.FixtureRequest,
) -> None:
    specialties = load_specialties(Path(request.config.rootpath) / "config")
    found = lists.specialty_lists(specialties, 100)
    for kind, fields in (("models", ("pipeline_tag", "library")), ("paper_search", ("keyword",))):
        wanted = {
            value
            for s in specialties.values()
            if s.sourced
            for rule in s.signals
            if rule.field in fields
            for value in rule.any_of
        }
        assert {one.label.split(": ")[1] for one in found if one.kind == kind} == wanted
    assert all("limit=100" in one.url for one in found)
    assert all("expand=lastModified" in one.url for one in found if one.kind == "models")


# --- the budget -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("https://huggingface.co/api/models", "api"),
        ("https://huggingface.co/spaces/a/b/resolve/main/app.py", "resolvers"),
        ("https://huggingface.co/ann#66f", "pages"),
    ],
)
def test_the_hub_counts_three_sorts_of_requests_apart(url: str, bucket: str) -> None:
    assert bucket_of(url) == bucket


def test_the_budget_is_read_from_the_headers() -> None:
    budget = Budget({"api": 2, "pages": 0})
    assert (budget.left("api"), budget.left("pages")) == (2 * ANONYMOUS["api"], 0)
    budget.count("api", RateLimitInfo("api", 998, 200, 1000, 300), now=10.0)
    assert budget.left("api") == 1999
    assert budget.pace("api", 0.6) == pytest.approx(0.3)
    assert budget.pace("pages", 0.6) == 0.6
    budget.count("api", RateLimitInfo("api", 0, 55, 1000, 300), now=20.0)
    assert budget.not_before("api") == 76.0
    assert budget.not_before("pages") == 0.0
    assert budget.not_before() == 76.0


def test_minutes_are_whole_windows() -> None:
    assert minutes({"api": 501, "pages": 1, "resolvers": 0}, ANONYMOUS) == 15


@pytest.mark.parametrize(
    ("header", "seconds"),
    [('"pages";r=0;t=55', 55), ('"pages";r=1;t=55', None), ("", None), (None, None), ('"api"; r=0 ; t=7', 7)],
)
def test_a_used_up_window_is_read_from_the_header(header: str | None, seconds: float | None) -> None:
    assert window_seconds_left(header) == seconds


# --- what the night says of the next one ------------------------------------------------------------------------------


def test_a_list_that_is_shorter_than_wanted_is_said_with_the_plan_of_the_next_night() -> None:
    counts = Counts((SpecialtyCount("rl_research", 34, 0, 0, 0), SpecialtyCount("nlp_llm", 50, 0, 0, 0)), 0)
    result = NightResult(
        NightRequest("live"), "r", TODAY, (), 1.0, leads_wanted=50, plans=("huggingface: much",)
    )
    assert ahead_lines(result, counts) == [
        "shortfall   rl_research: 34 leads, 50 are wanted",
        "next night  huggingface: much",
    ]


def test_the_plan_in_words_counts_requests_minutes_and_nights() -> None:
    lines = (PlanLine("overviews", "api", 1700, 700), PlanLine("pages", "pages", 50, 50))
    assert in_words(lines) == [
        "750 requests (700 api, 50 pages), about 15 minutes without a token, 10 with one",
        "left for the nights after: 1,000 api; at least 2 more",
    ]
    assert in_words((PlanLine("pages", "pages", 5, 5),))[1] == "nothing is left for the night after"
