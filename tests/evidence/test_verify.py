"""Whatever is changed in bundles, chain or tombstones is found and named; so is what is removed, added or reordered."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from probe.evidence import canonical, chain, keys
from probe.evidence.findings import Finding
from probe.evidence.ring import Ring
from probe.evidence.verify import place_in_chain, verify_bundle
from probe.evidence.verify_chain import check_head
from tests.benchmarks.bench_evidence import tamper
from tests.evidence.bundles import population, sealed, verified


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six bundles, one archived, one with its audio removed, one both; no test may change it."""
    recordings = tmp_path_factory.mktemp("made") / "recordings"
    population(recordings)
    return recordings


@pytest.fixture
def recordings(made: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(made, tmp_path / "recordings"))


def broken(recordings: Path) -> list[Finding]:
    return verified(recordings).broken


def told(recordings: Path) -> str:
    return "\n".join(f"{finding.where}: {finding.en}" for finding in broken(recordings))


def log(recordings: Path) -> Path:
    (path,) = chain.files(recordings)
    return path


def test_single_changes_are_all_found_and_named(tmp_path: Path) -> None:
    count, missed = tamper(tmp_path / "recordings", changes=160, seed=77)
    assert not missed
    assert count["bits found"] == count["bits changed"] == count["fields found"] == count["fields changed"] == 80


def test_what_was_sealed_holds(recordings: Path) -> None:
    found = verified(recordings)
    assert not found.broken
    by_name = {bundle.folder.name: bundle for bundle in found.bundles}
    assert all(bundle.holds for bundle in found.bundles)
    assert by_name["call-2"].archived
    assert by_name["call-3"].removed == by_name["call-4"].removed == ("call.wav",)
    assert len(found.logs[0].lines) == 10


@pytest.mark.parametrize("call", ["call-1", "call-3", "call-6"])
def test_a_bundle_that_was_removed_is_named(recordings: Path, call: str) -> None:
    shutil.rmtree(recordings / call)
    number = call[-1]
    assert f"number {number}, call {call}: this bundle was sealed and its folder is gone" in told(recordings)


@pytest.mark.parametrize("row", range(10))
def test_a_line_that_was_removed_from_the_chain_is_named(recordings: Path, row: int) -> None:
    lines = log(recordings).read_bytes().splitlines(keepends=True)
    gone = chain.entry_of(lines[row].rstrip(b"\n"))
    log(recordings).write_bytes(b"".join(lines[:row] + lines[row + 1 :]))
    assert gone.call in told(recordings)
    if row < 9:
        assert f"document {row + 1} before it is missing" in told(recordings)


def test_a_bundle_removed_from_folder_and_chain_leaves_a_gap(recordings: Path) -> None:
    shutil.rmtree(recordings / "call-5")
    lines = log(recordings).read_bytes().splitlines(keepends=True)
    log(recordings).write_bytes(b"".join(lines[:4] + lines[5:]))
    assert "number 6: document 5 before it is missing" in told(recordings)


def test_lines_in_another_order_are_found(recordings: Path) -> None:
    lines = log(recordings).read_bytes().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    log(recordings).write_bytes(b"".join(lines))
    assert "reordered" in told(recordings)


def test_bundles_that_changed_places_are_found(recordings: Path) -> None:
    (recordings / "call-5").rename(recordings / "x")
    (recordings / "call-6").rename(recordings / "call-5")
    (recordings / "x").rename(recordings / "call-6")
    assert "call-5: what was sealed here is call call-6" in told(recordings)
    assert "call-6: what was sealed here is call call-5" in told(recordings)


def test_a_bundle_that_was_renamed_is_found(recordings: Path) -> None:
    (recordings / "call-5").rename(recordings / "call-9")
    assert "call-9: what was sealed here is call call-5" in told(recordings)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "tombstone.json", "tombstone.sig", "timeline.json"])
def test_a_file_of_a_bundle_that_was_removed_is_named(recordings: Path, name: str) -> None:
    (recordings / "call-3" / name).unlink()
    assert f"call-3/{name}: " in told(recordings)


def test_manifest_and_signature_removed_together_are_missed(recordings: Path) -> None:
    for name in ("manifest.json", "manifest.sig"):
        (recordings / "call-6" / name).unlink()
    assert "call-6/manifest.json: was removed; its copy is in the chain" in told(recordings)


def test_a_tombstone_taken_away_whole_is_missed(recordings: Path) -> None:
    for name in ("tombstone.json", "tombstone.sig"):
        (recordings / "call-3" / name).unlink()
    assert "call-3/tombstone.json: was removed; its copy is in the chain" in told(recordings)


def test_audio_removed_without_a_tombstone_is_missed(recordings: Path) -> None:
    (recordings / "call-1" / "call.wav").unlink()
    assert "call-1/call.wav: was sealed and is missing, and no tombstone says why" in told(recordings)


def test_a_tombstone_of_another_call_excuses_nothing(recordings: Path) -> None:
    (recordings / "call-1" / "call.wav").unlink()
    for name in ("tombstone.json", "tombstone.sig"):
        shutil.copy(recordings / "call-3" / name, recordings / "call-1" / name)
    assert "call-1/tombstone.json: is about another bundle" in told(recordings)
    assert "call-1/call.wav: was sealed and is missing" in told(recordings)


def test_files_and_links_that_were_added_are_named(recordings: Path) -> None:
    (recordings / "call-1" / "note.txt").write_text("x")
    (recordings / "call-1" / "link").symlink_to("/etc/hostname")
    assert "call-1/note.txt: was added after the bundle was sealed" in told(recordings)
    assert "call-1/link: is a link" in told(recordings)


