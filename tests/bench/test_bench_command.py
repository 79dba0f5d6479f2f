"""`probe bench`: figures, page and JSON of a small run; any call again alone; parts that can be exchanged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import html5lib
import pytest
from typer.testing import CliRunner

from probe.bench import benchmark, page, words
from probe.bench.benchmark import Plan
from probe.bench.rows import row
from probe.bench.runner import place_series
from probe.cli.app import app
from probe.errors import UserError
from probe.simulator.hotline import Hotline, load_hotline

HERE = "tests.bench.test_bench_command"


def two_hotlines(seed: int, n: int, split: str) -> Sequence[Hotline]:
    """A population of hand-written hotlines."""
    return [load_hotline(name) for name in ("lab-hesitant", "lab-closed")][:n]


class Deaf:
    """A detector that hears nothing."""

    def __init__(self, hears: object) -> None:
        pass

    def listen(self, note: object) -> Deaf:
        """Itself."""
        return self

    def hear(self, frame: object) -> list[object]:
        """The line's events, nothing else."""
        return list(frame.events)  # type: ignore[attr-defined]

    def finish(self) -> list[object]:
        """Nothing."""
        return []


PLAN = Plan(hotlines=2, calls=4, seed=3, population=f"{HERE}:two_hotlines")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    folder = tmp_path_factory.mktemp("bench")
    arguments = ["bench", "--hotlines", "2", "--calls", "4", "--seed", "3", "--population", PLAN.population, "--json"]
    detectors = ["--detector", "probe.bench.detector:ours", "--detector", f"{HERE}:Deaf"]
    result = CliRunner().invoke(app, [*arguments, *detectors, "--workers", "2", "--to", str(folder)])
    return folder, result.stdout, result.exit_code


def test_two_detectors_are_compared_on_the_same_calls(run: tuple[Path, str, int]) -> None:
    _, printed, code = run
    form = json.loads(printed)
    ours, deaf = form["detectors"]
    assert code == 0
    assert [call["name"] for call in ours["calls"]] == [call["name"] for call in deaf["calls"]]
    assert len(ours["calls"]) == 4
    recall = {
        name: next(b for b in d["bounds"] if b["name"] == "recall") for name, d in (("ours", ours), ("deaf", deaf))
    }
    assert (recall["ours"]["k"], recall["ours"]["n"]) == (2, 2)
    assert recall["deaf"]["k"] == 0
    assert form == json.loads((run[0] / "bench.json").read_text(encoding="utf-8"))


def test_the_page_stands_alone_in_both_languages(run: tuple[Path, str, int]) -> None:
    text = (run[0] / "bench.html").read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(text)
    for element in tree.iter():
        for attribute in ("src", "href"):
            assert not element.get(attribute, "").startswith(("http:", "https:", "//")), element.attrib
    for pair in words.BOUNDS.values():
        for said in pair:
            assert said.replace("'", "&#39;") in text
    assert f"{HERE}:Deaf" in text


def test_a_call_is_made_again_alone_and_kept(tmp_path: Path) -> None:
    again = benchmark.only(PLAN, "lab-hesitant#1")
    assert [case.name for case in again] == ["lab-hesitant#0", "lab-hesitant#1"]
    arguments = ["bench", "--only", "lab-closed#0", "--population", PLAN.population, "--seed", "3", "--hotlines", "2"]
    result = CliRunner().invoke(app, [*arguments, "--to", str(tmp_path)])
    assert result.exit_code == 0, result.stdout
    assert "closed" in result.stdout
    assert (tmp_path / "lab-closed-0" / "call.wav").stat().st_size > 10_000


def test_a_call_of_our_own_population_says_by_its_name_where_it_is_from() -> None:
    (case,) = benchmark.only(Plan(), "train-9-3#0")
    assert case.hotline.id == "train-9-3"
    assert case == benchmark.only(Plan(seed=77, split="test"), "train-9-3#0")[0]


@pytest.mark.parametrize("name", ["test-1-2", "test-1-2#x", "other-1-2#0", ""])
def test_a_call_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(UserError, match="no call"):
        benchmark.only(Plan(hotlines=3), name)


def test_a_population_that_does_not_exist_is_named() -> None:
    with pytest.raises(UserError, match="module:function"):
        benchmark.load_population("nowhere:nothing")


def test_the_error_is_measured_where_the_caller_hears_it() -> None:
    (result,) = place_series(benchmark.only(PLAN, "lab-hesitant#0"))
    found = row(result)
    assert found.answer == "found"
    assert found.error is not None
    assert abs(found.error) < 0.1
    assert found.agent is not None
    assert found.agent > 0


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bench.html").write_text("before", encoding="utf-8")
    monkeypatch.setattr(page, "render", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        page.write(tmp_path, PLAN, [], {})
    assert [path.name for path in tmp_path.iterdir()] == ["bench.html"]
    assert (tmp_path / "bench.html").read_text(encoding="utf-8") == "before"
