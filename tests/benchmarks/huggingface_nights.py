"""Three nights of the Hugging Face source in the sample world: what they cost and find, as the source's docs promise.

``python -m tests.benchmarks.huggingface_nights [PEOPLE]`` (default: 2000). The quotas are the real ones for clients
without a token; the window of 300 seconds is shrunk to two, so that an hour passes in half a minute. After the first
night a fiftieth of the accounts changes; the second comes a day later, the third when every overview is due. Prints one
table, and is 1 if a promise is not kept: 99 % of the planted accounts within 60 simulated minutes, no request past the
limit, a second night at a tenth of the cost with 95 % of the changes that lists reveal, every changed overview in the
end, and 50 named leads of each specialty from this source alone.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from config.paths import ProfilePaths
from crawlers.huggingface.budget import ANONYMOUS, WINDOW_SECONDS
from crawlers.sample_world import Changes, Limits, World, generate, serve
from crawlers.sample_world.server import Server
from tests.commands import COMMAND
from tests.hub_kit import HUB, newest, rows

DAY = date(2026, 11, 1)
MAX_AGE = timedelta(days=28)
WINDOW = 2.0
LEADS = """
    SELECT l.specialty, count(*) AS leads, count(*) FILTER (WHERE p.name_basis <> 'handle') AS named
    FROM mart.leads AS l JOIN core.person AS p USING (person_id) GROUP BY l.specialty ORDER BY l.specialty
"""


def crawl(server: Server, folder: Path, command: str, as_of: date) -> Counter[str]:
    """Run a command over this source alone; what it asked of each bucket."""

    def asked() -> Counter[str]:
        quotas: Any = server.stats()[HUB]["by_quota"]
        return Counter({name: quota["requests"] for name, quota in quotas.items()})

    world = folder / "world.json"
    world.write_text(json.dumps({"origins": server.origins}))
    before = asked()
    which = ["nightly", "--only", "huggingface"] if command == "nightly" else ["crawl", "huggingface"]
    done = subprocess.run(
        [*COMMAND, *which, "--world", str(world), "--as-of", as_of.isoformat()],
        env={**os.environ, "TALENTATLAS_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return asked() - before


def minutes(asked: Counter[str]) -> int:
    """Simulated minutes: the windows that each bucket needs, one bucket after the other."""
    return sum(math.ceil(asked[bucket] / quota) for bucket, quota in ANONYMOUS.items()) * WINDOW_SECONDS // 60


def found(world: World, paths: ProfilePaths) -> tuple[int, int, int]:
    """Planted accounts, those that were asked about and are there, and those that landed."""
    planted = [a for a in world.hub_accounts if a.state == "active"]
    met = {row["document_url"].lower() for row in rows(paths, "seen") if row["outcome"] != "gone"}
    folder = {"user": "users", "org": "organizations"}
    asked = sum(f"{HUB}/api/{folder[a.kind]}/{a.name.lower()}/overview" in met for a in planted)
    landed = {row["profile_id"] for row in rows(paths, "profile")}
    return len(planted), asked, sum(a.id in landed for a in planted)


def listed(changes: Changes, paths: ProfilePaths) -> tuple[int, int]:
    """Changes that a list reveals, and those of them that landed in the second night."""
    landed = {row["url"].removeprefix(f"{HUB}/") for row in rows(paths, "artifact", DAY + timedelta(days=1))}
    prefix = {"model": "", "dataset": "datasets/", "space": "spaces/"}
    return len(changes.listed), sum(prefix[c.subject_kind] + c.subject in landed for c in changes.listed)


def overviews(changes: Changes, after: World, paths: ProfilePaths) -> tuple[int, int]:
    """Accounts whose overview changed (but not those who want no recruiters), and those whose landed row says so."""
    accounts = {a.id: a for a in after.hub_accounts}
    profiles = newest(paths, "profile", "profile_id")
    known = total = 0
    for change in changes.changes:
        account = accounts[change.account]
        if (
            change.kind not in ("changed_bio", "renamed", "deleted")
            or "no recruiters" in account.details.lower()
        ):
            continue
        total += 1
        row = profiles.get(change.account, {})
        if change.kind == "deleted":
            known += row.get("status") == "deleted"
        else:
            known += row.get("handle") == account.name and row.get("bio") == account.details
    return total, known


def main() -> int:
    """Measure; 1 if a promise is not kept."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    world = generate(20261101, DAY, people)
    with (
        tempfile.TemporaryDirectory(prefix="talentatlas-benchmark-") as name,
        serve(world, limits=replace(Limits(), hub_window=WINDOW)) as server,
    ):
        folder = Path(name)
        paths = ProfilePaths(folder / "data" / "sample")
        first = crawl(server, folder, "nightly", DAY)
        planted, asked, landed = found(world, paths)
        with duckdb.connect(
            str(folder / "data" / "sample" / "warehouse.duckdb"), read_only=True
        ) as connection:
            leads = connection.execute(LEADS).fetchall()
        changes = server.advance(0.02)
        second = crawl(server, folder, "crawl", DAY + timedelta(days=1))
        revealed, seen = listed(changes, paths)
        third = crawl(server, folder, "crawl", DAY + MAX_AGE + timedelta(days=1))
        changed, known = overviews(changes, server.world, paths)
        over = server.stats()[HUB]["over_limit"]
    api = second["api"] / first["api"]
    whole = second.total() / first.total()
    print(f"first night    {first.total():>6,} requests {dict(first)}, {minutes(first)} simulated minutes")
    print(
        f"               {planted:,} planted accounts: {asked:,} asked about ({asked / planted:.2%}), {landed:,} landed"
    )
    for specialty, count, named in leads:
        print(f"               {specialty:<16} {count:>5,} leads, {named:,} with a name that is not a handle")
    print(f"second night   {second.total():>6,} requests, {whole:.1%} of the first (API alone {api:.1%})")
    print(f"               {seen} of {revealed} changes that a list reveals")
    print(f"third night    {third.total():>6,} requests, {known} of {changed} changed overviews")
    print(f"past the limit {over}")
    promises = (
        asked >= 0.99 * planted,
        minutes(first) <= 60,
        min(named for _, _, named in leads) >= 50,
        whole <= 0.1,
        seen >= 0.95 * revealed,
        known == changed,
        over == 0,
    )
    return 0 if all(promises) else 1


if __name__ == "__main__":
    sys.exit(main())