def test_a_chain_that_is_gone_is_missed(recordings: Path) -> None:
    log(recordings).unlink()
    assert "is missing; call-1/manifest.json is in it" in told(recordings)


def test_a_bundle_put_in_by_somebody_with_another_key_is_found(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Ring.usual()
    monkeypatch.setenv("PROBE_KEYS", str(tmp_path / "others"))
    sealed(recordings, "call-7")
    found = verified(recordings, own)
    assert {finding.kind for finding in found.broken} == {"unknown_key"}
    assert any("call-7/manifest.json" in finding.where for finding in found.broken)


def test_a_chain_signed_anew_from_some_point_on_holds_but_not_against_a_published_head(
    recordings: Path, tmp_path: Path
) -> None:
    """What a dishonest operator with the key can do, and what finds it."""
    last = chain.last(log(recordings))
    assert last is not None
    published = f"{last.id} {last.number} {last.head}"
    assert not check_head([verified(recordings)], published).broken
    forged = tmp_path / "forged"
    population(forged)
    assert not verified(forged).broken, "whoever holds the key can sign a whole new history"
    assert check_head([verified(forged)], published).kind == "head_differs"


def test_a_chain_cut_off_at_its_end_holds_but_not_against_a_published_head(recordings: Path) -> None:
    last = chain.last(log(recordings))
    assert last is not None
    published = f"{last.id} {last.number} {last.head}"
    lines = log(recordings).read_bytes().splitlines(keepends=True)
    log(recordings).write_bytes(b"".join(lines[:5]))
    for name in ("tombstone.json", "tombstone.sig", "archive.json", "archive.sig"):
        for call in ("call-2", "call-3", "call-4"):
            (recordings / call / name).unlink(missing_ok=True)
    for call in ("call-2", "call-3", "call-4", "call-6"):
        shutil.rmtree(recordings / call)
    finding = check_head([verified(recordings)], published)
    assert (finding.kind, "the last 5 documents were cut off" in finding.en) == ("chain_cut", True)
    assert check_head([verified(recordings)], f"ffff 1 {last.head}").kind == "chain_missing"


def test_one_bundle_is_checked_against_its_neighbours(recordings: Path) -> None:
    def check() -> list[Finding]:
        one = verify_bundle(recordings / "call-5", Ring.usual())
        place_in_chain(one)
        return one.broken

    assert not check()
    lines = log(recordings).read_bytes().splitlines(keepends=True)
    log(recordings).write_bytes(b"".join(lines[:5] + lines[6:]))
    assert not check(), "the next one is not a neighbour any more, but nothing here contradicts it"
    log(recordings).write_bytes(b"".join(lines[:3] + lines[4:]))
    assert [finding.where for finding in check()] == [f"chain/{log(recordings).name}, number 4"]


def test_a_bundle_needs_only_itself_and_the_public_key(recordings: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copytree(recordings / "call-1", tmp_path / "elsewhere" / "call-1"))
    key = keys.own()
    assert key is not None
    ring = Ring({key.text: key})
    one = verify_bundle(alone, ring)
    place_in_chain(one)
    assert one.holds
    assert "its neighbours were not checked" in one.findings[0].en
    stranger = verify_bundle(alone, Ring({}))
    assert [finding.kind for finding in stranger.broken] == ["unknown_key"]
    assert "probe keys trust" in stranger.broken[0].en


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000, b'{"a": 1}'])
def test_what_is_no_manifest_is_said_and_nothing_breaks(recordings: Path, data: bytes) -> None:
    (recordings / "call-1" / "manifest.json").write_bytes(data)
    assert "call-1/manifest.json" in told(recordings)
    log(recordings).write_bytes(log(recordings).read_bytes() + data + b"\n")
    assert f"chain/{log(recordings).name}, number 11" in told(recordings)


def test_canonical_json_reads_back_to_the_same_bytes() -> None:
    document = {"b": ["é", 1, None, True], "a": {"z": "热线", "y": -3}}
    data = canonical.encode(document)
    assert data.decode() == '{"a":{"y":-3,"z":"热线"},"b":["é",1,null,true]}'
    assert canonical.decode(data) == document
    for other in (b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":"\\u0041"}', b'{"a":1}\n'):
        with pytest.raises(ValueError, match="canonical"):
            canonical.decode(other)


@pytest.mark.parametrize(
    "change",
    [
        {"files": None},
        {"files": [1]},
        {"files": [{"name": "../../etc/hostname", "bytes": 1, "sha256": "0"}]},
        {"files": [{"name": "x"}]},
        {"clock": 1},
        {"call": "\0"},
        {"time_stamp": ["x"]},
        {"key": {"algorithm": "Ed25519", "public": "x"}},
    ],
)
def test_nonsense_that_somebody_signed_is_a_finding(recordings: Path, change: dict[str, Any]) -> None:
    key = keys.signing_key()
    document = canonical.decode((recordings / "call-1" / "manifest.json").read_bytes()) | change
    data = canonical.encode(document)
    (recordings / "call-1" / "manifest.json").write_bytes(data)
    (recordings / "call-1" / "manifest.sig").write_bytes(key.sign(data))
    log(recordings).unlink()
    one = verify_bundle(recordings / "call-1", Ring.usual())
    place_in_chain(one)
    assert one.broken or change in ({"clock": 1}, {"time_stamp": ["x"]})
    assert verified(recordings).broken
