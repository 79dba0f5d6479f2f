"""Audio is archived and removed by rule; the chain still verifies; what is disputed or does not verify is left alone."""

from __future__ import annotations

import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from probe.errors import DocumentError, UserError
from probe.evidence import canonical, load, retention
from probe.evidence.flac import FLAC, encoded, wav
from probe.evidence.retention import Retention, Step
from probe.evidence.reviews import Review, Reviews
from probe.evidence.ring import Ring
from tests.evidence.bundles import sealed, verified

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def rules(tmp_path: Path, text: str) -> Retention:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return retention.load(path)


def steps(recordings: Path, wanted: Retention) -> dict[str, Step]:
    return {step.folder.name: step for step in retention.plan(recordings, wanted, NOW)}


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Three calls, 300, 60 and 1 days old."""
    for name, days in (("old", 300), ("middle", 60), ("new", 1)):
        sealed(tmp_path / "r", name, started_at=(NOW - timedelta(days=days)).isoformat())
    return tmp_path / "r"


BOTH = "rules:\n  - archive: flac\n    older_than: 30 days\n  - remove: audio\n    older_than: 6 个月\n"


def test_audio_is_archived_and_removed_by_age_and_the_chain_still_verifies(recordings: Path, tmp_path: Path) -> None:
    found = steps(recordings, rules(tmp_path, BOTH))
    assert {name: step.rule.does for name, step in found.items()} == {"old": "remove", "middle": "archive"}
    digest = canonical.sha256_of(recordings / "middle" / "call.wav")
    assert [retention.apply(step, Ring.usual()) for step in found.values()] == ["", ""]
    assert not (recordings / "old" / "call.wav").exists()
    assert not (recordings / "middle" / "call.wav").exists()
    assert canonical.sha256(wav(recordings / "middle" / FLAC)) == digest
    assert not verified(recordings).broken
    assert not steps(recordings, rules(tmp_path, BOTH))
    timeline, audio = load(recordings / "middle")
    assert timeline.call.id == "middle"
    assert canonical.sha256_of(audio) == digest
    with pytest.raises(UserError, match="removed by a retention rule"):
        load(recordings / "old")


def test_archived_audio_is_removed_later(recordings: Path, tmp_path: Path) -> None:
    for text in (BOTH, "rules: [{remove: audio, older_than: 2 weeks, name: 两周}]"):
        for step in steps(recordings, rules(tmp_path, text)).values():
            assert retention.apply(step, Ring.usual()) == ""
    assert not list((recordings / "middle").glob("call.*"))
    found = verified(recordings)
    assert not found.broken
    assert {bundle.folder.name: bundle.removed for bundle in found.bundles} == {
        "old": ("call.wav",),
        "middle": ("call.wav",),
        "new": (),
    }
    assert canonical.decode((recordings / "middle" / "tombstone.json").read_bytes())["rule"] == "两周"


def test_pictures_of_the_audio_go_with_it(recordings: Path, tmp_path: Path) -> None:
    drawn = recordings / ".web" / "old" / "x"
    drawn.mkdir(parents=True)
    (drawn / "spectrogram-0-0.png").write_bytes(b"png")
    retention.apply(steps(recordings, rules(tmp_path, BOTH))["old"], Ring.usual())
    assert not drawn.exists()


@pytest.mark.parametrize(
    ("keep", "reason"),
    [
        ("disputed: true", "a reviewer says otherwise"),
        ("calls: [{call: old, why: arbitration 113}]", "arbitration 113"),
        ("hotlines: [water]", "this hotline's calls are kept"),
    ],
)
def test_what_is_in_dispute_is_kept(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: str, reason: str
) -> None:
    monkeypatch.setenv("PROBE_LANG", "en")
    Reviews(recordings).add(Review("old", "甲", "2026-01-01T00:00:00Z", "unsure", "human", "not a person"))
    found = steps(recordings, rules(tmp_path, BOTH + f"keep:\n  {keep}\n"))
    assert reason in found["old"].kept


def test_a_rule_can_be_for_some_outcomes_and_hotlines(recordings: Path, tmp_path: Path) -> None:
    rule = "rules: [{{remove: audio, older_than: 1 day, {}}}]"
    assert set(steps(recordings, rules(tmp_path, rule.format("outcomes: [human]")))) == {"old", "middle", "new"}
    assert not steps(recordings, rules(tmp_path, rule.format("outcomes: [busy]")))
    assert not steps(recordings, rules(tmp_path, rule.format("hotlines: [other]")))


def test_nothing_is_removed_whose_seal_does_not_hold(recordings: Path, tmp_path: Path) -> None:
    audio = recordings / "old" / "call.wav"
    audio.write_bytes(audio.read_bytes()[:-1] + b"\7")
    assert "call.wav" in retention.apply(steps(recordings, rules(tmp_path, BOTH))["old"], Ring.usual())
    assert audio.exists()
    assert not (recordings / "old" / "tombstone.json").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: []", "rules"),
        ("rules: [{remove: audio}]", "older_than"),
        ("rules: [{older_than: 3 days}]", "either `remove: audio` or `archive: flac`"),
        ("rules: [{remove: audio, archive: flac, older_than: 3 days}]", "either `remove: audio` or `archive: flac`"),
        ("rules: [{remove: audio, older_than: soon}]", "`180 days`"),
        ("rules: [{remove: audio, older_than: 0 days}]", "`180 days`"),
        ("rules: [{remove: audio, older_then: 3 days}]", "older_th"),
        ("rules: [{remove: everything, older_than: 3 days}]", "audio"),
        ("rules: [{remove: audio, older_than: 3 days}]\nkeep: {calls: [{call: x}]}", "why"),
    ],
)
def test_a_rule_that_makes_no_sense_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DocumentError) as error:
        rules(tmp_path, text)
    assert told in error.value.en
    assert "rules.yaml:" in error.value.en


@pytest.mark.parametrize("kind", ["noise", "silence", "loud", "one sample"])
def test_flac_gives_back_the_very_wav(tmp_path: Path, kind: str) -> None:
    samples = {
        "noise": np.random.default_rng(1).integers(-32768, 32768, (8000, 2)),
        "silence": np.zeros((8000, 2)),
        "loud": np.tile([[32767, -32768]], (4000, 1)),
        "one sample": np.array([[1, -1]]),
    }[kind].astype("<i2")
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    (tmp_path / "a.flac").write_bytes(encoded(path))
    assert wav(tmp_path / "a.flac") == path.read_bytes()
