"""A call's folder is sealed when it closes, in one chain, whatever happens; and never at the expense of the call."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from probe.errors import UserError
from probe.evidence import OpenCall, bundle, chain, clock
from probe.evidence.bundle import MANIFEST, SIGNATURE, UNSEALED
from probe.evidence.findings import Finding
from tests.evidence.bundles import MODEL, entry, record, sealed, verified

CALLER = """
import sys
from pathlib import Path
from probe.evidence import OpenCall
from tests.evidence.bundles import MODEL, record

recordings, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(count):
    opened = OpenCall(recordings, f"{name}-{n:03}")
    record(recordings, f"{name}-{n:03}", 5)
    print(n, flush=True)
    opened.close(MODEL)
"""
HANGING = CALLER.replace("    opened.close(MODEL)\n", "    sys.stdin.read()\n")


def caller(program: str, recordings: Path, name: str, count: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(recordings), name, str(count)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def broken(recordings: Path) -> list[Finding]:
    return verified(recordings).broken


def test_every_file_of_a_call_is_sealed_whatever_it_is(tmp_path: Path) -> None:
    opened = OpenCall(tmp_path, "c")
    folder = record(tmp_path, "c")
    (folder / "sip.txt").write_text("INVITE\n")
    (folder / "memory").mkdir()
    (folder / "memory" / "prompts.bin").write_bytes(b"\0\1")
    opened.close(MODEL)
    manifest = entry(folder).document
    names = [row["name"] for row in manifest["files"]]
    assert names == ["call.wav", "memory/prompts.bin", "scenario.yaml", "sip.txt", "timeline.json"]
    assert manifest["model"] == MODEL
    assert manifest["clock"]["began"] <= manifest["clock"]["ended"]
    assert manifest["late"] is None
    assert {"probe", "python", "packages", "code", "listen", "measure"} <= manifest["software"].keys()
    assert not broken(tmp_path)
    (folder / "memory" / "prompts.bin").write_bytes(b"\0\2")
    assert [finding.where for finding in broken(tmp_path)] == ["c/memory/prompts.bin"]


def test_the_manifest_names_the_bundle_before(tmp_path: Path) -> None:
    first, second = (entry(sealed(tmp_path, name)) for name in ("a", "b"))
    assert (first.number, first.document["chain"]["previous"]) == (1, None)
    assert (second.number, second.document["chain"]["previous"]) == (2, first.digest)
    assert chain.head(first.head, second.digest) == second.head


def test_processes_and_threads_share_one_chain(tmp_path: Path) -> None:
    callers = [caller(CALLER, tmp_path, name, 8) for name in ("a", "b", "c")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: sealed(tmp_path, f"thread-{n}", 5), range(8)))
    for process in callers:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert not broken(tmp_path)
    (path,) = chain.files(tmp_path)
    assert [chain.entry_of(line).number for line in path.read_bytes().splitlines()] == list(range(1, 33))


def test_a_killed_call_is_sealed_by_the_next_one_with_a_mark(tmp_path: Path) -> None:
    process = caller(HANGING, tmp_path, "killed")
    assert process.stdout
    process.stdout.readline()
    assert bundle.running(tmp_path / "killed-000")
    assert [finding.kind for finding in verified(tmp_path).bundles[0].findings] == ["note"]
    sealed(tmp_path, "beside")  # leaves the running one alone
    assert not (tmp_path / "killed-000" / MANIFEST).exists()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not bundle.running(tmp_path / "killed-000")
    assert [finding.kind for finding in broken(tmp_path)] == ["unsealed"]
    sealed(tmp_path, "next")
    assert entry(tmp_path / "killed-000").document["late"] == "interrupted"
    assert not broken(tmp_path)
    assert not list((tmp_path / "chain" / "open").iterdir())


@pytest.mark.parametrize("ending", range(12))
def test_a_program_killed_while_it_seals_leaves_a_chain_that_verifies(tmp_path: Path, ending: int) -> None:
    process = caller(CALLER, tmp_path, "many", 1000)
    assert process.stdout
    for _ in range(ending + 1):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    sealed(tmp_path, "after")
    assert not broken(tmp_path)


def test_what_a_death_between_chain_and_bundle_left_out_is_delivered(tmp_path: Path) -> None:
    sealed(tmp_path, "a")
    folder = sealed(tmp_path, "b")
    (folder / MANIFEST).unlink()
    (folder / SIGNATURE).unlink()
    assert [finding.where for finding in broken(tmp_path)] == ["b/manifest.json"]
    sealed(tmp_path, "c")
    assert not broken(tmp_path)


def test_half_a_line_is_set_aside_and_the_chain_goes_on(tmp_path: Path) -> None:
    sealed(tmp_path, "a")
    (path,) = chain.files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"document":{"call":"b"')
    assert broken(tmp_path)
    assert entry(sealed(tmp_path, "c")).number == 2
    assert path.with_suffix(".torn").read_bytes() == b'{"document":{"call":"b"\n'
    assert not broken(tmp_path)


def test_a_damaged_chain_is_left_as_it_is_and_another_begun(tmp_path: Path) -> None:
    sealed(tmp_path, "a")
    (path,) = chain.files(tmp_path)
    damaged = path.read_bytes().replace(b'"late":null', b'"late":none')
    path.write_bytes(damaged)
    after = [entry(sealed(tmp_path, name)) for name in ("b", "c")]
    assert [(e.id, e.number) for e in after] == [(f"{path.stem}.2", 1), (f"{path.stem}.2", 2)]
    assert path.read_bytes() == damaged
    assert {finding.where.split(",")[0] for finding in broken(tmp_path)} == {f"chain/{path.name}"}


def test_a_call_that_cannot_be_sealed_is_kept_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PROBE_SIGNING_KEY", str(tmp_path / "nothing.pem"))
    monkeypatch.setenv("PROBE_LANG", "en")
    opened = OpenCall(tmp_path / "r", "c")
    folder = record(tmp_path / "r", "c")
    opened.close(MODEL)
    assert (folder / "call.wav").is_file()
    assert not (folder / MANIFEST).exists()
    assert "the recording is kept, but it is not sealed" in caplog.text
    assert "nothing.pem" in (folder / UNSEALED).read_text()
    monkeypatch.delenv("PROBE_SIGNING_KEY")
    bundle.seal(folder, late="afterwards")
    assert UNSEALED in [row["name"] for row in entry(folder).document["files"]]
    assert not broken(tmp_path / "r")
    with pytest.raises(UserError, match="sealed already"):
        bundle.seal(folder)


def test_a_folder_that_takes_no_marks_stops_no_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "chain").write_text("in the way")
    opened = OpenCall(tmp_path, "c")
    folder = record(tmp_path, "c")
    opened.close(MODEL)
    assert (folder / "call.wav").is_file()
    assert "not sealed" in caplog.text


def test_the_clock_says_whether_something_keeps_it_right() -> None:
    about = clock.ntp()
    assert about["synchronised"] in (True, False, None)
    if about["synchronised"] is None:
        assert about["how"].startswith("unknown: ")
    else:
        assert about["maximum_error_us"] >= 0


def test_a_clock_that_was_set_during_the_call_is_written_down() -> None:
    began = clock.Reading(1000.0, 50.0)
    assert clock.described(began, clock.Reading(1060.0, 110.0))["stepped_ms"] == 0
    assert clock.described(began, clock.Reading(4660.0, 110.0))["stepped_ms"] == 3_600_000
    assert clock.described(None, clock.Reading(1.0, 2.0))["stepped_ms"] is None


def test_documents_are_found_by_number_without_reading_the_chain(tmp_path: Path) -> None:
    for n in range(1, 20):
        sealed(tmp_path, f"c{n}" * (1 + n % 3), 5)
    (path,) = chain.files(tmp_path)
    for n in range(1, 20):
        found = chain.find(path, n)
        assert found is not None
        assert (found.number, found.call) == (n, f"c{n}" * (1 + n % 3))
    assert chain.find(path, 0) is None
    assert chain.find(path, 20) is None
    assert json.loads(path.read_bytes().splitlines()[4])["document"]["chain"]["number"] == 5


def test_who_completes_a_dead_call_seals_it_and_leaves_alone_what_is_sealed(tmp_path: Path) -> None:
    process = caller(HANGING, tmp_path, "dead")
    assert process.stdout
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    folder = tmp_path / "dead-000"
    with bundle.adopted(folder) as may:
        assert may
        (folder / "fault.txt").write_text("completed")
    assert "fault.txt" in [row["name"] for row in entry(folder).document["files"]]
    assert entry(folder).document["late"] == "interrupted"
    with bundle.adopted(folder) as may:
        assert not may
    assert not broken(tmp_path)


def test_a_call_that_was_given_up_is_sealed_by_the_next_one(tmp_path: Path) -> None:
    opened = OpenCall(tmp_path, "full-disk")
    record(tmp_path, "full-disk")
    del opened
    sealed(tmp_path, "next")
    assert entry(tmp_path / "full-disk").document["late"] == "interrupted"
    assert not broken(tmp_path)
