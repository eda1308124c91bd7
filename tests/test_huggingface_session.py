"""The session with the hub: what is no answer, a refusal, a change; time-outs, retries, and whose token is sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from huggingface_hub.utils import get_session

from config.settings import Limits
from crawlers.huggingface.session import Gated, HubSession, Stopped
from crawlers.network import Network
from crawlers.outcome import Tally
from crawlers.source import Unavailable, Unchanged
from tests.crawl_kit import Answer, Upstream, upstream

HUB = "https://huggingface.co"
DAY = date(2026, 11, 1)


@dataclass
class Asked:
    """A session, the upstream behind it, and what it noted."""

    session: HubSession
    upstream: Upstream
    tally: Tally
    gone: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@pytest.fixture
def hub() -> Iterator[Any]:
    """A function that opens a session on answers by path; it closes them at the end."""
    opened: list[Any] = []

    def make(answers: dict[str, Answer], **limits: Any) -> Asked:
        served = upstream(answers)
        server = served.__enter__()
        settings = Limits(**{"delay_seconds": 0, "retries": 1, "request_timeout_seconds": 5, **limits})
        network = Network((HUB,), settings, "talent-atlas/test", {HUB: server.origin})
        asked = Asked(None, server, Tally())  # type: ignore[arg-type]
        asked.session = HubSession(
            network, DAY, asked.tally, on_gone=asked.gone.append, on_unchanged=asked.unchanged.append
        )
        opened.append((asked.session, served))
        return asked

    yield make
    for session, served in opened:
        session.close()
        served.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/users/ann/overview", 404),
        ("/api/models/ann/private", 401),  # missing, private and gated repositories look alike
        ("/api/datasets/ann/gated", 403),
        ("/spaces/ann/demo/resolve/main/app.py", 401),
    ],
)
def test_what_is_not_there_for_us_is_gone_and_no_refusal(hub: Any, path: str, status: int) -> None:
    asked = hub({path: Answer(b"{}", status)})
    assert asked.session.get(HUB + path, "x") is None
    assert asked.gone == [HUB + path]
    assert not asked.tally.failed
    assert list(asked.session.pages(HUB + path, "x")) == []


@pytest.mark.parametrize(
    ("path", "status"), [("/api/users/ann/overview", 401), ("/api/models", 403), ("/ann", 405)]
)
def test_a_refusal_ends_the_session(hub: Any, path: str, status: int) -> None:
    asked = hub({path: Answer(b"<html>challenge</html>", status)})
    with pytest.raises(Gated, match=str(status)):
        asked.session.get(HUB + path, "x")
    assert asked.upstream.statuses(path) == [status]  # not asked a second time


def test_robots_txt_is_obeyed(hub: Any) -> None:
    asked = hub(
        {"/robots.txt": Answer(b"User-agent: *\nDisallow: /api/users/\n"), "/api/users/x": Answer(b"{}")}
    )
    with pytest.raises(Gated, match=r"robots\.txt"):
        asked.session.get(f"{HUB}/api/users/x", "x")
    assert not asked.upstream.statuses("/api/users/x")


def test_an_overview_that_has_not_changed_is_not_sent_again(hub: Any) -> None:
    asked = hub({"/api/users/ann/overview": Answer(b'{"user": "ann"}')})
    url = f"{HUB}/api/users/ann/overview"
    document = asked.session.get(url, "user")
    assert document.etag
    with pytest.raises(Unchanged):
        asked.session.get(url, "user", document.etag)
    assert asked.unchanged == [url]
    asked.upstream.answers["/api/users/ann/overview"] = Answer(b'{"user": "anna"}')
    assert asked.session.get(url, "user", document.etag).body == b'{"user": "anna"}'


def test_single_questions_are_retried_and_then_given_up_one_by_one(hub: Any) -> None:
    """The library retries lists and downloads only; a single overview it asks for once."""
    asked = hub({"/api/users/ann/overview": Answer(b"oops", 503)})
    with pytest.raises(Unavailable):
        asked.session.get(f"{HUB}/api/users/ann/overview", "user")
    assert asked.upstream.statuses("/overview") == [503, 503]
    assert "503" in asked.tally.failed[0]
    asked.upstream.answers["/api/users/bob/overview"] = Answer(b"{}")
    assert asked.session.get(f"{HUB}/api/users/bob/overview", "user") is not None


def test_a_hub_that_has_gone_away_ends_the_session(hub: Any) -> None:
    asked = hub({f"/api/users/{n}/overview": Answer(b"", 500) for n in range(3)}, retries=0)
    for number in range(2):
        with pytest.raises(Unavailable):
            asked.session.get(f"{HUB}/api/users/{number}/overview", "user")
    with pytest.raises(Stopped, match="in a row"):
        asked.session.get(f"{HUB}/api/users/2/overview", "user")


def test_an_answer_that_does_not_come_is_not_waited_for(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = hub({"/api/users/ann/overview": Answer(b"{}")}, retries=0, request_timeout_seconds=1)
    # Robots are read first; only the second answer hangs.
    asked.session.get(f"{HUB}/api/users/nobody/overview", "user")
    handler = asked.upstream.answers

    class Hangs(dict[str, Answer]):
        def get(self, key: str, default: Any = None) -> Any:
            time.sleep(2.5)
            return handler.get(key, default)

    asked.upstream.answers = Hangs()
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"[Tt]imeout"):
        asked.session.get(f"{HUB}/api/users/ann/overview", "user")
    assert time.monotonic() - began < 2.4


def test_other_origins_are_refused_also_after_a_redirect(hub: Any) -> None:
    away = {"Location": "https://elsewhere.example/api/models/a/b"}
    asked = hub({"/api/models/a/b": Answer(b"", 307, away)})
    with pytest.raises(Unavailable, match="not among the origins"):
        asked.session.get(f"{HUB}/api/models/a/b", "x")


def test_a_renamed_repository_is_followed(hub: Any) -> None:
    asked = hub(
        {
            "/api/models/old/name": Answer(b"", 307, {"Location": "/api/models/new/name"}),
            "/api/models/new/name": Answer(b'{"id": "new/name"}'),
        }
    )
    assert asked.session.get(f"{HUB}/api/models/old/name", "x").body == b'{"id": "new/name"}'


@pytest.mark.parametrize(
    ("token", "sent"), [("hf_real_secret", False), ("hf_sample_invented", True), (None, False)]
)
def test_a_real_token_never_goes_to_the_sample_world(
    monkeypatch: pytest.MonkeyPatch, hub: Any, token: str | None, sent: bool
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    asked = hub({})
    assert ("authorization" in asked.session._headers) is sent


@pytest.mark.parametrize(("token", "sent"), [("hf_real_secret", "Bearer hf_real_secret"), (None, None)])
def test_a_live_session_sends_the_token_of_the_environment_and_no_other(
    monkeypatch: pytest.MonkeyPatch, token: str | None, sent: str | None
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    session = HubSession(Network((HUB,), Limits(), "talent-atlas/test"), DAY, Tally())
    session.close()
    assert session._headers.get("authorization") == sent


def test_a_closed_session_leaves_the_library_as_it_was(hub: Any) -> None:
    asked = hub({})
    asked.session.close()
    assert get_session().timeout.read is None  # the library's own client, not ours
