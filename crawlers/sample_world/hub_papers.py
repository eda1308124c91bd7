"""Papers as the model hub knows them: the daily list, and which accounts it links to which authors, rightly or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from crawlers.sample_world.hub_model import HubAuthorLink, HubPaper
from crawlers.sample_world.model import HubAccount, Mention, Work
from crawlers.sample_world.rng import chance, hex_id, slug, stream, weighted

_DAILY_SINCE = date(2023, 5, 1)
_SETTLED = timedelta(days=14)  # authors of younger papers are not linked yet


def _stamp(r: Random, day: date) -> str:
    return f"{day.isoformat()}T{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}.000Z"


def _link(
    r: Random,
    mention: Mention,
    user: HubAccount | None,
    others: list[HubAccount],
    published: date,
    today: date,
) -> HubAuthorLink:
    """The link of one author. An automatic match is at times of another person, most of all of a co-author."""
    hidden = chance(r, 0.02)
    linked = user is not None and user.state == "active" and chance(r, 0.5)
    astray = bool(others) and chance(r, 0.012)
    if today - published < _SETTLED or not (linked or astray):
        return HubAuthorLink(mention.position, None, None, None, hidden, False)
    at = _stamp(r, published + timedelta(days=r.randint(1, max(1, min(60, (today - published).days)))))
    if linked and user is not None:
        status = weighted(r, [("claimed_verified", 45), ("admin_assigned", 15), ("extracted_pending", 40)])
        if status != "extracted_pending" or not others or not chance(r, 0.12):
            return HubAuthorLink(mention.position, user.id, status, at, hidden, True)
    return HubAuthorLink(mention.position, r.choice(others).id, "extracted_pending", at, hidden, False)


def _paper(
    work: Work,
    r: Random,
    users: Mapping[str, HubAccount],
    orgs: Mapping[str, HubAccount],
    submitters: list[HubAccount],
    today: date,
) -> HubPaper | None:
    if work.arxiv_id is None or work.status != "published" or not chance(r, 0.75):
        return None
    published = date(2000 + int(work.arxiv_id[:2]), int(work.arxiv_id[2:4]), r.randint(1, 28))
    if published >= today:
        return None
    listed = published + timedelta(days=r.randint(1, 3))
    daily = _DAILY_SINCE <= listed < today and chance(r, 0.4)
    here = [users[m.person] for m in work.authors if m.person in users]
    near = [a for a in here if a.state == "active"]
    links = []
    for mention in work.authors:
        user = users.get(mention.person)
        others = [a for a in near if a.person != mention.person]
        links.append(_link(r, mention, user, others, published, today))
    submitter = r.choice(near or submitters) if daily and submitters else None
    employer = work.authors[0].organisations[:1] if work.authors else ()
    org = orgs.get(employer[0]) if employer else None
    return HubPaper(
        id=hex_id(r),
        arxiv_id=work.arxiv_id,
        work=work.id,
        published_at=f"{published.isoformat()}T00:00:00.000Z",
        listed_at=_stamp(r, listed) if daily else None,
        submitted_by=submitter.id if submitter else None,
        organisation=org.id if org and chance(r, 0.6) else None,
        upvotes=int(r.random() ** 4 * 180),
        comments=int(r.random() ** 5 * 12),
        project_page=f"https://{slug(work.title)[:30]}.example.org/" if chance(r, 0.2) else None,
        code_url=work.code_url,
        links=tuple(links),
    )


def build(
    seed: int,
    works: list[Work],
    users: Mapping[str, HubAccount],
    accounts: list[HubAccount],
    today: date,
) -> tuple[HubPaper, ...]:
    """Papers in the order of the works. `users` are accounts by person id."""
    orgs = {a.organisation: a for a in accounts if a.organisation}
    submitters = [a for a in accounts if a.person and a.state == "active"]
    made = (_paper(w, stream(seed, "hub-paper", w.id), users, orgs, submitters, today) for w in works)
    return tuple(paper for paper in made if paper is not None)
