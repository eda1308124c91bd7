"""Kubeflow: the organisation's members, admins, teams and working groups.

Formats: `github-orgs/kubeflow/org.yaml` of https://github.com/kubeflow/internal-acls (peribolos: logins only),
`wgs.yaml` (chairs with login, name and company) and `OWNERS_ALIASES` of https://github.com/kubeflow/community.
`wgs.yaml` is context too: it gives a name to logins that the other two print bare, so a person's rows say the same in
all three.

Where a name is known, membership of a team is a mention; where none is, an account and what it is at Kubeflow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.records import Affiliation, Artifact, AuthorMention, IdentityClaim, Profile
from config.settings import SourceConfig
from config.text import match_key
from crawlers.plain_yaml import mapping
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Unread, checked
from crawlers.sources.cncf_maintainers import NO_EMPLOYER, login_of, slug

PARSER_VERSION = 1

_RAW = "https://raw.githubusercontent.com/kubeflow/"
_SEEDS = (
    ("community/master/wgs.yaml", "wgs"),
    ("internal-acls/master/github-orgs/kubeflow/org.yaml", "org"),
    ("community/master/OWNERS_ALIASES", "aliases"),
)
_ORGANISATION = "Kubeflow"
_SITE = "https://github.com/kubeflow"
_TAGS = ("project:kubeflow", "foundation:cncf")
_ORG_READ = frozenset(("admins", "members", "teams"))
_ORG_LEFT_OUT = frozenset(
    (
        "billing_email", "email", "company", "location", "default_repository_permission", "description", "name",
        "repos", "has_organization_projects", "has_repository_projects", "members_can_create_repositories",
    )
)  # fmt: skip


@dataclass
class _Said:
    """What one document has yielded already: an account and a position are landed once."""

    as_of: date
    url: str
    profiles: set[str] = field(default_factory=set)
    positions: set[tuple[str, str, str]] = field(default_factory=set)


class Kubeflow(DocumentSource):
    """Kinds: `wgs`, `org`, `aliases`."""

    context_kinds = frozenset(("wgs",))

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self._names: dict[str, str] = {}  # login -> name
        self._bots = self._listed("bots")
        self._organisations = self._listed("organisations")

    def _listed(self, parameter: str) -> frozenset[str]:
        value = self.config.parameters.get(parameter, ())
        return frozenset(login.lower() for login in value) if isinstance(value, tuple) else frozenset()

    def seeds(self) -> Iterable[Fetch]:
        return tuple(Fetch(_RAW + path, kind) for path, kind in _SEEDS)

    def learn(self, document: Document) -> None:
        for _, group in _groups(document.body):
            for chair in _chairs(group):
                login = login_of(_text(chair.get("github")))
                if login and (name := _text(chair.get("name"))):
                    self._names.setdefault(login.lower(), name)

    def parse(self, document: Document) -> Iterator[Item]:
        url = document.name if document.name.startswith("https://") else _page(document.kind)
        said = _Said(document.as_of, url)
        if document.kind == "wgs":
            yield from self._working_groups(document, said)
        elif document.kind == "org":
            yield from self._org(document, said)
        elif document.kind == "aliases":
            yield from self._aliases(document, said)
        else:
            yield from super().parse(document)

    def _working_groups(self, document: Document, said: _Said) -> Iterator[Item]:
        for kind, group in _groups(document.body):
            folder, title = _text(group.get("dir")), _text(group.get("name"))
            if not folder:
                yield Reject("artifact", f"{kind}/{title or '(none)'}", "dir: missing, the group has no id")
                continue
            identifier = f"kubeflow/{folder}"
            projects = [_text(p.get("name")) for p in _list(group.get("subprojects")) if isinstance(p, dict)]
            yield _artifact(
                identifier,
                f"Kubeflow working group {title or folder}",
                said,
                url=f"{_SITE}/community/tree/master/{folder}",
                abstract=_text(group.get("mission_statement")),
                tags=(
                    *_TAGS,
                    "team:working-group",
                    *(f"subproject:{slug(project)}" for project in projects if project),
                ),
            )
            chairs = _chairs(group)
            for position, chair in enumerate(chairs, start=1):
                login = login_of(_text(chair.get("github")))
                name, company = _text(chair.get("name")), _text(chair.get("company"))
                yield from self._mention(identifier, position, len(chairs), name, company, login, said)
                if login:
                    yield from self._position(login, f"chair of {folder}", said)
                    if match_key(company) not in NO_EMPLOYER:
                        yield from _affiliation(login, company, None, said)

    def _org(self, document: Document, said: _Said) -> Iterator[Item]:
        orgs = mapping(document.body).get("orgs")
        if not isinstance(orgs, dict) or not isinstance(orgs.get("kubeflow"), dict):
            raise BadDocument("no orgs.kubeflow in it")
        org = orgs["kubeflow"]
        for key, position in (("admins", "admin"), ("members", "member")):
            for login in _list(org.get(key)):
                yield from self._bare(login, position, key, said)
        yield from self._teams(org.get("teams"), said)
        for name in sorted(set(org) - _ORG_READ - _ORG_LEFT_OUT):
            yield Unread(f"org/{name}", 1)

    def _teams(self, teams: Any, said: _Said) -> Iterator[Item]:
        for team, entry in sorted(teams.items()) if isinstance(teams, dict) else ():
            if not isinstance(entry, dict):
                yield Reject("artifact", f"kubeflow/{team}", "the team is no mapping")
                continue
            identifier = f"kubeflow/{team}"
            repositories = entry.get("repos")
            yield _artifact(
                identifier,
                f"Kubeflow team {team}",
                said,
                url=f"https://github.com/orgs/kubeflow/teams/{team}",
                abstract=_text(entry.get("description")),
                tags=(*_TAGS, "team:team", *_repository_tags(repositories)),
            )
            everybody = [(login, "maintainer") for login in _list(entry.get("maintainers"))]
            everybody += [(login, "member") for login in _list(entry.get("members"))]
            for position, (printed, rank) in enumerate(everybody, start=1):
                login = login_of(_text(printed))
                name = self._names.get(login.lower()) if login else None
                if name:
                    yield from self._mention(identifier, position, len(everybody), name, "", login, said)
                yield from self._bare(printed, f"{rank} of {team}", f"{identifier}/{position}", said)
            yield from self._teams(entry.get("teams"), said)

    def _aliases(self, document: Document, said: _Said) -> Iterator[Item]:
        aliases = mapping(document.body).get("aliases")
        if not isinstance(aliases, dict):
            raise BadDocument("no aliases in it")
        for alias, logins in sorted(aliases.items()):
            for login in _list(logins):
                yield from self._bare(login, f"one of {alias}", alias, said)

    def _mention(
        self, artifact: str, position: int, of: int, name: str, company: str, login: str | None, said: _Said
    ) -> Iterator[Item]:
        yield checked(
            AuthorMention,
            f"{artifact}/{position}",
            {
                "artifact_id": artifact,
                "position": position,
                "n_authors": of,
                "name": name,
                "affiliation": company,
                "profile_id": login.lower() if login else None,
                "profile_basis": "explicit" if login else None,
                "url": said.url,
                "as_of": said.as_of,
            },
        )

    def _bare(self, printed: Any, position: str, key: str, said: _Said) -> Iterator[Item]:
        """An account that a list prints as a login alone, and what it is there."""
        login = login_of(_text(printed))
        if login is None:
            yield Reject("profile", key, "not a GitHub login")
            return
        yield from self._position(login, position, said)

    def _position(self, login: str, position: str, said: _Said) -> Iterator[Item]:
        identifier = login.lower()
        kind = "person"
        if identifier in self._organisations:
            kind = "organisation"
        elif identifier in self._bots or identifier.endswith(("-bot", "-robot", "[bot]")):
            kind = "bot"
        url = f"https://github.com/{login}"
        if identifier not in said.profiles:
            said.profiles.add(identifier)
            profile = {
                "profile_id": identifier,
                "handle": login,
                "name": self._names.get(identifier),
                "kind": kind,
            }
            yield checked(Profile, identifier, {**profile, "url": url, "as_of": said.as_of})
            if kind == "person":
                claim = {
                    "profile_id": identifier,
                    "scheme": "github",
                    "value": identifier,
                    "strength": "declared",
                }
                yield checked(
                    IdentityClaim, f"{identifier}/github", {**claim, "url": url, "as_of": said.as_of}
                )
        if kind == "person":
            yield from _affiliation(login, _ORGANISATION, position, said)


def _affiliation(login: str, organisation: str, position: str | None, said: _Said) -> Iterator[Item]:
    identifier = login.lower()
    statement = (identifier, organisation, position or "")
    if statement in said.positions:
        return
    said.positions.add(statement)
    values = {"profile_id": identifier, "organisation": organisation, "position": position}
    yield checked(Affiliation, "/".join(statement), {**values, "url": said.url, "as_of": said.as_of})


def _artifact(
    identifier: str, title: str, said: _Said, *, url: str, abstract: str, tags: tuple[str, ...]
) -> Item:
    values = {"artifact_id": identifier, "kind": "other", "title": title, "abstract": abstract, "tags": tags}
    return checked(
        Artifact, identifier, {**values, "owner_handle": "kubeflow", "url": url, "as_of": said.as_of}
    )


def _repository_tags(repositories: Any) -> tuple[str, ...]:
    """Repositories that a team may write to; to read them is everybody's right."""
    if not isinstance(repositories, Mapping):
        return ()
    writing = ("write", "maintain", "admin")
    return tuple(f"repository:{name}" for name, right in sorted(repositories.items()) if right in writing)


def _groups(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    content = mapping(body)
    for kind in ("sigs", "workinggroups", "usergroups", "committees"):
        for group in _list(content.get(kind)):
            if isinstance(group, dict):
                yield kind, group


def _chairs(group: dict[str, Any]) -> list[dict[str, Any]]:
    leadership = group.get("leadership")
    chairs = _list(leadership.get("chairs")) if isinstance(leadership, dict) else []
    return [chair for chair in chairs if isinstance(chair, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _page(kind: str) -> str:
    return next((_RAW + path for path, name in _SEEDS if name == kind), _SITE)
