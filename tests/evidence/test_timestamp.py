"""An authority vouches for the time of a manifest; what it says is checked, and nothing waits for it."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from probe.evidence import timestamp
from probe.evidence.bundle import MANIFEST, seal_or_tell
from probe.evidence.ring import Ring
from probe.evidence.verify_chain import verify_folder
from tests.evidence.authority import authority
from tests.evidence.bundles import entry, record, sealed, verified

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def test_a_manifest_is_stamped_and_the_stamp_holds_with_us_and_with_openssl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with authority(tmp_path / "tsa") as made:
        monkeypatch.setenv("PROBE_TIMESTAMP_URL", made.url)
        folder = sealed(tmp_path / "r", "c")
        assert len(made.asked) == 1
        assert entry(folder).document["time_stamp"] == made.url
        roots = timestamp.certificates(made.root)
        for trusted, vouched in ((roots, True), ([], False)):
            found = verify_folder(tmp_path / "r", Ring.usual(), roots=trusted)
            assert not found.broken
            stamp = found.bundles[0].stamp
            assert stamp is not None
            assert (stamp.authority, stamp.vouched) == ("CN=Authority of a test", vouched)
        command = ["openssl", "ts", "-verify", "-data", MANIFEST, "-in", timestamp.STAMP, "-CAfile", str(made.root)]
        assert b"OK" in subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
        with authority(tmp_path / "other") as other:
            found = verify_folder(tmp_path / "r", Ring.usual(), roots=timestamp.certificates(other.root))
        assert "not by an authority that is trusted" in found.broken[0].en
        chance = random.Random(5)
        for name in (timestamp.STAMP, timestamp.STAMP_SIGNATURE):
            before = (folder / name).read_bytes()
            for _ in range(40):
                data = bytearray(before)
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                (folder / name).write_bytes(data)
                assert [finding.where for finding in verified(tmp_path / "r").broken] == [f"c/{timestamp.STAMP}"]
            (folder / name).write_bytes(before)
        (folder / timestamp.STAMP).unlink()
        assert [finding.kind for finding in verified(tmp_path / "r").broken] == ["time_stamp_changed"]


def test_a_stamp_of_another_manifest_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with authority(tmp_path / "tsa") as made:
        monkeypatch.setenv("PROBE_TIMESTAMP_URL", made.url)
        first, second = sealed(tmp_path / "r", "a"), sealed(tmp_path / "r", "b")
    for name in (timestamp.STAMP, timestamp.STAMP_SIGNATURE):
        shutil.copy(first / name, second / name)
    assert ["it is about another document" in f.en for f in verified(tmp_path / "r").broken] == [True]


def test_an_authority_that_does_not_answer_costs_a_call_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PROBE_LANG", "en")
    with authority(tmp_path / "tsa", answers=False) as made:
        monkeypatch.setenv("PROBE_TIMESTAMP_URL", made.url)
        for name in ("a", "b", "c"):
            sealed(tmp_path / "r", name)
        assert len(made.asked) == 1, "it is not asked again for a while"
    assert "sealed, but not time-stamped" in caplog.text
    found = verified(tmp_path / "r")
    assert not found.broken
    assert all("not time-stamped, though" in bundle.findings[0].en for bundle in found.bundles)
    monkeypatch.setenv("PROBE_TIMESTAMP_URL", "http://127.0.0.1:9/")
    assert seal_or_tell(record(tmp_path / "r", "d"), late="afterwards")
