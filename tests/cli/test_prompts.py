"""The prompt memory as users meet it: a second call, its replay, and the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from probe import shipped
from probe.cli.app import app
from probe.cli.compare import differences
from probe.evidence import prompts
from probe.place import Order, place_call, replay
from probe.timeline import Kind, Timeline

WATER = shipped.scenarios() / "zhenjiang" / "zhenjiang-water" / "ordinary.yaml"


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Timeline]]:
    """Two calls to a hotline, and the second once more without memory."""
    folder = tmp_path_factory.mktemp("recordings")
    made = [place_call(Order(scenario=WATER, recordings=folder, nth=nth)) for nth in range(2)]
    return folder, [*made, place_call(Order(scenario=WATER, recordings=folder, nth=1, memory=False))]


def probe(*arguments: object) -> str:
    ended = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert ended.exit_code == 0, ended.output
    return ended.output


def speech(timeline: Timeline) -> list[tuple[str, float, float]]:
    return [(s.text, s.start, s.end) for s in timeline.segments if s.kind is Kind.SPEECH]


def test_no_figure_moves_because_a_memory_exists(calls: tuple[Path, list[Timeline]]) -> None:
    _, (_, second, without) = calls
    assert (second.outcome, second.effort["steps"]) == (without.outcome, without.effort["steps"])
    assert second.clocks == pytest.approx(without.clocks, abs=0.03)
    assert speech(second) == speech(without)
    assert any(segment.prompt for segment in second.segments)
    assert not any(segment.prompt for segment in without.segments)
    assert without.call.memory == {}


def test_a_replay_hears_with_the_memory_that_the_call_had(calls: tuple[Path, list[Timeline]]) -> None:
    folder, made = calls
    for timeline in made:
        heard = replay(folder / timeline.call.id)
        assert differences(heard.kept, heard.found) == []
        assert heard.found.to_json()["segments"] == heard.kept.to_json()["segments"]
    assert [timeline.call.memory.get("calls") for timeline in made] == [0, 1, None]


def test_prompts_are_listed_shown_and_carried_elsewhere(calls: tuple[Path, list[Timeline]], tmp_path: Path) -> None:
    folder, _ = calls
    (row,) = json.loads(probe("prompts", "list", "--json", "--recordings", folder))
    assert (row["hotline"], row["calls"]) == ("zhenjiang-water", 2)
    shown = json.loads(probe("prompts", "show", "zhenjiang-water", "--json", "--recordings", folder))
    menu = max(shown["heard"], key=lambda prompt: prompt["seconds"])
    assert menu["calls"] == 2
    assert "人工" in menu["text"]
    assert menu["prompt"] in probe("prompts", "show", "zhenjiang-water", "--recordings", folder)
    assert "zhenjiang-water" in probe("prompts", "list", "--recordings", folder)
    file = tmp_path / "water.jsonl"
    probe("prompts", "export", "zhenjiang-water", file, "--recordings", folder)
    for _ in range(2):
        probe("prompts", "import", file, "--recordings", tmp_path)
    assert prompts.path_of(tmp_path, "zhenjiang-water").read_bytes() == file.read_bytes()


def test_how_long_music_was_listened_to_is_remembered(calls: tuple[Path, list[Timeline]]) -> None:
    folder, made = calls
    remembered = prompts.recall(folder, "zhenjiang-water").memory.calls
    for call, timeline in zip(remembered, made, strict=False):
        tunes = [s.end - s.start for s in timeline.segments if s.kind is Kind.MUSIC and not s.early_media]
        assert sum(tunes) > 3
        assert call.music == pytest.approx(sum(tunes), abs=2)


def test_a_damaged_memory_stops_no_call_and_its_timeline_says_so(tmp_path: Path) -> None:
    path = prompts.path_of(tmp_path, "zhenjiang-water")
    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")
    timeline = place_call(Order(scenario=WATER, recordings=tmp_path))
    assert timeline.call.memory["damaged"].startswith("zhenjiang-water.damaged-")
    assert len(prompts.read(path).calls) == 1


@pytest.mark.parametrize("arguments", [("show", "nobody"), ("export", "nobody", "x"), ("import", "missing.jsonl")])
def test_what_is_not_there_is_said(arguments: tuple[str, ...], tmp_path: Path) -> None:
    from probe.errors import UserError

    ended = CliRunner().invoke(app, ["prompts", *arguments, "--recordings", str(tmp_path)])
    assert isinstance(ended.exception, UserError)
    assert "\n" not in str(ended.exception)
