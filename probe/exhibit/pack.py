"""Packing an exhibit: a ZIP that a court can open, hear, read and check, offline and without our software.

index.html          plays the calls and shows what was heard, the figures and the seals
letter.html         the same in two pages to print: what this is, what was found, what the seals prove
VERIFY.txt          how to check it, in words and commands;  verify.sh does it
SHA256SUMS(.sig)    every file of the exhibit, signed by who packed it
keys/               public keys: of who sealed each call, of who packed
calls/CALL/         the bundle, as it is (or masked, with a note of what was withheld)
proofs/CALL.txt     the way from the call to the head of its chain, to compare with a published head
"""

from __future__ import annotations

import io
import secrets
import shutil
import tempfile
import wave
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import numpy as np

from probe.errors import UserError, cannot_write
from probe.evidence import bundle, canonical, flac, keys, withheld
from probe.evidence.exported import CALLS, PROOFS, Proof, proof_of
from probe.evidence.findings import Bundle
from probe.evidence.load import timeline_of
from probe.evidence.recording import AUDIO
from probe.evidence.redaction import redact, redacted
from probe.evidence.ring import Ring
from probe.evidence.verify import verify_bundle
from probe.exhibit.page import Piece, index, letter
from probe.timeline import RATE, CallInfo, Timeline

MASKED_AUDIO, MASKED_TIMELINE = "call.redacted.wav", "timeline.redacted.json"
_BEFORE = (
    0.05  # seconds silenced around a masked word: the recogniser's word borders are about as sure as that; guessed
)


def pack(folders: Sequence[Path], target: Path, *, ring: Ring, mask: bool = False) -> list[Bundle]:
    """Packs the calls in `folders` into `target`; returns what was found of each.

    `mask`: names, IDs and numbers of persons are masked in texts and silenced in the audio; the originals are withheld.
    Raises UserError when a call is not sealed or its seal does not hold, OurFault when the disk refuses.
    """
    found = [_holding(folder, ring) for folder in folders]
    twice = {folder.name for folder in folders if sum(other.name == folder.name for other in folders) > 1}
    if twice:
        names = ", ".join(sorted(twice))
        raise UserError(f"{names}: named twice", f"{names}：重复给出")
    key = keys.signing_key()
    draft = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryDirectory(prefix="probe-") as name:
            root = Path(name, target.stem)
            root.mkdir()
            pieces = [_piece(one, root, mask=mask, key=key) for one in found]
            _write(root, pieces, key, masked=mask)
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                for path in sorted(root.rglob("*")):
                    packed.write(path, path.relative_to(root.parent))
        draft.replace(target)
    except OSError as error:
        raise cannot_write(target, error) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return found


def _holding(folder: Path, ring: Ring) -> Bundle:
    folder = folder.resolve()
    if not folder.is_dir() or not bundle.is_call(folder):
        raise UserError(f"{folder}: not a call's folder", f"{folder}：不是通话文件夹")
    found = verify_bundle(folder, ring)
    if found.manifest is None or not found.holds:
        wrong = next(iter([*found.broken, *found.findings]))
        raise UserError(
            f"{wrong.where}: {wrong.en}; only what is sealed and holds is exported",
            f"{wrong.where}：{wrong.zh}；只导出封存成立的通话",
        )
    return found


def _piece(found: Bundle, root: Path, *, mask: bool, key: keys.SigningKey) -> Piece:
    """Copies one bundle into the exhibit, and gathers what the pages say of it."""
    manifest = found.manifest
    assert manifest is not None
    target = root / CALLS / found.folder.name
    target.mkdir(parents=True)
    timeline = timeline_of(found.folder) or Timeline(CallInfo(id=found.folder.name))
    audio: str | None = None
    if mask:
        timeline, audio = _masked(found, target, timeline, key)
    else:
        shutil.copytree(found.folder, target, dirs_exist_ok=True)
        if not (target / AUDIO).exists() and (target / flac.FLAC).exists():
            (target / AUDIO).write_bytes(flac.wav(target / flac.FLAC))
        audio = AUDIO if (target / AUDIO).exists() else None
    (root / "keys").mkdir(exist_ok=True)
    signer = keys.public_key(str(manifest.document["key"]["public"]))
    (root / "keys" / f"{found.folder.name}.pem").write_text(signer.pem, encoding="ascii")
    proof: Proof | None = None
    with suppress(UserError):
        proof = proof_of(found.folder.parent, manifest)
        (root / PROOFS).mkdir(exist_ok=True)
        (root / PROOFS / f"{found.folder.name}.txt").write_text(proof.text(), encoding="ascii")
    tombstone = found.statements.get("probe.tombstone/1")
    return Piece(
        found, timeline, audio, proof, signer.fingerprint, tombstone.document if tombstone else None, masked=mask
    )


