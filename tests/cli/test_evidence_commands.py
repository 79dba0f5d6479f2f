"""The commands about evidence as a user meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from probe.evidence import keys
from tests.cli.test_commands import Probe, call, probe
from tests.evidence.bundles import sealed

__all__ = ["call", "probe"]


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Three bundles in `recordings`, where commands look."""
    for name in ("a", "b", "c"):
        sealed(tmp_path / "recordings", name)
    return tmp_path / "recordings"


def test_what_holds_is_said_in_words_in_both_languages(probe: Probe, recordings: Path) -> None:
    result = probe("verify", "recordings")
    assert (result.code, result.err) == (0, "")
    assert "3 calls: every file (9) is as it was sealed" in result.out
    assert "3 documents, none missing, none out of order" in result.out
    assert "recordings: holds" in result.out
    chinese = probe("verify", "recordings", "--lang", "zh")
    assert "3 通：全部 9 个文件与封存时一致" in chinese.out
    assert "recordings：成立" in chinese.out


def test_what_does_not_hold_is_said_and_exit_code_1(probe: Probe, recordings: Path) -> None:
    path = recordings / "b" / "timeline.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"steps": 1', '"steps": 3'), encoding="utf-8")
    result = probe("verify", "recordings")
    assert result.code == 1
    assert "✗ b/timeline.json: changed since it was sealed" in result.out
    assert "does NOT hold" in result.out
    (form,) = json.loads(probe("verify", "recordings", "--json").out)
    assert (form["holds"], [row["kind"] for row in form["findings"]]) == (False, ["file_changed"])


def test_heads_are_published_and_checked(probe: Probe, recordings: Path, tmp_path: Path) -> None:
    head = probe("keys", "head").out.strip()
    sealed(recordings, "d")
    result = probe("verify", "recordings", "--head", head)
    assert result.code == 0
    assert "nothing up to there has changed since; 1 documents came later" in result.out
    (tmp_path / "heads.txt").write_text(f"# bulletin 7\n{head}\n")
    assert probe("verify", "recordings", "--head", "heads.txt").code == 0
    wrong = head[:-1] + ("0" if head[-1] != "0" else "1")
    assert "is not the head that was published" in probe("verify", "recordings", "--head", wrong).out
    assert probe("verify", "recordings", "--head", "hello").code == 2


def test_a_stranger_verifies_with_the_public_key_alone(
    probe: Probe, recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert probe("keys", "export", "--to", "key.pem").code == 0
    monkeypatch.setenv("PROBE_KEYS", str(tmp_path / "strangers"))
    result = probe("verify", "recordings")
    assert result.code == 1
    assert "for which nobody vouches here" in result.out
    assert not (tmp_path / "strangers").exists(), "verifying makes no key"
    assert probe("verify", "recordings", "--key", "key.pem").code == 0
    assert "compare it with its owner's" in probe("keys", "trust", "key.pem", "--name", "lab").out
    assert "(lab): 3" in probe("verify", "recordings").out
    assert probe("keys", "forget", "lab").code == 0
    assert probe("verify", "recordings").code == 1


def test_calls_that_were_not_sealed_are_sealed_later(
    probe: Probe, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(recordings / "chain")
    for folder in recordings.iterdir():
        for name in ("manifest.json", "manifest.sig"):
            (folder / name).unlink()
    assert "not sealed" in probe("verify", "recordings").out
    assert "3 sealed, 0 time-stamped, 0 failed, of 3 calls" in probe("seal").out
    assert "not sealed when they closed, but afterwards: 3" in probe("verify", "recordings").out
    assert "0 sealed" in probe("seal").out


def test_keys_are_shown_and_made(probe: Probe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_KEYS", str(tmp_path / "k"))
    assert "probe keys new" in probe("keys", "show").err
    assert probe("keys", "new").code == 0
    assert "--replace" in probe("keys", "new").err
    before = keys.signing_key().public
    result = probe("keys", "new", "--replace")
    assert f"trusted {before.short} earlier-{before.short}" in result.out
    assert "PRIVATE" not in probe("keys", "export").out
    (tmp_path / "k" / "signing.pem").chmod(0o644)
    assert "chmod 600" in probe("keys", "show").out


def test_figures_are_computed_again_from_the_audio(probe: Probe, call: Path) -> None:
    result = probe("recheck", str(call))
    assert result.code == 0, result.out
    assert "the seal holds" in result.out
    assert "figures are the same" in result.out
    written = call / "timeline.json"
    before = written.read_text(encoding="utf-8")
    try:
        written.write_text(before.replace('"steps": 1', '"steps": 4'), encoding="utf-8")
        changed = probe("recheck", str(call))
    finally:
        written.write_text(before, encoding="utf-8")
    assert changed.code == 1
    assert "timeline.json: changed since it was sealed" in changed.out


def test_retention_shows_before_it_does(probe: Probe, recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rules: [{remove: audio, older_than: 1 day}]\n")
    result = probe("retention", "rules.yaml")
    assert "would be done (--apply does it): 0 archived, 3 removed, 0 kept, 0 not done" in result.out
    assert (recordings / "a" / "call.wav").is_file()
    assert probe("retention", "rules.yaml", "--apply").code == 0
    assert not (recordings / "a" / "call.wav").exists()
    assert "audio removed by a retention rule, with a signed tombstone: 3" in probe("verify", "recordings").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["verify", "missing"], "no such file or folder"),
        (["verify", "empty"], "no call here"),
        (["verify", "text.zip"], "not a file made by `probe export`"),
        (["verify", "recordings", "--key", "text.zip"], "not an Ed25519 public key"),
        (["verify", "recordings", "--authority", "text.zip"], "not a certificate"),
        (["seal", "missing"], "no such folder"),
        (["seal", "empty"], "no calls in this folder"),
        (["keys", "head", "empty"], "no chain here"),
        (["keys", "trust", "missing.pem"], "no such file"),
        (["keys", "forget", "nobody"], "no trusted key is called `nobody`"),
        (["recheck", "empty"], "not a call's folder"),
        (["retention", "missing.yaml"], "no such file"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    probe: Probe, recordings: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("x")
    result = probe(*arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert result.err.count("\n") == 1
