"""A month and a half of one list: notices for some, marks, a merge, people who turn up later.

The real models over a small invented landing. Of the 45 nights only those are built on which something can change:
the first, the 20th (new people, a merge, a mark that ends) and the 45th (the month of the first people is over). A
build between them would see the same landing and the same notices; only evidence would be a little older.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from config.errors import UserError
from config.manifest import read_manifests
from config.marks import Mark, read_marks
from config.paths import ProfilePaths
from config.records import Organisation, OrganisationName, Record
from config.settings import CONFIG_VARIABLE, DATA_VARIABLE, load_config
from flows.night import NightRequest, NightResult
from flows.sourcing import mark_many, mark_one
from flows.summary import markdown, read_counts, render
from tests.commands import REPOSITORY, Place, error_line
from tests.warehouse_toys import land, toy_artifact, toy_mention
from warehouse import export
from warehouse.build import build
from warehouse.export.explain import explain
from warehouse.export.nightly import write_all
from warehouse.export.people import Candidate
from warehouse.publish import publish

FIRST = date(2026, 11, 1)
FIRST_PEOPLE, TOLD, LATER_PEOPLE = 130, 100, 12
LIST = "computer_vision"
SOURCE = "acl_anthology"
EMPLOYERS = (
    "Bluefin Robotics",
    "Copperhill University",
    "Wexcombe Analytics",
    "Dunmore Vision",
    "Elverstone Systems",
    "Farrow Imaging",
    "Grimsby Motors",
)


@dataclass
class Nights:
    """The place, and the rows of the list as each built night exported it."""

    place: Place
    lists: dict[int, list[dict[str, str]]]
    summaries: dict[int, str]

    @property
    def paths(self) -> ProfilePaths:
        return ProfilePaths(self.place.sample)

    def build(self, night: int) -> None:
        """Build, publish and export as of the day of a night."""
        config = load_config(self.place.config)
        result = build(config, self.paths, "sample", as_of=FIRST + timedelta(days=night - 1))
        published = publish(config, self.paths, result)
        write_all(config, self.paths)
        with (self.paths.exports / f"leads-{LIST}.csv").open(encoding="utf-8", newline="") as stream:
            self.lists[night] = list(csv.DictReader(stream))
        done = NightResult(
            NightRequest("sample"), "r", result.as_of, (), 1.0, build_id=result.build_id, published=published.path
        )  # fmt: skip
        counts, shown = read_counts(self.paths), io.StringIO()
        render(done, counts, Console(file=shown, width=200))
        self.summaries[night] = shown.getvalue() + markdown(done, counts)

    def people(self, night: int) -> dict[str, str]:
        """person_id by name."""
        return {row["name"]: row["person_id"] for row in self.lists[night]}


def records(count: int) -> list[Record]:
    """One paper each; persons 10 and 11 share a name."""
    found: list[Record] = []
    for n in range(count):
        name = "Twin Name" if n in (10, 11) else f"Invented Person {n}"
        found.append(toy_artifact(n, title=f"Object detection with segmentation, part {n}", ids=()))
        found.append(toy_mention(n, profile_id=None, name=name, affiliation=EMPLOYERS[n % 7]))
    return found


def registry() -> list[Record]:
    """Three of the seven employers are registered, in Boston; of the others no place is known."""
    return [
        Organisation(
            organisation_id=f"https://ror.org/0{n}",
            name=EMPLOYERS[n],
            names=(OrganisationName(value=EMPLOYERS[n], kind="display"),),
            status="active",
            country_code="US",
            admin1_code="MA",
            city="Boston",
            geonames_id=4930956,
            latitude=42.35843,
            longitude=-71.05977,
            url=f"https://ror.org/0{n}",
        )
        for n in range(3)
    ]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """All built nights, with what the sourcer and the operator did in between."""
    root = tmp_path_factory.mktemp("nights")
    settings = root / "settings"
    shutil.copytree(REPOSITORY / "config", settings, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    nights = Nights(Place(root / "data", settings), {}, {})
    land(nights.paths, registry(), source="ror")
    land(nights.paths, records(FIRST_PEOPLE), source=SOURCE)
    nights.build(1)
    _after_first_night(nights, root)
    everybody = records(FIRST_PEOPLE + LATER_PEOPLE)
    land(nights.paths, everybody, source=SOURCE, run="20261120T020000000000Z", as_of=date(2026, 11, 20))
    (settings / "decisions" / "people.csv").write_text(
        "left_member,right_member,judgement,who,on,note\n"
        f"{SOURCE}:work:a1#1,{SOURCE}:work:a2#1,same,a tester,2026-11-19,one person\n"
    )
    for night in (20, 45):
        nights.build(night)
    return nights


def _after_first_night(nights: Nights, root: Path) -> None:
    """Marks, and notices for the first hundred of the queue, all through the command line."""
    people = nights.people(1)
    gone = max(people["Invented Person 1"], people["Invented Person 2"])  # the id that the merge will retire
    later = root / "later.csv"
    later.write_text(
        "person_id,search,status,until,note\n"
        f"{people['Invented Person 3']},{LIST},later,2026-11-20,asked for autumn\n"
        f"{people['Invented Person 4']},{LIST},later,2027-06-01,\n"
        f"{people['Invented Person 5']},nlp_llm,not_a_fit,,another list\n"
    )
    queue = root / "due.csv"
    for command in (
        ["mark", gone, "contacted"],
        ["mark", "--from-csv", str(later)],
        ["privacy", "due", "--days", "31", "--format", "csv", "--output", str(queue)],
    ):
        finished = nights.place.run(*command)
        assert finished.returncode == 0, finished.stderr
    lines = queue.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(lines) == 1 + FIRST_PEOPLE
    told = root / "told.csv"
    told.write_text("".join(lines[: 1 + TOLD]), encoding="utf-8")
    finished = nights.place.run(
        "privacy", "notice", "--from-csv", str(told), "--on", "2026-11-01", "--channel", "letter"
    )
    assert finished.returncode == 0, finished.stderr
    assert f"{TOLD} notices recorded" in finished.stdout


def told_ids(nights: Nights) -> set[str]:
    with nights.paths.notices.open(encoding="utf-8") as stream:
        return {row["person_id"] for row in csv.DictReader(stream)}


def test_night_45_shows_only_people_told_or_not_yet_due(nights: Nights) -> None:
    day = FIRST + timedelta(days=44)
    rows = nights.lists[45]
    assert len(rows) > TOLD - 10
    told = told_ids(nights)
    for row in rows:
        assert row["notice"].startswith("2026-11-01, letter") or date.fromisoformat(row["art14_due"]) >= day
        assert not row["notice"] or row["person_id"] in told or row["name"] == "Invented Person 1"
    newcomers = [row for row in rows if not row["notice"]]
    assert len(newcomers) == LATER_PEOPLE
    assert {row["first_collected_at"] for row in newcomers} == {"2026-11-20"}


def test_overdue_people_leave_the_list_and_the_list_is_published_all_the_same(nights: Nights) -> None:
    overdue = FIRST_PEOPLE - TOLD
    first_people = [row for row in nights.lists[45] if row["first_collected_at"] == FIRST.isoformat()]
    listed = export.lead_list(nights.paths, LIST)
    dropped = dict(listed.rules)["with an overdue notice"]
    assert dropped in range(overdue - 3, overdue + 1), "but for those who were merged or are marked"
    assert f"{dropped} with an overdue notice" in "\n".join(listed.lines())
    assert len(first_people) <= TOLD
    assert dropped > 0.2 * len(nights.lists[20]), "more than the gate lets pass otherwise"


def test_the_night_prints_what_falls_due_and_what_was_dropped(nights: Nights) -> None:
    assert "left out: overdue" in nights.summaries[45]
    dropped = dict(export.lead_list(nights.paths, LIST).rules)["with an overdue notice"]
    open_leads = len(nights.lists[45])
    # The newcomers are due on 12-20, within 7 days of 12-15; all others have been told or are off the list.
    cells = [LIST, str(open_leads), str(LATER_PEOPLE), str(LATER_PEOPLE), str(dropped)]
    assert f"| {' | '.join(cells)} |" in nights.summaries[45]
    assert f"| {LIST} | {len(nights.lists[1])} | 0 | 0 | 0 |" in nights.summaries[1]


def test_a_marked_person_stays_out_after_the_merge(nights: Nights) -> None:
    first = nights.people(1)
    kept, gone = sorted((first["Invented Person 1"], first["Invented Person 2"]))
    for night in (20, 45):
        ids = {row["person_id"] for row in nights.lists[night]}
        assert kept not in ids
        assert gone not in ids
    listed = export.lead_list(nights.paths, LIST, filters=export.LeadFilters(include_handled=True))
    assert kept in listed.table["person_id"].to_pylist(), (
        "the mart keeps the row and says why it is not listed"
    )
    counts = dict(
        export.lead_list(nights.paths, LIST, marks=_marks(nights)).dropped  # read now, without a build
    )
    assert counts == {"handled: contacted": 1, "handled: later": 1}


def _marks(nights: Nights) -> list[Mark]:
    return read_marks(load_config(nights.place.config))


def test_later_ends_on_its_day_and_a_mark_for_one_list_spares_the_others(nights: Nights) -> None:
    back = nights.people(20)
    assert "Invented Person 3" in back, "until 2026-11-20, the day of the 20th night"
    assert "Invented Person 4" not in nights.people(45)
    assert "Invented Person 5" in back


def test_lead_filters_count_the_handled_and_add_up(nights: Nights) -> None:
    from warehouse.export import query

    (row,) = query.run(
        nights.paths,
        f"SELECT dropped, kept FROM mart.lead_filters WHERE specialty = '{LIST}' AND filter = 'not handled yet'",
    ).to_pylist()
    assert (row["dropped"], row["kept"]) == (2, len(nights.lists[45]))


def test_the_queue_begins_with_the_overdue_and_leaves_out_the_told(nights: Nights) -> None:
    finished = nights.place.run("privacy", "due", "--days", "2", "--format", "json")
    assert finished.returncode == 0, finished.stderr
    queue = json.loads(finished.stdout)
    assert queue
    assert {row["state"] for row in queue} == {"overdue: off the lists until told"}
    assert {row["person_id"] for row in queue}.isdisjoint(told_ids(nights))
    assert {row["art14_due"] for row in queue} == {"2026-12-01"}
    assert all(row["sources"] == SOURCE for row in queue)
    assert "overdue" in finished.stderr


def test_explain_lists_homonyms_instead_of_choosing(nights: Nights) -> None:
    found = explain(nights.paths, "twin  NAME")
    assert isinstance(found, list)
    assert len(found) == 2
    assert all(isinstance(candidate, Candidate) and candidate.name == "Twin Name" for candidate in found)
    finished = nights.place.run("explain", "Twin Name")
    assert finished.returncode == 0, finished.stderr
    for candidate in found:
        assert candidate.person_id in finished.stdout
    assert "none is chosen" in finished.stdout
    assert "fits 2 people" in error_line(nights.place.run("mark", "Twin Name", "contacted"))


def test_explain_shows_what_a_person_rests_on(nights: Nights) -> None:
    first = nights.people(1)
    kept, gone = sorted((first["Invented Person 1"], first["Invented Person 2"]))
    finished = nights.place.run("explain", gone, "--format", "json")
    assert finished.returncode == 0, finished.stderr
    found = json.loads(finished.stdout)
    assert found["data"] == "SAMPLE, INVENTED PEOPLE"
    assert found["person"]["person_id"] == kept
    assert {m["member"]: m["held_by"] for m in found["members"]} == {
        f"{SOURCE}:work:a1#1": "decision",
        f"{SOURCE}:work:a2#1": "decision",
    }
    assert [row["former_id"] for row in found["former_ids"]] == [gone]
    score = next(row["score"] for row in found["specialties"] if row["specialty"] == LIST)
    points = [row["points"] for row in found["evidence"] if row["specialty"] == LIST]
    assert sum(points) == pytest.approx(score, abs=1e-6)
    assert all(row["url"].startswith("https://") and row["licence"] for row in found["evidence"])
    assert [row["source"] for row in found["sources"]] == [SOURCE]
    assert found["handled"][0]["status"] == "contacted"
    assert found["notice"][0]["art14_due"] == "2026-12-01"
    text = nights.place.run("explain", "https://toy.example/a7/")
    assert text.returncode == 0
    assert "Invented Person 7" in text.stdout.splitlines()[0]


@pytest.mark.parametrize("who", ["Nobody At All", "p_0000", "https://toy.example/none", "\x1b[31m", "%"])
def test_explain_of_nobody(nights: Nights, who: str) -> None:
    assert explain(nights.paths, who) == []


def test_explain_of_nobody_is_exit_code_2(nights: Nights) -> None:
    finished = nights.place.run("explain", "Nobody\x1b At All")
    assert finished.returncode == 2
    assert "nobody is known as 'Nobody  At All'" in error_line(finished)


def test_the_list_on_the_command_line_filters_and_counts(nights: Nights) -> None:
    finished = nights.place.run(
        "leads", LIST, "--exclude-employer", "copperhill", "--place-unknown", "include", "--track", "research",
        "--active-since", "2025-01-01", "--limit", "5",
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    lines = finished.stdout.splitlines()
    assert all(line.split()[0].isdigit() for line in lines[2:7]), "one line a row, piped too"
    assert lines[7:] == ["", "empty in every row: status", "", "SAMPLE, INVENTED PEOPLE"]
    assert "5 of " in finished.stderr
    assert " employer excluded" in finished.stderr
    assert "1 handled: contacted" in finished.stderr
    assert "with an overdue notice" in finished.stderr
    boston = nights.place.run("leads", LIST, "--metro", "boston", "--format", "json")
    assert {row["metro"] for row in json.loads(boston.stdout)} == {"Boston"}
    assert " place unknown" in boston.stderr
    wrong = nights.place.run("leads", LIST, "--country", "Atlantis")
    assert wrong.returncode == 2
    assert "no country 'Atlantis'" in error_line(wrong)


def test_a_file_with_bad_rows_marks_nobody(nights: Nights, tmp_path: Path) -> None:
    before = (nights.place.config or tmp_path).joinpath("decisions", "leads.csv").read_bytes()
    person = nights.lists[45][0]["person_id"]
    bad = tmp_path / "bad.csv"
    bad.write_text(f"person_id,status\n{person},contacted\n{person},hired\np_unknown,contacted\n{person},\n")
    finished = nights.place.run("mark", "--from-csv", str(bad))
    assert finished.returncode == 2
    lines = finished.stderr.splitlines()
    assert [line.split(": ")[1].rpartition("/")[2] for line in lines[:2]] == ["bad.csv:3", "bad.csv:4"]
    assert "nobody was marked" in lines[-1]
    assert (nights.place.config or tmp_path).joinpath("decisions", "leads.csv").read_bytes() == before


def test_an_exported_list_with_statuses_filled_in_is_taken_back(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings"
    shutil.copytree(nights.place.config or tmp_path, settings)
    monkeypatch.setenv(CONFIG_VARIABLE, str(settings))
    monkeypatch.setenv(DATA_VARIABLE, str(nights.place.data))
    lines = (nights.paths.exports / f"leads-{LIST}.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    rows[0]["status"] = "in_process"
    filled = tmp_path / "filled.csv"
    with filled.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    assert mark_many("sample", filled) == (1, [])
    ids = export.leads(nights.paths, LIST, marks=_read(settings))["person_id"].to_pylist()
    assert rows[0]["person_id"] not in ids, "it acts at once, without a build"
    assert rows[1]["person_id"] in ids
    with pytest.raises(UserError, match="status 'hired' is none of"):
        mark_one("sample", rows[1]["person_id"], "hired", {})


def _read(settings: Path) -> list[Mark]:
    return read_marks(load_config(settings))


def test_a_notice_changes_the_build_and_a_planned_one_is_refused(nights: Nights) -> None:
    finished = nights.place.run("privacy", "notice", nights.lists[45][-1]["person_id"], "--on", "2027-01-01")
    assert finished.returncode == 2
    assert "still to come" in error_line(finished)
    assert nights.place.run("privacy", "notice").returncode == 2
    assert len(read_manifests(nights.paths)) == 3
    assert len(told_ids(nights)) == TOLD
