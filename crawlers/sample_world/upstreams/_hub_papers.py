"""Papers: the daily list, search, one paper, and the repositories that cite it.

The daily list and search wrap a paper and repeat some of its fields; the wrapper's `publishedAt` is the paper's, minus
the hours that US Eastern time is behind, so that it names the day before. One paper is flat.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from crawlers.sample_world.hub_model import HubAuthorLink, HubPaper
from crawlers.sample_world.model import HubAccount, Mention
from crawlers.sample_world.origins import Handler, Origin, refuse
from crawlers.sample_world.upstreams import _hub_http as http
from crawlers.sample_world.upstreams._hub_http import Json
from crawlers.sample_world.upstreams._hub_records import Hub, avatar

_LINKED = 20  # repositories shown with a paper
_SEARCH_DEFAULT = 120


def eastern(stamp: str) -> str:
    """A UTC time as the daily list prints it: shifted by US Eastern time, and still marked as UTC."""
    moment = datetime.fromisoformat(stamp)
    start = _sunday(moment.year, 3, 2)
    end = _sunday(moment.year, 11, 1)
    hours = 4 if start <= moment.date() < end else 5
    return (moment - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def _author(hub: Hub, paper: HubPaper, mention: Mention, link: HubAuthorLink) -> Json:
    made: Json = {
        "_id": f"{paper.id[:20]}{mention.position:04x}",
        "name": f"{mention.given} {mention.family}".strip(),
        "hidden": link.hidden,
    }
    user = hub.by_id.get(link.account or "")
    if user is not None:
        made |= {"user": hub.named(user), "status": link.status, "statusLastChangedAt": link.changed_at}
    elif link.account is not None:
        # The account was deleted after it was linked; the status stays.
        made |= {"user": None, "status": link.status, "statusLastChangedAt": link.changed_at}
    return made


def _organisation(hub: Hub, account: HubAccount) -> Json:
    return {"_id": account.id, "name": account.name, "fullname": account.fullname, "avatar": avatar(account)}


def record(hub: Hub, paper: HubPaper) -> Json:
    """The inner record of the lists, and all but the linked repositories of one paper."""
    work = hub.works[paper.work]
    made: Json = {
        "id": paper.arxiv_id,
        "authors": [_author(hub, paper, m, link) for m, link in zip(work.authors, paper.links, strict=True)],
        "publishedAt": paper.published_at, "title": work.title, "summary": work.abstract,
        "upvotes": paper.upvotes, "discussionId": paper.id[::-1],
    }  # fmt: skip
    submitter = hub.by_id.get(paper.submitted_by or "")
    if paper.listed_at:
        made["submittedOnDailyAt"] = paper.listed_at
        if submitter is not None:
            made["submittedOnDailyBy"] = hub.named(submitter)
    if paper.project_page:
        made["projectPage"] = paper.project_page
    if paper.code_url:
        made |= {"githubRepo": paper.code_url, "githubRepoAddedBy": "user" if paper.id[0] < "8" else "auto"}
        made["githubStars"] = int(paper.id[:2], 16)
    if paper.id[1] < "c":
        words = [word.strip(":,").lower() for word in work.title.split() if len(word) > 6]
        made |= {"ai_summary": f"An invented summary of {work.title}.", "ai_keywords": words[:5]}
    organisation = hub.by_id.get(paper.organisation or "")
    if organisation is not None:
        made["organization"] = _organisation(hub, organisation)
    return made


def wrapped(hub: Hub, paper: HubPaper) -> Json:
    """An item of the daily list or of search."""
    inner = record(hub, paper)
    made: Json = {
        "paper": inner, "publishedAt": eastern(paper.published_at), "title": inner["title"],
        "summary": inner["summary"],
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.arxiv_id}.png",
        "numComments": paper.comments, "isAuthorParticipating": False,
    }  # fmt: skip
    submitter = hub.by_id.get(paper.submitted_by or "")
    if submitter is not None:
        named = hub.named(submitter)
        del named["user"]
        made["submittedBy"] = {
            **named, "isHf": False, "isHfAdmin": False, "isMod": False, "isUserFollowing": False,
            "followerCount": len(hub.followers.get(submitter.id, [])),
        }  # fmt: skip
    if "organization" in inner:
        made["organization"] = inner["organization"]
    return made


def _daily(hub: Hub) -> Handler:
    listed = sorted(
        (p for p in hub.papers.values() if p.listed_at), key=lambda p: (str(p.listed_at), p.id), reverse=True
    )

    async def answer(request: Request) -> Response:
        params = request.query_params
        rows = listed
        if day := params.get("date"):
            rows = [p for p in rows if str(p.listed_at).startswith(day)]
        if month := params.get("month"):
            rows = [p for p in rows if str(p.listed_at).startswith(month)]
        if week := params.get("week"):
            rows = [p for p in rows if datetime.fromisoformat(str(p.listed_at)).strftime("%G-W%V") == week]
        if submitter := params.get("submitter", "").lower():
            account = hub.by_name.get(submitter)
            rows = [p for p in rows if account is not None and p.submitted_by == account.id]
        if params.get("sort") == "trending":
            rows = sorted(rows, key=lambda p: (p.upvotes, p.id), reverse=True)
        try:
            size = min(100, http.size(request, 50))
            start = http.whole(request, "p", 0) * size
        except ValueError:
            return http.bad_request("Invalid page or limit")
        return http.send(request, [wrapped(hub, p) for p in rows[start : start + size]])

    return answer


def _search(hub: Hub) -> Handler:
    async def answer(request: Request) -> Response:
        words = request.query_params.get("q", "").lower().split()
        if not words:
            return http.bad_request("Missing query")
        hits = [
            p for p in hub.papers.values() if all(word in hub.works[p.work].title.lower() for word in words)
        ]
        try:
            size = http.size(request, _SEARCH_DEFAULT)
        except ValueError:
            return http.bad_request("Invalid limit")
        rows: list[Json] = []
        for paper in hits[:size]:
            item = wrapped(hub, paper)
            title = str(item["title"])
            marks = {"upvoted": False, "highlightedTitle": [title], "highlightedSummary": []}
            rows.append({**item, **marks})
        return http.send(request, rows)

    return answer


def _repos(hub: Hub, arxiv_id: str) -> dict[str, list[Json]]:
    found = hub.by_arxiv.get(arxiv_id, [])
    made: dict[str, list[Json]] = {"models": [], "datasets": [], "spaces": []}
    for repo in found:
        if repo.id in hub.records:
            keep = ("_id", "id", "author", "downloads", "likes", "lastModified", "pipeline_tag", "private")
            row = hub.records[repo.id]
            made[f"{repo.kind}s"].append({key: row[key] for key in keep if key in row})
    return made


def _one(hub: Hub) -> Handler:
    async def answer(request: Request) -> Response:
        paper = hub.papers.get(request.path_params["paper"])
        if paper is None:
            return refuse(404, {"error": "Paper not found"})
        made = record(hub, paper)
        for kind, rows in _repos(hub, paper.arxiv_id).items():
            made[f"linked{kind.title()}"] = rows[:_LINKED]
            made[f"numTotal{kind.title()}"] = len(rows)
        return http.send(request, made)

    return answer


def _citing(hub: Hub) -> Handler:
    async def answer(request: Request) -> Response:
        identifier = request.path_params["paper"]
        if identifier not in hub.papers and identifier not in hub.by_arxiv:
            return refuse(404, {"error": "Paper not found"})
        return http.send(request, _repos(hub, identifier))

    return answer


def mount(hub: Hub, origin: Origin) -> None:
    """Add the routes."""
    origin.get("/api/daily_papers", _daily(hub))
    origin.get("/api/papers/search", _search(hub))
    origin.get("/api/papers/{paper}", _one(hub))
    origin.get("/api/arxiv/{paper}/repos", _citing(hub))
