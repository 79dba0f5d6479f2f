"""An exhibit holds all that is needed to hear, read and check calls without our software, and nothing that was withheld."""

from __future__ import annotations

import re
import shutil
import subprocess
import wave
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from probe.errors import UserError
from probe.evidence import OpenCall, Recording, chain, prompts
from probe.evidence.archive import archive
from probe.evidence.bundle import calls
from probe.evidence.exported import check_proof, fits, opened, proofs
from probe.evidence.ring import Ring
from probe.evidence.tombstone import remove
from probe.evidence.verify import verify_bundle
from probe.exhibit import pack
from probe.listen.prompt_memory import Memory, Prompt
from probe.timeline import FRAME, Frame, Kind, Segment, Word
from tests.evidence.bundles import MODEL, entry, population, sealed, timeline_of

SPOKEN = "您好工号幺零二四为您服务我姓王"


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six bundles; audio of some is archived, removed, or both."""
    folder = tmp_path_factory.mktemp("made") / "recordings"
    population(folder)
    return folder


@pytest.fixture(scope="module")
def exhibit(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them packed."""
    target = tmp_path_factory.mktemp("packed") / "exhibit.zip"
    pack(sorted(recordings.glob("call-*")), target, ring=Ring.usual())
    return target


def unpacked(exhibit: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(exhibit) as packed:
        packed.extractall(tmp_path)
    return tmp_path / exhibit.stem


def script(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", str(root / "verify.sh")], capture_output=True, text=True, timeout=60)


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def test_what_was_packed_verifies_and_leads_to_the_head(exhibit: Path, recordings: Path) -> None:
    (path,) = chain.files(recordings)
    last = chain.last(path)
    assert last is not None
    with opened(exhibit) as folder:
        found = {call.name: verify_bundle(call, Ring.usual()) for call in calls(folder)}
        assert all(bundle.holds for bundle in found.values()), [b.broken for b in found.values()]
        assert len(found) == 6
        for call, proof in proofs(folder):
            assert fits(call, proof, found[call].manifest) is None
            assert "leads to this head" in check_proof(call, proof, f"{last.id} {last.number} {last.head}").en
            assert check_proof(call, proof, f"{last.id} {last.number} {'0' * 64}").kind == "head_differs"
            assert check_proof(call, proof, f"{last.id} {last.number + 1} {last.head}").kind == "chain_cut"


def test_archived_audio_comes_as_the_wav_that_was_sealed(exhibit: Path, tmp_path: Path) -> None:
    root = unpacked(exhibit, tmp_path)
    assert (root / "calls" / "call-2" / "call.wav").is_file()
    assert not (root / "calls" / "call-3" / "call.wav").exists()
    assert 'src="calls/call-2/call.wav"' in (root / "index.html").read_text(encoding="utf-8")
    assert 'src="calls/call-3/' not in (root / "index.html").read_text(encoding="utf-8")


@needs_openssl
def test_it_can_be_checked_with_openssl_and_sha256sum_alone(exhibit: Path, tmp_path: Path) -> None:
    root = unpacked(exhibit, tmp_path)
    result = script(root)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "EVERYTHING HOLDS" in result.stdout
    assert result.stdout.count("leads to the head") == 6
    for line in re.findall(r"^ {5}(\S.*)$", (root / "VERIFY.txt").read_text(encoding="utf-8"), re.MULTILINE):
        if "manifest.tsr" not in line:
            command = line.replace("CALL", "call-1")
            where = root / "calls" / "call-1" if "manifest.json" in command else root
            subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=where, check=True, capture_output=True)


def _signature(root: Path) -> None:
    path = root / "calls" / "call-1" / "manifest.sig"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


TAMPERED: dict[str, Callable[[Path], object]] = {
    "letter": lambda root: (root / "letter.html").write_text("x"),
    "audio": lambda root: (root / "calls" / "call-1" / "call.wav").write_bytes(b"RIFF"),
    "signature": _signature,
    "tombstone": lambda root: (root / "calls" / "call-3" / "tombstone.json").write_text("{}"),
    "missing": lambda root: (root / "calls" / "call-5" / "timeline.json").unlink(),
    "key": lambda root: shutil.copy(root / "SHA256SUMS", root / "keys" / "call-1.pem"),
}


@needs_openssl
@pytest.mark.parametrize("what", TAMPERED)
def test_the_script_finds_what_was_changed(exhibit: Path, tmp_path: Path, what: str) -> None:
    root = unpacked(exhibit, tmp_path)
    TAMPERED[what](root)
    result = script(root)
    assert result.returncode == 1
    assert "SOMETHING DOES NOT HOLD" in result.stdout


class Read(HTMLParser):
    """Addresses and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", ["index.html", "letter.html"])
def test_pages_need_nothing_from_elsewhere_and_speak_both_languages(exhibit: Path, tmp_path: Path, name: str) -> None:
    root = unpacked(exhibit, tmp_path)
    text = (root / name).read_text(encoding="utf-8")
    read = Read(text)
    assert all(not re.match(r"[a-z]+:|//", address) and (root / address).is_file() for address in read.addresses)
    assert "default-src 'none'" in text
    words = " ".join(read.words)
    for expected in ("接通人工", "a person answered", "封存", "call-1", entry_digest(root)):
        assert expected in words


def entry_digest(root: Path) -> str:
    return entry(root / "calls" / "call-1").digest


def personal(recordings: Path) -> Path:
    """A call in which somebody says who they are, from 0.1 to 0.3 s."""
    opened_call = OpenCall(recordings, "personal")
    timeline = timeline_of("personal")
    words = (Word("您好工号", 0.1, 0.16, 0.9), Word("幺零二四", 0.2, 0.24, 0.9), Word("为您服务我姓王", 0.26, 0.3, 0.9))
    timeline.segments[:] = [Segment(Kind.SPEECH, 0.1, 0.3, text=SPOKEN, words=words)]
    recording = Recording(recordings / "personal", timeline.call)
    for n in range(40):
        recording.write(Frame(n * FRAME, np.full(FRAME, 900, np.int16), np.full(FRAME, 50, np.int16)))
    recording.close(timeline)
    (recordings / "personal" / "sip.txt").write_text(
        "0.1 → 127.0.0.1:5060 udp\nFrom: <sip:13812345678@x>\n", encoding="utf-8"
    )
    memory = Memory("sip:13912345678@127.0.0.1", (remembered("客服小李工号幺三五七九为您服务"),))
    prompts.keep_copy(recordings / "personal", memory)
    opened_call.close(MODEL)
    return recordings / "personal"


def remembered(text: str) -> Prompt:
    """A second of a prompt that earlier calls heard."""
    bits, levels = np.full(50, 7, np.uint32), np.full(50, 60, np.int8)
    return Prompt("p-1", bits, levels, (Word(text, 0.1, 0.9, 0.9),), (), "a model", True, 1.0)


def test_a_redacted_exhibit_holds_nothing_that_is_personal_and_still_verifies(tmp_path: Path) -> None:
    folder = personal(tmp_path / "r")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    pack([folder], tmp_path / "masked.zip", ring=Ring.usual(), mask=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, "the original stays as it was"
    with zipfile.ZipFile(tmp_path / "masked.zip") as packed:
        everything = "".join(
            packed.read(name).decode("utf-8", "replace") for name in packed.namelist() if not name.endswith(".wav")
        )
    for secret in ("幺零二四", "我姓王", "13812345678", "小李", "幺三五七九", "13912345678"):
        assert secret not in everything
    assert "████" in everything
    with opened(tmp_path / "masked.zip") as calls_:
        found = verify_bundle(calls_ / "personal", Ring.usual())
        assert found.holds, found.broken
        assert any("call.wav, prompts.jsonl, sip.txt, timeline.json withheld" in f.en for f in found.findings)
        with wave.open(str(calls_ / "personal" / "call.redacted.wav")) as audio:
            samples = np.frombuffer(audio.readframes(audio.getnframes()), "<i2").reshape(-1, 2)
        assert not samples[int(0.2 * 8000) : int(0.3 * 8000)].any()
        assert samples[: int(0.14 * 8000)].all()
        assert samples[int(0.36 * 8000) :].all()
        for name in ("timeline.redacted.json", "redaction.json", "redaction.sig", "call.redacted.wav"):
            path = calls_ / "personal" / name
            whole = path.read_bytes()
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            assert not verify_bundle(calls_ / "personal", Ring.usual()).holds, name
            path.write_bytes(whole)
        (calls_ / "personal" / "timeline.redacted.json").unlink()
        assert not verify_bundle(calls_ / "personal", Ring.usual()).holds


@needs_openssl
def test_a_redacted_exhibit_can_be_checked_without_our_software(tmp_path: Path) -> None:
    pack([personal(tmp_path / "r")], tmp_path / "masked.zip", ring=Ring.usual(), mask=True)
    result = script(unpacked(tmp_path / "masked.zip", tmp_path / "x"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "originals withheld" in result.stdout


def test_archived_and_removed_audio_is_masked_too(tmp_path: Path) -> None:
    folder = personal(tmp_path / "r")
    archive(folder, entry(folder), "flac")
    pack([folder], tmp_path / "a.zip", ring=Ring.usual(), mask=True)
    remove(folder, entry(folder), ["call.wav", "call.flac"], "audio")
    pack([folder], tmp_path / "b.zip", ring=Ring.usual(), mask=True)
    for name in ("a.zip", "b.zip"):
        with opened(tmp_path / name) as calls_:
            found = verify_bundle(calls_ / "personal", Ring.usual())
            assert found.holds, found.broken


def test_what_does_not_hold_is_not_exported_and_nothing_is_half_written(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "r", "c")
    (folder / "scenario.yaml").write_text("other")
    for wrong in ([folder], [tmp_path / "nothing"], [tmp_path]):
        with pytest.raises(UserError):
            pack(wrong, tmp_path / "x.zip", ring=Ring.usual())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r"]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil"])
def test_a_file_that_leads_out_of_itself_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr(name, "x")
    with pytest.raises(UserError, match="leads out of it"), opened(tmp_path / "x.zip"):
        pass


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip"])
def test_what_is_no_export_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(UserError, match="not a file made by"), opened(tmp_path / "x.zip"):
        pass
