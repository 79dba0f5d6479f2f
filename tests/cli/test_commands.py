"""The commands as a user meets them: what they print, where, and how they exit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from probe import i18n, shipped
from probe.cli import main
from probe.evidence import load
from probe.timeline import Timeline
from tests.processes import until

WATER = str(shipped.scenarios() / "zhenjiang" / "zhenjiang-water" / "ordinary.yaml")


class Result(NamedTuple):
    code: int
    out: str
    err: str


Probe = Callable[..., Result]


@pytest.fixture
def probe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Probe:
    """Runs the command line in this process, in an empty folder, in English unless `--lang` says otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROBE_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["probe", *arguments])
        capsys.readouterr()
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            i18n.use(None)
            for number, handler in handlers.items():
                signal.signal(number, handler)
        code = ended.value.code
        out, err = capsys.readouterr()
        return Result(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated call's folder."""
    from probe.place import Order, place_call

    folder = tmp_path_factory.mktemp("recordings")
    timeline = place_call(Order(scenario=Path(WATER), recordings=folder))
    return folder / timeline.call.id


def test_a_scenario_becomes_a_timed_recorded_transcribed_call(probe: Probe, tmp_path: Path) -> None:
    result = probe("run", WATER, "--line", "simulated", "--json")
    assert (result.code, result.err) == (0, "")
    timeline = Timeline.from_json(json.loads(result.out))
    assert timeline.outcome == "human"
    assert timeline.effort["steps"] == 1
    kept, audio = load(tmp_path / "recordings" / timeline.call.id)
    assert kept.to_json() == timeline.to_json()
    with wave.open(str(audio)) as file:
        seconds = file.getnframes() / file.getframerate()
    assert seconds == pytest.approx(timeline.segments[-1].end, abs=0.05)
    assert (audio.parent / "scenario.yaml").is_file()


def test_people_get_a_summary_in_either_language(probe: Probe) -> None:
    english = probe("run", WATER)
    assert (english.code, english.err) == (0, "")
    for text in ("a person answered (human)", "answered to person", "press 0", "✓ outcome: human", "recordings/"):
        assert text in english.out
    chinese = probe("run", WATER, "--lang", "zh")
    for text in ("接通人工 (human)", "应答至人工", "按 0", "挂断：目的已达到", "✓ outcome: human （实际：接通人工）"):
        assert text in chinese.out


def test_several_calls_are_a_list_in_json(probe: Probe) -> None:
    result = probe("run", WATER, WATER.replace("ordinary", "elderly"), "--json")
    timelines = [Timeline.from_json(form) for form in json.loads(result.out)]
    assert [timeline.call.caller for timeline in timelines] == ["ordinary", "elderly"]


def test_an_expectation_that_fails_is_exit_code_1(probe: Probe, tmp_path: Path) -> None:
    text = Path(WATER).read_text(encoding="utf-8")
    (tmp_path / "strict.yaml").write_text(text.replace("at most 2", "exactly 0"), encoding="utf-8")
    result = probe("run", "strict.yaml")
    assert result.code == 1
    assert "✗ steps: exactly 0 (found 1)" in result.out


def test_replaying_a_call_gives_the_identical_timeline(probe: Probe, call: Path) -> None:
    result = probe("replay", str(call))
    assert result.code == 0
    assert "the same timeline as kept" in result.out
    found = Timeline.from_json(json.loads(probe("replay", str(call), "--json").out))
    assert found.dumps() == load(call)[0].dumps()


def test_a_timeline_that_was_tampered_with_is_found_out(probe: Probe, call: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in call.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    written = copy / "timeline.json"
    written.write_text(written.read_text(encoding="utf-8").replace('"steps": 1', '"steps": 4'), encoding="utf-8")
    result = probe("replay", str(copy))
    assert result.code == 1
    assert "effort.steps: 4 → 1" in result.out


def test_a_recording_from_elsewhere_gives_outcome_and_the_clocks_that_can_be_known(probe: Probe, call: Path) -> None:
    result = probe("listen", str(call / "call.wav"), "--json")
    assert (result.code, result.err) == (0, "")
    timeline = Timeline.from_json(json.loads(result.out))
    assert timeline.outcome == "human"
    assert set(timeline.clocks) == {"queued_to_human"}
    live = load(call)[0]
    assert timeline.clocks["queued_to_human"] == pytest.approx(live.clocks["queued_to_human"], abs=0.06)


def spoiled(tmp_path: Path) -> dict[str, list[str]]:
    """Commands that the user got wrong, by what the one line must say."""
    (tmp_path / "text.wav").write_text("not audio")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "broken.yaml").write_text("walk: [\n")
    (tmp_path / "unknown.yaml").write_text("hotline: x\nwalks: []\n")
    (tmp_path / "folder").mkdir()
    return {
        "not an audio file": ["listen", "text.wav"],
        "is empty": ["listen", "empty.wav"],
        "no such file": ["listen", "missing.wav"],
        "broken.yaml:2:1": ["run", "broken.yaml"],
        "unknown.yaml:2:1: unknown key `walks`": ["run", "unknown.yaml"],
        "missing.yaml: no such file": ["run", "missing.yaml"],
        "no scenario in this folder": ["run", "folder"],
        "not a call's folder": ["replay", "folder"],
        "--line sip": ["run", WATER, "--line", "simulated", "--dial", "sip:1@127.0.0.1"],
        "needs a trunk": ["dial", "10000"],
        "is not a SIP address": ["dial", "sip:"],
        "is not this machine": ["dial", "sip:1@example.com"],
        "emergency number": ["dial", "sip:110@127.0.0.1"],
        "no caller `nobody`": ["dial", "sip:1@127.0.0.1:9", "--caller", "nobody"],
        "no hotline": ["simulate", "nowhere"],
        "is not an address": ["simulate", "zhenjiang-water", "--listen", "x"],
        "no model": ["run", WATER, "--model", "nothing-like-it"],
        "no YAML file": ["check", "folder"],
    }


@pytest.mark.parametrize("line", range(18))
def test_a_mistake_of_the_user_is_one_line_and_exit_code_2(probe: Probe, tmp_path: Path, line: int) -> None:
    text, arguments = list(spoiled(tmp_path).items())[line]
    before = sorted(path.name for path in tmp_path.iterdir())
    result = probe(*arguments)
    assert (result.code, result.out) == (2, "")
    assert text in result.err
    assert result.err.startswith("probe: ")
    assert result.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before, "nothing half written"


def test_a_simulated_hotline_is_not_served_with_a_wrong_model_or_truth(probe: Probe, tmp_path: Path) -> None:
    for arguments in (["--model", "nope"], ["--truth", str(tmp_path)]):
        result = probe("simulate", "zhenjiang-water", "--listen", "127.0.0.1:5999", *arguments)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


def test_a_scenario_that_names_a_wrong_model_is_not_run(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("hotline: zhenjiang-water\nmodel: nope\n")
    for command in ("check", "run"):
        result = probe(command, "x.yaml")
        assert (result.code, result.out) == (2, "")
        assert "no model 'nope'" in result.err
    (tmp_path / "x.yaml").write_text("hotline: zhenjiang-water\nmodel: zh-telephone\n")
    assert probe("check", "x.yaml").code == 0


def test_a_wrong_option_is_the_users_mistake_too(probe: Probe) -> None:
    for wrong in (
        ("--lang", "fr", "check", "."),
        ("check", ".", "--lang", "fr"),
        ("check", "--lang=fr", "."),
        ("check", ".", "--lang"),
    ):
        result = probe(*wrong)
        assert result.code == 2
        assert "'zh', 'en'" in result.err
    assert probe("run").code == 2
    assert probe("nonsense").code == 2


def test_nobody_listening_is_our_fault_and_leaves_a_whole_folder(probe: Probe, tmp_path: Path) -> None:
    result = probe("dial", "sip:1@127.0.0.1:9", "--json")
    assert result.code == 3
    timeline = Timeline.from_json(json.loads(result.out))
    assert timeline.outcome == "our_fault"
    assert timeline.clocks == {}
    assert load(tmp_path / "recordings" / timeline.call.id)[0].outcome == "our_fault"


def test_check_tells_every_files_first_mistake_with_its_place(probe: Probe, tmp_path: Path) -> None:
    fine = probe("check", str(shipped.scenarios()), str(shipped.hotlines()))
    assert fine.code == 0
    assert len(fine.out.splitlines()) >= 33 + 11 + 1
    for name, text in (("a.yaml", "hotline: x\nwalk: 3\n"), ("b.yaml", "callers:\n  x: {number: 1}\n"), ("c.yaml", "")):
        (tmp_path / name).write_text(text)
    wrong = probe("check", str(tmp_path))
    assert wrong.code == 2
    assert [line.split(": ")[1] for line in wrong.err.splitlines()] == [
        f"{tmp_path}/a.yaml:2:1",
        f"{tmp_path}/b.yaml:2:7",
        f"{tmp_path}/c.yaml:1:1",
    ]


def test_models_are_listed_and_found(probe: Probe) -> None:
    listed = probe("models", "list")
    assert listed.code == 0
    assert "zh-telephone" in listed.out
    assert "yes, used" in listed.out
    assert Path(probe("models", "path", "zh-telephone").out.strip()).is_dir()
    missing = probe("models", "path", "vosk-model-cn-0.22")
    assert (missing.code, "probe models get" in missing.err) == (2, True)


def test_a_mistake_of_ours_shows_one_line_and_keeps_the_traceback_in_a_file(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("probe.documents.read", broken)
    result = probe("check", WATER)
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert "internal error: RuntimeError: two lines" in result.err
    details = Path(result.err.strip().rpartition("details in ")[2])
    assert "Traceback" in details.read_text(encoding="utf-8")
    details.unlink()


def test_ctrl_c_hangs_up_and_leaves_a_whole_recording(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", "from probe.cli import main; main()", "run", WATER, "--line", "sip"]
    process = subprocess.Popen(arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def answered() -> list[Path]:
        kept = tmp_path.glob("recordings/*/timeline.json")
        return [path.parent for path in kept if '"answered"' in path.read_text(encoding="utf-8")]

    until(lambda: answered() or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    (kept,) = answered()
    timeline, _ = load(kept)
    assert timeline.outcome == "unsure"
    assert timeline.call.audio.keys() == {"path", "sha256", "rate"}
    assert timeline.actions[-1].kind == "hang_up"


def test_help_does_not_load_what_only_calls_need() -> None:
    code = "import sys; from probe.cli import app; print([m for m in ('numpy', 'vosk', 'pjsua2') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_silence_is_listened_to_without_an_outcome(probe: Probe, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(np.zeros(44100 * 6, "<i2").tobytes())
    timeline = Timeline.from_json(json.loads(probe("listen", "s.wav", "--json").out))
    assert (timeline.outcome, timeline.clocks) == ("unsure", {})
    assert [segment.kind for segment in timeline.segments] == ["silence"]
    assert timeline.segments[0].end == pytest.approx(3.0, abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        (["nonsense"], "No such command 'nonsense'; see probe --help", "没有命令 nonsense；参见 probe --help"),
        (["run"], "Missing argument '", "缺少 "),
        (["run", "x", "--model"], "Option '--model' requires an argument", "选项 --model 需要一个值"),
        (["demo", "--calls", "x"], "--calls", "--calls：应为数字；参见 probe demo --help"),
        (["listen", "x", "--channel", "up"], "'up' is not one of", "--channel：“up”不可用，可写"),
        (["dial", "x", "y"], "unexpected extra argument", "多余的参数 y"),
        (["run", WATER, "--keys", "info"], "go with --line sip", "须与 --line sip 同用"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_told_in_one_line(
    probe: Probe, arguments: list[str], en: str, zh: str
) -> None:
    for language, text in (("en", en), ("zh", zh)):
        result = probe("--lang", language, *arguments)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert text in result.err


def test_a_folder_that_takes_no_files_is_told_before_the_demo_begins(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for option in ("--reports", "--recordings"):
        result = probe("demo", "--virtual", option, "file", "--lang", "zh")
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert f"file：无法写入：路径中有一段不是文件夹；请用 {option} 另选位置" in result.err


@pytest.mark.parametrize("when", ["the recogniser is loaded", "calls begin"])
def test_ctrl_c_while_the_demo_starts_shows_no_trace_and_leaves_no_process(tmp_path: Path, when: str) -> None:
    arguments = [sys.executable, "-c", "from probe.cli import main; main()", "demo", "--virtual"]
    process = subprocess.Popen(
        arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
    if when == "calls begin":
        until(lambda: any(tmp_path.glob("recordings/2*")))
    else:
        until(lambda: "libvosk" in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8"))
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert err.count("\n") <= 1
    for kept in tmp_path.glob("recordings/2*"):
        assert load(kept)[0].outcome is not None


def test_a_trunk_is_needed_for_a_number_and_its_file_is_told_with_its_mistakes(probe: Probe, tmp_path: Path) -> None:
    file = tmp_path / "trunks.yaml"
    file.write_text("trunks:\n  far: { server: 127.0.0.1:9, response: 2 s }\n", encoding="utf-8")
    assert "no trunk `near`" in probe("dial", "10000", "--trunk", "near", "--trunks", str(file)).err
    emergency = probe("dial", "(0511) 119", "--trunk", "far", "--trunks", str(file))
    assert (emergency.code, "emergency number" in emergency.err) == (2, True)
    assert probe("check", str(file)).out.endswith("trunks, 1 of them\n")
    checked = probe("trunk", "check", "far", "--trunks", str(file))
    assert (checked.code, checked.out) == (3, "✗ 127.0.0.1:9: no route: nobody listens there\n")
    file.write_text("trunks:\n  far: { sever: 127.0.0.1 }\n", encoding="utf-8")
    assert "did you mean `server`?" in probe("check", str(file)).err


def test_a_hotline_without_a_number_is_told(probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("hotline: nobody-knows\nwalk:\n  - hear: 您好\n    press: 1\n", encoding="utf-8")
    file = tmp_path / "trunks.yaml"
    file.write_text("trunks:\n  far: { server: 127.0.0.1:9 }\n", encoding="utf-8")
    result = probe("run", str(path), "--trunk", "far", "--trunks", str(file))
    assert (result.code, "hotline `nobody-knows` has no number" in result.err) == (2, True)