def _masked(found: Bundle, target: Path, timeline: Timeline, key: keys.SigningKey) -> tuple[Timeline, str | None]:
    """The bundle's copy with what is personal masked, and a signed note of what was withheld.

    What has no masked form here is withheld. So is the prompt memory: it holds what other calls heard, and with masked
    words it would replay nothing.
    """
    assert found.manifest is not None
    for name in sorted(bundle.SEALS):
        if (found.folder / name).is_file():
            shutil.copy(found.folder / name, target / name)
    masked, spoken = redacted(timeline)
    (target / MASKED_TIMELINE).write_text(masked.dumps(), encoding="utf-8")
    given = [MASKED_TIMELINE]
    if (found.folder / "sip.txt").is_file():
        text = (found.folder / "sip.txt").read_text(encoding="utf-8", errors="replace")
        (target / "sip.redacted.txt").write_text(redact(text), encoding="utf-8")
        given.append("sip.redacted.txt")
    audio = None
    if (found.folder / AUDIO).is_file() or (found.folder / flac.FLAC).is_file():
        source = found.folder / AUDIO
        whole = source.read_bytes() if source.is_file() else flac.wav(found.folder / flac.FLAC)
        (target / MASKED_AUDIO).write_bytes(_silenced(whole, spoken))
        given.append(MASKED_AUDIO)
        audio = MASKED_AUDIO
    names = [str(row["name"]) for row in found.manifest.document["files"]]
    if (found.folder / "scenario.yaml").is_file():  # what we say ourselves is nobody's secret
        shutil.copy(found.folder / "scenario.yaml", target / "scenario.yaml")
    held = [name for name in names if not (target / name).exists() and name not in found.removed]
    withheld.note(target, found.manifest, held, given, key)
    return masked, audio


def _silenced(data: bytes, spoken: Sequence[tuple[float, float]]) -> bytes:
    """A WAV in which both sides are silent while something masked was spoken."""
    with wave.open(io.BytesIO(data)) as source:
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2").reshape(-1, source.getnchannels()).copy()
    for start, end in spoken:
        samples[max(0, int((start - _BEFORE) * RATE)) : int((end + _BEFORE) * RATE)] = 0
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return made.getvalue()


def _write(root: Path, pieces: Sequence[Piece], key: keys.SigningKey, *, masked: bool) -> None:
    """The pages, the instructions, and the signed list of everything."""
    made_at = datetime.now(UTC)
    (root / "keys" / "exporter.pem").write_text(key.public.pem, encoding="ascii")
    (root / "index.html").write_text(index(pieces, made_at, key.public.fingerprint), encoding="utf-8")
    (root / "letter.html").write_text(letter(pieces, made_at, key.public.fingerprint), encoding="utf-8")
    templates = files("probe.exhibit") / "templates"
    for name in ("VERIFY.txt", "verify.sh"):
        (root / name).write_text((templates / name).read_text(encoding="utf-8"), encoding="utf-8")
    (root / "verify.sh").chmod(0o755)
    lines = [
        f"{canonical.sha256_of(path)}  {path.relative_to(root).as_posix()}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file()
    ]
    sums = "".join(lines).encode()
    (root / "SHA256SUMS").write_bytes(sums)
    (root / "SHA256SUMS.sig").write_bytes(key.sign(sums))
