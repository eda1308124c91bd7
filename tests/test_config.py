"""Reading configuration: whatever stands in a file, the answer is a value or one line naming file, line and key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import UserError
from config.settings import load_config
from config.specialties import Metros, Pay, Ranking, Specialty
from config.yamlfile import ConfigModel, read_yaml

DEFAULTS = Path(__file__).parent.parent / "config"
RULE = """\
name: Computer vision
sourced: true
summary: People who make machines see.
search_title: Computer vision engineer
tracks: [applied]
signals:
  - id: detection
    family: research
    field: text
    any_of: [object detection]
    points: 10
    why: Works on object detection
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "computer_vision.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small configuration to spoil: the defaults with one specialty and one metro, so that it loads at once."""
    copy = tmp_path / "config"
    for path in sorted(DEFAULTS.rglob("*.yml")):
        target = copy / path.relative_to(DEFAULTS)
        if path.parent.name == "specialties" and path.name != "graph_ml.yml":
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (copy / "geography" / "metros.yml").write_text(
        "metros:\n  - {id: austin, name: Austin, country_code: US, anchors: [{geonames_id: 4671654, km: 55}]}\n",
        encoding="utf-8",
    )
    return copy


def complaint(path: Path, model: type[ConfigModel] = Specialty) -> str:
    with pytest.raises(UserError) as caught:
        read_yaml(path, model)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


def test_a_good_file_is_read(write: Write) -> None:
    specialty = read_yaml(write(RULE), Specialty)
    assert specialty.signals[0].any_of == ("object detection",)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("sourced: true", "sourced: true\ncmaps: []", 3, "cmaps"),
        ("points: 10", "points: ten", 11, "signals.0.points"),
        ("points: 10", "points: 10\n    wieght: 3", 12, "signals.0.wieght"),
        ("family: research", "family: fame", 8, "signals.0.family"),
        ("any_of: [object detection]", "any_of: []", 10, "signals.0.any_of"),
        ("any_of: [object detection]", "any_of: object detection", 10, "signals.0.any_of"),
        ("id: detection", "id: Detection!", 7, "signals.0.id"),
        ("sourced: true", "sourced: maybe", 2, "sourced"),
        ("sourced: true", "sourced: true\nsourced: false", 3, "'sourced' is given twice"),
        ("    points: 10", "    points: 10\n    points: 11", 12, "'points' is given twice"),
        ("tracks: [applied]", "tracks: [applied", 6, "not valid YAML"),
        ("name: Computer vision", "name: Computer: vision", 1, "not valid YAML"),
        ("name: Computer vision", "name: !!python/object:os.system Computer", 1, "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(
    write: Write, old: str, new: str, line: int, says: str
) -> None:
    assert old in RULE
    message = complaint(write(RULE.replace(old, new, 1)))
    assert message.startswith(f":{line}: "), message
    assert says in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: 10", "points: -10", "noise"),
        ("points: 10", "points: 10\n    camp: product", "product"),
        ("signals:", "noise:", "negative points"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(write: Write, old: str, new: str, says: str) -> None:
    assert says in complaint(write(RULE.replace(old, new, 1)))


def test_a_rule_id_given_twice_is_refused(write: Write) -> None:
    assert "'detection' is given twice" in complaint(write(RULE + RULE.split("signals:\n")[1]))


def test_an_empty_file_names_a_missing_key(write: Write) -> None:
    assert "name" in complaint(write(""))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(b"name: \xff\xfe")
    assert "cannot be read" in complaint(path)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    assert "talentatlas init" in complaint(tmp_path / "none.yml")


def test_two_metros_of_one_id_are_refused(write: Write) -> None:
    metro = "  - {id: bay_area, name: Bay, country_code: US, anchors: [{geonames_id: 1, km: 2}]}\n"
    assert "'bay_area' is given twice" in complaint(write("metros:\n" + metro + metro), Metros)


def test_a_ranking_without_a_family_is_refused(write: Write) -> None:
    spoilt = yaml.safe_load((DEFAULTS / "ranking.yml").read_text(encoding="utf-8"))
    del spoilt["families"]["production"]
    assert "production" in complaint(write(yaml.safe_dump(spoilt)), Ranking)


def test_a_premium_without_its_baseline_is_refused(write: Write) -> None:
    spoilt = yaml.safe_load((DEFAULTS / "pay.yml").read_text(encoding="utf-8"))
    del spoilt["premiums"][0]["baseline"]
    assert "premiums.0.baseline" in complaint(write(yaml.safe_dump(spoilt)), Pay)


def test_the_defaults_load_and_what_is_read_cannot_be_changed() -> None:
    config = load_config(DEFAULTS)
    with pytest.raises(Exception, match="frozen"):
        config.ranking.version = 2


def test_the_digest_follows_every_file_but_not_the_decisions(folder: Path) -> None:
    before = load_config(folder).digest
    (folder / "decisions").mkdir()
    (folder / "decisions" / "notes.yml").write_text("anything", encoding="utf-8")
    assert load_config(folder).digest == before
    for name in ("ranking.yml", "specialties/graph_ml.yml", "geography/metros.yml", "pay.yml"):
        path = folder / name
        original = path.read_text(encoding="utf-8")
        path.write_text(original + "# a remark\n", encoding="utf-8")
        assert load_config(folder).digest != before, name
        path.write_text(original, encoding="utf-8")
    assert load_config(folder).digest == before


def test_a_folder_that_is_not_there_or_holds_no_specialty_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere: no such configuration folder; .*init"):
        load_config(tmp_path / "nowhere")
    shutil.rmtree(folder / "specialties")
    with pytest.raises(UserError, match="holds no specialty"):
        load_config(folder)


@pytest.mark.parametrize(
    "name", ["settings.yml", "specialties/graph_ml.yml", "geography/metros.yml", "pay.yml"]
)
def test_a_mistake_in_any_file_of_the_folder_is_found(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + "\nno_such_key: 1\n", encoding="utf-8")
    with pytest.raises(UserError, match="no_such_key: unknown key") as caught:
        load_config(folder)
    assert str(caught.value).startswith(f"{path}:")


JUNK = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: yaml.safe_dump(value).encode()),
    st.lists(st.sampled_from(RULE.splitlines()), max_size=16).map(lambda lines: "\n".join(lines).encode()),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=JUNK, model=st.sampled_from([Specialty, Metros, Ranking, Pay]))
def test_junk_gives_a_value_or_one_line(tmp_path: Path, content: bytes, model: type[ConfigModel]) -> None:
    path = tmp_path / "junk.yml"
    path.write_bytes(content)
    try:
        assert isinstance(read_yaml(path, model), model)
    except UserError as error:
        message = str(error)
        assert message.startswith(str(path))
        assert "\n" not in message
